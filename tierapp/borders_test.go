package tierapp

import (
	"slices"
	"strings"
)

// border is what a field takes just before its limits, and not beyond.
type border struct{ allowed, forbidden []any }

const (
	own      = "222222222222"
	security = "098765432109"
	logs     = "111111111111"
)

// borders are those of every field of environments.yaml.
var borders = map[string]border{
	"name_prefix":       slugs,
	"app":               {texts("a", "Shop 2: orders/x=+@_.-", long("a", 256)), texts("", " a", "a#", "${x}", long("a", 257))},
	"services[]":        services,
	"allowed_regions[]": {texts("us-east-1"), regions.forbidden},
	"tags{}":            tagNames,
	"tags.*":            tagValues,

	"environments{}":                                     {texts("a", "nc-dp", long("a", 32)), slugs.forbidden},
	"environments.*.account_id":                          accounts,
	"environments.*.region":                              regions,
	"environments.*.production":                          flags,
	"environments.*.lambda_role_arns[]":                  principals(own),
	"environments.*.fargate_role_arns[]":                 principals(own),
	"environments.*.glue_role_arns[]":                    principals(own),
	"environments.*.role_arn_patterns[]":                 rolePatterns,
	"environments.*.service_roles[].service":             services,
	"environments.*.service_roles[].role_arns[]":         principals(own),
	"environments.*.service_roles[].role_arn_patterns[]": rolePatterns,
	"environments.*.service_roles[].shared":              flags,
	"environments.*.administrator_role_arns[]":           roles(own),
	"environments.*.administrator_role_arn_patterns[]":   rolePatterns,
	"environments.*.deployer_role_arns[]":                principals(own),
	"environments.*.deployer_role_arn_patterns[]":        rolePatterns,
	"environments.*.security_account_id":                 accounts,
	"environments.*.security_role_arns[]":                principals(security),
	"environments.*.logs_account_id":                     accounts,
	"environments.*.logs_role_arns[]":                    principals(logs),
	"environments.*.logs_bucket_arn": {
		texts("arn:aws:s3:::abc", "arn:aws:s3:::a.b-c", "arn:aws:s3:::"+long("a", 63)),
		texts("", "abc", "arn:aws:s3:::ab", "arn:aws:s3:::a*c", "arn:awsx:s3:::abc", "arn:aws:s3:::abc/x", "arn:aws:s3:::"+long("a", 64)),
	},
	"environments.*.shared_with[].name":        slugs,
	"environments.*.shared_with[].account_id":  {texts("000000000000", security), accounts.forbidden},
	"environments.*.shared_with[].role_arns[]": principals(security),
	// The logs key is shared by bucket_names alone, which this file is not.
	"environments.*.shared_with[].key":               {texts("data"), texts("", "Data", "a_b")},
	"environments.*.shared_with[].write":             flags,
	"environments.*.shared_with[].bucket_names[]":    {texts("*", "a?-b.c", long("a", 63)), texts("", "A", "a/b", "arn:aws:s3:::a", long("a", 64))},
	"environments.*.shared_with[].secret_names[]":    {texts("*", "a/b_c+d=e.f@g-?", long("a", 512)), texts("", "a b", long("a", 513))},
	"environments.*.shared_with[].ebs_snapshots":     flags,
	"environments.*.shared_with[].rds_snapshots":     flags,
	"environments.*.shared_with[].direct_services[]": services,
	"environments.*.organization_trail_arn": {
		texts("arn:aws:cloudtrail:us-east-1:098765432109:trail/a", "arn:aws:cloudtrail:eu-west-1:098765432109:trail/A_b.c-1"),
		texts("", "a", "arn:aws:cloudtrail:us-east-1:098765432109:trail/*", "arn:aws:cloudtrail:us-east-1:09876543210:trail/a", "arn:awsx:cloudtrail:us-east-1:098765432109:trail/a", "${x}"),
	},
	"environments.*.account_access": {texts("DelegateToIam", "AdministerOnly"), texts("", "delegateToIam")},
	"environments.*.encrypted_resources.bucket_names[]": {
		texts("*", "a?-b.c", long("a", 63)), texts("", "A", "a/b", "arn:aws:s3:::a", long("a", 64)),
	},
	"environments.*.encrypted_resources.table_names[]": {
		texts("*", "A_b-c.?", long("a", 255)), texts("", "a/b", long("a", 256)),
	},
	"environments.*.encrypted_resources.secret_names[]": {
		texts("*", "A/b_+=.@-?", long("a", 512)), texts("", "a#", long("a", 513)),
	},
	"environments.*.encrypted_resources.log_group_names[]": {
		texts("*", "/aws/A_b#c-d?", long("a", 512)), texts("", "a@", long("a", 513)),
	},
	"environments.*.aws_services.data[].service":          {texts("Sqs"), texts("", "sqs", "Sqz", "AlertsToTopic")},
	"environments.*.aws_services.data[].resource_names[]": {texts("*", "A_b-c.?"), texts("", "a b", "a$", "${x}")},
	"environments.*.aws_services.logs[].service":          {texts("CloudWatchLogs"), texts("", "cloudwatchlogs", "AlertsToTopic")},
	"environments.*.aws_services.logs[].resource_names[]": {texts("*", "/aws/A_b#c-d?"), texts("", "a b", "a$", "${x}")},
	"environments.*.enable_key_rotation":                  flags,

	"environments.*.replica_regions[]":                                 {texts("us-west-2", "eu-central-2"), regions.forbidden},
	"environments.*.additional_keys[].purpose":                         {texts("a", "nc-dp"), slugs.forbidden},
	"environments.*.additional_keys[].spec":                            {texts("SYMMETRIC_DEFAULT", "HMAC_256"), texts("", "hmac_256", "RSA_1024")},
	"environments.*.additional_keys[].usage":                           {texts("ENCRYPT_DECRYPT"), texts("", "encrypt_decrypt", "SIGN")},
	"environments.*.additional_keys[].users[].verb":                    {texts("Encrypt", "Decrypt", "EncryptDecrypt"), texts("", "encrypt", "Signs")},
	"environments.*.additional_keys[].users[].service":                 services,
	"environments.*.additional_keys[].users[].role_arns[]":             principals(own),
	"environments.*.additional_keys[].users[].role_arn_patterns[]":     rolePatterns,
	"environments.*.additional_keys[].aws_services[].service":          {texts("Sqs"), texts("", "sqs", "Sqz", "AlertsToTopic")},
	"environments.*.additional_keys[].aws_services[].resource_names[]": {texts("*", "A_b-c.?"), texts("", "a b", "a$", "${x}")},
	"environments.*.additional_keys[].enable_key_rotation":             flags,
	"environments.*.additional_keys[].rotation_period_days":            {numbers(90, 365, 2560), append(numbers(-90, 0, 89, 2561), "90")},
	"environments.*.additional_keys[].custom_key_store_id":             {texts("cks-1234567890abcdef0"), texts("", "cks-", "cks-1234567890ABCDEF0", "cks-1234567890abcdef00")},
	"environments.*.additional_keys[].xks_key_id":                      {texts("a", "A_b.c-1", long("a", 128)), texts("", "a b", "a/b", long("a", 129))},
	"environments.*.adopt[].purpose":                                   {texts("data", "logs"), texts("", "Data", "a_b")},
	"environments.*.adopt[].key_id":                                    keyIds,
	"environments.*.adopt[].alias_exists":                              flags,
	"environments.*.adopt[].grants[].grantee":                          {texts(security), texts("", "1", "arn:aws:iam::"+security+":root", "arn:aws:iam::"+security+":role/*")},
	"environments.*.adopt[].grants[].grant_id":                         {texts(long("0", 64), long("f", 64)), texts("", long("0", 63), long("F", 64), long("0", 65))},
	"environments.*.rotation_period_days":                              {numbers(90, 365, 2560), append(numbers(-90, 0, 89, 2561), "90")},
	"environments.*.deletion_window_days":                              {numbers(7, 30), append(numbers(-7, 0, 6, 31), "7")},
	"environments.*.prevent_destroy":                                   flags,
	"environments.*.ebs_encryption_by_default":                         flags,
	"environments.*.guard.enforcement":                                 {texts("error", "warn"), texts("", "Error", "off")},
	"environments.*.guard.exceptions[].resource": {
		texts("aws_sqs_queue.jobs", "prod/queues/dead-letters"), texts("", "aws_sqs_queue", "aws_sqs_queue.*", "prod/*", "a b/c"),
	},
	"environments.*.guard.unread":                                   {texts("error", "warn"), texts("", "Error", "off")},
	"environments.*.guard.exceptions[].until":                       {texts("2027-03-31", "2028-02-29", "2000-02-29", "0000-01-01", "9999-12-31"), texts("", "2027-3-31", "2027-02-29", "2100-02-29", "2027-04-31", "2027-13-01", "2027-00-01", "2027-01-00", "2027-03-31T00:00:00Z", "soon")},
	"environments.*.guard.exceptions[].attribute":                   anyTexts,
	"environments.*.guard.exceptions[].reason":                      {texts("a", " a "), texts("", " ", "\t", "\u00a0", "${x}")},
	"environments.*.audit.enabled":                                  flags,
	"environments.*.audit.existing_trail.log_group_name":            {texts("/aws/A_b#c-d", long("a", 512)), texts("", "a*", "a b", long("a", 513))},
	"environments.*.audit.organization_trail.organization_id":       {texts("o-exampleorgid", "o-"+long("a", 32)), texts("", "o-", "o-example", "O-EXAMPLEORG", "o-"+long("a", 33), "${x}")},
	"environments.*.audit.organization_trail.management_account_id": accounts,
	"environments.*.audit.data_event_bucket_arns[]": {
		texts("arn:aws:s3:::abc", "arn:aws:s3:::"+long("a", 63)), texts("", "abc", "arn:aws:s3:::ab", "arn:awsx:s3:::abc", "arn:aws:s3:::abc/x", "arn:aws:s3:::a*c"),
	},
	"environments.*.audit.access_log_bucket": {texts("abc", "a.b-c", long("a", 63)), texts("", "ab", "A-b", "arn:aws:s3:::abc", "a_b", long("a", 64))},
	"environments.*.audit.grant_ids[]":       {texts(long("0", 64), long("f", 64)), texts("", long("0", 63), long("F", 64), long("0", 65))},
	"environments.*.audit.retention_days":    {numbers(1, 36500), append(numbers(-1, 0, 36501), "1")},
	"environments.*.audit.log_group_retention_days": {
		numbers(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
		append(numbers(-1, 0, 2, 8, 364, 366, 3654), "1"),
	},
	"environments.*.audit.alert_emails[]":      {texts("a@b.c", "a+b@x.example.com"), texts("", "a", "a@b", "a b@c.d", `"a"@b.c`, "a@b@c.d")},
	"environments.*.audit.imported_key_ids[]":  keyIds,
	"environments.*.audit.enable_config_rules": flags,
	"environments.*.audit.enable_guard_duty":   flags,
	"environments.*.tags{}":                    tagNames,
	"environments.*.tags.*":                    tagValues,
	"environments.*.backend.s3.bucket":         anyTexts,
	"environments.*.backend.s3.key":            anyTexts,
	"environments.*.backend.s3.region":         regions,
	"environments.*.backend.s3.dynamodb_table": anyTexts,
	"environments.*.backend.s3.use_lockfile":   flags,
	"environments.*.backend.s3.kms_key_id":     anyTexts,
	"environments.*.backend.local.path": {
		texts("dev", "state/dev..2", "cdktf.outer/x", "a/cdktf.out"),
		texts("", "/x", `\x`, "~/x", "C:x", "..", "a/../b", "cdktf.out", "./cdktf.out/x", ".//./cdktf.out", "${x}"),
	},
}

var (
	slugs    = border{texts("a", "nc-dp", "a1-2", long("a", 32)), texts("", "A", "1a", "a-", "a--b", "a_b", "${x}", long("a", 33))}
	services = border{texts("a", "svc-ingest_api.2", long("a", 128)), texts("", "a-", "a--b", "a b", "${x}", long("a", 129))}
	accounts = border{texts("000000000000", "333333333333"), append(texts("", "33333333333", "3333333333333", "33333333333a", "${x}"), 333333333333)}
	regions  = border{texts("us-east-1", "us-gov-west-1", "eu-central-2"), texts("", "us-east", "us-1", "us-East-1", "us-east-1a", "${x}")}

	tagNames  = border{texts("a", "Cost Center", "aws", "awsx:a", long("é", 128)), texts("", "a#", "aws:a", "AWS:a", "aWs:", "Name", "${x}", long("é", 129))}
	tagValues = border{texts("", "a", "aws:a", "2024-01-01", long("é", 256)), append(texts("a!", "a\tb", "%{x}", long("é", 257)), 1, true)}

	rolePatterns = border{
		texts(principal(own, "a*"), principal(own, "?a"), principal(own, "*/a"), principal(own, "a/*")),
		texts("", principal(own, "a"), principal(own, "*"), principal(own, "*/?*"), principal("*", "a"), "arn:aws:iam::"+own+":user/a*", principal(own, "a *")),
	}

	anyTexts = border{texts("a", "a b#!"), texts("", "${x}", "a%{x}")}
	keyIds   = border{
		texts("1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-"+long("0", 32)),
		texts("", "alias/a", "1234abcd-12ab-34cd-56ef-1234567890a", "mrk-"+long("0", 31)),
	}
	flags = border{[]any{true, false}, []any{"true", "", 1}}
)

func principals(account string) border {
	return border{
		texts(principal(account, "a"), principal(account, "p/q/a"), principal(account, long("a", 64)), "arn:aws:iam::"+account+":user/a"),
		texts("", principal(account, ""), principal(account, long("a", 65)), principal(account, "a*"), principal(account, "*/a"), principal(account, "p?/a"),
			"arn:aws:iam::"+account+":root", principal(account[1:], "a"), "arn:aws:sts::"+account+":assumed-role/a/b", "arn:azure:iam::"+account+":role/a", "arn:awsx:iam::"+account+":role/a", "${x}"),
	}
}

// roles are principals without users.
func roles(account string) border {
	of, user := principals(account), "arn:aws:iam::"+account+":user/a"
	return border{slices.DeleteFunc(of.allowed, func(arn any) bool { return arn == user }), append(of.forbidden, user)}
}

func principal(account, name string) string { return "arn:aws:iam::" + account + ":role/" + name }

func long(character string, length int) string { return strings.Repeat(character, length) }

func texts(all ...string) []any {
	var values []any
	for _, text := range all {
		values = append(values, text)
	}
	return values
}

func numbers(all ...int) []any {
	var values []any
	for _, number := range all {
		values = append(values, number)
	}
	return values
}

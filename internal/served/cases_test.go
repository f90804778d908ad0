package served_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// allow is a statement that lets principals do everything under conditions.
func allow(principal keypolicy.Principal, conditions ...keypolicy.Condition) keypolicy.Statement {
	return keypolicy.Statement{Sid: "Own", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{principal},
		Actions: []string{"kms:Decrypt", "kms:GenerateDataKey*"}, Conditions: conditions}
}

func on(operator, key string, values ...string) keypolicy.Condition {
	return keypolicy.Condition{Operator: operator, Key: key, Values: values}
}

const (
	provider = `"provider": {"aws": [{"region": "us-east-1", "allowed_account_ids": ["` + account + `"]}]}`
	queueArn = "arn:aws:sqs:us-east-1:" + account + ":"
)

// TestCases are stacks of one key, aws_kms_key.data, with what must be said.
func TestCases(t *testing.T) {
	administer, delegate := statements.EnableIamKeyAdministration(location), statements.EnableIamUserPermissions(location)
	role := keypolicy.AwsPrincipal(roles.Arns[0])
	through := func(service string) keypolicy.Condition {
		return on("StringEquals", "kms:ViaService", service+".us-east-1.amazonaws.com")
	}
	ofQueue := func(names ...string) []keypolicy.Statement {
		arns := []string{}
		for _, name := range names {
			arns = append(arns, queueArn+name)
		}
		return []keypolicy.Statement{allow(role, through("sqs"), on("ArnLike", "kms:EncryptionContext:aws:sqs:arn", arns...))}
	}
	const key = `"kms_master_key_id": "${aws_kms_key.data.arn}"`
	queue := func(name string) string { return `"aws_sqs_queue": {"q": {` + name + key + `}}` }
	bucket := func(name string) string {
		return `"aws_s3_bucket": {"b": {"bucket": "` + name + `"}}, "aws_s3_bucket_server_side_encryption_configuration": {"c": {"bucket": "${aws_s3_bucket.b.id}",
			"rule": {"bucket_key_enabled": true, "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", ` + key + `}}}}`
	}
	const configured = "aws_s3_bucket_server_side_encryption_configuration.c"
	for name, c := range map[string]struct {
		policy    []keypolicy.Statement
		resources string
		want      []string // beginnings, and what follows "..."
	}{
		"the context of an application is never sent by SQS": {
			slices.Concat(administer, []keypolicy.Statement{allow(role, on("StringEquals", "kms:EncryptionContext:app", "shop"))}), queue(`"name": "q", `),
			[]string{"violation aws_sqs_queue.q: ...nobody of the account may call kms:Decrypt through SQS"}},
		"clients of S3 may add it": {
			slices.Concat(administer, []keypolicy.Statement{allow(role, on("StringEquals", "kms:EncryptionContext:app", "shop"))}), bucket("b"),
			[]string{"unread " + configured + ": ...pairs that clients add"}},
		"a name that is made up, of which all are served":  {slices.Concat(administer, ofQueue("*")), queue(""), nil},
		"a name that is made up, of which some are served": {slices.Concat(administer, ofQueue("orders*")), queue(""), []string{"unread aws_sqs_queue.q: ...not known before apply"}},
		"a prefix that is served":                          {slices.Concat(administer, ofQueue("orders*")), queue(`"name_prefix": "orders-", `), nil},
		"a prefix that is not":                             {slices.Concat(administer, ofQueue("orders*")), queue(`"name_prefix": "payroll-", `), []string{"violation aws_sqs_queue.q: "}},
		"a name that a variable ends":                      {slices.Concat(administer, ofQueue("orders-*")), queue(`"name": "orders-${var.x}", `), nil},
		"a name that a variable begins":                    {slices.Concat(administer, ofQueue("orders-*")), queue(`"name": "${var.x}-q", `), []string{"unread aws_sqs_queue.q: "}},
		"the same variable in the policy":                  {slices.Concat(administer, ofQueue("${var.x}-q")), queue(`"name": "${var.x}-q", `), nil},
		"another variable in the policy":                   {slices.Concat(administer, ofQueue("${var.y}")), queue(`"name": "orders", `), []string{"unread aws_sqs_queue.q: ...the policy holds what is not known"}},
		"a variable that cannot be the name":               {slices.Concat(administer, ofQueue("payroll-${var.y}")), queue(`"name": "orders", `), []string{"violation aws_sqs_queue.q: "}},
		"a Deny under a variable":                          {slices.Concat(administer, ofQueue("*"), []keypolicy.Statement{{Sid: "No", Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"}, Conditions: []keypolicy.Condition{on("StringNotEquals", "aws:PrincipalTag/team", "${var.team}")}}}), queue(`"name": "orders", `), nil},
		"one key of two": {administer, `"aws_sqs_queue": {"q": {"name": "orders", "kms_master_key_id": "${var.x ? aws_kms_key.data.arn : \"alias/own\"}"}}`,
			[]string{"unread aws_sqs_queue.q: ...may name another key"}},
		"a key from elsewhere":                            {administer, queue("") + `, "aws_sns_topic": {"t": {"kms_master_key_id": "alias/own"}}`, []string{"violation aws_sqs_queue.q: "}},
		"through an alias":                                {administer, `"aws_kms_alias": {"a": {"name": "alias/a", "target_key_id": "${aws_kms_key.data.key_id}"}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_alias.a.arn}"}}`, []string{"violation aws_sqs_queue.q: "}},
		"many, by IAM, once":                              {delegate, `"aws_sqs_queue": {"q": {` + key + `}, "r": {` + key + `}, "s": {` + key + `}}`, []string{"advice aws_kms_key.data: ...aws_sqs_queue.q and 2 more"}},
		"another account alone":                           {slices.Concat(administer, []keypolicy.Statement{allow(keypolicy.AwsPrincipal("arn:aws:iam::999999999999:root"), through("sqs"))}), queue(""), []string{"advice aws_kms_key.data: ...other accounts alone"}},
		"reading alone":                                   {slices.Concat(administer, []keypolicy.Statement{{Sid: "Own", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{role}, Actions: []string{"kms:Decrypt"}}}), queue(""), []string{"advice aws_kms_key.data: ...lets nobody store anything new in aws_sqs_queue.q"}},
		"deployers alone":                                 {slices.Concat(administer, statements.AllowDeploymentThroughServices(location, deployer, statements.Serve("S3", "x"))), bucket("b"), []string{"violation " + configured + ": "}},
		"the root user alone":                             {[]keypolicy.Statement{allow(keypolicy.AwsPrincipal("arn:aws:iam::"+account+":root"), on("StringEquals", "aws:PrincipalType", "Account"))}, queue(""), []string{"violation aws_sqs_queue.q: "}},
		"a service that publishes":                        {slices.Concat(administer, statements.AllowServices(location, statements.Serve("CloudWatchAlarmsToSns", "*"))), `"aws_sns_topic": {"t": {"name": "t", ` + key + `}}`, nil},
		"services that send to a queue that nobody reads": {slices.Concat(administer, statements.AllowServices(location, statements.Serve("SnsToSqs", "*"))), queue(""), []string{"violation aws_sqs_queue.q: "}},
		"a bucket that services may write to": {slices.Concat(administer, statements.AllowServices(location, statements.Serve("LogDelivery"))), bucket("b"),
			[]string{"advice aws_kms_key.data: ...serves S3"}},
		"a bucket that services do write to": {slices.Concat(administer, statements.AllowServices(location, statements.Serve("LogDelivery"))), bucket("b") + `, "aws_flow_log": {"f": {"log_destination_type": "s3", "log_destination": "${aws_s3_bucket.b.arn}"}}`, nil},
		"a bucket by its reference":          {slices.Concat(administer, statements.AllowUseThroughServices(location, statements.MustVerb("EncryptDecrypt"), roles, statements.Serve("S3", "orders"))), bucket("orders"), nil},
		"another bucket":                     {slices.Concat(administer, statements.AllowUseThroughServices(location, statements.MustVerb("EncryptDecrypt"), roles, statements.Serve("S3", "orders"))), bucket("payroll"), []string{"violation " + configured + ": ...kmstier.S3(\"payroll\")"}},
		"a type of which nothing is known":   {administer, `"aws_kinesis_video_stream": {"v": {"kms_key_id": "${aws_kms_key.data.arn}"}}`, []string{"advice aws_kms_key.data: ...not examined for aws_kinesis_video_stream"}},
		"a grant":                            {administer, queue(`"name": "q", `) + `, "aws_kms_grant": {"g": {"key_id": "${aws_kms_key.data.key_id}", "grantee_principal": "` + roles.Arns[0] + `", "operations": ["Decrypt", "GenerateDataKey"]}}`, nil},
		"an allow that has ended":            {slices.Concat(administer, []keypolicy.Statement{allow(role, on("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"))}), queue(""), []string{"violation aws_sqs_queue.q: "}},
		"a policy that cannot be read":       {[]keypolicy.Statement{allow(role, on("StringEqual", "kms:ViaService", "x"))}, queue(""), []string{"advice aws_kms_key.data: ...cannot be told"}},
		"another service, whom no Deny concerns": {slices.Concat(administer, statements.AllowServices(location, statements.Serve("LogDelivery"), statements.Serve("CloudWatchLogs", "orders")),
			statements.DenyKeyAdministratorsCryptographicUse(deployer), statements.DenyDirectUse()), `"aws_cloudwatch_log_group": {"l": {"name": "payroll", "kms_key_id": "${aws_kms_key.data.arn}"}}`,
			[]string{"violation aws_cloudwatch_log_group.l: ...no IAM policy could help an AWS service"}},
		"a tier's key": {administer, queue(`"name": "orders", `), []string{`violation aws_sqs_queue.q: ...kmstier.Sqs("orders")`}},
	} {
		t.Run(name, func(t *testing.T) {
			policy := strings.ReplaceAll(string(encoded(policyOf(c.policy))), "$${", "${")
			got := examine(t, []byte(`{`+provider+`, "resource": {"aws_kms_key": {"data": {"tags": {"Name": "a", "app": "b", "env": "c"}, "policy": `+policy+`}}, `+c.resources+`}}`))
			matches := len(got) == len(c.want)
			for i := 0; matches && i < len(got); i++ {
				begin, within, _ := strings.Cut(c.want[i], "...")
				matches = strings.HasPrefix(got[i], begin) && strings.Contains(got[i], within)
			}
			if !matches {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

// Names between which the policy makes no difference are judged once: what is found
// of many together is what is found of each alone.
func TestManyNamesAreJudgedAsEach(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func(letters string, length int) string {
		var text strings.Builder
		for range 1 + random.IntN(length) {
			text.WriteByte(letters[random.IntN(len(letters))])
		}
		return text.String()
	}
	found := 0
	for range 60 {
		patterns := []string{word("ab*?:", 4), word("ab*?", 4)}
		operator := []string{"ArnLike", "StringLike", "StringNotLike", "StringEquals"}[random.IntN(4)]
		policy := policyOf(statements.EnableIamKeyAdministration(location), []keypolicy.Statement{allow(keypolicy.AwsPrincipal(roles.Arns[0]),
			on(operator, "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::"+patterns[0]+"/*", "arn:aws:s3:::"+patterns[1]))})
		stackOf := func(names ...string) []byte {
			resources := object{}
			for _, name := range names {
				resources["o-"+name] = object{"bucket": name, "key": "k", "kms_key_id": "${aws_kms_key.data.arn}"}
			}
			return encoded(object{"resource": object{"aws_kms_key": object{"data": object{"policy": policy}}, "aws_s3_object": resources},
				"provider": object{"aws": []any{object{"region": "us-east-1", "allowed_account_ids": []any{account}}}}})
		}
		names := map[string]bool{}
		for range 12 {
			names[word("ab", 4)] = true
		}
		var all, each []string
		for name := range names {
			all = append(all, name)
			each = append(each, examine(t, stackOf(name))...)
		}
		together := examine(t, stackOf(all...))
		slices.Sort(each)
		slices.Sort(together)
		if diff := cmp.Diff(each, together); diff != "" {
			t.Fatalf("%s %q (-each +together):\n%s", operator, patterns, diff)
		}
		found += len(each)
	}
	if found < 50 {
		t.Errorf("only %d findings", found)
	}
}

// Only of a KmsTier's key is it known what it is meant to serve: of the policies of
// others nothing is said.
func TestKeysOfNoTierAreNotJudged(t *testing.T) {
	administered := keypolicy.Document{Statements: statements.EnableIamKeyAdministration(location)}
	for _, key := range []string{`{}`, `{"policy": "${var.policy}"}`, `{"policy": ` + string(encoded(administered.Indented())) + `}`} {
		file := `{` + provider + `, "resource": {"aws_kms_key": {"data": ` + key + `}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_key.data.arn}"}}, "aws_cloudwatch_log_group": {"l": {"kms_key_id": "${aws_kms_key.data.arn}"}}}}`
		if got := examine(t, []byte(file)); len(got) > 0 {
			t.Errorf("found %q of %s", got, key)
		}
	}
}

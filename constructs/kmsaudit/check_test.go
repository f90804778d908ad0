package kmsaudit

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/keyalert"
)

const (
	testKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	testToken  = "${TfToken[TOKEN.7]}"
	testList   = "#{TfToken[TOKEN.0]}"
)

// problemsOf are the problems of a configuration that is right but for a change.
func problemsOf(change func(*KmsAuditConfig)) []string {
	config := &KmsAuditConfig{Environment: "prod", AccountId: "123456789012", Region: "us-east-1", Partition: "aws", LogsKeyArn: testKeyArn}
	change(config)
	var problems []string
	for _, problem := range check(config, newSettings(config)) {
		problems = append(problems, problem.String())
	}
	return problems
}

// accounts are some that differ from the audit's own.
func accounts(count int) []string {
	var ids []string
	for i := range count {
		ids = append(ids, fmt.Sprintf("9%011d", i))
	}
	return ids
}

func existing(c *KmsAuditConfig) { c.LogsKeyArn, c.ExistingTrail = "", &ExistingTrail{} }

func TestWrongValuesAreRefused(t *testing.T) {
	const (
		slug   = "must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters"
		list   = " is \"#{TfToken[TOKEN.0]}\": is a list that only Terraform knows; must be one value (which may be a token)"
		known  = "must be known when the app runs, since it stands in names; a token is not"
		keyId  = `: must be the id of a key, such as "1234abcd-12ab-34cd-56ef-1234567890ab"; no ARN and no alias`
		arn    = `: must be the ARN of a key, such as "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"; no id and no alias`
		days   = "must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"
		bucket = `: must be the ARN of a bucket, such as "arn:aws:s3:::nc-dp-prod-raw"; no name and no part of a bucket`
		tag    = `has a key that AWS refuses; must be 1 to 128 letters, digits, spaces and _ . : / = + - @, and not begin with "aws:"`
	)
	for name, c := range map[string]struct {
		change func(*KmsAuditConfig)
		want   []string
	}{
		"nothing wrong":        {func(*KmsAuditConfig) {}, nil},
		"no environment":       {func(c *KmsAuditConfig) { c.Environment = "" }, []string{"Environment: is missing; " + slug}},
		"environment, no slug": {func(c *KmsAuditConfig) { c.Environment = "Prod" }, []string{`Environment is "Prod": ` + slug}},
		"environment, token":   {func(c *KmsAuditConfig) { c.Environment = testToken }, []string{`Environment is "${TfToken[TOKEN.7]}": ` + known}},
		"prefix, no slug":      {func(c *KmsAuditConfig) { c.NamePrefix = "nc_dp" }, []string{`NamePrefix is "nc_dp": ` + slug}},
		"prefix, token":        {func(c *KmsAuditConfig) { c.NamePrefix = testToken }, []string{`NamePrefix is "${TfToken[TOKEN.7]}": ` + known}},
		"names of 30": {func(c *KmsAuditConfig) {
			c.NamePrefix, c.Environment = strings.Repeat("a", 20), strings.Repeat("b", 10)
		}, nil},
		"names of 31": {func(c *KmsAuditConfig) {
			c.NamePrefix, c.Environment = strings.Repeat("a", 20), strings.Repeat("b", 11)
		}, []string{`Environment is "bbbbbbbbbbb": has 31 characters together with NamePrefix "aaaaaaaaaaaaaaaaaaaa"; must be at most 30, so that the names of buckets and rules fit`}},
		"account":                  {func(c *KmsAuditConfig) { c.AccountId = "1" }, []string{`AccountId is "1": must be an account id of twelve digits, such as "123456789012"`}},
		"region":                   {func(c *KmsAuditConfig) { c.Region = "here" }, []string{`Region is "here": must be a Region, such as "us-east-1"`}},
		"partition":                {func(c *KmsAuditConfig) { c.Partition = "aws-cn" }, []string{`Partition is "aws-cn": must be "aws", the partition of Region us-east-1`}},
		"no key":                   {func(c *KmsAuditConfig) { c.LogsKeyArn = "" }, []string{"LogsKeyArn: is missing; must be the ARN of the key for the trail's files, such as that of the tier's LogsKey, unless there is an ExistingTrail"}},
		"key by id":                {func(c *KmsAuditConfig) { c.LogsKeyArn = "1234abcd-12ab-34cd-56ef-1234567890ab" }, []string{`LogsKeyArn is "1234abcd-12ab-34cd-56ef-1234567890ab"` + arn}},
		"key by alias":             {func(c *KmsAuditConfig) { c.LogsKeyArn = "arn:aws:kms:us-east-1:123456789012:alias/x" }, []string{`LogsKeyArn is "arn:aws:kms:us-east-1:123456789012:alias/x"` + arn}},
		"key elsewhere":            {func(c *KmsAuditConfig) { c.LogsKeyArn = strings.Replace(testKeyArn, "us-east-1", "eu-west-1", 1) }, []string{`LogsKeyArn is "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab": is of Region eu-west-1; must be of us-east-1, that of the bucket`}},
		"key of another account":   {func(c *KmsAuditConfig) { c.LogsKeyArn = strings.Replace(testKeyArn, "123456789012", "999999999999", 1) }, []string{`LogsKeyArn is "arn:aws:kms:us-east-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab": is of account 999999999999; must be of 123456789012, whose trails its policy lets in`}},
		"key of another partition": {func(c *KmsAuditConfig) { c.LogsKeyArn = strings.Replace(testKeyArn, "arn:aws:", "arn:aws-cn:", 1) }, []string{`LogsKeyArn is "arn:aws-cn:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab": is of partition "aws-cn"; must be of "aws"`}},
		"an existing trail":        {existing, nil},
		"an existing trail and a key and periods": {func(c *KmsAuditConfig) {
			existing(c)
			c.LogsKeyArn, c.RetentionDays, c.LogGroupRetentionDays = testKeyArn, 1, -1
			c.OrganizationTrail, c.DataEventBucketArns, c.AccessLogBucket = &OrganizationTrail{}, []string{"x", "y"}, "x"
		}, []string{
			`LogsKeyArn is "` + testKeyArn + `": means nothing with an ExistingTrail; leave it out`,
			"RetentionDays is 1: means nothing with an ExistingTrail; leave it out",
			"OrganizationTrail: means nothing with an ExistingTrail; leave it out",
			"DataEventBucketArns is 2: means nothing with an ExistingTrail; leave it out",
			`AccessLogBucket is "x": means nothing with an ExistingTrail; leave it out`,
			"LogGroupRetentionDays is -1: means nothing with an ExistingTrail; leave it out",
		}},
		"an existing trail by its ARN": {func(c *KmsAuditConfig) {
			existing(c)
			c.ExistingTrail.LogGroupName = "arn:aws:logs:x"
		}, []string{`ExistingTrail.LogGroupName is "arn:aws:logs:x": must be the name of a log group: letters, digits and / _ . # -, at most 512 characters; no ARN`}},
		"an existing trail that nothing checks": {func(c *KmsAuditConfig) { existing(c); c.EnableConfigRules = new(false) }, []string{"EnableConfigRules is false: must be true with an ExistingTrail, which nothing else checks"}},
		"an organization": {func(c *KmsAuditConfig) {
			c.OrganizationTrail = &OrganizationTrail{OrganizationId: "o-exampleorgid", ManagementAccountId: "111111111111"}
		}, nil},
		"no organization": {func(c *KmsAuditConfig) {
			c.OrganizationTrail = &OrganizationTrail{ManagementAccountId: "1"}
		}, []string{
			`OrganizationTrail.OrganizationId: must be the id of an organization, such as "o-exampleorgid"`,
			`OrganizationTrail.ManagementAccountId is "1": must be an account id of twelve digits, such as "123456789012"`,
		}},
		"buckets of data events": {func(c *KmsAuditConfig) {
			c.DataEventBucketArns = []string{"arn:aws:s3:::nc-dp-prod-raw", testToken, "nc-dp-prod-raw", "arn:aws:s3:::nc-dp-prod-raw/x", "arn:aws:s3:::nc-dp-kms-audit-prod-123456789012", "", "arn:aws:s3:::nc-dp-prod-raw", testList}
		}, []string{
			`DataEventBucketArns[2] is "nc-dp-prod-raw"` + bucket, `DataEventBucketArns[3] is "arn:aws:s3:::nc-dp-prod-raw/x"` + bucket,
			`DataEventBucketArns[4] is "arn:aws:s3:::nc-dp-kms-audit-prod-123456789012": is the trail's own bucket: recording that a file was written writes a file`,
			"DataEventBucketArns[5]" + bucket, `DataEventBucketArns[6] is "arn:aws:s3:::nc-dp-prod-raw": is DataEventBucketArns[0] already`, "DataEventBucketArns[7]" + list,
		}},
		"too many buckets of data events": {func(c *KmsAuditConfig) {
			for i := range 251 {
				c.DataEventBucketArns = append(c.DataEventBucketArns, fmt.Sprintf("arn:aws:s3:::bucket-%d", i))
			}
		}, []string{"DataEventBucketArns is 251: must be at most 250"}},
		"a bucket of access logs":         {func(c *KmsAuditConfig) { c.AccessLogBucket = "nc-dp-logs-central" }, nil},
		"a bucket of access logs, by ARN": {func(c *KmsAuditConfig) { c.AccessLogBucket = "arn:aws:s3:::x" }, []string{`AccessLogBucket is "arn:aws:s3:::x": must be the name of a bucket: lower-case letters, digits, dots and hyphens, 3 to 63; no ARN`}},
		"a bucket that logs itself":       {func(c *KmsAuditConfig) { c.AccessLogBucket = "nc-dp-kms-audit-prod-123456789012" }, []string{`AccessLogBucket is "nc-dp-kms-audit-prod-123456789012": is the trail's own bucket: logging its access would be logged`}},
		"keys by alias": {func(c *KmsAuditConfig) {
			c.KeyArns = map[string]string{"alias/nc-dp-data-prod": testKeyArn, "alias/t": testToken, "data": testKeyArn, "alias/none": "", "alias/id": "mrk-1", "alias/list": testList}
		}, []string{
			`KeyArns[alias/id] is "mrk-1"` + arn, "KeyArns[alias/list]" + list, "KeyArns[alias/none]" + arn,
			`KeyArns[data]: has a name that is no alias; must be "alias/" and letters, digits, / _ -, such as "alias/nc-dp-data-prod"`,
		}},
		"grants": {func(c *KmsAuditConfig) {
			grant := strings.Repeat("0123456789abcdef", 4)
			c.GrantIds = []string{grant, testToken, "x", "", grant, testList}
		}, []string{
			`GrantIds[2] is "x": must be the id of a grant: 64 hexadecimal digits`, "GrantIds[3]: must be the id of a grant: 64 hexadecimal digits",
			`GrantIds[4] is "` + strings.Repeat("0123456789abcdef", 4) + `": is GrantIds[0] already`, "GrantIds[5]" + list,
		}},
		"one trusted account more than fit": {func(c *KmsAuditConfig) { c.TrustedAccountIds = accounts(9) }, []string{
			"TrustedAccountIds is 9: would make the filter key-changed-grants-forwarded 1034 characters long, where CloudWatch Logs takes 1024; at most 8 fit",
		}},
		"as many trusted accounts as fit": {func(c *KmsAuditConfig) { c.TrustedAccountIds = accounts(8) }, nil},
		"more trusted accounts than a filter takes": {func(c *KmsAuditConfig) { c.TrustedAccountIds = accounts(40) }, []string{
			"TrustedAccountIds is 40: would make the pattern of the alert foreign-grant-created 2246 characters long, where EventBridge takes 2048; at most 8 fit",
		}},
		"more trusted accounts than fit, as tokens": {func(c *KmsAuditConfig) {
			for i := range 40 {
				c.TrustedAccountIds = append(c.TrustedAccountIds, fmt.Sprintf("${TfToken[TOKEN.%d]}", i))
			}
		}, []string{
			"TrustedAccountIds is 40: would make the pattern of the alert foreign-grant-created 2246 characters long, where EventBridge takes 2048; at most 8 fit",
		}},
		"as many as fit without a log group": {func(c *KmsAuditConfig) { existing(c); c.TrustedAccountIds = accounts(32) }, nil},
		"more than fit without a log group": {func(c *KmsAuditConfig) { existing(c); c.TrustedAccountIds = accounts(34) }, []string{
			"TrustedAccountIds is 34: would make the pattern of the alert foreign-grant-created 2078 characters long, where EventBridge takes 2048; at most 32 fit",
		}},
		"more keys than a message takes": {func(c *KmsAuditConfig) {
			c.KeyArns = map[string]string{}
			for i := range 90 {
				c.KeyArns[fmt.Sprintf("alias/key-%02d", i)] = testToken
			}
		}, []string{"KeyArns is 90: would make the message of the alert key-disabled 9872 characters long, where EventBridge takes 8192; at most 72 fit"}},
		"more grants than a pattern takes": {func(c *KmsAuditConfig) {
			for i := range 20 {
				c.GrantIds = append(c.GrantIds, fmt.Sprintf("%064x", i))
			}
		}, []string{"GrantIds is 20: would make the pattern of the alert declared-grant-ended 2914 characters long, where EventBridge takes 2048; at most 13 fit"}},
		"a trail without AWS Config":       {func(c *KmsAuditConfig) { c.EnableConfigRules = new(false) }, nil},
		"retention too short":              {func(c *KmsAuditConfig) { c.RetentionDays = -1 }, []string{"RetentionDays is -1: must be from 1 to 36500"}},
		"retention too long":               {func(c *KmsAuditConfig) { c.RetentionDays = 36501 }, []string{"RetentionDays is 36501: must be from 1 to 36500"}},
		"retentions":                       {func(c *KmsAuditConfig) { c.RetentionDays, c.LogGroupRetentionDays = 36500, 3653 }, nil},
		"a period that Logs does not know": {func(c *KmsAuditConfig) { c.LogGroupRetentionDays = 8 }, []string{"LogGroupRetentionDays is 8: " + days}},
		"emails": {func(c *KmsAuditConfig) {
			c.AlertEmails = []string{"a@example.com", "security", testToken, "", "a@example.com"}
		}, []string{
			`AlertEmails[1] is "security": must be an email address, such as "security@example.com"`,
			`AlertEmails[2] is "${TfToken[TOKEN.7]}": must be known when the app runs, since it names a subscription; a token is not`,
			`AlertEmails[3]: is missing; must be an email address, such as "security@example.com"`,
			`AlertEmails[4] is "a@example.com": is AlertEmails[0] already`,
		}},
		"trusted accounts": {func(c *KmsAuditConfig) {
			c.TrustedAccountIds = []string{"1", "", "123456789012", testToken, testToken, "111111111111", "111111111111", testList}
		}, []string{
			`TrustedAccountIds[0] is "1": must be an account id of twelve digits, such as "123456789012"`,
			`TrustedAccountIds[1]: is empty; must be an account id of twelve digits, such as "123456789012"`,
			`TrustedAccountIds[2] is "123456789012": is the keys' own account, whose roles may get grants anyway; leave it out`,
			`TrustedAccountIds[6] is "111111111111": is TrustedAccountIds[5] already`,
			`TrustedAccountIds[7]` + list,
		}},
		"imported keys": {func(c *KmsAuditConfig) {
			c.ImportedKeyIds = []string{"1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab", testToken, testKeyArn, "", "mrk-1234abcd12ab34cd56ef1234567890ab", testList}
		}, []string{
			`ImportedKeyIds[3] is "` + testKeyArn + `"` + keyId, `ImportedKeyIds[4]: is empty` + strings.Replace(keyId, ":", ";", 1),
			`ImportedKeyIds[5] is "mrk-1234abcd12ab34cd56ef1234567890ab": is ImportedKeyIds[1] already`, `ImportedKeyIds[6]` + list,
		}},
		"tags": {func(c *KmsAuditConfig) {
			c.Tags = map[string]string{"a": "ok", "aws:x": "1", "env": "dev", "q": "?", "t": testToken, "u": testList, "": "x"}
		}, []string{
			"Tags[]: " + tag, "Tags[aws:x]: " + tag,
			`Tags[env] is "dev": is set by the construct to "prod", which access control by tag relies on`,
			`Tags[q] is "?": must be letters, digits, spaces and _ . : / = + - @, at most 256 characters`, "Tags[u]" + list,
		}},
		"too many tags": {func(c *KmsAuditConfig) {
			c.Tags = map[string]string{}
			for i := range 50 {
				c.Tags[strings.Repeat("t", i+1)] = ""
			}
		}, []string{"Tags is 50: with those of the construct there would be 51; AWS allows 50"}},
		"lists where one value is needed": {func(c *KmsAuditConfig) {
			c.AccountId, c.Region, c.Partition, c.LogsKeyArn = testList, testList, testList, testList
		}, []string{"AccountId" + list, "Region" + list, "Partition" + list, "LogsKeyArn" + list}},
		"tokens": {func(c *KmsAuditConfig) {
			c.AccountId, c.Region, c.Partition, c.LogsKeyArn = testToken, testToken, testToken, testToken
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, problemsOf(c.change)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// unchecked are the fields that can hold no wrong value.
var unchecked = map[string]bool{"EnableGuardDuty": true, "PreventDestroy": true, "Production": true}

// A field that is added without a check fails here.
func TestEveryFieldIsChecked(t *testing.T) {
	wrong := map[string]func(*KmsAuditConfig){
		"Environment":           func(c *KmsAuditConfig) { c.Environment = "P" },
		"NamePrefix":            func(c *KmsAuditConfig) { c.NamePrefix = "P" },
		"AccountId":             func(c *KmsAuditConfig) { c.AccountId = "P" },
		"Region":                func(c *KmsAuditConfig) { c.Region = "P" },
		"Partition":             func(c *KmsAuditConfig) { c.Partition = "P" },
		"LogsKeyArn":            func(c *KmsAuditConfig) { c.LogsKeyArn = "P" },
		"ExistingTrail":         func(c *KmsAuditConfig) { existing(c); c.ExistingTrail.LogGroupName = "?" },
		"RetentionDays":         func(c *KmsAuditConfig) { c.RetentionDays = -1 },
		"LogGroupRetentionDays": func(c *KmsAuditConfig) { c.LogGroupRetentionDays = -1 },
		"AlertEmails":           func(c *KmsAuditConfig) { c.AlertEmails = []string{"P"} },
		"OrganizationTrail":     func(c *KmsAuditConfig) { c.OrganizationTrail = &OrganizationTrail{OrganizationId: "?"} },
		"DataEventBucketArns":   func(c *KmsAuditConfig) { c.DataEventBucketArns = []string{"?"} },
		"AccessLogBucket":       func(c *KmsAuditConfig) { c.AccessLogBucket = "?" },
		"KeyArns":               func(c *KmsAuditConfig) { c.KeyArns = map[string]string{"?": testKeyArn} },
		"GrantIds":              func(c *KmsAuditConfig) { c.GrantIds = []string{"?"} },
		"TrustedAccountIds":     func(c *KmsAuditConfig) { c.TrustedAccountIds = []string{"P"} },
		"ImportedKeyIds":        func(c *KmsAuditConfig) { c.ImportedKeyIds = []string{"P"} },
		"EnableConfigRules":     func(c *KmsAuditConfig) { existing(c); c.EnableConfigRules = new(false) },
		"Tags":                  func(c *KmsAuditConfig) { c.Tags = map[string]string{"": ""} },
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[KmsAuditConfig]()) {
		change := wrong[field.Name]
		if (change == nil) != unchecked[field.Name] {
			t.Errorf("field %s must be either in wrong or in unchecked", field.Name)
		}
		if change == nil {
			continue
		}
		if problems := problemsOf(change); len(problems) == 0 || !strings.HasPrefix(problems[0], field.Name) {
			t.Errorf("a wrong %s gives %q, want a problem that names it", field.Name, problems)
		}
	}
}

func TestValidateNamesTheEnvironment(t *testing.T) {
	err := (&KmsAuditConfig{Environment: "dev", RetentionDays: -1}).Validate()
	const want = `the audit configuration of environment "dev" was refused, 2 problems:
  LogsKeyArn: is missing; must be the ARN of the key for the trail's files, such as that of the tier's LogsKey, unless there is an ExistingTrail
  RetentionDays is -1: must be from 1 to 36500`
	var refused *ConfigError
	if !errors.As(err, &refused) || err.Error() != want {
		t.Errorf("Validate() = %v, want\n%s", err, want)
	}
	if err := (&KmsAuditConfig{Environment: "dev", LogsKeyArn: testKeyArn}).Validate(); err != nil {
		t.Errorf("Validate() = %v, want nil", err)
	}
	var none *KmsAuditConfig
	if err := none.Validate(); err == nil || !strings.Contains(err.Error(), "config: is nil; must be a *KmsAuditConfig") {
		t.Errorf("Validate() of nothing = %v", err)
	}
}

func TestDefaultsFollowTheEnvironment(t *testing.T) {
	for environment, want := range map[string]settings{
		"prod": {retentionDays: 2557, logGroupRetentionDays: 90, lockFiles: true, preventDestroy: true},
		"stg":  {retentionDays: 30, logGroupRetentionDays: 30},
		"dev":  {retentionDays: 7, logGroupRetentionDays: 7},
		"qa":   {retentionDays: 30, logGroupRetentionDays: 30},
	} {
		s := newSettings(&KmsAuditConfig{Environment: environment})
		got := settings{retentionDays: s.retentionDays, logGroupRetentionDays: s.logGroupRetentionDays, lockFiles: s.lockFiles, preventDestroy: s.preventDestroy}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", environment, got, want)
		}
	}
	s := newSettings(&KmsAuditConfig{Environment: "prod", RetentionDays: 731, LogGroupRetentionDays: 365, PreventDestroy: new(false)})
	if s.retentionDays != 731 || s.logGroupRetentionDays != 365 || s.preventDestroy || !s.lockFiles {
		t.Errorf("what is given is %+v", s)
	}
}

// The longest names that the checks let through.
func TestNamesFit(t *testing.T) {
	s := newSettings(&KmsAuditConfig{NamePrefix: strings.Repeat("a", 15), Environment: strings.Repeat("b", 15), EnableGuardDuty: true})
	if name := s.bucketName("123456789012"); len(name) > 63 {
		t.Errorf("the bucket's name has %d characters, S3 takes 63", len(name))
	}
	names := s.names(testPlace)
	for _, alert := range keyalert.Of(names) {
		if name := s.name() + "-" + alert.Name; len(name) > 64 {
			t.Errorf("the rule's name %s has %d characters, EventBridge takes 64", name, len(name))
		}
		if len(alert.Paths(names)) > 100 {
			t.Errorf("%s shows more parts than EventBridge takes", alert.Name)
		}
	}
	long := s
	long.ownTrail, long.existingLogGroup = false, strings.Repeat("g", 512)
	for _, a := range append(s.alarms(testPlace), long.alarms(testPlace)...) {
		if len(a.description) > maxDescription {
			t.Errorf("the description of %s has %d characters, CloudWatch takes %d", a.name, len(a.description), maxDescription)
		}
	}
	for _, l := range s.lengths() {
		if l.length > l.most {
			t.Errorf("%s has %d characters, %s takes %d", l.what, l.length, l.service, l.most)
		}
	}
}

func TestAlarmsAndRulesOfConfigAreDocumented(t *testing.T) {
	content, err := os.ReadFile("../../docs/kmsaudit.md")
	if err != nil {
		t.Fatal(err)
	}
	s := prodSettings()
	s.importedKeyIds = []string{"{key}"}
	for _, a := range s.alarms(testPlace) {
		if !strings.Contains(string(content), "`"+a.name+"`") {
			t.Errorf("docs/kmsaudit.md does not name the alarm %s", a.name)
		}
	}
	for _, rule := range managedConfigRules {
		if !strings.Contains(string(content), "`"+rule.identifier+"`") {
			t.Errorf("docs/kmsaudit.md does not name the rule %s", rule.identifier)
		}
	}
}

package kmstier

import (
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

func cond(operator, key string, values ...string) keypolicy.Condition {
	return keypolicy.Condition{Operator: operator, Key: key, Values: values}
}

// withExtra is the error of a tier with one more statement on the data key.
func withExtra(change func(*KmsTierConfig), statement keypolicy.Statement) string {
	statement.Sid = "Extra"
	if statement.Effect == "" {
		statement.Effect = keypolicy.Allow
	}
	c := &KmsTierConfig{
		Environment: "dev", AccountId: testAccount, Region: "us-east-1", Partition: "aws", AccountAccess: AdministerOnly,
		AdministratorRoleArns: []string{role("admin")},
		ExtraStatements:       map[string][]keypolicy.Statement{"data": {statement}},
	}
	if change != nil {
		change(c)
	}
	if err := c.Validate(); err != nil {
		return err.Error()
	}
	return ""
}

func toService(service string, conditions ...keypolicy.Condition) keypolicy.Statement {
	return keypolicy.Statement{
		Principals: []keypolicy.Principal{keypolicy.ServicePrincipal(service + ".amazonaws.com")},
		Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"}, Conditions: conditions,
	}
}

// IAM User Guide, "The confused deputy problem".
func TestServicesActForTheKeysAccountOnly(t *testing.T) {
	const topic, bucket = "arn:aws:sns:us-east-1:123456789012:jobs", "arn:aws:s3:::nc-dp-raw"
	const foreign = "arn:aws:sns:us-east-1:999999999999:jobs"
	lookedUp := func(c *KmsTierConfig) { c.AccountId = "" }
	token := func(c *KmsTierConfig) { c.AccountId = "${var.account}" }
	tests := map[string]struct {
		change     func(*KmsTierConfig)
		conditions []keypolicy.Condition
		// want is where and why it is refused; empty where it is right.
		want string
	}{
		"its account":                    {nil, []keypolicy.Condition{cond("StringEquals", "aws:SourceAccount", testAccount)}, ""},
		"its account, ignoring case":     {nil, []keypolicy.Condition{cond("StringEqualsIgnoreCase", "AWS:sourceaccount", testAccount)}, ""},
		"its account by a token":         {token, []keypolicy.Condition{cond("StringEquals", "aws:SourceAccount", "${var.account}")}, ""},
		"its account, to be looked up":   {lookedUp, []keypolicy.Condition{cond("StringEquals", "aws:SourceAccount", "${data.aws_caller_identity.me.account_id}")}, ""},
		"an account that alone is known": {func(c *KmsTierConfig) { c.AccountId, c.AdministratorRoleArns = "", []string{testToken} }, []keypolicy.Condition{cond("StringEquals", "aws:SourceAccount", testAccount)}, ""},
		"a topic":                        {nil, []keypolicy.Condition{cond("ArnLike", "aws:SourceArn", topic+"-*")}, ""},
		"a topic in every Region":        {nil, []keypolicy.Condition{cond("ArnLike", "aws:SourceArn", "arn:aws:sns:*:123456789012:*")}, ""},
		"a topic as text":                {nil, []keypolicy.Condition{cond("StringLike", "aws:SourceArn", "arn:aws:sns:us-east-1:123456789012:*")}, ""},
		"a topic of a token's account":   {nil, []keypolicy.Condition{cond("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-1:${data.aws_caller_identity.me.account_id}:jobs")}, ""},
		"a bucket with the account":      {nil, []keypolicy.Condition{cond("ArnLike", "aws:SourceArn", bucket), cond("StringEquals", "aws:SourceAccount", testAccount)}, ""},
		"a token ARN with the account":   {nil, []keypolicy.Condition{cond("ArnEquals", "aws:SourceArn", "${aws_s3_bucket.raw.arn}"), cond("StringEquals", "aws:SourceAccount", testAccount)}, ""},
		"a context with an ARN":          {nil, []keypolicy.Condition{cond("StringEquals", "kms:EncryptionContext:aws:sns:topicArn", topic)}, ""},
		"a context with a token ARN":     {nil, []keypolicy.Condition{cond("StringEquals", "kms:EncryptionContext:aws:sns:topicArn", "${aws_sns_topic.jobs.arn}")}, ""},
		"a context with the account":     {nil, []keypolicy.Condition{cond("StringEquals", "kms:EncryptionContext:aws:dynamodb:subscriberId", testAccount)}, ""},
		"one of two conditions is right": {nil, []keypolicy.Condition{cond("StringLike", "aws:SourceAccount", "*"), cond("ArnLike", "aws:SourceArn", topic)}, ""},

		"nothing":                    {nil, nil, ` is "Extra": lets sns.amazonaws.com use the key for anybody`},
		"any account":                {nil, []keypolicy.Condition{cond("StringLike", "aws:SourceAccount", "*")}, `.Conditions[0].Values[0] is "*": is a pattern that other accounts match`},
		"most accounts":              {nil, []keypolicy.Condition{cond("StringLike", "aws:SourceAccount", "1234567890??")}, `.Conditions[0].Values[0] is "1234567890??": is a pattern`},
		"another account":            {nil, []keypolicy.Condition{cond("StringEquals", "aws:SourceAccount", "999999999999")}, `.Conditions[0].Values[0] is "999999999999": is another account than the key's, 123456789012`},
		"another account beside":     {nil, []keypolicy.Condition{cond("StringEquals", "aws:SourceAccount", testAccount, "999999999999")}, `.Conditions[0].Values[1] is "999999999999": is another account`},
		"another account, merged":    {nil, []keypolicy.Condition{cond("StringEquals", "aws:SourceAccount", testAccount), cond("StringEquals", "aws:SourceAccount", "999999999999")}, `.Conditions[1].Values[0] is "999999999999": is another account`},
		"another than the roles'":    {lookedUp, []keypolicy.Condition{cond("StringEquals", "aws:SourceAccount", "999999999999")}, `.Conditions[0].Values[0] is "999999999999": is another account than the key's, 123456789012`},
		"whoever asks":               {nil, []keypolicy.Condition{cond("StringEquals", "aws:SourceAccount", "${aws:SourceAccount}")}, `.Conditions[0].Values[0] is "${aws:SourceAccount}": is a policy variable`},
		"whoever has the resource":   {nil, []keypolicy.Condition{cond("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-1:${aws:SourceAccount}:jobs")}, `is a policy variable`},
		"any ARN":                    {nil, []keypolicy.Condition{cond("ArnLike", "aws:SourceArn", "arn:*:*:*:*:*")}, `.Conditions[0].Values[0] is "arn:*:*:*:*:*": is a pattern that other accounts match`},
		"any ARN as text":            {nil, []keypolicy.Condition{cond("StringLike", "aws:SourceArn", "*")}, `.Conditions[0].Values[0] is "*": is no ARN with an account`},
		"another account's topic":    {nil, []keypolicy.Condition{cond("ArnLike", "aws:SourceArn", foreign)}, `.Conditions[0].Values[0] is "` + foreign + `": is another account`},
		"another account's, a token": {nil, []keypolicy.Condition{cond("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-1:999999999999:${var.name}")}, `is another account`},
		"a bucket alone":             {nil, []keypolicy.Condition{cond("ArnLike", "aws:SourceArn", bucket)}, `.Conditions[0].Values[0] is "` + bucket + `": is an ARN without an account; add aws:SourceAccount beside it`},
		"a token ARN alone":          {nil, []keypolicy.Condition{cond("ArnEquals", "aws:SourceArn", "${aws_sns_topic.jobs.arn}")}, `is an ARN that only Terraform knows, of whatever account; add aws:SourceAccount beside it`},
		"the organization":           {nil, []keypolicy.Condition{cond("StringEquals", "aws:SourceOrgID", "o-1234567890")}, `takes in all accounts of the organization`},
		"all values":                 {nil, []keypolicy.Condition{cond("ForAllValues:StringEquals", "aws:SourceAccount", testAccount)}, `ForAllValues:StringEquals does not need this source to be there`},
		"if it exists":               {nil, []keypolicy.Condition{cond("StringEqualsIfExists", "aws:SourceAccount", testAccount)}, `StringEqualsIfExists does not need`},
		"all but one":                {nil, []keypolicy.Condition{cond("StringNotEquals", "aws:SourceAccount", "999999999999")}, `StringNotEquals does not need`},
		"all but one topic":          {nil, []keypolicy.Condition{cond("ArnNotLike", "aws:SourceArn", foreign)}, `ArnNotLike does not need`},
		"any source":                 {nil, []keypolicy.Condition{cond("Null", "aws:SourceAccount", "false")}, `Null does not need`},
		"a context of anybody":       {nil, []keypolicy.Condition{cond("StringLike", "kms:EncryptionContext:x", "*")}, `lets sns.amazonaws.com use the key for anybody`},
		"the tier's own context":     {nil, []keypolicy.Condition{cond("StringEquals", "kms:EncryptionContext:app", DefaultApp)}, `lets sns.amazonaws.com use the key for anybody`},
		"another account's context":  {nil, []keypolicy.Condition{cond("StringEquals", "kms:EncryptionContext:aws:sns:topicArn", foreign)}, `is another account`},
		"a bucket's context":         {nil, []keypolicy.Condition{cond("StringEquals", "kms:EncryptionContext:aws:s3:arn", bucket)}, `is an ARN without an account`},
		"another subscriber":         {nil, []keypolicy.Condition{cond("StringEquals", "kms:EncryptionContext:aws:dynamodb:subscriberId", "999999999999")}, `lets sns.amazonaws.com use the key for anybody`},
		"a context if it exists":     {nil, []keypolicy.Condition{cond("StringEqualsIfExists", "kms:EncryptionContext:aws:sns:topicArn", topic)}, `StringEqualsIfExists does not need`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := withExtra(test.change, toService("sns", test.conditions...))
			switch {
			case test.want == "" && got != "":
				t.Errorf("what is right is refused: %s", got)
			case test.want != "" && !(strings.Contains(got, "ExtraStatements[data][0]") && strings.Contains(got, test.want) && strings.Contains(got, sourceRemedy)):
				t.Errorf("got %q, want a refusal with %q and the way out", got, test.want)
			}
		})
	}
	// DescribeKey opens no data.
	describe := toService("sns")
	describe.Actions = []string{"kms:DescribeKey"}
	if got := withExtra(nil, describe); got != "" {
		t.Errorf("DescribeKey is refused: %s", got)
	}
	// One service among roles is enough.
	mixed := toService("sns", cond("StringEquals", "kms:EncryptionContext:app", "x"))
	mixed.Principals = append(keypolicy.AwsPrincipals([]string{role("r")}), mixed.Principals...)
	if got := withExtra(nil, mixed); !strings.Contains(got, "lets sns.amazonaws.com use the key for anybody") {
		t.Errorf("a service among roles: %q", got)
	}
}

// What only Terraform can compare, it compares: an account that an extra statement
// alone spells out is the key's, or else.
func TestASourceMayTellTheKeysAccount(t *testing.T) {
	s := newSettings(&KmsTierConfig{Environment: "dev", ExtraStatements: map[string][]keypolicy.Statement{"data": {extra("AllowSns")}}})
	if account, field := s.ownAccount(); account.Text() != testAccount || field != "ExtraStatements" {
		t.Errorf("the key's account is %q by %s", account.Text(), field)
	}
	if got := withExtra(func(c *KmsTierConfig) {
		c.AccountId, c.LambdaRoleArns, c.AdministratorRoleArns = "", []string{"arn:aws:iam::999999999999:role/r"}, nil
	},
		toService("sns", cond("StringEquals", "aws:SourceAccount", testAccount))); !strings.Contains(got, "is another account than the key's, 999999999999") {
		t.Errorf("a source of another account than the roles': %q", got)
	}
}

func TestExtraStatementsKeepWhatThePoliciesPromise(t *testing.T) {
	own := keypolicy.AwsPrincipals([]string{role("jobs")})
	app := cond("StringEquals", "kms:EncryptionContext:app", DefaultApp)
	grant := func(conditions ...keypolicy.Condition) keypolicy.Statement {
		return keypolicy.Statement{Principals: own, Actions: []string{"kms:CreateGrant"}, Conditions: append(conditions, cond("StringEquals", "kms:GrantConstraintType", "EncryptionContextSubset"))}
	}
	const anybody = "allows kms:CreateGrant to any grantee"
	const shape = "arn:aws:kms:us-east-1:123456789012:key/????????-*"
	toAdmin := func(principal, action string) keypolicy.Statement {
		return keypolicy.Statement{Principals: keypolicy.AwsPrincipals([]string{principal}), Actions: []string{action}, Conditions: []keypolicy.Condition{app}}
	}
	tests := map[string]struct {
		statement keypolicy.Statement
		want      string
	}{
		"the key by a shape":        {keypolicy.Statement{Principals: own, Actions: []string{"kms:Decrypt"}, Resources: []string{shape}, Conditions: []keypolicy.Condition{app}}, `.Resources[0] is "` + shape + `": must be "*"`},
		"a Deny by a shape":         {keypolicy.Statement{Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"}, Resources: []string{shape}}, `.Resources[0] is "` + shape + `"`},
		"every ARN":                 {keypolicy.Statement{Principals: own, Actions: []string{"kms:Decrypt"}, Resources: []string{"*", "arn:aws:kms:*"}, Conditions: []keypolicy.Condition{app}}, `.Resources[1] is "arn:aws:kms:*"`},
		"a token":                   {keypolicy.Statement{Principals: own, Actions: []string{"kms:Decrypt"}, Resources: []string{testToken}, Conditions: []keypolicy.Condition{app}}, `.Resources[0] is "${TfToken[TOKEN.7]}"`},
		"all but":                   {keypolicy.Statement{Principals: own, Actions: []string{"kms:Decrypt"}, NotResources: []string{"arn:aws:kms:*"}, Conditions: []keypolicy.Condition{app}}, `.NotResources[0] is "arn:aws:kms:*": must be left out`},
		"the key":                   {keypolicy.Statement{Principals: own, Actions: []string{"kms:Decrypt"}, Resources: []string{"*"}, Conditions: []keypolicy.Condition{app}}, ""},
		"free grants":               {grant(), anybody},
		"grants to any ARN":         {grant(cond("ArnLike", "kms:GranteePrincipal", "arn:aws:iam::*:role/x")), anybody},
		"grants to whoever asks":    {grant(cond("StringEquals", "kms:GranteePrincipal", "${aws:PrincipalArn}")), anybody},
		"grants if somebody":        {grant(cond("StringEqualsIfExists", "kms:GranteePrincipal", role("x"))), anybody},
		"grants but to one":         {grant(cond("StringNotEquals", "kms:GranteePrincipal", role("x"))), anybody},
		"grants not for resources":  {grant(cond("Bool", "kms:GrantIsForAWSResource", "false")), anybody},
		"grants to one":             {grant(cond("StringEquals", "kms:GranteePrincipal", role("x"))), ""},
		"grants for resources":      {grant(cond("Bool", "kms:GrantIsForAWSResource", "TRUE")), ""},
		"an administrator decrypts": {toAdmin(role("admin"), "kms:Decrypt"), `.Principals[0] is "` + role("admin") + `": is an administrator, to whom DenyKeyAdministratorsCryptographicUse denies kms:Decrypt`},
		"an administrator signs":    {toAdmin(role("admin"), "kms:Sig*"), `denies kms:Sign whatever allows it`},
		"an administrator looks":    {keypolicy.Statement{Principals: keypolicy.AwsPrincipals([]string{role("admin")}), Actions: []string{"kms:GetPublicKey"}}, ""},
		"another role decrypts":     {toAdmin(role("admins"), "kms:Decrypt"), ""},
	}
	for name, test := range tests {
		got := withExtra(nil, test.statement)
		if test.want == "" && got != "" || test.want != "" && !strings.Contains(got, "ExtraStatements[data][0]") || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	byPattern := func(c *KmsTierConfig) { c.AdministratorRoleArnPatterns = []string{role("adm-*")} }
	if got := withExtra(byPattern, toAdmin(role("adm-7"), "kms:Decrypt")); !strings.Contains(got, "is an administrator") {
		t.Errorf("an administrator by pattern: %q", got)
	}
}

// AWS documents each for its service: the guides of SNS, SQS, EventBridge, CloudWatch
// and Kinesis on KMS keys.
func TestLegitimateExtraStatementsAreAccepted(t *testing.T) {
	own := keypolicy.AwsPrincipals([]string{role("jobs")})
	app := cond("StringEquals", "kms:EncryptionContext:app", DefaultApp)
	for name, statement := range map[string]keypolicy.Statement{
		"SNS":         toService("sns", cond("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-1:123456789012:jobs-*")),
		"EventBridge": toService("events", cond("ArnLike", "aws:SourceArn", "arn:aws:events:us-east-1:123456789012:rule/*")),
		"CloudWatch":  toService("cloudwatch", cond("StringEquals", "aws:SourceAccount", testAccount)),
		"Kinesis": {Principals: own, Actions: []string{"kms:Decrypt"}, Conditions: []keypolicy.Condition{
			cond("StringEquals", "kms:ViaService", "kinesis.us-east-1.amazonaws.com"), cond("StringEquals", "kms:CallerAccount", testAccount),
			cond("StringLike", "kms:EncryptionContext:aws:kinesis:arn", "arn:aws:kinesis:us-east-1:123456789012:stream/jobs-*"),
		}},
		"everyone of the account by name": {Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:Decrypt"}, Conditions: []keypolicy.Condition{
			app, cond("StringEquals", "aws:PrincipalAccount", testAccount), cond("ArnLike", "aws:PrincipalArn", role("jobs-*")),
		}},
	} {
		for _, access := range []AccountAccess{AdministerOnly, DelegateToIam} {
			if got := withExtra(func(c *KmsTierConfig) { c.AccountAccess = access }, statement); got != "" {
				t.Errorf("%s, %s: %s", name, access, got)
			}
		}
	}
}

// See the KMS Developer Guide, "Default key policy": a key whose policy nobody can
// change is lost to all but AWS Support.
func TestLockOutsAreRefusedAlsoWhenTheyComeWithTime(t *testing.T) {
	sealed := func(actions string, conditions ...keypolicy.Condition) keypolicy.Statement {
		return keypolicy.Statement{Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{actions}, Conditions: conditions}
	}
	for name, test := range map[string]struct {
		statement keypolicy.Statement
		refused   bool
	}{
		"always":                      {sealed("kms:*"), true},
		"since 2020":                  {sealed("kms:*", cond("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z")), true},
		"from a day on":               {sealed("kms:PutKeyPolicy", cond("DateGreaterThanEquals", "aws:CurrentTime", "2099-01-01T00:00:00Z")), true},
		"from a second on":            {sealed("kms:Put*", cond("NumericGreaterThan", "aws:EpochTime", "4070908800")), true},
		"calling a deletion off":      {sealed("kms:CancelKeyDeletion"), true},
		"until a day that is over":    {sealed("kms:*", cond("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z")), false},
		"all but an administrator":    {sealed("kms:PutKeyPolicy", cond("ArnNotLike", "aws:PrincipalArn", role("admin"))), false},
		"all but whom nobody can be":  {sealed("kms:PutKeyPolicy", cond("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::999999999999:role/x")), true},
		"an action of no consequence": {sealed("kms:ReplicateKey"), false},
	} {
		if got := withExtra(nil, test.statement); (got != "") != test.refused {
			t.Errorf("%s: got %q, want refused %v", name, got, test.refused)
		}
	}
}

// Whoever has an account meets these conditions.
func TestExtraStatementsForEveryoneNameAnAccount(t *testing.T) {
	everyone := []keypolicy.Principal{keypolicy.Everyone()}
	app := cond("StringEquals", "kms:EncryptionContext:app", DefaultApp)
	decrypt := func(conditions ...keypolicy.Condition) keypolicy.Statement {
		return keypolicy.Statement{Principals: everyone, Actions: []string{"kms:Decrypt"}, Conditions: conditions}
	}
	if got := withExtra(func(c *KmsTierConfig) { c.SecurityAccountId = "098765432109" }, decrypt(app, cond("StringEquals", "aws:PrincipalAccount", "098765432109"))); got != "" {
		t.Errorf("a declared account is refused: %s", got)
	}
	var passed []string
	for name, statement := range map[string]keypolicy.Statement{
		"a role of any account": decrypt(app, cond("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x")),
		"a role by its end":     decrypt(app, cond("StringLike", "aws:PrincipalArn", "*role/x")),
		"the organization":      decrypt(app, cond("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}")),
		"a tag":                 decrypt(cond("StringEquals", "kms:EncryptionContext:app", "${aws:PrincipalTag/app}")),
		"users":                 decrypt(app, cond("StringLike", "aws:username", "?*")),
		"any account":           decrypt(app, cond("StringLike", "aws:PrincipalAccount", "*")),
		"another account":       decrypt(app, cond("StringEquals", "aws:PrincipalAccount", "999999999999")),
		"its own, if told":      decrypt(app, cond("StringEqualsIfExists", "aws:PrincipalAccount", testAccount)),
		"all but one":           decrypt(app, cond("StringNotEquals", "aws:PrincipalAccount", "999999999999")),
		"its own, or another":   decrypt(app, cond("StringEquals", "kms:CallerAccount", testAccount, "999999999999")),
		"a token as a pattern":  decrypt(app, cond("ArnLike", "aws:PrincipalArn", "${var.pattern}")),
		"all but a role":        {NotPrincipals: keypolicy.AwsPrincipals([]string{role("x")}), Actions: []string{"kms:Decrypt"}, Conditions: []keypolicy.Condition{app}},
	} {
		if withExtra(nil, statement) == "" {
			passed = append(passed, name)
		}
	}
	if len(passed) > 0 {
		t.Errorf("passed: %q", passed)
	}
}

package kmstier

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// extra is an extra statement that is right.
func extra(sid string) keypolicy.Statement {
	return keypolicy.Statement{
		Sid: sid, Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.ServicePrincipal("sns.amazonaws.com")},
		Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		Conditions: []keypolicy.Condition{{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{testAccount}}},
	}
}

func TestExtraStatementsAreChecked(t *testing.T) {
	const withoutContext = " without an encryption context, and so data that nobody can tell apart; the key promises a context with every use: add a condition on it, such as StringEquals kms:EncryptionContext:app (for CreateGrant, Bool kms:GrantIsForAWSResource true)"
	const forAnybody = "lets sns.amazonaws.com use the key for anybody; " + sourcePromise + ": " + sourceRemedy
	const taken = "is the Sid of another statement of the policy; a Sid must be unique within it"
	add := func(purpose string, statements ...keypolicy.Statement) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) {
			if c.ExtraStatements == nil {
				c.ExtraStatements = map[string][]keypolicy.Statement{}
			}
			c.ExtraStatements[purpose] = append(c.ExtraStatements[purpose], statements...)
		}
	}
	changed := func(change func(*keypolicy.Statement)) keypolicy.Statement {
		statement := extra("AllowSns")
		change(&statement)
		return statement
	}
	both := func(changes ...func(*KmsTierConfig)) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) {
			for _, change := range changes {
				change(c)
			}
		}
	}
	open := changed(func(s *keypolicy.Statement) { s.Conditions = nil })
	runChecks(t, map[string]checkCase{
		"one for each key":     {both(add("data", extra("AllowSns")), add("logs", extra("AllowSns"))), nil},
		"none":                 {add("data"), nil},
		"for no key":           {add("schema", extra("AllowSns")), []string{`ExtraStatements[schema]: is for no key of the tier; must be "data" or "logs"`}},
		"for a key in capital": {add("Data"), []string{`ExtraStatements[Data]: is for no key of the tier; must be "data" or "logs"`}},
		"a Sid with spaces":    {add("data", extra("Allow SNS")), []string{`ExtraStatements[data][0].Sid is "Allow SNS": must be letters and digits only, at least one`}},
		"no Sid":               {add("logs", extra("A"), extra("")), []string{`ExtraStatements[logs][1].Sid is "": must be letters and digits only, at least one`}},
		"a Sid twice":          {add("data", extra("AllowSns"), extra("AllowSns")), []string{`ExtraStatements[data][1].Sid is "AllowSns": ` + taken}},
		"a Sid of the tier":    {add("data", extra("AllowCloudWatchLogs")), []string{`ExtraStatements[data][0].Sid is "AllowCloudWatchLogs": ` + taken}},
		// Which Sids are taken depends on the configuration.
		"a Sid of a service":           {both(add("data", extra("AllowDirectUseBySvcEmbed")), func(c *KmsTierConfig) { bind(c, ServiceRole{Service: "svc-embed", RoleArns: []string{role("r")}}) }), []string{`ExtraStatements[data][0].Sid is "AllowDirectUseBySvcEmbed": ` + taken}},
		"a Sid of a service elsewhere": {both(add("logs", extra("AllowDirectUseBySvcEmbed")), func(c *KmsTierConfig) { bind(c, ServiceRole{Service: "svc-embed", RoleArns: []string{role("r")}}) }), nil},
		"a Sid of the other key":       {add("data", extra("AllowCloudTrailEncrypt")), nil},
		"open to a service":            {add("data", open), []string{`ExtraStatements[data][0] is "AllowSns": ` + forAnybody}},
		"open to a role": {add("data", changed(func(s *keypolicy.Statement) {
			s.Conditions, s.Principals = nil, keypolicy.AwsPrincipals([]string{role("r")})
		})), []string{`ExtraStatements[data][0] is "AllowSns": allows kms:Decrypt` + withoutContext}},
		"open to an action token": {add("data", changed(func(s *keypolicy.Statement) { s.Conditions, s.Actions = nil, []string{testToken} })), []string{`ExtraStatements[data][0] is "AllowSns": ` + forAnybody}},
		"open to a role's token": {add("data", changed(func(s *keypolicy.Statement) {
			s.Conditions, s.Actions, s.Principals = nil, []string{testToken}, keypolicy.AwsPrincipals([]string{role("r")})
		})), []string{`ExtraStatements[data][0] is "AllowSns": allows ${TfToken[TOKEN.7]}` + withoutContext}},
		"open but for some actions": {add("data", changed(func(s *keypolicy.Statement) {
			s.Actions, s.NotActions = nil, []string{"kms:CreateGrant"}
			s.Conditions, s.Principals = nil, keypolicy.AwsPrincipals([]string{role("r")})
		})), []string{`ExtraStatements[data][0] is "AllowSns": allows kms:Decrypt` + withoutContext}},
		"a Deny": {add("data", changed(func(s *keypolicy.Statement) { s.Effect = keypolicy.Deny; s.Conditions = nil })), nil},
		// What is wrong in itself is said; whether it would be open is not.
		"open and wrong": {add("data", changed(func(s *keypolicy.Statement) { s.Conditions, s.Principals = nil, nil })), []string{
			"ExtraStatements[data][0].Principals: is empty; a statement of a key policy must name at least one principal"}},
		"tokens": {add("data", changed(func(s *keypolicy.Statement) {
			s.Principals = []keypolicy.Principal{keypolicy.AwsPrincipal(testToken), keypolicy.AwsPrincipal(testList)}
			s.Conditions = []keypolicy.Condition{{Operator: "StringEquals", Key: "kms:EncryptionContext:app", Values: []string{testToken, "${aws:PrincipalTag/app}"}}}
		})), nil},
		// What the engine cannot read is said in the words of the field.
		"a date that is none": {add("data", changed(func(s *keypolicy.Statement) {
			s.Conditions = append(s.Conditions, keypolicy.Condition{Operator: "DateLessThan", Key: "aws:CurrentTime", Values: []string{"tomorrow"}})
		})), []string{`ExtraStatements[data][0].Conditions[1].Values[0] is "tomorrow": must be a date such as 2026-04-01T00:00:00Z, or seconds since 1970, which is what DateLessThan compares with`}},
		"an unknown operator": {add("logs", changed(func(s *keypolicy.Statement) { s.Conditions[0].Operator = "StringEqual" })), []string{`ExtraStatements[logs][0].Conditions[0].Operator is "StringEqual": is no condition operator of IAM; must be like "StringEquals", "ArnLike", "BoolIfExists" or "ForAnyValue:StringLike"; did you mean "StringEquals"?`}},
		"an unknown key":      {add("data", changed(func(s *keypolicy.Statement) { s.Conditions[0].Key = "aws:SourceAcount" })), []string{`ExtraStatements[data][0].Conditions[0].Key is "aws:SourceAcount": must be a condition key of KMS or a global one, such as "kms:ViaService" or "aws:PrincipalArn"; did you mean "aws:SourceAccount"?`}},
		"a misspelt action":   {add("data", changed(func(s *keypolicy.Statement) { s.Actions[0] = "kms:Decript" })), []string{`ExtraStatements[data][0].Actions[0] is "kms:Decript": matches no action of KMS; must be like "kms:Decrypt" or "kms:GenerateDataKey*"; did you mean "kms:Decrypt"?`}},
		"all keys at once": {both(add("logs", open), add("data", extra("a b")), add("other")), []string{
			`ExtraStatements[data][0].Sid is "a b": must be letters and digits only, at least one`,
			`ExtraStatements[logs][0] is "AllowSns": ` + forAnybody,
			`ExtraStatements[other]: is for no key of the tier; must be "data" or "logs"`}},
		"beside another problem": {both(add("data", open), func(c *KmsTierConfig) { c.AccountId = "1" }), []string{
			`AccountId is "1": must be an account id of twelve digits, such as "123456789012"`,
			`ExtraStatements[data][0] is "AllowSns": ` + forAnybody}},
	})
}

// The message gives the size, the largest statements and the way out.
func TestPoliciesThatAreTooLargeAreRefused(t *testing.T) {
	roles := func(count int) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) {
			for i := range count {
				c.LambdaRoleArns = append(c.LambdaRoleArns, role(fmt.Sprintf("LambdaETLRole%03d", i)))
			}
		}
	}
	size := func(count int) int {
		config := &KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: "us-east-1", Partition: "aws"}
		roles(count)(config)
		s := newSettings(config)
		return s.dataKeyPolicy(s.assumedLocation()).Size()
	}
	count := 1
	for size(count) <= keypolicy.MaxSize {
		count++
	}
	if problems := problemsOf(roles(count - 1)); problems != nil {
		t.Errorf("%d bytes are refused: %q", size(count-1), problems)
	}
	want := []string{fmt.Sprintf("policy of the data key is %d bytes: a key policy may have 32768 bytes at most; "+
		"the largest statements are AllowUseThroughDynamoDb %d, AllowUseThroughSecretsManager %d, AllowServiceRoleDirectUse %d; "+
		"name roles by a pattern instead of one by one, or give the work a key of its own",
		size(count), 4475+(count-81)*50, 4417+(count-81)*50, 4401+(count-81)*50)}
	if diff := cmp.Diff(want, problemsOf(roles(count))); diff != "" {
		t.Errorf("problems of %d roles (-want +got):\n%s", count, diff)
	}
	// A role is named in seven statements of the data key's policy and in one of
	// the logs key's.
	problems := problemsOf(roles(700))
	if len(problems) != 2 || !strings.HasPrefix(problems[0], "policy of the data key is ") || !strings.HasPrefix(problems[1], "policy of the logs key is ") {
		t.Errorf("with 700 roles the problems are\n%s\nwant one for each key", strings.Join(problems, "\n"))
	}
	// The way out that the message names must be one.
	if problems := problemsOf(func(c *KmsTierConfig) { c.RoleArnPatterns = []string{role("LambdaETLRole*")} }); problems != nil {
		t.Errorf("a pattern in place of the roles is refused: %q", problems)
	}
}

func TestPoliciesOfLookedUpPlacesAreMeasuredAsIfKnown(t *testing.T) {
	known := newSettings(&KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: "ca-central-1", Partition: "aws"})
	lookedUp := newSettings(&KmsTierConfig{Environment: "dev"})
	size, estimate := known.dataKeyPolicy(known.assumedLocation()).Size(), lookedUp.dataKeyPolicy(lookedUp.assumedLocation()).Size()
	if estimate < size || estimate > size+50 {
		t.Errorf("the policy of a place to be looked up is taken to have %d bytes; with the longest Region of the platform it has %d", estimate, size)
	}
}

func TestSeveralProblemsAreReportedTogetherInTheOrderOfTheFields(t *testing.T) {
	config := &KmsTierConfig{
		Tags:                  map[string]string{"Name": "x"},
		ExtraStatements:       map[string][]keypolicy.Statement{"schema": nil},
		DeletionWindowDays:    31,
		RotationPeriodDays:    89,
		EncryptedResources:    EncryptedResources{SecretNames: []string{""}},
		AccountAccess:         "All",
		LogsBucketArn:         "x",
		SecurityAccountId:     testAccount,
		DeployerRoleArns:      []string{"x"},
		AdministratorRoleArns: []string{role("r")},
		ServiceRoles:          []ServiceRole{{Service: "b", RoleArns: []string{role("r")}}},
		RoleArnPatterns:       []string{role("*")},
		LambdaRoleArns:        []string{"x", role("r")},
		Partition:             "x",
		Region:                "x",
		AccountId:             testAccount,
		Services:              []string{"a", "a"},
		App:                   "*",
		NamePrefix:            "x_",
		Environment:           "Prod",
	}
	const want = `the configuration of environment "Prod" was refused, 21 problems:
  Environment is "Prod": must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters
  NamePrefix is "x_": must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters
  App is "*": must be letters, digits, spaces and _ . : / = + @ -, beginning with a letter or digit, at most 256 characters, since it is a tag as well
  Services[1] is "a": is Services[0] already
  Region is "x": must be a Region, such as "us-east-1"
  Partition is "x": must be a partition: aws, aws-cn, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-us-gov
  LambdaRoleArns[0] is "x": must be the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Name"
  RoleArnPatterns[0] is "arn:aws:iam::123456789012:role/*": matches every role of the account; must hold a part of the roles' names or path
  ServiceRoles[0].Service is "b": must be one of Services: a; did you mean "a"?
  ServiceRoles[0].RoleArns[0] is "arn:aws:iam::123456789012:role/r": is in LambdaRoleArns[1] too, which is not bound to a service, so binding it here would mean nothing; leave it out of one of the two
  AdministratorRoleArns[0] is "arn:aws:iam::123456789012:role/r": is in LambdaRoleArns[1] too; administrators manage the keys and are denied every use, so a role must not be both
  DeployerRoleArns[0] is "x": must be the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Name"
  SecurityAccountId is "123456789012": is the key's own account; must be another, or left out
  LogsBucketArn is "x": needs LogsAccountId, the account that archives into the bucket
  LogsBucketArn is "x": must be the ARN of a bucket without wildcards, such as "arn:aws:s3:::nc-dp-logs-central"
  AccountAccess is "All": must be "DelegateToIam" or "AdministerOnly"
  EncryptedResources.SecretNames[0]: is empty; must be a name, in which * and ? are wildcards
  RotationPeriodDays is 89: must be from 90 to 2560
  DeletionWindowDays is 31: must be from 7 to 30
  ExtraStatements[schema]: is for no key of the tier; must be "data" or "logs"
  Tags[Name] is "x": is set by the tier, for each key after its alias`
	err := config.Validate()
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("Validate (-want +got):\n%s", diff)
	}
	var configError *ConfigError
	if !errors.As(err, &configError) || configError.Subject != `the configuration of environment "Prod"` {
		t.Errorf("got %#v, want a ConfigError", err)
	}
}

func TestValidateAcceptsWhatIsRight(t *testing.T) {
	if err := (&KmsTierConfig{Environment: "prod"}).Validate(); err != nil {
		t.Errorf("Validate() = %v, want nil", err)
	}
}

func TestValidateOfNothingIsRefused(t *testing.T) {
	var none *KmsTierConfig
	const want = "the configuration was refused, 1 problem:\n  config: is nil; must be a *KmsTierConfig with at least Environment"
	if err := none.Validate(); err == nil || err.Error() != want {
		t.Errorf("Validate() = %v, want %s", err, want)
	}
}

// Everything that only Terraform knows is taken as it is, wherever the
// documentation of the field says that it may stand.
func TestTokensAreAcceptedWhereverTheyMayStand(t *testing.T) {
	for _, token := range []string{testToken, "${aws_iam_role.etl.arn}", "${data.aws_caller_identity.me.account_id}"} {
		config := &KmsTierConfig{
			Environment: "prod",
			AccountId:   token, Region: token, Partition: token,
			SecurityAccountId: token, SecurityRoleArns: []string{token, token},
			LogsAccountId: token, LogsRoleArns: []string{token}, LogsBucketArn: token,
			EncryptedResources: EncryptedResources{BucketNames: []string{token}, TableNames: []string{token}, SecretNames: []string{token}, LogGroupNames: []string{token}},
			Tags:               map[string]string{"owner": token},
		}
		if err := config.Validate(); err != nil {
			t.Errorf("token %s: %v", token, err)
		}
	}
	for _, token := range []string{testToken, testList} {
		list := []string{token, token}
		config := &KmsTierConfig{
			Environment: "prod", Services: []string{token},
			LambdaRoleArns: list, FargateRoleArns: list, GlueRoleArns: list, RoleArnPatterns: list,
			ServiceRoles:          []ServiceRole{{Service: "svc", RoleArns: []string{"${a.b}", "#{TfToken[TOKEN.1]}"}, RoleArnPatterns: []string{"${a.c}", "#{TfToken[TOKEN.2]}"}}},
			AdministratorRoleArns: []string{"${a.d}", "#{TfToken[TOKEN.3]}"}, AdministratorRoleArnPatterns: []string{"${a.e}", "#{TfToken[TOKEN.4]}"},
			DeployerRoleArns: list, DeployerRoleArnPatterns: list,
		}
		if err := config.Validate(); err != nil {
			t.Errorf("token %s: %v", token, err)
		}
	}
}

func TestListTokensAreRefusedWhereOneValueIsNeeded(t *testing.T) {
	const reason = ` is "#{TfToken[TOKEN.0]}": is a list that only Terraform knows; must be one value (which may be a token)`
	runChecks(t, map[string]checkCase{"everywhere": {func(c *KmsTierConfig) {
		c.AccountId, c.Region, c.Partition = testList, testList, testList
		c.SecurityAccountId, c.LogsAccountId, c.LogsBucketArn = testList, testList, testList
		c.Tags = map[string]string{"owner": testList}
	}, []string{
		"AccountId" + reason, "Region" + reason, "Partition" + reason,
		"SecurityAccountId" + reason, "LogsAccountId" + reason, "LogsBucketArn" + reason, "Tags[owner]" + reason,
	}}})
}

func TestPurposesAreThoseOfTheKeys(t *testing.T) {
	s := newSettings(&KmsTierConfig{Environment: "dev", NamePrefix: "acme", EnableKeyRotation: jsii.Bool(true)})
	if got, want := s.alias(purposeData)+" "+s.alias(purposeLogs), "alias/acme-data-dev alias/acme-logs-dev"; got != want {
		t.Errorf("aliases are %s, want %s", got, want)
	}
}

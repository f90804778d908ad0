package kmstier

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// consumerConfig has roles of every kind, but for a service "svc-none".
func consumerConfig() *KmsTierConfig {
	config := fullConfig()
	config.Services = append(config.Services, "svc-none")
	config.ExtraStatements = nil
	return config
}

var ownConsumers = []Consumer{AnyService, OneService("svc-embed"), OneService("svc-none"), Deployer, Administrator}

func boundaryOf(t *testing.T, config *KmsTierConfig, consumers ...Consumer) keypolicy.Document {
	t.Helper()
	boundary, err := config.BoundaryPolicy(consumers...)
	if err != nil {
		t.Fatal(err)
	}
	return boundary
}

func reportOn(t *testing.T, config *KmsTierConfig, boundary keypolicy.Document, consumers ...Consumer) BoundaryReport {
	t.Helper()
	text, err := json.Marshal(boundary)
	if err != nil {
		t.Fatal(err)
	}
	report, err := config.CheckBoundary(text, consumers...)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestOwnBoundariesFit(t *testing.T) {
	for _, access := range []AccountAccess{DelegateToIam, AdministerOnly} {
		config := consumerConfig()
		config.AccountAccess = access
		for _, consumer := range ownConsumers {
			if report := reportOn(t, config, boundaryOf(t, config, consumer), consumer); !report.Empty() {
				t.Errorf("%s, %s:\n%s", access, consumer, report)
			}
		}
		if report := reportOn(t, config, boundaryOf(t, config, ownConsumers...), ownConsumers...); !report.Empty() {
			t.Errorf("%s, all:\n%s", access, report)
		}
	}
	// Patterns alone: DescribeKey is theirs by IAM.
	config := &KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: "us-east-1", RoleArnPatterns: []string{role("etl-*")}}
	if report := reportOn(t, config, boundaryOf(t, config, AnyService), AnyService); !report.Empty() {
		t.Errorf("patterns alone:\n%s", report)
	}
}

// narrower is a boundary without one action, whatever pattern stood for it.
func narrower(boundary keypolicy.Document, statement int, action string) keypolicy.Document {
	boundary = boundary.Clone()
	var kept []string
	for _, pattern := range boundary.Statements[statement].Actions {
		for _, other := range aws.MatchActions(pattern).Names() {
			if other != action {
				kept = append(kept, other)
			}
		}
	}
	boundary.Statements[statement].Actions = kept
	if len(kept) == 0 {
		boundary.Statements = slices.Delete(boundary.Statements, statement, statement+1)
	}
	return boundary
}

// A boundary that lacks an action is reported, for every action of every
// statement in turn: the action, the key, the gap, and nothing else.
func TestEveryActionThatABoundaryLacksIsReported(t *testing.T) {
	config := consumerConfig()
	count := 0
	for _, consumer := range ownConsumers {
		boundary := boundaryOf(t, config, consumer)
		for i, statement := range boundary.Statements {
			name, _, _ := strings.Cut(strings.TrimPrefix(statement.Sid, "Allow"), "Key")
			key := strings.ToLower(name)
			for _, pattern := range statement.Actions {
				for _, action := range aws.MatchActions(pattern).Names() {
					count++
					report := reportOn(t, config, narrower(boundary, i, action), consumer)
					if len(report.Blocked) == 0 || len(report.Excess) > 0 {
						t.Errorf("%s without %s on %s: got %q", consumer, action, key, report)
					}
					for _, blocked := range report.Blocked {
						if blocked.Action != action || blocked.Key != key || blocked.Partly || !strings.HasPrefix(blocked.Gap, "no statement of it allows ") || len(blocked.Ways) == 0 {
							t.Errorf("%s without %s on %s: got %+v", consumer, action, key, blocked)
						}
						if text := blocked.String(); !strings.Contains(text, action) || !strings.Contains(text, blocked.Gap) {
							t.Errorf("the sentence lacks the action or the gap: %s", text)
						}
					}
				}
			}
		}
	}
	if count < 80 {
		t.Errorf("only %d actions were taken away", count)
	}
}

// An action that no key policy grants is reported where a boundary allows it.
func TestEveryActionThatABoundaryAddsIsReported(t *testing.T) {
	config := consumerConfig()
	boundary := boundaryOf(t, config, AnyService)
	offered := map[string]bool{"kms:DescribeKey": true}
	for _, pattern := range boundary.Statements[0].Actions {
		for _, action := range aws.MatchActions(pattern).Names() {
			offered[action] = true
		}
	}
	for _, action := range (aws.KeyActions &^ aws.GrantOnlyActions).Names() {
		wider := boundary.Clone()
		wider.Statements[0].Actions = append(wider.Statements[0].Actions, action)
		report := reportOn(t, config, wider, AnyService)
		want := !offered[action] && action != "kms:CreateGrant"
		found := len(report.Excess) == 1 && report.Excess[0].Action == action && report.Excess[0].Key == "data" &&
			report.Excess[0].Statement == "AllowDataKey" && report.Excess[0].When == "always"
		if found != want || len(report.Blocked) > 0 || !want && !report.Empty() {
			t.Errorf("with %s: got %q", action, report)
		}
	}
}

func TestBoundariesOfOthersAreUnderstood(t *testing.T) {
	config := func() *KmsTierConfig {
		return &KmsTierConfig{Environment: "prod", AccountId: testAccount, Region: "us-east-1", LambdaRoleArns: []string{role("Lambda"), role("Etl")}}
	}
	const use = `"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey", "kms:CreateGrant"`
	wide := `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
	on := func(condition string) string {
		return `{"Sid": "Kms", "Effect": "Allow", "Action": [` + use + `], "Resource": "*", "Condition": ` + condition + `}`
	}
	tests := map[string]struct {
		boundary string
		// blocked and partly are actions of the data key, gap is what the first says.
		blocked, partly []string
		gap             string
	}{
		"the platform's tag": {boundary: on(`{"StringEquals": {"aws:ResourceTag/app": "neurocipher-pipeline"}}`)},
		"the key's alias":    {boundary: on(`{"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/nc-dp-*-prod"}}`)},
		"the key's Region":   {boundary: on(`{"StringEquals": {"aws:RequestedRegion": ["us-east-1", "ca-central-1"]}}`)},
		"transport":          {boundary: wide + `, {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}`},
		"all but IAM":        {boundary: `{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}`},
		"services of the Region": {boundary: on(`{"StringLikeIfExists": {"kms:ViaService": "*.us-east-1.amazonaws.com"}}`),
			// The key policy lets roles look the key up through any service, anywhere.
			partly: []string{"kms:DescribeKey"},
			gap:    `through another service than *.us-east-1.amazonaws.com: no statement of it allows the request; the nearest, statement Kms, does not match: StringLikeIfExists on kms:ViaService wants "*.us-east-1.amazonaws.com", the request has "x.x.amazonaws.com"`},
		"split over two statements": {boundary: on(`{"Null": {"kms:ViaService": "true"}}`) + "," + on(`{"Null": {"kms:ViaService": "false"}}`)},
		"a Deny beside the way":     {boundary: wide + `, {"Sid": "NoSqs", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringLike": {"kms:ViaService": "sqs.*"}}}`},
		"another tag": {boundary: on(`{"StringEquals": {"aws:ResourceTag/app": "other"}}`),
			blocked: []string{"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"},
			gap:     `no statement of it allows the request; the nearest, statement Kms, does not match: StringEquals on aws:ResourceTag/app wants "other", the request has "neurocipher-pipeline"`},
		"a tag that the key lacks": {boundary: `{"Effect": "Allow", "NotAction": "kms:Decrypt", "Resource": "*"}, {"Sid": "Team", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "data"}}}`,
			blocked: []string{"kms:Decrypt"}, gap: `no statement of it allows the request; the nearest, statement Team, does not match: StringEquals on aws:ResourceTag/team wants "data", the request has no such key`},
		"another key": {boundary: `{"Effect": "Allow", "NotAction": "kms:*", "Resource": "*"}, {"Effect": "Allow", "NotAction": "kms:Encrypt", "Resource": "*"}, {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "arn:aws:kms:ca-central-1:*:key/*"}`,
			blocked: []string{"kms:Encrypt"}, gap: "no statement of it allows the request; the nearest, statement 2, does not match: the key is not among its resources"},
		"NotAction": {boundary: `{"Effect": "Allow", "NotAction": ["iam:*", "kms:Describe*"], "Resource": "*"}`,
			blocked: []string{"kms:DescribeKey"}, gap: "no statement of it allows the action"},
		"a Deny": {boundary: wide + `, {"Sid": "NoEncrypt", "Effect": "Deny", "Action": "kms:Encrypt", "Resource": "*"}`,
			blocked: []string{"kms:Encrypt"}, gap: "its statement NoEncrypt denies it"},
		"a Deny of some contexts": {boundary: wide + `, {"Sid": "NoOthers", "Effect": "Deny", "Action": "kms:DescribeKey", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "data"}}}`,
			partly: []string{"kms:DescribeKey"}, gap: "if aws:PrincipalTag/team is not data: its statement NoOthers denies it"},
		"one service of two": {boundary: `{"Effect": "Allow", "NotAction": "kms:CreateGrant", "Resource": "*"}, {"Sid": "Dynamo", "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*", "Condition": {"StringLike": {"kms:ViaService": "dynamodb.*"}}}`,
			partly: []string{"kms:CreateGrant"},
			gap:    `not through dynamodb.*: no statement of it allows the request; the nearest, statement Dynamo, does not match: StringLike on kms:ViaService wants "dynamodb.*", the request has "ec2.us-east-1.amazonaws.com"`},
		"one bucket of many": {boundary: wide + `, {"Sid": "OneBucket", "Effect": "Deny", "Action": "kms:GenerateDataKey", "Resource": "*", "Condition": {"ArnNotLikeIfExists": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::nc-dp-prod-raw*"}}}`,
			// A direct request may name a bucket in its context, too.
			partly: []string{"kms:GenerateDataKey"}, gap: "with aws:s3:arn other than arn:aws:s3:::nc-dp-prod-raw*: its statement OneBucket denies it"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report, err := config().CheckBoundary([]byte(`{"Version": "2012-10-17", "Statement": [`+test.boundary+`]}`), AnyService)
			if err != nil {
				t.Fatal(err)
			}
			var blocked, partly []string
			gap := ""
			for _, b := range report.Blocked {
				if b.Key != "data" {
					continue
				}
				if diff := cmp.Diff([]string{role("Etl"), role("Lambda")}, slices.Sorted(slices.Values(b.Roles))); diff != "" {
					t.Errorf("roles (-want +got):\n%s", diff)
				}
				if gap == "" {
					gap = b.Gap
				}
				if b.Partly {
					partly = append(partly, b.Action)
				} else {
					blocked = append(blocked, b.Action)
				}
			}
			blocked, partly = slices.Compact(blocked), slices.Compact(partly)
			if diff := cmp.Diff(test.blocked, blocked); diff != "" {
				t.Errorf("blocked (-want +got):\n%s\n%s", diff, report)
			}
			if diff := cmp.Diff(test.partly, partly); diff != "" {
				t.Errorf("partly blocked (-want +got):\n%s\n%s", diff, report)
			}
			if test.gap != "" && gap != test.gap {
				t.Errorf("the gap is\n%s\nwant\n%s", gap, test.gap)
			}
		})
	}
}

func TestBoundaryReportsSayOtherKeys(t *testing.T) {
	config := &KmsTierConfig{Environment: "prod", AccountId: testAccount, Region: "us-east-1", LambdaRoleArns: []string{role("Lambda")}}
	boundary := boundaryOf(t, config, AnyService)
	for i := range boundary.Statements {
		boundary.Statements[i].Conditions = slices.DeleteFunc(boundary.Statements[i].Conditions, func(c keypolicy.Condition) bool {
			return boundary.Statements[i].Sid == "AllowLogsKey" && strings.HasPrefix(c.Key, "aws:ResourceTag/")
		})
	}
	var got []string
	for _, excess := range reportOn(t, config, boundary, AnyService).Excess {
		got = append(got, excess.String())
	}
	want := []string{
		"the boundary allows kms:Decrypt on other keys always (AllowLogsKey), and no key policy grants it",
		"the boundary allows kms:GenerateDataKey on other keys always (AllowLogsKey), and no key policy grants it",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("excess (-want +got):\n%s", diff)
	}
}

func TestWrongQuestionsAboutConsumersAreRefused(t *testing.T) {
	config := consumerConfig()
	open := consumerConfig()
	open.AccountId, open.Region = "", ""
	broken := &KmsTierConfig{Environment: "Prod"}
	const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	check := func(c *KmsTierConfig, boundary string, consumers ...Consumer) error {
		_, err := c.CheckBoundary([]byte(boundary), consumers...)
		return err
	}
	use := func(c *KmsTierConfig, purpose, arn string, consumer Consumer) error {
		_, err := c.UsePolicy(purpose, arn, consumer)
		return err
	}
	boundary := func(c *KmsTierConfig, consumers ...Consumer) error {
		_, err := c.BoundaryPolicy(consumers...)
		return err
	}
	none := consumerConfig()
	none.SecurityAccountId, none.SecurityRoleArns, none.LogsAccountId, none.LogsRoleArns, none.LogsBucketArn = "", nil, "", nil, ""
	none.Adopt = nil // has a grant of theirs
	const allow = `{"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}`
	tests := map[string]struct {
		err  error
		want []string
	}{
		"no consumer":      {boundary(config), []string{`consumers: is empty; must be at least one, such as AnyService`}},
		"unknown consumer": {boundary(config, "role"), []string{`consumers[0] is "role": must be AnyService, OneService("..."), OneRole("..."), Using(...), Deployer, Administrator, SecurityAccount, LogsAccount or SharedWith("...")`}},
		"unknown service":  {boundary(config, AnyService, OneService("svc-x")), []string{`consumers[1] is "svc-x": must be one of Services: svc-embed, svc-none, svc-query`}},
		"bad service":      {use(config, "data", key, OneService("")), []string{`consumer is "": must be a service's name`}},
		"other account":    {boundary(config, SecurityAccount), []string{`consumers[0] is "security account": is of another account; a boundary of this account does not limit its roles`}},
		"no account":       {use(none, "data", key, SecurityAccount), []string{`consumer is "security account": needs SecurityAccountId`}},
		"no logs account":  {use(none, "logs", key, LogsAccount), []string{`consumer is "logs account": needs LogsAccountId`}},
		"nothing to do":    {use(config, "logs", key, Deployer), []string{`consumer is "deployer": may do nothing with the logs key`}},
		"bad key":          {use(config, "keys", "alias/x", AnyService), []string{`purpose is "keys": is no key of the tier; must be "data", "logs", "schema" or "app"`, `keyArn is "alias/x": must be a key's ARN`}},
		"key elsewhere": {use(config, "data", "arn:aws-cn:kms:cn-north-1:999999999999:key/x", AnyService),
			[]string{"must be of AccountId 123456789012", "must be of Region us-east-1", "must be of Partition aws"}},
		"bad configuration": {boundary(broken, AnyService), []string{`Environment is "Prod"`}},
		"no policy":         {check(config, "{}", AnyService), []string{"boundary: is no policy that can be read: "}},
		"unknown operator":  {check(config, strings.Replace(allow, `"Effect"`, `"Condition": {"StringIs": {"kms:ViaService": "x"}}, "Effect"`, 1), AnyService), []string{"boundary: cannot be decided about: ", "is no condition operator"}},
		"unknown place":     {check(open, allow, AnyService), []string{"AccountId: must be known when the app runs", "Region: must be known when the app runs"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, want := range test.want {
				if test.err == nil || !strings.Contains(test.err.Error(), want) {
					t.Errorf("got %v\nwant %s", test.err, want)
				}
			}
		})
	}
}

// What a policy says depends on the kind of role, not on who is configured.
func TestUsePoliciesNeedNoConfiguredRole(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	bare := consumerConfig()
	bare.LambdaRoleArns, bare.FargateRoleArns, bare.GlueRoleArns, bare.RoleArnPatterns, bare.ServiceRoles = nil, nil, nil, nil, nil
	bare.DeployerRoleArns, bare.DeployerRoleArnPatterns = nil, nil
	bare.AdministratorRoleArns, bare.AdministratorRoleArnPatterns = nil, nil
	for _, consumer := range ownConsumers {
		full, err := consumerConfig().UsePolicy("data", key, consumer)
		if err != nil {
			t.Fatal(err)
		}
		got, err := bare.UsePolicy("data", key, consumer)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(full, got); diff != "" {
			t.Errorf("%s (-with roles, +without):\n%s", consumer, diff)
		}
		// A managed policy is the least that takes it.
		if size := got.Size(); size > maxManagedPolicySize {
			t.Errorf("%s: the policy has %d characters", consumer, size)
		}
	}
	// Account and Region are those of the key where the configuration leaves them
	// open.
	open := bare
	open.AccountId, open.Region, open.Partition = "", "", ""
	got, err := open.UsePolicy("data", key, AnyService)
	if err != nil {
		t.Fatal(err)
	}
	if text := got.Indented(); strings.Contains(text, "${") || !strings.Contains(text, "s3.us-east-1.amazonaws.com") {
		t.Errorf("the policy is not that of the key's place: %s", text)
	}
}

func TestPoliciesThatNoRoleTakesAreRefused(t *testing.T) {
	config := consumerConfig()
	// The key policy itself has room for these.
	config.RoleArnPatterns, config.ServiceRoles = nil, nil
	for i := range 120 {
		config.EncryptedResources.SecretNames = append(config.EncryptedResources.SecretNames, fmt.Sprintf("nc-dp/prod/service-%d", i))
	}
	_, err := config.UsePolicy("data", "arn:aws:kms:us-east-1:123456789012:key/1", AnyService)
	if err == nil || !strings.Contains(err.Error(), "the policies of a role may have 10240. Name the resources in EncryptedResources by patterns") {
		t.Errorf("got %v", err)
	}
	// A boundary leaves the resources out.
	if size := boundaryOf(t, config, ownConsumers...).Size(); size > maxManagedPolicySize {
		t.Errorf("the boundary has %d characters", size)
	}
}

func TestBoundaryPoliciesLeaveOpenWhatTheConfigurationDoes(t *testing.T) {
	for region, want := range map[string]string{"": "arn:aws:kms:*:*:key/*", "cn-north-1": "arn:aws-cn:kms:cn-north-1:*:key/*"} {
		boundary := boundaryOf(t, &KmsTierConfig{Environment: "dev", Region: region}, AnyService)
		if diff := cmp.Diff([]string{want}, boundary.Statements[0].Resources); diff != "" {
			t.Errorf("Region %q (-want +got):\n%s", region, diff)
		}
	}
}

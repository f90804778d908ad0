package kmstier

import (
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// The whole policy is evaluated with its extra statements; what they open or
// close is named with the principal, the action and the statement.
func TestExtraStatementsAreEvaluated(t *testing.T) {
	const admin = "arn:aws:iam::123456789012:role/Admin"
	condition := func(operator, key string, values ...string) keypolicy.Condition {
		return keypolicy.Condition{Operator: operator, Key: key, Values: values}
	}
	cases := map[string]struct {
		purpose   string
		statement keypolicy.Statement
		change    func(*KmsTierConfig)
		want      string
	}{
		"harmless": {
			purpose: "data",
			statement: keypolicy.Statement{Sid: "Rotate", Effect: keypolicy.Allow, Actions: []string{"kms:RotateKeyOnDemand"},
				Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::123456789012:role/Rotator")}},
		},
		"an AWS service for this account": {
			purpose: "logs",
			statement: keypolicy.Statement{Sid: "Config", Effect: keypolicy.Allow, Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
				Principals: []keypolicy.Principal{keypolicy.ServicePrincipal("config.amazonaws.com")},
				Conditions: []keypolicy.Condition{condition("StringEquals", "aws:SourceAccount", "123456789012")}},
		},
		"a deny that locks everyone out": {
			purpose: "data",
			statement: keypolicy.Statement{Sid: "Sealed", Effect: keypolicy.Deny, Actions: []string{"kms:Put*"},
				Principals: []keypolicy.Principal{keypolicy.Everyone()}},
			want: `the configuration of environment "prod" was refused, 1 problem:
  ExtraStatements[data][0] is "Sealed": nobody of the key's account could call kms:PutKeyPolicy (denied by Sealed)` + remedies[analysis.LockOut],
		},
		"a deny that leaves one role": {
			purpose: "data",
			statement: keypolicy.Statement{Sid: "Sealed", Effect: keypolicy.Deny, Actions: []string{"kms:PutKeyPolicy"},
				Principals: []keypolicy.Principal{keypolicy.Everyone()},
				Conditions: []keypolicy.Condition{condition("ArnNotEquals", "aws:PrincipalArn", admin)}},
		},
		"a foreign account": {
			purpose: "logs",
			statement: keypolicy.Statement{Sid: "Vendor", Effect: keypolicy.Allow, Actions: []string{"kms:DescribeKey"},
				Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::999999999999:root")}},
			want: `the configuration of environment "prod" was refused, 1 problem:
  ExtraStatements[logs][0] is "Vendor": principals of account 999999999999 may call kms:DescribeKey (allowed by Vendor)` + remedies[analysis.ForeignAccount],
		},
		"a user who may change the policy": {
			purpose: "data",
			statement: keypolicy.Statement{Sid: "Promotion", Effect: keypolicy.Allow, Actions: []string{"kms:PutKeyPolicy"},
				Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::123456789012:role/LambdaETLRole")}},
			want: `the configuration of environment "prod" was refused, 2 problems:
  ExtraStatements[data]: role LambdaETLRole of account 123456789012 may change the policy, and may call kms:Encrypt directly, with app=neurocipher-pipeline, env=prod, service=any (allowed by AllowServiceRoleDirectUse)` + remedies[analysis.AdministratorDataAccess] + `
  ExtraStatements[data]: role LambdaETLRole of account 123456789012 may change the policy, and may grant itself kms:Decrypt by kms:CreateGrant, with an IAM policy that allows it (allowed by EnableIamUserPermissions)` + remedies[analysis.AdministratorDataAccess],
		},
		"a token": {
			purpose: "data",
			statement: keypolicy.Statement{Sid: "Vendor", Effect: keypolicy.Allow, Actions: []string{"kms:DescribeKey"},
				Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("${aws_iam_role.vendor.arn}")}},
		},
		"an account that only Terraform knows": {
			purpose: "data",
			change:  func(c *KmsTierConfig) { c.AccountId, c.AdministratorRoleArns = "", nil },
			statement: keypolicy.Statement{Sid: "Sealed", Effect: keypolicy.Deny, Actions: []string{"kms:PutKeyPolicy"},
				Principals: []keypolicy.Principal{keypolicy.Everyone()}},
			want: `the configuration of environment "prod" was refused, 1 problem:
  ExtraStatements[data][0] is "Sealed": nobody of the key's account could call kms:PutKeyPolicy (denied by Sealed)` + remedies[analysis.LockOut],
		},
		"AdministerOnly": {
			purpose: "logs",
			change:  func(c *KmsTierConfig) { c.AccountAccess = AdministerOnly },
			statement: keypolicy.Statement{Sid: "Reader", Effect: keypolicy.Allow, Actions: []string{"kms:Decrypt"},
				Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::123456789012:role/Reader")},
				Conditions: []keypolicy.Condition{condition("StringEquals", "kms:EncryptionContext:app", "x")}},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			config := &KmsTierConfig{
				Environment: "prod", AccountId: "123456789012", Region: "us-east-1",
				LambdaRoleArns:        []string{"arn:aws:iam::123456789012:role/LambdaETLRole"},
				AdministratorRoleArns: []string{admin},
				SecurityAccountId:     "098765432109",
				ExtraStatements:       map[string][]keypolicy.Statement{c.purpose: {c.statement}},
			}
			if c.change != nil {
				c.change(config)
			}
			got := ""
			if err := config.Validate(); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// A refusal says which promise is broken and what to write instead.
func TestEveryFindingHasAWayOut(t *testing.T) {
	for _, check := range analysis.Checks {
		if remedies[check] == "" {
			t.Errorf("findings of %s say no way out", check)
		}
	}
}

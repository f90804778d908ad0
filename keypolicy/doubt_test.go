package keypolicy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDoubtsAreMisspeltNames(t *testing.T) {
	const noAction = `: matches no action of KMS; must be like "kms:Decrypt" or "kms:GenerateDataKey*"`
	tests := map[string]struct {
		policy string
		want   []string
	}{
		"action": {`{"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": "kms:Decript", "Resource": "*"}`,
			[]string{`Statements[0](D).Actions[0] is "kms:Decript"` + noAction + `; did you mean "kms:Decrypt"?`}},
		"equals sign in an action": {`{"Effect": "Allow", "Principal": "*", "Action": ["kms:Encrypt", "kms=Decrypt"], "Resource": "*"}`,
			[]string{`Statements[0].Actions[1] is "kms=Decrypt"` + noAction + `; did you mean "kms:Decrypt"?`}},
		"pattern of actions": {`{"Effect": "Allow", "Principal": "*", "Action": "kms:Dcrypt*", "Resource": "*"}`,
			[]string{`Statements[0].Actions[0] is "kms:Dcrypt*"` + noAction + `; did you mean "kms:Decrypt"?`}},
		"action of another service": {`{"Effect": "Allow", "Principal": "*", "NotAction": "s3:GetObject", "Resource": "*"}`,
			[]string{`Statements[0].NotActions[0] is "s3:GetObject"` + noAction}},
		"service principals": {`{"Effect": "Allow", "Principal": {"Service": ["logs.us-east-1.amazon.com", "cloudtrail.amazonaws.com"]}, "Action": "kms:*", "Resource": "*"}`,
			[]string{`Statements[0].Principals[1] is "logs.us-east-1.amazon.com": names of AWS services do not end in "amazon.com"; did you mean "logs.us-east-1.amazonaws.com"?`}},
		"exception of a service": {`{"Effect": "Deny", "NotPrincipal": {"Service": "cloudtrial.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}`,
			[]string{`Statements[0].NotPrincipals[0] is "cloudtrial.amazonaws.com": no AWS service is known whose name begins with "cloudtrial"; did you mean "cloudtrail.amazonaws.com"?`}},
		"services in conditions": {`{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": {
				"StringNotEquals": {"kms:viaservice": ["s3.amazonaws.com", "sqs.us-east-1.amazonaws.com"]},
				"StringLike": {"aws:PrincipalServiceName": ["*.amazonaws.com", "ec3.amazonaws.com"]},
				"Null": {"kms:ViaService": "false"}}}`,
			[]string{
				`Statements[0].Conditions[1].Values[1] is "ec3.amazonaws.com": no AWS service is known whose name begins with "ec3"; did you mean "ec2.amazonaws.com"?`,
				`Statements[0].Conditions[2].Values[0] is "s3.amazonaws.com": names no Region; must be like "s3.us-east-1.amazonaws.com"`,
			}},
		"policy of a principal": {`{"Effect": "Deny", "Action": ["s3:GetObject", "kms:Decript"], "Resource": "*"}`,
			[]string{`Statements[0].Actions[0] is "kms:Decript"` + noAction + `; did you mean "kms:Decrypt"?`}},
		"nothing": {`{"Effect": "Allow", "Principal": {"Service": "logs.${data.aws_region.current.name}.amazonaws.com"}, "Action": ["KMS:decrypt", "kms:GetKeyLastUsage", "*"], "Resource": "*",
			"Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:EncryptionContext:app": "s4"}}}`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, lines(mustParse(t, `{"Version": "2012-10-17", "Statement": [`+test.policy+`]}`).Doubts())); diff != "" {
				t.Errorf("Doubts (-want +got):\n%s", diff)
			}
		})
	}
}

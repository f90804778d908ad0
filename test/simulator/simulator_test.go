package simulator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/test/simulator"
)

const (
	key    = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	lambda = "arn:aws:iam::123456789012:role/LambdaETLRole"
	all    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}`
	some   = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}]}`
)

// statement returns a policy of one statement that allows Lambda's role Decrypt
// with a condition.
func statement(condition string) string {
	return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{
		"Sid": "AllowDecrypt", "Effect": "Allow", "Principal": {"AWS": %q},
		"Action": "kms:Decrypt", "Resource": "*", "Condition": %s}]}`, lambda, condition)
}

func account(id string) string {
	return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{
		"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::%s:root"},
		"Action": "kms:*", "Resource": "*"}]}`, id)
}

func TestDecide(t *testing.T) {
	sim := simulator.Start(t)
	context := statement(`{"StringEquals": {"kms:EncryptionContext:app": "pipeline"}}`)
	keys := statement(`{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["app", "env"]}}`)
	caller := statement(`{"StringEquals": {"kms:CallerAccount": "123456789012", "aws:PrincipalAccount": "123456789012"},
		"ArnEquals": {"aws:PrincipalArn": "` + lambda + `"}, "Bool": {"aws:PrincipalIsAWSService": "false"}}`)

	for name, tc := range map[string]struct {
		request simulator.Request
		want    string
	}{
		"the encryption context is seen": {
			simulator.Request{KeyPolicy: context, Principal: lambda, Context: simulator.Context{"kms:EncryptionContext:app": {"pipeline"}}}, "Allowed"},
		"and compared": {
			simulator.Request{KeyPolicy: context, Principal: lambda, Context: simulator.Context{"kms:EncryptionContext:app": {"other"}}}, "ImplicitlyDenied"},
		"its names are derived": {
			simulator.Request{KeyPolicy: keys, Principal: lambda, Context: simulator.Context{"kms:EncryptionContext:app": {"x"}, "kms:EncryptionContext:env": {"x"}}}, "Allowed"},
		"all of them": {
			simulator.Request{KeyPolicy: keys, Principal: lambda, Context: simulator.Context{"kms:EncryptionContext:app": {"x"}, "kms:EncryptionContext:more": {"x"}}}, "ImplicitlyDenied"},
		"the caller is derived": {
			simulator.Request{KeyPolicy: caller, Principal: lambda}, "Allowed"},
		"of a session too": {
			simulator.Request{KeyPolicy: caller, Principal: "arn:aws:sts::123456789012:assumed-role/LambdaETLRole/function"}, "Allowed"},
		"a foreign account needs an allow of its own": {
			simulator.Request{KeyPolicy: account("098765432109"), Principal: "arn:aws:iam::098765432109:role/Auditor"}, "ImplicitlyDenied"},
		"and has it": {
			simulator.Request{KeyPolicy: account("098765432109"), Principal: "arn:aws:iam::098765432109:role/Auditor", IdentityPolicy: all}, "Allowed"},
		"a boundary limits": {
			simulator.Request{KeyPolicy: account("123456789012"), Principal: lambda, IdentityPolicy: all, Boundary: some}, "ImplicitlyDenied"},
		"a control policy limits": {
			simulator.Request{KeyPolicy: account("123456789012"), Principal: lambda, IdentityPolicy: all, ControlPolicies: []string{some}}, "ImplicitlyDenied"},
		"a service is no account's principal": {
			simulator.Request{KeyPolicy: account("123456789012"), Principal: "logs.us-east-1.amazonaws.com"}, "ImplicitlyDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.request.KeyArn, tc.request.Action = key, "kms:Decrypt"
			got, err := sim.Decide([]simulator.Request{tc.request})
			if err != nil {
				t.Fatal(err)
			}
			want := simulator.Decision{Allowed: tc.want == "Allowed", Result: tc.want}
			if got[0] != want {
				t.Errorf("expected %v, found %v", want, got[0])
			}
		})
	}
}

func TestDecideRefusesWhatItWouldAnswerWrongly(t *testing.T) {
	sim := simulator.Start(t)
	for name, tc := range map[string]struct {
		request simulator.Request
		want    string
	}{
		"the root user": {
			simulator.Request{KeyPolicy: account("123456789012"), Principal: "arn:aws:iam::123456789012:root", Action: "kms:Decrypt"},
			"root user"},
		"a misspelt condition key": {
			simulator.Request{KeyPolicy: statement(`{"StringEquals": {"kms:ViaServices": "x"}}`), Principal: lambda, Action: "kms:Decrypt"},
			"AllowDecrypt: no condition key kms:ViaServices"},
		"a misspelt action in the policy": {
			simulator.Request{KeyPolicy: strings.Replace(statement(`{}`), "kms:Decrypt", "kms:Decrypts", 1), Principal: lambda, Action: "kms:Decrypt"},
			"KMS has no action kms:Decrypts"},
		"an unknown operator": {
			simulator.Request{KeyPolicy: statement(`{"StringIs": {"kms:ViaService": "x"}}`), Principal: lambda, Action: "kms:Decrypt"},
			"no condition operator StringIs"},
		"a pattern as the action": {
			simulator.Request{KeyPolicy: statement(`{}`), Principal: lambda, Action: "kms:*"},
			"the name of one action"},
		"two values of a key that has one": {
			simulator.Request{KeyPolicy: statement(`{}`), Principal: lambda, Action: "kms:Decrypt", Context: simulator.Context{"kms:ViaService": {"a", "b"}}},
			"kms:ViaService has one value"},
		"no JSON": {
			simulator.Request{KeyPolicy: "{", Principal: lambda, Action: "kms:Decrypt"},
			"is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.request.KeyArn = key
			got, err := sim.Decide([]simulator.Request{tc.request})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("expected an error with %q, found %v, %v", tc.want, got, err)
			}
		})
	}
}

func TestFullContextKeepsWhatIsGiven(t *testing.T) {
	request := simulator.Request{
		Principal: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_DataEngineer_1a2b/jane",
		Context: simulator.Context{
			"aws:principalarn":          {"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/us-east-1/AWSReservedSSO_DataEngineer_1a2b"},
			"kms:EncryptionContext:env": {"prod"},
			"kms:EncryptionContext:app": {"pipeline"},
			"kms:CallerAccount":         {"999999999999"},
		},
	}
	want := simulator.Context{
		"aws:principalarn":          request.Context["aws:principalarn"],
		"aws:PrincipalAccount":      {"123456789012"},
		"aws:PrincipalIsAWSService": {"false"},
		"kms:CallerAccount":         {"999999999999"},
		"kms:EncryptionContext:env": {"prod"},
		"kms:EncryptionContext:app": {"pipeline"},
		"kms:EncryptionContextKeys": {"app", "env"},
	}
	if diff := cmp.Diff(want, request.FullContext()); diff != "" {
		t.Errorf("expected and found (-, +):\n%s", diff)
	}
	if len(request.Context) != 4 {
		t.Errorf("expected the request to stay as it was, found %v", request.Context)
	}
}

// BenchmarkDecide measures the time of one case in a batch.
func BenchmarkDecide(b *testing.B) {
	sim := simulator.Start(b)
	requests := make([]simulator.Request, b.N)
	for i := range requests {
		requests[i] = simulator.Request{
			KeyPolicy: statement(`{"StringEquals": {"kms:EncryptionContext:app": "pipeline"}}`),
			KeyArn:    key, Principal: lambda, Action: "kms:Decrypt",
			Context: simulator.Context{"kms:EncryptionContext:app": {"pipeline"}},
		}
	}
	b.ResetTimer()
	if _, err := sim.Decide(requests); err != nil {
		b.Fatal(err)
	}
}

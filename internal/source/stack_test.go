package source

import (
	"strings"
	"testing"
)

// stackWith is a synthesized stack of one key with the policy, and of what else
// stands beside it.
func stackWith(policy, beside string) string {
	return `{"provider": {"aws": [{"region": "eu-west-1", "allowed_account_ids": ["111122223333"]}]},
		"resource": {"aws_kms_key": {"k": {"policy": ` + policy + `}}` + beside + `}`
}

func readOne(t *testing.T, content string) Key {
	t.Helper()
	file, err := Read("in", strings.NewReader(content), Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Keys) != 1 {
		t.Fatalf("%d keys", len(file.Keys))
	}
	return file.Keys[0]
}

func TestPoliciesOfStacks(t *testing.T) {
	const want = `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}]}`
	tests := map[string]string{
		"text":       stackWith(`"{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"A\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}}"`, "}"),
		"jsonencode": stackWith(`"${jsonencode({\"Version\" = \"2012-10-17\", Statement = [{\"Sid\": \"A\", \"Effect\" = \"Allow\", \"Principal\" = {\"AWS\" = \"arn:${data.aws_partition.p.partition}:iam::${data.aws_caller_identity.c.account_id}:root\"}, \"Action\" = [\"kms:*\"], \"Resource\" = \"*\"}]})}"`, "}"),
		"data source": stackWith(`"${data.aws_iam_policy_document.d.json}"`,
			`}, "data": {"aws_iam_policy_document": {"d": {"source_policy_documents": ["${data.aws_iam_policy_document.base.json}"]},
			"base": {"statement": {"sid": "A", "actions": ["kms:*"], "resources": ["*"], "principals": {"type": "AWS", "identifiers": ["arn:aws:iam::111122223333:root"]}}}}}`),
		"aws_kms_key_policy": `{"resource": {"aws_kms_key": {"k": {}}, "aws_kms_key_policy": {"p": {"key_id": "${aws_kms_key.k.id}", "policy": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"A\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}}"}}}}`,
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			key := readOne(t, content)
			got, err := key.Policy.MarshalJSON()
			if err != nil || key.Problem != "" {
				t.Fatal(err, key.Problem)
			}
			if string(got) != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if account := strings.Split(key.Arn, ":")[4]; account != "111122223333" {
				t.Errorf("account %s", account)
			}
		})
	}
}

// TestProblemsOfPolicies names what keeps a policy from being read.
func TestProblemsOfPolicies(t *testing.T) {
	tests := map[string]struct{ content, want string }{
		"a data source elsewhere": {stackWith(`"${data.aws_iam_policy_document.d.json}"`, "}"), "the policy is that of data.aws_iam_policy_document.d, which is not in the file"},
		"a circle": {stackWith(`"${data.aws_iam_policy_document.d.json}"`, `}, "data": {"aws_iam_policy_document": {"d": {"source_policy_documents": ["${data.aws_iam_policy_document.d.json}"]}}}`),
			"data.aws_iam_policy_document.d: source_policy_documents: data.aws_iam_policy_document.d refers to itself"},
		"an expression":     {stackWith(`"${file(\"p.json\")}"`, "}"), `the policy is ${file("p.json")}, which only Terraform can work out; a plan shows what it comes to`},
		"half a jsonencode": {stackWith(`"${jsonencode({\"Version\" = )}"`, "}"), `the policy is no expression of Terraform: line 1, column 27: Invalid expression: Expected the start of an expression, but found an invalid expression token.`},
		"no policy":         {stackWith(`"{}"`, "}"), "Statement is missing; a policy needs one"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := readOne(t, test.content).Problem; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

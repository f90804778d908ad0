package aws

import "testing"

func TestIsTokenTellsTokensFromText(t *testing.T) {
	tests := map[string]struct {
		value       string
		token, list bool
	}{
		"nothing":                            {"", false, false},
		"an ARN":                             {"arn:aws:iam::123456789012:role/r", false, false},
		"a token":                            {"${TfToken[TOKEN.3]}", true, false},
		"a token within text":                {"arn:aws:iam::${TfToken[TOKEN.3]}:root", true, false},
		"a list token":                       {"#{TfToken[TOKEN.0]}", true, true},
		"a list token within text":           {"x#{TfToken[TOKEN.0]}", false, false},
		"half a list token":                  {"#{TfToken[TOKEN.0]", false, false},
		"a number sign in braces":            {"#{x}", false, false},
		"a Terraform reference":              {"${aws_iam_role.etl.arn}", true, false},
		"a data source":                      {"${data.aws_caller_identity.me.account_id}", true, false},
		"a function":                         {`${join(":", ["arn", "aws"])}`, true, false},
		"a condition":                        {`${var.x ? "a:b" : "c:d"}`, true, false},
		"a function of a provider":           {`${provider::aws::arn_build("aws", "s3", "", "", "b")}`, true, false},
		"a policy variable":                  {"${aws:PrincipalTag/x}", false, false},
		"a policy variable, two colons":      {"${kms:EncryptionContext:app}", false, false},
		"a policy variable with a default":   {"${aws:PrincipalTag/team, 'none'}", false, false},
		"a policy variable within text":      {"arn:aws:s3:::${aws:PrincipalTag/team}/*", false, false},
		"a star, spelt out":                  {"a${*}b", false, false},
		"a question mark, spelt out":         {"a${?}b", false, false},
		"a dollar sign, spelt out":           {"a${$}b", false, false},
		"a policy variable beside a token":   {"${aws:PrincipalTag/x}/${TfToken[TOKEN.3]}", true, false},
		"a token beside a policy variable":   {"${TfToken[TOKEN.3]}/${aws:PrincipalTag/x}", true, false},
		"a policy variable around a token":   {"${aws:PrincipalTag/${TfToken[TOKEN.3]}}", true, false},
		"a token around a policy variable":   {`${join("/", ["${aws:PrincipalTag/x}"])}`, true, false},
		"an escaped policy variable":         {"$${aws:PrincipalTag/x}", false, false},
		"an escaped reference":               {"$${aws_iam_role.etl.arn}", false, false},
		"an escaped reference and a token":   {"$${a}${TfToken[TOKEN.3]}", true, false},
		"a dollar sign":                      {"$100", false, false},
		"braces":                             {"{a}", false, false},
		"a number token, written as a token": {"${TfToken[TOKEN.12]}GB", true, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := IsToken(test.value); got != test.token {
				t.Errorf("IsToken(%q) = %v, want %v", test.value, got, test.token)
			}
			if got := IsListToken(test.value); got != test.list {
				t.Errorf("IsListToken(%q) = %v, want %v", test.value, got, test.list)
			}
		})
	}
}

package aws

import (
	"regexp"
	"strings"
)

// policyVariable matches IAM policy variables such as ${aws:PrincipalArn} and
// ${cognito-identity.amazonaws.com:sub}: a condition key, whose name has a colon
// where Terraform's own expressions have none, one after a question mark, or two,
// as in ${provider::aws::arn_build(...)}; and ${*}, ${?} and ${$}, by which IAM
// spells these characters themselves. One that holds a placeholder is not literal
// text. See the IAM User Guide, "IAM policy elements: Variables and tags".
var policyVariable = regexp.MustCompile(`\$\{([A-Za-z0-9][A-Za-z0-9._/-]*:[^:{}][^{}]*|[*?$])\}`)

// IsPolicyVariable reports whether a placeholder, ${...} as a whole, is one that
// IAM replaces, rather than an expression of Terraform.
func IsPolicyVariable(placeholder string) bool {
	return policyVariable.FindString(placeholder) == placeholder
}

// IsToken reports whether a value, or a part of it, is known only when
// Terraform plans or applies: a CDKTF token or a Terraform reference such as
// ${aws_iam_role.etl.arn}. IAM policy variables such as ${aws:PrincipalArn} and
// the escaped form $${...} are literal text to Terraform, not tokens.
func IsToken(value string) bool {
	if !strings.Contains(value, "{") {
		return false
	}
	if IsListToken(value) {
		return true
	}
	rest := policyVariable.ReplaceAllString(value, "")
	rest = strings.ReplaceAll(rest, "$${", "")
	return strings.Contains(rest, "${")
}

// IsListToken reports whether a value stands for a whole list whose length is
// known only when Terraform plans or applies, as cdktf.Token_AsList returns it.
func IsListToken(value string) bool {
	return strings.HasPrefix(value, "#{TfToken[") && strings.HasSuffix(value, "]}")
}

// PlaceholderLength is the length of the ${...} that text begins with, to the
// brace that closes it, or of the whole text when none does.
func PlaceholderLength(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

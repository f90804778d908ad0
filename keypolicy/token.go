package keypolicy

import (
	"regexp"
	"strings"
)

// policyVariable matches IAM policy variables such as ${aws:PrincipalArn}: a
// name with a colon, where Terraform's own expressions have none or two, as in
// ${provider::aws::arn_build(...)}; and ${*}, ${?} and ${$}, by which IAM spells
// these characters themselves. One that holds a token is not literal text.
var policyVariable = regexp.MustCompile(`\$\{([A-Za-z0-9-]+:[^:{}][^{}]*|[*?$])\}`)

// IsToken reports whether a value, or a part of it, is known only when
// Terraform plans or applies: a CDKTF token or a Terraform reference such as
// ${aws_iam_role.etl.arn}. IAM policy variables such as ${aws:PrincipalArn} and
// the escaped form $${...} are literal text to Terraform, not tokens.
func IsToken(value string) bool {
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

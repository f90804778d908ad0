package environments

import "testing"

func TestInFileWords(t *testing.T) {
	for message, want := range map[string]string{
		"needs LogsAccountId, the account":                     "needs logs_account_id, the account",
		"is in ServiceRoles[1].RoleArns[0] too":                "is in service_roles[1].role_arns[0] too",
		"give patterns in AdministratorRoleArnPatterns":        "give patterns in administrator_role_arn_patterns",
		"AccountAccess is AdministerOnly":                      "account_access is AdministerOnly",
		`"arn:aws:iam::123456789012:role/LambdaETLRole" stays`: `"arn:aws:iam::123456789012:role/LambdaETLRole" stays`,
		"must be a Region":                                     "must be a Region",
		"Production is what matters; set Production to false":  "Production is what matters; set production to false",
	} {
		if got := InFileWords(message); got != want {
			t.Errorf("InFileWords(%q) = %q, want %q", message, got, want)
		}
	}
}

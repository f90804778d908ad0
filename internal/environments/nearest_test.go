package environments

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestNearest(t *testing.T) {
	allowed := []string{"app", "region", "role_arns", "role_arn_patterns", "kms_key_id"}
	tests := map[string]struct{ name, want string }{
		"letter missing":   {"regon", "region"},
		"letters swapped":  {"reigon", "region"},
		"singular":         {"role_arn", "role_arns"},
		"Go's spelling":    {"RoleArnPatterns", "role_arn_patterns"},
		"initials":         {"KMSKeyID", "kms_key_id"},
		"capitals":         {"REGION", "region"},
		"hyphens":          {"role-arns", "role_arns"},
		"another word":     {"owner", ""},
		"a short word":     {"dev", ""},
		"nothing":          {"", ""},
		"beyond any field": {strings.Repeat("region", 1000), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := nearest(test.name, allowed); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAlikeListsFewNames(t *testing.T) {
	allowed := []string{"lambda_role_arns", "logs_role_arns", "glue_role_arns", "fargate_role_arns", "deployer_role_arns", "security_role_arns", "administrator_role_arns", "tags"}
	tests := map[string]struct {
		name string
		want []string
	}{
		"the five most like it": {"labda_role_arns", []string{"lambda_role_arns", "logs_role_arns", "glue_role_arns", "fargate_role_arns", "deployer_role_arns"}},
		"Go's spelling":         {"Tag", []string{"tags"}},
		"nothing like it":       {"owner", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, alike(test.name, allowed), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

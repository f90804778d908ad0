package environments

import (
	"strings"
	"testing"
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

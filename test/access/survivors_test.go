package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/test/access"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

// redundant are the parts of the reference policies that no case can notice,
// because they say what another part says already.
var redundant = map[string][]string{
	"data-key": {
		// DescribeKey is allowed without DynamoDB, too.
		"AllowUseThroughDynamoDb without Action kms:DescribeKey",
		// All that a service does by itself carries a context key of its own,
		// which exempts it; this is for services that come later.
		"DenyDirectUseWithoutAppContext without BoolIfExists aws:PrincipalIsAWSService",
		"DenyDirectUseWithoutEnvContext without BoolIfExists aws:PrincipalIsAWSService",
		"DenyDirectUseWithoutServiceContext without BoolIfExists aws:PrincipalIsAWSService",
	},
	"data-key-full": {
		"AllowUseThroughDynamoDbByPattern without Action kms:DescribeKey",
		// Such a role needs an allow of IAM, and in both modes IAM may allow
		// DescribeKey without the key policy naming the role.
		"without AllowServiceRoleDescribeKeyByPattern",
		"AllowServiceRoleDescribeKeyByPattern without ArnLike aws:PrincipalArn",
		"DenyDirectUseWithoutServiceContext without BoolIfExists aws:PrincipalIsAWSService",
	},
}

// TestCasesNoticeEveryMutation holds the files of cases to their purpose: what
// may be taken from the policy without a case noticing it says nothing.
func TestCasesNoticeEveryMutation(t *testing.T) {
	sim := simulator.Start(t)
	for _, name := range keys {
		t.Run(name, func(t *testing.T) {
			mutations := map[access.Mode][]access.Mutation{}
			for _, mode := range access.Modes {
				all, err := access.Mutations(reference(t, name, mode))
				if err != nil {
					t.Fatal(err)
				}
				mutations[mode] = slices.DeleteFunc(all, func(m access.Mutation) bool { return !worthwhile(name, m) })
			}
			found, err := access.Survivors(sim, load(t, name), mutations)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(found, redundant[name]) {
				t.Errorf("expected the cases to miss %q, found %q", redundant[name], found)
			}
		})
	}
}

// worthwhile leaves out of the fuller configurations what the plain ones have
// shown, and of the account's and the administrators' long lists of actions each
// single one: a mutation costs up to a second.
func worthwhile(name string, m access.Mutation) bool {
	if strings.HasPrefix(m.Name, "EnableIamKeyAdministration without Action") {
		return false
	}
	return !strings.HasSuffix(name, "-full") || slices.Contains([]string{
		"AllowDeclaredGrants", "AllowSecurityAccountAudit",
		"AllowServiceRoleDirectUse", "AllowDirectUseBySvcEmbed", "DenyDirectUseWithoutServiceContext",
		"AllowDeploymentThroughServices", "AllowDeploymentGrants",
		"AllowApplicationLogsThroughS3", "AllowSecurityAccountReadLogs", "AllowLogsAccountArchive",
	}, m.Sid) || strings.HasSuffix(m.Sid, "ByPattern")
}

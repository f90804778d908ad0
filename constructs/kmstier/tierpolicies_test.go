package kmstier

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Tests of lower packages judge the policies of the access cases' configuration as
// files, which must be what this package says.
func TestPoliciesForOtherTestsAreThoseOfTheTier(t *testing.T) {
	const account = "123456789012"
	for _, access := range []AccountAccess{DelegateToIam, AdministerOnly} {
		s := newSettings(&KmsTierConfig{
			Environment: "prod", AccountId: account, Region: "us-east-1", AccountAccess: access,
			LambdaRoleArns:        []string{"arn:aws:iam::" + account + ":role/LambdaETLRole"},
			FargateRoleArns:       []string{"arn:aws:iam::" + account + ":role/FargateTaskRole"},
			GlueRoleArns:          []string{"arn:aws:iam::" + account + ":role/GlueJobRole"},
			AdministratorRoleArns: []string{"arn:aws:iam::" + account + ":role/PipelineExecutionRole"},
			SecurityAccountId:     "098765432109", LogsAccountId: "111111111111",
		})
		for name, policy := range map[string]keypolicy.Document{
			"data-key": s.dataKeyPolicy(s.assumedLocation()), "logs-key": s.logsKeyPolicy(s.assumedLocation()),
		} {
			path := filepath.Join("..", "..", "internal", "testing", "tierpolicies", name+"."+string(access)+".policy.json")
			want := policy.Indented() + "\n"
			if os.Getenv("UPDATE_SNAPS") == "true" {
				if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Errorf("%s is not the tier's policy (-tier +file); UPDATE_SNAPS=true writes it anew:\n%s", path, diff)
			}
		}
	}
}

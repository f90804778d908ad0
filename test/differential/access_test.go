package differential

import (
	"path/filepath"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tierpolicies"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/access"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

// TestAccessCases asks both evaluators the access cases, by the policies that the
// tier ships, with and without delegation to IAM.
func TestAccessCases(t *testing.T) {
	other := simulator.Start(t)
	policies := tierpolicies.All(t)
	for _, key := range []string{"data-key", "logs-key"} {
		cases, err := access.Load(filepath.Join("..", "testdata", "access", key+".json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, mode := range access.Modes {
			policy, found := policies[key+"."+string(mode)]
			if !found {
				t.Fatalf("no policy of %s, %s", key, mode)
			}
			answers, err := other.Decide(cases.Requests(policy.Indented()))
			if err != nil {
				t.Fatal(err)
			}
			for _, difference := range cases.Differences(answers, mode) {
				t.Errorf("%s, simulator: %s", key, difference)
			}
			for i, c := range cases.All {
				r := evaluation.Request{Principal: c.Request.Principal, Action: c.Request.Action, Key: c.Request.KeyArn, Context: c.Request.Context}
				if c.Request.IdentityPolicy != "" {
					identity, err := keypolicy.Parse([]byte(c.Request.IdentityPolicy))
					if err != nil {
						t.Fatal(err)
					}
					r.IdentityPolicies = []keypolicy.Document{identity}
				}
				if decision, err := evaluation.Evaluate(policy, r); err != nil || decision.Allowed != c.Expect[mode] {
					t.Errorf("%s, %s, %s: Evaluate says %v (%v); the simulator says %v", key, mode, c, decision, err, answers[i])
				}
			}
		}
	}
}

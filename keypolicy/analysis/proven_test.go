package analysis_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/tierpolicies"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/test/randompolicy"
)

// blamed are the checks that found something, with the statements to blame: by
// themselves, since fewer principals are told apart when fewer statements are looked at.
func blamed(findings []analysis.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, string(f.Check)+" "+f.Statement)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestProvenStatementsAreLeftOut adds random statements to policies that have no
// findings: what the added ones bring about is found all the same when only they are
// looked at.
func TestProvenStatementsAreLeftOut(t *testing.T) {
	t.Parallel()
	expected := analysis.Expectation{
		Accounts:       []string{"098765432109", "111111111111"},
		Administrators: []string{"arn:aws:iam::123456789012:role/PipelineExecutionRole"},
	}
	// What could not be told is asked about in fewer cases.
	checks := slices.DeleteFunc(slices.Clone(analysis.Checks), func(c analysis.Check) bool { return c == analysis.UnknownAnswer })
	policies := tierpolicies.All(t)
	found := map[analysis.Check]int{}
	for number := range uint64(5 + *requests/5000) {
		g := randompolicy.New(*seed, number)
		added := g.Policy()
		for i := range added.Statements {
			added.Statements[i].Sid = "Added" + added.Statements[i].Sid
		}
		for _, name := range slices.Sorted(maps.Keys(policies)) {
			policy := keypolicy.Document{Statements: slices.Concat(policies[name].Statements, added.Statements)}
			key := analysis.Key{Address: name, Arn: tierpolicies.Key, Policy: policy}
			want, err := analysis.Findings(key, expected, checks...)
			if err != nil {
				t.Fatal(err)
			}
			narrowed := expected
			narrowed.Proven = len(policies[name].Statements)
			got, err := analysis.Findings(key, narrowed, checks...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(blamed(want), blamed(got)); diff != "" {
				t.Errorf("%s, %d (-all +added):\n%s\n%s", name, number, diff, added.Indented())
			}
			for _, finding := range want {
				found[finding.Check]++
			}
		}
	}
	for _, check := range checks {
		if found[check] == 0 {
			t.Errorf("no findings of %s were compared", check)
		}
	}
	t.Log(found)
}

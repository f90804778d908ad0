package analysis_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/randompolicy"
)

var (
	requests = flag.Int("requests", defaultRequests(), "how many random requests to hold against the analysis")
	near     = flag.Int("near", 100, "how many of them are near each policy")
	seed     = flag.Uint64("seed", 1, "what random policies and requests to make")
)

// defaultRequests are few, so that the tests run often, and many in CI.
func defaultRequests() int {
	if os.Getenv(tools.RequireVariable) == "1" {
		return 200000
	}
	return 10000
}

// everything is an IAM policy that allows everything.
var everything = []keypolicy.Document{{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}}}

// decisions are whether a request is allowed by itself, and with an IAM policy that
// allows everything.
type decisions struct{ without, with bool }

// decide decides a request by a policy. It reports false when AWS does not say.
func decide(policy *evaluation.CompiledPolicy, r evaluation.Request) (d decisions, decided bool) {
	decision, err := policy.Evaluate(r)
	if err != nil {
		return d, false
	}
	d = decisions{decision.Allowed, decision.Allowed}
	switch randompolicy.KindOf(r.Principal) {
	case randompolicy.Root, randompolicy.Service, randompolicy.Anonymous:
		return d, true
	}
	r.IdentityPolicies = everything
	if decision, err = policy.Evaluate(r); err != nil {
		return d, false
	}
	d.with = decision.Allowed
	return d, true
}

// tally counts what a test has seen.
type tally struct {
	t      *testing.T
	counts map[string]int
	misses map[string]int
}

func (c *tally) miss(kind, format string, arguments ...any) {
	c.misses[kind]++
	if c.misses[kind] <= 2 {
		c.t.Errorf("%s: %s", kind, fmt.Sprintf(format, arguments...))
	}
}

func (c *tally) report() {
	for _, name := range slices.Sorted(maps.Keys(c.counts)) {
		c.t.Logf("%9d %s", c.counts[name], name)
	}
	for _, name := range slices.Sorted(maps.Keys(c.misses)) {
		c.t.Errorf("%d misses: %s", c.misses[name], name)
	}
}

// TestEveryAllowedRequestIsCovered has random requests decided by the evaluator, and
// asks the report's most particular row about their principal: whoever is allowed is
// told to be, "no" and "denied" allow nobody, "always" always does, and a path lets
// through what meets its conditions and nothing else.
func TestEveryAllowedRequestIsCovered(t *testing.T) {
	t.Parallel()
	c := &tally{t: t, counts: map[string]int{}, misses: map[string]int{}}
	defer c.report()
	for number := uint64(0); c.counts["requests"] < *requests; number++ {
		g := randompolicy.New(*seed, number)
		policy, grants := g.Policy(), g.Grants()
		report, err := analysis.Analyze(analysis.Key{Address: "key", Arn: randompolicy.Key, Policy: policy, Grants: grants})
		if err != nil {
			t.Fatalf("policy %d: %v\n%s", number, err, policy.Indented())
		}
		compiled, err := evaluation.Compile(policy)
		if err != nil {
			t.Fatal(err)
		}
		check := rowCheck{tally: c, report: report, paths: map[string]*evaluation.CompiledPolicy{}}
		for range *near {
			r, dropped := g.Request(policy)
			r.Grants = grants
			c.counts["requests"]++
			c.counts["values that AWS would not send, left out"] += dropped
			d, decided := decide(compiled, r)
			if !decided {
				c.counts["requests that AWS does not say"]++
				continue
			}
			if d.with {
				c.counts["allowed requests"]++
			}
			check.row(number, policy, r, d)
		}
	}
}

// rowCheck holds requests against one report.
type rowCheck struct {
	*tally
	report *analysis.Report
	// paths are the conditions of paths as policies that match where they are met.
	paths map[string]*evaluation.CompiledPolicy
}

// row holds a request against the most particular row about its principal. Where
// several rows have the same id, one of them has to be right.
func (c *rowCheck) row(number uint64, policy keypolicy.Document, r evaluation.Request, d decisions) {
	rows := rowsAbout(c.report.Principals, r)
	if len(rows) == 0 {
		// Services and unsigned requests have a row only where anything is allowed.
		if d.with {
			c.miss("no row", "policy %d: nobody is %s\n%s\n%+v", number, r.Principal, policy.Indented(), r)
		}
		return
	}
	var problem string
	for _, i := range rows {
		if problem = c.wrong(c.report.Answers[i][r.Action], r, d); problem == "" {
			c.counts["requests by rank "+fmt.Sprint(placeOf(c.report.Principals[i], r).rank)]++
			return
		}
	}
	row := c.report.Principals[rows[0]]
	c.miss(problem, "policy %d: %s %s, without IAM %t, with %t; row %q (%s, %s): %+v\n%s\n%+v", number, r.Principal, r.Action, d.without, d.with,
		row.Id, row.Kind, row.Name, c.report.Answers[rows[0]][r.Action], policy.Indented(), r)
}

// wrong says what is wrong about an answer, if anything.
func (c *rowCheck) wrong(answer analysis.Answer, r evaluation.Request, d decisions) string {
	if answer.Verdict == analysis.Undecided || answer.Why != "" {
		c.counts["requests in rows that are undecided, or may lack paths"]++
		return ""
	}
	// A root user of another account needs no IAM policy there, and shares its row with
	// those who do.
	root := randompolicy.KindOf(r.Principal) == randompolicy.Root
	switch {
	case d.with && (answer.Verdict == analysis.No || answer.Verdict == analysis.Denied):
		return "allowed, and the row says " + string(answer.Verdict)
	case d.without && !root && answer.Verdict == analysis.Delegated:
		return "allowed without an IAM policy, and the row says " + string(answer.Verdict)
	case !d.without && answer.Verdict == analysis.Always:
		return "not allowed, and the row says " + string(answer.Verdict)
	}
	covered, coveredWithout := false, false
	for _, path := range answer.Paths {
		met, known := c.meets(path, r)
		if !known {
			c.counts["requests in rows with a path that cannot be checked"]++
			return ""
		}
		if !met {
			continue
		}
		covered = true
		coveredWithout = coveredWithout || !path.NeedsIam
		if !d.with || !path.NeedsIam && !d.without {
			return "not allowed, and a path lets it through"
		}
	}
	switch {
	case d.with && !covered:
		return "allowed, and no path lets it through"
	case d.without && !coveredWithout && !root:
		return "allowed without an IAM policy, and no path that needs none lets it through"
	}
	return ""
}

// meets reports whether a request goes a path: it meets all conditions and none of the
// exceptions. It is not known of conditions that are on no condition key.
func (c *rowCheck) meets(path analysis.AccessPath, r evaluation.Request) (met, known bool) {
	met, known = c.all(path.Conditions, r)
	for _, exception := range path.Except {
		if !known || !met {
			return false, known
		}
		var is bool
		is, known = c.all(exception.Conditions, r)
		met = met && !is
	}
	return met, known
}

// all reports whether a request meets conditions.
func (c *rowCheck) all(conditions []keypolicy.Condition, r evaluation.Request) (met, known bool) {
	if len(conditions) == 0 {
		return true, true
	}
	name := fmt.Sprintf("%q", conditions)
	compiled, done := c.paths[name]
	if !done {
		var statements []keypolicy.Statement
		for _, condition := range conditions {
			condition.Operator = strings.TrimPrefix(condition.Operator, "not ")
			statements = append(statements, keypolicy.Statement{
				Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"}, Conditions: []keypolicy.Condition{condition},
			})
		}
		var err error
		if compiled, err = evaluation.Compile(keypolicy.Document{Version: c.report.Key.Policy.Version, Statements: statements}); err != nil {
			compiled = nil
		}
		c.paths[name] = compiled
	}
	if compiled == nil {
		return false, false
	}
	matches, err := compiled.Match(r)
	if err != nil {
		return false, false
	}
	for i, m := range matches {
		if m.Undecided != nil {
			return false, false
		}
		// IAM has no operator for some of what a path asks.
		if wanted := !strings.HasPrefix(conditions[i].Operator, "not "); (m.Matched != evaluation.NoMatch) != wanted {
			return false, true
		}
	}
	return true, true
}

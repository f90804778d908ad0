package analysis_test

import (
	"slices"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/randompolicy"
)

// TestEveryChangedDecisionIsCovered has random requests decided by two versions of a
// policy: each that is decided otherwise is covered by a difference, and each example
// of a difference is decided otherwise.
func TestEveryChangedDecisionIsCovered(t *testing.T) {
	t.Parallel()
	c := &tally{t: t, counts: map[string]int{}, misses: map[string]int{}}
	defer c.report()
	for number := uint64(0); c.counts["requests"] < *requests/2; number++ {
		g := randompolicy.New(*seed+1, number)
		check := changeCheck{tally: c, number: number}
		check.before.policy, check.before.grants = g.Policy(), g.Grants()
		check.after = check.before
		switch g.IntN(8) {
		case 0:
			check.after.policy = g.Policy()
		case 1:
			check.after.grants = g.Grants()
		default:
			check.after.policy = g.Mutated(check.before.policy)
		}
		var err error
		check.differences, err = analysis.Compare(check.before.key(), check.after.key())
		if err != nil {
			t.Fatalf("pair %d: %v", number, err)
		}
		if len(check.differences) == 0 {
			c.counts["pairs without a difference"]++
		}
		c.counts["pairs"]++
		check.before.compile(t)
		check.after.compile(t)
		check.examples()
		for range *near {
			r, _ := g.Request(check.before.policy, check.after.policy)
			c.counts["requests"]++
			check.request(r)
		}
	}
}

// version is one side of a change.
type version struct {
	policy   keypolicy.Document
	grants   []evaluation.Grant
	compiled *evaluation.CompiledPolicy
}

func (v *version) key() analysis.Key {
	return analysis.Key{Address: "key", Arn: randompolicy.Key, Policy: v.policy, Grants: v.grants}
}

func (v *version) compile(t *testing.T) {
	var err error
	if v.compiled, err = evaluation.Compile(v.policy); err != nil {
		t.Fatal(err)
	}
}

func (v *version) decide(r evaluation.Request) (decisions, bool) {
	r.Grants = v.grants
	return decide(v.compiled, r)
}

// outcome is decide for an example. Where AWS does not say what a Deny makes of it,
// which does not matter if nothing allows it, it is decided without that Deny.
func (v *version) outcome(t *testing.T, r evaluation.Request) (decisions, bool) {
	t.Helper()
	if d, decided := v.decide(r); decided {
		return d, true
	}
	matches, err := v.compiled.Match(r)
	if err != nil {
		return decisions{}, false
	}
	known := version{policy: v.policy, grants: v.grants}
	known.policy.Statements = nil
	for i, s := range v.policy.Statements {
		if s.Effect == keypolicy.Allow || matches[i].Undecided == nil {
			known.policy.Statements = append(known.policy.Statements, s)
		}
	}
	known.compile(t)
	d, decided := known.decide(r)
	return d, decided && !d.without && !d.with
}

// changeCheck holds requests against the differences between two versions.
type changeCheck struct {
	*tally
	number        uint64
	before, after version
	differences   []analysis.Difference
}

// request holds one against the differences.
func (c *changeCheck) request(r evaluation.Request) {
	before, decided := c.before.decide(r)
	after, decidedToo := c.after.decide(r)
	if !decided || !decidedToo {
		c.counts["requests that AWS does not say"]++
		return
	}
	gained := after.without && !before.without || after.with && !before.with
	lost := before.without && !after.without || before.with && !after.with
	if !gained && !lost {
		return
	}
	c.counts["requests decided otherwise"]++
	covered := slices.ContainsFunc(c.differences, func(d analysis.Difference) bool {
		actions := d.Actions
		if actions == nil {
			actions = d.Operation.Actions
		}
		if placeOf(d.Principal, r).rank == nowhere || !slices.Contains(actions, r.Action) {
			return false
		}
		switch d.Effect {
		case analysis.Unclear, analysis.Changed:
			return true
		case analysis.Gained:
			return gained
		}
		return lost
	})
	if !covered {
		c.miss("no difference covers a request that is decided otherwise", "pair %d: %s %s, before %+v, after %+v, of %d differences\n%s\n%s\n%+v", c.number,
			r.Principal, r.Action, before, after, len(c.differences), c.before.policy.Indented(), c.after.policy.Indented(), r)
	}
}

// examples holds the example of each difference against both versions.
func (c *changeCheck) examples() {
	for _, d := range c.differences {
		if d.Effect == analysis.Unclear {
			c.counts["differences that are unclear"]++
			continue
		}
		c.counts["examples"]++
		before, decided := c.before.outcome(c.t, d.Example)
		after, decidedToo := c.after.outcome(c.t, d.Example)
		gained := after.without && !before.without || after.with && !before.with
		lost := before.without && !after.without || before.with && !after.with
		if !decided || !decidedToo || d.Allowed && !gained || !d.Allowed && !lost {
			c.miss("an example is decided alike", "pair %d: %s %s %+v, before %+v, after %+v\n%s\n%s\n%+v", c.number,
				d.Principal.Id, d.Effect, d.Actions, before, after, c.before.policy.Indented(), c.after.policy.Indented(), d.Example)
		}
	}
}

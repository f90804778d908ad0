package analysis_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/randompolicy"
)

// TestEveryBlockedRequestIsReported has random requests decided with a permissions
// boundary: one that the key's policy grants and the boundary stops is reported as
// blocked; what is reported as blocked altogether does not pass; and what the boundary
// allows on a key that grants nothing is excess.
func TestEveryBlockedRequestIsReported(t *testing.T) {
	t.Parallel()
	c := &tally{t: t, counts: map[string]int{}, misses: map[string]int{}}
	defer c.report()
	for number := uint64(0); c.counts["requests"] < *requests/8; number++ {
		g := randompolicy.New(*seed+4, number)
		check := boundaryCheck{tally: c, number: number, key: analysis.Key{Address: "key", Arn: randompolicy.Key, Policy: g.Policy()}, boundary: boundaryOf(g)}
		if g.IntN(2) == 0 {
			check.principals = []string{"arn:aws:iam::" + randompolicy.Account + []string{":role/*", ":user/*", ":*/*e*"}[g.IntN(3)]}
		}
		if !check.ask() {
			continue
		}
		for range *near {
			r, _ := g.Request(check.key.Policy, check.boundary)
			c.counts["requests"]++
			check.request(r)
		}
	}
	for _, held := range []string{"granted, and passes", "granted, and blocked", "held against all blocked", "not granted, and passes"} {
		if c.counts[held] == 0 {
			t.Errorf("no request %s", held)
		}
	}
}

// boundaryOf is a policy without principals: half of the time with an Allow of
// everything in front, so that more passes.
func boundaryOf(g *randompolicy.Generator) keypolicy.Document {
	for {
		boundary := g.Policy()
		if g.IntN(2) == 0 {
			boundary.Statements = append([]keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}, boundary.Statements...)
		}
		for i := range boundary.Statements {
			boundary.Statements[i].Principals, boundary.Statements[i].NotPrincipals = nil, nil
		}
		if _, err := evaluation.Evaluate(keypolicy.Document{}, evaluation.Request{Principal: "arn:aws:iam::" + randompolicy.Account + ":role/x", Action: "kms:Decrypt", Key: randompolicy.Key, PermissionsBoundary: &boundary}); err == nil {
			return boundary
		}
	}
}

// boundaryCheck holds requests against what is said about a boundary.
type boundaryCheck struct {
	*tally
	number   uint64
	key      analysis.Key
	boundary keypolicy.Document
	// principals are those that the boundary is said to be of; none are all that the policy
	// names.
	principals []string
	// granting is the policy without what it leaves to the account as a whole.
	granting *evaluation.CompiledPolicy
	rows     []analysis.Principal
	found    analysis.BoundaryReport
	// excess is what the boundary allows the principals where a key's policy grants
	// nothing.
	excess analysis.BoundaryReport
}

// ask reports false where nothing could be told.
func (c *boundaryCheck) ask() bool {
	var err error
	if c.found, err = analysis.CheckBoundary(c.boundary, []analysis.Key{c.key}, c.principals...); err != nil {
		c.counts["boundaries that cannot be told"]++
		return false
	}
	bare := c.key
	bare.Policy = keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.AwsPrincipal(randompolicy.Account)}, Actions: []string{"kms:*"}}}}
	if c.excess, err = analysis.CheckBoundary(c.boundary, []analysis.Key{bare}, "arn:aws:iam::"+randompolicy.Account+":role/Reader"); err != nil {
		c.counts["boundaries that cannot be told"]++
		return false
	}
	granting := granted(c.key.Policy)
	if c.granting, err = evaluation.Compile(granting); err != nil {
		c.t.Fatal(err)
	}
	report, err := analysis.Analyze(analysis.Key{Address: "key", Arn: randompolicy.Key, Policy: c.key.Policy})
	if err != nil {
		c.t.Fatal(err)
	}
	c.rows = report.Principals
	return true
}

// granted is a policy that allows the key's account as a whole nothing.
func granted(policy keypolicy.Document) keypolicy.Document {
	var kept []keypolicy.Statement
	for _, s := range policy.Clone().Statements {
		byArn := slices.ContainsFunc(s.Conditions, func(c keypolicy.Condition) bool { return strings.EqualFold(c.Key, "aws:PrincipalArn") })
		if s.Effect == keypolicy.Allow && len(s.Principals) > 0 && !byArn {
			s.Principals = slices.DeleteFunc(s.Principals, func(p keypolicy.Principal) bool {
				return p.Id == randompolicy.Account || p.Id == "arn:aws:iam::"+randompolicy.Account+":root"
			})
			if len(s.Principals) == 0 {
				continue
			}
		}
		kept = append(kept, s)
	}
	policy.Statements = kept
	return policy
}

// request holds one against the report.
func (c *boundaryCheck) request(r evaluation.Request) {
	kind := randompolicy.KindOf(r.Principal)
	if randompolicy.AccountOf(r.Principal) != randompolicy.Account || kind != randompolicy.Role && kind != randompolicy.User {
		return
	}
	r.IdentityPolicies = everything
	bounded := r
	bounded.PermissionsBoundary = &c.boundary
	if r.Principal == "arn:aws:iam::"+randompolicy.Account+":role/Reader" {
		c.excessive(bounded)
	}
	without, err := c.granting.Evaluate(r)
	with, err2 := c.granting.Evaluate(bounded)
	if err != nil || err2 != nil || !without.Allowed || !c.limited(r) {
		return
	}
	if with.Allowed {
		c.counts["granted, and passes"]++
	} else {
		c.counts["granted, and blocked"]++
	}
	reported := false
	paths := rowCheck{tally: c.tally, report: &analysis.Report{Key: c.key}, paths: map[string]*evaluation.CompiledPolicy{}}
	for _, b := range c.found.Blocked {
		if b.Key != "key" || b.Action != r.Action || !c.about(b, r) {
			continue
		}
		reported = true
		for _, path := range b.Paths {
			if met, known := paths.meets(path, r); !b.Partly && known && met {
				c.counts["held against all blocked"]++
				if with.Allowed {
					c.missed("a request passes, and all are said to be blocked", r)
				}
			}
		}
	}
	if !with.Allowed && !reported {
		c.missed("a request is blocked, and that is not reported", r)
	}
}

// about reports whether something blocked is of the request's principal.
func (c *boundaryCheck) about(b analysis.Blocked, r evaluation.Request) bool {
	if len(c.principals) > 0 {
		word := map[randompolicy.Kind]string{randompolicy.Role: ", roles", randompolicy.User: ", users"}[randompolicy.KindOf(r.Principal)]
		for i, id := range b.Principals {
			if name := b.Names[i]; aws.MatchesWildcard(id, r.Principal) && (strings.HasSuffix(name, word) || !strings.Contains(name, ", ")) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(c.rows, func(p analysis.Principal) bool {
		return slices.Contains(b.Principals, p.Id) && slices.Contains(b.Names, p.Name) && placeOf(p, r).rank <= byPattern
	})
}

// limited reports whether the report is about the principal: it has the boundary, or, where
// nobody is said to, the policy names it.
func (c *boundaryCheck) limited(r evaluation.Request) bool {
	if len(c.principals) > 0 {
		return aws.MatchesWildcard(c.principals[0], r.Principal)
	}
	named := slices.ContainsFunc(c.key.Policy.Statements, func(s keypolicy.Statement) bool {
		return slices.ContainsFunc(slices.Concat(s.Principals, s.NotPrincipals), func(p keypolicy.Principal) bool { return p.Id == r.Principal })
	})
	return named
}

// excessive holds a request against the excess of a key that grants nothing.
func (c *boundaryCheck) excessive(r evaluation.Request) {
	decision, err := evaluation.Evaluate(keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.AwsPrincipal(randompolicy.Account)}, Actions: []string{"kms:*"}}}}, r)
	if err != nil || !decision.Allowed {
		return
	}
	c.counts["not granted, and passes"]++
	if !slices.ContainsFunc(c.excess.Excess, func(e analysis.Excess) bool { return e.Key == "key" && e.Action == r.Action }) {
		c.missed("the boundary allows what is not granted, and that is no excess", r)
	}
}

func (c *boundaryCheck) missed(kind string, r evaluation.Request) {
	r.PermissionsBoundary, r.IdentityPolicies = nil, nil
	c.miss(kind, "policy %d: %s %s\n%s\nboundary %s\n%+v\n%+v\n%+v", c.number, r.Principal, r.Action, c.key.Policy.Indented(), c.boundary.Indented(), r, c.found.Blocked, c.excess.Excess)
}

package analysis_test

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/randompolicy"
)

// now is from when on the policies of the property tests must not lock anybody out: amid
// the dates that random policies name.
var now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// TestEveryBrokenPromiseIsFound has random requests decided by the evaluator, and asks
// the findings: one that breaks what a check is for is covered by a finding of the check,
// and what a finding says never happens does not.
func TestEveryBrokenPromiseIsFound(t *testing.T) {
	t.Parallel()
	c := &tally{t: t, counts: map[string]int{}, misses: map[string]int{}}
	defer c.report()
	for number := uint64(0); c.counts["requests"] < *requests/4; number++ {
		g := randompolicy.New(*seed+2, number)
		check := &findingCheck{tally: c, number: number, key: analysis.Key{Address: "key", Arn: randompolicy.Key, Policy: g.Policy(), Grants: g.Grants()}, administrators: map[string]bool{}, users: map[string]bool{}}
		if g.IntN(3) == 0 {
			check.key.Policy.Statements = append(check.key.Policy.Statements, seal(g))
		}
		if g.IntN(3) == 0 {
			check.declared = []string{"444455556666"}
		}
		check.find(t)
		for range *near {
			r, _ := g.Request(check.key.Policy)
			r.Grants = check.key.Grants
			c.counts["requests"]++
			check.request(r)
		}
		check.separation()
	}
	for _, checked := range analysis.Checks {
		// Few policies are not decided by what AWS documents.
		if checked != analysis.UnknownAnswer && c.counts["findings of "+string(checked)] == 0 {
			t.Errorf("no finding of %s", checked)
		}
	}
	for _, held := range []string{"requests of other accounts", "direct uses without a context", "administrators who reach data", "requests held against a lock-out", "requests held against never-matches"} {
		if c.counts[held] == 0 {
			t.Errorf("no %s", held)
		}
	}
}

// seal is a Deny of what the owner of a key cannot do without, most often for some time.
func seal(g *randompolicy.Generator) keypolicy.Statement {
	s := keypolicy.Statement{Sid: "Seal", Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()},
		Actions: []string{[]string{"kms:PutKeyPolicy", "kms:DescribeKey", "kms:*", "kms:CancelKeyDeletion"}[g.IntN(4)]}}
	dates := []string{"2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z", "2026-06-01", "2025-12-31T23:00:00-01:00", "2024-01-01"}
	for range g.IntN(3) {
		condition := keypolicy.Condition{Operator: []string{"DateGreaterThan", "DateLessThan", "DateEquals", "DateGreaterThanEquals", "DateLessThanEquals"}[g.IntN(5)],
			Key: []string{"aws:CurrentTime", "aws:EpochTime"}[g.IntN(2)], Values: []string{dates[g.IntN(len(dates))]}}
		if !slices.ContainsFunc(s.Conditions, func(c keypolicy.Condition) bool { return c.Operator == condition.Operator && c.Key == condition.Key }) {
			s.Conditions = append(s.Conditions, condition)
		}
	}
	return s
}

// findingCheck holds requests against the findings about one policy.
type findingCheck struct {
	*tally
	number   uint64
	key      analysis.Key
	declared []string
	report   *analysis.Report
	compiled *evaluation.CompiledPolicy
	// found are the findings by their check.
	found map[analysis.Check][]analysis.Finding
	// administrators are principals that were allowed to change the policy without an
	// IAM policy, users those that were allowed to reach data.
	administrators, users map[string]bool
}

func (c *findingCheck) find(t *testing.T) {
	t.Helper()
	var err error
	if c.report, err = analysis.Analyze(c.key); err != nil {
		t.Fatalf("policy %d: %v", c.number, err)
	}
	if c.compiled, err = evaluation.Compile(c.key.Policy); err != nil {
		t.Fatal(err)
	}
	findings, err := analysis.Findings(c.key, analysis.Expectation{Accounts: c.declared, Now: now}, analysis.Checks...)
	if err != nil {
		t.Fatalf("policy %d: %v", c.number, err)
	}
	c.found = map[analysis.Check][]analysis.Finding{}
	for _, finding := range findings {
		c.counts["findings of "+string(finding.Check)]++
		c.found[finding.Check] = append(c.found[finding.Check], finding)
	}
	for _, finding := range c.found[analysis.ForeignAccount] {
		c.confirm(finding)
	}
	for _, finding := range c.found[analysis.LockOut] {
		c.lockedOut(finding)
	}
	c.sealed()
}

// covered reports whether a finding of a check, in which a text stands, is about the most
// particular row about a principal. Where that is about one kind of principal of a group,
// the group may be told of instead.
func (c *findingCheck) covered(check analysis.Check, r evaluation.Request, text string) bool {
	rows := rowsAbout(c.report.Principals, r)
	ofKind := slices.ContainsFunc(rows, func(i int) bool { return strings.Contains(c.report.Principals[i].Id, "*") })
	groups := []analysis.Kind{analysis.KindRest, analysis.KindEveryone, analysis.KindOtherAccount, analysis.KindPattern, analysis.KindOrganization}
	return slices.ContainsFunc(c.found[check], func(f analysis.Finding) bool {
		return strings.Contains(f.Message, text) && (slices.ContainsFunc(rows, func(i int) bool { return c.report.Principals[i].Id == f.Principal }) ||
			ofKind && check != analysis.ForeignAccount && slices.ContainsFunc(c.report.Principals, func(p analysis.Principal) bool {
				return p.Id == f.Principal && slices.Contains(groups, p.Kind) && placeOf(p, r).rank != nowhere
			}))
	})
}

// request holds one against the findings.
func (c *findingCheck) request(r evaluation.Request) {
	c.neverMatches(r)
	d, decided := decide(c.compiled, r)
	if !decided {
		c.counts["requests that AWS does not say"]++
		return
	}
	account, kind := randompolicy.AccountOf(r.Principal), randompolicy.KindOf(r.Principal)
	if d.with && account != randompolicy.Account && kind != randompolicy.Service && !slices.Contains(c.declared, account) {
		c.counts["requests of other accounts"]++
		if !c.covered(analysis.ForeignAccount, r, r.Action) {
			c.missed("another account is let in, and no finding says so", r)
		}
	}
	if account == randompolicy.Account && kind != randompolicy.Session {
		c.users[r.Principal] = c.users[r.Principal] || d.with && slices.Contains(dataUse, r.Action)
		for _, action := range []string{"kms:PutKeyPolicy", "kms:Decrypt"} {
			c.couldBoth(r, action)
		}
	}
	c.withoutContext(r)
}

// calling is a request for another action, with nothing of what only some actions carry.
func calling(r evaluation.Request, action string) evaluation.Request {
	r.Action, r.EncryptionContext, r.Context = action, nil, maps.Clone(r.Context)
	maps.DeleteFunc(r.Context, func(key string, _ []string) bool {
		key = strings.ToLower(key)
		return strings.HasPrefix(key, "kms:") || key == "aws:tagkeys" || strings.HasPrefix(key, "aws:requesttag/")
	})
	return r
}

// couldBoth notes whether the principal may call an action.
func (c *findingCheck) couldBoth(r evaluation.Request, action string) {
	d, decided := decide(c.compiled, calling(r, action))
	switch {
	case !decided:
	case action == "kms:PutKeyPolicy":
		c.administrators[r.Principal] = c.administrators[r.Principal] || d.without
	default:
		c.users[r.Principal] = c.users[r.Principal] || d.with
	}
}

// dataUse are the actions of requests that carry an encryption context.
var dataUse = []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"}

// withoutContext asks the same without an encryption context, directly, and of a service
// without a source.
func (c *findingCheck) withoutContext(r evaluation.Request) {
	if !slices.Contains(dataUse, r.Action) {
		return
	}
	r.EncryptionContext = nil
	r.Context = maps.Clone(r.Context)
	maps.DeleteFunc(r.Context, func(key string, _ []string) bool {
		key = strings.ToLower(key)
		return key == "kms:viaservice" || strings.HasPrefix(key, "aws:source") && randompolicy.KindOf(r.Principal) == randompolicy.Service
	})
	d, decided := decide(c.compiled, r)
	if !decided || !d.with {
		return
	}
	c.counts["direct uses without a context"]++
	if !c.covered(analysis.UseWithoutContext, r, "without an encryption context") && !c.covered(analysis.UseWithoutContext, r, "cannot be told") {
		c.missed("the key is used without a context, and no finding says so", r)
	}
}

// separation asks of principals that may do both.
func (c *findingCheck) separation() {
	for principal := range c.administrators {
		if !c.administrators[principal] || !c.users[principal] || randompolicy.KindOf(principal) == randompolicy.Root {
			continue
		}
		c.counts["administrators who reach data"]++
		if r := (evaluation.Request{Principal: principal}); !c.covered(analysis.AdministratorDataAccess, r, "") {
			c.missed("an administrator reaches data, and no finding says so", r)
		}
	}
}

// neverMatches holds a request against the statements that are said to match none.
func (c *findingCheck) neverMatches(r evaluation.Request) {
	matches, err := c.compiled.Match(r)
	if err != nil {
		return
	}
	for _, ineffective := range c.report.Ineffective {
		if !slices.Contains(ineffective.Actions, r.Action) {
			continue
		}
		c.counts["requests held against never-matches"]++
		if m := matches[ineffective.Statement.Index]; m.Undecided == nil && m.Matched != evaluation.NoMatch {
			c.missed("a statement matches, and never-matches says that it does not: "+ineffective.String(), r)
		}
	}
}

func (c *findingCheck) missed(kind string, r evaluation.Request) {
	c.miss(kind, "policy %d, declared %q: %s %s\n%s\n%+v\n%+v\n%+v", c.number, c.declared, r.Principal, r.Action, c.key.Policy.Indented(), c.key.Grants, r, c.found)
}

// confirm has the evaluator decide an example of a finding about another account.
func (c *findingCheck) confirm(finding analysis.Finding) {
	if strings.Contains(finding.Message, "cannot be told") {
		return
	}
	for i, principal := range c.report.Principals {
		if principal.Id != finding.Principal || !principal.Foreign {
			continue
		}
		answer := c.report.Answers[i][finding.Action]
		for _, path := range answer.Paths {
			r := c.report.Example(answer, path)
			r.Grants = c.key.Grants
			if d, decided := decide(c.compiled, r); decided && d.with && randompolicy.AccountOf(r.Principal) != randompolicy.Account {
				c.counts["findings confirmed"]++
				return
			}
		}
	}
	c.miss("a finding about another account has no example", "policy %d: %+v\n%s", c.number, finding, c.key.Policy.Indented())
}

var lockOutTime = regexp.MustCompile(` at (\S+Z) \(`)

// at is a request at a time; KMS answers none without TLS.
func at(r evaluation.Request, then time.Time) evaluation.Request {
	context := map[string][]string{}
	maps.Copy(context, r.Context)
	r.Context = context
	r.Context["aws:CurrentTime"], r.Context["aws:EpochTime"] = []string{then.Format(time.RFC3339)}, []string{strconv.FormatInt(then.Unix(), 10)}
	r.Context["aws:SecureTransport"] = []string{"true"}
	return r
}

// lockedOut holds random requests of the key's account against a lock-out.
func (c *findingCheck) lockedOut(finding analysis.Finding) {
	then := now
	if parts := lockOutTime.FindStringSubmatch(finding.Message); parts != nil {
		var err error
		if then, err = time.Parse(time.RFC3339, parts[1]); err != nil {
			c.t.Fatal(err)
		}
	}
	g := randompolicy.New(*seed+3, c.number)
	for range *near {
		r, _ := g.Request(c.key.Policy)
		if randompolicy.AccountOf(r.Principal) != randompolicy.Account {
			continue
		}
		r = at(calling(r, finding.Action), then)
		c.counts["requests held against a lock-out"]++
		if d, decided := decide(c.compiled, r); decided && d.with && !strings.Contains(finding.Message, "as far as can be told") {
			c.missed("somebody may what the lock-out says that nobody may: "+finding.Message, r)
		}
	}
}

// sealed wants a lock-out of each action that the seal denies to everybody at some time
// from now on.
func (c *findingCheck) sealed() {
	last := c.key.Policy.Statements[len(c.key.Policy.Statements)-1]
	if last.Sid != "Seal" {
		return
	}
	alone, err := evaluation.Compile(keypolicy.Document{Version: c.key.Policy.Version, Statements: []keypolicy.Statement{last}})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, action := range []string{"kms:PutKeyPolicy", "kms:DescribeKey", "kms:CancelKeyDeletion"} {
		closed := false
		for _, second := range []time.Duration{0, 1, 2, 3, 3600, 151 * 86400, 151*86400 + 1, 400 * 86400} {
			r := at(evaluation.Request{Principal: "arn:aws:iam::" + randompolicy.Account + ":root", Action: action, Key: randompolicy.Key}, now.Add(second*time.Second))
			matches, err := alone.Match(r)
			closed = closed || err == nil && matches[0].Matched != evaluation.NoMatch
		}
		if !closed {
			continue
		}
		c.counts["seals that lock out"]++
		if !slices.ContainsFunc(c.found[analysis.LockOut], func(f analysis.Finding) bool { return f.Action == action }) {
			c.miss("a lock-out is not found", "policy %d: %s\n%s", c.number, action, c.key.Policy.Indented())
		}
	}
}

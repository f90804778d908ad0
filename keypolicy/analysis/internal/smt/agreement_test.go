package smt

import (
	"flag"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neurocipher-io/kmstier/internal/testing/tierpolicies"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/randompolicy"
)

var (
	questions = flag.Int("questions", 500, "how many questions to ask the solvers")
	seed      = flag.Uint64("seed", 1, "what random policies to ask about")
)

// asked is a question with what the analysis answers.
type asked struct {
	Question
	Translated
	name     string
	analysis exact.Outcome
}

// classes are those that questions are about: named principals, all of a kind, own
// and foreign.
func classes() []Class {
	const own = randompolicy.Account
	named := func(kind, principal string) Class { return Class{Kind: kind, Principal: principal} }
	all := []Class{
		named("role", "arn:aws:iam::"+own+":role/Reader"), named("role", "arn:aws:iam::"+own+":role/team/data/Analyst"), named("role", "arn:aws:iam::"+own+":role/LambdaETLRole"),
		named("user", "arn:aws:iam::"+own+":user/ann"), named("user", "arn:aws:iam::"+own+":user/team/eve"), named("session", "arn:aws:sts::"+own+":assumed-role/Analyst/ann"),
		named("federated user", "arn:aws:sts::"+own+":federated-user/bob"), named("root user", "arn:aws:iam::"+own+":root"),
		named("role", "arn:aws:iam::098765432109:role/Reader"), named("service", "logs.us-east-1.amazonaws.com"), {Kind: "service"}, {Kind: "service"}, {Kind: "anonymous"},
		named("role", "arn:aws:iam::"+own+":role/Reader"),
	}
	for _, kind := range []string{"role", "role", "user", "federated user", "root user"} {
		others := []string{own}
		all = append(all, Class{Kind: kind, NotAccounts: others}, Class{Kind: kind, NotAccounts: append(others, "098765432109")}, Class{Kind: kind, Account: "444455556666"})
		if kind != "root user" {
			all = append(all, Class{Kind: kind, Account: own})
		}
	}
	like := func(operator, key, value string) []keypolicy.Condition {
		return []keypolicy.Condition{{Operator: operator, Key: key, Values: []string{value}}}
	}
	return append(all,
		Class{Kind: "role", Account: own, Only: like("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/R*"), Except: like("StringEquals", "aws:PrincipalArn", "arn:aws:iam::"+own+":role/Reader")},
		Class{Kind: "role", NotAccounts: []string{own}, Only: like("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/Reader")},
		Class{Kind: "user", NotAccounts: []string{own}, Except: like("StringLike", "aws:PrincipalArn", "*444455556666*")},
		Class{Kind: "role", NotAccounts: []string{own}, Only: like("StringLike", "aws:PrincipalAccount", "4444*"), Except: like("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/team/*")},
	)
}

// exactClass is a class as package exact knows it.
func exactClass(c Class) exact.Class {
	kinds := map[string]exact.Kind{
		"role": exact.Role, "session": exact.Session, "user": exact.User, "federated user": exact.FederatedUser, "root user": exact.Root,
		"service": exact.Service, "anonymous": exact.Anonymous,
	}
	return exact.Class{Kind: kinds[c.Kind], Principal: c.Principal, Account: c.Account, OtherThan: c.NotAccounts, Only: c.Only, Except: c.Except}
}

// ask is what the analysis answers.
func ask(t testing.TB, q Question) exact.Outcome {
	t.Helper()
	engine, err := exact.New(exact.Key{Arn: q.Key})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := engine.Policy(q.Policy, evaluation.KeyPolicy)
	if err != nil {
		t.Fatalf("%v: %s", err, q.Policy.Indented())
	}
	cell, err := engine.Cell(exactClass(q.Class), q.Action)
	if err != nil {
		t.Fatal(err)
	}
	var allows []exact.Part
	var denies []exact.Term
	for i, s := range q.Policy.Statements {
		if s.Effect == keypolicy.Allow {
			allows = append(allows, parts[i])
		} else {
			denies = append(denies, exact.Term{Part: parts[i]})
		}
	}
	for _, grant := range q.Grants {
		part, err := engine.Grant(grant)
		if err != nil {
			t.Fatal(err)
		}
		allows = append(allows, part)
	}
	strength := evaluation.AsRole
	if q.WithIam {
		strength = evaluation.ThroughAccount
	}
	answer := exact.Outcome{}
	for _, allow := range allows {
		outcome := cell.Ask(exact.Question{Match: []exact.Term{{Part: allow, AtLeast: strength}}, Fail: denies})
		switch outcome.Answer {
		case exact.Yes:
			return outcome
		case exact.Unknown:
			answer = outcome
		}
	}
	return answer
}

// randomQuestions are questions about random policies, each translated, none twice.
func randomQuestions(t testing.TB, count int) (all []asked, left map[string]int) {
	left = map[string]int{}
	seen := map[string]bool{}
	every := classes()
	for number := uint64(0); len(all) < count; number++ {
		g := randompolicy.New(*seed, number)
		policy, grants := g.Policy(), g.Grants()
		for range 4 {
			q := Question{
				Key: randompolicy.Key, Policy: policy, Grants: grants, Class: every[g.IntN(len(every))],
				Action: randompolicy.Actions[g.IntN(len(randompolicy.Actions))], WithIam: g.IntN(2) == 0,
			}
			translated, err := Translate(q)
			if err != nil {
				left[err.Error()]++
				continue
			}
			// What is settled without a solver asks nothing of one.
			if seen[translated.Script] || strings.Contains(translated.Script, "(assert false)") && g.IntN(8) > 0 || !strings.Contains(translated.Script, "assert") {
				continue
			}
			seen[translated.Script] = true
			all = append(all, asked{Question: q, Translated: translated, name: fmt.Sprintf("policy %d", number), analysis: ask(t, q)})
		}
	}
	return all, left
}

// TestSolversAgree holds the answers of the analysis against those of solvers that
// others wrote, on random policies.
func TestSolversAgree(t *testing.T) {
	tools.Require(t, tools.Cvc5, tools.Z3)
	all, left := randomQuestions(t, *questions)
	compareAll(t, all, left)
}

// TestSolversAgreeOnTheTiersPolicies asks about the policies that a tier's keys carry.
func TestSolversAgreeOnTheTiersPolicies(t *testing.T) {
	tools.Require(t, tools.Cvc5, tools.Z3)
	every := classes()
	var all []asked
	left := map[string]int{}
	policies := tierpolicies.All(t)
	for _, name := range slices.Sorted(maps.Keys(policies)) {
		g := randompolicy.New(*seed, uint64(len(all)))
		for range max(5, *questions/50) {
			q := Question{
				Key: tierpolicies.Key, Policy: policies[name], Class: every[g.IntN(len(every))],
				Action: randompolicy.Actions[g.IntN(len(randompolicy.Actions))], WithIam: g.IntN(2) == 0,
			}
			translated, err := Translate(q)
			if err != nil {
				left[err.Error()]++
				continue
			}
			all = append(all, asked{Question: q, Translated: translated, name: name, analysis: ask(t, q)})
		}
	}
	compareAll(t, all, left)
}

// compareAll asks the solvers and fails on each answer that is another than that of
// the analysis, and when too much is left open: what no solver answers in time is no
// agreement.
func compareAll(t *testing.T, all []asked, left map[string]int) {
	started := time.Now()
	type result struct {
		answer    Answer
		byRequest bool
		err       error
	}
	results := make([]result, len(all))
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				r := &results[i]
				if all[i].analysis.Answer == exact.Yes {
					r.answer, r.byRequest, r.err = AskWith(all[i].Translated, all[i].analysis.Witness)
				} else {
					r.answer, r.err = Ask(all[i].Translated)
				}
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	group.Wait()

	asked, open := map[string]int{}, map[string]int{}
	counts := map[string]int{}
	differences, unknown, byRequest := 0, 0, 0
	for i, q := range all {
		r := results[i]
		if r.err != nil {
			t.Fatalf("%s: %v\n%.5000s", q.name, r.err, q.Script)
		}
		if r.byRequest {
			byRequest++
		}
		counts[fmt.Sprintf("%s, analysis %v", r.answer, answers[q.analysis.Answer])]++
		for _, kind := range append(q.Kinds, "all") {
			asked[kind]++
			if r.answer == Open {
				open[kind]++
			}
		}
		if q.analysis.Answer == exact.Unknown {
			unknown++
		}
		if difference := disagree(t, q, r.answer); difference != "" {
			differences++
			if differences <= 5 {
				t.Errorf("%s: %s\n%s %+v with IAM: %t, grants %+v\n%s\n%+v", q.name, difference, q.Action, q.Class, q.WithIam, q.Grants, q.Policy.Indented(), q.analysis)
			}
		}
	}
	t.Logf("%d questions in %v: %v", len(all), time.Since(started).Round(time.Second), counts)
	t.Logf("of the allowed, %d by the request that the analysis has found", byRequest)
	t.Logf("not translated: %v", left)
	for _, kind := range slices.Sorted(maps.Keys(asked)) {
		t.Logf("%5d asked, %3d open: %s", asked[kind], open[kind], kind)
		// One or two may happen to be hard.
		if open[kind] == asked[kind] && asked[kind] > 2 {
			t.Errorf("no solver answers any question with %s", kind)
		}
	}
	// Of a few, one may happen to be hard.
	if open["all"] > max(1, len(all)/50) {
		t.Errorf("%d of %d questions are open, more than 2 %%", open["all"], len(all))
	}
	if unknown > max(1, len(all)/50) {
		t.Errorf("%d of %d answers of the analysis are unknown, more than 2 %%", unknown, len(all))
	}
	if differences > 0 {
		t.Errorf("%d answers differ", differences)
	}
}

var answers = map[exact.Answer]string{exact.Yes: "yes", exact.No: "no", exact.Unknown: "unknown"}

// disagree says how two answers differ, or nothing.
func disagree(t *testing.T, q asked, solved Answer) string {
	switch {
	case q.analysis.IsDisagreement():
		return "the analysis and the evaluator disagree"
	case q.analysis.Answer == exact.Yes && solved == Never:
		return "the analysis has found a request, and the solvers prove that there is none"
	case q.analysis.Answer == exact.No && solved == Allowed:
		return "the analysis says that there is no request, and the solvers have found one"
	case q.analysis.Answer == exact.No && q.Doubtful && solved == Never:
		// A proof has to hold whatever AWS makes of what it does not document.
		lenient := q.Question
		lenient.Lenient = true
		translated, err := Translate(lenient)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := Ask(translated); err != nil || answer == Allowed {
			return fmt.Sprintf("the analysis says that there is no request, but there may be one, by what AWS does not say (%v)", err)
		}
	}
	return ""
}

package smt

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/differential"
	"github.com/neurocipher-io/kmstier/test/randompolicy"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

var witnesses = flag.Int("witnesses", 500, "how many witnesses of the analysis to put to the simulator")

// TestSimulatorAllowsWitnesses puts the requests that the analysis has found to an IAM
// simulator that others wrote. Where it does not allow one, a mistake of the simulator
// that is known has to explain it.
func TestSimulatorAllowsWitnesses(t *testing.T) {
	other := simulator.Start(t)
	every := classes()
	var pairs []differential.Pair
	for number := uint64(0); len(pairs) < *witnesses; number++ {
		g := randompolicy.New(*seed, number)
		policy := g.Policy()
		for range 4 {
			q := Question{
				Key: randompolicy.Key, Policy: policy, Class: every[g.IntN(len(every))],
				Action: randompolicy.Actions[g.IntN(len(randompolicy.Actions))], WithIam: g.IntN(2) == 0,
			}
			// The simulator has no root user, no federated users and nobody unsigned.
			if q.Class.Kind == "root user" || q.Class.Kind == "federated user" || q.Class.Kind == "anonymous" {
				continue
			}
			action, _ := aws.FindAction(q.Action)
			foreign := q.Class.NotAccounts != nil || q.Class.Kind != "service" && !strings.Contains(q.Class.Principal+q.Class.Account, randompolicy.Account)
			if foreign && (!q.WithIam || !aws.CrossAccountActions.Has(action)) {
				continue
			}
			outcome := ask(t, q)
			if outcome.Answer != exact.Yes || q.Class.Kind == "service" && !strings.HasSuffix(outcome.Witness.Principal, ".amazonaws.com") {
				continue
			}
			r := spelledOut(outcome.Witness)
			if q.WithIam && q.Class.Kind != "service" {
				r.IdentityPolicies = []keypolicy.Document{{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}}}
			} else if q.Class.Kind == "service" {
				q.WithIam = false
			}
			decision, err := evaluation.Evaluate(policy, r)
			if err != nil || !decision.Allowed {
				t.Errorf("policy %d: the evaluator says %v (%v) of the witness %+v\n%s", number, decision, err, r, policy.Indented())
			}
			pairs = append(pairs, differential.Pair{Policy: policy, Request: r})
		}
	}
	report, err := differential.Ask(other, pairs)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d witnesses, %d allowed by the evaluator", report.Pairs, report.Allowed)
	for _, name := range slices.Sorted(maps.Keys(report.Known)) {
		t.Logf("known: %6d %s", report.Known[name], name)
	}
	for _, difference := range report.Unexplained[:min(3, len(report.Unexplained))] {
		t.Errorf("%v", difference)
	}
	if len(report.Unexplained) > 0 {
		t.Errorf("%d differences are unexplained", len(report.Unexplained))
	}
}

// spelledOut is a request with what AWS derives from the principal and the key among
// its context, since the simulator derives next to nothing.
func spelledOut(r evaluation.Request) evaluation.Request {
	context := map[string][]string{}
	put := func(key string, values ...string) {
		for name := range context {
			if strings.EqualFold(name, key) {
				return
			}
		}
		context[key] = values
	}
	for key, values := range r.Context {
		put(key, values...)
	}
	for name, value := range r.EncryptionContext {
		put("kms:EncryptionContext:"+name, value)
	}
	kinds := map[randompolicy.Kind]string{randompolicy.Role: "AssumedRole", randompolicy.Session: "AssumedRole", randompolicy.User: "User"}
	kind := randompolicy.KindOf(r.Principal)
	if kinds[kind] != "" {
		put("aws:PrincipalType", kinds[kind])
	}
	switch kind {
	case randompolicy.User:
		put("aws:username", lastPart(r.Principal))
	case randompolicy.Service:
		put("aws:PrincipalServiceName", r.Principal)
	}
	key, _ := aws.ParseArn(r.Key)
	put("aws:RequestedRegion", key.Region)
	put("aws:ResourceAccount", key.Account)
	r.Context, r.EncryptionContext = context, nil
	return r
}

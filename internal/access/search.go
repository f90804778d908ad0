package access

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// maxRequests bounds the requests that are tried for one statement, principal
// and action; maxRequestsPerKey bounds them for all, so that no policy takes
// longer than seconds. Policies that need more have denies whose conditions
// overlap in hundreds of combinations; what was not tried is told.
const (
	maxRequests       = 400
	maxRequestsPerKey = 50_000
)

// analysis holds one key's policy, ready to be asked.
type analysis struct {
	key    Key
	policy *evaluation.CompiledPolicy
	solver *solver
	// actions are those that each statement speaks of.
	actions []map[string]bool
	// undecided is the first thing that could not be decided.
	undecided string
	// tried counts the requests.
	tried int
	// answers are by subject and by what tells actions apart.
	answers map[string]Answer
}

func newAnalysis(key Key) (*analysis, error) {
	policy, err := evaluation.Compile(key.Policy)
	if err != nil {
		return nil, err
	}
	a := &analysis{key: key, policy: policy, solver: newSolver(key.Arn), answers: map[string]Answer{}}
	for _, statement := range key.Policy.Statements {
		actions := map[string]bool{}
		for _, action := range (aws.StatementActions(statement.Actions, statement.NotActions) &^ aws.GrantOnlyActions).Names() {
			actions[action] = true
		}
		a.actions = append(a.actions, actions)
	}
	return a, nil
}

// allowEverything is the IAM policy of a principal of whom the account asks
// nothing.
var allowEverything = []keypolicy.Document{{Statements: []keypolicy.Statement{{
	Effect: keypolicy.Allow, Actions: []string{"kms:*"},
}}}}

// outcome is what a search found.
type outcome struct {
	ways []Way
	// blocks are denies that stood in the way of an Allow.
	blocks []evaluation.StatementRef
	// undecided says why a request could not be decided, empty if all could.
	undecided string
}

// source is an Allow, of a statement or a grant, with its conditions.
type source struct {
	kind       evaluation.PolicyKind
	index      int
	conditions []keypolicy.Condition
}

// sources are the statements and grants that could allow an action.
func (a *analysis) sources(action string) []source {
	var sources []source
	for i, statement := range a.key.Policy.Statements {
		if statement.Effect == keypolicy.Allow && a.actions[i][action] {
			sources = append(sources, source{evaluation.KeyPolicy, i, statement.Conditions})
		}
	}
	for i, grant := range a.key.Grants {
		if slices.Contains(grant.Operations, strings.TrimPrefix(action, "kms:")) {
			sources = append(sources, source{evaluation.GrantOfKey, i, constraints(grant, action)})
		}
	}
	return sources
}

// constraints are a grant's constraints, worded as conditions.
func constraints(grant evaluation.Grant, action string) []keypolicy.Condition {
	if !slices.Contains(contextActions, action) {
		return nil
	}
	var conditions []keypolicy.Condition
	for _, pairs := range []map[string]string{grant.EncryptionContextSubset, grant.EncryptionContextEquals} {
		for _, name := range sortedKeys(pairs) {
			conditions = append(conditions, keypolicy.Condition{Operator: "StringEquals", Key: contextPrefix + name, Values: []string{pairs[name]}})
		}
	}
	if len(grant.EncryptionContextEquals) > 0 {
		conditions = append(conditions, keypolicy.Condition{
			Operator: "ForAllValues:StringEquals", Key: contextKeysKey, Values: sortedKeys(grant.EncryptionContextEquals)})
	}
	return conditions
}

// explore finds all ways in which a subject may carry out an action.
func (a *analysis) explore(subject Subject, action string) outcome {
	var all outcome
	if subject.caller == "" {
		return all
	}
	levels := []bool{false}
	if subject.Kind != KindRoot && subject.Kind != KindService {
		levels = append(levels, true)
	}
	for _, iam := range levels {
		for _, source := range a.sources(action) {
			found := a.search(subject, action, source, iam)
			all.ways = append(all.ways, found.ways...)
			all.blocks = append(all.blocks, found.blocks...)
			if all.undecided == "" {
				all.undecided = found.undecided
			}
		}
	}
	if a.undecided == "" {
		a.undecided = all.undecided
	}
	all.ways = widest(all.ways)
	return all
}

// search finds the ways that one statement or grant opens. It begins with the
// source's own conditions; where a Deny stands in the way, it adds, one at a
// time, what makes a condition of the Deny fail.
func (a *analysis) search(subject Subject, action string, from source, iam bool) (found outcome) {
	queue := [][]keypolicy.Condition{free(from.conditions)}
	seen := map[string]bool{}
	for tried := 0; len(queue) > 0; tried++ {
		conditions := queue[0]
		queue = queue[1:]
		name := strings.Join(signatures(conditions), "\x01")
		if seen[name] || slices.ContainsFunc(found.ways, func(w Way) bool { return isSubset(w.Conditions, conditions) }) {
			continue
		}
		seen[name] = true
		if a.tried++; tried >= maxRequests || a.tried > maxRequestsPerKey {
			found.undecided = "the policy's denies overlap in more combinations than were tried; there may be further ways"
			return found
		}
		w, possible := a.solver.solve(action, conditions)
		if !possible {
			continue
		}
		decision, err := a.ask(subject, action, w, iam)
		switch {
		case err != nil:
			found.undecided = err.Error()
		case decision.Allowed:
			usesIam := decision.Identity.Policy != ""
			if iam == usesIam && decision.Statement.Policy == from.kind && decision.Statement.Index == from.index {
				way := Way{Conditions: conditions, NeedsIam: usesIam, Statement: decision.Statement}
				way.Except = a.exceptions(subject, action, way)
				found.ways = append(found.ways, way)
			}
		case decision.Reason == evaluation.DeniedByStatement:
			if !a.wouldAllow(subject, action, w, iam, from) {
				continue
			}
			found.blocks = append(found.blocks, decision.Statement)
			for _, condition := range free(a.key.Policy.Statements[decision.Statement.Index].Conditions) {
				for _, escape := range escapes(condition) {
					queue = append(queue, with(conditions, escape))
				}
			}
		}
	}
	return found
}

func isSubset(some, all []keypolicy.Condition) bool {
	signed := signatures(all)
	for _, one := range signatures(some) {
		if !slices.Contains(signed, one) {
			return false
		}
	}
	return true
}

// ask puts a request to the evaluator.
func (a *analysis) ask(subject Subject, action string, w witness, iam bool) (evaluation.Decision, error) {
	return a.policy.Evaluate(a.request(subject, action, w, iam))
}

func (a *analysis) request(subject Subject, action string, w witness, iam bool) evaluation.Request {
	request := evaluation.Request{
		Principal: subject.caller, Action: action, Key: a.key.Arn,
		Context: w.context, EncryptionContext: w.encryption, Grants: a.key.Grants,
	}
	if iam {
		request.IdentityPolicies = allowEverything
	}
	return request
}

// wouldAllow reports whether the source alone, without any Deny, allows: else
// the Deny took away nothing.
func (a *analysis) wouldAllow(subject Subject, action string, w witness, iam bool, from source) bool {
	request := a.request(subject, action, w, iam)
	request.Grants = nil
	var alone keypolicy.Document
	alone.Version = a.key.Policy.Version
	if from.kind == evaluation.KeyPolicy {
		alone.Statements = a.key.Policy.Statements[from.index : from.index+1]
	} else {
		request.Grants = a.key.Grants[from.index : from.index+1]
	}
	decision, err := evaluation.Evaluate(alone, request)
	return err == nil && decision.Allowed && iam == (decision.Identity.Policy != "")
}

// exceptions are the denies that take some of a way's requests out.
func (a *analysis) exceptions(subject Subject, action string, way Way) []Exception {
	var exceptions []Exception
	for i, statement := range a.key.Policy.Statements {
		if statement.Effect != keypolicy.Deny || !a.actions[i][action] {
			continue
		}
		conditions := free(statement.Conditions)
		w, possible := a.solver.solve(action, with(way.Conditions, conditions...))
		if !possible {
			continue
		}
		decision, err := a.ask(subject, action, w, way.NeedsIam)
		if err == nil && decision.Reason == evaluation.DeniedByStatement && decision.Statement.Index == i && decision.Statement.Policy == evaluation.KeyPolicy {
			exceptions = append(exceptions, Exception{Conditions: without(conditions, way.Conditions), Statement: decision.Statement})
		}
	}
	return exceptions
}

// without are the conditions that are not among others.
func without(conditions, others []keypolicy.Condition) []keypolicy.Condition {
	theirs := signatures(others)
	return slices.DeleteFunc(slices.Clone(conditions), func(c keypolicy.Condition) bool {
		return slices.Contains(theirs, signature(c))
	})
}

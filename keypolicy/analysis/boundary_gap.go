package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// blocked finds what the key's policy grants and the boundary blocks, and notes
// what is granted. Kinds of principals of which not the same is blocked are told apart.
func (c *boundaryCheck) blocked(report *BoundaryReport) error {
	for _, row := range c.limited {
		for _, action := range (aws.KeyActions &^ aws.GrantOnlyActions).Names() {
			ofKinds := make([][]Blocked, len(row.classes))
			alike := true
			for i, class := range row.classes {
				var err error
				if ofKinds[i], err = c.blockedOf(class, action); err != nil {
					return fmt.Errorf("%s: %w", action, err)
				}
				alike = alike && slices.EqualFunc(ofKinds[i], ofKinds[0], func(one, other Blocked) bool { return one.String() == other.String() })
			}
			for i, class := range row.classes {
				name := row.Name
				if !alike {
					name += ", " + kindsInWords[class.Kind]
				}
				for _, b := range ofKinds[i] {
					b.Principals, b.Names = []string{row.Id}, []string{name}
					report.add(b)
				}
				if alike {
					break
				}
			}
		}
	}
	return nil
}

var kindsInWords = map[exact.Kind]string{exact.Role: "roles", exact.User: "users", exact.FederatedUser: "federated users"}

// blockedOf finds what the boundary blocks of what the key's policy grants to a
// class.
func (c *boundaryCheck) blockedOf(class exact.Class, action string) (found []Blocked, err error) {
	bit, _ := aws.FindAction(action)
	cell, err := c.engine.Cell(class, action)
	if err != nil {
		return nil, err
	}
	answer := c.answer(class, action)
	if answer.Why != "" {
		return nil, fmt.Errorf("%s", answer.Why)
	}
	denies := terms(about(c.rules.denies, bit), evaluation.NoMatch)
	for _, path := range answer.Paths {
		c.granted[action] = true
		allow := c.rules.find(path.Statement)
		atLeast := evaluation.AsRole
		if path.NeedsIam {
			atLeast = evaluation.ThroughAccount
		}
		granted := exact.Question{Match: terms([]source{allow}, atLeast), Fail: denies}
		gap, err := c.gap(cell, granted, path, bit)
		if err != nil {
			return nil, err
		}
		if gap == "" {
			continue
		}
		passes, err := c.passes(cell, granted, bit)
		if err != nil {
			return nil, err
		}
		found = append(found, Blocked{Key: c.key.Address, Action: action, Paths: []AccessPath{path}, Partly: passes, Gap: gap})
	}
	return found, nil
}

// find is the source of a statement or grant.
func (r *rules) find(ref evaluation.StatementRef) source {
	for _, list := range [][]source{r.allows, r.denies} {
		for _, s := range list {
			if s.ref == ref {
				return s
			}
		}
	}
	return source{}
}

// gap says what of the boundary blocks requests that are granted, or nothing when
// it is proven that all pass.
func (c *boundaryCheck) gap(cell *exact.Cell, granted exact.Question, path AccessPath, action aws.ActionSet) (string, error) {
	if gap, err := c.deniedBy(cell, about(c.excepting, action), granted, path); gap != "" || err != nil {
		return gap, err
	}
	unallowed := exact.Question{Match: granted.Match, Fail: slices.Concat(terms(about(c.limits.allows, action), evaluation.NoMatch), c.unlimited(action), granted.Fail)}
	switch outcome := cell.Ask(unallowed); outcome.Answer {
	case exact.Unknown:
		return "", fmt.Errorf("%s", outcome.Reason)
	case exact.Yes:
		gap, err := c.explain(outcome.Witness)
		return c.which(cell, unallowed, path) + gap, err
	}
	return c.deniedBy(cell, about(c.limits.denies, action), granted, path)
}

// deniedBy says which of some Denies blocks requests that are granted, if any does.
func (c *boundaryCheck) deniedBy(cell *exact.Cell, denies []source, granted exact.Question, path AccessPath) (string, error) {
	for _, deny := range denies {
		denied := exact.Question{Match: append([]exact.Term{{Part: deny.part}}, granted.Match...), Fail: granted.Fail}
		switch outcome := cell.Ask(denied); outcome.Answer {
		case exact.Unknown:
			return "", fmt.Errorf("%s", outcome.Reason)
		case exact.Yes:
			return c.which(cell, denied, path) + denialInWords(deny.ref), nil
		}
	}
	return "", nil
}

// denialInWords says by what a boundary denies: a Deny in it, or by being there.
func denialInWords(deny evaluation.StatementRef) string {
	if deny.Policy == evaluation.KeyPolicy {
		return "the NotPrincipal of the key policy's " + statementWord(deny) + " excepts nobody who has a boundary, so it denies it"
	}
	return "its " + statementWord(deny) + " denies it"
}

// which says which of a path's requests a question is about, where that is not all.
func (c *boundaryCheck) which(cell *exact.Cell, question exact.Question, path AccessPath) string {
	of := c.pathOf(c.limits, cell, question, source{}, level{})
	if extra := without(of.Conditions, path.Conditions); len(extra) > 0 {
		return Words(extra) + ": "
	}
	return ""
}

// unlimited is what a boundary needs not allow: a key policy that names a user, a session
// or everyone allows it whatever the boundary lacks; only a Deny in it counts. See the IAM
// User Guide, "Permissions boundaries for IAM entities", "Evaluating effective permissions
// with boundaries", "Resource-based policies".
func (c *boundaryCheck) unlimited(action aws.ActionSet) []exact.Term {
	return terms(about(c.rules.allows, action), evaluation.Direct)
}

// passes reports whether the boundary lets some of the granted requests through.
func (c *boundaryCheck) passes(cell *exact.Cell, granted exact.Question, action aws.ActionSet) (bool, error) {
	fail := slices.Concat(terms(about(c.limits.denies, action), evaluation.NoMatch), terms(about(c.excepting, action), evaluation.NoMatch), granted.Fail)
	for _, allow := range append(terms(about(c.limits.allows, action), evaluation.NoMatch), c.unlimited(action)...) {
		switch outcome := cell.Ask(exact.Question{Match: append([]exact.Term{allow}, granted.Match...), Fail: fail}); outcome.Answer {
		case exact.Unknown:
			return false, fmt.Errorf("%s", outcome.Reason)
		case exact.Yes:
			return true, nil
		}
	}
	return false, nil
}

// allowEverything is the IAM policy of a principal whose own account puts no limit
// to what it may do.
var allowEverything = []keypolicy.Document{{Statements: []keypolicy.Statement{{
	Effect: keypolicy.Allow, Actions: []string{"kms:*"},
}}}}

// explain says why the boundary stops a request.
func (c *boundaryCheck) explain(request evaluation.Request) (string, error) {
	request.IdentityPolicies = allowEverything
	request.PermissionsBoundary = &c.boundary
	request.Grants = c.key.Grants
	explanation, err := evaluation.Explain(c.key.Policy, request)
	if err != nil {
		return "", err
	}
	return c.reason(explanation), nil
}

// add puts paths of the same principal and action together that the same gap
// blocks.
func (r *BoundaryReport) add(b Blocked) {
	for i := range r.Blocked {
		other := &r.Blocked[i]
		if other.Key == b.Key && slices.Equal(other.Principals, b.Principals) && slices.Equal(other.Names, b.Names) && other.Action == b.Action && other.Partly == b.Partly && other.Gap == b.Gap {
			other.Paths = append(other.Paths, b.Paths...)
			return
		}
	}
	r.Blocked = append(r.Blocked, b)
}

// merge puts principals together of whom the same is blocked, whether the key
// policy names them or leaves them to IAM by a pattern.
func (r *BoundaryReport) merge() {
	var merged []Blocked
	index := map[string]int{}
	for _, b := range r.Blocked {
		id := fmt.Sprint(b.Key, "\x00", b.Action, "\x00", b.Partly, "\x00", b.Gap)
		for _, path := range b.Paths {
			id += "\x00" + strings.Join(signatures(path.Conditions), "\x01")
		}
		at, found := index[id]
		if !found {
			index[id] = len(merged)
			merged = append(merged, b)
			continue
		}
		merged[at].Principals = append(merged[at].Principals, b.Principals...)
		merged[at].Names = append(merged[at].Names, b.Names...)
	}
	r.Blocked = merged
}

// reason says why the boundary stopped a request: by a Deny, or since no Allow
// matched, of which the nearest tells what it wants.
func (c *boundaryCheck) reason(explanation evaluation.Explanation) string {
	decision := explanation.Decision
	if decision.Reason == evaluation.DeniedByStatement {
		return denialInWords(decision.Statement)
	}
	var nearest *evaluation.StatementExplanation
	misses := func(s *evaluation.StatementExplanation) (count int) {
		if !s.Resource {
			count += 100
		}
		for _, condition := range s.Conditions {
			if !condition.Holds {
				count++
			}
		}
		return count
	}
	for i := range explanation.Statements {
		s := &explanation.Statements[i]
		if s.Statement.Policy == evaluation.PermissionsBoundary && s.Effect == keypolicy.Allow && s.Action && (nearest == nil || misses(s) < misses(nearest)) {
			nearest = s
		}
	}
	if nearest == nil {
		return "no statement of it allows the action"
	}
	var reasons []string
	if !nearest.Resource {
		reasons = append(reasons, "the key is not among its resources")
	}
	for _, condition := range nearest.Conditions {
		if !condition.Holds {
			reasons = append(reasons, condition.String())
		}
	}
	return "no statement of it allows the request; the nearest, " + statementWord(nearest.Statement) + ", does not match: " + strings.Join(reasons, "; ")
}

func statementWord(ref evaluation.StatementRef) string {
	if ref.Sid == "" {
		return fmt.Sprintf("statement %d", ref.Index)
	}
	return "statement " + ref.Sid
}

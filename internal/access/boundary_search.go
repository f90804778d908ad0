package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// blocked finds what the key's policy grants and the boundary blocks, and notes
// what is granted.
func (c *boundaryCheck) blocked(report *BoundaryReport) error {
	for _, subject := range c.subjects {
		for _, action := range (aws.KeyActions &^ aws.GrantOnlyActions).Names() {
			answer := c.answer(subject, action)
			if answer.Why != "" {
				return fmt.Errorf("%s: %s", action, answer.Why)
			}
			for _, way := range answer.Ways {
				c.granted[action] = true
				gap, partly, err := c.gap(subject, action, way)
				if err != nil {
					return fmt.Errorf("%s: %w", action, err)
				}
				if gap != "" {
					report.add(Blocked{
						Key: c.key.Address, Principals: []string{subject.Id}, Names: []string{subject.Name},
						Action: action, Ways: []Way{way}, Partly: partly, Gap: gap,
					})
				}
			}
		}
	}
	report.merge()
	return nil
}

// add puts ways of the same principal and action together that the same gap
// blocks.
func (r *BoundaryReport) add(b Blocked) {
	for i := range r.Blocked {
		other := &r.Blocked[i]
		if other.Key == b.Key && slices.Equal(other.Principals, b.Principals) && other.Action == b.Action && other.Partly == b.Partly && other.Gap == b.Gap {
			other.Ways = append(other.Ways, b.Ways...)
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
		for _, way := range b.Ways {
			id += "\x00" + strings.Join(signatures(way.Conditions), "\x01")
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

// gap says what of the boundary blocks requests of a way, or nothing when all
// pass. partly tells that others pass.
func (c *boundaryCheck) gap(subject Subject, action string, way Way) (gap string, partly bool, err error) {
	stopped, err := c.find(subject, action, [][]keypolicy.Condition{way.Conditions}, isStopped)
	if err != nil || stopped == nil {
		return "", false, err
	}
	var starts [][]keypolicy.Condition
	for i, statement := range c.boundary.Statements {
		if statement.Effect == keypolicy.Allow && c.limits.actions[i][action] {
			starts = append(starts, with(way.Conditions, free(statement.Conditions)...))
		}
	}
	passed, err := c.find(subject, action, starts, isPassed)
	if err != nil {
		return "", false, err
	}
	gap = c.reason(stopped.explanation)
	if extra := without(stopped.conditions, way.Conditions); len(extra) > 0 {
		gap = Words(extra) + ": " + gap
	}
	return gap, passed != nil, nil
}

// decided is a request that was found, by its conditions, with why it was decided
// as it was.
type decided struct {
	conditions  []keypolicy.Condition
	explanation evaluation.Explanation
}

// isStopped and isPassed tell what the boundary made of a request. What the key's
// policy denies is neither.
func isStopped(d evaluation.Decision) bool {
	return d.Reason == evaluation.DeniedByBoundary || d.Reason == evaluation.DeniedByStatement && d.Statement.Policy == evaluation.PermissionsBoundary
}

func isPassed(d evaluation.Decision) bool { return d.Allowed }

// find looks for a request that meets all conditions of one of the starts and
// that is decided as wanted; there may be none. A request that is decided
// otherwise leads to further ones: that escape one condition of the statement
// that decided, or that run into a Deny of the boundary.
func (c *boundaryCheck) find(subject Subject, action string, starts [][]keypolicy.Condition, wanted func(evaluation.Decision) bool) (*decided, error) {
	queue := slices.Clone(starts)
	seen := map[string]bool{}
	for tried := 0; len(queue) > 0; tried++ {
		conditions := queue[0]
		queue = queue[1:]
		name := strings.Join(signatures(conditions), "\x01")
		if seen[name] {
			continue
		}
		seen[name] = true
		if c.tried++; tried >= maxRequests || c.tried > maxRequestsPerKey {
			return nil, fmt.Errorf("the statements overlap in more combinations than were tried")
		}
		w, possible := c.solver.solve(action, conditions)
		if !possible {
			continue
		}
		request := c.request(subject, action, w, true)
		request.PermissionsBoundary = &c.boundary
		explanation, err := c.policy.Explain(request)
		if err != nil {
			return nil, err
		}
		if wanted(explanation.Decision) {
			return &decided{conditions, explanation}, nil
		}
		for _, statement := range explanation.Statements {
			about := c.statement(statement.Statement)
			if about == nil || !statement.Action {
				continue
			}
			boundary := statement.Statement.Policy == evaluation.PermissionsBoundary
			switch {
			case statement.Matches && (boundary || statement.Effect == keypolicy.Deny):
				for _, condition := range free(about.Conditions) {
					for _, escape := range escapes(condition) {
						queue = append(queue, with(conditions, escape))
					}
				}
			case boundary && statement.Effect == keypolicy.Deny && explanation.Decision.Allowed:
				queue = append(queue, with(conditions, free(about.Conditions)...))
			}
		}
	}
	return nil, nil
}

// statement is a statement of the key's policy or of the boundary.
func (c *boundaryCheck) statement(ref evaluation.StatementRef) *keypolicy.Statement {
	switch ref.Policy {
	case evaluation.KeyPolicy:
		return &c.key.Policy.Statements[ref.Index]
	case evaluation.PermissionsBoundary:
		return &c.boundary.Statements[ref.Index]
	}
	return nil
}

// reason says why the boundary stopped a request: by a Deny, or since no Allow
// matched, of which the nearest tells what it wants.
func (c *boundaryCheck) reason(explanation evaluation.Explanation) string {
	decision := explanation.Decision
	if decision.Reason == evaluation.DeniedByStatement {
		return "its " + statementWord(decision.Statement) + " denies it"
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

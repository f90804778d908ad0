package evaluation

import (
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// enter makes ready for a policy's condition keys.
func (e *evaluation) enter(p *CompiledPolicy) {
	if e.entered == p {
		return
	}
	e.entered = p
	clear(e.cache)
	e.cache = slices.Grow(e.cache[:0], len(p.keys.keys))[:len(p.keys.keys)]
}

// matches reports how strongly a statement about the action takes in the request.
// What cannot be told of one part makes no difference where another part does not
// match.
func (e *evaluation) matches(s *compiledStatement) Strength {
	before := e.fault
	e.fault = nil
	found := e.matchesPrincipal(s)
	fault := e.takeFault()
	e.fault = before
	if found == NoMatch && fault == nil || !e.matchesResource(s) {
		return NoMatch
	}
	for i := range s.conditions {
		holds, err := e.holds(&s.conditions[i])
		if err != nil {
			fault = err
		} else if !holds {
			return NoMatch
		}
	}
	if fault != nil {
		e.fail(fault)
		return NoMatch
	}
	return found
}

func (e *evaluation) fail(fault error) {
	if e.fault == nil {
		e.fault = fault
	}
}

func (e *evaluation) matchesPrincipal(s *compiledStatement) Strength {
	// The policies of a principal speak of that principal.
	if s.principals == nil {
		return Direct
	}
	if s.exceptPrincipals {
		return e.matchesExcept(s)
	}
	best := NoMatch
	for i := range s.principals {
		best = max(best, s.principals[i].match(&e.caller))
	}
	return best
}

func (e *evaluation) matchesResource(s *compiledStatement) bool {
	if s.resources == nil {
		return true
	}
	key := [6]string{"arn", e.key.Partition, e.key.Service, e.key.Region, e.key.Account, e.key.Resource}
	for i := range s.resources {
		if matchesArn(&s.resources[i], e, &key) {
			return !s.exceptResources
		}
	}
	return s.exceptResources
}

// holds reports whether a condition is met. See the IAM User Guide, "IAM JSON
// policy elements: Condition operators" and "Single-valued vs. multivalued
// context keys".
func (e *evaluation) holds(c *compiledCondition) (bool, error) {
	carried := e.lookup(c.key)
	count := carried.count()
	if c.operator.Comparison == aws.CompareExistence {
		for i := range c.values {
			if v := &c.values[i]; !v.Opaque && v.Truth == (count == 0) {
				return true, nil
			}
		}
		return false, nil
	}
	switch c.operator.Set {
	case aws.ForAllValues:
		// True on an absent key, too; and a list of nothing but empty text counts as
		// absent.
		for i := range count {
			if value := carried.at(i); value != "" && e.matchesAny(c, value) == c.operator.Negated {
				return false, nil
			}
		}
		return true, nil
	case aws.ForAnyValue:
		for i := range count {
			if value := carried.at(i); value != "" && e.matchesAny(c, value) != c.operator.Negated {
				return true, nil
			}
		}
		return c.operator.IfExists && count == 0, nil
	}
	switch {
	case count == 0:
		return c.operator.IfExists || c.operator.Negated, nil
	case count > 1 || c.multiValued:
		if c.operator.Negated {
			return false, fmt.Errorf("condition %s on %s: %w: what a negated operator without ForAllValues or ForAnyValue makes of a key with several values, here %q",
				c.source.Operator, c.source.Key, ErrUndecided, carried.values())
		}
		// Several values need a set operator.
		return false, nil
	}
	return e.matchesAny(c, carried.at(0)) != c.operator.Negated, nil
}

func (e *evaluation) matchesAny(c *compiledCondition, found string) bool {
	for i := range c.values {
		if c.values[i].matches(c.operator.Operator, e, found) {
			return true
		}
	}
	return false
}

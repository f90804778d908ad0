package exact

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Group is parts about which the same is asked of many cells.
type Group struct {
	parts []Part
	// about numbers the sets of parts that speak of an action: actions of which the
	// same parts speak have the same number.
	about  map[aws.ActionSet]int
	number map[string]int
}

// Group makes a group of parts.
func (e *Engine) Group(parts []Part) *Group {
	return &Group{parts: parts, about: map[aws.ActionSet]int{}, number: map[string]int{}}
}

// grouped is what cells of a core have in common for a group.
type grouped struct {
	group *Group
	about int
}

// Same is equal for cells that the parts of a group cannot tell apart: any question
// about these has the same answer in each, and comes to the same. So whoever asks
// the same of many cells need ask once for each.
func (c *Cell) Same(g *Group) string {
	of := grouped{g, g.aboutAction(c.engine, c.action)}
	if same, known := c.core.same[of]; known {
		return same
	}
	var label strings.Builder
	label.WriteString(c.population.label)
	for _, part := range g.parts {
		if !c.speaksOf(part) {
			continue
		}
		if r := c.reduce(Term{Part: part}); !r.never {
			fmt.Fprintf(&label, "\x06%d %t %v", part, c.reduce(Term{Part: part, AtLeast: evaluation.AsRole}).never, r.label)
		}
	}
	if c.core.same == nil {
		c.core.same = map[grouped]string{}
	}
	same := label.String()
	c.core.same[of] = same
	return same
}

func (g *Group) aboutAction(e *Engine, action aws.ActionSet) int {
	number, known := g.about[action]
	if !known {
		set := make([]byte, len(g.parts))
		for i, part := range g.parts {
			if e.parts[part].actions&action != 0 {
				set[i] = 1
			}
		}
		if number, known = g.number[string(set)]; !known {
			number = len(g.number)
			g.number[string(set)] = number
		}
		g.about[action] = number
	}
	return number
}

// Excepts reports whether a part means all principals but those that it names.
func (e *Engine) Excepts(p Part) bool { return e.parts[p].excepting }

// PrincipalsOf are the principals that a part names.
func (e *Engine) PrincipalsOf(p Part) []keypolicy.Principal { return e.parts[p].principals }

// ResourceOf is a part's Resource element as a condition.
func (e *Engine) ResourceOf(p Part) keypolicy.Condition {
	return e.conditions[e.parts[p].conditions[e.parts[p].said]].source
}

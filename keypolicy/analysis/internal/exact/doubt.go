package exact

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// doubts are the statements of the policies in question of which AWS may not say
// whether they match. A witness has to be a request that the evaluator decides.
func (c *Cell) doubts(q Question) (terms []Term) {
	var documents []int
	for _, list := range [...][]Term{q.Match, q.Fail} {
		for _, t := range list {
			number := c.engine.parts[t.Part].document
			if c.engine.documents[number].doubtful && !slices.Contains(documents, number) {
				documents = append(documents, number)
			}
		}
	}
	for _, number := range documents {
		d := c.engine.documents[number]
		for part := d.first; part < d.first+Part(d.count); part++ {
			if t := (Term{Part: part}); c.engine.parts[part].doubtful && c.speaksOf(part) && !c.reduce(t).never {
				terms = append(terms, t)
			}
		}
	}
	return terms
}

// isDoubtful reports whether AWS may not say whether a request matches the part.
func (e *Engine) isDoubtful(p *part) bool {
	return p.excepting || slices.ContainsFunc(p.conditions, func(number int) bool {
		c := e.conditions[number]
		return c.multiValued && c.form.Negated && c.form.Set == "" && c.form.Comparison != aws.CompareExistence
	})
}

// doubt says what AWS does not.
func (a *attempt) doubt() string {
	var reasons []string
	add := func(reason string) {
		if !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	for _, t := range slices.Concat(a.question.Match, a.question.Fail, a.doubts(a.question)) {
		p := &a.engine.parts[t.Part]
		if p.excepting {
			add("NotPrincipal lists a session of a role, or some of many principals")
		}
		for _, number := range p.conditions {
			if c := a.engine.conditions[number]; c.multiValued && c.form.Negated && c.form.Set == "" {
				add(c.source.Operator + " on " + c.source.Key + " with neither ForAllValues nor ForAnyValue")
			}
		}
	}
	return strings.Join(reasons, "; ")
}

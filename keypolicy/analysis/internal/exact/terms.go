package exact

import (
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// terms adds the terms of a question to the problem.
func (b *builder) terms(q Question) {
	for _, t := range q.Match {
		m := b.matching(t)
		if b.lenient {
			require(&b.problem, b.not(m.fails))
		} else {
			require(&b.problem, m.holds)
		}
	}
	for _, t := range q.Fail {
		m := b.matching(t)
		if b.lenient {
			require(&b.problem, b.not(m.holds))
		} else {
			require(&b.problem, m.fails)
		}
	}
}

// matching is when a term matches.
func (b *builder) matching(t Term) meaning {
	r := b.reduce(t)
	if r.never || !b.speaksOf(t.Part) {
		return meaning{never(), always()}
	}
	holds, fails := []formula{}, []formula{}
	if r.names {
		m := b.naming(t)
		holds, fails = append(holds, m.holds), append(fails, m.fails)
	}
	for _, number := range r.conditions {
		m := b.mean(number)
		holds, fails = append(holds, m.holds), append(fails, m.fails)
	}
	if r.undecided {
		b.undecided = true
		holds = append(holds, never())
	}
	return meaning{allOf(holds...), oneOf(fails...)}
}

// naming is when the part of a term names the principal strongly enough.
func (b *builder) naming(t Term) meaning {
	v, p := b.variables[principalVariable], &b.engine.parts[t.Part]
	if chosen, fixed := b.fixed[principalVariable]; fixed {
		return b.namingOfText(t, chosen.text)
	}
	strengths := map[string]evaluation.StatementMatch{}
	for i := range v.domain.values {
		if text := v.domain.values[i].text; i != v.domain.other {
			strengths[text] = b.namingOf(t.Part, text)
		}
	}
	holds := b.has(v, func(v *value) bool {
		m := strengths[v.text]
		return m.NamedUndecided == nil && m.Named >= max(t.AtLeast, 1)
	})
	fails := b.has(v, func(v *value) bool {
		m := strengths[v.text]
		return m.NamedUndecided == nil && m.Named < max(t.AtLeast, 1)
	})
	for _, m := range strengths {
		b.undecided = b.undecided || m.NamedUndecided != nil
	}
	if v.domain.other < 0 {
		return meaning{holds, fails}
	}
	if p.excepting {
		// Not told apart finely enough to say.
		b.undecided = true
		return meaning{holds, fails}
	}
	named := never()
	for _, principal := range p.principals {
		form, _ := principal.Form()
		strength := evaluation.ThroughAccount
		if b.class.Kind == Root {
			strength = evaluation.Direct
		}
		switch {
		case form.Kind != keypolicy.AccountKind || strength < t.AtLeast:
		case b.account != "":
			if form.Account == b.account {
				named = always()
			}
		case b.class.Kind != Service:
			named = oneOf(named, b.sign(v, b.register(v, "aws:principalaccount", exactly(form.Account))))
		}
	}
	other := b.isOther(v)
	return meaning{oneOf(holds, allOf(other, named)), oneOf(fails, allOf(other, b.not(named)))}
}

func (b *builder) namingOfText(t Term, text string) meaning {
	switch m := b.population.namingOf(t.Part, text); {
	case m.NamedUndecided != nil:
		b.undecided = true
		return meaning{never(), never()}
	case m.Named >= max(t.AtLeast, 1):
		return meaning{always(), never()}
	}
	return meaning{never(), always()}
}

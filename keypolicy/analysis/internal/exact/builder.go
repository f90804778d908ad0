package exact

import (
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/solve"
)

// builder makes the clauses of a question.
type builder struct {
	*Cell
	problem   solve.Problem
	variables map[string]*variable
	order     []*variable
	uses      map[int]*use
	relations []*relation
	// fixed are variables whose text has been chosen.
	fixed map[string]choice
	// lenient takes what is undecided for whatever suits.
	lenient bool
	// undecided tells that lenience makes a difference.
	undecided bool
}

// choice is a text that was chosen for a variable.
type choice struct {
	absent bool
	text   string
	// key is a condition key of the variable, as spelt in a policy.
	key string
}

// use is a condition in the question.
type use struct {
	condition *condition
	variable  *variable
	// places are those of its values among the variable's predicates.
	places []int
	// relations are its values that have variables.
	relations []*relation
	// settled is set for a condition that does not depend on the request any more.
	settled bool
	truth   truth
	meaning *meaning
}

// newBuilder takes a question's conditions in, and those of more terms, which are
// not asked for yet, and finds the values of their keys.
func (c *Cell) newBuilder(q Question, fixed map[string]choice, lenient bool, more ...Term) *builder {
	b := &builder{Cell: c, variables: map[string]*variable{}, uses: map[int]*use{}, fixed: fixed, lenient: lenient}
	if b.varies {
		b.variable(b.principalKey(), b.principalKey())
	}
	for _, name := range slices.Sorted(maps.Keys(fixed)) {
		// Whether or not any condition still asks for them, requests carry them.
		if spelling := fixed[name].key; name != principalVariable {
			b.variable(lowerKey(spelling), spelling)
		}
	}
	for _, t := range slices.Concat(q.Match, q.Fail, more) {
		b.take(t)
	}
	var doubtful []Term
	if !lenient {
		doubtful = b.doubts(q)
		for _, t := range doubtful {
			b.take(t)
		}
	}
	b.divide()
	b.terms(q)
	for _, t := range doubtful {
		m := b.matching(t)
		require(&b.problem, oneOf(m.holds, m.fails))
	}
	return b
}

// take takes the conditions of a term into the question.
func (b *builder) take(t Term) {
	r := b.reduce(t)
	if r.never || !b.speaksOf(t.Part) {
		return
	}
	if r.names {
		b.useNames(&b.engine.parts[t.Part])
	}
	for _, number := range r.conditions {
		b.use(number)
	}
}

// find looks a key up that is known: fixed, or the same in all requests.
func (b *builder) find(key string) (text string, present, known bool) {
	if text, present, known = b.core.find(key); known {
		return text, present, true
	}
	name := b.variableOf(key)
	chosen, is := b.fixed[name]
	if !is {
		return "", false, false
	}
	if chosen.absent {
		return "", false, true
	}
	if name == timeVariable {
		return timeAs(key, chosen.text), true, true
	}
	return b.project(key, chosen.text), true, true
}

// variable is the variable that a key is part of, made when it is first asked for.
func (b *builder) variable(key, spelling string) *variable {
	name := b.variableOf(key)
	v, known := b.variables[name]
	if !known {
		v = &variable{name: name, key: spelling, places: map[string]int{}, signs: map[int]solve.Variable{}}
		documented, _ := aws.FindConditionKey(spelling)
		v.multiple = documented.MultiValued
		v.form = b.engine.formOf(b.population, name)
		if values, constant := b.constant(key); constant {
			v.constant, v.form = values, form{always: true}
		}
		b.variables[name] = v
		b.order = append(b.order, v)
	}
	return v
}

// use takes a condition into the question.
func (b *builder) use(number int) *use {
	if u, known := b.uses[number]; known {
		return u
	}
	c := b.engine.conditions[number]
	u := &use{condition: c}
	b.uses[number] = u
	if f := b.fateOf(number); !f.open {
		u.settled, u.truth = true, f.settled
		return u
	}
	var operands []operand
	templated := false
	for _, value := range c.values {
		o := c.resolve(value, b.find)
		operands = append(operands, o)
		templated = templated || o.template != nil
	}
	if values, constant := b.constant(c.key); constant && !templated {
		u.settled = true
		u.truth = c.holds(values, func(value string) bool { return matchesAny(operands, value) })
		return u
	}
	u.variable = b.variable(c.key, c.source.Key)
	for i := range operands {
		o := &operands[i]
		switch {
		case o.never:
		case o.template != nil:
			r := &relation{template: o.template, x: u.variable, xKey: c.key, label: o.label}
			b.relations = append(b.relations, r)
			u.relations = append(u.relations, r)
		case c.form.Comparison != aws.CompareExistence:
			u.places = append(u.places, b.register(u.variable, c.key, *o))
		}
	}
	return u
}

// register adds an operand on a key to the predicates of its variable.
func (b *builder) register(v *variable, key string, o operand) int {
	p := predicate{operand: o, key: key}
	switch v.name {
	case principalVariable:
		p.operand, p.original = b.lift(key, o), &o
	case timeVariable:
		p.label += "\x00" + key
	}
	return v.register(p)
}

// useNames takes the principals of a part into the question, where it depends on
// the request who calls.
func (b *builder) useNames(p *part) {
	v := b.variable(b.principalKey(), b.principalKey())
	for _, principal := range p.principals {
		form, _ := principal.Form()
		switch form.Kind {
		case keypolicy.EveryoneKind:
		case keypolicy.AccountKind:
			if b.account == "" && b.class.Kind != Service {
				b.register(v, "aws:principalaccount", exactly(form.Account))
			}
		default:
			v.register(predicate{operand: exactly(principal.Id), key: b.principalKey()})
		}
	}
}

// principalKey is the key that has the principal variable's text as it is.
func (b *builder) principalKey() string {
	if b.class.Kind == Service {
		return "aws:principalservicename"
	}
	return "aws:principalarn"
}

// divide finds the values of all variables and makes them variables of the
// problem.
func (b *builder) divide() {
	b.relateContextNames()
	for _, r := range b.relations {
		b.prepare(r)
	}
	for _, r := range b.relations {
		b.prepareFurther(r)
	}
	for _, v := range b.order {
		switch chosen, fixed := b.fixed[v.name]; {
		case v.constant != nil:
			var values []value
			for _, text := range v.constant {
				values = append(values, value{text: text, alone: true})
			}
			v.domain = domainOfTexts(b.population, v, values...)
		case fixed:
			v.domain = domainOfTexts(b.population, v, value{absent: chosen.absent, text: chosen.text, alone: true})
		default:
			v.domain = b.engine.domainOf(b.population, v)
		}
		if v.multiple {
			for range v.domain.values {
				v.classes = append(v.classes, b.problem.Variable(2))
				if v.constant != nil {
					require(&b.problem, b.isTrue(v.classes[len(v.classes)-1]))
				}
			}
			continue
		}
		v.solver = b.problem.Variable(len(v.domain.values))
	}
	b.coupleContextNames()
	for _, r := range b.relations {
		b.relate(r)
	}
}

// gaps say what the values of the question's variables may lack.
func (b *builder) gaps() string {
	var gaps []string
	for _, v := range b.order {
		if v.domain.gap != "" {
			gaps = append(gaps, v.key+": "+v.domain.gap)
		}
		if v.multiple && v.domain.other >= 0 {
			gaps = append(gaps, v.key+": is compared with too many patterns")
		}
	}
	return strings.Join(gaps, "; ")
}

// wanted is what the text of a variable's other value has to be.
func (b *builder) wanted(v *variable, solution []solve.Bits) (wanted []language.Wanted, literals []solve.Literal) {
	for place := range v.predicates {
		sign, known := v.signs[place]
		if !known || solution[sign].Count() != 1 {
			continue
		}
		wanted = append(wanted, language.Wanted{Language: v.predicates[place].language, In: solution[sign].Has(1)})
		literals = append(literals, solve.Literal{Variable: sign, Values: solution[sign]})
	}
	return wanted, literals
}

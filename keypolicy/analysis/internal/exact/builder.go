package exact

import (
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/solve"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
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

// meaning is when a condition holds and when it fails. Where it does neither, AWS
// does not say.
type meaning struct{ holds, fails formula }

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

// has is that a variable has one of the values for which a function holds. The
// value that stands for others is not among them.
func (b *builder) has(v *variable, holds func(v *value) bool) formula {
	return isOne(&b.problem, v.solver, v.domain.pick(func(_ int, v *value) bool { return holds(v) }))
}

// matched is that a predicate at one of some places matches the variable's text.
func (b *builder) matched(v *variable, places ...int) formula {
	known := isOne(&b.problem, v.solver, v.domain.matched(places))
	if v.domain.other < 0 {
		return known
	}
	signs := never()
	for _, place := range places {
		signs = oneOf(signs, b.sign(v, place))
	}
	return oneOf(known, allOf(b.isOther(v), signs))
}

// isOther is that the variable has the value that stands for others.
func (b *builder) isOther(v *variable) formula {
	if v.domain.other < 0 {
		return never()
	}
	return isOne(&b.problem, v.solver, solve.NewBits(len(v.domain.values), v.domain.other))
}

// sign is that a predicate matches the text that the other value stands for.
func (b *builder) sign(v *variable, place int) formula {
	p := &v.predicates[place]
	if p.never || p.isExact || p.compared != nil {
		return never()
	}
	sign, known := v.signs[place]
	if !known {
		sign = b.problem.Variable(2)
		v.signs[place] = sign
	}
	return isOne(&b.problem, sign, solve.NewBits(2, 1))
}

func (b *builder) isTrue(v solve.Variable) formula {
	return isOne(&b.problem, v, solve.NewBits(2, 1))
}

func (b *builder) not(f formula) formula { return not(&b.problem, f) }

// present is that a variable has a value, filled that it has one that is not the
// empty text.
func (b *builder) present(v *variable) formula {
	return oneOf(b.has(v, func(v *value) bool { return !v.absent }), b.isOther(v))
}

func (b *builder) filled(v *variable) formula {
	return oneOf(b.has(v, func(v *value) bool { return !v.absent && v.text != "" }), b.isOther(v))
}

// mean finds out when a condition holds.
func (b *builder) mean(number int) meaning {
	u := b.uses[number]
	if u.meaning == nil {
		m := b.meaningOf(u)
		u.meaning = &m
	}
	return *u.meaning
}

func (b *builder) meaningOf(u *use) meaning {
	if u.settled {
		return map[truth]meaning{
			isTrue: {always(), never()}, isFalse: {never(), always()}, isUndecided: {never(), never()},
		}[u.truth]
	}
	if u.variable.multiple {
		return b.meaningOfSet(u)
	}
	v, c := u.variable, u.condition
	var holds formula
	if len(u.relations) == 0 && v.domain.other < 0 {
		matched := v.domain.matched(u.places)
		holds = isOne(&b.problem, v.solver, v.domain.pick(func(place int, v *value) bool {
			if v.absent {
				return c.whenAbsent()
			}
			return c.holds([]string{v.text}, func(string) bool { return matched.Has(place) }) == isTrue
		}))
		return meaning{holds, b.not(holds)}
	}
	absent := b.has(v, func(v *value) bool { return v.absent })
	if c.form.Comparison == aws.CompareExistence {
		if c.asksForExistence(true) {
			holds = oneOf(holds, b.present(v))
		}
	} else {
		matches := b.matched(v, u.places...)
		for _, r := range u.relations {
			matches = oneOf(matches, b.isTrue(r.truth))
		}
		if c.form.Negated {
			matches = b.not(matches)
		}
		switch c.form.Set {
		case aws.ForAllValues:
			holds = oneOf(b.has(v, func(v *value) bool { return !v.absent && v.text == "" }), allOf(b.filled(v), matches))
		case aws.ForAnyValue:
			holds = allOf(b.filled(v), matches)
		default:
			holds = allOf(b.present(v), matches)
		}
	}
	if c.whenAbsent() {
		holds = oneOf(holds, absent)
	}
	return meaning{holds, b.not(holds)}
}

// meaningOfSet is that of a condition on a key with several values.
func (b *builder) meaningOfSet(u *use) meaning {
	v, c := u.variable, u.condition
	some := func(holds func(place int, v *value) bool) formula {
		var any []formula
		picked := v.domain.pick(holds)
		for i := range v.domain.values {
			if picked.Has(i) {
				any = append(any, b.isTrue(v.classes[i]))
			}
		}
		return oneOf(any...)
	}
	any := some(func(int, *value) bool { return true })
	none := b.not(any)
	matched := v.domain.matched(u.places)
	good := func(place int, v *value) bool { return v.text != "" && matched.Has(place) != c.form.Negated }
	bad := func(place int, v *value) bool { return v.text != "" && matched.Has(place) == c.form.Negated }
	var holds formula
	switch {
	case c.form.Comparison == aws.CompareExistence:
		if c.asksForExistence(true) {
			holds = any
		}
		if c.asksForExistence(false) {
			holds = oneOf(holds, none)
		}
	case len(u.relations) > 0:
		return b.meaningOfRelatedSet(u, some, any)
	case c.form.Set == aws.ForAllValues:
		holds = b.not(some(bad))
	case c.form.Set == aws.ForAnyValue:
		holds = some(good)
		if c.form.IfExists {
			holds = oneOf(holds, none)
		}
	case c.form.Negated:
		b.undecided = true
		return meaning{none, never()}
	case c.form.IfExists:
		holds = none
	}
	return meaning{holds, b.not(holds)}
}

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
	holds := b.has(v, func(v *value) bool { m := strengths[v.text]; return m.Undecided == nil && m.Named >= max(t.AtLeast, 1) })
	fails := b.has(v, func(v *value) bool { m := strengths[v.text]; return m.Undecided == nil && m.Named < max(t.AtLeast, 1) })
	for _, m := range strengths {
		b.undecided = b.undecided || m.Undecided != nil
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
	case m.Undecided != nil:
		b.undecided = true
		return meaning{never(), never()}
	case m.Named >= max(t.AtLeast, 1):
		return meaning{always(), never()}
	}
	return meaning{never(), always()}
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

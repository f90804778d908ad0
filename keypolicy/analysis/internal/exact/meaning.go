package exact

import (
	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/solve"
)

// meaning is when a condition holds and when it fails. Where it does neither, AWS
// does not say.
type meaning struct{ holds, fails formula }

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

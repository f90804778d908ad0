package exact

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/solve"
)

// relation is a value with policy variables, compared with a key: whether it
// matches depends on two things or more that a request can choose. In the clauses
// it is a variable by itself, of which they say what follows from it and what it
// follows from. So a contradiction is a proof; a solution is only tried, by texts
// for the policy variables, which make it an ordinary value.
type relation struct {
	template *template
	label    string
	x        *variable
	xKey     string
	truth    solve.Variable
	// inserts are the policy variables in it.
	inserts []insert
	// shape is the place of the predicate that x matches whatever the texts: the
	// value with anything in place of its policy variables.
	shape int
	// settled tells that nothing but the shape matters.
	settled bool
	// instances are the value with certain texts in place of its only variable.
	instances []instance
	// fallback is the place of the value with the variable's default.
	fallback int
	// implied are texts of x, each with the only text of the variable that makes it.
	implied []instance
	// needed are, where x is the same in all requests, the places of all texts of the
	// variable that make it; complete tells that they are all.
	needed   []int
	complete bool
	// shared are predicates on both, where the value is the variable alone.
	shared []instance
}

type insert struct {
	key string
	of  *variable
	aws.Variable
}

// instance is a predicate on the policy variable with one on x.
type instance struct{ insert, x int }

// single is the only policy variable of the value, if it has but one.
func (r *relation) single() (insert, bool) {
	if len(r.inserts) != 1 {
		return insert{}, false
	}
	return r.inserts[0], true
}

// templates are the value's parts.
func (r *relation) templates() []aws.Template {
	if r.template.condition.form.Comparison == aws.CompareArn {
		return r.template.value.Arn[:]
	}
	return []aws.Template{r.template.value.Template}
}

// alone reports whether the value is one policy variable and nothing else.
func (r *relation) alone() bool {
	t := r.template.value.Template
	return len(t.Variables) == 1 && t.Texts[0] == "" && t.Texts[1] == ""
}

func (r *relation) ignoresCase() bool {
	return r.template.condition.form.Comparison == aws.CompareTextIgnoringCase
}

// prepare finds the policy variables of a relation and the texts that matter to it.
func (b *builder) prepare(r *relation) {
	for _, t := range r.templates() {
		for _, variable := range t.Variables {
			key := lowerKey(variable.Key)
			r.inserts = append(r.inserts, insert{key, b.variable(key, variable.Key), variable})
		}
	}
	r.shape = b.register(r.x, r.xKey, matching("shape\x00"+r.label, r.shapePattern()))
	r.settled = r.isSettled()
	of, single := r.single()
	if r.x.multiple || r.settled || !single {
		return
	}
	if r.ignoresCase() {
		return
	}
	var texts []string
	if r.x.constant != nil {
		texts = r.x.constant
	}
	for i := range r.x.predicates {
		if p := &r.x.predicates[i]; p.isExact && r.x.sameView(p.key, r.xKey) {
			texts = append(texts, p.exact)
		}
	}
	for _, text := range texts {
		for _, middle := range b.middles(r, text) {
			place := b.register(of.of, of.key, exactly(middle))
			if r.x.constant != nil {
				r.needed = append(r.needed, place)
			}
		}
	}
	// A variable before the last part of an ARN is not looked for there.
	t := r.templates()
	r.complete = r.x.constant != nil && (!r.wild() || len(t[len(t)-1].Variables) > 0 && len(r.x.constant[0]) < maxMiddle)
}

// prepareFurther finds the predicates that follow from those of others: to be
// called when all relations are prepared.
func (b *builder) prepareFurther(r *relation) {
	of, single := r.single()
	if r.x.multiple || r.settled || !single {
		return
	}
	const enough = 60
	for place := 0; place < len(of.of.predicates) && len(r.instances) < enough; place++ {
		p := of.of.predicates[place]
		if text := p.source(); text.isExact && of.of.sameView(p.key, of.key) && text.exact != "" {
			r.instances = append(r.instances, instance{place, b.register(r.x, r.xKey, r.with(text.exact))})
		}
	}
	if of.HasDefault {
		r.fallback = b.register(r.x, r.xKey, r.with(of.Default))
	}
	if !r.ignoresCase() && !r.wild() {
		for place := range r.x.predicates {
			p := &r.x.predicates[place]
			if !p.isExact || !r.x.sameView(p.key, r.xKey) {
				continue
			}
			for _, middle := range b.middles(r, p.exact) {
				r.implied = append(r.implied, instance{b.register(of.of, of.key, exactly(middle)), place})
			}
		}
	}
	if !r.alone() || r.ignoresCase() || of.of == r.x {
		return
	}
	for place := 0; place < len(r.x.predicates) && len(r.shared) < enough; place++ {
		if p := r.x.predicates[place]; r.x.sameView(p.key, r.xKey) && place != r.shape {
			if o := p.source(); o.compared == nil {
				r.shared = append(r.shared, instance{b.register(of.of, of.key, o), place})
			}
		}
	}
	for place := 0; place < len(of.of.predicates) && len(r.shared) < enough; place++ {
		if p := of.of.predicates[place]; of.of.sameView(p.key, of.key) {
			if o := p.source(); o.compared == nil {
				r.shared = append(r.shared, instance{place, b.register(r.x, r.xKey, o)})
			}
		}
	}
}

func (r *relation) wild() bool {
	return slices.ContainsFunc(r.templates(), func(t aws.Template) bool { return t.Wild })
}

// isSettled reports whether the value says nothing of its variables: both it and
// they are parts of the principal, the same part, or its account where it stands in
// its ARN.
func (r *relation) isSettled() bool {
	of, single := r.single()
	if !single || of.of != r.x || of.HasDefault {
		return false
	}
	if r.x.name != principalVariable {
		return r.alone() && r.x.name != timeVariable
	}
	isAccount := func(key string) bool { return key == "aws:principalaccount" || key == "kms:calleraccount" }
	if r.alone() {
		return of.key == r.xKey || isAccount(of.key) && isAccount(r.xKey)
	}
	if !isAccount(of.key) || r.xKey != "aws:principalarn" {
		return false
	}
	switch r.template.condition.form.Comparison {
	case aws.CompareArn:
		account := r.template.value.Arn[4]
		return len(account.Variables) == 1 && account.Texts[0] == "" && account.Texts[1] == ""
	case aws.CompareText, aws.ComparePattern:
		texts := r.template.value.Template.Texts
		return strings.Count(texts[0], ":") == 4 && strings.HasSuffix(texts[0], ":") && strings.HasPrefix(texts[1], ":") &&
			!strings.ContainsRune(texts[0], aws.AnyText)
	}
	return false
}

// relate adds clauses for a relation.
func (b *builder) relate(r *relation) {
	if r.x.multiple {
		return
	}
	r.truth = b.problem.Variable(2)
	holds := b.isTrue(r.truth)
	fails := b.not(holds)
	shaped := b.matched(r.x, r.shape)
	require(&b.problem, oneOf(fails, shaped))
	if r.settled {
		require(&b.problem, oneOf(holds, b.not(shaped)))
		return
	}
	for _, of := range r.inserts {
		if !of.HasDefault {
			require(&b.problem, oneOf(fails, b.filled(of.of)))
		}
	}
	of, single := r.single()
	if !single {
		return
	}
	defaulted := never()
	same := func(when, that formula) {
		require(&b.problem, oneOf(b.not(when), fails, that))
		require(&b.problem, oneOf(b.not(when), holds, b.not(that)))
	}
	if of.HasDefault {
		defaulted = b.not(b.filled(of.of))
		same(defaulted, b.matched(r.x, r.fallback))
	}
	for _, i := range r.instances {
		same(b.matched(of.of, i.insert), b.matched(r.x, i.x))
	}
	if r.complete {
		require(&b.problem, oneOf(fails, defaulted, b.matched(of.of, r.needed...)))
	}
	for _, i := range r.implied {
		require(&b.problem, oneOf(fails, defaulted, b.not(b.matched(r.x, i.x)), b.matched(of.of, i.insert)))
	}
	for _, i := range r.shared {
		require(&b.problem, oneOf(fails, defaulted, b.not(b.matched(r.x, i.x)), b.matched(of.of, i.insert)))
		require(&b.problem, oneOf(fails, defaulted, b.matched(r.x, i.x), b.not(b.matched(of.of, i.insert))))
	}
}

// meaningOfRelatedSet is that of a condition on several values with policy
// variables: free, as far as the shape of its values allows.
func (b *builder) meaningOfRelatedSet(u *use, some func(func(int, *value) bool) formula, any formula) meaning {
	c, none := u.condition, b.not(any)
	if c.form.Set == "" {
		if c.form.Negated {
			b.undecided = true
			return meaning{none, never()}
		}
		holds := never()
		if c.form.IfExists {
			holds = none
		}
		return meaning{holds, b.not(holds)}
	}
	truth := b.problem.Variable(2)
	holds := b.isTrue(truth)
	fails := b.not(holds)
	if c.whenAbsent() {
		require(&b.problem, oneOf(any, holds))
	} else {
		require(&b.problem, oneOf(any, fails))
	}
	places := slices.Clone(u.places)
	for _, r := range u.relations {
		places = append(places, r.shape)
	}
	matched := func(places []int) func(int, *value) bool {
		bits := u.variable.domain.matched(places)
		return func(place int, v *value) bool { return v.text != "" && bits.Has(place) }
	}
	unmatched := func(matched func(int, *value) bool) func(int, *value) bool {
		return func(place int, v *value) bool { return v.text != "" && !matched(place, v) }
	}
	// Some values match for sure, and no others than these may.
	sure, may := matched(u.places), matched(places)
	// least makes the condition hold, most is without what it cannot.
	var least, most formula
	switch {
	case c.form.Set == aws.ForAnyValue && !c.form.Negated:
		least, most = some(sure), some(may)
	case c.form.Set == aws.ForAnyValue:
		least, most = some(unmatched(may)), some(unmatched(sure))
	case !c.form.Negated:
		least, most = b.not(some(unmatched(sure))), b.not(some(unmatched(may)))
	default:
		least, most = b.not(some(may)), b.not(some(sure))
	}
	require(&b.problem, oneOf(none, fails, most))
	require(&b.problem, oneOf(none, holds, b.not(least)))
	return meaning{holds, fails}
}

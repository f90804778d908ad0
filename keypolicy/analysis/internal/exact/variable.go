package exact

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/solve"
)

// The bounds of the work for one question. Beyond them the answer is unknown.
const (
	// maxStates and maxClasses are for telling all values of a key apart; beyond
	// them, single texts are searched for.
	maxStates  = 4000
	maxClasses = 600
	// maxFindStates is for the search for one text.
	maxFindStates = 20000
	// maxDecisions is for the search through the clauses.
	maxDecisions = 20000
	// maxRounds is how often a solution of the clauses may turn out to have no texts,
	// maxChoices how many texts of policy variables are tried.
	maxRounds  = 100
	maxChoices = 60
)

// variable is what a request has for a condition key, or for several that follow
// from one another.
type variable struct {
	name string
	// key is a condition key that it stands for, in the spelling of a policy.
	key  string
	form form
	// multiple variables have any number of values.
	multiple bool
	// constant are its values, where they are the same in all requests.
	constant []string
	// predicates are the operands that its values are told apart by.
	predicates []predicate
	places     map[string]int
	*domain
	// solver is the variable of the clauses, over the domain's values; of a multiple
	// one there is one for each class.
	solver  solve.Variable
	classes []solve.Variable
	// signs are, where not all classes were made, a variable a predicate: is the
	// text, one of the others, matched by it?
	signs map[int]solve.Variable
}

// predicate is an operand on a key that follows from the variable.
type predicate struct {
	operand
	key string
	// original is the operand on the key, where operand is what it comes to on the
	// principal.
	original *operand
}

// source is the operand on the key.
func (p *predicate) source() operand {
	if p.original != nil {
		return *p.original
	}
	return p.operand
}

// domain is the values of a variable as far as some predicates tell them apart.
type domain struct {
	values []value
	// matching are, by predicate, the values whose texts it matches.
	matching []solve.Bits
	// other is the value that stands for all texts of which no classes were made, or
	// -1.
	other int
	// base are the texts that there can be.
	base language.Language
	// apart are the texts that are values of their own.
	apart []string
	// gap says why there may be values that are not among these, if so.
	gap string
}

// value is a class of texts.
type value struct {
	absent bool
	text   string
	// alone tells that the class is this text only.
	alone bool
}

// register adds a predicate, once, and returns its place.
func (v *variable) register(p predicate) int {
	place, known := v.places[p.label]
	if !known {
		place = len(v.predicates)
		v.places[p.label] = place
		v.predicates = append(v.predicates, p)
	}
	return place
}

// label tells domains apart.
func (v *variable) label() string {
	labels := make([]string, 0, len(v.predicates)+1)
	labels = append(labels, v.name)
	for i := range v.predicates {
		labels = append(labels, v.predicates[i].label)
	}
	return strings.Join(labels, "\x01")
}

// domainOf finds the values of a variable, or remembers them.
func (e *Engine) domainOf(p *population, v *variable) *domain {
	label := v.label()
	if v.name == principalVariable || v.name == "aws:userid" {
		label += "\x01" + p.name
	}
	if d, known := e.domains[label]; known {
		return d
	}
	var d *domain
	if v.form.kind == textForm {
		d = divide(p, v)
	} else {
		d = enumerate(p, v)
	}
	e.domains[label] = d
	return d
}

// domainOfTexts is a domain of texts that are values of their own.
func domainOfTexts(p *population, v *variable, values ...value) *domain {
	d := &domain{other: -1, values: values}
	d.match(p, v, nil)
	return d
}

// match finds out which values each predicate matches, but for those that are known
// already, by place. The value of others is left out.
func (d *domain) match(p *population, v *variable, known map[int]solve.Bits) {
	byText := map[string]int{}
	for i := range d.values {
		if !d.values[i].absent && i != d.other {
			byText[d.values[i].text] = i
		}
	}
	for place := range v.predicates {
		bits, done := known[place]
		if !done {
			bits = solve.NewBits(len(d.values))
			o := &v.predicates[place].operand
			switch at, found := byText[o.exact]; {
			case o.never, o.isExact && v.name != timeVariable && !found:
			case o.isExact && v.name != timeVariable:
				bits.Add(at)
			default:
				for text, i := range byText {
					if v.matches(p, place, text) {
						bits.Add(i)
					}
				}
			}
		}
		d.matching = append(d.matching, bits)
	}
}

// enumerate finds the values of a number, a date or an address.
func enumerate(p *population, v *variable) *domain {
	var values []value
	if !v.form.always {
		values = append(values, value{absent: true})
	}
	var operands []*operand
	gap := ""
	for i := range v.predicates {
		o := &v.predicates[i].operand
		operands = append(operands, o)
		if o.compared == nil && !o.isExact && !o.never || o.compared != nil && !compares(v.form, o) {
			gap = "it is compared as a text as well"
		}
	}
	for _, text := range candidates(v.form, operands) {
		values = append(values, value{text: text, alone: true})
	}
	d := domainOfTexts(p, v, values...)
	d.gap = gap
	return d
}

// compares reports whether an operand compares what the form is about.
func compares(f form, o *operand) bool {
	switch o.operator.Comparison {
	case aws.CompareNumber:
		return f.kind == wholeForm || f.kind == timeForm
	case aws.CompareDate:
		return f.kind == timeForm || f.kind == wholeForm
	case aws.CompareAddress:
		return f.kind == addressForm
	}
	return false
}

// matches reports whether a predicate matches a text of the variable.
func (v *variable) matches(p *population, place int, text string) bool {
	predicate := &v.predicates[place]
	switch {
	case v.name == timeVariable:
		return predicate.has(timeAs(predicate.key, text))
	case predicate.compared != nil:
		return predicate.has(p.project(predicate.key, text))
	}
	return predicate.has(text)
}

// timeAs is a time as its key has it.
func timeAs(key, text string) string {
	if key != "aws:epochtime" {
		return text
	}
	at, _ := time.Parse(time.RFC3339, text)
	return strconv.FormatInt(at.Unix(), 10)
}

// divide finds the values of a key that holds texts: its classes, or, where these
// are too many, the texts apart and one value for all others.
func divide(p *population, v *variable) *domain {
	d := &domain{other: -1, base: v.form.base}
	if v.name == principalVariable {
		d.base = p.base
	}
	var languages []language.Language
	var places []int
	compared, patterns := false, false
	for i := range v.predicates {
		o := &v.predicates[i].operand
		switch {
		case o.never:
		case o.isExact:
			d.apart = append(d.apart, o.exact)
			if aws.IsToken(o.exact) && v.name != principalVariable {
				d.base = append(slices.Clip(d.base), language.Text(o.exact))
			}
		case o.compared != nil:
			compared = true
		default:
			patterns = true
			languages, places = append(languages, o.language), append(places, i)
			// What a token will be is not known, so the pattern's own texts are taken to
			// be sent.
			if strings.Contains(o.label, "${") && v.name != principalVariable {
				d.base = append(slices.Clip(d.base), o.language...)
			}
		}
	}
	if compared {
		var operands []*operand
		for i := range v.predicates {
			operands = append(operands, &v.predicates[i].operand)
		}
		d.apart = append(d.apart, numberCandidates(operands)...)
		if patterns {
			d.gap = "it is compared as a text and as a number, a date or an address"
		}
	}
	// The empty text is none to ForAllValues and ForAnyValue.
	if v.name != principalVariable {
		d.apart = append(d.apart, "")
	}
	slices.Sort(d.apart)
	d.apart = slices.Compact(d.apart)

	if v.name != principalVariable && !v.form.always && !v.multiple {
		d.values = append(d.values, value{absent: true})
	}
	if v.name == principalVariable && len(p.class.OtherThan) > 0 {
		languages = append(languages, p.excluded())
	}
	classes, all := language.Divide(d.base, languages, d.apart, language.Bounds{States: maxStates, Classes: maxClasses})
	if !all {
		d.divideApart(p, v)
		return d
	}
	var in [][]bool
	first := len(d.values)
	for _, class := range classes {
		if len(class.In) > len(places) && class.In[len(places)] {
			continue
		}
		d.values = append(d.values, value{text: class.Text, alone: class.Alone})
		in = append(in, class.In)
	}
	known := map[int]solve.Bits{}
	for i, place := range places {
		known[place] = solve.NewBits(len(d.values))
		for j := range in {
			if in[j][i] {
				known[place].Add(first + j)
			}
		}
	}
	d.match(p, v, known)
	return d
}

// divideApart makes a value of each text apart, and one of all others.
func (d *domain) divideApart(p *population, v *variable) {
	excluded := p.excluded()
	for _, text := range d.apart {
		if d.base.Has(text) && !(v.name == principalVariable && excluded.Has(text)) {
			d.values = append(d.values, value{text: text, alone: true})
		}
	}
	d.other = len(d.values)
	d.values = append(d.values, value{})
	d.match(p, v, nil)
}

// matched are the values whose texts a predicate at one of some places matches.
func (d *domain) matched(places []int) solve.Bits {
	all := solve.NewBits(len(d.values))
	for _, place := range places {
		all.AddAll(d.matching[place])
	}
	return all
}

// pick is the set of the values, but for that of others, for which a function holds.
func (d *domain) pick(holds func(place int, v *value) bool) solve.Bits {
	picked := solve.NewBits(len(d.values))
	for i := range d.values {
		if i != d.other && holds(i, &d.values[i]) {
			picked.Add(i)
		}
	}
	return picked
}

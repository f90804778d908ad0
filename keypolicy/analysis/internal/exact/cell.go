package exact

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Cell is the requests of a class of principals for an action on the key.
type Cell struct {
	*core
	name   string
	action aws.ActionSet
	// known is how many conditions the engine had when the core was found.
	known int
}

// core is what cells of one class have in common whose actions carry the same
// condition keys.
type core struct {
	engine *Engine
	*population
	// carries are the actions of which the core speaks: any of them will do to find
	// out which keys are carried.
	carries aws.ActionSet
	// fates are what becomes of each condition, by number, as far as they are known.
	fates []*fate
	// reductions are what becomes of parts, as terms, by part and strength.
	reductions []*reduction
	// same are the labels of [Cell.Same].
	same map[grouped]string
}

// fate is what a condition comes to in a core.
type fate struct {
	// open conditions depend on the request, others are settled.
	open    bool
	settled truth
	// label tells apart what open conditions come to.
	label string
}

// reduction is what a term comes to in a core.
type reduction struct {
	// never tells that no request matches it, whatever else.
	never bool
	// always tells that every request matches it.
	always bool
	// conditions are those that are open, or undecided.
	conditions []int
	// names tells that it depends on who calls whether the part names the principal.
	names bool
	// undecided tells that AWS does not say whether it does.
	undecided bool
	// label is the same, in all cores of a kind, for terms that come to the same.
	label int32
}

// Cell is the cell of a class and an action. The error says what is wrong with
// either.
func (e *Engine) Cell(class Class, action string) (*Cell, error) {
	bit, known := aws.FindAction(action)
	if !known || bit&aws.KeyActions == 0 {
		return nil, fmt.Errorf("action %q: must be an action of KMS on a key, without wildcards", action)
	}
	p, err := e.population(class)
	if err != nil {
		return nil, err
	}
	return &Cell{core: e.coreOf(p, bit), name: action, action: bit, known: len(e.conditions)}, nil
}

// coreOf is the core of a population for an action, which it has in common with all
// actions that carry the same keys, and that grants bind alike.
func (e *Engine) coreOf(p *population, action aws.ActionSet) *core {
	signature := make([]byte, len(e.conditions)+1, len(e.conditions)+1+len(p.name))
	for i, c := range e.conditions {
		if c.actions&action != 0 {
			signature[i] = 1
		}
	}
	if action&aws.UnboundGrantActions != 0 {
		signature[len(e.conditions)] = 1
	}
	label := string(append(signature, p.name...))
	shared, known := e.cores[label]
	if !known {
		shared = &core{engine: e, population: p, carries: action}
		e.cores[label] = shared
	}
	return shared
}

// refresh finds the cell's core again when parts have been added: actions that were
// alike may differ in what the new ones ask for.
func (c *Cell) refresh() {
	if c.known != len(c.engine.conditions) {
		c.core, c.known = c.engine.coreOf(c.population, c.action), len(c.engine.conditions)
	}
}

// Strength is the strongest way in which a part can name anybody of the class. It
// is NoMatch for a part that speaks of other actions, or that nobody can match
// because of what is the same for all requests of the cell.
func (c *Cell) Strength(p Part) evaluation.Strength {
	c.refresh()
	for _, strength := range []evaluation.Strength{evaluation.Direct, evaluation.AsRole, evaluation.ThroughAccount} {
		if r := c.reduce(Term{Part: p, AtLeast: strength}); c.speaksOf(p) && !r.never {
			return strength
		}
	}
	return evaluation.NoMatch
}

// Principal is who calls in all of the cell's requests; empty where it is not always
// the same.
func (c *Cell) Principal() string {
	if c.varies {
		return ""
	}
	return c.principal
}

func (c *Cell) speaksOf(p Part) bool { return c.engine.parts[p].actions&c.action != 0 }

// find looks a key up that is the same in all requests of the core.
func (c *core) find(key string) (text string, present, known bool) {
	if values, constant := c.constant(key); constant {
		if len(values) != 1 {
			return "", false, true
		}
		return values[0], true, true
	}
	if !c.carried(key) {
		return "", false, true
	}
	return "", false, false
}

// carried reports whether requests of the core can have a key.
func (c *core) carried(key string) bool {
	if key == resourceKey {
		return true
	}
	documented, _ := aws.FindConditionKey(key)
	return documented.Actions&c.carries != 0
}

// fateOf is what a condition comes to.
func (c *core) fateOf(number int) *fate {
	for len(c.fates) <= number {
		c.fates = append(c.fates, nil)
	}
	if c.fates[number] == nil {
		c.fates[number] = c.settle(c.engine.conditions[number])
	}
	return c.fates[number]
}

func (c *core) settle(condition *condition) *fate {
	values, constant := c.constant(condition.key)
	if !constant && condition.actions&c.carries == 0 {
		constant = true
	}
	if constant && len(values) == 0 {
		return &fate{settled: truthOf(condition.whenAbsent())}
	}
	var operands []operand
	label := strconv.Itoa(condition.number)
	open := !constant
	if constant || condition.templated {
		for _, v := range condition.values {
			o := condition.resolve(v, c.find)
			open = open || o.template != nil
			operands = append(operands, o)
			label += "\x02" + o.label
		}
	}
	if open {
		if c.population.variableOf(condition.key) == principalVariable || condition.key == "aws:userid" || condition.templated {
			label += "\x02" + c.population.name
		}
		return &fate{open: true, label: label}
	}
	return &fate{settled: condition.holds(values, func(value string) bool { return matchesAny(operands, value) })}
}

func matchesAny(operands []operand, text string) bool {
	for i := range operands {
		if operands[i].has(text) {
			return true
		}
	}
	return false
}

// reduce finds out what a term comes to.
func (c *core) reduce(t Term) *reduction {
	at := int(t.Part)*int(evaluation.Direct+1) + int(t.AtLeast)
	for len(c.reductions) <= at {
		c.reductions = append(c.reductions, nil)
	}
	if c.reductions[at] == nil {
		c.reductions[at] = c.comesTo(t)
	}
	return c.reductions[at]
}

func (c *core) comesTo(t Term) *reduction {
	r := &reduction{}
	p := &c.engine.parts[t.Part]
	switch {
	case p.unnamed:
	case !c.varies:
		match := c.naming(t.Part)
		r.undecided = match.NamedUndecided != nil
		if match.Named < max(t.AtLeast, evaluation.ThroughAccount) && !r.undecided {
			r.never = true
			return r
		}
	default:
		r.names = !c.engine.namesEveryone(p)
		if r.names && !p.excepting && !c.mayName(p, t.AtLeast) {
			r.never = true
			return r
		}
	}
	var label strings.Builder
	conditions := p.conditions
	if p.bound && c.carries&aws.UnboundGrantActions != 0 {
		conditions = nil
	}
	for _, number := range conditions {
		switch f := c.fateOf(number); {
		case f.open:
			r.conditions = append(r.conditions, number)
			label.WriteString(f.label)
			label.WriteByte('\x03')
		case f.settled == isFalse:
			return &reduction{never: true}
		case f.settled == isUndecided:
			r.undecided = true
		}
	}
	if r.names {
		fmt.Fprintf(&label, "part %d %d", t.Part, t.AtLeast)
	}
	if r.undecided {
		label.WriteString("undecided")
	}
	r.always = !r.names && !r.undecided && len(r.conditions) == 0
	r.label = c.engine.labelNumber(label.String())
	return r
}

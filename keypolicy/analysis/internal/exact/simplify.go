package exact

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/solve"
)

// Simplify finds out what a question comes to in the cell. It draws the conclusions
// that are near, and leaves out what follows from the rest; [Cell.Ask] has the last
// word on whether there is a request at all.
func (c *Cell) Simplify(q Question) Simplified {
	r, impossible := c.reduceAll(q)
	if impossible {
		return Simplified{Never: true}
	}
	known, found := c.engine.simplified[string(r.label)]
	if !found {
		known = c.simplify(r.question())
		c.engine.simplified[string(r.label)] = known
	}
	return c.spell(known, r)
}

// fact is a condition that holds or fails.
type fact struct {
	// number is the condition's, or Principals.
	number int
	// naming is, for principals, the label of the term that they are of.
	naming int32
	holds  bool
	// term is a term that has it: its place among those that match or fail.
	term int
}

type simplified struct {
	never   bool
	always  []fact
	clauses [][]fact
}

// simplifier is the clauses of a question in which each condition is a variable by
// itself.
type simplifier struct {
	*builder
	// held are whether conditions hold, by fact without the rest.
	held map[fact]solve.Variable
}

func (c *Cell) simplify(q Question) simplified {
	match, fail := q.Match, q.Fail
	s := &simplifier{builder: c.newBuilder(Question{Match: c.only, Fail: c.except}, nil, false, slices.Concat(match, fail)...), held: map[fact]solve.Variable{}}
	var always []fact
	var clauses [][]fact
	for i, t := range match {
		always = append(always, s.facts(t, i, true)...)
	}
	for i, t := range fail {
		clauses = append(clauses, s.facts(t, i, false))
	}
	// What holds whoever asks is not said.
	settled, possible := s.problem.Conclude()
	if !possible {
		return simplified{never: true}
	}
	always = slices.DeleteFunc(always, func(f fact) bool { return s.follows(settled, f) })
	clauses = slices.DeleteFunc(clauses, func(clause []fact) bool {
		return slices.ContainsFunc(clause, func(f fact) bool { return s.follows(settled, f) })
	})
	for {
		concluded, possible := s.with(always, nil)
		if !possible {
			return simplified{never: true}
		}
		more := false
		var left [][]fact
		for _, clause := range clauses {
			if slices.ContainsFunc(clause, func(f fact) bool { return s.follows(concluded, f) }) {
				continue
			}
			clause = slices.DeleteFunc(clause, func(f fact) bool { return s.excluded(concluded, f) })
			switch len(clause) {
			case 0:
				return simplified{never: true}
			case 1:
				always, more = append(always, clause[0]), true
			default:
				left = append(left, clause)
			}
		}
		if clauses = left; !more {
			break
		}
	}
	// What follows from the rest is left out, the last first.
	for i, last := range slices.Backward(always) {
		rest := slices.Delete(slices.Clone(always), i, i+1)
		if _, possible := s.with(append(slices.Clone(rest), opposite(last)), clauses); !possible {
			always = rest
		}
	}
	for i, clause := range slices.Backward(clauses) {
		rest := slices.Delete(slices.Clone(clauses), i, i+1)
		facts := slices.Clone(always)
		for _, f := range clause {
			facts = append(facts, opposite(f))
		}
		if _, possible := s.with(facts, rest); !possible {
			clauses = rest
		}
	}
	return simplified{always: always, clauses: clauses}
}

func opposite(f fact) fact {
	f.holds = !f.holds
	return f
}

// facts are the conditions of a term, and the principals that it names where that
// depends on who calls, all of which hold, or of which one fails.
func (s *simplifier) facts(t Term, place int, hold bool) (facts []fact) {
	r := s.reduce(t)
	add := func(f fact, m meaning) {
		facts = append(facts, fact{f.number, f.naming, hold, place})
		if _, known := s.held[f]; known {
			return
		}
		held := s.problem.Variable(2)
		s.held[f] = held
		// Where AWS does not say, it may be either.
		require(&s.problem, oneOf(s.not(s.isTrue(held)), s.not(m.fails)))
		require(&s.problem, oneOf(s.isTrue(held), s.not(m.holds)))
	}
	for _, number := range r.conditions {
		add(fact{number: number}, s.mean(number))
	}
	if r.names {
		add(fact{number: Principals, naming: r.label}, s.naming(t))
	}
	return facts
}

func (s *simplifier) variableOfFact(f fact) solve.Variable {
	return s.held[fact{number: f.number, naming: f.naming}]
}

func (s *simplifier) literal(f fact) solve.Literal {
	value := 0
	if f.holds {
		value = 1
	}
	return solve.Literal{Variable: s.variableOfFact(f), Values: solve.NewBits(2, value)}
}

// follows reports whether a fact has been concluded, excluded whether its opposite
// has.
func (s *simplifier) follows(concluded []solve.Bits, f fact) bool {
	l := s.literal(f)
	return concluded[l.Variable].Count() == 1 && concluded[l.Variable].Has(l.Values.First())
}

func (s *simplifier) excluded(concluded []solve.Bits, f fact) bool {
	return s.follows(concluded, opposite(f))
}

// with draws conclusions from facts and clauses besides the problem's own.
func (s *simplifier) with(facts []fact, clauses [][]fact) ([]solve.Bits, bool) {
	return s.problem.With(func(problem *solve.Problem) {
		for _, f := range facts {
			problem.Clause(s.literal(f))
		}
		for _, clause := range clauses {
			var literals []solve.Literal
			for _, f := range clause {
				literals = append(literals, s.literal(f))
			}
			problem.Clause(literals...)
		}
	})
}

// spell says of which parts of a question the facts are that it comes to.
func (c *Cell) spell(s simplified, r *reduced) Simplified {
	literal := func(f fact) Literal {
		terms := r.fail
		if f.holds {
			terms = r.match
		}
		l := Literal{Part: terms[f.term].term.Part, Condition: Principals, Holds: f.holds}
		if f.number != Principals {
			l.Condition = slices.Index(c.engine.parts[l.Part].conditions, f.number)
		}
		return l
	}
	spelled := Simplified{Never: s.never}
	for _, f := range s.always {
		spelled.Always = append(spelled.Always, literal(f))
	}
	for _, clause := range s.clauses {
		literals := make([]Literal, 0, len(clause))
		for _, f := range clause {
			literals = append(literals, literal(f))
		}
		spelled.Clauses = append(spelled.Clauses, literals)
	}
	return spelled
}

// Values are the texts that a condition key can have where the question's terms
// match and fail as asked, if near conclusions leave but a few, and the key cannot
// be absent.
func (c *Cell) Values(q Question, key string) (texts []string, few bool) {
	c.refresh()
	q.Match = append(slices.Clip(q.Match), c.only...)
	q.Fail = append(slices.Clip(q.Fail), c.except...)
	b := c.newBuilder(q, nil, false)
	v, asked := b.variables[b.variableOf(lowerKey(key))]
	concluded, possible := b.problem.Conclude()
	if !asked || !possible || v.multiple {
		return nil, false
	}
	for i := range v.domain.values {
		left := &v.domain.values[i]
		switch {
		case !concluded[v.solver].Has(i):
		case left.absent, i == v.domain.other, !left.alone && !v.isOnly(i):
			return nil, false
		default:
			texts = append(texts, b.project(lowerKey(key), left.text))
		}
	}
	slices.Sort(texts)
	return slices.Compact(texts), true
}

// isOnly reports whether a value's text is the only one of its class.
func (v *variable) isOnly(value int) bool {
	if v.form.kind != textForm {
		return false
	}
	var wanted []language.Wanted
	for place := range v.predicates {
		if o := &v.predicates[place].operand; !o.never && !o.isExact && o.compared == nil {
			wanted = append(wanted, language.Wanted{Language: o.language, In: v.domain.matching[place].Has(value)})
		}
	}
	_, result := language.Find(v.domain.base, wanted, append(slices.Clone(v.domain.apart), v.domain.values[value].text), maxStates)
	return result == language.None
}

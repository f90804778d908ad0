package solve

import "slices"

// Variable is a variable of a problem.
type Variable int

// Literal says that a variable has one of some values.
type Literal struct {
	Variable Variable
	Values   Bits
}

// Problem is variables, and clauses of which one literal each has to hold.
type Problem struct {
	domains []Bits
	clauses [][]Literal
	// about are the clauses that speak of each variable.
	about [][]int
}

// Variable adds a variable with so many values.
func (p *Problem) Variable(size int) Variable {
	p.domains = append(p.domains, AllBits(size))
	p.about = append(p.about, nil)
	return Variable(len(p.domains) - 1)
}

// Domain are the values of a variable, all that it was made with.
func (p *Problem) Domain(v Variable) Bits { return p.domains[v] }

// Clause adds a clause. One without a literal has no solution.
func (p *Problem) Clause(literals ...Literal) {
	for _, l := range literals {
		about := p.about[l.Variable]
		if n := len(about); n == 0 || about[n-1] != len(p.clauses) {
			p.about[l.Variable] = append(about, len(p.clauses))
		}
	}
	p.clauses = append(p.clauses, literals)
}

// Result is how a search ended.
type Result int

const (
	// None: there is no solution.
	None Result = iota
	// Found: there is one.
	Found
	// Exceeded: the search was given up.
	Exceeded
)

// Solve finds values for the variables such that every clause holds, whichever of
// a variable's values is taken. It gives up after so many decisions.
func (p *Problem) Solve(decisions int) ([]Bits, Result) {
	s := newSolver(p)
	s.left = decisions
	if !s.concludeAll() {
		return nil, None
	}
	if result := s.search(); result != Found {
		return nil, result
	}
	return s.domains, Found
}

// Conclude is what follows for each variable from clauses with one literal left,
// without any search. It reports false when no solution can follow.
func (p *Problem) Conclude() ([]Bits, bool) {
	s := newSolver(p)
	if !s.concludeAll() {
		return nil, false
	}
	return s.domains, true
}

// With is [Problem.Conclude] with more clauses, which the problem does not keep.
func (p *Problem) With(add func(*Problem)) ([]Bits, bool) {
	more := &Problem{domains: p.domains, clauses: slices.Clip(p.clauses), about: make([][]int, len(p.about))}
	for i, about := range p.about {
		more.about[i] = slices.Clip(about)
	}
	add(more)
	return more.Conclude()
}

type solver struct {
	*Problem
	domains []Bits
	// trail are the domains that were narrowed, with what they were.
	trail []narrowed
	// queue are the clauses to look at.
	queue  []int
	queued []bool
	// left are the decisions until the search is given up.
	left int
}

type narrowed struct {
	variable Variable
	before   Bits
}

func newSolver(p *Problem) *solver {
	return &solver{Problem: p, domains: append([]Bits(nil), p.domains...), queued: make([]bool, len(p.clauses))}
}

func (s *solver) concludeAll() bool {
	for i := range s.clauses {
		s.queue = append(s.queue, i)
		s.queued[i] = true
	}
	return s.conclude()
}

// conclude narrows domains by clauses with one literal left, until there are no
// more. It reports false when a clause has none left.
func (s *solver) conclude() bool {
	for len(s.queue) > 0 {
		number := s.queue[len(s.queue)-1]
		s.queue = s.queue[:len(s.queue)-1]
		s.queued[number] = false
		open, last, satisfied := s.look(number)
		if satisfied {
			continue
		}
		switch open {
		case 0:
			s.drop()
			return false
		case 1:
			s.narrow(s.clauses[number][last])
		}
	}
	return true
}

// drop empties the queue.
func (s *solver) drop() {
	for _, number := range s.queue {
		s.queued[number] = false
	}
	s.queue = s.queue[:0]
}

// look counts the literals of a clause that may hold, and returns the last of
// them.
func (s *solver) look(number int) (open, last int, satisfied bool) {
	for i, l := range s.clauses[number] {
		domain := s.domains[l.Variable]
		if !domain.meets(l.Values) {
			continue
		}
		if domain.within(l.Values) {
			return 0, 0, true
		}
		open, last = open+1, i
	}
	return open, last, false
}

// narrow takes a literal for true.
func (s *solver) narrow(l Literal) {
	before := s.domains[l.Variable]
	s.trail = append(s.trail, narrowed{l.Variable, before})
	s.domains[l.Variable] = before.And(l.Values)
	for _, number := range s.about[l.Variable] {
		if !s.queued[number] {
			s.queued[number] = true
			s.queue = append(s.queue, number)
		}
	}
}

func (s *solver) undo(length int) {
	for len(s.trail) > length {
		last := s.trail[len(s.trail)-1]
		s.trail = s.trail[:len(s.trail)-1]
		s.domains[last.variable] = last.before
	}
}

// search decides one literal of the shortest open clause, then the rest.
func (s *solver) search() Result {
	shortest, literal := 0, Literal{}
	for number := range s.clauses {
		open, last, satisfied := s.look(number)
		if !satisfied && (shortest == 0 || open < shortest) {
			shortest, literal = open, s.clauses[number][last]
		}
		if shortest == 2 {
			break
		}
	}
	if shortest == 0 {
		return Found
	}
	if s.left--; s.left < 0 {
		return Exceeded
	}
	others := Literal{literal.Variable, s.Domain(literal.Variable).Without(literal.Values)}
	for _, choice := range [...]Literal{literal, others} {
		length := len(s.trail)
		s.narrow(choice)
		if s.conclude() {
			if result := s.search(); result != None {
				return result
			}
		}
		s.undo(length)
	}
	return None
}

package exact

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// reduced is a question as it comes to in a cell: what decides nothing is left out,
// as are terms that come to the same as another. It is good until the engine's next
// question.
type reduced struct {
	match, fail []numbered
	// label is the same for questions that are settled by the same conditions of the
	// same kind of population: they have the same answer.
	label []byte
}

// numbered is a term with the number of what it comes to, by which terms are in
// order.
type numbered struct {
	number int32
	term   Term
}

// question is the terms that are left.
func (r *reduced) question() (q Question) {
	for _, n := range r.match {
		q.Match = append(q.Match, n.term)
	}
	for _, n := range r.fail {
		q.Fail = append(q.Fail, n.term)
	}
	return q
}

// reduceAll finds out what a question comes to, with the conditions of the class.
// It reports whether a term makes the question impossible by itself.
func (c *Cell) reduceAll(q Question) (r *reduced, impossible bool) {
	c.refresh()
	r = &c.engine.scratch
	r.match, r.fail = r.match[:0], r.fail[:0]
	r.label = append(r.label[:0], c.population.label...)
	for _, terms := range [...][]Term{q.Match, c.only} {
		for _, t := range terms {
			of := c.reduce(t)
			if of.never || !c.speaksOf(t.Part) {
				return r, true
			}
			r.match = append(r.match, numbered{of.label, t})
		}
	}
	for _, terms := range [...][]Term{q.Fail, c.except} {
		for _, t := range terms {
			if !c.speaksOf(t.Part) {
				continue
			}
			switch of := c.reduce(t); {
			case of.always:
				return r, true
			case !of.never:
				r.fail = append(r.fail, numbered{of.label, t})
			}
		}
	}
	r.match, r.fail = r.settle(r.match), r.settle(r.fail)
	var doubts []numbered
	for _, t := range c.doubts(q) {
		doubts = append(doubts, numbered{c.reduce(t).label, t})
	}
	r.settle(doubts)
	return r, false
}

// settle puts terms in order, without those that come to the same, and adds them to
// the label.
func (r *reduced) settle(terms []numbered) []numbered {
	slices.SortStableFunc(terms, func(a, b numbered) int { return cmp.Compare(a.number, b.number) })
	terms = slices.CompactFunc(terms, func(a, b numbered) bool { return a.number == b.number })
	r.label = binary.LittleEndian.AppendUint32(r.label, 1<<31)
	for _, n := range terms {
		r.label = binary.LittleEndian.AppendUint32(r.label, uint32(n.number))
	}
	return terms
}

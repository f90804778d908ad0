package exact

import (
	"fmt"
	"maps"
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/solve"
)

// Ask answers a question about the cell's requests.
func (c *Cell) Ask(q Question) Outcome {
	r, impossible := c.reduceAll(q)
	if impossible {
		return Outcome{Answer: No}
	}
	outcome, known := c.engine.answers[string(r.label)]
	if !known {
		label := string(r.label)
		outcome = c.decide(r.question())
		c.engine.answers[label] = outcome
	}
	if outcome.Answer == Yes {
		outcome.Witness.Action = c.name
		if !c.varies {
			outcome.Witness.Principal = c.principal
		}
	}
	return outcome
}

// decide finds the answer to a question.
func (c *Cell) decide(q Question) Outcome {
	a := &attempt{Cell: c, question: q, left: maxChoices}
	outcome := a.solve(nil, false)
	if outcome.Answer != No || !a.undecided {
		return outcome
	}
	// There is no request that is sure to be one. Could there be one all the same?
	if possible := a.solve(nil, true); possible.Answer == No {
		return possible
	}
	return Outcome{Answer: Unknown, Reason: "AWS does not say what a statement makes of such a request: " + a.doubt()}
}

// attempt is the work for one question.
type attempt struct {
	*Cell
	question Question
	// left are the texts that may still be tried for policy variables.
	left int
	// undecided tells that AWS does not say all that matters.
	undecided bool
}

// solve answers the question with some variables fixed.
func (a *attempt) solve(fixed map[string]choice, lenient bool) Outcome {
	b := a.newBuilder(a.question, fixed, lenient)
	a.undecided = a.undecided || b.undecided
	gaps := b.gaps()
	for range maxRounds {
		solution, result := b.problem.Solve(maxDecisions)
		switch {
		case result == solve.Exceeded:
			return unknown("the conditions combine in more ways than are tried")
		case result == solve.None && gaps != "":
			return unknown(gaps)
		case result == solve.None:
			return Outcome{Answer: No}
		case lenient:
			return Outcome{Answer: Unknown}
		}
		texts, gap, found := b.texts(solution)
		if gap != "" {
			gaps = gap
		}
		if !found {
			continue
		}
		if of, related := b.unfixed(); related {
			return a.choose(b, of, texts, fixed)
		}
		return b.confirm(a.question, b.witness(solution, texts))
	}
	return unknown("the patterns combine in more ways than are tried")
}

func unknown(reason string) Outcome { return Outcome{Answer: Unknown, Reason: reason} }

// unfixed is a policy variable that has no text yet.
func (b *builder) unfixed() (*variable, bool) {
	for _, r := range b.relations {
		if r.settled {
			continue
		}
		for _, of := range r.inserts {
			if _, fixed := b.fixed[of.of.name]; !fixed {
				return of.of, true
			}
		}
	}
	return nil, false
}

// choose tries texts for a policy variable: first that of the solution, then those
// of its other classes.
func (a *attempt) choose(b *builder, v *variable, texts map[*variable]choice, fixed map[string]choice) Outcome {
	choices := []choice{texts[v]}
	add := func(c choice) {
		if !slices.Contains(choices, c) {
			choices = append(choices, c)
		}
	}
	for _, r := range b.relations {
		for _, text := range b.suggested(r, v, texts) {
			add(choice{text: text})
		}
	}
	for i := range v.domain.values {
		if known := &v.domain.values[i]; i != v.domain.other {
			add(choice{absent: known.absent, text: known.text})
		}
	}
	reason := fmt.Sprintf("${%s} in a value: no request was found, and none excluded", v.key)
	for _, chosen := range choices {
		if a.left--; a.left < 0 {
			break
		}
		next := maps.Clone(fixed)
		if next == nil {
			next = map[string]choice{}
		}
		chosen.key = v.key
		next[v.name] = chosen
		switch outcome := a.solve(next, false); outcome.Answer {
		case Yes:
			return outcome
		case Unknown:
			reason = outcome.Reason
		}
	}
	return unknown(reason)
}

// texts are those of a solution, by variable. Where a text of several signs is
// wanted and there is none, it adds a clause that says so and reports false; gap
// says what could not be found out.
func (b *builder) texts(solution []solve.Bits) (texts map[*variable]choice, gap string, found bool) {
	texts = map[*variable]choice{}
	for _, v := range b.order {
		if v.multiple {
			continue
		}
		at := solution[v.solver].First()
		if at != v.domain.other {
			texts[v] = choice{absent: v.domain.values[at].absent, text: v.domain.values[at].text}
			continue
		}
		wanted, literals := b.wanted(v, solution)
		avoid := v.domain.apart
		if v.name == principalVariable && len(b.class.OtherThan) > 0 {
			wanted = append(wanted, language.Wanted{Language: b.excluded()})
		}
		text, result := language.Find(v.domain.base, wanted, avoid, maxFindStates)
		if result == language.Found {
			texts[v] = choice{text: text}
			continue
		}
		if result == language.Exceeded {
			gap = v.key + ": the search for a text that its patterns want was given up"
		} else {
			literals = b.narrowed(v, wanted, literals)
		}
		clause := []solve.Literal{{Variable: v.solver, Values: b.problem.Domain(v.solver).Without(solve.NewBits(len(v.domain.values), v.domain.other))}}
		for _, l := range literals {
			clause = append(clause, solve.Literal{Variable: l.Variable, Values: b.problem.Domain(l.Variable).Without(l.Values)})
		}
		b.problem.Clause(clause...)
		return nil, gap, false
	}
	return texts, "", true
}

// narrowed leaves out signs without which there is no text either.
func (b *builder) narrowed(v *variable, wanted []language.Wanted, literals []solve.Literal) []solve.Literal {
	for i := 0; i < len(literals); {
		fewer := slices.Delete(slices.Clone(wanted), i, i+1)
		if _, result := language.Find(v.domain.base, fewer, v.domain.apart, maxFindStates); result != language.None {
			i++
			continue
		}
		wanted, literals = fewer, slices.Delete(slices.Clone(literals), i, i+1)
	}
	return literals
}

package exact

import "github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/solve"

// formula is a literal, or several formulas of which all or one must hold. The
// zero value of all is true, that of one is false.
type formula struct {
	literal *solve.Literal
	all     bool
	parts   []formula
}

func always() formula { return formula{all: true} }

func never() formula { return formula{} }

// isOne says that a variable of the problem has one of some values.
func isOne(problem *solve.Problem, v solve.Variable, values solve.Bits) formula {
	switch values.Count() {
	case 0:
		return never()
	case problem.Domain(v).Count():
		return always()
	}
	return formula{literal: &solve.Literal{Variable: v, Values: values}}
}

// allOf holds when all formulas do.
func allOf(formulas ...formula) formula { return combine(true, formulas) }

// oneOf holds when one of the formulas does.
func oneOf(formulas ...formula) formula { return combine(false, formulas) }

func combine(all bool, formulas []formula) formula {
	made := formula{all: all}
	for _, f := range formulas {
		switch {
		case f.literal != nil || f.all != all && len(f.parts) > 0:
			made.parts = append(made.parts, f)
		case f.all == all:
			made.parts = append(made.parts, f.parts...)
		default:
			return formula{all: !all}
		}
	}
	if len(made.parts) == 1 {
		return made.parts[0]
	}
	return made
}

// not holds when the formula does not.
func not(problem *solve.Problem, f formula) formula {
	if f.literal != nil {
		return isOne(problem, f.literal.Variable, problem.Domain(f.literal.Variable).Without(f.literal.Values))
	}
	parts := make([]formula, 0, len(f.parts))
	for _, part := range f.parts {
		parts = append(parts, not(problem, part))
	}
	return combine(!f.all, parts)
}

// require adds clauses that make the formula hold. What stands within an
// alternative gets a variable of its own, so that clauses are not multiplied out.
func require(problem *solve.Problem, f formula) {
	if f.literal == nil && f.all {
		for _, part := range f.parts {
			require(problem, part)
		}
		return
	}
	problem.Clause(alternatives(problem, f)...)
}

// alternatives are literals of which one has to hold.
func alternatives(problem *solve.Problem, f formula) (literals []solve.Literal) {
	switch {
	case f.literal != nil:
		return []solve.Literal{*f.literal}
	case !f.all:
		for _, part := range f.parts {
			literals = append(literals, alternatives(problem, part)...)
		}
		return literals
	}
	chosen := problem.Variable(2)
	for _, part := range f.parts {
		problem.Clause(append(alternatives(problem, part), solve.Literal{Variable: chosen, Values: solve.NewBits(2, 0)})...)
	}
	return []solve.Literal{{Variable: chosen, Values: solve.NewBits(2, 1)}}
}

package analysis

import (
	"cmp"
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Cell is what one principal may do by one operation.
type Cell struct {
	Verdict Verdict
	// Partial tells that the verdict holds for some of the operation's actions only.
	Partial bool
	// Lines are the operation's paths and denials, each with the actions that it is
	// about.
	Lines []Line
}

// Line is a path or a denial of some actions of an operation.
type Line struct {
	// Actions are nil when it is all of the operation's.
	Actions []string
	// Path is set for what is allowed.
	Path *AccessPath
	// Blocks are set for what is denied.
	Blocks []evaluation.StatementRef
	// Why is set for what is undecided.
	Why string
}

// Cell sums up the actions of an operation for the principal at an index.
func (r *Report) Cell(principal int, operation Operation) Cell {
	cell := Cell{Verdict: No}
	var names []string
	lines := map[string]*Line{}
	line := func(name string, l Line, action string) {
		if lines[name] == nil {
			lines[name] = &l
			names = append(names, name)
		}
		lines[name].Actions = append(lines[name].Actions, action)
	}
	for _, action := range operation.Actions {
		answer := r.Answers[principal][action]
		cell.Verdict = stronger(cell.Verdict, answer.Verdict)
		for _, path := range answer.Paths {
			line(path.identity()+"\x03"+path.Statement.String(), Line{Path: &path}, action)
		}
		if answer.Verdict == Denied {
			name := "denied"
			for _, block := range answer.Blocks {
				name += block.String()
			}
			line(name, Line{Blocks: answer.Blocks}, action)
		}
		if answer.Why != "" {
			line("why"+answer.Why, Line{Why: answer.Why}, action)
		}
	}
	for _, action := range operation.Actions {
		cell.Partial = cell.Partial || r.Answers[principal][action].Verdict != cell.Verdict
	}
	for _, name := range names {
		l := *lines[name]
		if len(l.Actions) == len(operation.Actions) {
			l.Actions = nil
		}
		cell.Lines = append(cell.Lines, l)
	}
	slices.SortStableFunc(cell.Lines, func(a, b Line) int { return cmp.Compare(a.rank(), b.rank()) })
	return cell
}

func (l Line) rank() int {
	switch {
	case l.Path != nil:
		return slices.Index(verdictOrder, l.Path.Verdict())
	case l.Why != "":
		return slices.Index(verdictOrder, Undecided)
	}
	return slices.Index(verdictOrder, Denied)
}

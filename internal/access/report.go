package access

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Verdict is the answer for one principal and one action or operation, the
// strongest of the ways that there are.
type Verdict string

// The verdicts, from the strongest to the weakest.
const (
	Always      Verdict = "always"
	Conditional Verdict = "conditional"
	// Delegated: only with an IAM policy that allows it.
	Delegated Verdict = "iam"
	// Undecided: the evaluator could not tell.
	Undecided Verdict = "undecided"
	// Denied: a statement would allow it, but another denies it.
	Denied Verdict = "denied"
	No     Verdict = "no"
)

var verdictOrder = []Verdict{Always, Conditional, Delegated, Undecided, Denied, No}

// Answer is what one principal may do by one action.
type Answer struct {
	Verdict Verdict
	Ways    []Way
	// Blocks are the statements that deny what others would allow; set when Denied.
	Blocks []evaluation.StatementRef
	// Why says why the answer is Undecided, or may lack ways.
	Why string
}

// Report is what a key's policy means.
type Report struct {
	Key      Key
	Subjects []Subject
	// Answers are by subject, in the order of Subjects, then by action.
	Answers []map[string]Answer
	// Dead is what the policy says in vain.
	Dead []Dead
}

// Analyze asks everything about a key. extra are principals to ask about besides
// those that the policy and the grants name. The error is that of
// [evaluation.Compile]: it names what the evaluator does not understand.
func Analyze(key Key, extra ...string) (*Report, error) {
	return analyze(key, subjectsOf(key.Arn, []keypolicy.Document{key.Policy}, key.Grants, extra))
}

func analyze(key Key, subjects []Subject) (*Report, error) {
	a, err := newAnalysis(key)
	if err != nil {
		return nil, err
	}
	report := &Report{Key: key, Subjects: subjects, Dead: a.dead()}
	for _, subject := range subjects {
		answers := map[string]Answer{}
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				answers[action] = a.answer(subject, action)
			}
		}
		report.Answers = append(report.Answers, answers)
	}
	return report, nil
}

// answer finds out once what is the same for several actions.
func (a *analysis) answer(subject Subject, action string) Answer {
	name := subject.Id + "\x00" + a.class(subject, action)
	answer, known := a.answers[name]
	if !known {
		answer = a.find(subject, action)
		a.answers[name] = answer
	}
	return answer
}

// class is the same for actions that the policy cannot tell apart: the same
// statements and grants speak of them, and their requests carry the same of the
// condition keys. Which actions work across accounts is for the evaluator to
// say, so of foreigners each is asked.
func (a *analysis) class(subject Subject, action string) string {
	if subject.Foreign {
		return action
	}
	var class strings.Builder
	for i, statement := range a.key.Policy.Statements {
		if !a.actions[i][action] {
			continue
		}
		fmt.Fprintf(&class, "%d", i)
		for _, condition := range statement.Conditions {
			fmt.Fprintf(&class, ",%t", carries(action, condition.Key))
		}
		class.WriteString(";")
	}
	for i, grant := range a.key.Grants {
		if slices.Contains(grant.Operations, strings.TrimPrefix(action, "kms:")) {
			fmt.Fprintf(&class, "grant %d,%t;", i, slices.Contains(contextActions, action))
		}
	}
	return class.String()
}

func (a *analysis) find(subject Subject, action string) Answer {
	found := a.explore(subject, action)
	answer := Answer{Verdict: No, Ways: found.ways, Why: found.undecided}
	switch {
	case len(found.ways) > 0:
		for _, way := range found.ways {
			answer.Verdict = stronger(answer.Verdict, way.Verdict())
		}
	case found.undecided != "":
		answer.Verdict = Undecided
	case len(found.blocks) > 0:
		answer.Verdict = Denied
		for _, block := range found.blocks {
			if !slices.Contains(answer.Blocks, block) {
				answer.Blocks = append(answer.Blocks, block)
			}
		}
	}
	return answer
}

// Verdict is what the way is worth.
func (w Way) Verdict() Verdict {
	switch {
	case w.NeedsIam:
		return Delegated
	case w.unconditional():
		return Always
	}
	return Conditional
}

func stronger(a, b Verdict) Verdict {
	if slices.Index(verdictOrder, a) <= slices.Index(verdictOrder, b) {
		return a
	}
	return b
}

// Cell is what one principal may do by one operation.
type Cell struct {
	Verdict Verdict
	// Partial tells that the verdict holds for some of the operation's actions only.
	Partial bool
	// Lines are the operation's ways and denials, each with the actions that it is
	// about.
	Lines []Line
}

// Line is a way or a denial of some actions of an operation.
type Line struct {
	// Actions are nil when it is all of the operation's.
	Actions []string
	// Way is set for what is allowed.
	Way *Way
	// Blocks are set for what is denied.
	Blocks []evaluation.StatementRef
	// Why is set for what is undecided.
	Why string
}

// Cell sums up the actions of an operation for the subject at an index.
func (r *Report) Cell(subject int, operation Operation) Cell {
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
		answer := r.Answers[subject][action]
		cell.Verdict = stronger(cell.Verdict, answer.Verdict)
		for _, way := range answer.Ways {
			line(way.identity()+"\x03"+way.Statement.String(), Line{Way: &way}, action)
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
		cell.Partial = cell.Partial || r.Answers[subject][action].Verdict != cell.Verdict
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
	case l.Way != nil:
		return slices.Index(verdictOrder, l.Way.Verdict())
	case l.Why != "":
		return slices.Index(verdictOrder, Undecided)
	}
	return slices.Index(verdictOrder, Denied)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

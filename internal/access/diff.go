package access

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Effect is what a change does to somebody's access.
type Effect string

// The effects.
const (
	Gained  Effect = "gained"
	Lost    Effect = "lost"
	Changed Effect = "conditions changed"
)

// Difference is a decision that a change alters: what one principal may do by
// some actions of one operation.
type Difference struct {
	Subject   Subject
	Operation Operation
	// Actions are nil when it is all of the operation's.
	Actions       []string
	Effect        Effect
	Before, After Answer
}

// Compare asks both keys about everybody whom either names, and returns what
// differs in the answers: not in the statements that lead to them.
func Compare(before, after Key) ([]Difference, error) {
	subjects := subjectsOf(after.Arn, []keypolicy.Document{before.Policy, after.Policy}, slices.Concat(before.Grants, after.Grants), nil)
	// A key that is created anew is asked about as if it were the same.
	before.Arn = after.Arn
	old, err := analyze(before, subjects)
	if err != nil {
		return nil, err
	}
	new, err := analyze(after, subjects)
	if err != nil {
		return nil, err
	}
	var differences []Difference
	for i, subject := range subjects {
		for _, operation := range Operations {
			differences = append(differences, compareOperation(subject, operation, old.Answers[i], new.Answers[i])...)
		}
	}
	return differences, nil
}

func compareOperation(subject Subject, operation Operation, old, new map[string]Answer) []Difference {
	var differences []Difference
	byIdentity := map[string]int{}
	for _, action := range operation.Actions {
		before, after := old[action], new[action]
		if before.identity() == after.identity() {
			continue
		}
		identity := before.identity() + "\x05" + after.identity()
		at, found := byIdentity[identity]
		if !found {
			at = len(differences)
			byIdentity[identity] = at
			effect := Changed
			switch {
			case len(before.Ways) == 0 && len(after.Ways) > 0:
				effect = Gained
			case len(before.Ways) > 0 && len(after.Ways) == 0:
				effect = Lost
			}
			differences = append(differences, Difference{Subject: subject, Operation: operation, Effect: effect, Before: before, After: after})
		}
		differences[at].Actions = append(differences[at].Actions, action)
	}
	for i := range differences {
		if len(differences[i].Actions) == len(operation.Actions) {
			differences[i].Actions = nil
		}
	}
	return differences
}

// identity is the same for answers that let the same requests through. Why a
// request is refused makes no difference.
func (a Answer) identity() string {
	var parts []string
	for _, way := range a.Ways {
		parts = append(parts, way.identity())
	}
	slices.Sort(parts)
	if a.Why != "" {
		parts = append(parts, a.Why)
	}
	return strings.Join(parts, "\x04")
}

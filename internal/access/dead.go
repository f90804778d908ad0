package access

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Dead is what a statement says in vain: actions that it lists, and whose
// requests can never meet its conditions.
type Dead struct {
	Statement evaluation.StatementRef
	Effect    keypolicy.Effect
	// Actions are those in vain, Listed how many the statement lists.
	Actions []string
	Listed  int
	// Condition cannot be met; none when several cannot be met together.
	Condition *keypolicy.Condition
}

// String says it in a sentence.
func (d Dead) String() string {
	verb := map[keypolicy.Effect]string{keypolicy.Allow: "allows", keypolicy.Deny: "denies"}[d.Effect]
	actions := list(d.Actions, "and")
	if len(d.Actions) > 6 {
		actions = fmt.Sprintf("%s and %d others of its %d actions", strings.Join(d.Actions[:3], ", "), len(d.Actions)-3, d.Listed)
	}
	why := "its conditions contradict each other"
	if d.Condition != nil {
		why = fmt.Sprintf("%s on %s is never met there", d.Condition.Operator, d.Condition.Key)
	}
	return fmt.Sprintf("%s %s nothing of %s: %s", StatementName(d.Statement), verb, actions, why)
}

// dead finds what the policy's statements say in vain.
func (a *analysis) dead() []Dead {
	var all []Dead
	for i, statement := range a.key.Policy.Statements {
		conditions := free(statement.Conditions)
		byReason := map[string]*Dead{}
		listed := 0
		var order []string
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				if !a.actions[i][action] {
					continue
				}
				listed++
				if _, possible := a.solver.solve(action, conditions); possible {
					continue
				}
				reason, unmet := "", (*keypolicy.Condition)(nil)
				for _, condition := range conditions {
					if _, possible := a.solver.solve(action, []keypolicy.Condition{condition}); !possible {
						reason, unmet = signature(condition), &condition
						break
					}
				}
				if byReason[reason] == nil {
					order = append(order, reason)
					byReason[reason] = &Dead{
						Statement: evaluation.StatementRef{Policy: evaluation.KeyPolicy, Index: i, Sid: statement.Sid},
						Effect:    statement.Effect, Condition: unmet,
					}
				}
				byReason[reason].Actions = append(byReason[reason].Actions, action)
			}
		}
		for _, reason := range order {
			byReason[reason].Listed = listed
			all = append(all, *byReason[reason])
		}
	}
	return all
}

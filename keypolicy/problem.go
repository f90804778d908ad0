package keypolicy

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a policy or a configuration.
type Problem struct {
	// Field is the path of the field, such as "LambdaRoleArns[0]" or
	// "Statements[2].Actions[0]".
	Field string
	// Value is the field's value as found, ready to show; empty when there is none
	// to show.
	Value string
	// Reason says what is wrong and what is allowed.
	Reason string
}

// String is the problem as one line: field, value, reason.
func (p Problem) String() string {
	if p.Value == "" {
		return fmt.Sprintf("%s: %s", p.Field, p.Reason)
	}
	return fmt.Sprintf("%s is %s: %s", p.Field, p.Value, p.Reason)
}

// Problems are all that is wrong. As an error they are shown together, a line
// each.
type Problems []Problem

// Error lists every problem, one a line.
func (p Problems) Error() string {
	lines := make([]string, 0, len(p))
	for _, problem := range p {
		lines = append(lines, problem.String())
	}
	return strings.Join(lines, "\n")
}

// Within returns the problems with their fields placed below a parent, as
// "ExtraStatements[data][0]" + ".Sid".
func (p Problems) Within(parent string) Problems {
	placed := make(Problems, 0, len(p))
	for _, problem := range p {
		problem.Field = parent + "." + problem.Field
		placed = append(placed, problem)
	}
	return placed
}

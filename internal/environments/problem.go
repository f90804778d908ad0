package environments

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with an environments file.
type Problem struct {
	// Position is where the problem is.
	Position Position

	// Text says what was found and what is allowed, in one line.
	Text string
}

// String returns the problem in one line: file, line, field and text.
func (p Problem) String() string { return fmt.Sprintf("%s: %s", p.Position, p.Text) }

// Problems is everything wrong with an environments file, in the file's order.
// It is the error that [Load] and [Parse] return.
type Problems []Problem

// Error returns the problems, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// inOrder sorts the problems as a reader of the file meets them.
func inOrder(problems []Problem) Problems {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Position.Line, b.Position.Line), strings.Compare(a.Position.Path, b.Position.Path))
	})
	return problems
}

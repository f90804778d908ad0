package builds

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// differences are those of two texts, line by line, but for known lines: wherever the
// first text has a key of always, the second must have its value, once at least; so
// for sometimes, whose lines need not be there.
func differences(before, after []byte, always, sometimes map[string]string) []string {
	first, second := strings.Split(string(before), "\n"), strings.Split(string(after), "\n")
	if len(first) != len(second) {
		return []string{fmt.Sprintf("%d lines, want %d", len(second), len(first))}
	}
	var found []string
	met := map[string]bool{}
	for i, line := range first {
		want := line
		for _, known := range []map[string]string{always, sometimes} {
			bare := strings.TrimRight(strings.TrimSpace(line), ",")
			if changed, isKnown := known[bare]; isKnown {
				want, met[bare] = strings.Replace(line, bare, changed, 1), true
			}
		}
		if second[i] != want {
			found = append(found, fmt.Sprintf("line %d is %q, want %q", i+1, strings.TrimSpace(second[i]), strings.TrimSpace(want)))
		}
	}
	for _, line := range slices.Sorted(maps.Keys(always)) {
		if !met[line] {
			found = append(found, fmt.Sprintf("there is no line %q", line))
		}
	}
	return found
}

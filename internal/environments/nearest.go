package environments

import (
	"cmp"
	"slices"
	"strings"
)

// nearest returns the allowed name that a misspelled one most likely means, or
// nothing when none is close.
func nearest(name string, allowed []string) string {
	const longest = 64 // no field has a longer name
	if len(name) > longest {
		return ""
	}
	name = inFileSpelling(name)
	best, bestDistance := "", 1+len(name)/4
	for _, candidate := range allowed {
		if d := distance(name, candidate); d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// alike lists the few allowed names that are somewhat like another, the most
// like it first.
func alike(name string, allowed []string) []string {
	const most = 5
	name = inFileSpelling(name)
	like := slices.DeleteFunc(slices.Clone(allowed), func(candidate string) bool {
		return distance(name, candidate) > len(name)/2
	})
	slices.SortStableFunc(like, func(a, b string) int { return cmp.Compare(distance(name, a), distance(name, b)) })
	return like[:min(most, len(like))]
}

func inFileSpelling(name string) string { return strings.ReplaceAll(snake(name), "-", "_") }

// distance counts the letters to change, add or drop to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

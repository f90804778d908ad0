package environments

import "strings"

// nearest returns the allowed name that a misspelled one most likely means, or
// nothing when none is close.
func nearest(name string, allowed []string) string {
	const longest = 64 // no field has a longer name
	if len(name) > longest {
		return ""
	}
	name = strings.ReplaceAll(snake(name), "-", "_")
	best, bestDistance := "", 1+len(name)/4
	for _, candidate := range allowed {
		if d := distance(name, candidate); d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = candidate, d
		}
	}
	return best
}

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

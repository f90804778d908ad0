package aws

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// Nearest is the known name that a misspelt one most likely means, or "" when none
// is near. Case does not matter. Of names equally near it is the first.
func Nearest(name string, known []string) string {
	const longest = 128 // no known name is longer
	if len(name) > longest {
		return ""
	}
	best, bestDistance := "", 2+len(name)/5
	lower := strings.ToLower(name)
	for _, candidate := range known {
		if d := levenshtein.Distance(lower, strings.ToLower(candidate), nil); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// DidYouMean is the end of a message about an unknown name, or nothing where no
// name is near.
func DidYouMean(nearest string) string {
	if nearest == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", nearest)
}

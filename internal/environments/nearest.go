package environments

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// nearest is the allowed field that a misspelled one most likely means, or nothing
// when none is close.
func nearest(name string, allowed []string) string {
	return aws.Nearest(inFileSpelling(name), allowed)
}

// alike lists the few allowed fields that are somewhat like another, the most like
// it first.
func alike(name string, allowed []string) []string {
	const most = 5
	name = inFileSpelling(name)
	distance := func(field string) int { return levenshtein.Distance(name, field, nil) }
	like := slices.DeleteFunc(slices.Clone(allowed), func(field string) bool { return distance(field) > len(name)/2 })
	slices.SortStableFunc(like, func(a, b string) int { return cmp.Compare(distance(a), distance(b)) })
	return like[:min(most, len(like))]
}

func inFileSpelling(name string) string { return strings.ReplaceAll(snake(name), "-", "_") }

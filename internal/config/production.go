package config

import (
	"slices"
	"strings"
)

var (
	productionWords = []string{"prod", "production", "prd", "live"}
	negatingWords   = []string{"non", "pre", "no", "not"}
)

// IsProductionBy is what was said of an environment, or else what its name says.
func IsProductionBy(said *bool, environment string) bool {
	if said != nil {
		return *said
	}
	return IsProduction(environment)
}

// IsProduction reports whether an environment's name says that it is production: it
// begins or ends with prod, production, prd or live as a word, but not after non,
// pre, no or not. Hyphens part words.
func IsProduction(environment string) bool {
	words := strings.Split(environment, "-")
	says := func(i int) bool {
		return slices.Contains(productionWords, words[i]) && (i == 0 || !slices.Contains(negatingWords, words[i-1]))
	}
	return says(0) || says(len(words)-1)
}

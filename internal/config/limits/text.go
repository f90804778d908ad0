package limits

import (
	"regexp"
	"unicode/utf8"
)

// Text is what a text may be.
type Text struct {
	// Must says it in words, to follow "must be".
	Must string

	// Patterns match, all of them.
	Patterns []*regexp.Regexp

	// Except does not match. Nil means that nothing is excepted.
	Except *regexp.Regexp

	// MaxLength is the most characters. 0 means that there is no such limit.
	MaxLength int
}

// Allows reports whether a text is as it must be.
func (t Text) Allows(text string) bool {
	for _, pattern := range t.Patterns {
		if !pattern.MatchString(text) {
			return false
		}
	}
	return (t.Except == nil || !t.Except.MatchString(text)) &&
		(t.MaxLength == 0 || utf8.RuneCountInString(text) <= t.MaxLength)
}

func patterns(expressions ...string) []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, expression := range expressions {
		all = append(all, regexp.MustCompile(expression))
	}
	return all
}

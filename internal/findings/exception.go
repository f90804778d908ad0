package findings

import (
	"fmt"
	"strings"
	"time"
)

// Exception lets resources store data without a customer managed key.
type Exception struct {
	// Resource is an address or a construct path. "*" in it is any text, where
	// wildcards are allowed.
	Resource string `yaml:"resource"`
	// Type is a type of resources, which may have "*" in it, too.
	Type string `yaml:"type"`
	// Attribute and Rule narrow the exception.
	Attribute string `yaml:"attribute"`
	Rule      string `yaml:"rule"`
	// Reason says why.
	Reason string `yaml:"reason"`
	// Until is the last day on which the exception counts, such as "2027-03-31".
	Until string `yaml:"until"`
}

// DateForm is how Until is written.
const DateForm = time.DateOnly

// String is the exception as one line.
func (e Exception) String() string {
	parts := []string{}
	for _, part := range []string{e.Resource, e.Type, e.Attribute, e.Rule} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	line := fmt.Sprintf("%s: %s", strings.Join(parts, " "), e.Reason)
	if e.Until != "" {
		line += " (until " + e.Until + ")"
	}
	return line
}

// hasEnded tells whether the last day is over. A date that is none has been
// refused before.
func (e Exception) hasEnded(today time.Time) bool {
	last, err := time.Parse(DateForm, e.Until)
	return err == nil && !today.UTC().Before(last.AddDate(0, 0, 1))
}

// covers tells whether the exception is for a finding. An address without the
// index of an instance covers all instances.
func (e Exception) covers(f Finding) bool {
	if e.Resource != "" && !like(e.Resource, f.Address) && !like(e.Resource, withoutIndex(f.Address)) && (f.Path == "" || !like(e.Resource, f.Path)) {
		return false
	}
	return (e.Type == "" || like(e.Type, f.Type)) && (e.Rule == "" || e.Rule == string(f.Rule)) &&
		(e.Attribute == "" || like(e.Attribute, f.Attribute) || like(e.Attribute, f.plainAttribute()))
}

// withoutIndex is an address without the index at its end.
func withoutIndex(address string) string {
	if strings.HasSuffix(address, "]") {
		return address[:strings.LastIndex(address, "[")]
	}
	return address
}

// like compares a text with a pattern in which "*" is any text, dots and slashes
// included.
func like(pattern, text string) bool {
	first, rest, more := strings.Cut(pattern, "*")
	if !more {
		return pattern == text
	}
	if !strings.HasPrefix(text, first) {
		return false
	}
	for at := len(first); at <= len(text); at++ {
		if like(rest, text[at:]) {
			return true
		}
	}
	return false
}

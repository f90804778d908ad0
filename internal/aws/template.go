package aws

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Template is a value of a policy, taken apart: literal text, wildcards where its
// operator knows them, and policy variables. Policy variables stand between its
// texts: text, variable, text, ..., text.
type Template struct {
	// Texts are the value's patterns, one more than there are variables. A wildcard
	// in them is [AnyText] or [AnyCharacter].
	Texts     []string
	Variables []Variable
	// Wild tells that a text has a wildcard.
	Wild bool
}

// Variable is a policy variable such as ${aws:PrincipalTag/team, 'none'}.
type Variable struct {
	// Key is the condition key whose value it stands for.
	Key string
	// Default stands for it where the request has no value, if there is a default.
	Default    string
	HasDefault bool
}

// Within a template, wildcards are bytes that no valid text contains, so that the
// literal characters of ${*}, of placeholders and of variables' values cannot be
// taken for them.
const (
	AnyText      = '\xff'
	AnyCharacter = '\xfe'
)

// ParseTemplate reads a value. wildcards and variables tell whether they are
// special in it. The error names the value and what is wrong with it.
func ParseTemplate(value string, wildcards, variables bool) (t Template, err error) {
	value = strings.ToValidUTF8(value, "\uFFFD")
	var text strings.Builder
	for i := 0; i < len(value); i++ {
		switch {
		case variables && strings.HasPrefix(value[i:], "$${"):
			return Template{}, fmt.Errorf("holds $${, Terraform's escape of ${; write ${...} for a policy variable, or ${$}${...} for a dollar sign before one")
		case strings.HasPrefix(value[i:], "${"):
			placeholder := value[i : i+PlaceholderLength(value[i:])]
			i += len(placeholder) - 1
			switch {
			case !variables || !IsPolicyVariable(placeholder):
				// A token is opaque: a star inside it is part of an expression.
				text.WriteString(placeholder)
			case len(placeholder) == len("${*}"):
				text.WriteByte(placeholder[2])
			default:
				v, err := parseVariable(placeholder)
				if err != nil {
					return Template{}, err
				}
				t.Texts, t.Variables = append(t.Texts, text.String()), append(t.Variables, v)
				text.Reset()
			}
		case wildcards && value[i] == '*':
			text.WriteByte(AnyText)
			t.Wild = true
		case wildcards && value[i] == '?':
			text.WriteByte(AnyCharacter)
			t.Wild = true
		default:
			text.WriteByte(value[i])
		}
	}
	t.Texts = append(t.Texts, text.String())
	return t, nil
}

// parseVariable reads ${key} or ${key, 'default'}. See the IAM User Guide, "IAM
// policy elements: Variables and tags".
func parseVariable(placeholder string) (v Variable, err error) {
	name, fallback, haveFallback := strings.Cut(placeholder[2:len(placeholder)-1], ",")
	v.Key = strings.TrimSpace(name)
	if haveFallback {
		fallback = strings.TrimSpace(fallback)
		if len(fallback) < 2 || fallback[0] != '\'' || fallback[len(fallback)-1] != '\'' {
			return v, fmt.Errorf("policy variable %s: a default value stands in single quotes, ${aws:PrincipalTag/team, 'none'}", placeholder)
		}
		v.Default, v.HasDefault = fallback[1:len(fallback)-1], true
	}
	key, known := FindConditionKey(v.Key)
	if !known {
		return v, fmt.Errorf("policy variable %s: %q is no condition key that a request to KMS carries%s", placeholder, v.Key, DidYouMean(NearestConditionKey(v.Key)))
	}
	if key.MultiValued {
		return v, fmt.Errorf("policy variable %s: a key with several values cannot be a variable", placeholder)
	}
	return v, nil
}

// MatchesText reports whether a text of a template, or its texts joined by the
// values of its variables, matches: [MatchesWildcard] with characters that may be
// several bytes.
func MatchesText(pattern, text string) bool {
	p, t, star, starText := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == AnyText:
			star, starText = p, t
			p++
			if p == len(pattern) {
				return true
			}
		case p < len(pattern) && pattern[p] == AnyCharacter:
			_, size := utf8.DecodeRuneInString(text[t:])
			p++
			t += size
		case p < len(pattern) && pattern[p] == text[t]:
			p++
			t++
		case star >= 0:
			_, size := utf8.DecodeRuneInString(text[starText:])
			starText += size
			p, t = star+1, starText
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == AnyText {
		p++
	}
	return p == len(pattern)
}

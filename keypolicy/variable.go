package keypolicy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// template is a value of a policy, ready to be compared: literal text, wildcards
// where its operator knows them, and policy variables.
type template struct {
	// pattern is the value when it has no variables.
	pattern string
	// wild tells that pattern holds anyText or anyCharacter.
	wild bool
	// parts are the value's pieces when it has variables.
	parts []templatePart
}

type templatePart struct {
	pattern  string
	variable *variable
}

// variable is a policy variable such as ${aws:PrincipalTag/team, 'none'}.
type variable struct {
	key          *contextKey
	fallback     string
	haveFallback bool
}

// Within a template's pattern, wildcards are bytes that no valid text contains,
// so that the literal characters of ${*}, of tokens and of variables' values
// cannot be taken for them.
const (
	anyText      = '\xff'
	anyCharacter = '\xfe'
)

// compileTemplate reads a value. wildcards and variables tell whether they are
// special in it.
func compileTemplate(value string, wildcards, variables bool, keys *keyTable) (template, error) {
	value = strings.ToValidUTF8(value, "\uFFFD")
	var parts []templatePart
	var text strings.Builder
	wild := false
	for i := 0; i < len(value); i++ {
		switch {
		case variables && strings.HasPrefix(value[i:], "$${"):
			return template{}, fmt.Errorf("value %q: holds $${, Terraform's escape of ${; write ${...} for a policy variable, or ${$}${...} for a dollar sign before one", value)
		case strings.HasPrefix(value[i:], "${"):
			placeholder := value[i : i+placeholderLength(value[i:])]
			i += len(placeholder) - 1
			switch {
			case !variables || !policyVariable.MatchString(placeholder):
				// A token is opaque: a star inside it is part of an expression.
				text.WriteString(placeholder)
			case len(placeholder) == len("${*}"):
				text.WriteByte(placeholder[2])
			default:
				v, err := compileVariable(placeholder, keys)
				if err != nil {
					return template{}, fmt.Errorf("value %q: %w", value, err)
				}
				parts = append(parts, templatePart{pattern: text.String()}, templatePart{variable: v})
				text.Reset()
			}
		case wildcards && value[i] == '*':
			text.WriteByte(anyText)
			wild = true
		case wildcards && value[i] == '?':
			text.WriteByte(anyCharacter)
			wild = true
		default:
			text.WriteByte(value[i])
		}
	}
	if parts == nil {
		return template{pattern: text.String(), wild: wild}, nil
	}
	return template{wild: wild, parts: append(parts, templatePart{pattern: text.String()})}, nil
}

// compileVariable reads ${key} or ${key, 'default'}. See the IAM User Guide, "IAM
// policy elements: Variables and tags".
func compileVariable(placeholder string, keys *keyTable) (*variable, error) {
	name, fallback, haveFallback := strings.Cut(placeholder[2:len(placeholder)-1], ",")
	name = strings.TrimSpace(name)
	if haveFallback {
		fallback = strings.TrimSpace(fallback)
		if len(fallback) < 2 || fallback[0] != '\'' || fallback[len(fallback)-1] != '\'' {
			return nil, fmt.Errorf("policy variable %s: a default value stands in single quotes, ${aws:PrincipalTag/team, 'none'}", placeholder)
		}
		fallback = fallback[1 : len(fallback)-1]
	}
	multiValued, known := findConditionKey(name)
	if !known {
		return nil, fmt.Errorf("policy variable %s: %q is no condition key that a request to KMS carries", placeholder, name)
	}
	if multiValued {
		return nil, fmt.Errorf("policy variable %s: a key with several values cannot be a variable", placeholder)
	}
	return &variable{key: keys.add(name), fallback: fallback, haveFallback: haveFallback}, nil
}

// expand puts the request's values in place of the variables. It reports false
// when one has no value, which empty text is not either: then nothing equals or
// resembles the template. See "Policy variables with no value" on the same page.
func (t *template) expand(e *evaluation) (string, bool) {
	if t.parts == nil {
		return t.pattern, true
	}
	var text strings.Builder
	for _, part := range t.parts {
		if part.variable == nil {
			text.WriteString(part.pattern)
			continue
		}
		carried := e.lookup(part.variable.key)
		switch {
		case carried.count() > 1:
			return "", false
		case carried.count() == 1 && carried.at(0) != "":
			// The value is literal; invalid bytes must not pass for wildcards.
			text.WriteString(strings.ToValidUTF8(carried.at(0), "\uFFFD"))
		case part.variable.haveFallback:
			text.WriteString(part.variable.fallback)
		default:
			return "", false
		}
	}
	return text.String(), true
}

// matches reports whether text is what the template describes.
func (t *template) matches(e *evaluation, text string) bool {
	pattern, ok := t.expand(e)
	switch {
	case !ok:
		return false
	case !t.wild:
		return pattern == text
	}
	return matchesPattern(pattern, text)
}

// matchesPattern is [matchesWildcard] for patterns of templates, where a
// character may be several bytes.
func matchesPattern(pattern, text string) bool {
	p, t, star, starText := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == anyText:
			star, starText = p, t
			p++
			if p == len(pattern) {
				return true
			}
		case p < len(pattern) && pattern[p] == anyCharacter:
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
	for p < len(pattern) && pattern[p] == anyText {
		p++
	}
	return p == len(pattern)
}

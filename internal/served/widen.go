package served

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// widened is a policy that lets through whatever the policy could once its tokens are
// known: patterns in the place of tokens in what allows, and nothing that denies under
// a condition with a token. Who is allowed nothing by it will be allowed nothing.
// Principals stay, since a token there is somebody.
func widened(policy keypolicy.Document) (wide keypolicy.Document, isWider bool) {
	wide = policy.Clone()
	wide.Statements = slices.DeleteFunc(wide.Statements, func(s keypolicy.Statement) bool {
		gone := s.Effect == keypolicy.Deny && slices.ContainsFunc(s.Conditions, hasToken)
		isWider = isWider || gone
		return gone
	})
	for i := range wide.Statements {
		s := &wide.Statements[i]
		var conditions []keypolicy.Condition
		for _, c := range s.Conditions {
			if !hasToken(c) {
				conditions = append(conditions, c)
				continue
			}
			isWider = true
			if wider, can := openTokens(c); can {
				conditions = append(conditions, wider)
			}
		}
		s.Conditions = conditions
	}
	return wide, isWider
}

func hasToken(c keypolicy.Condition) bool { return slices.ContainsFunc(c.Values, aws.IsToken) }

// openTokens is a condition with "*" for its tokens; other comparisons than those of
// texts have none, and a negated one would hold less often.
func openTokens(c keypolicy.Condition) (wider keypolicy.Condition, can bool) {
	form, known := aws.ParseOperator(c.Operator)
	if !known || form.Negated || !form.HasWildcards() && form.Comparison != aws.CompareText {
		return c, false
	}
	c.Operator = strings.Replace(c.Operator, "StringEquals", "StringLike", 1)
	c.Values = slices.Clone(c.Values)
	for i, value := range c.Values {
		c.Values[i] = openText(value)
	}
	return c, true
}

// openText is a text with "*" for each token in it.
func openText(text string) string {
	if aws.IsListToken(text) {
		return "*"
	}
	var open strings.Builder
	for i := 0; i < len(text); {
		if strings.HasPrefix(text[i:], "${") {
			length := aws.PlaceholderLength(text[i:])
			if placeholder := text[i : i+length]; aws.IsToken(placeholder) {
				open.WriteByte('*')
			} else {
				open.WriteString(placeholder)
			}
			i += length
			continue
		}
		open.WriteByte(text[i])
		i++
	}
	return open.String()
}

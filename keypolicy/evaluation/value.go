package evaluation

import (
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// template is a value of a policy whose policy variables are bound to the condition
// keys that they stand for.
type template struct {
	*aws.Template
	keys []*contextKey
}

func bind(parsed *aws.Template, keys *keyTable) template {
	t := template{Template: parsed}
	for _, variable := range parsed.Variables {
		t.keys = append(t.keys, keys.add(variable.Key))
	}
	return t
}

func bindArn(parsed *[6]aws.Template, keys *keyTable) (arn [6]template) {
	for i := range parsed {
		arn[i] = bind(&parsed[i], keys)
	}
	return arn
}

// expand puts the request's values in place of the variables. It reports false
// when one has no value, which empty text is not either: then nothing equals or
// resembles the template. See the IAM User Guide, "IAM policy elements: Variables
// and tags", "Policy variables with no value".
func (t *template) expand(e *evaluation) (string, bool) {
	if t.keys == nil {
		return t.Texts[0], true
	}
	var text strings.Builder
	for i, key := range t.keys {
		text.WriteString(t.Texts[i])
		carried := e.lookup(key)
		switch variable := &t.Variables[i]; {
		case carried.count() > 1:
			return "", false
		case carried.count() == 1 && carried.at(0) != "":
			// The value is literal; invalid bytes must not pass for wildcards.
			text.WriteString(strings.ToValidUTF8(carried.at(0), "\uFFFD"))
		case variable.HasDefault:
			text.WriteString(variable.Default)
		default:
			return "", false
		}
	}
	text.WriteString(t.Texts[len(t.keys)])
	return text.String(), true
}

// matches reports whether text is what the template describes.
func (t *template) matches(e *evaluation, text string) bool {
	pattern, ok := t.expand(e)
	switch {
	case !ok:
		return false
	case !t.Wild:
		return pattern == text
	}
	return aws.MatchesText(pattern, text)
}

func matchesArn(pattern *[6]template, e *evaluation, parts *[6]string) bool {
	for i := range parts {
		if !pattern[i].matches(e, parts[i]) {
			return false
		}
	}
	return true
}

// value is a value of a condition, with its variables bound.
type value struct {
	aws.Value
	variables bool
	text      template
	arn       [6]template
}

func bindValue(parsed aws.Value, keys *keyTable) value {
	v := value{Value: parsed, variables: parsed.HasVariables()}
	if v.variables {
		text := parsed.Template
		arn := parsed.Arn
		v.text, v.arn = bind(&text, keys), bindArn(&arn, keys)
	}
	return v
}

// matches reports whether the request's value is the policy's, or within it.
func (v *value) matches(operator *aws.Operator, e *evaluation, found string) bool {
	if !v.variables {
		return operator.Matches(&v.Value, found)
	}
	if operator.Comparison == aws.CompareArn {
		parts, isArn := aws.SplitArn(found)
		return isArn && matchesArn(&v.arn, e, &parts)
	}
	text, ok := v.text.expand(e)
	return ok && operator.MatchesText(text, v.text.Wild, found)
}

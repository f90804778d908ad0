package exact

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
)

// operand is a value of a condition as a question about a text: is it this one, is
// it of that language, does the operator find it equal, less or within?
type operand struct {
	// label tells operands apart.
	label string
	// never tells that nothing matches it.
	never bool
	// exact is the only text that matches, if isExact.
	exact   string
	isExact bool
	// language is what matches otherwise, unless compared is set.
	language language.Language
	// compared is a number, a date or an address, which operator compares.
	compared *aws.Value
	operator *aws.Operator
	// template is set for a value whose policy variables have no value yet.
	template *template
}

// template is a value with policy variables that are not the same in all
// requests.
type template struct {
	condition *condition
	value     aws.Value
}

// lookup is what a request carries for a condition key with one value. It reports
// false when that is not the same in all requests.
type lookup func(key string) (text string, present, known bool)

// resolve puts the values of policy variables in place, as far as they are known.
func (c *condition) resolve(v aws.Value, find lookup) operand {
	never := false
	if c.templated {
		v, never = substitute(v, find)
	}
	switch {
	case never:
		return operand{label: "never", never: true}
	case v.HasVariables():
		return operand{label: labelOf(c, v), template: &template{condition: c, value: v}}
	}
	return c.operandOf(v)
}

// substitute puts values in place of variables. It reports true when one has no
// value, so that nothing matches.
func substitute(v aws.Value, find lookup) (aws.Value, bool) {
	never := false
	join := func(t aws.Template) aws.Template {
		joined := aws.Template{Texts: []string{t.Texts[0]}, Wild: t.Wild}
		for i, variable := range t.Variables {
			text, present, known := find(lowerKey(variable.Key))
			if !known {
				joined.Variables = append(joined.Variables, variable)
				joined.Texts = append(joined.Texts, t.Texts[i+1])
				continue
			}
			switch {
			case present && text != "":
				text = strings.ToValidUTF8(text, "\uFFFD")
			case variable.HasDefault:
				text = variable.Default
			default:
				never = true
			}
			joined.Texts[len(joined.Texts)-1] += text + t.Texts[i+1]
		}
		return joined
	}
	if v.Template.Texts != nil {
		v.Template = join(v.Template)
	}
	if v.Arn[0].Texts != nil {
		for i := range v.Arn {
			v.Arn[i] = join(v.Arn[i])
		}
	}
	return v, never
}

// labelOf tells values apart, as the condition reads them.
func labelOf(c *condition, v aws.Value) string {
	var label strings.Builder
	label.WriteString(c.form.Name)
	write := func(t aws.Template) {
		for i, text := range t.Texts {
			label.WriteByte('\x00')
			label.WriteString(text)
			if i < len(t.Variables) {
				variable := t.Variables[i]
				label.WriteString("\x00$" + lowerKey(variable.Key))
				if variable.HasDefault {
					label.WriteString("," + variable.Default)
				}
			}
		}
	}
	write(v.Template)
	for _, t := range v.Arn {
		write(t)
	}
	if v.Template.Texts == nil && v.Arn[0].Texts == nil {
		label.WriteString("\x00" + v.Text)
	}
	return label.String()
}

// operandOf reads a value without variables.
func (c *condition) operandOf(v aws.Value) operand {
	if v.Opaque {
		return exactly(v.Text)
	}
	switch c.form.Comparison {
	case aws.CompareText:
		return exactly(v.Template.Texts[0])
	case aws.CompareTextIgnoringCase:
		return matching("ignoring case\x00"+v.Template.Texts[0], language.FoldedText(v.Template.Texts[0]))
	case aws.ComparePattern:
		if !v.Template.Wild {
			return exactly(v.Template.Texts[0])
		}
		text := v.Template.Texts[0]
		return matching("pattern\x00"+text, globPattern(text, language.Any()))
	case aws.CompareArn:
		return arnOperand(v)
	case aws.CompareBool:
		text := "false"
		if v.Truth {
			text = "true"
		}
		return matching("ignoring case\x00"+text, language.FoldedText(text))
	case aws.CompareBinary:
		return binaryOperand(v.Bytes)
	}
	return operand{label: labelOf(c, v), compared: &v, operator: c.form.Operator}
}

func exactly(text string) operand {
	return operand{label: "exactly\x00" + text, exact: text, isExact: true}
}

func matching(label string, patterns ...language.Pattern) operand {
	return operand{label: label, language: patterns}
}

// globPattern is the pattern of a template's text, whose wildcards stand for
// characters of a set.
func globPattern(text string, wild language.Set) (pattern language.Pattern) {
	for len(text) > 0 {
		switch text[0] {
		case aws.AnyText:
			pattern = append(pattern, language.Element{Set: wild, Repeated: true})
			text = text[1:]
		case aws.AnyCharacter:
			pattern = append(pattern, language.Element{Set: wild})
			text = text[1:]
		default:
			_, size := utf8.DecodeRuneInString(text)
			pattern = append(pattern, language.Text(text[:size])...)
			text = text[size:]
		}
	}
	return pattern
}

var noColon = language.Only(":").Not()

// arnOperand is an ARN with wildcards, which stay within their part, but for the
// last.
func arnOperand(v aws.Value) operand {
	var texts [6]string
	var pattern language.Pattern
	wild := false
	for i, t := range v.Arn {
		texts[i] = t.Texts[0]
		set := noColon
		if i == 5 {
			set = language.Any()
		} else {
			pattern = append(pattern, globPattern(texts[i], set)...)
			pattern = append(pattern, language.Text(":")...)
			continue
		}
		pattern = append(pattern, globPattern(texts[i], set)...)
	}
	for _, t := range v.Arn {
		wild = wild || t.Wild
	}
	joined := strings.Join(texts[:], ":")
	// A colon within a part, which a variable may bring, is found in no part but
	// the last.
	if parts, _ := aws.SplitArn(joined); parts != texts {
		return operand{label: "never", never: true}
	}
	if !wild {
		return exactly(joined)
	}
	return matching("ARN\x00"+joined, pattern)
}

// binaryOperand is the texts in base64 that are read as some bytes: the last
// character has bits that do not count.
func binaryOperand(bytes []byte) operand {
	text := base64.StdEncoding.EncodeToString(bytes)
	kept := strings.TrimRight(text, "=")
	if len(kept) == len(text) {
		return exactly(text)
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	unused := 4
	if len(text)-len(kept) == 1 {
		unused = 2
	}
	last := strings.IndexByte(alphabet, kept[len(kept)-1])
	var texts language.Language
	for i := range 1 << unused {
		texts = append(texts, language.Text(kept[:len(kept)-1]+string(alphabet[last|i])+text[len(kept):]))
	}
	return operand{label: "bytes\x00" + text, language: texts}
}

// has reports whether a text matches.
func (o *operand) has(text string) bool {
	switch {
	case o.never:
		return false
	case o.isExact:
		return o.exact == text
	case o.compared != nil:
		return o.operator.Matches(o.compared, text)
	}
	return o.language.Has(text)
}

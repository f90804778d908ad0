package exact

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
)

// maxMiddle is the length of the texts that are looked through for all that a
// policy variable between wildcards can be.
const maxMiddle = 250

// shapePattern is the value with anything in place of its policy variables: a
// character at least, unless they have a default; of an account twelve digits.
func (r *relation) shapePattern() (pattern language.Pattern) {
	comparison := r.template.condition.form.Comparison
	for i, t := range r.templates() {
		set := language.Any()
		if comparison == aws.CompareArn && i < 5 {
			set = noColon
		}
		if i > 0 {
			pattern = append(pattern, language.Text(":")...)
		}
		for j, text := range t.Texts {
			if r.ignoresCase() {
				pattern = append(pattern, language.FoldedText(text)...)
			} else {
				pattern = append(pattern, globPattern(text, set)...)
			}
			if j == len(t.Variables) {
				continue
			}
			if !t.Variables[j].HasDefault {
				pattern = append(pattern, language.One(set)...)
			}
			pattern = append(pattern, language.Star(set)...)
		}
	}
	return pattern
}

// with is the value with a text in place of its only variable.
func (r *relation) with(text string) operand {
	value, _ := substitute(r.template.value, func(string) (string, bool, bool) { return text, text != "", true })
	if text == "" {
		// A default that is empty: the text around it stays.
		value, _ = substitute(withDefault(r.template.value), func(string) (string, bool, bool) { return "", false, true })
	}
	return r.template.condition.operandOf(value)
}

// sameView reports whether two keys of a variable have the same text.
func (v *variable) sameView(key, other string) bool {
	return key == other || v.name != principalVariable && v.name != timeVariable
}

// withDefault is a value whose variables have empty defaults.
func withDefault(v aws.Value) aws.Value {
	empty := func(t aws.Template) aws.Template {
		t.Variables = slices.Clone(t.Variables)
		for i := range t.Variables {
			t.Variables[i].Default, t.Variables[i].HasDefault = "", true
		}
		return t
	}
	v.Template = empty(v.Template)
	for i := range v.Arn {
		v.Arn[i] = empty(v.Arn[i])
	}
	return v
}

// middles are the texts of the only variable that make the value match a text, as
// far as they are few: one, where the value has no wildcards.
func (r *relation) middles(text string) (middles []string) {
	if r.wild() {
		if r.x.constant == nil {
			return nil
		}
		last := text[strings.LastIndex(text, ":")+1:]
		if len(text) >= maxMiddle {
			return nil
		}
		for i := range last {
			for j := i + 1; j <= len(last); j++ {
				middles = append(middles, last[i:j])
			}
		}
	} else {
		before, after := r.around()
		if len(text) <= len(before)+len(after) {
			return nil
		}
		middles = []string{text[len(before) : len(text)-len(after)]}
	}
	return slices.DeleteFunc(middles, func(middle string) bool { o := r.with(middle); return !o.has(text) })
}

// middles remembers those of relations with wildcards, which are many.
func (b *builder) middles(r *relation, text string) []string {
	if !r.wild() {
		return r.middles(text)
	}
	label := r.label + "\x01" + text
	middles, known := b.engine.middles[label]
	if !known {
		middles = r.middles(text)
		b.engine.middles[label] = middles
	}
	return middles
}

// around is the text before the only variable, and that after it.
func (r *relation) around() (before, after string) {
	found := false
	for i, t := range r.templates() {
		if i > 0 && !found {
			before += ":"
		} else if i > 0 {
			after += ":"
		}
		switch {
		case len(t.Variables) > 0:
			before += t.Texts[0]
			after, found = t.Texts[1], true
		case found:
			after += t.Texts[0]
		default:
			before += t.Texts[0]
		}
	}
	return before, after
}

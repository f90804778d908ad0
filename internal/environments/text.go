package environments

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

// text is a string, and a literal: what Terraform would replace means nothing
// here.
type text struct {
	// words say what it must be.
	words string

	// mayBeEmpty lets a string without characters pass.
	mayBeEmpty bool

	// checked are what the reader demands of it, in this order.
	checked []condition

	// constructs are what the constructs demand of it, which check it and say so in
	// their words.
	constructs []limits.Text

	// guess ends a message about a string with what was most likely meant. Nil means
	// that there is no guess.
	guess func(value string) string

	// number says what is wrong with a number in its place. Nil means that nothing
	// more is known than that it is none.
	number func(written string) string
}

// condition is one thing that a text must be. Its words follow "must be".
type condition struct {
	words string
	limits.Text
}

// literal is what no string of the file may hold: Terraform's references and
// templates, which would reach Terraform unnoticed.
var literal = condition{"a literal", except(`[$%]\{`)}

func isReference(value string) bool { return !literal.Allows(value) }

func (t text) must() string { return t.words }

func (t text) check(c *checker, value *yaml.Node, at fieldPath) {
	switch {
	case isNumber(value) && t.number != nil:
		c.report(at, t.number(value.Value))
	case value.Kind != yaml.ScalarNode, isNumber(value), value.Tag == "!!null", value.Tag == "!!bool":
		c.report(at, wrongSort(value, t))
	default:
		if words := t.wrong(value.Value); words != "" {
			c.report(at, mustBe(show(value), words)+t.guessOf(value.Value))
		}
	}
}

// wrong says what a string must be and is not.
func (t text) wrong(value string) string {
	if value == "" && !t.mayBeEmpty {
		return t.words
	}
	for _, condition := range t.checked {
		if !condition.Allows(value) {
			return condition.words
		}
	}
	return ""
}

func (t text) guessOf(value string) string {
	if t.guess == nil {
		return ""
	}
	return t.guess(value)
}

func (t text) hint() string {
	var all []string
	for _, condition := range t.checked {
		all = append(all, condition.words)
	}
	for _, limit := range t.constructs {
		all = append(all, limit.Must)
	}
	if len(all) == 0 {
		return ""
	}
	return "must be " + strings.Join(all, "; ")
}

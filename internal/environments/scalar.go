package environments

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

// flag is true or false.
type flag struct{}

func (flag) must() string { return "true or false, without quotes" }

func (f flag) check(c *checker, value *yaml.Node, at fieldPath) {
	if value.Kind != yaml.ScalarNode || value.Tag != "!!bool" {
		c.report(at, wrongSort(value, f))
	}
}

func (flag) hint() string { return "" }

// choice is one of some words.
type choice []string

func (words choice) must() string { return strings.Join(words, " or ") }

func (words choice) check(c *checker, value *yaml.Node, at fieldPath) {
	if !isString(value) || !slices.Contains(words, value.Value) {
		c.report(at, mustBe(show(value), words.must()))
	}
}

func (choice) hint() string { return "" }

// member is one of many words, which a message names none of but the nearest.
type member struct {
	// words say what it must be.
	words string
	of    []string
}

func (m member) must() string { return m.words }

func (m member) check(c *checker, value *yaml.Node, at fieldPath) {
	switch {
	case !isString(value):
		c.report(at, wrongSort(value, m))
	case !slices.Contains(m.of, value.Value):
		c.report(at, mustBe(show(value), m.must())+aws.DidYouMean(aws.Nearest(value.Value, m.of)))
	}
}

func (member) hint() string { return "" }

// days is a number of days. The limits are checked by the constructs.
type days struct{ limits limits.Days }

// plainDigits leave out what YAML takes for another number than most people do:
// 0365 is octal, 1_000 a thousand.
var plainDigits = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

func (days) must() string {
	return "a whole number of days, at least 1, in plain digits without quotes"
}

func (d days) check(c *checker, value *yaml.Node, at fieldPath) {
	number, err := strconv.Atoi(value.Value)
	switch {
	case value.Kind != yaml.ScalarNode, value.Tag != "!!int", err != nil, !plainDigits.MatchString(value.Value):
		c.report(at, wrongSort(value, d))
	case number < 1:
		c.report(at, mustBe(show(value), d.must()))
	}
}

func (d days) hint() string {
	if d.limits.Default == 0 {
		return "must be " + d.limits.Must()
	}
	return "must be " + d.limits.Must() + ", default " + strconv.Itoa(d.limits.Default)
}

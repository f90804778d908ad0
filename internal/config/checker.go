package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Checker reads the fields of a configuration and collects everything that is
// wrong with them. What it hands out is right, or nothing.
type Checker struct {
	problems keypolicy.Problems
}

// Problems are all that were found, in the order of finding.
func (c *Checker) Problems() keypolicy.Problems { return c.problems }

// Count is how many problems were found.
func (c *Checker) Count() int { return len(c.problems) }

// Report adds a problem with a text. An empty text is not shown.
func (c *Checker) Report(field, text, reason string) {
	if text != "" {
		text = strconv.Quote(text)
	}
	c.problems = append(c.problems, keypolicy.Problem{Field: field, Value: text, Reason: reason})
}

// ReportValue adds a problem with a value that is shown as it is: a number, a flag.
func (c *Checker) ReportValue(field string, value any, reason string) {
	c.problems = append(c.problems, keypolicy.Problem{Field: field, Value: fmt.Sprint(value), Reason: reason})
}

// Add adds problems that another check found.
func (c *Checker) Add(problems keypolicy.Problems) { c.problems = append(c.problems, problems...) }

var fieldName = regexp.MustCompile(`^\w+`)

// InOrderOf are the problems in the order of a configuration's fields. What is no
// field, such as a whole policy, comes last.
func (c *Checker) InOrderOf(configuration reflect.Type) keypolicy.Problems {
	position := func(problem keypolicy.Problem) int {
		if field, ok := configuration.FieldByName(fieldName.FindString(problem.Field)); ok {
			return field.Index[0]
		}
		return configuration.NumField()
	}
	problems := slices.Clone(c.problems)
	slices.SortStableFunc(problems, func(a, b keypolicy.Problem) int { return position(a) - position(b) })
	return problems
}

// Literal reads a text that must be known when the app runs, and says why it must
// where it is not: "since it names the aliases". The text must not be empty.
func (c *Checker) Literal(field, text string, allowed limits.Text, why string) {
	switch {
	case aws.IsToken(text):
		c.Report(field, text, "must be known when the app runs, "+why+"; a token is not")
	case text == "":
		c.Report(field, "", "is missing; must be "+allowed.Must)
	case !allowed.Allows(text):
		c.Report(field, text, "must be "+allowed.Must)
	}
}

// Text reads a single value, which may be a token or left out.
func (c *Checker) Text(field, text string, allowed limits.Text) Value {
	value := c.Single(field, text)
	if value.IsKnown() && !allowed.Allows(text) {
		c.Report(field, text, "must be "+allowed.Must)
		return Value{}
	}
	return value
}

// Single reads a value that stands within texts, where a list token cannot.
func (c *Checker) Single(field, text string) Value {
	if aws.IsListToken(text) {
		c.Report(field, text, "is a list that only Terraform knows; must be one value (which may be a token)")
		return Value{}
	}
	return ValueOf(text)
}

// Days reads a number of days.
func (c *Checker) Days(field string, days int, allowed limits.Days) {
	if !allowed.Allows(days) {
		c.ReportValue(field, days, "must be "+allowed.Must())
	}
}

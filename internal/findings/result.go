package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Result is what was found.
type Result struct {
	// Findings are sorted by stack, address and attribute; those of the exceptions
	// themselves come last.
	Findings []Finding
	// Excepted are the findings that exceptions cover, Known those that a baseline
	// has, in the same order.
	Excepted []Excepted
	Known    []Finding
	// Resources is how many resources were examined, Storing how many of them are of
	// a type that a rule is for.
	Resources, Storing int
}

// Excepted is a finding that an exception covers.
type Excepted struct {
	Finding   Finding
	Exception Exception
}

// String is the finding and the reason, as one line.
func (e Excepted) String() string {
	line := fmt.Sprintf("excepted: %s %s: %s", e.Finding.Address, e.Finding.Attribute, e.Exception.Reason)
	if e.Exception.Until != "" {
		line += " (until " + e.Exception.Until + ")"
	}
	return line
}

// Errors are the findings that let synthesis fail.
func (r *Result) Errors() []Finding { return r.of(SeverityError) }

// Warnings are the findings that are shown and let synthesis go on.
func (r *Result) Warnings() []Finding { return r.of(SeverityWarning) }

// Advice is what could be better.
func (r *Result) Advice() []Finding { return r.of(SeverityAdvice) }

func (r *Result) of(severity Severity) []Finding {
	var found []Finding
	for _, finding := range r.Findings {
		if finding.Severity == severity {
			found = append(found, finding)
		}
	}
	return found
}

// Summary is the numbers as one line.
func (r *Result) Summary() string {
	line := fmt.Sprintf("%d resources examined, %d of them of types that store data: %d errors, %d warnings, %d of advice, %d excepted",
		r.Resources, r.Storing, len(r.Errors()), len(r.Warnings()), len(r.Advice()), len(r.Excepted))
	if len(r.Known) > 0 {
		line += fmt.Sprintf(", %d known before", len(r.Known))
	}
	return line
}

// String is the result as lines: a summary, the findings, what was excepted and
// why.
func (r *Result) String() string {
	lines := []string{r.Summary()}
	for _, finding := range r.Findings {
		lines = append(lines, "  "+finding.String())
	}
	for _, excepted := range r.Excepted {
		lines = append(lines, "  "+excepted.String())
	}
	return strings.Join(lines, "\n")
}

// Merge joins the results of several stacks, in the order of their findings.
func Merge(results []*Result) *Result {
	all := &Result{}
	for _, result := range results {
		all.Findings = append(all.Findings, result.Findings...)
		all.Excepted = append(all.Excepted, result.Excepted...)
		all.Known = append(all.Known, result.Known...)
		all.Resources += result.Resources
		all.Storing += result.Storing
	}
	byPlace := func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Attribute, b.Attribute))
	}
	slices.SortStableFunc(all.Findings, byPlace)
	slices.SortStableFunc(all.Known, byPlace)
	slices.SortStableFunc(all.Excepted, func(a, b Excepted) int { return byPlace(a.Finding, b.Finding) })
	return all
}

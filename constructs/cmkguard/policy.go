package cmkguard

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/cmk"
)

// policy is a checked configuration: it turns issues into findings. It shares
// nothing with the caller's configuration.
type policy struct {
	environment string
	violation   Severity
	dataKeys    []string
	exceptions  []Exception
}

func newPolicy(config *Config) policy {
	p := policy{
		environment: config.Environment,
		violation:   SeverityWarning,
		dataKeys:    slices.Clone(config.DataKeys),
		exceptions:  slices.Clone(config.Exceptions),
	}
	if config.Enforcement == Error || config.Enforcement == "" && config.Environment == production {
		p.violation = SeverityError
	}
	if config.DataKeys == nil {
		p.dataKeys = []string{DefaultDataKeys}
	}
	return p
}

// result is an examination as findings, without what is excepted.
func (p policy) result(examination cmk.Examination) *Result {
	result := &Result{Resources: examination.Resources, Storing: examination.Storing}
	for _, issue := range examination.Issues {
		finding := p.finding(issue)
		if exception, excepted := p.exceptionOf(finding); excepted {
			result.Excepted = append(result.Excepted, Excepted{Finding: finding, Exception: exception})
			continue
		}
		result.Findings = append(result.Findings, finding)
	}
	return result
}

func (p policy) finding(issue cmk.Issue) Finding {
	severity := p.violation
	switch {
	case issue.Advice:
		severity = SeverityAdvice
	case issue.Rule == cmk.Unread:
		severity = SeverityWarning
	}
	return Finding{
		Severity: severity, Rule: Rule(issue.Rule),
		Stack: issue.Stack, Address: issue.Address, Path: issue.Path, Attribute: issue.Attribute,
		Problem: issue.Problem, Fix: issue.Fix, Control: issue.Control,
	}
}

func (p policy) exceptionOf(finding Finding) (Exception, bool) {
	for _, exception := range p.exceptions {
		if exception.covers(finding) {
			return exception, true
		}
	}
	return Exception{}, false
}

var blockNumber = regexp.MustCompile(`\[[0-9]+\]`)

func (e Exception) covers(finding Finding) bool {
	if e.Resource != finding.Address && (e.Resource != finding.Path || finding.Path == "") {
		return false
	}
	return e.Attribute == "" || e.Attribute == finding.Attribute ||
		e.Attribute == blockNumber.ReplaceAllString(finding.Attribute, "")
}

// addStale adds a finding for each exception that covers nothing. The result must
// be about everything that is guarded.
func (p policy) addStale(result *Result) {
	for _, exception := range p.exceptions {
		if slices.ContainsFunc(result.Excepted, func(e Excepted) bool { return exception == e.Exception }) {
			continue
		}
		result.Findings = append(result.Findings, Finding{
			Severity: SeverityWarning, Rule: StaleException, Address: exception.Resource, Attribute: exception.Attribute,
			Problem: fmt.Sprintf("an exception (%q) is for nothing that was found", exception.Reason),
			Fix:     "remove it, or correct its Resource",
		})
	}
}

// merge joins the results of several stacks, in the order of their findings.
func merge(results []*Result) *Result {
	all := &Result{}
	for _, result := range results {
		all.Findings = append(all.Findings, result.Findings...)
		all.Excepted = append(all.Excepted, result.Excepted...)
		all.Resources += result.Resources
		all.Storing += result.Storing
	}
	byPlace := func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Attribute, b.Attribute))
	}
	slices.SortStableFunc(all.Findings, byPlace)
	slices.SortStableFunc(all.Excepted, func(a, b Excepted) int { return byPlace(a.Finding, b.Finding) })
	return all
}

// howToGoOn ends the errors of a failed synthesis.
func (p policy) howToGoOn(errors int) string {
	where := "here"
	if p.environment != "" {
		where = "in " + p.environment
	}
	return fmt.Sprintf("data must be under customer managed keys %s: correct the %d findings above, or name a resource and a reason in cmkguard.Config.Exceptions", where, errors)
}

package findings

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/neurocipher-io/kmstier/internal/cmk"
)

// Policy turns issues into findings.
type Policy struct {
	// Violation is the severity of data without a customer managed key, Unread that
	// of what only Terraform can tell.
	Violation, Unread Severity
	// Exceptions are for what may do without a key.
	Exceptions []Exception
	// Known are the ids of findings that were there before; see [Baseline].
	Known map[string]bool
	// Today is the day that ends exceptions. Default: the day of the machine.
	Today time.Time
}

// Result is an examination as findings, without what is excepted or known.
func (p Policy) Result(examination cmk.Examination) *Result {
	result := &Result{Resources: examination.Resources, Storing: examination.Storing}
	for _, issue := range examination.Issues {
		finding := of(issue, p.severity(issue))
		if exception, excepted := p.exceptionOf(finding); excepted {
			result.Excepted = append(result.Excepted, Excepted{Finding: finding, Exception: exception})
			continue
		}
		if p.Known[finding.Id()] {
			result.Known = append(result.Known, finding)
			continue
		}
		result.Findings = append(result.Findings, finding)
	}
	return result
}

func (p Policy) severity(issue cmk.Issue) Severity {
	switch {
	case issue.Advice:
		return SeverityAdvice
	case issue.Rule == cmk.Unread:
		return cmp.Or(p.Unread, SeverityWarning)
	}
	return cmp.Or(p.Violation, SeverityWarning)
}

func (p Policy) exceptionOf(finding Finding) (Exception, bool) {
	for _, exception := range p.Exceptions {
		if !exception.hasEnded(p.today()) && exception.covers(finding) {
			return exception, true
		}
	}
	return Exception{}, false
}

func (p Policy) today() time.Time {
	if p.Today.IsZero() {
		return time.Now()
	}
	return p.Today
}

// AddStale adds a finding for each exception that covers nothing, or that has
// ended. The result must be about everything that is examined.
func (p Policy) AddStale(result *Result) {
	for _, exception := range p.Exceptions {
		problem, fix := fmt.Sprintf("an exception (%q) is for nothing that was found", exception.Reason), "remove it, or correct its Resource"
		switch {
		case exception.hasEnded(p.today()):
			problem, fix = fmt.Sprintf("an exception (%q) ended on %s", exception.Reason, exception.Until), "correct the resource, or decide anew until when"
		case slices.ContainsFunc(result.Excepted, func(e Excepted) bool { return exception == e.Exception }):
			continue
		}
		result.Findings = append(result.Findings, Finding{
			Severity: SeverityWarning, Rule: StaleException, Address: cmp.Or(exception.Resource, exception.Type), Attribute: exception.Attribute,
			Problem: problem, Fix: fix,
		})
	}
}

package cmkguard

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk"
)

// Severity says what a finding does.
type Severity string

const (
	// SeverityError lets synthesis fail.
	SeverityError Severity = "error"
	// SeverityWarning is shown and lets synthesis go on.
	SeverityWarning Severity = "warning"
	// SeverityAdvice is what could be better though the data is on a customer
	// managed key.
	SeverityAdvice Severity = "advice"
)

// Rule says what is wrong, in the words of docs/cmkguard.md: "no-key",
// "aws-managed-key" and so on.
type Rule string

const (
	// NoKey is data that is stored without a customer managed key: the key, the
	// block that holds it or the switch that makes it count is missing.
	NoKey = Rule(cmk.NoKey)
	// AwsManagedKey is a key that AWS manages: alias/aws/...
	AwsManagedKey = Rule(cmk.AwsManagedKey)
	// OtherRegion is a key of another Region than the resource's provider.
	OtherRegion = Rule(cmk.OtherRegion)
	// LogsOnDataKey is a bucket of logs on a data key (a violation), or a log group
	// on one (advice: the key may well be meant for both).
	LogsOnDataKey = Rule(cmk.LogsOnDataKey)
	// NoBucketKey is a bucket that asks KMS for every object. Advice.
	NoBucketKey = Rule(cmk.NoBucketKey)
	// Unread is a value that only Terraform can work out. A warning everywhere.
	Unread = Rule(cmk.Unread)
	// StaleException is an exception that matches no finding. A warning everywhere.
	StaleException Rule = "stale-exception"
)

// Finding is one thing that is wrong with one resource.
type Finding struct {
	Severity Severity
	Rule     Rule
	// Stack is the id of the stack, Address the resource in it, such as
	// "aws_sqs_queue.jobs", and Path its construct path, such as
	// "prod/queues/jobs"; Path is empty for what no construct made.
	Stack, Address, Path string
	// Attribute is what to look at, such as "kms_master_key_id" or
	// "server_side_encryption.kms_key_arn".
	Attribute string
	// Problem says what is stored and how, Fix what to set.
	Problem, Fix string
	// Control is the control of AWS Security Hub that asks for encryption here,
	// such as "SQS.1", where there is one.
	Control string
}

// String is the finding as one line.
func (f Finding) String() string {
	var line strings.Builder
	fmt.Fprintf(&line, "%s: ", f.Severity)
	if f.Address != "" {
		line.WriteString(f.Address)
		switch {
		case f.Path != "":
			fmt.Fprintf(&line, " (%s)", f.Path)
		case f.Stack != "":
			fmt.Fprintf(&line, " (stack %s)", f.Stack)
		}
		line.WriteString(": ")
	}
	line.WriteString(f.Problem)
	if f.Fix != "" {
		line.WriteString("; " + f.Fix)
	}
	fmt.Fprintf(&line, " [%s", f.Rule)
	if f.Control != "" {
		fmt.Fprintf(&line, ", Security Hub %s", f.Control)
	}
	line.WriteString("]")
	return line.String()
}

// Excepted is a finding that an exception covers.
type Excepted struct {
	Finding   Finding
	Exception Exception
}

// String is the finding and the reason, as one line.
func (e Excepted) String() string {
	return fmt.Sprintf("excepted: %s %s: %s", e.Finding.Address, e.Finding.Attribute, e.Exception.Reason)
}

// Result is what a guard found.
type Result struct {
	// Findings are sorted by stack, address and attribute; those of the exceptions
	// themselves come last.
	Findings []Finding
	// Excepted are the findings that exceptions cover, in the same order.
	Excepted []Excepted
	// Resources is how many resources were examined, Storing how many of them are of
	// a type that a rule is for.
	Resources, Storing int
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

// String is the result as lines: a summary, the findings, what was excepted and
// why.
func (r *Result) String() string {
	lines := []string{fmt.Sprintf("%d resources examined, %d of them of types that store data: %d errors, %d warnings, %d of advice, %d excepted",
		r.Resources, r.Storing, len(r.Errors()), len(r.Warnings()), len(r.Advice()), len(r.Excepted))}
	for _, finding := range r.Findings {
		lines = append(lines, "  "+finding.String())
	}
	for _, excepted := range r.Excepted {
		lines = append(lines, "  "+excepted.String())
	}
	return strings.Join(lines, "\n")
}

package findings

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk"
)

// Severity says what a finding does.
type Severity string

const (
	// SeverityError lets synthesis or a pipeline fail.
	SeverityError Severity = "error"
	// SeverityWarning is shown and lets everything go on.
	SeverityWarning Severity = "warning"
	// SeverityAdvice is what could be better though the data is on a customer
	// managed key.
	SeverityAdvice Severity = "advice"
)

// Rule says what is wrong, in the words of docs/cmkguard.md: "no-key",
// "aws-managed-key" and so on. It never changes its meaning.
type Rule string

// StaleException is an exception that matches no finding, or that has ended.
const StaleException Rule = "stale-exception"

// Finding is one thing that is wrong with one resource.
type Finding struct {
	Severity Severity
	Rule     Rule
	// Stack is the id of the stack or the name of the file, Address the resource in
	// it, such as "aws_sqs_queue.jobs", and Path its construct path, such as
	// "prod/queues/jobs"; Path is empty for what no construct made.
	Stack, Address, Path string
	// Type is the type of the resource, such as "aws_sqs_queue".
	Type string
	// Attribute is what to look at, such as "kms_master_key_id" or
	// "server_side_encryption.kms_key_arn".
	Attribute string
	// Problem says what is stored and how, Fix what to set.
	Problem, Fix string
	// GoFix is the fix as a line of Go in the resource's configuration, for a tier
	// of package kmstier; empty where there is no single line.
	GoFix string
	// Control is the control of AWS Security Hub that asks for encryption here,
	// such as "SQS.1", where there is one.
	Control string
}

func of(issue cmk.Issue, severity Severity) Finding {
	return Finding{
		Severity: severity, Rule: Rule(issue.Rule),
		Stack: issue.Stack, Address: issue.Address, Path: issue.Path, Type: issue.Type, Attribute: issue.Attribute,
		Problem: issue.Problem, Fix: issue.Fix, GoFix: goFix(issue), Control: issue.Control,
	}
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
	if f.GoFix != "" && f.Path != "" {
		fmt.Fprintf(&line, ", in Go %s", f.GoFix)
	}
	fmt.Fprintf(&line, " [%s", f.Rule)
	if f.Control != "" {
		fmt.Fprintf(&line, ", Security Hub %s", f.Control)
	}
	line.WriteString("]")
	return line.String()
}

var blockNumber = regexp.MustCompile(`\[[0-9]+\]`)

// plainAttribute is the attribute without the numbers of blocks.
func (f Finding) plainAttribute() string { return blockNumber.ReplaceAllString(f.Attribute, "") }

// Id tells the finding from all others of its file, and stays the same while the
// resource keeps its address: the words of the problem and the order of blocks
// are no part of it.
func (f Finding) Id() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(f.Rule), f.Address, f.plainAttribute()}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

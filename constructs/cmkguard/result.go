package cmkguard

import (
	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/findings"
)

// Severity says what a finding does.
type Severity = findings.Severity

const (
	// SeverityError lets synthesis fail.
	SeverityError = findings.SeverityError
	// SeverityWarning is shown and lets synthesis go on.
	SeverityWarning = findings.SeverityWarning
	// SeverityAdvice is what could be better though the data is on a customer
	// managed key.
	SeverityAdvice = findings.SeverityAdvice
)

// Rule says what is wrong, in the words of docs/cmkguard.md: "no-key",
// "aws-managed-key" and so on.
type Rule = findings.Rule

const (
	// NoKey is data that is stored without a customer managed key: the key, the
	// block that holds it or the switch that makes it count is missing.
	NoKey = Rule(cmk.NoKey)
	// AwsManagedKey is a key that AWS manages: alias/aws/...
	AwsManagedKey = Rule(cmk.AwsManagedKey)
	// UnusableKey is a key that cannot encrypt: disabled, for signatures, about to
	// be deleted.
	UnusableKey = Rule(cmk.UselessKey)
	// NotEnforced is a setting that lets clients store data without the key.
	NotEnforced = Rule(cmk.NotEnforced)
	// OtherRegion is a key of another Region than what it encrypts.
	OtherRegion = Rule(cmk.OtherRegion)
	// LogsOnDataKey is a bucket of logs on a data key (a violation), or a log group
	// on one (advice: the key may well be meant for both).
	LogsOnDataKey = Rule(cmk.LogsOnDataKey)
	// KeyDoesNotServe is a key whose policy does not let do, by whomever and whatever
	// IAM policies say, what a service needs for a resource under the key. Advice where
	// an IAM policy is needed, or where something is only limited.
	KeyDoesNotServe = Rule(cmk.NotServed)
	// NoBucketKey is a bucket that asks KMS for every object. Advice.
	NoBucketKey = Rule(cmk.NoBucketKey)
	// Unread is a value that only Terraform can work out, or what the guard does not
	// know. A warning, unless [Config.Unread] is Error.
	Unread = Rule(cmk.Unread)
	// StaleException is an exception that matches no finding, or that has ended. A
	// warning everywhere.
	StaleException = findings.StaleException
)

// Finding is one thing that is wrong with one resource: its Severity and Rule,
// the Stack, Address, construct Path and Type of the resource, the Attribute to
// look at, the Problem, the Fix in words and, where it is one line, in Go (GoFix),
// and the Control of AWS Security Hub that asks for it.
type Finding = findings.Finding

// Excepted is a Finding with the Exception that covers it.
type Excepted = findings.Excepted

// Result is what a guard found: Findings, sorted by stack, address and attribute,
// with those of the exceptions themselves last; Excepted; how many Resources were
// examined and how many of them are of a type that stores data (Storing).
type Result = findings.Result

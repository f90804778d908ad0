package terraform

import (
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Diagnostic is a finding of terraform validate.
type Diagnostic tfjson.Diagnostic

// IsError reports whether the finding makes the configuration invalid.
func (d Diagnostic) IsError() bool { return d.Severity == tfjson.DiagnosticSeverityError }

// String returns the finding in one line, with the place in the configuration.
func (d Diagnostic) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s", d.Severity, d.Summary)
	if d.Detail != "" {
		fmt.Fprintf(&text, ": %s", strings.Join(strings.Fields(d.Detail), " "))
	}
	if d.Snippet != nil && d.Snippet.Context != nil {
		fmt.Fprintf(&text, " (in %s)", *d.Snippet.Context)
	}
	if d.Range != nil {
		fmt.Fprintf(&text, " (%s line %d)", d.Range.Filename, d.Range.Start.Line)
	}
	return text.String()
}

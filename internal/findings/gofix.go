package findings

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk"
)

// goFix is the missing key as a field of the resource's configuration in Go, as
// CDKTF names it. Blocks that may be there several times, and what more than the
// key is missing of, are left to the words of the fix.
func goFix(issue cmk.Issue) string {
	if issue.Rule != cmk.NoKey && issue.Rule != cmk.AwsManagedKey && issue.Rule != cmk.UselessKey ||
		!strings.HasSuffix(issue.Fix, " to the ARN of a customer managed key") || strings.ContainsAny(issue.Attribute, ".[") ||
		strings.Contains(issue.Fix, "block_device_mappings") || !strings.Contains(issue.Fix, issue.Attribute) {
		return ""
	}
	key := "tier.DataKey().Arn()"
	if strings.Contains(issue.Type, "log_group") || issue.Type == "aws_cloudtrail" {
		key = "tier.LogsKey().Arn()"
	}
	fields := []string{fmt.Sprintf("%s: %s", exported(issue.Attribute), key)}
	for setting := range strings.SplitSeq(strings.TrimPrefix(issue.Fix, "set "), " and ") {
		name, value, _ := strings.Cut(setting, " to ")
		switch {
		case name == issue.Attribute:
		case value == "true" || value == "false":
			fields = append([]string{fmt.Sprintf("%s: jsii.Bool(%s)", exported(name), value)}, fields...)
		default:
			fields = append([]string{fmt.Sprintf("%s: jsii.String(%q)", exported(name), value)}, fields...)
		}
	}
	return strings.Join(fields, ", ")
}

// exported is the name of an attribute as a field in Go.
func exported(name string) string {
	var field strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		if word != "" {
			field.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return field.String()
}

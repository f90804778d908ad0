package main

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// verdictWords are what the cells of Markdown and HTML say.
var verdictWords = map[analysis.Verdict]string{
	analysis.Always: "yes", analysis.Conditional: "if", analysis.Delegated: "IAM policy",
	analysis.Undecided: "undecided", analysis.Denied: "denied", analysis.No: "–",
}

func (r *Report) markdown() string {
	var out strings.Builder
	out.WriteString("# Access to KMS keys\n")
	if len(r.Findings) > 0 {
		out.WriteString("\n## Findings\n\n")
		for _, finding := range r.Findings {
			fmt.Fprintf(&out, "- **%s**: %s: %s\n", finding.Check, code(finding.Key), text(finding.Message))
		}
	}
	for _, key := range r.Keys {
		key.markdown(&out)
	}
	out.WriteString("\n*yes*: always. *if*: under conditions. *IAM policy*: only with an IAM policy that allows it. *: some of the actions.\n\n")
	for _, note := range append(r.Notes, r.Unknown) {
		out.WriteString(text(note) + "\n")
	}
	return strings.Replace(out.String(), " *: some", " \\*: some", 1)
}

func (k KeyReport) markdown(out *strings.Builder) {
	fmt.Fprintf(out, "\n## %s\n\nAccount %s, %s.\n", code(k.Address), text(k.AccountId), text(k.Region))
	if k.Problem != "" {
		fmt.Fprintf(out, "\n**No answer**: %s\n", text(k.Problem))
	}
	if len(k.Notes) > 0 {
		out.WriteString("\n")
	}
	for _, note := range k.Notes {
		fmt.Fprintf(out, "- %s\n", text(note))
	}
	if k.Problem != "" {
		return
	}
	out.WriteString("\n| principal |")
	rule := "\n| --- |"
	for _, operation := range analysis.Operations {
		fmt.Fprintf(out, " %s |", operation.Name)
		rule += " --- |"
	}
	out.WriteString(rule + "\n")
	for _, principal := range k.Principals {
		fmt.Fprintf(out, "| %s |", text(principal.Name))
		for _, operation := range principal.Operations {
			word := verdictWords[operation.Access]
			if operation.Partial {
				word += " \\*"
			}
			fmt.Fprintf(out, " %s |", word)
		}
		out.WriteString("\n")
	}
	out.WriteString("\n<details><summary>Conditions and statements</summary>\n")
	for _, principal := range k.Principals {
		paragraphs := principal.paragraphs()
		if len(paragraphs) == 0 && principal.Note == "" {
			continue
		}
		fmt.Fprintf(out, "\n**%s** (%s)\n\n", text(principal.Name), code(principal.Principal))
		if principal.Note != "" {
			fmt.Fprintf(out, "- %s\n", text(principal.Note))
		}
		for _, p := range paragraphs {
			by := ""
			if p.By != "" {
				by = " (" + text(p.By) + ")"
			}
			fmt.Fprintf(out, "- %s: %s%s\n", text(strings.Join(p.Operations, ", ")), text(p.Text), by)
		}
	}
	out.WriteString("\n</details>\n")
}

// text makes any text safe within a line or a table's cell of Markdown.
func text(value string) string {
	value = strings.Join(strings.Fields(value), " ")
	return strings.NewReplacer(
		"\\", "\\\\", "|", "\\|", "*", "\\*", "_", "\\_", "`", "\\`", "<", "&lt;", ">", "&gt;", "[", "\\[", "]", "\\]", "~", "\\~",
	).Replace(value)
}

// code is a text in backticks, more than it holds itself.
func code(value string) string {
	value = strings.ReplaceAll(strings.Join(strings.Fields(value), " "), "|", "\\|")
	fence := "`"
	for strings.Contains(value, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + value + " " + fence
	}
	return fence + value + fence
}

package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// tableWidth is how many columns the table may take.
const tableWidth = 100

// marks are what the cells of the terminal's table say.
var marks = map[analysis.Verdict]string{
	analysis.Always: "yes", analysis.Conditional: "if", analysis.Delegated: "IAM",
	analysis.Undecided: "??", analysis.Denied: "DENY", analysis.No: "-",
}

const legend = "yes: always  if: under conditions  IAM: with an IAM policy  DENY: denied  -: no  *: some actions"

func (r *Report) table() string {
	var out strings.Builder
	for i, key := range r.Keys {
		if i > 0 {
			out.WriteString("\n")
		}
		out.WriteString(key.table())
	}
	if len(r.Findings) > 0 {
		out.WriteString("\nFindings\n")
		for _, finding := range r.Findings {
			out.WriteString(wrapped("  ", "    ", finding.String()))
		}
	}
	out.WriteString("\n")
	for _, note := range append(r.Notes, r.Unknown) {
		out.WriteString(wrapped("", "", note))
	}
	return out.String()
}

func (k KeyReport) table() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n", k.Address)
	out.WriteString(wrapped("  ", "  ", "account "+k.AccountId+", "+k.Region))
	if k.Problem != "" {
		out.WriteString(wrapped("  ", "    ", "no answer: "+k.Problem))
	}
	for _, note := range k.Notes {
		out.WriteString(wrapped("  ", "    ", "note: "+note))
	}
	if k.Problem != "" {
		return out.String()
	}
	const cell = 6
	first := tableWidth - cell*len(analysis.Operations)
	line := func(name string, cells []string) {
		fmt.Fprintf(&out, "%s%s", name, strings.Repeat(" ", max(0, first-utf8.RuneCountInString(name))))
		text := ""
		for _, c := range cells {
			text += fmt.Sprintf("%-*s", cell, c)
		}
		out.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	out.WriteString("\n")
	var heads []string
	for _, operation := range analysis.Operations {
		heads = append(heads, operation.Short)
	}
	line("", heads)
	for _, principal := range k.Principals {
		var cells []string
		for _, operation := range principal.Operations {
			mark := marks[operation.Access]
			if operation.Partial {
				mark += "*"
			}
			cells = append(cells, mark)
		}
		line(shortened(principal.Name, first-1), cells)
	}
	out.WriteString("\n" + legend + "\n")
	for _, principal := range k.Principals {
		paragraphs := principal.paragraphs()
		if len(paragraphs) == 0 && principal.Note == "" {
			continue
		}
		out.WriteString("\n" + principal.Name + "\n")
		if principal.Principal != principal.Name && strings.HasPrefix(principal.Principal, "arn:") {
			fmt.Fprintf(&out, "  %s\n", principal.Principal)
		}
		if principal.Note != "" {
			out.WriteString(wrapped("  ", "    ", principal.Note))
		}
		for _, p := range paragraphs {
			out.WriteString(wrapped("  ", "    ", strings.Join(p.Operations, ", ")+": "+p.Text+p.by()))
		}
	}
	return out.String()
}

func (p paragraph) by() string {
	if p.By == "" {
		return ""
	}
	return " [" + p.By + "]"
}

// shortened cuts a text in its middle, since both ends of a name tell it apart.
func shortened(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= width {
		return text
	}
	head := (width - 1) / 2
	return string(runes[:head]) + "…" + string(runes[len(runes)-(width-1-head):])
}

// wrapped breaks a text into lines that begin with an indent.
func wrapped(indent, next, text string) string {
	var out strings.Builder
	line, empty := indent, true
	for _, word := range strings.Fields(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > tableWidth {
			out.WriteString(line + "\n")
			line, empty = next, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return out.String() + line + "\n"
}

package main

import (
	"fmt"
	"io"
	"slices"
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

const legend = "yes: always  if: under conditions  IAM: with an IAM policy  ??: undecided  DENY: denied  -: no\n*: some actions"

func (r *reporter) table(out io.Writer) {
	for i, key := range r.Each() {
		if i > 0 {
			fmt.Fprintln(out)
		}
		key.table(out)
	}
	if len(r.Findings) > 0 {
		fmt.Fprintln(out, "\nFindings")
		for _, finding := range r.Findings {
			fmt.Fprint(out, wrapped("  ", "    ", finding.String()))
		}
	}
	fmt.Fprintln(out)
	for _, note := range slices.Concat(r.Notes, []string{r.Unknown}) {
		fmt.Fprint(out, wrapped("", "", note))
	}
}

func (k KeyReport) table(out io.Writer) {
	fmt.Fprintln(out, terminal(k.Address))
	fmt.Fprint(out, wrapped("  ", "  ", "account "+k.AccountId+", "+k.Region))
	if k.Problem != "" {
		fmt.Fprint(out, wrapped("  ", "    ", "no answer: "+k.Problem))
	}
	for _, note := range k.Notes {
		fmt.Fprint(out, wrapped("  ", "    ", "note: "+note))
	}
	if k.Problem != "" {
		return
	}
	rows := k.rows()
	matrix(out, rows)
	fmt.Fprintln(out, "\n"+legend)
	for _, r := range rows {
		if !r.silent() {
			r.words(out)
		}
	}
}

// matrix is a line a row, with a mark an operation.
func matrix(out io.Writer, rows []row) {
	const cell = 6
	first := tableWidth - cell*len(analysis.Operations)
	line := func(name string, cells []string) {
		text := name + strings.Repeat(" ", max(0, first-utf8.RuneCountInString(name)))
		for _, c := range cells {
			text += fmt.Sprintf("%-*s", cell, c)
		}
		fmt.Fprintln(out, strings.TrimRight(text, " "))
	}
	fmt.Fprintln(out)
	var heads []string
	for _, operation := range analysis.Operations {
		heads = append(heads, operation.Short)
	}
	line("", heads)
	for _, r := range rows {
		var cells []string
		for _, operation := range r.Operations {
			mark := marks[operation.Access]
			if operation.Partial {
				mark += "*"
			}
			cells = append(cells, mark)
		}
		line(terminal(r.within(first-1)), cells)
	}
}

// words tell what the marks of a row stand for.
func (r row) words(out io.Writer) {
	fmt.Fprint(out, "\n"+wrapped("", "  ", r.Names()))
	if p := r.Principals[0]; len(r.Principals) == 1 && p.Principal != p.Name && strings.HasPrefix(p.Principal, "arn:") {
		fmt.Fprintln(out, "  "+terminal(p.Principal))
	}
	if r.Note != "" {
		fmt.Fprint(out, wrapped("  ", "    ", r.Note))
	}
	for _, p := range r.Paragraphs() {
		fmt.Fprint(out, wrapped("  ", "    ", strings.Join(p.Operations, ", ")+": "+p.Text+p.by()))
	}
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

// wrapped breaks a text, made safe for a terminal, into lines that begin with an
// indent.
func wrapped(indent, next, text string) string {
	text = terminal(text)
	var out strings.Builder
	line, empty := indent, true
	for word := range strings.FieldsSeq(text) {
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

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// verdictWords are what the cells of Markdown and HTML say.
var verdictWords = map[analysis.Verdict]string{
	analysis.Always: "yes", analysis.Conditional: "if", analysis.Delegated: "IAM policy",
	analysis.Undecided: "undecided", analysis.Denied: "denied", analysis.No: "–",
}

const (
	// markdownLimit is how many characters a comment on GitHub takes. See GitHub's
	// answer to longer ones: "Body is too long (maximum is 65536 characters)".
	markdownLimit = 65536
	// markdownRest is kept for what is said last.
	markdownRest = 3000
)

// space is what is left of a Markdown text, in bytes: no fewer than characters.
type space int

// take reports whether a text fits, and takes its space if so.
func (s *space) take(text string) bool {
	if length := len(text); length <= int(*s) {
		*s -= space(length)
		return true
	}
	return false
}

// takeLines are the lines that fit, and how many do not.
func (s *space) takeLines(lines []string) (text string, left int) {
	for i, line := range lines {
		if !s.take(line) {
			return text, len(lines) - i
		}
		text += line
	}
	return text, 0
}

// section is a key in Markdown.
type section struct {
	address, matrix string
	// words are those of the rows of which there is something to say.
	words    []string
	rowsLeft int
}

// markdown writes the report for a comment below a pull request: first every key's
// matrix, then the conditions of as many as there is space for.
func (r *reporter) markdown(out io.Writer) {
	left := space(markdownLimit - markdownRest)
	head, more := r.markdownFindings(&left)
	var sections []section
	var keysLeft []string
	for _, key := range r.Each() {
		s := section{address: key.Address}
		if len(keysLeft) > 0 {
			keysLeft = append(keysLeft, key.Address)
			continue
		}
		start, rows := key.markdownMatrix()
		if !left.take(start) {
			keysLeft = append(keysLeft, key.Address)
			continue
		}
		s.matrix, s.rowsLeft = left.takeLines(rows)
		s.matrix = start + s.matrix
		s.words = key.markdownWords()
		sections = append(sections, s)
	}
	var wordsLeft, rowsLeft []string
	fmt.Fprint(out, head)
	for _, s := range sections {
		fmt.Fprint(out, s.matrix)
		if s.rowsLeft > 0 {
			rowsLeft = append(rowsLeft, fmt.Sprintf("%s of %s", amount(s.rowsLeft, "row"), s.address))
		}
		if unsaid := s.writeWords(out, &left); unsaid > 0 {
			wordsLeft = append(wordsLeft, fmt.Sprintf("%s of %s", amount(unsaid, "row"), s.address))
		}
	}
	fmt.Fprint(out, "\n*yes*: always. *if*: under conditions. *IAM policy*: only with an IAM policy that allows it. *denied*: a statement denies it. \\*: some of the actions.\n\n")
	r.markdownLeft(out, more, keysLeft, rowsLeft, wordsLeft)
	for _, note := range slices.Concat(r.Notes, []string{r.Unknown}) {
		fmt.Fprint(out, markdown(note)+"\n")
	}
}

// writeWords writes as many of the words as there is space for, and says how many are
// left.
func (s section) writeWords(out io.Writer, left *space) (unsaid int) {
	const start, end = "\n<details><summary>Conditions and statements</summary>\n", "\n</details>\n"
	if len(s.words) == 0 {
		return 0
	}
	if !left.take(start + end) {
		return len(s.words)
	}
	words, unsaid := left.takeLines(s.words)
	fmt.Fprint(out, start+words+end)
	return unsaid
}

// markdownLeft says what was left out for want of space.
func (r *reporter) markdownLeft(out io.Writer, findings int, keys, rows, words []string) {
	var all []string
	if findings > 0 {
		all = append(all, amount(findings, "finding"))
	}
	for _, part := range []struct {
		what  string
		names []string
	}{{"the keys", keys}, {"", rows}, {"the conditions and statements of", words}} {
		if len(part.names) > 0 {
			const most = 5
			text := strings.TrimSpace(part.what + " " + strings.Join(part.names[:min(most, len(part.names))], ", "))
			if len(part.names) > most {
				text += fmt.Sprintf(" and %d more", len(part.names)-most)
			}
			all = append(all, cut(text, 600))
		}
	}
	if len(all) > 0 {
		fmt.Fprintf(out, "**Left out**, since a comment takes %d characters: %s. The HTML page has all: kmsaccess report FILE --format html -o access.html\n\n",
			markdownLimit, markdown(strings.Join(all, "; ")))
	}
}

// cut ends a text that is too long.
func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// markdownFindings are no more than half of the report.
func (r *reporter) markdownFindings(left *space) (text string, more int) {
	text = "# Access to KMS keys\n"
	if len(r.Findings) > 0 {
		var lines []string
		for _, finding := range r.Findings {
			lines = append(lines, fmt.Sprintf("- **%s**: %s: %s\n", finding.Check, code(finding.Key), markdown(finding.Message)))
		}
		half := *left / 2
		findings, unsaid := half.takeLines(lines)
		text, more = text+"\n## Findings\n\n"+findings, unsaid
	}
	left.take(text)
	return text, more
}

// markdownMatrix is what is said of a key at first, and the rows of its matrix.
func (k KeyReport) markdownMatrix() (start string, rows []string) {
	var out strings.Builder
	fmt.Fprintf(&out, "\n## %s\n\nAccount %s, %s.\n", code(k.Address), markdown(k.AccountId), markdown(k.Region))
	if k.Problem != "" {
		fmt.Fprintf(&out, "\n**No answer**: %s\n", markdown(k.Problem))
	}
	if len(k.Notes) > 0 {
		out.WriteString("\n")
	}
	for _, note := range k.Notes {
		fmt.Fprintf(&out, "- %s\n", markdown(note))
	}
	if k.Problem != "" {
		return out.String(), nil
	}
	out.WriteString("\n| principal |")
	rule := "\n| --- |"
	for _, operation := range analysis.Operations {
		fmt.Fprintf(&out, " %s |", operation.Name)
		rule += " --- |"
	}
	out.WriteString(rule + "\n")
	for _, r := range k.rows() {
		line := fmt.Sprintf("| %s |", markdown(r.ShortName()))
		for _, operation := range r.Operations {
			word := verdictWords[operation.Access]
			if operation.Partial {
				word += " \\*"
			}
			line += fmt.Sprintf(" %s |", word)
		}
		rows = append(rows, line+"\n")
	}
	return out.String(), rows
}

// markdownWords are the conditions and statements of a key.
func (k KeyReport) markdownWords() (rows []string) {
	for _, r := range k.rows() {
		if r.silent() {
			continue
		}
		var out strings.Builder
		about := ""
		if len(r.Principals) == 1 {
			about = " (" + code(r.Principals[0].Principal) + ")"
		}
		fmt.Fprintf(&out, "\n**%s**%s\n\n", markdown(r.Names()), about)
		if r.Note != "" {
			fmt.Fprintf(&out, "- %s\n", markdown(r.Note))
		}
		for _, p := range r.Paragraphs() {
			by := ""
			if p.By != "" {
				by = " (" + markdown(p.By) + ")"
			}
			fmt.Fprintf(&out, "- %s: %s%s\n", markdown(strings.Join(p.Operations, ", ")), markdown(p.Text), by)
		}
		rows = append(rows, out.String())
	}
	return rows
}

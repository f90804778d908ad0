package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/neurocipher-io/kmstier/internal/findings"
)

// report is what is written.
type report struct {
	sources *sources
	result  *findings.Result
}

// formats write a report.
var formats = map[string]func(report) ([]byte, error){
	"table": report.table, "markdown": report.markdown, "json": report.json, "sarif": report.sarif, "junit": report.junit,
}

// place is where a finding is, for people.
func place(f findings.Finding) string {
	return cmp.Or(f.Address, f.Attribute, f.Stack)
}

func (r report) table() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintln(&out, r.result.Summary())
	if len(r.result.Findings) > 0 {
		fmt.Fprintln(&out)
		table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "SEVERITY\tRULE\tRESOURCE\tPROBLEM")
		for _, f := range r.result.Findings {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", f.Severity, f.Rule, place(f), oneLine(f.Problem))
			if f.Fix != "" {
				fmt.Fprintf(table, "\t\t\t→ %s\n", oneLine(f.Fix))
			}
		}
		if err := table.Flush(); err != nil {
			return nil, err
		}
	}
	if len(r.result.Excepted) > 0 {
		fmt.Fprintln(&out)
		for _, excepted := range r.result.Excepted {
			fmt.Fprintln(&out, oneLine(excepted.String()))
		}
	}
	return out.Bytes(), nil
}

// oneLine keeps what others wrote from breaking a table.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func (r report) markdown() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Data without customer managed keys\n\n%s.\n", cell(r.result.Summary()))
	if len(r.result.Findings) > 0 {
		out.WriteString("\n| severity | rule | resource | problem | what to do |\n| --- | --- | --- | --- | --- |\n")
		for _, f := range r.result.Findings {
			rule := string(f.Rule)
			if f.Control != "" {
				rule += ", Security Hub " + f.Control
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", f.Severity, cell(rule), code(place(f)), cell(f.Problem), cell(f.Fix))
		}
	}
	if len(r.result.Excepted) > 0 {
		out.WriteString("\n## Excepted\n\n| resource | rule | reason | until |\n| --- | --- | --- | --- |\n")
		for _, e := range r.result.Excepted {
			fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", code(place(e.Finding)), e.Finding.Rule, cell(e.Exception.Reason), e.Exception.Until)
		}
	}
	return out.Bytes(), nil
}

var markdownSigns = strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`)

// cell is text in a table of Markdown.
func cell(text string) string { return markdownSigns.Replace(oneLine(text)) }

// code is text that stands as it is. A pipe ends a cell even there.
func code(text string) string {
	return "`" + strings.NewReplacer("`", "'", "|", `\|`).Replace(oneLine(text)) + "`"
}

// finding is one as JSON.
type finding struct {
	Id        string            `json:"id"`
	Severity  findings.Severity `json:"severity"`
	Rule      findings.Rule     `json:"rule"`
	Source    string            `json:"source"`
	Address   string            `json:"address"`
	Path      string            `json:"path,omitempty"`
	Type      string            `json:"type,omitempty"`
	Attribute string            `json:"attribute,omitempty"`
	Problem   string            `json:"problem"`
	Fix       string            `json:"fix,omitempty"`
	Control   string            `json:"control,omitempty"`
	Scanners  []string          `json:"scanners,omitempty"`
	Reason    string            `json:"reason,omitempty"`
	Until     string            `json:"until,omitempty"`
}

func asJson(f findings.Finding) finding {
	return finding{Id: f.Id(), Severity: f.Severity, Rule: f.Rule, Source: f.Stack, Address: f.Address, Path: f.Path, Type: f.Type,
		Attribute: f.Attribute, Problem: f.Problem, Fix: f.Fix, Control: f.Control, Scanners: f.ScannerIds()}
}

func (r report) json() ([]byte, error) {
	document := struct {
		Version   int          `json:"version"`
		Sources   []sourceFile `json:"sources"`
		Resources int          `json:"resources"`
		Storing   int          `json:"storing"`
		Findings  []finding    `json:"findings"`
		Excepted  []finding    `json:"excepted"`
		Known     []finding    `json:"known"`
	}{1, r.sources.files, r.result.Resources, r.result.Storing, []finding{}, []finding{}, []finding{}}
	for _, f := range r.result.Findings {
		document.Findings = append(document.Findings, asJson(f))
	}
	for _, e := range r.result.Excepted {
		excepted := asJson(e.Finding)
		excepted.Reason, excepted.Until = e.Exception.Reason, e.Exception.Until
		document.Excepted = append(document.Excepted, excepted)
	}
	for _, f := range r.result.Known {
		document.Known = append(document.Known, asJson(f))
	}
	return indented(document)
}

func indented(document any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(document)
	return out.Bytes(), err
}

package main

import (
	_ "embed"
	"html/template"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"word":  func(v analysis.Verdict) string { return verdictWords[v] },
	"sign":  func(v analysis.Verdict) string { return signs[v] },
	"isArn": func(text string) bool { return strings.HasPrefix(text, "arn:") },
	"by":    func(d Detail) string { return d.by() },
	"join":  func(items []string) string { return strings.Join(items, ", ") },
	"actions": func(d Detail) string {
		if !d.some {
			return ""
		}
		return strings.ReplaceAll(strings.Join(d.Actions, ", "), "kms:", "")
	},
	"paragraphs": func(p PrincipalReport) []paragraph { return p.paragraphs() },
	"operations": func() []analysis.Operation { return analysis.Operations },
	"legend": func() []legendEntry {
		return []legendEntry{
			{analysis.Always, "always"}, {analysis.Conditional, "under conditions"},
			{analysis.Delegated, "only with an IAM policy that allows it"}, {analysis.Denied, "a statement denies what others allow"},
			{analysis.No, "nothing allows it"},
		}
	},
}).Parse(pageText))

type legendEntry struct {
	Access analysis.Verdict
	Text   string
}

// signs stand beside the words, so that nothing is told by colour alone.
var signs = map[analysis.Verdict]string{
	analysis.Always: "✓", analysis.Conditional: "◐", analysis.Delegated: "◇", analysis.Undecided: "?", analysis.Denied: "✕", analysis.No: "",
}

// html is the report as one page that needs nothing from elsewhere.
func (r *Report) html() (string, error) {
	var out strings.Builder
	err := page.Execute(&out, r)
	return out.String(), err
}

package main

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/source"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Report is what all formats show, and what JSON holds.
type Report struct {
	// Version is that of the JSON's form. Members may be added within a version.
	Version    int                `json:"version"`
	Source     string             `json:"source"`
	SourceKind source.Format      `json:"sourceKind"`
	Unknown    string             `json:"unknown"`
	Notes      []string           `json:"notes,omitempty"`
	Keys       []KeyReport        `json:"keys"`
	Findings   []analysis.Finding `json:"findings,omitempty"`
}

// KeyReport is one key.
type KeyReport struct {
	Address    string            `json:"address"`
	AccountId  string            `json:"accountId"`
	Region     string            `json:"region"`
	Notes      []string          `json:"notes,omitempty"`
	Problem    string            `json:"problem,omitempty"`
	Principals []PrincipalReport `json:"principals,omitempty"`
}

// PrincipalReport is what one principal may do.
type PrincipalReport struct {
	Principal  string            `json:"principal"`
	Kind       analysis.Kind     `json:"kind"`
	Name       string            `json:"name"`
	Foreign    bool              `json:"otherAccount"`
	Note       string            `json:"note,omitempty"`
	Operations []OperationReport `json:"operations"`
}

// OperationReport is one cell of the matrix.
type OperationReport struct {
	Operation string           `json:"operation"`
	Access    analysis.Verdict `json:"access"`
	// Partial tells that the access is that to some of the operation's actions.
	Partial bool     `json:"partial,omitempty"`
	Details []Detail `json:"details,omitempty"`

	name string
}

// Detail is one way in which actions are allowed, or why they are not.
type Detail struct {
	// Actions are those that it is about.
	Actions []string         `json:"actions"`
	Access  analysis.Verdict `json:"access"`
	// Words say it all but the statement.
	Words      string          `json:"words"`
	Conditions []ConditionJson `json:"conditions,omitempty"`
	NeedsIam   bool            `json:"needsIamPolicy,omitempty"`
	// Statements are those that decide: the one that allows, or those that deny.
	Statements []StatementJson `json:"statements,omitempty"`
	Except     []ExceptionJson `json:"except,omitempty"`

	some bool
}

// ConditionJson is a condition that a request must meet.
type ConditionJson struct {
	Operator string   `json:"operator"`
	Key      string   `json:"key"`
	Values   []string `json:"values"`
}

// StatementJson names a statement of the key policy, or a grant.
type StatementJson struct {
	Kind  evaluation.PolicyKind `json:"kind"`
	Index int                   `json:"index"`
	Sid   string                `json:"sid,omitempty"`

	name string
}

// ExceptionJson is a Deny that takes requests out.
type ExceptionJson struct {
	Words      string          `json:"words"`
	Conditions []ConditionJson `json:"conditions,omitempty"`
	Statement  StatementJson   `json:"statement"`
}

// unknowable is what no such report can tell.
const unknowable = "IAM policies, permissions boundaries and service control policies are not in the file. " +
	"Where the key policy leaves the decision to IAM, this says what is possible with an IAM policy that allows it, not who has one."

func newReport(name string, file source.File) *Report {
	if name == "-" {
		name = "standard input"
	}
	report := &Report{Version: 1, Source: name, SourceKind: file.Format, Unknown: unknowable, Notes: file.Notes, Keys: []KeyReport{}}
	for _, key := range file.Keys {
		report.Keys = append(report.Keys, newKeyReport(key))
	}
	return report
}

func newKeyReport(key source.Key) KeyReport {
	parts := strings.SplitN(key.Arn, ":", 6)
	report := KeyReport{Address: key.Address, AccountId: parts[4], Region: parts[3], Notes: key.Notes, Problem: key.Problem}
	if report.Region == source.UnknownRegion {
		report.Region = "Region not known"
	}
	if aws.IsToken(key.Arn) {
		report.AccountId, report.Region = "not known before apply", "not known before apply"
	}
	if key.Problem != "" {
		return report
	}
	meaning, err := analysis.Analyze(key.Key)
	if err != nil {
		report.Problem = strings.ReplaceAll(err.Error(), "\n", "; ")
		return report
	}
	report.Notes = slices.Clone(report.Notes)
	for _, ineffective := range meaning.Ineffective {
		report.Notes = append(report.Notes, ineffective.String())
	}
	for i, of := range meaning.Principals {
		principal := PrincipalReport{
			Principal: of.Id, Kind: of.Kind, Name: of.Name, Foreign: of.Foreign, Note: of.Note,
		}
		for _, operation := range analysis.Operations {
			cell := meaning.Cell(i, operation)
			row := OperationReport{Operation: operation.Id, Access: cell.Verdict, Partial: cell.Partial, name: operation.Name}
			for _, line := range cell.Lines {
				row.Details = append(row.Details, newDetail(line, operation, of))
			}
			principal.Operations = append(principal.Operations, row)
		}
		report.Principals = append(report.Principals, principal)
	}
	return report
}

func newDetail(line analysis.Line, operation analysis.Operation, principal analysis.Principal) Detail {
	detail := Detail{Actions: line.Actions, some: line.Actions != nil}
	if !detail.some {
		detail.Actions = operation.Actions
	}
	switch {
	case line.Path != nil:
		path := line.Path
		detail.Access = path.Verdict()
		detail.NeedsIam = path.NeedsIam
		detail.Words = inWords(*path, principal)
		detail.Conditions = conditions(path.Conditions)
		detail.Statements = []StatementJson{statement(path.Statement)}
		for _, except := range path.Except {
			detail.Except = append(detail.Except, ExceptionJson{
				Words: analysis.Words(except.Conditions), Conditions: conditions(except.Conditions), Statement: statement(except.Statement)})
		}
	case line.Why != "":
		detail.Access, detail.Words = analysis.Undecided, line.Why
	default:
		detail.Access, detail.Words = analysis.Denied, "denied, whatever else allows it"
		for _, block := range line.Blocks {
			detail.Statements = append(detail.Statements, statement(block))
		}
	}
	return detail
}

// inWords says under which conditions a path is open.
func inWords(path analysis.AccessPath, principal analysis.Principal) string {
	text := path.Words()
	if !path.NeedsIam {
		return text
	}
	text = strings.TrimPrefix(strings.TrimPrefix(text, "always"), ", ")
	where := "with an IAM policy that allows it"
	if principal.Foreign {
		where = "with an IAM policy of the other account that allows it"
	}
	if text == "" {
		return where
	}
	return where + ", " + text
}

func conditions(all []keypolicy.Condition) []ConditionJson {
	var shown []ConditionJson
	for _, condition := range all {
		shown = append(shown, ConditionJson(condition))
	}
	return shown
}

func statement(ref evaluation.StatementRef) StatementJson {
	return StatementJson{Kind: ref.Policy, Index: ref.Index, Sid: ref.Sid, name: analysis.StatementName(ref)}
}

// by names the statements that decide.
func (d Detail) by() string {
	var names []string
	for _, statement := range d.Statements {
		names = append(names, statement.name)
	}
	return strings.Join(names, ", ")
}

// about says which actions of an operation a detail is about.
func (d Detail) about(operation string) string {
	if !d.some {
		return operation
	}
	return operation + " (" + strings.ReplaceAll(strings.Join(d.Actions, ", "), "kms:", "") + ")"
}

// paragraph is what a principal may do in one way: several operations, one text.
type paragraph struct {
	Operations []string
	Text       string
	By         string
}

// paragraphs says each thing once that is the same for several operations.
func (p PrincipalReport) paragraphs() []paragraph {
	var all []paragraph
	index := map[string]int{}
	for _, operation := range p.Operations {
		for _, detail := range operation.Details {
			name := detail.Words + "\x00" + detail.by()
			at, found := index[name]
			if !found {
				at = len(all)
				index[name] = at
				all = append(all, paragraph{Text: detail.Words, By: detail.by()})
			}
			all[at].Operations = append(all[at].Operations, detail.about(operation.name))
		}
	}
	return all
}

package main

import (
	"fmt"
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
	// Example is a request that is allowed in this way.
	Example *RequestJson `json:"example,omitempty"`

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

// RequestJson is an example of a request.
type RequestJson struct {
	Principal         string              `json:"principal"`
	Action            string              `json:"action"`
	EncryptionContext map[string]string   `json:"encryptionContext,omitempty"`
	Conditions        map[string][]string `json:"conditions,omitempty"`
}

// unknowable is what no such report can tell.
const unknowable = "IAM policies, permissions boundaries and service control policies are not in the file. " +
	"Where the key policy leaves the decision to IAM, this says what is possible with an IAM policy that allows it, not who has one."

// newKeyReport tells of a key, with examples of requests if wanted.
func newKeyReport(key source.Key, analyzer *analysis.Analyzer, examples bool) KeyReport {
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
	meaning, err := analyzer.Analyze(key.Key)
	if err != nil {
		report.Problem = strings.ReplaceAll(err.Error(), "\n", "; ")
		return report
	}
	report.Notes = append(slices.Clone(report.Notes), ineffective(meaning, key.Notes)...)
	details := detailsOfPaths{}
	for i, of := range meaning.Principals {
		principal := PrincipalReport{
			Principal: of.Id, Kind: of.Kind, Name: of.Name, Foreign: of.Foreign, Note: of.Note,
		}
		for _, operation := range analysis.Operations {
			cell := meaning.Cell(i, operation)
			row := OperationReport{Operation: operation.Id, Access: cell.Verdict, Partial: cell.Partial, name: operation.Name}
			for _, line := range cell.Lines {
				detail := details.of(line, operation, of)
				if examples && line.Path != nil {
					example := newRequest(meaning.Example(meaning.Answers[i][detail.Actions[0]], *line.Path))
					detail.Example = &example
				}
				row.Details = append(row.Details, detail)
			}
			principal.Operations = append(principal.Operations, row)
		}
		report.Principals = append(report.Principals, principal)
	}
	return report
}

// ineffective are notes of what has no effect, but for what a note says already: that
// a statement is not about the key.
func ineffective(meaning *analysis.Report, notes []string) []string {
	var more []string
	for _, found := range meaning.Ineffective {
		said := fmt.Sprintf("statement %d ", found.Statement.Index)
		if found.Resource && slices.ContainsFunc(notes, func(note string) bool {
			return strings.HasPrefix(note, said) && strings.Contains(note, "covers no key")
		}) {
			continue
		}
		more = append(more, found.String())
	}
	return more
}

// detailsOfPaths are the details of paths, by what they say and whom they are told of:
// most are the same for many principals and operations.
type detailsOfPaths map[string]Detail

func (d detailsOfPaths) of(line analysis.Line, operation analysis.Operation, principal analysis.Principal) Detail {
	var detail Detail
	switch {
	case line.Path != nil:
		id := fmt.Sprint(principal.Foreign, line.Path.Statement.Policy, line.Path.Statement.Index, line.Path.Identity())
		if _, known := d[id]; !known {
			d[id] = detailOfPath(*line.Path, principal)
		}
		detail = d[id]
	case line.Why != "":
		detail.Access, detail.Words = analysis.Undecided, line.Why
	default:
		detail.Access, detail.Words = analysis.Denied, "denied, whatever else allows it"
		for _, block := range line.Blocks {
			detail.Statements = append(detail.Statements, statement(block))
		}
	}
	detail.Actions, detail.some = line.Actions, line.Actions != nil
	if !detail.some {
		detail.Actions = operation.Actions
	}
	return detail
}

func detailOfPath(path analysis.AccessPath, principal analysis.Principal) Detail {
	detail := Detail{
		Access: path.Verdict(), NeedsIam: path.NeedsIam, Words: inWords(path, principal),
		Conditions: conditions(path.Conditions), Statements: []StatementJson{statement(path.Statement)},
	}
	for _, except := range path.Except {
		detail.Except = append(detail.Except, ExceptionJson{
			Words: analysis.Words(except.Conditions), Conditions: conditions(except.Conditions), Statement: statement(except.Statement)})
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

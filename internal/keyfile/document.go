package keyfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// renderDocument renders the arguments of a data source aws_iam_policy_document
// as the AWS provider does. documentOf reads what source_policy_documents and
// override_policy_documents hold.
func renderDocument(values map[string]any, documentOf func(text string) (keypolicy.Document, error)) (keypolicy.Document, error) {
	var document keypolicy.Document
	if textOf(values["version"]) == keypolicy.OldVersion {
		document.Version = keypolicy.OldVersion
	}
	document.Id = textOf(values["policy_id"])
	for _, text := range append(textsOf(values["source_policy_documents"]), textsOf(values["source_json"])...) {
		source, err := documentOf(text)
		if err != nil {
			return document, fmt.Errorf("source_policy_documents: %w", err)
		}
		document.Statements = append(document.Statements, source.Statements...)
	}
	for _, block := range blocksOf(values["statement"]) {
		document.Statements = overridden(document.Statements, renderStatement(block))
	}
	for _, text := range append(textsOf(values["override_policy_documents"]), textsOf(values["override_json"])...) {
		override, err := documentOf(text)
		if err != nil {
			return document, fmt.Errorf("override_policy_documents: %w", err)
		}
		for _, statement := range override.Statements {
			document.Statements = overridden(document.Statements, statement)
		}
	}
	return document, nil
}

// overridden puts a statement in the place of the one with its Sid, or at the
// end.
func overridden(statements []keypolicy.Statement, statement keypolicy.Statement) []keypolicy.Statement {
	if statement.Sid != "" {
		if at := slices.IndexFunc(statements, func(s keypolicy.Statement) bool { return s.Sid == statement.Sid }); at >= 0 {
			statements[at] = statement
			return statements
		}
	}
	return append(statements, statement)
}

func textOf(value any) string {
	text, _ := value.(string)
	return text
}

func renderStatement(block map[string]any) keypolicy.Statement {
	statement := keypolicy.Statement{
		Sid: textOf(block["sid"]), Effect: keypolicy.Effect(textOf(block["effect"])),
		Actions: variables(block["actions"]), NotActions: variables(block["not_actions"]),
		Resources: variables(block["resources"]), NotResources: variables(block["not_resources"]),
		Principals: renderPrincipals(block["principals"]), NotPrincipals: renderPrincipals(block["not_principals"]),
	}
	if statement.Effect == "" {
		statement.Effect = keypolicy.Allow
	}
	if slices.Equal(statement.Resources, []string{"*"}) {
		statement.Resources = nil
	}
	for _, condition := range blocksOf(block["condition"]) {
		statement.Conditions = append(statement.Conditions, keypolicy.Condition{
			Operator: textOf(condition["test"]), Key: textOf(condition["variable"]), Values: variables(condition["values"]),
		})
	}
	return statement
}

func renderPrincipals(value any) []keypolicy.Principal {
	var principals []keypolicy.Principal
	for _, block := range blocksOf(value) {
		kind := keypolicy.PrincipalType(textOf(block["type"]))
		for _, id := range variables(block["identifiers"]) {
			if kind == "*" || id == "*" && kind == keypolicy.PrincipalAws {
				principals = append(principals, keypolicy.Everyone())
				continue
			}
			principals = append(principals, keypolicy.Principal{Type: kind, Id: id})
		}
	}
	return principals
}

// variables reads texts in which &{...} stands for the policy variable ${...},
// which Terraform would take for an expression.
func variables(value any) []string {
	texts := textsOf(value)
	for i, text := range texts {
		texts[i] = strings.ReplaceAll(text, "&{", "${")
	}
	return texts
}

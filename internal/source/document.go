package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/hclexpr"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// renderDocument renders the arguments of a data source aws_iam_policy_document
// as the AWS provider does. documentOf reads what source_policy_documents and
// override_policy_documents hold. The error names what is not known of the
// document's form; values may be tokens.
func renderDocument(values map[string]any, documentOf func(value any) (keypolicy.Document, error)) (keypolicy.Document, error) {
	var document keypolicy.Document
	if textOf(values["version"]) == keypolicy.OldVersion {
		document.Version = keypolicy.OldVersion
	}
	document.Id = textOf(values["policy_id"])
	sources, err := documentsOf(values, documentOf, "source_policy_documents", "source_json")
	if err != nil {
		return document, err
	}
	for _, source := range sources {
		document.Statements = append(document.Statements, source.Statements...)
	}
	blocks, err := blocksNamed(values, "statement")
	if err != nil {
		return document, err
	}
	for _, block := range blocks {
		statement, err := renderStatement(block)
		if err != nil {
			return document, err
		}
		document.Statements = overridden(document.Statements, statement)
	}
	overrides, err := documentsOf(values, documentOf, "override_policy_documents", "override_json")
	if err != nil {
		return document, err
	}
	for _, override := range overrides {
		for _, statement := range override.Statements {
			document.Statements = overridden(document.Statements, statement)
		}
	}
	return document, nil
}

// documentsOf reads the policies in an argument and in its old form.
func documentsOf(values map[string]any, documentOf func(value any) (keypolicy.Document, error), argument, old string) ([]keypolicy.Document, error) {
	given := values[argument]
	if token, isToken := given.(hclexpr.Token); isToken {
		return nil, fmt.Errorf("its %s are %s, which is not known before apply", argument, token.Text)
	}
	list, _ := given.([]any)
	if one := values[old]; one != nil {
		list = append(slices.Clip(list), one)
	}
	var documents []keypolicy.Document
	for _, item := range list {
		// The provider leaves out empty texts.
		if item == nil || item == "" {
			continue
		}
		document, err := documentOf(item)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", argument, err)
		}
		documents = append(documents, document)
	}
	return documents, nil
}

// blocksNamed reads nested blocks of which all is known but values.
func blocksNamed(values map[string]any, name string) ([]map[string]any, error) {
	for _, dynamic := range blocksOf(values["dynamic"]) {
		if dynamic[name] != nil {
			return nil, fmt.Errorf("it has a dynamic block %s, which only Terraform can work out; a plan shows what it comes to", name)
		}
	}
	if token := tokenIn(values[name]); token != "" {
		return nil, fmt.Errorf("its %s blocks are %s, which is not known before apply", name, token)
	}
	return blocksOf(values[name]), nil
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

func renderStatement(block map[string]any) (keypolicy.Statement, error) {
	statement := keypolicy.Statement{
		Sid: textOf(block["sid"]), Effect: keypolicy.Effect(textOf(block["effect"])),
		Actions: variables(block["actions"]), NotActions: variables(block["not_actions"]),
		Resources: variables(block["resources"]), NotResources: variables(block["not_resources"]),
	}
	if statement.Effect == "" {
		statement.Effect = keypolicy.Allow
	}
	if statement.Actions == nil && statement.NotActions == nil {
		return statement, fmt.Errorf("statement %q: actions is missing; AWS refuses a statement without it", statement.Sid)
	}
	if statement.Resources == nil && statement.NotResources == nil {
		return statement, fmt.Errorf("statement %q: resources is missing; without it a statement has no effect", statement.Sid)
	}
	if slices.Equal(statement.Resources, []string{"*"}) {
		statement.Resources = nil
	}
	if aws.IsToken(string(statement.Effect)) {
		return statement, fmt.Errorf("its effect is %s, which is not known before apply", statement.Effect)
	}
	for name, principals := range map[string]*[]keypolicy.Principal{"principals": &statement.Principals, "not_principals": &statement.NotPrincipals} {
		blocks, err := blocksNamed(block, name)
		if err != nil {
			return statement, err
		}
		*principals = renderPrincipals(blocks)
	}
	conditions, err := blocksNamed(block, "condition")
	if err != nil {
		return statement, err
	}
	for _, condition := range conditions {
		statement.Conditions = append(statement.Conditions, keypolicy.Condition{
			Operator: textOf(condition["test"]), Key: textOf(condition["variable"]), Values: variables(condition["values"]),
		})
	}
	return statement, nil
}

func renderPrincipals(blocks []map[string]any) []keypolicy.Principal {
	var principals []keypolicy.Principal
	for _, block := range blocks {
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

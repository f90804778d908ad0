package hclexpr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// MaxSize is the longest text with expressions that is read, in bytes.
const MaxSize = 1 << 20

// Expression is what a text of Terraform's JSON stands for: a constant text, one
// expression, or a template of several parts.
type Expression struct {
	node   hclsyntax.Expression
	source string
}

// Parse reads a text as Terraform reads one in its JSON: ${...} is an
// expression, %{...} a directive, $${ and %%{ stand for these characters
// themselves. The error tells what Terraform would refuse, and where.
func Parse(text string) (Expression, error) {
	if !strings.Contains(text, "${") && !strings.Contains(text, "%{") {
		return Expression{&hclsyntax.LiteralValueExpr{Val: cty.StringVal(text)}, text}, nil
	}
	if len(text) > MaxSize {
		return Expression{}, fmt.Errorf("has %d bytes; an expression may have %d to be read", len(text), MaxSize)
	}
	if mayExceed(text) {
		tokens, _ := hclsyntax.LexTemplate([]byte(text), "", hcl.InitialPos)
		if err := checkTokens(tokens); err != nil {
			return Expression{}, err
		}
	}
	node, problems := hclsyntax.ParseTemplate([]byte(text), "", hcl.InitialPos)
	if problems.HasErrors() {
		problem := problems[slices.IndexFunc(problems, func(d *hcl.Diagnostic) bool { return d.Severity == hcl.DiagError })]
		return Expression{}, fmt.Errorf("is no expression of Terraform: line %d, column %d: %s: %s",
			problem.Subject.Start.Line, problem.Subject.Start.Column, problem.Summary, problem.Detail)
	}
	return Expression{bare(node), text}, nil
}

// bare takes away the ${...} and the parentheses around an expression.
func bare(node hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch wrapped := node.(type) {
		case *hclsyntax.TemplateWrapExpr:
			node = wrapped.Wrapped
		case *hclsyntax.ParenthesesExpr:
			node = wrapped.Expression
		default:
			return node
		}
	}
}

func (e Expression) with(node hclsyntax.Expression) Expression {
	return Expression{bare(node), e.source}
}

// code is the source of a part, without ${...}.
func (e Expression) code(node hclsyntax.Node) string {
	place := node.Range()
	return strings.TrimSpace(e.source[place.Start.Byte:max(place.Start.Byte, place.End.Byte)])
}

// String is the text that would stand for the expression in Terraform's JSON.
func (e Expression) String() string {
	switch node := e.node.(type) {
	case *hclsyntax.LiteralValueExpr:
		if node.Val.Type() == cty.String && !node.Val.IsNull() {
			return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(node.Val.AsString())
		}
	case *hclsyntax.TemplateExpr:
		var text strings.Builder
		for _, part := range node.Parts {
			text.WriteString(e.with(part).String())
		}
		return text.String()
	}
	code := e.code(e.node)
	if strings.HasPrefix(code, "%{") {
		return code
	}
	return "${" + code + "}"
}

// Quoted is the text that would stand for the expression between quotes in
// Terraform's native syntax.
func (e Expression) Quoted() string {
	var text strings.Builder
	for _, part := range e.Parts() {
		if literal, is := part.node.(*hclsyntax.LiteralValueExpr); is && literal.Val.Type() == cty.String && !literal.Val.IsNull() {
			quoted := hclwrite.TokensForValue(literal.Val).Bytes()
			text.Write(quoted[1 : len(quoted)-1])
			continue
		}
		text.WriteString(part.String())
	}
	return text.String()
}

// Parts are the pieces of which a template is put together; of any other
// expression, itself.
func (e Expression) Parts() []Expression {
	template, isTemplate := e.node.(*hclsyntax.TemplateExpr)
	if !isTemplate {
		return []Expression{e}
	}
	parts := make([]Expression, len(template.Parts))
	for i, part := range template.Parts {
		parts[i] = e.with(part)
	}
	return parts
}

// Constant is the value of an expression that refers to nothing, in the form of
// [Expression.Evaluate], and whether it is one.
func (e Expression) Constant() (value any, is bool) {
	value = e.Evaluate(nil)
	return value, IsKnown(value)
}

// Text is the text of a constant: what Terraform makes of it where a text is
// asked for. A constant null, list or object has none.
func (e Expression) Text() (text string, is bool) {
	value, _ := e.Constant()
	return textOf(value)
}

// HasDirective reports whether a %{ if } or %{ for } stands in the template.
func (e Expression) HasDirective() bool {
	found := false
	_ = hclsyntax.VisitAll(e.node, func(node hclsyntax.Node) hcl.Diagnostics {
		switch node.(type) {
		case *hclsyntax.ConditionalExpr, *hclsyntax.TemplateJoinExpr:
			found = found || strings.HasPrefix(e.code(node), "%{")
		}
		return nil
	})
	return found
}

// maxAlternatives bounds the alternatives of one expression: 6 independent
// conditionals of two results each.
const maxAlternatives = 64

// Alternatives are the expressions of which one will be taken: the results of a
// conditional, and of an %{ if } within a template the template with each of its
// results. A conditional whose condition is constant has one. Any other
// expression is its own only alternative, and so is one with more than 64.
func (e Expression) Alternatives() []Expression {
	if found := e.alternatives(); found != nil {
		return found
	}
	return []Expression{e}
}

// alternatives are nil where there are too many.
func (e Expression) alternatives() []Expression {
	switch node := e.node.(type) {
	case *hclsyntax.ConditionalExpr:
		if condition, is := e.with(node.Condition).Constant(); is {
			if taken, isTruth := truthOf(condition); isTruth && taken {
				return e.with(node.TrueResult).alternatives()
			} else if isTruth {
				return e.with(node.FalseResult).alternatives()
			}
			return []Expression{e}
		}
		yes, no := e.with(node.TrueResult).alternatives(), e.with(node.FalseResult).alternatives()
		if yes == nil || no == nil || len(yes)+len(no) > maxAlternatives {
			return nil
		}
		return append(yes, no...)
	case *hclsyntax.TemplateExpr:
		templates := [][]hclsyntax.Expression{nil}
		for _, part := range node.Parts {
			choices := e.with(part).alternatives()
			if choices == nil || len(templates)*len(choices) > maxAlternatives {
				return nil
			}
			var longer [][]hclsyntax.Expression
			for _, template := range templates {
				for _, choice := range choices {
					longer = append(longer, append(slices.Clip(template), choice.node))
				}
			}
			templates = longer
		}
		found := make([]Expression, len(templates))
		for i, parts := range templates {
			found[i] = Expression{&hclsyntax.TemplateExpr{Parts: parts, SrcRange: node.SrcRange}, e.source}
		}
		return found
	}
	return []Expression{e}
}

package hclexpr

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Lookup tells the value of what a reference names by its address, such as
// "local.name": for a resource or a data source an object of the attributes that
// are known. It is false where nothing is known. The value is one of Evaluate's
// or of encoding/json's.
type Lookup func(address string) (value any, known bool)

// maxValues bounds how much an expression may come to: references to values that
// are made of references could double at each step.
const maxValues = 200_000

// Evaluate works out what the expression comes to, as encoding/json would decode
// it with UseNumber: nil, bool, json.Number, string, []any or map[string]any.
// What only Terraform can tell is a [Token] in its place: a reference that lookup
// does not know, a conditional that depends on one, a function that is none of
// Terraform's that work on texts and lists, and what Terraform would refuse. lookup may be nil.
func (e Expression) Evaluate(lookup Lookup) any {
	v := &evaluator{Expression: e, lookup: lookup, budget: maxValues}
	return v.value(e.node)
}

type evaluator struct {
	Expression
	lookup Lookup
	budget int
}

// opaque is the token of a node that is not looked into.
func (v *evaluator) opaque(node hclsyntax.Node) Token {
	code := v.code(node)
	if strings.HasPrefix(code, "%{") {
		code = strconv.Quote(code)
	}
	return Token{Text: "${" + code + "}", Whole: true}
}

func (v *evaluator) value(node hclsyntax.Expression) any {
	node = bare(node)
	if v.budget--; v.budget < 0 {
		return v.opaque(node)
	}
	switch node := node.(type) {
	case *hclsyntax.LiteralValueExpr:
		if node.Val.Type() == cty.String && !node.Val.IsNull() {
			return node.Val.AsString()
		}
	case *hclsyntax.TemplateExpr:
		return v.template(node)
	case *hclsyntax.TupleConsExpr:
		list := make([]any, len(node.Exprs))
		for i, item := range node.Exprs {
			list[i] = v.value(item)
		}
		return list
	case *hclsyntax.ObjectConsExpr:
		return v.object(node)
	case *hclsyntax.ConditionalExpr:
		switch taken, isTruth := truthOf(v.value(node.Condition)); {
		case isTruth && taken:
			return v.value(node.TrueResult)
		case isTruth:
			return v.value(node.FalseResult)
		}
		return v.opaque(node)
	case *hclsyntax.ScopeTraversalExpr:
		if value, known := v.traverse(node.Traversal); known {
			return value
		}
		return v.opaque(node)
	case *hclsyntax.FunctionCallExpr:
		return v.call(node)
	}
	return v.computed(node)
}

func (v *evaluator) template(node *hclsyntax.TemplateExpr) any {
	var text strings.Builder
	known := true
	for _, part := range node.Parts {
		switch value := v.value(part).(type) {
		case Token:
			known = false
			text.WriteString(value.Text)
		default:
			piece, isText := textOf(value)
			if !isText {
				return v.opaque(node)
			}
			text.WriteString(piece)
		}
		if v.budget -= text.Len() / (len(node.Parts) * 16); v.budget < 0 {
			return v.opaque(node)
		}
	}
	if known {
		return text.String()
	}
	return Token{Text: text.String()}
}

func (v *evaluator) object(node *hclsyntax.ObjectConsExpr) any {
	object := make(map[string]any, len(node.Items))
	for _, item := range node.Items {
		name, isName := v.memberName(item.KeyExpr)
		if !isName {
			return v.opaque(node)
		}
		object[name] = v.value(item.ValueExpr)
	}
	return object
}

// memberName is the name of an object's member: a bare word stands for itself,
// anything else, in parentheses too, for what it comes to. See Terraform's
// documentation, "Types and Values", "Maps/Objects".
func (v *evaluator) memberName(node hclsyntax.Expression) (name string, is bool) {
	key, isKey := node.(*hclsyntax.ObjectConsKeyExpr)
	if isKey {
		// In parentheses it is neither of the two.
		if word := hcl.ExprAsKeyword(key.Wrapped); word != "" {
			return word, true
		}
		if _, isReference := key.Wrapped.(*hclsyntax.ScopeTraversalExpr); isReference {
			// Terraform refuses a.b as a name without parentheses.
			return "", false
		}
		node = key.Wrapped
	}
	value := v.value(node)
	if token, isToken := value.(Token); isToken {
		return token.Text, true
	}
	return textOf(value)
}

// traverse is the value of a reference.
func (v *evaluator) traverse(traversal hcl.Traversal) (value any, known bool) {
	if v.lookup == nil {
		return nil, false
	}
	length := addressLength(traversal)
	address := v.ofTraversal(traversal[:length]).Address
	if value, known = v.lookup(address); !known {
		return nil, false
	}
	for _, step := range traversal[length:] {
		if value, known = member(value, step); !known {
			return nil, false
		}
	}
	v.budget -= size(value, v.budget)
	return value, v.budget >= 0
}

func member(value any, step hcl.Traverser) (any, bool) {
	var key cty.Value
	switch step := step.(type) {
	case hcl.TraverseAttr:
		key = cty.StringVal(step.Name)
	case hcl.TraverseIndex:
		key = step.Key
	}
	switch value := value.(type) {
	case map[string]any:
		if key.Type() == cty.String {
			item, found := value[key.AsString()]
			return item, found
		}
	case []any:
		if key.Type() == cty.Number {
			if at, _ := key.AsBigFloat().Int64(); at >= 0 && at < int64(len(value)) {
				return value[at], true
			}
		}
	}
	return nil, false
}

// computed leaves an expression to Terraform's own evaluator, if all that it
// refers to is known.
func (v *evaluator) computed(node hclsyntax.Expression) any {
	if loops(node) > 1 {
		return v.opaque(node)
	}
	names := map[string]any{}
	for _, traversal := range hclsyntax.Variables(node) {
		value, known := v.traverse(traversal)
		if !known || !IsKnown(value) {
			return v.opaque(node)
		}
		address := traversal[:addressLength(traversal)]
		whole, _ := v.lookup(v.ofTraversal(address).Address)
		place(names, address, whole)
	}
	variables := map[string]cty.Value{}
	for name, value := range names {
		converted, err := toCty(value)
		if err != nil {
			return v.opaque(node)
		}
		variables[name] = converted
	}
	result, problems := node.Value(&hcl.EvalContext{Variables: variables, Functions: functions})
	if problems.HasErrors() {
		return v.opaque(node)
	}
	value, is := fromCty(result)
	if !is {
		return v.opaque(node)
	}
	if v.budget -= size(value, v.budget); v.budget < 0 {
		return v.opaque(node)
	}
	return value
}

// place puts a value where an address leads to.
func place(names map[string]any, address hcl.Traversal, value any) {
	at := names
	last := address.RootName()
	for _, step := range address[1:] {
		below, isObject := at[last].(map[string]any)
		if !isObject {
			below = map[string]any{}
			at[last] = below
		}
		at, last = below, step.(hcl.TraverseAttr).Name
	}
	at[last] = value
}

// loops counts the "for" in an expression. One within another could run for as
// long as it likes.
func loops(node hclsyntax.Node) int {
	count := 0
	_ = hclsyntax.VisitAll(node, func(node hclsyntax.Node) hcl.Diagnostics {
		if _, isLoop := node.(*hclsyntax.ForExpr); isLoop {
			count++
		}
		return nil
	})
	return count
}

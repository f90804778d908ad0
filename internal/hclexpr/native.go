package hclexpr

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Native reads a configuration in Terraform's native syntax, a .tf file, as if it
// were in JSON: what encoding/json would decode of the .tf.json that says the same.
// A block's labels are keys of objects within each other, several blocks of the same
// labels are a list, and an expression that is no value is a text "${...}". The name
// is for errors, which tell what Terraform would refuse.
//
// See Terraform's documentation, "JSON Configuration Syntax".
func Native(name string, text []byte) (map[string]any, error) {
	file, problems := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if problems.HasErrors() {
		return nil, problems.Errs()[0]
	}
	return native{string(text)}.body(file.Body.(*hclsyntax.Body))
}

// native is the source of a file.
type native struct{ source string }

func (n native) body(body *hclsyntax.Body) (map[string]any, error) {
	fields := map[string]any{}
	for name, attribute := range body.Attributes {
		fields[name] = n.value(attribute.Expr)
	}
	for _, block := range body.Blocks {
		content, err := n.body(block.Body)
		if err != nil {
			return nil, err
		}
		if err := put(fields, append([]string{block.Type}, block.Labels...), content); err != nil {
			return nil, fmt.Errorf("%s: %w", block.TypeRange, err)
		}
	}
	return fields, nil
}

// put adds a block where its type and labels lead.
func put(fields map[string]any, path []string, content map[string]any) error {
	for _, name := range path[:len(path)-1] {
		if fields[name] == nil {
			fields[name] = map[string]any{}
		}
		within, isObject := fields[name].(map[string]any)
		if !isObject {
			return fmt.Errorf("%q is a block with labels here and something else before", name)
		}
		fields = within
	}
	last := path[len(path)-1]
	switch before := fields[last].(type) {
	case nil:
		fields[last] = content
	case map[string]any:
		fields[last] = []any{before, content}
	case []any:
		fields[last] = append(before, content)
	default:
		return fmt.Errorf("%q is a block here and something else before", last)
	}
	return nil
}

func (n native) value(node hclsyntax.Expression) any {
	switch node := node.(type) {
	case *hclsyntax.LiteralValueExpr:
		switch {
		case node.Val.IsNull():
			return nil
		case node.Val.Type() == cty.Bool:
			return node.Val.True()
		case node.Val.Type() == cty.Number:
			if number, accuracy := node.Val.AsBigFloat().Float64(); accuracy == 0 {
				return number
			}
		}
	case *hclsyntax.TupleConsExpr:
		list := make([]any, len(node.Exprs))
		for i, item := range node.Exprs {
			list[i] = n.value(item)
		}
		return list
	case *hclsyntax.ObjectConsExpr:
		object := make(map[string]any, len(node.Items))
		for _, item := range node.Items {
			object[n.key(item.KeyExpr)] = n.value(item.ValueExpr)
		}
		return object
	}
	return Expression{bare(node), n.source}.String()
}

func (n native) key(node hclsyntax.Expression) string {
	if name := hcl.ExprAsKeyword(node); name != "" {
		return name
	}
	if key, wrapped := node.(*hclsyntax.ObjectConsKeyExpr); wrapped {
		node = key.Wrapped
	}
	return Expression{bare(node), n.source}.String()
}

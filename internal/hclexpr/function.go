package hclexpr

import (
	"regexp"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those of Terraform's functions that policies are made with and
// that Terraform takes from the library of its type system as they are.
var functions = map[string]function.Function{
	"compact":    stdlib.CompactFunc,
	"concat":     stdlib.ConcatFunc,
	"distinct":   stdlib.DistinctFunc,
	"flatten":    stdlib.FlattenFunc,
	"join":       stdlib.JoinFunc,
	"jsondecode": stdlib.JSONDecodeFunc,
	"jsonencode": stdlib.JSONEncodeFunc,
	"keys":       stdlib.KeysFunc,
	"lower":      stdlib.LowerFunc,
	"merge":      stdlib.MergeFunc,
	"sort":       stdlib.SortFunc,
	"split":      stdlib.SplitFunc,
	"tolist":     stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
	"toset":      stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	"tostring":   stdlib.MakeToFunc(cty.String),
	"trimprefix": stdlib.TrimPrefixFunc,
	"trimspace":  stdlib.TrimSpaceFunc,
	"trimsuffix": stdlib.TrimSuffixFunc,
	"upper":      stdlib.UpperFunc,
	"values":     stdlib.ValuesFunc,
}

// passing are the functions that only put their arguments together, so that a
// token in one can go along as its text.
var passing = map[string]bool{"concat": true, "format": true, "join": true, "jsonencode": true, "merge": true, "tolist": true}

// plainFormat has no width, which could ask for a text of any length, and no
// verb that would change a token's text.
var plainFormat = regexp.MustCompile(`^(?:[^%]|%%|%[sv])*$`)

func (v *evaluator) call(node *hclsyntax.FunctionCallExpr) any {
	implementation, isFunction := functions[node.Name]
	if node.Name == "format" {
		implementation, isFunction = stdlib.FormatFunc, true
	}
	if !isFunction || node.ExpandFinal {
		return v.opaque(node)
	}
	arguments := make([]cty.Value, len(node.Args))
	known, tokens := true, map[string]Token{}
	for i, argument := range node.Args {
		value := v.value(argument)
		// A whole token could be a list; format alone takes any value.
		if token, isToken := value.(Token); isToken && token.Whole && node.Name != "format" {
			return v.opaque(node)
		}
		if format, isText := value.(string); node.Name == "format" && i == 0 && (!isText || !plainFormat.MatchString(format)) {
			return v.opaque(node)
		}
		known = collect(value, tokens) && known
		converted, err := toCty(value)
		if parameter := parameterOf(implementation, i); err == nil && parameter != nil {
			converted, err = convert.Convert(converted, parameter.Type)
		}
		if err != nil {
			return v.opaque(node)
		}
		arguments[i] = converted
	}
	if !known && !passing[node.Name] {
		return v.opaque(node)
	}
	result, err := implementation.Call(arguments)
	if err != nil {
		return v.opaque(node)
	}
	value, is := fromCty(result)
	if v.budget -= size(value, v.budget); !is || v.budget < 0 {
		return v.opaque(node)
	}
	if known {
		return value
	}
	if text, isText := value.(string); isText {
		return Token{Text: text}
	}
	return withTokens(value, tokens)
}

// parameterOf is the parameter that an argument is for; nil if there is none.
func parameterOf(f function.Function, index int) *function.Parameter {
	if parameters := f.Params(); index < len(parameters) {
		return &parameters[index]
	}
	return f.VarParam()
}

// collect gathers the tokens in a value, and reports whether there are none.
func collect(value any, tokens map[string]Token) (known bool) {
	known = IsKnown(value)
	switch value := value.(type) {
	case Token:
		tokens[value.Text] = value
	case []any:
		for _, item := range value {
			collect(item, tokens)
		}
	case map[string]any:
		for _, item := range value {
			collect(item, tokens)
		}
	}
	return known
}

// withTokens puts tokens back where a function left their texts.
func withTokens(value any, tokens map[string]Token) any {
	switch value := value.(type) {
	case string:
		if token, was := tokens[value]; was {
			return token
		}
	case []any:
		for i, item := range value {
			value[i] = withTokens(item, tokens)
		}
	case map[string]any:
		for name, item := range value {
			value[name] = withTokens(item, tokens)
		}
	}
	return value
}

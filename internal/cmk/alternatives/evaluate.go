package alternatives

import (
	"math/big"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Scope is what an expression is read in.
type Scope interface {
	// Resolve gives the values of a reference: itself where nothing more is known of
	// it, else those of a local value, an iterator and so on. An index that does not
	// exist is Invalid.
	Resolve(Reference) Values
	// Elements are the items or fields of what a reference to several instances
	// stands for, such as "aws_kms_key.k" with a count. several is false for one that
	// has no count and no for_each.
	Elements(Reference) (elements Value, several bool)
}

// HasExpression tells whether a text holds more than itself.
func HasExpression(text string) bool {
	return strings.Contains(text, "${") || strings.Contains(text, "%{")
}

// Evaluate gives the alternatives of a text in Terraform's JSON syntax, which is
// a template.
func Evaluate(text string, scope Scope) Values {
	if !HasExpression(text) {
		return Values{{Kind: Literal, Literal: text}}
	}
	if len(text) > maxText {
		return Values{{Kind: Unknown, Source: text[:maxText]}}
	}
	expression, problems := hclsyntax.ParseTemplate([]byte(text), "", hcl.InitialPos)
	if problems.HasErrors() {
		return Values{{Kind: Unknown, Source: text}}
	}
	budget := maxSteps
	reader := &reader{scope: scope, source: []byte(text), budget: &budget}
	return reader.read(expression).withSource(text)
}

// EvaluateJson gives the alternatives of a value of Terraform's JSON syntax: all
// texts within it are templates.
func EvaluateJson(value any, scope Scope) Values {
	switch value := value.(type) {
	case string:
		return Evaluate(value, scope)
	case []any:
		list := Value{Kind: List}
		for _, item := range value {
			list.Items = append(list.Items, EvaluateJson(item, scope))
		}
		return Values{list}
	case map[string]any:
		object := Value{Kind: Object, Fields: map[string]Values{}}
		for name, field := range value {
			key, known := Evaluate(name, scope).Plain()
			if !known {
				return Values{{Kind: Unknown, Source: name}}
			}
			object.Fields[Of(key).Text()] = EvaluateJson(field, scope)
		}
		return Values{object}
	}
	return Values{Of(value)}
}

// reader reads one expression. bound are names that hold within it: those of
// for expressions.
type reader struct {
	scope  Scope
	source []byte
	bound  map[string]Values
	// each is what a splat stands for.
	each  map[*hclsyntax.AnonSymbolExpr]Values
	depth int
	// budget is how many more expressions are read: a text may hold loops in loops.
	budget *int
}

// What is longer, deeper or takes more steps is unknown.
const (
	maxText  = 1 << 16
	maxDepth = 40
	maxSteps = 20000
)

func (r *reader) text(node hclsyntax.Node) string {
	return "${" + string(node.Range().SliceBytes(r.source)) + "}"
}

func (r *reader) unknown(node hclsyntax.Node) Values {
	return Values{{Kind: Unknown, Source: r.text(node)}}
}

var invalid = Values{{Kind: Invalid}}

// read gives the alternatives of an expression.
func (r *reader) read(expression hclsyntax.Expression) Values {
	*r.budget--
	if r.depth++; r.depth > maxDepth || *r.budget < 0 {
		r.depth--
		return r.unknown(expression)
	}
	defer func() { r.depth-- }()
	switch e := expression.(type) {
	case *hclsyntax.LiteralValueExpr:
		return Values{fromCty(e.Val)}
	case *hclsyntax.ParenthesesExpr:
		return r.read(e.Expression)
	case *hclsyntax.TemplateWrapExpr:
		return r.read(e.Wrapped)
	case *hclsyntax.ObjectConsKeyExpr:
		if word := hcl.ExprAsKeyword(e.Wrapped); word != "" && !e.ForceNonLiteral {
			return Values{Of(word)}
		}
		return r.read(e.Wrapped)
	case *hclsyntax.ScopeTraversalExpr:
		return r.traversal(e)
	case *hclsyntax.RelativeTraversalExpr:
		return r.steps(r.read(e.Source), e.Traversal)
	case *hclsyntax.IndexExpr:
		return r.index(e)
	case *hclsyntax.AnonSymbolExpr:
		return r.each[e]
	case *hclsyntax.ConditionalExpr:
		return r.conditional(e)
	case *hclsyntax.TemplateExpr:
		return r.template(e.Parts)
	case *hclsyntax.TupleConsExpr:
		list := Value{Kind: List}
		for _, item := range e.Exprs {
			list.Items = append(list.Items, r.read(item))
		}
		return Values{list}
	case *hclsyntax.ObjectConsExpr:
		return r.object(e)
	case *hclsyntax.SplatExpr:
		return r.splat(e)
	case *hclsyntax.ForExpr:
		return r.forEach(e)
	case *hclsyntax.FunctionCallExpr:
		return r.call(e)
	case *hclsyntax.BinaryOpExpr:
		return r.binary(e)
	case *hclsyntax.TemplateJoinExpr:
		return r.join(e)
	}
	return r.constant(expression)
}

func (r *reader) conditional(e *hclsyntax.ConditionalExpr) Values {
	var found Values
	for _, condition := range r.read(e.Condition) {
		switch plain, _ := condition.Plain(); {
		case plain == true || plain == "true":
			found = append(found, r.read(e.TrueResult)...)
		case plain == false || plain == "false":
			found = append(found, r.read(e.FalseResult)...)
		default:
			found = append(append(found, r.read(e.TrueResult)...), r.read(e.FalseResult)...)
		}
	}
	return found.distinct()
}

// template joins the parts of a text in all their alternatives.
func (r *reader) template(parts []hclsyntax.Expression) Values {
	texts := []Value{{Kind: Literal, Literal: ""}}
	for _, part := range parts {
		var next []Value
		values := r.read(part)
		if len(texts)*len(values) > maxAlternatives {
			return Values{{Kind: Unknown, Source: string(r.source)}}
		}
		for _, before := range texts {
			for _, value := range values {
				next = append(next, appended(before, value))
			}
		}
		texts = next
	}
	return Values(texts).distinct()
}

func appended(before, value Value) Value {
	switch {
	case before.Kind == Invalid || value.Kind == Invalid:
		return Value{Kind: Invalid}
	case before.Kind == Literal && value.Kind == Literal:
		return Value{Kind: Literal, Literal: before.Text() + value.Text()}
	}
	parts := append([]Value{}, before.Parts...)
	if before.Kind == Literal && before.Text() != "" {
		parts = []Value{before}
	}
	if last := len(parts) - 1; last >= 0 && parts[last].Kind == Literal && value.Kind == Literal {
		parts[last] = Of(parts[last].Text() + value.Text())
	} else {
		parts = append(parts, value)
	}
	return Value{Kind: Template, Parts: parts}
}

// join reads the loop of a template.
func (r *reader) join(e *hclsyntax.TemplateJoinExpr) Values {
	list := r.read(e.Tuple)
	if len(list) != 1 || list[0].Kind != List || list[0].Rest != nil {
		return r.unknown(e)
	}
	text := Value{Kind: Literal, Literal: ""}
	for _, item := range list[0].Items {
		if len(item) != 1 {
			return r.unknown(e)
		}
		text = appended(text, item[0])
	}
	return Values{text}
}

func (r *reader) object(e *hclsyntax.ObjectConsExpr) Values {
	object := Value{Kind: Object, Fields: map[string]Values{}}
	for _, item := range e.Items {
		key, known := r.read(item.KeyExpr).Plain()
		if !known {
			return r.unknown(e)
		}
		object.Fields[Of(key).Text()] = r.read(item.ValueExpr)
	}
	return Values{object}
}

// constant works out what holds nothing unknown, as HCL does.
func (r *reader) constant(e hclsyntax.Expression) Values {
	if loops(e) > 1 {
		return r.unknown(e) // loops in loops, which HCL would go through
	}
	variables := map[string]cty.Value{}
	for _, traversal := range e.Variables() {
		name := traversal.RootName()
		if _, isBound := r.bound[name]; !isBound && len(traversal) > 1 {
			// The names of several roots begin alike, such as local.a and local.b.
			attribute, isAttribute := traversal[1].(hcl.TraverseAttr)
			if !isAttribute {
				return r.unknown(e)
			}
			plain, known := r.resolve(Reference{Root: name + "." + attribute.Name}).Plain()
			if !known {
				return r.unknown(e)
			}
			fields := map[string]cty.Value{}
			if before, found := variables[name]; found {
				fields = before.AsValueMap()
			}
			fields[attribute.Name] = toCty(plain)
			variables[name] = cty.ObjectVal(fields)
			continue
		}
		plain, known := r.bound[name].Plain()
		if !known {
			return r.unknown(e)
		}
		variables[name] = toCty(plain)
	}
	value, problems := e.Value(&hcl.EvalContext{Variables: variables, Functions: functions})
	if problems.HasErrors() || !value.IsWhollyKnown() {
		return r.unknown(e)
	}
	return Values{fromCty(value)}
}

// loops is how many loops an expression holds.
func loops(e hclsyntax.Expression) int {
	count := 0
	_ = hclsyntax.VisitAll(e, func(node hclsyntax.Node) hcl.Diagnostics {
		if _, isLoop := node.(*hclsyntax.ForExpr); isLoop {
			count++
		}
		return nil
	})
	return count
}

// binary works out conditions, of which one side may decide.
func (r *reader) binary(e *hclsyntax.BinaryOpExpr) Values {
	if found := r.constant(e); found[0].Kind != Unknown {
		return found
	}
	if e.Op != hclsyntax.OpLogicalAnd && e.Op != hclsyntax.OpLogicalOr {
		return r.unknown(e)
	}
	decides := e.Op == hclsyntax.OpLogicalOr
	for _, side := range []hclsyntax.Expression{e.LHS, e.RHS} {
		if plain, known := r.read(side).Plain(); known && plain == decides {
			return Values{Of(decides)}
		}
	}
	return r.unknown(e)
}

func fromCty(value cty.Value) Value {
	value, _ = value.UnmarkDeep()
	switch {
	case value.IsNull():
		return Value{Kind: Null}
	case !value.IsKnown():
		return Value{Kind: Unknown}
	}
	switch kind := value.Type(); {
	case kind == cty.String:
		return Of(value.AsString())
	case kind == cty.Bool:
		return Of(value.True())
	case kind == cty.Number:
		number, _ := value.AsBigFloat().Float64()
		return Of(number)
	case kind.IsListType() || kind.IsTupleType() || kind.IsSetType():
		list := Value{Kind: List}
		for _, item := range value.AsValueSlice() {
			list.Items = append(list.Items, Values{fromCty(item)})
		}
		return list
	case kind.IsMapType() || kind.IsObjectType():
		object := Value{Kind: Object, Fields: map[string]Values{}}
		for name, field := range value.AsValueMap() {
			object.Fields[name] = Values{fromCty(field)}
		}
		return object
	}
	return Value{Kind: Unknown}
}

func toCty(plain any) cty.Value {
	switch plain := plain.(type) {
	case string:
		return cty.StringVal(plain)
	case bool:
		return cty.BoolVal(plain)
	case float64:
		return cty.NumberVal(big.NewFloat(plain))
	case []any:
		items := make([]cty.Value, len(plain))
		for i, item := range plain {
			items[i] = toCty(item)
		}
		return cty.TupleVal(items)
	case map[string]any:
		fields := make(map[string]cty.Value, len(plain))
		for name, field := range plain {
			fields[name] = toCty(field)
		}
		return cty.ObjectVal(fields)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

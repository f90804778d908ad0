package alternatives

import (
	"maps"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// traversal reads a name with its attributes and indexes.
func (r *reader) traversal(e *hclsyntax.ScopeTraversalExpr) Values {
	name := e.Traversal.RootName()
	if values, isBound := r.bound[name]; isBound {
		return r.steps(values, e.Traversal[1:])
	}
	// The root of a reference has two names, or three where the first is data.
	root, names := name, 1
	wanted := 2
	if name == "data" || name == "ephemeral" {
		wanted = 3
	}
	for ; names < wanted && names < len(e.Traversal); names++ {
		attribute, isAttribute := e.Traversal[names].(hcl.TraverseAttr)
		if !isAttribute {
			break
		}
		root += "." + attribute.Name
	}
	if names < wanted {
		return r.unknown(e)
	}
	return r.steps(r.resolve(Reference{Root: root}), e.Traversal[names:]).withSource(r.text(e))
}

// resolve asks the scope, and keeps what it says in bounds.
func (r *reader) resolve(reference Reference) Values { return r.scope.Resolve(reference) }

func (r *reader) steps(values Values, traversal hcl.Traversal) Values {
	for _, part := range traversal {
		switch part := part.(type) {
		case hcl.TraverseAttr:
			values = r.step(values, Step{Name: part.Name})
		case hcl.TraverseIndex:
			values = r.step(values, stepOf(fromCty(part.Key)))
		default:
			return Values{{Kind: Unknown}}
		}
	}
	return values
}

func stepOf(key Value) Step {
	switch literal := key.Literal.(type) {
	case string:
		return Step{Name: literal}
	case float64:
		return Step{IsIndex: true, Index: int(literal)}
	}
	return Step{IsUnknown: true}
}

// step goes one step into each of the values.
func (r *reader) step(values Values, step Step) Values {
	var found Values
	for _, value := range values {
		found = append(found, r.stepInto(value, step)...)
	}
	return found.distinct()
}

func (r *reader) stepInto(value Value, step Step) Values {
	switch value.Kind {
	case Refer:
		reference := value.Reference
		reference.Steps = append(append([]Step{}, reference.Steps...), step)
		return r.scope.Resolve(reference)
	case List:
		return intoList(value, step)
	case Object:
		return intoObject(value, step)
	case Unknown, Template:
		return Values{{Kind: Unknown, Source: value.Source}}
	}
	return invalid
}

func intoList(value Value, step Step) Values {
	if !step.IsIndex && !step.IsUnknown {
		if index, err := strconv.Atoi(step.Name); err == nil {
			step = Step{IsIndex: true, Index: index}
		}
	}
	switch {
	case step.IsUnknown:
		all := append(Values{}, value.Rest...)
		for _, item := range value.Items {
			all = append(all, item...)
		}
		return all.distinct()
	case step.IsIndex && step.Index >= 0 && step.Index < len(value.Items):
		return value.Items[step.Index]
	case step.IsIndex && value.Rest != nil:
		return append(append(Values{}, value.Rest...), invalid...)
	}
	return invalid
}

func intoObject(value Value, step Step) Values {
	if step.IsIndex {
		step = Step{Name: strconv.Itoa(step.Index)}
	}
	field, found := value.Fields[step.Name]
	switch {
	case step.IsUnknown:
		all := append(Values{}, value.Rest...)
		for _, name := range value.names() {
			all = append(all, value.Fields[name]...)
		}
		return all.distinct()
	case found:
		return field
	case value.Rest != nil:
		return value.Rest
	}
	return invalid
}

func (r *reader) index(e *hclsyntax.IndexExpr) Values {
	var found Values
	collections := r.read(e.Collection)
	for _, key := range r.read(e.Key) {
		found = append(found, r.step(collections, stepOf(key))...)
	}
	return found.distinct()
}

// elementsOf are the items of a value that is gone through: a List or an Object,
// or Unknown.
func (r *reader) elementsOf(value Value) Value {
	if value.Kind != Refer {
		return value
	}
	if elements, several := r.scope.Elements(value.Reference); several {
		return elements
	}
	return Value{Kind: Unknown, Source: value.Source}
}

// splat reads a[*].b.
func (r *reader) splat(e *hclsyntax.SplatExpr) Values {
	var found Values
	for _, source := range r.read(e.Source) {
		elements := source
		if source.Kind == Refer {
			var several bool
			if elements, several = r.scope.Elements(source.Reference); !several {
				// Of what is no list, a splat makes a list of one.
				elements = Value{Kind: List, Items: []Values{{source}}}
			}
		}
		switch elements.Kind {
		case Null:
			found = append(found, Value{Kind: List})
		case List:
			list := Value{Kind: List}
			for _, item := range elements.Items {
				list.Items = append(list.Items, r.forItem(e, item))
			}
			if elements.Rest != nil {
				list.Rest = r.forItem(e, elements.Rest)
			}
			found = append(found, list)
		case Literal, Object, Template:
			found = append(found, Value{Kind: List, Items: []Values{r.forItem(e, Values{elements})}})
		default:
			found = append(found, r.unknown(e)...)
		}
	}
	return found.distinct()
}

func (r *reader) forItem(e *hclsyntax.SplatExpr, item Values) Values {
	inner := *r
	inner.each = maps.Clone(r.each)
	if inner.each == nil {
		inner.each = map[*hclsyntax.AnonSymbolExpr]Values{}
	}
	inner.each[e.Item] = item
	return inner.read(e.Each)
}

// forEach reads [for ...] and {for ...}.
func (r *reader) forEach(e *hclsyntax.ForExpr) Values {
	collections := r.read(e.CollExpr)
	if len(collections) != 1 {
		return r.unknown(e)
	}
	elements := r.elementsOf(collections[0])
	if elements.Kind != List && elements.Kind != Object {
		return r.unknown(e)
	}
	result := Value{Kind: List}
	if e.KeyExpr != nil {
		result = Value{Kind: Object, Fields: map[string]Values{}}
	}
	add := func(key Value, item Values, isRest bool) bool {
		inner := *r
		inner.bound = maps.Clone(r.bound)
		if inner.bound == nil {
			inner.bound = map[string]Values{}
		}
		if e.KeyVar != "" {
			inner.bound[e.KeyVar] = Values{key}
		}
		inner.bound[e.ValVar] = item
		if e.CondExpr != nil {
			switch wanted, known := inner.read(e.CondExpr).Plain(); {
			case !known:
				isRest = true
			case wanted == false:
				return true
			}
		}
		value := inner.read(e.ValExpr)
		if e.KeyExpr == nil && !isRest {
			result.Items = append(result.Items, value)
			return true
		}
		if isRest {
			result.Rest = append(result.Rest, value...).distinct()
			return true
		}
		name, known := inner.read(e.KeyExpr).Plain()
		if !known || e.Group {
			return false
		}
		result.Fields[Of(name).Text()] = value
		return true
	}
	for i, item := range elements.Items {
		if !add(Of(float64(i)), item, false) {
			return r.unknown(e)
		}
	}
	for _, name := range elements.names() {
		if !add(Of(name), elements.Fields[name], false) {
			return r.unknown(e)
		}
	}
	if elements.Rest != nil && !add(Value{Kind: Unknown}, elements.Rest, true) {
		return r.unknown(e)
	}
	return Values{result}
}

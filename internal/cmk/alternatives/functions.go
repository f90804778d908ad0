package alternatives

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those of Terraform that go-cty has. They are called where every
// argument is known.
var functions = map[string]function.Function{
	"abs": stdlib.AbsoluteFunc, "can": tryfunc.CanFunc, "ceil": stdlib.CeilFunc, "chomp": stdlib.ChompFunc,
	"coalesce": stdlib.CoalesceFunc, "coalescelist": stdlib.CoalesceListFunc, "compact": stdlib.CompactFunc,
	"concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc,
	"element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "floor": stdlib.FloorFunc,
	"format": stdlib.FormatFunc, "formatlist": stdlib.FormatListFunc, "indent": stdlib.IndentFunc,
	"index": stdlib.IndexFunc, "join": stdlib.JoinFunc, "jsondecode": stdlib.JSONDecodeFunc,
	"jsonencode": stdlib.JSONEncodeFunc, "keys": stdlib.KeysFunc, "length": stdlib.LengthFunc,
	"lower": stdlib.LowerFunc, "max": stdlib.MaxFunc, "merge": stdlib.MergeFunc, "min": stdlib.MinFunc,
	"range": stdlib.RangeFunc, "regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc,
	"replace": stdlib.ReplaceFunc, "reverse": stdlib.ReverseListFunc, "setintersection": stdlib.SetIntersectionFunc,
	"setproduct": stdlib.SetProductFunc, "setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc,
	"slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "split": stdlib.SplitFunc, "strrev": stdlib.ReverseFunc,
	"substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "tobool": stdlib.MakeToFunc(cty.Bool),
	"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	"tonumber": stdlib.MakeToFunc(cty.Number), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	"tostring": stdlib.MakeToFunc(cty.String), "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc,
	"trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc, "try": tryfunc.TryFunc,
	"upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
}

// same are functions that give back what they get, but for its type.
var same = []string{"nonsensitive", "sensitive", "tolist", "tomap", "toset", "tostring"}

// call reads a call: by HCL where every argument is known, else by what the
// function does with values that are not.
func (r *reader) call(e *hclsyntax.FunctionCallExpr) Values {
	if e.ExpandFinal {
		return r.constant(e)
	}
	switch e.Name {
	case "try":
		return r.try(e)
	case "coalesce":
		return r.coalesce(e)
	}
	if _, known := functions[e.Name]; known {
		if found := r.constant(e); found[0].Kind != Unknown {
			return found
		}
	}
	arguments := make([]Values, len(e.Args))
	for i, argument := range e.Args {
		arguments[i] = r.read(argument)
	}
	switch {
	case slices.Contains(same, e.Name) && len(arguments) == 1:
		return r.collections(arguments[0])
	case e.Name == "one" && len(arguments) == 1:
		return r.one(e, arguments[0])
	case e.Name == "element" && len(arguments) == 2:
		return r.element(e, arguments)
	case e.Name == "lookup" && (len(arguments) == 2 || len(arguments) == 3):
		return r.lookup(e, arguments)
	case e.Name == "values" && len(arguments) == 1:
		return r.valuesOf(e, arguments[0])
	case e.Name == "merge" || e.Name == "concat":
		return r.joined(e, arguments)
	case e.Name == "compact" || e.Name == "flatten" || e.Name == "distinct":
		return r.flat(e, arguments[0])
	}
	return r.unknown(e)
}

// collections gives the elements of references to several instances.
func (r *reader) collections(values Values) Values {
	found := slices.Clone(values)
	for i, value := range values {
		if value.Kind == Refer {
			if elements, several := r.scope.Elements(value.Reference); several {
				found[i] = elements
			}
		}
	}
	return found
}

// try is the first argument that Terraform does not refuse.
func (r *reader) try(e *hclsyntax.FunctionCallExpr) Values {
	var found Values
	for _, argument := range e.Args {
		mayFail := false
		for _, value := range r.read(argument) {
			if value.Kind == Invalid || value.Kind == Unknown {
				mayFail = true
			}
			if value.Kind != Invalid {
				found = append(found, value)
			}
		}
		if !mayFail {
			return found.distinct()
		}
	}
	if len(found) == 0 {
		return invalid
	}
	return found.distinct()
}

// coalesce is the first argument that is neither null nor empty.
func (r *reader) coalesce(e *hclsyntax.FunctionCallExpr) Values {
	var found Values
	for _, argument := range e.Args {
		mayBeNone := false
		for _, value := range r.read(argument) {
			switch {
			case value.Kind == Null || value.Kind == Literal && value.Text() == "":
				mayBeNone = true
			case value.Kind == Unknown:
				mayBeNone = true
				found = append(found, value)
			default:
				found = append(found, value)
			}
		}
		if !mayBeNone {
			return found.distinct()
		}
	}
	if len(found) == 0 {
		return invalid
	}
	return found.distinct()
}

// one is the only item of a list, or null.
func (r *reader) one(e *hclsyntax.FunctionCallExpr, lists Values) Values {
	var found Values
	for _, list := range r.collections(lists) {
		switch {
		case list.Kind == Null:
			found = append(found, list)
		case list.Kind != List:
			return r.unknown(e)
		case list.Rest != nil:
			found = append(append(found, Value{Kind: Null}), list.Rest...)
		case len(list.Items) == 0:
			found = append(found, Value{Kind: Null})
		case len(list.Items) == 1:
			found = append(found, list.Items[0]...)
		default:
			found = append(found, invalid...)
		}
	}
	return found.distinct()
}

func (r *reader) element(e *hclsyntax.FunctionCallExpr, arguments []Values) Values {
	index, known := arguments[1].Plain()
	number, isNumber := index.(float64)
	var found Values
	for _, list := range r.collections(arguments[0]) {
		switch {
		case list.Kind != List:
			return r.unknown(e)
		case known && isNumber && list.Rest == nil && len(list.Items) > 0 && number >= 0:
			found = append(found, list.Items[int(number)%len(list.Items)]...)
		default:
			found = append(found, intoList(list, Step{IsUnknown: true})...)
		}
	}
	return found.distinct()
}

func (r *reader) lookup(e *hclsyntax.FunctionCallExpr, arguments []Values) Values {
	key, known := arguments[1].Plain()
	step := Step{IsUnknown: true}
	if known {
		step = stepOf(Of(key))
	}
	var found Values
	for _, object := range r.collections(arguments[0]) {
		if object.Kind != Object {
			return r.unknown(e)
		}
		_, isThere := object.Fields[step.Name]
		if isThere || object.Rest != nil || !known {
			found = append(found, intoObject(object, step)...)
		}
		if len(arguments) == 3 && (!known || !isThere) {
			found = append(found, arguments[2]...)
		} else if known && !isThere && object.Rest == nil {
			found = append(found, invalid...)
		}
	}
	return found.distinct()
}

func (r *reader) valuesOf(e *hclsyntax.FunctionCallExpr, objects Values) Values {
	var found Values
	for _, object := range r.collections(objects) {
		if object.Kind != Object {
			return r.unknown(e)
		}
		list := Value{Kind: List, Rest: object.Rest}
		for _, name := range object.names() {
			list.Items = append(list.Items, object.Fields[name])
		}
		found = append(found, list)
	}
	return found
}

// joined reads merge and concat where every argument has one value.
func (r *reader) joined(e *hclsyntax.FunctionCallExpr, arguments []Values) Values {
	kind := List
	if e.Name == "merge" {
		kind = Object
	}
	all := Value{Kind: kind, Fields: map[string]Values{}}
	for _, argument := range arguments {
		argument = r.collections(argument)
		if len(argument) != 1 || argument[0].Kind != kind {
			return r.unknown(e)
		}
		all.add(argument[0])
		maps.Copy(all.Fields, argument[0].Fields)
	}
	if kind == Object && all.Rest != nil {
		// A field that is not known may replace one that is.
		for name := range all.Fields {
			all.Fields[name] = append(slices.Clone(all.Fields[name]), all.Rest...).distinct()
		}
	}
	return Values{all}
}

// flat reads compact, flatten and distinct of lists whose items have one value.
func (r *reader) flat(e *hclsyntax.FunctionCallExpr, lists Values) Values {
	lists = r.collections(lists)
	if len(lists) != 1 || lists[0].Kind != List {
		return r.unknown(e)
	}
	result := Value{Kind: List}
	for _, item := range lists[0].Items {
		if len(item) != 1 || item[0].Kind == Unknown {
			return r.unknown(e)
		}
		switch value := item[0]; {
		case e.Name == "compact" && (value.Kind == Null || value.Kind == Literal && value.Text() == ""):
		case e.Name == "flatten" && value.Kind == List:
			result.add(value)
		default:
			result.add(Value{Items: []Values{item}})
		}
	}
	result.add(Value{Rest: lists[0].Rest})
	return Values{result}
}

// add puts the items of a list behind those of another. Where it is not known how
// many there are, the place of an item is not known either.
func (v *Value) add(list Value) {
	for _, item := range list.Items {
		if v.Rest == nil {
			v.Items = append(v.Items, item)
		} else {
			v.Rest = append(slices.Clip(v.Rest), item...)
		}
	}
	v.Rest = append(slices.Clip(v.Rest), list.Rest...)
}

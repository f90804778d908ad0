package alternatives

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Kind says what is known of a value.
type Kind int

const (
	// Unknown is a value that only Terraform can work out.
	Unknown Kind = iota
	// Invalid is what Terraform refuses, such as an index that is out of range. Only
	// try and can accept it.
	Invalid
	// Null is no value.
	Null
	// Literal is a text, a number or a truth value.
	Literal
	// List is a list, tuple or set.
	List
	// Object is an object or map.
	Object
	// Refer is an attribute of something outside of the expression.
	Refer
	// Template is a text of which parts are not literal.
	Template
)

// Value is one value that an expression may come down to.
type Value struct {
	Kind Kind
	// Literal is a string, float64 or bool.
	Literal any
	// Items are those of a List, Fields those of an Object: each with its own
	// alternatives.
	Items  []Values
	Fields map[string]Values
	// Rest are the alternatives of each further item or field of a List or Object
	// whose number is not known.
	Rest Values
	// Reference is what a Refer refers to.
	Reference Reference
	// Parts are those of a Template, in their order.
	Parts []Value
	// Source is how the expression is written, to show it.
	Source string
}

// Values are alternatives: an expression comes down to one of them.
type Values []Value

// Reference names something by its root, such as "aws_kms_key.k",
// "data.aws_kms_alias.a" or "var.key", and the steps from there.
type Reference struct {
	Root  string
	Steps []Step
	// Origin is for the scope, to say where the reference leads from.
	Origin any
}

// Step is an attribute or an index.
type Step struct {
	// Name is an attribute or a key of a map, Index a number: one of both. Neither is
	// set where the key is not known.
	Name  string
	Index int
	// IsIndex is true for a number, IsUnknown for a key that is not known.
	IsIndex, IsUnknown bool
}

// Key is the attribute, key or index that a step is, where it is known.
func (s Step) Key() any {
	if s.IsIndex {
		return float64(s.Index)
	}
	return s.Name
}

// String is the reference as Terraform writes it.
func (r Reference) String() string {
	var text strings.Builder
	text.WriteString(r.Root)
	for _, step := range r.Steps {
		switch {
		case step.IsUnknown:
			text.WriteString("[?]")
		case step.IsIndex:
			fmt.Fprintf(&text, "[%d]", step.Index)
		default:
			text.WriteString("." + step.Name)
		}
	}
	return text.String()
}

// Text is the literal as Terraform would write it into a text.
func (v Value) Text() string {
	switch literal := v.Literal.(type) {
	case string:
		return literal
	case bool:
		return strconv.FormatBool(literal)
	case float64:
		return strconv.FormatFloat(literal, 'f', -1, 64)
	}
	return ""
}

// Of is a value that is known, as encoding/json decodes it, with every text taken
// as it is.
func Of(value any) Value {
	switch value := value.(type) {
	case nil:
		return Value{Kind: Null}
	case []any:
		list := Value{Kind: List}
		for _, item := range value {
			list.Items = append(list.Items, Values{Of(item)})
		}
		return list
	case map[string]any:
		object := Value{Kind: Object, Fields: make(map[string]Values, len(value))}
		for name, field := range value {
			object.Fields[name] = Values{Of(field)}
		}
		return object
	case int:
		return Value{Kind: Literal, Literal: float64(value)}
	case json.Number:
		number, _ := value.Float64()
		return Value{Kind: Literal, Literal: number}
	}
	return Value{Kind: Literal, Literal: value}
}

// Plain is the value as encoding/json decodes it, and whether all of it is known.
func (v Value) Plain() (plain any, known bool) {
	switch v.Kind {
	case Null:
		return nil, true
	case Literal:
		return v.Literal, true
	case List:
		list := make([]any, 0, len(v.Items))
		for _, item := range v.Items {
			plain, known := item.Plain()
			if !known {
				return nil, false
			}
			list = append(list, plain)
		}
		return list, v.Rest == nil
	case Object:
		object := make(map[string]any, len(v.Fields))
		for name, field := range v.Fields {
			plain, known := field.Plain()
			if !known {
				return nil, false
			}
			object[name] = plain
		}
		return object, v.Rest == nil
	}
	return nil, false
}

// Plain is the one value that is known, where there is only one.
func (v Values) Plain() (plain any, known bool) {
	if len(v) != 1 {
		return nil, false
	}
	return v[0].Plain()
}

// key is equal for equal values.
func (v Value) key() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d", v.Kind)
	switch v.Kind {
	case Unknown, Invalid:
		text.WriteString(v.Source)
	case Literal:
		fmt.Fprintf(&text, "%T%v", v.Literal, v.Literal)
	case Refer:
		text.WriteString(v.Reference.String())
	case Template:
		for _, part := range v.Parts {
			text.WriteString("|" + part.key())
		}
	case List:
		for _, item := range v.Items {
			text.WriteString("[" + item.key() + "]")
		}
		text.WriteString("*" + v.Rest.key())
	case Object:
		for _, name := range v.names() {
			text.WriteString("{" + name + "=" + v.Fields[name].key() + "}")
		}
		text.WriteString("*" + v.Rest.key())
	}
	return text.String()
}

func (v Values) key() string {
	keys := make([]string, len(v))
	for i, value := range v {
		keys[i] = value.key()
	}
	return strings.Join(keys, ",")
}

func (v Value) names() []string {
	names := make([]string, 0, len(v.Fields))
	for name := range v.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// maxAlternatives bounds how many values one expression may have. What has more
// is unknown.
const maxAlternatives = 32

// distinct leaves out what is there already.
func (v Values) distinct() Values {
	if len(v) < 2 {
		return v
	}
	seen := make(map[string]bool, len(v))
	kept := make(Values, 0, len(v))
	for _, value := range v {
		if key := value.key(); !seen[key] {
			seen[key] = true
			kept = append(kept, value)
		}
	}
	if len(kept) > maxAlternatives {
		return Values{{Kind: Unknown, Source: kept[0].Source}}
	}
	return kept
}

// withSource says how the values are written, where they do not yet.
func (v Values) withSource(source string) Values {
	for i := range v {
		if v[i].Source == "" {
			v[i].Source = source
		}
	}
	return v
}

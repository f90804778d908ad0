package cmk

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// What a resource makes by a template of CloudFormation is examined as if it
// were written in Terraform. Where the template cannot be read, or a type in it is
// not known, that is said.

// hiddenMaking reports what makes resources that nothing shows.
func hiddenMaking(what string) func(*examination, *scope, *resource) {
	return func(x *examination, s *scope, r *resource) {
		x.report(r, Issue{Rule: Unread,
			Problem: "makes resources that cannot be seen: those of " + what,
			Fix:     "look at them yourself, and except the resource with what you found"})
	}
}

// cloudFormation examines the template of a stack or of a stack set.
func cloudFormation(x *examination, s *scope, r *resource) {
	template, readable := x.templateIn(s, r.values["template_body"])
	resources, isObject := template["Resources"].(object)
	if !readable || !isObject {
		x.report(r, Issue{Rule: Unread, Attribute: "template_body",
			Problem: "makes resources that cannot be seen: its template cannot be read",
			Fix:     "write the template out, or look at it yourself, and except the resource with what you found"})
		return
	}
	if macro := template["Transform"]; macro != nil {
		x.report(r, Issue{Rule: Unread, Attribute: "template_body.Transform",
			Problem: "makes resources that cannot be seen: those of the macro " + text(macro),
			Fix:     "look at the processed template yourself, and except the resource with what you found"})
	}
	var made []madeResource
	for _, name := range slices.Sorted(maps.Keys(resources)) {
		definition, _ := resources[name].(object)
		properties, readable := definition["Properties"].(object)
		_, isFunction := functionIn(properties)
		if _, isMacro := properties["Fn::Transform"]; isFunction || isMacro || !readable && definition["Properties"] != nil {
			x.report(r, Issue{Rule: Unread, Attribute: "template_body." + name,
				Problem: "makes a resource whose properties cannot be seen",
				Fix:     "look at it yourself, and except the resource with what you found"})
			continue
		}
		made = append(made, madeResource{name: name, kind: text(definition["Type"]), properties: properties,
			place: "template_body." + name})
	}
	x.made(r, made)
}

// cloudControl examines a resource that is written as Cloud Control takes it.
func cloudControl(x *examination, s *scope, r *resource) {
	kind := x.literal(s, r.values["type_name"])
	properties, readable := x.templateIn(s, r.values["desired_state"])
	if kind == "" || !readable {
		hiddenMaking("a type or state that cannot be read")(x, s, r)
		return
	}
	x.made(r, []madeResource{{name: r.name, kind: kind, properties: properties, place: "desired_state"}})
}

// templateIn reads JSON or YAML that is written out; expressions within stay.
func (x *examination) templateIn(s *scope, value any) (object, bool) {
	if text(value) == "" {
		return nil, false
	}
	values := s.values(value)
	if len(values) != 1 {
		return nil, false
	}
	written := ""
	switch one := values[0]; one.Kind {
	case alternatives.Literal:
		written = one.Text()
	case alternatives.Template:
		// Gaps become expressions within the texts of the template.
		for _, part := range one.Parts {
			if part.Kind == alternatives.Literal {
				written += part.Text()
			} else {
				written += part.Source
			}
		}
	default:
		return nil, false
	}
	var content any
	if json.Unmarshal([]byte(written), &content) != nil {
		var node yaml.Node
		if yaml.Unmarshal([]byte(written), &node) != nil || len(node.Content) == 0 {
			return nil, false
		}
		content = fromYaml(node.Content[0], 0)
	}
	found, isObject := content.(object)
	return found, isObject
}

// fromYaml reads YAML with the short forms of CloudFormation's functions.
func fromYaml(node *yaml.Node, depth int) any {
	if depth > maxHops {
		return nil
	}
	var value any
	switch node.Kind {
	case yaml.MappingNode:
		fields := object{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			fields[node.Content[i].Value] = fromYaml(node.Content[i+1], depth+1)
		}
		value = fields
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range node.Content {
			list = append(list, fromYaml(item, depth+1))
		}
		value = list
	case yaml.AliasNode:
		return fromYaml(node.Alias, depth+1)
	default:
		if node.Tag == "" || strings.HasPrefix(node.Tag, "!!") {
			if node.Decode(&value) != nil {
				return nil
			}
			if number, isInt := value.(int); isInt {
				return float64(number)
			}
			return value
		}
		value = node.Value
	}
	switch name := strings.TrimPrefix(node.Tag, "!"); {
	case strings.HasPrefix(node.Tag, "!!") || node.Tag == "":
		return value
	case name == "Ref" || name == "Condition":
		return object{name: value}
	case name == "GetAtt":
		if path, isText := value.(string); isText {
			resource, attribute, _ := strings.Cut(path, ".")
			return object{"Fn::GetAtt": []any{resource, attribute}}
		}
		return object{"Fn::GetAtt": value}
	default:
		return object{"Fn::" + name: value}
	}
}

// madeResource is a resource of a template.
type madeResource struct {
	name, kind, place string
	properties        object
}

// made examines resources of a template as those of a stack of their own, beside
// the one that makes them.
func (x *examination) made(r *resource, all []madeResource) {
	stack := emptyStack(r.stack.Name)
	stack.provider, stack.around = r.stack.provider, r.stack
	var examined []*resource
	for _, one := range all {
		known, isKnown := madeTypes[one.kind]
		if one.kind == "AWS::RDS::DBInstance" && one.properties["DBClusterIdentifier"] != nil {
			known = instanceOfCluster
		}
		switch {
		case isKnown:
		case madeWithoutData(one.kind):
			continue
		default:
			x.report(r, Issue{Rule: Unread, Attribute: one.place,
				Problem: "makes a resource of the type " + one.kind + ", which the guard does not read",
				Fix:     "look at it yourself, and except the resource with what you found"})
			continue
		}
		values := object{}
		for property, attribute := range known.properties {
			if value, has := propertyAt(one.properties, property); has {
				set(values, attribute, value)
			}
		}
		for name, value := range known.fixed {
			set(values, name, value)
		}
		synthetic := &resource{kind: known.kind, name: one.name, values: values, madeBy: r, placeInTemplate: one.place}
		for _, name := range []string{"region", "provider"} {
			if r.values[name] != nil {
				values[name] = r.values[name]
			}
		}
		stack.add(synthetic)
		examined = append(examined, synthetic)
	}
	rewriteReferences(stack)
	seen := x.seen
	for _, one := range examined {
		x.resource(one)
	}
	x.seen = seen
}

// propertyAt is a property by its path. A list of one stands for what is in it;
// what is neither that nor an object is not known.
func propertyAt(properties object, path string) (any, bool) {
	name, rest, more := strings.Cut(path, ".")
	value, has := properties[name]
	if !more || !has {
		return value, has
	}
	if list, isList := value.([]any); isList && len(list) == 1 {
		value = list[0]
	}
	inner, isObject := value.(object)
	if _, isFunction := functionIn(inner); value == nil || isFunction && inner["Ref"] == "AWS::NoValue" {
		return nil, false
	} else if isFunction || !isObject {
		return fmt.Sprintf("${cloudformation.%s}", notInNames.ReplaceAllString(name, "_")), true
	}
	return propertyAt(inner, rest)
}

func functionIn(value object) (string, bool) {
	if len(value) != 1 {
		return "", false
	}
	for name := range value {
		return name, name == "Ref" || strings.HasPrefix(name, "Fn::")
	}
	return "", false
}

// set puts an attribute into blocks.
func set(values object, path string, value any) {
	name, rest, more := strings.Cut(path, ".")
	if !more {
		values[name] = value
		return
	}
	inner, isObject := values[name].(object)
	if !isObject {
		inner = object{}
		values[name] = inner
	}
	set(inner, rest, value)
}

// rewriteReferences turns CloudFormation's references to resources of the
// template into Terraform's, and other functions into what is not known.
func rewriteReferences(stack *Stack) {
	byName := map[string]*resource{}
	for _, r := range stack.sorted {
		byName[r.name] = r
	}
	var rewrite func(value any) any
	rewrite = func(value any) any {
		switch value := value.(type) {
		case object:
			function, isFunction := functionIn(value)
			if !isFunction {
				for name, inner := range value {
					value[name] = rewrite(inner)
				}
				return value
			}
			target, _ := value[function].(string)
			if list, isList := value[function].([]any); isList && len(list) > 0 {
				target, _ = list[0].(string)
			}
			if function == "Ref" && target == "AWS::NoValue" {
				return nil
			}
			if r := byName[target]; r != nil && (function == "Ref" || function == "Fn::GetAtt") {
				attribute := "arn"
				if r.kind == "aws_kms_alias" {
					attribute = "name"
				}
				return "${" + r.localAddress() + "." + attribute + "}"
			}
			return "${cloudformation." + notInNames.ReplaceAllString(function+"_"+target, "_") + "}"
		case []any:
			for i, inner := range value {
				value[i] = rewrite(inner)
			}
		}
		return value
	}
	for _, r := range stack.sorted {
		rewrite(r.values)
	}
}

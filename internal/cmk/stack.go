package cmk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Stack is a stack as Terraform will read it.
type Stack struct {
	// Name is the path of the stack's construct.
	Name string

	content   object
	resources map[string]*resource
	sorted    []*resource
	ofKind    map[string][]*resource
	modules   []string
}

type object = map[string]any

// resource is a resource or a data source of a stack.
type resource struct {
	stack  *Stack
	kind   string
	name   string
	isData bool
	values object
}

// NewStack reads a stack from the JSON of Terraform, decoded.
func NewStack(name string, content any) (*Stack, error) {
	fields, ok := content.(object)
	if !ok {
		return nil, fmt.Errorf("the stack %s is a %T, not an object of Terraform's JSON", name, content)
	}
	stack := &Stack{Name: name, content: fields, resources: map[string]*resource{}, ofKind: map[string][]*resource{}}
	for _, section := range []string{"resource", "data"} {
		types, _ := fields[section].(object)
		for _, kind := range slices.Sorted(maps.Keys(types)) {
			named, _ := types[kind].(object)
			for _, name := range slices.Sorted(maps.Keys(named)) {
				for _, values := range blocks(named[name]) {
					r := &resource{stack: stack, kind: kind, name: name, isData: section == "data", values: values}
					stack.resources[r.address()] = r
					if !r.isData {
						stack.sorted = append(stack.sorted, r)
						stack.ofKind[kind] = append(stack.ofKind[kind], r)
					}
				}
			}
		}
	}
	modules, _ := fields["module"].(object)
	stack.modules = slices.Sorted(maps.Keys(modules))
	return stack, nil
}

// RefersToStacks says whether the stack reads what other stacks put out.
func (s *Stack) RefersToStacks() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(s.resources)), func(r *resource) bool {
		return r.isData && r.kind == "terraform_remote_state"
	})
}

func (r *resource) address() string {
	address := r.kind + "." + r.name
	if r.isData {
		address = "data." + address
	}
	return address
}

// path is that of the construct which made the resource.
func (r *resource) path() string {
	comment, _ := r.values["//"].(object)
	metadata, _ := comment["metadata"].(object)
	path, _ := metadata["path"].(string)
	return path
}

// blocks are the objects of a value that is one or a list of them.
func blocks(value any) []object {
	switch value := value.(type) {
	case object:
		return []object{value}
	case []any:
		var found []object
		for _, item := range value {
			if block, ok := item.(object); ok {
				found = append(found, block)
			}
		}
		return found
	}
	return nil
}

// nested are the blocks of a name within an object.
type nested struct {
	blocks []object
	// unread is an expression in whose place the blocks will be, or which says
	// whether they will be there.
	unread string
	// conditional is true where blocks holds what will be there if unread says so.
	conditional bool
}

func blocksNamed(values object, name string) nested {
	value := values[name]
	if text, isText := value.(string); isText && text != "" {
		return nested{unread: text}
	}
	found := nested{blocks: blocks(value)}
	for _, dynamic := range blocks(values["dynamic"]) {
		for _, block := range blocks(dynamic[name]) {
			content := blocks(block["content"])
			found.blocks = append(found.blocks, content...)
			switch each := block["for_each"].(type) {
			case []any:
				if len(each) == 0 {
					found.blocks = found.blocks[:len(found.blocks)-len(content)]
				}
			case object:
			default:
				found.unread, found.conditional = fmt.Sprint(each), true
			}
		}
	}
	return found
}

// text is a value as Terraform would write it; empty where it is not set.
func text(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		if value == "${null}" {
			return ""
		}
		return value
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.6f", value), ".000000")
	default:
		return fmt.Sprint(value)
	}
}

func isExpression(text string) bool {
	return strings.Contains(strings.ReplaceAll(text, "$${", ""), "${")
}

// isSet tells whether an attribute or block has a value.
func isSet(values object, name string) bool {
	if list, isList := values[name].([]any); isList {
		return len(list) > 0
	}
	return text(values[name]) != "" || len(blocksNamed(values, name).blocks) > 0
}

// provider is the provider of a resource: "aws", or "aws.alias".
func (r *resource) provider() string {
	if provider := text(r.values["provider"]); provider != "" {
		return strings.TrimSuffix(strings.TrimPrefix(provider, "${"), "}")
	}
	return "aws"
}

// region is that of a provider's configuration, or "" where it is not written
// there.
func (s *Stack) region(provider string) string {
	kind, alias, _ := strings.Cut(provider, ".")
	providers, _ := s.content["provider"].(object)
	for _, config := range blocks(providers[kind]) {
		if text(config["alias"]) == alias {
			return s.literal(config["region"])
		}
	}
	return ""
}

// literal is a text that is written in the stack, itself or as a local value.
func (s *Stack) literal(value any) string {
	found := text(value)
	if parts := localReference.FindStringSubmatch(found); parts != nil {
		found = text(s.local(parts[1]))
	}
	if isExpression(found) {
		return ""
	}
	return found
}

func (s *Stack) local(name string) any {
	locals, _ := s.content["locals"].(object)
	return locals[name]
}

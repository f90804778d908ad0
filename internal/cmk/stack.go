package cmk

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// Stack is a stack as Terraform will read it, or a module of a plan or state.
type Stack struct {
	// Name is the path of the stack's construct, or the name of the file.
	Name string

	// module is the address of the module that it is, with a dot at its end; empty
	// for the root.
	module string
	// parent is the stack that calls the module.
	parent *Stack
	// around is the stack whose resource makes those of this one by a template.
	around *Stack
	// children are the modules that a plan or state has resolved, by their name.
	children map[string][]*Stack
	// variables are the values of the input variables that are known, outputs the
	// expressions of a module's outputs.
	variables, outputs object
	// isResolved is true for a plan or state, in which counts and modules are
	// resolved and each instance of a resource stands for itself.
	isResolved bool
	// mixed is true for a state of several accounts: it does not say which provider a
	// resource has.
	mixed bool
	// counted are the addresses of a plan or state that have instances with a key.
	counted map[string]bool
	// provider is the version of the AWS provider.
	provider providerVersion

	content object
	// resources are by address; in a plan or state, an address has several instances.
	resources map[string][]*resource
	sorted    []*resource
	ofKind    map[string][]*resource
	modules   []string
	// unknown are the sections that may make what is not seen.
	unknown []string
	// byName finds resources by what names them in AWS.
	byName map[string]*resource
}

type object = map[string]any

// resource is a resource or a data source of a stack.
type resource struct {
	stack  *Stack
	kind   string
	name   string
	isData bool
	values object
	// key is the index or key of an instance in a plan or state; nil where there is
	// none.
	key any
	// madeBy is the resource that makes this one by a template.
	madeBy *resource
	// placeInTemplate is where in the template of madeBy it is.
	placeInTemplate string
	// given are the attributes and blocks that are written, in a plan or state, in
	// whose values there is what the provider computes, too; nil where all are.
	given map[string]bool
	// deleted is true for what a plan deletes.
	deleted bool
	// exists is true for what a state has, or a plan leaves there.
	exists bool
}

// readSections are the parts of Terraform's JSON syntax that are read, otherSections
// those that make nothing which stores data: what they say is about the state and
// other sections, or is forgotten at once. Any other part may, as actions do.
var (
	readSections  = []string{"resource", "data", "module", "output", "locals", "variable", "provider", "terraform"}
	otherSections = []string{"import", "moved", "removed", "check", "ephemeral", "//"}
)

// NewStack reads a stack from the JSON of Terraform, decoded. It refuses what is
// none: a plan, which [Read] reads, or JSON that holds nothing of Terraform.
func NewStack(name string, content any) (*Stack, error) {
	fields, ok := content.(object)
	if !ok {
		return nil, fmt.Errorf("the stack %s is a %T, not an object of Terraform's JSON", name, content)
	}
	for _, mark := range []string{"planned_values", "format_version", "resource_changes"} {
		if _, isPlan := fields[mark]; isPlan {
			return nil, fmt.Errorf("the stack %s is a plan or a state (it has %s), of which no resource would be examined; examine it with the command cmkguard", name, mark)
		}
	}
	if !slices.ContainsFunc(slices.Concat(readSections, otherSections), func(section string) bool { _, has := fields[section]; return has }) {
		return nil, fmt.Errorf("the stack %s holds nothing of Terraform: none of %s", name, strings.Join(readSections, ", "))
	}
	stack := emptyStack(name)
	stack.content = fields
	for _, section := range []string{"resource", "data"} {
		if err := stack.addSection(section, fields[section]); err != nil {
			return nil, err
		}
	}
	modules, err := labelled("module", fields["module"])
	if err != nil {
		return nil, fmt.Errorf("the stack %s cannot be read: %w", name, err)
	}
	for _, call := range modules {
		stack.modules = append(stack.modules, call.label)
	}
	slices.Sort(stack.modules)
	stack.modules = slices.Compact(stack.modules)
	for _, section := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(readSections, section) && !slices.Contains(otherSections, section) {
			stack.unknown = append(stack.unknown, section)
		}
	}
	stack.provider = versionIn(fields)
	return stack, nil
}

// addSection adds the resources of a section: blocks with two labels.
func (s *Stack) addSection(section string, written any) error {
	kinds, err := labelled(section, written)
	for _, kind := range kinds {
		var named []labelledBlock
		if err == nil {
			named, err = labelled(section+"."+kind.label, kind.value)
		}
		for _, one := range named {
			values := blocks(one.value)
			if list, isList := one.value.([]any); err == nil && (!isList && values == nil || len(values) != len(list) && isList) {
				err = notBlocks(section+"."+kind.label+"."+one.label, one.value)
			}
			for _, values := range values {
				s.add(&resource{kind: kind.label, name: one.label, isData: section == "data", values: values})
			}
		}
	}
	if err != nil {
		return fmt.Errorf("the stack %s cannot be read: %w", s.Name, err)
	}
	return nil
}

type labelledBlock struct {
	label string
	value any
}

// labelled are the entries of an object of labels, or of a list of them, in their
// order. What is neither is an error: nothing in it would be examined.
func labelled(where string, written any) ([]labelledBlock, error) {
	var found []labelledBlock
	list, isList := written.([]any)
	if !isList && written != nil {
		list = []any{written}
	}
	for _, item := range list {
		labels, isObject := item.(object)
		if !isObject {
			return nil, notBlocks(where, item)
		}
		for _, label := range slices.Sorted(maps.Keys(labels)) {
			if label != "//" {
				found = append(found, labelledBlock{label, labels[label]})
			}
		}
	}
	return found, nil
}

func notBlocks(where string, value any) error {
	return fmt.Errorf("%s holds %.40q; must be an object, or a list of them, see Terraform, \"JSON Configuration Syntax\"", where, fmt.Sprint(value))
}

func emptyStack(name string) *Stack {
	return &Stack{Name: name, content: object{}, resources: map[string][]*resource{}, ofKind: map[string][]*resource{},
		children: map[string][]*Stack{}, counted: map[string]bool{}, byName: map[string]*resource{}}
}

// identifiers are the attributes by which AWS knows a resource.
var identifiers = []string{"identifier", "cluster_identifier", "db_snapshot_identifier", "db_cluster_snapshot_identifier",
	"snapshot_identifier", "bucket", "function_name", "arn", "id"}

func (s *Stack) add(r *resource) {
	r.stack = s
	s.resources[r.localAddress()] = append(s.resources[r.localAddress()], r)
	if r.isData {
		return
	}
	s.sorted = append(s.sorted, r)
	s.ofKind[r.kind] = append(s.ofKind[r.kind], r)
	for _, name := range identifiers {
		if name == "snapshot_identifier" && !strings.HasSuffix(r.kind, "_snapshot") {
			continue // what it is restored from
		}
		if value, isText := r.values[name].(string); isText && value != "" {
			s.byName[r.kind+" "+value] = r
		}
	}
}

// Holds says whether there is anything to examine: a resource or a module.
func (s *Stack) Holds() bool { return len(s.sorted) > 0 || len(s.modules) > 0 }

// RefersToStacks says whether the stack reads what other stacks put out.
func (s *Stack) RefersToStacks() bool {
	for address := range s.resources {
		if strings.HasPrefix(address, "data.terraform_remote_state.") {
			return true
		}
	}
	return false
}

// localAddress is the address within the stack or module, without an index.
func (r *resource) localAddress() string {
	address := r.kind + "." + r.name
	if r.isData {
		address = "data." + address
	}
	return address
}

// address is the whole address.
func (r *resource) address() string {
	if r.madeBy != nil {
		return r.madeBy.address()
	}
	address := r.stack.module + r.localAddress()
	switch key := r.key.(type) {
	case string:
		return fmt.Sprintf("%s[%q]", address, key)
	case float64, int:
		return fmt.Sprintf("%s[%v]", address, key)
	}
	return address
}

// path is that of the construct which made the resource.
func (r *resource) path() string {
	if r.madeBy != nil {
		return r.madeBy.path()
	}
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
	case opaque:
		return string(value)
	case computed:
		return string(value)
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.6f", value), ".000000")
	default:
		return fmt.Sprint(value)
	}
}

// computed is the key of a plan or state that nobody has written: AWS may have
// chosen it.
type computed string

// opaque is a value of which nothing is known but what to show.
type opaque string

var (
	withoutEscapes = strings.NewReplacer("$${", "", "%%{", "")
	escapes        = strings.NewReplacer("${", "$${", "%{", "%%{")
)

func isExpression(text string) bool {
	if !alternatives.HasExpression(text) {
		return false
	}
	return alternatives.HasExpression(withoutEscapes.Replace(text))
}

// isSet tells whether an attribute or block has a value, or may have.
func isSet(values object, name string) bool {
	if list, isList := values[name].([]any); isList {
		return len(list) > 0
	}
	if text(values[name]) != "" {
		return true
	}
	for _, dynamic := range blocks(values["dynamic"]) {
		if dynamic[name] != nil {
			return true
		}
	}
	return false
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
func (s *Stack) region(x *examination, provider string) string {
	for _, config := range s.providerConfigs(provider) {
		return x.literal(x.scopeOf(s), config["region"])
	}
	return ""
}

func (s *Stack) providerConfigs(provider string) []object {
	kind, alias, _ := strings.Cut(provider, ".")
	var found []object
	for _, providers := range blocks(s.content["provider"]) {
		for _, config := range blocks(providers[kind]) {
			if text(config["alias"]) == alias {
				found = append(found, config)
			}
		}
	}
	return found
}

// local is the value of a local value.
func (s *Stack) local(name string) (any, bool) {
	for _, locals := range blocks(s.content["locals"]) {
		if value, found := locals[name]; found {
			return value, true
		}
	}
	return nil, false
}

// output is the expression of an output.
func (s *Stack) output(name string) (any, bool) {
	if value, found := s.outputs[name]; found {
		return value, true
	}
	for _, outputs := range blocks(s.content["output"]) {
		for _, output := range blocks(outputs[name]) {
			value, found := output["value"]
			return value, found
		}
	}
	return nil, false
}

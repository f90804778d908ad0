package cmk

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// scope is where an expression stands: in a stack, in one instance of a resource,
// in a dynamic block.
type scope struct {
	x     *examination
	stack *Stack
	// instance is that of the resource with a count or for_each.
	instance instance
	// iterators are those of dynamic blocks around.
	iterators map[string]instance
}

// instance is one of a resource or block that is there several times.
type instance struct {
	// key and value are what each.key and each.value are, key also count.index.
	key, value alternatives.Values
	// group is how the number of instances is written.
	group string
}

func (x *examination) scopeOf(stack *Stack) *scope { return &scope{x: x, stack: stack} }

func (s *scope) in(stack *Stack) *scope { return &scope{x: s.x, stack: stack} }

func (s *scope) withInstance(each instance) *scope {
	inner := *s
	inner.instance = each
	return &inner
}

func (s *scope) withIterator(name string, each instance) *scope {
	inner := *s
	inner.iterators = maps.Clone(s.iterators)
	if inner.iterators == nil {
		inner.iterators = map[string]instance{}
	}
	inner.iterators[name] = each
	return &inner
}

// values are the alternatives of a value of the stack. One that Terraform refuses is
// no alternative where there are others.
func (s *scope) values(value any) alternatives.Values {
	all := s.evaluate(value)
	isRefused := func(one alternatives.Value) bool { return one.Kind == alternatives.Invalid }
	if slices.ContainsFunc(all, isRefused) && slices.ContainsFunc(all, func(one alternatives.Value) bool { return !isRefused(one) }) {
		return slices.DeleteFunc(slices.Clone(all), isRefused)
	}
	return all
}

func (s *scope) evaluate(value any) alternatives.Values {
	switch value := value.(type) {
	case opaque:
		return alternatives.Values{{Kind: alternatives.Unknown, Source: string(value)}}
	case computed:
		return alternatives.Values{alternatives.Of(string(value))}
	case string:
		return alternatives.Evaluate(value, s)
	}
	return alternatives.EvaluateJson(value, s)
}

// maxHops bounds how far values are followed, as two may stand for each other.
const maxHops = 40

func unknownValue(source string) alternatives.Values {
	return alternatives.Values{{Kind: alternatives.Unknown, Source: source}}
}

// Resolve gives what a reference stands for.
func (s *scope) Resolve(reference alternatives.Reference) alternatives.Values {
	if s.x.hops > maxHops {
		return unknownValue("${" + reference.String() + "}")
	}
	s.x.hops++
	defer func() { s.x.hops-- }()
	if origin, elsewhere := reference.Origin.(*Stack); elsewhere && origin != s.stack {
		return s.in(origin).Resolve(reference)
	}
	root, name, _ := strings.Cut(reference.Root, ".")
	if each, isIterator := s.iterators[root]; isIterator && (name == "key" || name == "value") {
		return instancePart(each, name, reference)
	}
	switch {
	case root == "each" && s.instance.group != "":
		return instancePart(s.instance, name, reference)
	case root == "count" && s.instance.group != "":
		return s.instance.key
	case root == "local":
		if value, found := s.stack.local(name); found {
			return s.in(s.stack).values(value)
		}
	case root == "var":
		return s.variable(name)
	case root == "module":
		return s.moduleOutput(name, reference)
	case strings.HasPrefix(reference.Root, "data.terraform_remote_state."):
		return s.remoteOutput(strings.TrimPrefix(reference.Root, "data.terraform_remote_state."), reference)
	default:
		if found := s.stack.resources[reference.Root]; found != nil {
			return s.ofResource(found, reference)
		}
	}
	if s.stack.around != nil {
		return s.in(s.stack.around).Resolve(reference)
	}
	return unknownValue("${" + reference.String() + "}")
}

func instancePart(each instance, name string, reference alternatives.Reference) alternatives.Values {
	found := each.value
	if name == "key" {
		found = each.key
	}
	if len(found) == 0 {
		return unknownValue("${" + reference.String() + "}")
	}
	return found
}

// variable is an input variable, which a plan knows, or the caller of a module.
func (s *scope) variable(name string) alternatives.Values {
	value, known := s.stack.variables[name]
	switch {
	case !known:
		return unknownValue("${var." + name + "}")
	case s.stack.parent != nil:
		return s.in(s.stack.parent).values(value)
	}
	return alternatives.Values{alternatives.Of(value)}
}

// moduleOutput follows an output of a module that a plan resolved.
func (s *scope) moduleOutput(name string, reference alternatives.Reference) alternatives.Values {
	children := s.stack.children[name]
	steps := reference.Steps
	if len(children) == 0 {
		return unknownValue("${" + reference.String() + "}")
	}
	reference.Origin = s.stack
	itself := alternatives.Values{{Kind: alternatives.Refer, Reference: reference}}
	if len(steps) == 0 {
		return itself
	}
	last := steps[len(steps)-1]
	if _, isOutput := children[0].outputs[last.Name]; last.IsIndex || last.IsUnknown || !isOutput {
		return itself
	}
	var found alternatives.Values
	for _, child := range children {
		if value, has := child.output(last.Name); has {
			found = append(found, s.in(child).values(value)...)
		}
	}
	return found
}

// remoteOutput follows an output of another stack of the app.
func (s *scope) remoteOutput(name string, reference alternatives.Reference) alternatives.Values {
	steps := reference.Steps
	if len(steps) < 2 {
		reference.Origin = s.stack
		return alternatives.Values{{Kind: alternatives.Refer, Reference: reference}}
	}
	if other := s.x.stackOfState(s.stack, name); other != nil && steps[0].Name == "outputs" {
		if value, found := other.output(steps[1].Name); found {
			return s.in(other).values(value)
		}
	}
	return unknownValue("${" + reference.String() + "}")
}

// ofResource keeps a reference to a resource, unless its index is out of range. Where
// it may be, Terraform may refuse it.
func (s *scope) ofResource(found []*resource, reference alternatives.Reference) alternatives.Values {
	reference.Origin = s.stack
	itself := alternatives.Value{Kind: alternatives.Refer, Reference: reference, Source: "${" + reference.String() + "}"}
	refused := alternatives.Value{Kind: alternatives.Invalid}
	all := s.x.instancesOf(found[0])
	if len(reference.Steps) == 0 || !all.several {
		return alternatives.Values{itself}
	}
	if all.known && len(all.each) == 0 {
		return alternatives.Values{refused}
	}
	step := reference.Steps[0]
	if _, isThere := all.find(step); isThere || step.IsUnknown && all.text == s.instance.group {
		return alternatives.Values{itself}
	}
	if step.IsUnknown || !all.known {
		return alternatives.Values{itself, refused}
	}
	return alternatives.Values{refused}
}

// Elements are the instances of a resource.
func (s *scope) Elements(reference alternatives.Reference) (alternatives.Value, bool) {
	if origin, elsewhere := reference.Origin.(*Stack); elsewhere && origin != s.stack {
		return s.in(origin).Elements(reference)
	}
	found := s.stack.resources[reference.Root]
	if found == nil || len(reference.Steps) > 0 {
		return alternatives.Value{Kind: alternatives.Unknown}, false
	}
	all := s.x.instancesOf(found[0])
	if !all.several {
		return alternatives.Value{}, false
	}
	result := alternatives.Value{Kind: alternatives.Object, Fields: map[string]alternatives.Values{}}
	if all.isCount {
		result.Kind = alternatives.List
	}
	element := func(step alternatives.Step) alternatives.Values {
		inner := alternatives.Reference{Root: reference.Root, Steps: []alternatives.Step{step}, Origin: s.stack}
		return alternatives.Values{{Kind: alternatives.Refer, Reference: inner, Source: "${" + inner.String() + "}"}}
	}
	if !all.known {
		result.Rest = element(alternatives.Step{IsUnknown: true})
		return result, true
	}
	for i, each := range all.each {
		if all.isCount {
			result.Items = append(result.Items, element(alternatives.Step{IsIndex: true, Index: i}))
			continue
		}
		key, _ := each.key.Plain()
		name := text(key)
		result.Fields[name] = element(alternatives.Step{Name: name})
	}
	return result, true
}

// literal is a text that is known, or "".
func (x *examination) literal(s *scope, value any) string {
	plain, known := s.values(value).Plain()
	if !known {
		return ""
	}
	switch plain := plain.(type) {
	case string:
		return plain
	case nil:
		return ""
	default:
		return text(plain)
	}
}

// referred are the resources that a value may refer to, with the attribute and
// the key of the instance.
type referred struct {
	resource  *resource
	attribute string
	steps     []alternatives.Step
	scope     *scope
}

// follow gives the resource that a reference names.
func (x *examination) follow(stack *Stack, reference alternatives.Reference) (referred, bool) {
	if origin, elsewhere := reference.Origin.(*Stack); elsewhere {
		stack = origin
	}
	found := stack.resources[reference.Root]
	if len(found) == 0 {
		return referred{}, false
	}
	result := referred{resource: found[0], scope: x.scopeOf(stack)}
	steps := reference.Steps
	if all := x.instancesOf(found[0]); all.several && len(steps) > 0 {
		result.steps, steps = steps[:1], steps[1:]
		if at, isThere := all.position(result.steps[0]); isThere && stack.isResolved {
			result.resource = found[at]
		}
		each := all.at(result.steps[0])
		if _, isThere := all.find(result.steps[0]); !isThere && !result.steps[0].IsUnknown {
			each.key = alternatives.Values{alternatives.Of(result.steps[0].Key())} // one of those that are not known
		}
		result.scope = x.scopeOf(stack).withInstance(each)
	}
	if len(steps) > 0 {
		result.attribute = steps[0].Name
	}
	return result, true
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_-]`)

// stackOfState is the stack of the app whose state a data source reads: by the
// name that CDKTF gives to the data sources it makes itself, else by the place
// of the state.
func (x *examination) stackOfState(stack *Stack, name string) *Stack {
	if from, ok := strings.CutPrefix(name, "cross-stack-reference-input-"); ok {
		for _, other := range x.stacks {
			if notInNames.ReplaceAllString(other.Name, "") == from {
				return other
			}
		}
	}
	data := stack.resources["data.terraform_remote_state."+name]
	if data == nil {
		return nil
	}
	kind, config := text(data[0].values["backend"]), blocks(data[0].values["config"])
	for _, other := range x.stacks {
		for _, terraform := range blocks(other.content["terraform"]) {
			for _, backends := range blocks(terraform["backend"]) {
				if backend := blocks(backends[kind]); len(config) == 1 && len(backend) == 1 && samePlace(config[0], backend[0]) {
					return other
				}
			}
		}
	}
	return nil
}

// samePlace tells whether two configurations of a backend name the same state.
func samePlace(a, b object) bool {
	known := false
	for _, name := range []string{"path", "bucket", "key", "prefix", "storage_account_name", "container_name", "address"} {
		if text(a[name]) != text(b[name]) {
			return false
		}
		known = known || text(a[name]) != ""
	}
	return known
}

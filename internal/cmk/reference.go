package cmk

import (
	"regexp"
	"strings"
)

var (
	localReference  = regexp.MustCompile(`^\$\{local\.([A-Za-z0-9_-]+)\}$`)
	outputReference = regexp.MustCompile(`^\$\{data\.terraform_remote_state\.([A-Za-z0-9_-]+)\.outputs\.([A-Za-z0-9_-]+)\}$`)
	// reference is one to an attribute: the address, an index, the attribute.
	reference = regexp.MustCompile(`^\$\{((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)(?:\[(?:[0-9]+|"[^"${}]*"|each\.key|count\.index)\])?\.([a-z0-9_]+)\}$`)
	// anyReference is the address in a reference that stands within a text.
	anyReference = regexp.MustCompile(`\$\{((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)(?:\[[^]]*\])?\.([a-z0-9_]+)\}`)
)

// referred is what an expression comes down to: an attribute of a resource, or a
// text of a stack, which may still be an expression.
type referred struct {
	stack     *Stack
	resource  *resource
	attribute string
	text      string
}

const maxHops = 16

// follow follows an expression through local values and the outputs of other
// stacks to the attribute of a resource, or as far as it can be read.
func (x *examination) follow(stack *Stack, value any) referred {
	found := referred{stack: stack, text: text(value)}
	for range maxHops {
		if parts := localReference.FindStringSubmatch(found.text); parts != nil {
			if next := text(found.stack.local(parts[1])); next != "" {
				found.text = next
				continue
			}
			return found
		}
		if parts := outputReference.FindStringSubmatch(found.text); parts != nil {
			other := x.stackOfState(found.stack, parts[1])
			if other == nil {
				return found
			}
			outputs, _ := other.content["output"].(object)
			output, _ := outputs[parts[2]].(object)
			next := text(output["value"])
			if next == "" {
				return found
			}
			found.stack, found.text = other, next
			continue
		}
		break
	}
	if parts := reference.FindStringSubmatch(found.text); parts != nil {
		found.resource, found.attribute = found.stack.resources[parts[1]], parts[2]
	}
	return found
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
	kind, config := text(data.values["backend"]), blocks(data.values["config"])
	for _, other := range x.stacks {
		terraform, _ := other.content["terraform"].(object)
		backends, _ := terraform["backend"].(object)
		if backend := blocks(backends[kind]); len(config) == 1 && len(backend) == 1 && samePlace(config[0], backend[0]) {
			return other
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

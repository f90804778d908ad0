package source

import (
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/neurocipher-io/kmstier/internal/hclexpr"
)

// moduleOf is the configuration of the module at an address; nil if the plan has
// none.
func (p *plan) moduleOf(address string) *tfjson.ConfigModule {
	if p.config == nil {
		return nil
	}
	module := p.config.RootModule
	for _, name := range moduleNames(address) {
		if module == nil || module.ModuleCalls[name] == nil {
			return nil
		}
		module = module.ModuleCalls[name].Module
	}
	return module
}

// configOf is the configuration of a resource; nil if the plan has none.
func (p *plan) configOf(i instance) *tfjson.ConfigResource {
	name := plainAddress(i.plainName())
	if config, known := p.configured[name]; known {
		return config
	}
	p.configured[name] = nil
	if module := p.moduleOf(i.module); module != nil {
		for _, r := range module.Resources {
			if r != nil {
				other := instance{module: i.module, mode: r.Mode, kind: r.Type, name: r.Name}
				p.configured[plainAddress(other.plainName())] = r
			}
		}
	}
	return p.configured[name]
}

// expressions are the arguments of a resource as it is configured.
func expressions(config *tfjson.ConfigResource) map[string]*tfjson.Expression {
	if config == nil {
		return nil
	}
	return config.Expressions
}

// references are the names that an expression is made of.
func references(e *tfjson.Expression) []string {
	if e == nil || e.ExpressionData == nil {
		return nil
	}
	return longest(e.References)
}

// longest drops the names that begin another one: Terraform lists
// aws_iam_role.a.arn and then aws_iam_role.a.
func longest(names []string) []string {
	var kept []string
	for i, name := range names {
		begins := slices.ContainsFunc(names, func(other string) bool {
			return strings.HasPrefix(other, name+".") || strings.HasPrefix(other, name+"[")
		})
		if !begins && !slices.Contains(names[:i], name) {
			kept = append(kept, name)
		}
	}
	return kept
}

// moduleNames are the names in a module's address: "module.a[0].module.b" gives
// a and b.
func moduleNames(address string) []string {
	var names []string
	for i, part := range strings.Split(plainAddress(address), ".") {
		if i%2 == 1 {
			names = append(names, part)
		}
	}
	return names
}

// parentOf is the address of the module that calls another one; empty for the root.
func parentOf(module string) string {
	dots := []int{0, 0}
	eachPlain(module, func(at int) {
		if module[at] == '.' {
			dots = append(dots, at)
		}
	})
	// The last two names are "module" and its own.
	return module[:dots[len(dots)-2]]
}

// plainAddress is an address without the instance keys of count and for_each.
func plainAddress(address string) string {
	var plain strings.Builder
	eachPlain(address, func(at int) { plain.WriteByte(address[at]) })
	return plain.String()
}

// eachPlain calls with the place of each character of an address that is in no
// instance key.
func eachPlain(address string, found func(at int)) {
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth == 0:
			found(i)
		}
	}
}

// named is a reference within a module.
type named struct {
	module string
	hclexpr.Reference
}

// plain is the name of the resource as plainName tells it.
func (n named) plain() string { return inModule(n.module, n.Address) }

func (n named) String() string { return inModule(n.module, n.Reference.String()) }

func inModule(module, name string) string {
	if module == "" {
		return name
	}
	return module + "." + name
}

// maxHops bounds how often a name leads to another one.
const maxHops = 64

// resolve follows variables to what the calling module gave for them, and outputs
// of modules to what they give.
func (p *plan) resolve(module string, names []string) []named {
	return p.resolveWithin(module, names, 0)
}

func (p *plan) resolveWithin(module string, names []string, hops int) []named {
	var all []named
	for _, name := range longest(names) {
		reference, is := hclexpr.ParseReference(name)
		if !is {
			reference = hclexpr.Reference{Address: name}
		}
		kind, rest, _ := strings.Cut(reference.Address, ".")
		if hops < maxHops && kind == "var" && module != "" {
			parent, call := p.callOf(module)
			if call != nil {
				all = append(all, p.resolveWithin(parent, references(call.Expressions[rest]), hops+1)...)
				continue
			}
		}
		if hops < maxHops && kind == "module" {
			child := inModule(module, reference.Address)
			if reference.Index != "" {
				child += "[" + reference.Index + "]"
			}
			output, _, _ := strings.Cut(reference.Attribute, ".")
			if config := p.moduleOf(child); config != nil && config.Outputs[output] != nil {
				all = append(all, p.resolveWithin(child, references(config.Outputs[output].Expression), hops+1)...)
				continue
			}
		}
		all = append(all, named{module, reference})
	}
	return all
}

// callOf is the call of a module, and the address of the module that calls it.
func (p *plan) callOf(module string) (parent string, call *tfjson.ModuleCall) {
	parent = parentOf(module)
	config, path := p.moduleOf(parent), moduleNames(module)
	if config == nil || len(path) == 0 {
		return parent, nil
	}
	return parent, config.ModuleCalls[path[len(path)-1]]
}

// instanceKey is what stands in brackets at the end of an address: `0` or `"a"`;
// empty for a resource without count and for_each.
func instanceKey(i instance) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(i.address, i.plainName()), "["), "]")
}

// ownIndex tells the references to the instance of the same key or number.
func ownIndex(index string) bool { return index == "each.key" || index == "count.index" }

// addressOfKey is the address of the key that one of the names refers to; where
// both have several instances, at its own.
func (p *plan) addressOfKey(i instance, names []string) string {
	resolved := p.resolve(i.module, names)
	for _, name := range resolved {
		kind, _, _ := strings.Cut(name.Address, ".")
		if !isKey(kind) || !slices.Contains(keyTypes, kind) {
			continue
		}
		candidates := []string{inModule(name.module, name.Address)}
		if key := instanceKey(i); key != "" {
			candidates = append(candidates, candidates[0]+"["+key+"]")
		}
		if name.Index != "" && !ownIndex(name.Index) {
			candidates = []string{candidates[0] + "[" + name.Index + "]"}
		}
		for _, candidate := range candidates {
			if _, found := p.at[candidate]; found {
				return candidate
			}
		}
	}
	return ""
}

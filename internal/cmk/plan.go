package cmk

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// planReader makes stacks of a plan or state: one of each module. In them, what
// is known stands as it is. What only apply will tell is replaced by what the
// configuration refers to, of which a plan names all references but not how they
// are joined.
type planReader struct {
	name    string
	file    *resolvedFile
	stacks  []*Stack
	unknown map[string]any
	// created are the addresses of what the plan creates anew.
	created map[string]bool
}

func newPlanReader(name string, file *resolvedFile) *planReader {
	reader := &planReader{name: name, file: file, unknown: make(map[string]any, len(file.Changes)), created: map[string]bool{}}
	for _, change := range file.Changes {
		if change.Deposed == "" {
			reader.unknown[change.Address] = change.Change.AfterUnknown
			reader.created[change.Address] = slices.Contains(change.Change.Actions, "create")
		}
	}
	return reader
}

// rootConfig is nil for a state, which has no configuration.
func (p *planReader) rootConfig() *tfjson.ConfigModule {
	if p.file.Configuration == nil {
		return nil
	}
	return p.file.Configuration.RootModule
}

// module reads a module and those that it calls.
func (p *planReader) module(values *tfjson.StateModule, config *tfjson.ConfigModule, parent *Stack, variables object) *Stack {
	stack := emptyStack(p.name)
	stack.isResolved, stack.parent = true, parent
	if values.Address != "" {
		stack.module = values.Address + "."
	}
	p.stacks = append(p.stacks, stack)
	if parent == nil {
		stack.variables = object{}
		for name, variable := range p.file.Variables {
			stack.variables[name] = variable.Value
		}
		p.providers(stack, values)
	} else {
		stack.provider, stack.variables = parent.provider, variables
	}
	resources := map[string]*tfjson.ConfigResource{}
	if config != nil {
		for _, resource := range config.Resources {
			resources[resource.Address] = resource
		}
		stack.outputs = object{}
	}
	for _, resource := range values.Resources {
		if resource.Index != nil {
			stack.counted[configAddress(resource)] = true
		}
	}
	for _, resource := range values.Resources {
		p.resource(stack, resource, resources[configAddress(resource)], config != nil)
	}
	for _, child := range values.ChildModules {
		name, index, _ := strings.Cut(strings.TrimPrefix(child.Address, stack.module+"module."), "[")
		var called *tfjson.ConfigModule
		var call *tfjson.ModuleCall
		if config != nil && config.ModuleCalls[name] != nil {
			call = config.ModuleCalls[name]
			called = call.Module
		}
		var arguments object
		if call != nil {
			arguments = p.arguments(call, stack, keyInIndex(index))
		}
		stack.children[name] = append(stack.children[name], p.module(child, called, stack, arguments))
	}
	if config != nil {
		for name, output := range config.Outputs {
			stack.outputs[name] = p.expression(output.Expression, stack, nil, nil)
		}
	}
	return stack
}

// arguments are the values that a call gives to a module's variables, or their
// defaults.
func (p *planReader) arguments(call *tfjson.ModuleCall, caller *Stack, key any) object {
	given := object{}
	if call.Module != nil {
		for name, variable := range call.Module.Variables {
			given[name] = escapedText(variable.Default)
		}
	}
	for name, expression := range call.Expressions {
		given[name] = p.expression(expression, caller, key, call.ForEachExpression)
	}
	return given
}

// keyInIndex is the index or key at the end of the address of a module.
func keyInIndex(index string) any {
	var key any
	if json.Unmarshal([]byte(strings.TrimSuffix(index, "]")), &key) != nil {
		return nil
	}
	return key
}

func configAddress(resource *tfjson.StateResource) string {
	address := resource.Type + "." + resource.Name
	if resource.Mode == tfjson.DataResourceMode {
		address = "data." + address
	}
	return address
}

// providers keeps the configurations of providers as a stack has them. Those of
// modules are named by their module.
func (p *planReader) providers(stack *Stack, root *tfjson.StateModule) {
	stack.provider = readVersion("")
	if p.file.Configuration == nil {
		stack.provider = p.versionOfValues(stack.provider)
		stack.content["provider"], stack.mixed = providerOfState(root)
		return
	}
	var configs []any
	for _, key := range slices.Sorted(maps.Keys(p.file.Configuration.ProviderConfigs)) {
		config := p.file.Configuration.ProviderConfigs[key]
		if config.Name != "aws" && !strings.HasSuffix(config.FullName, "/hashicorp/aws") {
			continue
		}
		if config.VersionConstraint != "" {
			stack.provider = stack.provider.and(readVersion(config.VersionConstraint))
		}
		entry := object{}
		if _, alias, has := strings.Cut(providerName(key), "."); has {
			entry["alias"] = alias
		}
		for name, expression := range config.Expressions {
			entry[name] = p.providerSetting(name, expression, stack, config.ModuleAddress != "")
		}
		configs = append(configs, entry)
	}
	stack.content["provider"] = object{"aws": configs}
	stack.provider = p.versionOfValues(stack.provider)
}

var regionName = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]+)+-[0-9]+$`)

// providerSetting is an argument of a provider: what is written out, and a Region
// that is a variable's. A plan does not say what else an expression makes of what
// it refers to, nor from which variables that of a module's provider comes.
func (p *planReader) providerSetting(name string, expression *tfjson.Expression, stack *Stack, ofModule bool) any {
	if isBlocks(expression) {
		var all []any
		for _, block := range expression.NestedBlocks {
			read := object{}
			for name, inner := range block {
				read[name] = p.providerSetting(name, inner, stack, ofModule)
			}
			all = append(all, read)
		}
		return all
	}
	if expression == nil || expression.ExpressionData == nil || len(expression.References) == 0 {
		return p.expression(expression, stack, nil, nil)
	}
	variable, _ := strings.CutPrefix(expression.References[0], "var.")
	region, _ := stack.variables[variable].(string)
	if name == "region" && !ofModule && len(expression.References) == 1 && regionName.MatchString(region) {
		return region
	}
	return opaque("made of what it refers to, which a plan does not say how")
}

// versionOfValues corrects a constraint by what the values show: only version 6
// gives a queue or a key a Region.
func (p *planReader) versionOfValues(version providerVersion) providerVersion {
	values := p.file.PlannedValues
	if values == nil {
		values = p.file.Values
	}
	if values == nil || values.RootModule == nil {
		return version
	}
	var look func(*tfjson.StateModule) (has, lacks bool)
	look = func(module *tfjson.StateModule) (has, lacks bool) {
		for _, r := range module.Resources {
			if r.Mode == tfjson.ManagedResourceMode && slices.Contains([]string{"aws_kms_key", "aws_kms_alias", "aws_sqs_queue", "aws_sns_topic"}, r.Type) {
				_, has := r.AttributeValues["region"]
				return has, !has
			}
		}
		for _, child := range module.ChildModules {
			if has, lacks := look(child); has || lacks {
				return has, lacks
			}
		}
		return false, false
	}
	has, lacks := look(values.RootModule)
	switch {
	case has && !version.isFrom6():
		return providerVersion{major: 6, newest: 6, text: version.text}
	case lacks && version.mayBe6():
		return providerVersion{major: 5, newest: 5, text: version.text}
	}
	return version
}

// providerName is the key of a provider's configuration in a form that begins
// with the provider: "aws.dr", "aws.module.a:aws.dr".
func providerName(key string) string {
	if key == "" || key == "aws" || strings.HasPrefix(key, "aws.") {
		return key
	}
	return "aws." + key
}

// resource adds an instance of a resource.
func (p *planReader) resource(stack *Stack, r *tfjson.StateResource, config *tfjson.ConfigResource, hasConfig bool) {
	read := &resource{kind: r.Type, name: r.Name, isData: r.Mode == tfjson.DataResourceMode, key: indexOf(r.Index), exists: !p.created[r.Address]}
	given := map[string]*tfjson.Expression(nil)
	if config != nil {
		given = config.Expressions
	}
	reader := valueReader{plan: p, stack: stack, key: read.key, isGiven: config == nil && hasConfig, kind: r.Type}
	if config != nil {
		reader.forEach = config.ForEachExpression
	}
	read.values = reader.block(r.AttributeValues, asObject(p.unknown[r.Address]), given, hasConfig && config != nil)
	// What a plan creates has nothing known but what is written, if in dynamic blocks.
	if config == nil || !p.created[r.Address] {
		read.given = make(map[string]bool, len(given))
		for name := range given {
			read.given[name] = true
		}
	}
	if config != nil && config.ProviderConfigKey != "" {
		read.values["provider"] = providerName(config.ProviderConfigKey)
	}
	stack.add(read)
}

func indexOf(index any) any {
	switch index := index.(type) {
	case string, float64:
		return index
	case json.Number:
		number, _ := index.Float64()
		return number
	case int:
		return float64(index)
	}
	return nil
}

func asObject(value any) object {
	found, _ := value.(object)
	return found
}

// prior adds what only the state before has: data sources that were read, and
// keys that the plan deletes.
func (p *planReader) prior(module *tfjson.StateModule) {
	if module == nil {
		return
	}
	var stack *Stack
	for _, each := range p.stacks {
		if strings.TrimSuffix(each.module, ".") == module.Address {
			stack = each
		}
	}
	if stack == nil {
		stack = emptyStack(p.name)
		stack.isResolved, stack.module = true, module.Address+"."
		p.stacks = append(p.stacks, stack)
	}
	for _, r := range module.Resources {
		read := &resource{stack: stack, kind: r.Type, name: r.Name, isData: r.Mode == tfjson.DataResourceMode, key: indexOf(r.Index)}
		isKey := strings.HasPrefix(r.Type, "aws_kms_") && strings.HasSuffix(r.Type, "key")
		known := slices.ContainsFunc(stack.resources[read.localAddress()], func(other *resource) bool { return other.key == read.key })
		if known || !read.isData && !isKey {
			continue
		}
		reader := valueReader{plan: p, stack: stack, isGiven: true}
		read.values, read.deleted = reader.block(r.AttributeValues, nil, nil, false), !read.isData
		stack.resources[read.localAddress()] = append(stack.resources[read.localAddress()], read)
	}
	for _, child := range module.ChildModules {
		p.prior(child)
	}
}

// notes are what a plan says that it leaves open.
func (p *planReader) notes(file *resolvedFile) []Issue {
	var notes []Issue
	if file.Complete != nil && !*file.Complete && len(file.Deferred) == 0 {
		notes = append(notes, Issue{Rule: Unread, Stack: p.name,
			Problem: "the plan is not complete: what Terraform has left out, such as with -target, is not seen",
			Fix:     "examine a plan of the whole configuration"})
	}
	for _, action := range file.Actions {
		notes = append(notes, Issue{Rule: Unread, Stack: p.name, Address: action.Address, Type: action.Type,
			Problem: "the guard does not know what an action stores",
			Fix:     "look at it yourself, and except it with what you found"})
	}
	for _, deferred := range file.Deferred {
		notes = append(notes, Issue{Rule: Unread, Stack: p.name, Address: deferred.Change.Address, Type: deferred.Change.Type,
			Problem: "Terraform leaves this resource to a later plan (" + deferred.Reason + ")",
			Fix:     "examine that plan, too"})
	}
	return notes
}

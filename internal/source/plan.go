package source

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// plan is a plan, or a state as a plan that changes nothing.
type plan struct {
	instances []instance
	config    *tfjson.Config
	variables map[string]*tfjson.PlanVariable
	defaults  Defaults

	// at are the instances by address, without those that are to be destroyed.
	at map[string]instance
	// documents and identities are those instances by module and plain name:
	// documents that are read when the plan is applied, and roles and users.
	documents, identities map[string][]instance
	// configured are the resources as they are configured, by module and plain name.
	configured map[string]*tfjson.ConfigResource
	// providers are the provider configurations by key, lookups what data sources
	// found of each.
	providers, lookups map[string]provider
}

func newPlan(instances []instance, config *tfjson.Config, variables map[string]*tfjson.PlanVariable, defaults Defaults) *plan {
	p := &plan{
		instances: instances, config: config, variables: variables, defaults: defaults,
		at: map[string]instance{}, documents: map[string][]instance{}, identities: map[string][]instance{},
		configured: map[string]*tfjson.ConfigResource{}, providers: map[string]provider{}, lookups: map[string]provider{},
	}
	for _, i := range instances {
		if i.change == Delete || i.deposed {
			continue
		}
		p.at[i.address] = i
		switch {
		case i.mode == tfjson.DataResourceMode && i.kind == documentType:
			p.documents[i.plainName()] = append(p.documents[i.plainName()], i)
		case isIdentity(i.kind):
			p.identities[i.plainName()] = append(p.identities[i.plainName()], i)
		}
	}
	return p
}

// instance is one instance of a resource or data source.
type instance struct {
	address, module, kind, name string
	mode                        tfjson.ResourceMode
	change                      Change
	deposed                     bool
	// before and values are the attributes before and after; of values, unknown
	// marks those that are not known yet.
	before, values map[string]any
	unknown        any
}

// plainName is the address without the instance's key: as references name it,
// within the module instance.
func (i instance) plainName() string {
	name := i.kind + "." + i.name
	if i.mode == tfjson.DataResourceMode {
		name = "data." + name
	}
	return inModule(i.module, name)
}

// changeOf is what the actions of a plan do together.
func changeOf(actions tfjson.Actions) Change {
	has := func(action tfjson.Action) bool { return slices.Contains(actions, action) }
	switch {
	case has(tfjson.ActionCreate) && len(actions) > 1:
		return Replace
	case has(tfjson.ActionCreate):
		return Create
	case has(tfjson.ActionUpdate):
		return Update
	case has(tfjson.ActionDelete):
		return Delete
	case has(tfjson.ActionForget):
		return Forget
	}
	return None
}

func instancesOfChanges(changes []*tfjson.ResourceChange) []instance {
	var all []instance
	for _, c := range changes {
		if c == nil {
			continue
		}
		i := instance{address: c.Address, module: c.ModuleAddress, kind: c.Type, name: c.Name, mode: c.Mode, deposed: c.DeposedKey != ""}
		if c.Change != nil {
			i.change = changeOf(c.Change.Actions)
			i.before, _ = c.Change.Before.(map[string]any)
			i.values, _ = c.Change.After.(map[string]any)
			i.unknown = c.Change.AfterUnknown
			if i.change == Forget {
				i.values, i.unknown = i.before, nil
			}
		}
		all = append(all, i)
	}
	return all
}

// instancesOfState are the resources of a state, or of the values of a plan.
func instancesOfState(module *tfjson.StateModule) []instance {
	if module == nil {
		return nil
	}
	var all []instance
	for _, r := range module.Resources {
		if r != nil {
			all = append(all, instance{address: r.Address, module: module.Address, kind: r.Type, name: r.Name, mode: r.Mode, deposed: r.DeposedKey != "", values: r.AttributeValues})
		}
	}
	for _, child := range module.ChildModules {
		all = append(all, instancesOfState(child)...)
	}
	return all
}

// instancesPlanned are the resources that there will be, by the values of a plan. An
// attribute that is not among them is not known yet. See Terraform's documentation,
// "JSON Output Format", "Values Representation".
func instancesPlanned(module *tfjson.StateModule) []instance {
	all := instancesOfState(module)
	for i, of := range all {
		unknown := map[string]any{}
		for _, name := range attributesOf(of.kind) {
			if _, told := of.values[name]; !told {
				unknown[name] = true
			}
		}
		all[i].unknown = unknown
	}
	return all
}

// attributesOf are the attributes of a resource that decide.
func attributesOf(kind string) []string {
	switch {
	case kind == grantType:
		return []string{"key_id", "grantee_principal", "operations", "constraints"}
	case slices.Contains(keyTypes, kind):
		return []string{"policy"}
	}
	return nil
}

func rootOf(values *tfjson.StateValues) *tfjson.StateModule {
	if values == nil {
		return nil
	}
	return values.RootModule
}

// uncheckedPlan and uncheckedState leave the format's version to us: one that is
// left out hides nothing.
type (
	uncheckedPlan  tfjson.Plan
	uncheckedState tfjson.State
)

func readState(data []byte, defaults Defaults) (File, error) {
	var read uncheckedState
	if err := json.Unmarshal(data, &read); err != nil {
		return File{}, fmt.Errorf("is no state as terraform show -json prints it: %w", err)
	}
	state := tfjson.State(read)
	if err := state.Validate(); err != nil && state.FormatVersion != "" {
		return File{}, fmt.Errorf("is a state that cannot be read: %w", err)
	}
	p := newPlan(instancesOfState(rootOf(state.Values)), nil, nil, defaults)
	return p.file(State), nil
}

func readPlan(data []byte, defaults Defaults) (File, error) {
	var read uncheckedPlan
	if err := json.Unmarshal(data, &read); err != nil {
		return File{}, fmt.Errorf("is no plan as terraform show -json prints it: %w", err)
	}
	whole := tfjson.Plan(read)
	if err := whole.Validate(); err != nil && whole.FormatVersion != "" {
		return File{}, fmt.Errorf("is a plan that cannot be read: %w", err)
	}
	instances := instancesOfChanges(whole.ResourceChanges)
	if len(instances) == 0 {
		instances = instancesPlanned(rootOf(whole.PlannedValues))
	}
	p := newPlan(instances, whole.Config, whole.Variables, defaults)
	var prior []instance
	if whole.PriorState != nil {
		prior = instancesOfState(rootOf(whole.PriorState.Values))
	}
	p.lookUp(prior)
	file := p.file(Plan)
	var whether struct{ Errored bool }
	if err := json.Unmarshal(data, &whether); err == nil && whether.Errored {
		file.leaveOut("Terraform ended this plan with errors, so keys and policies may be missing in it")
	} else if whole.Complete != nil && !*whole.Complete || len(whole.DeferredChanges) > 0 {
		file.leaveOut("the plan is a part, by -target or since changes are deferred; other keys and policies may be missing in it")
	}
	return file, nil
}

func (p *plan) file(format Format) File {
	file := File{Format: format}
	var resources []resource
	for _, i := range p.instances {
		if i.mode != tfjson.DataResourceMode && slices.Contains(foreignKeyTypes, i.kind) {
			file.leaveOut(fmt.Sprintf("%s is not looked into: keys are %s", i.address, strings.Join(keyTypes, ", ")))
		}
		isKeyOrOf := i.mode != tfjson.DataResourceMode && (slices.Contains(keyTypes, i.kind) || i.kind == grantType)
		switch {
		case !isKeyOrOf:
		case i.change == Delete || i.deposed:
			if isKey(i.kind) {
				file.lose(i, Delete)
			} else if i.kind == keyPolicyType && !i.deposed {
				resources = append(resources, resource{address: i.address, module: i.module, kind: i.kind, name: i.name, change: Delete, values: i.before})
			}
		case i.change == Forget && i.values == nil:
			file.leaveOut(fmt.Sprintf("%s is left out: the plan lets it be and forgets it, and does not show it", i.address))
		default:
			if i.change == Forget {
				file.Notes = append(file.Notes, fmt.Sprintf("the plan forgets %s, which stays as it is", i.address))
			}
			if i.change == Replace && isKey(i.kind) {
				file.lose(i, Replace)
			}
			resources = append(resources, p.resource(i))
		}
	}
	keys, leftOut := assemble(resources, p.defaults, p)
	file.Keys = keys
	file.leaveOut(leftOut...)
	if format == State {
		for i := range file.Keys {
			file.Keys[i].Change = ""
		}
	}
	return file
}

// lose notes that a key is destroyed.
func (f *File) lose(i instance, how Change) {
	lost := LostKey{Address: i.address, Arn: literalOf(i.before["arn"]), Change: how}
	f.Lost = append(f.Lost, lost)
	if how == Delete {
		named := ""
		if lost.Arn != "" {
			named = " (" + lost.Arn + ")"
		}
		f.Notes = append(f.Notes, fmt.Sprintf("the plan destroys %s%s: what was encrypted with it cannot be read once it is deleted", lost.Address, named))
	}
}

func (p *plan) resource(i instance) resource {
	config := p.configOf(i)
	values, _ := fill(i.values, i.unknown, expressions(config), i.address, isComputed).(map[string]any)
	r := resource{address: i.address, module: i.module, kind: i.kind, name: i.name, change: i.change, values: values, provider: p.providerOf(i)}
	attribute := "key_id"
	if isKey(i.kind) {
		attribute = "primary_key_arn"
	}
	if config != nil {
		r.target = p.addressOfKey(i, references(config.Expressions[attribute]))
	}
	return r
}

// isComputed tells the attributes whose being unknown says nothing, so that they
// are left out.
func isComputed(name string) bool {
	return slices.Contains([]string{"arn", "id", "key_id", "policy", "primary_key_arn", "region", "grant_id", "grant_token"}, name)
}

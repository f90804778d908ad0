package source

import (
	"encoding/json"
	"fmt"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// plan is a plan, or a state as a plan that changes nothing.
type plan struct {
	instances []instance
	config    *tfjson.Config
	variables map[string]*tfjson.PlanVariable
	defaults  Defaults
	// deferred are the data sources that are read when the plan is applied.
	deferred []instance
	// lookups are what data sources found of each provider, by its key.
	lookups map[string]provider
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
	p := &plan{instances: instancesOfState(rootOf(state.Values)), defaults: defaults}
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
	p := &plan{instances: instancesOfChanges(whole.ResourceChanges), config: whole.Config, variables: whole.Variables, defaults: defaults}
	if len(p.instances) == 0 {
		p.instances = instancesOfState(rootOf(whole.PlannedValues))
	}
	var prior []instance
	if whole.PriorState != nil {
		prior = instancesOfState(rootOf(whole.PriorState.Values))
	}
	p.lookUp(prior)
	file := p.file(Plan)
	var whether struct{ Errored bool }
	if err := json.Unmarshal(data, &whether); err == nil && whether.Errored {
		file.Notes = append(file.Notes, "Terraform ended this plan with errors, so keys and policies may be missing in it")
	} else if whole.Complete != nil && !*whole.Complete {
		file.Notes = append(file.Notes, "the plan is a part, by -target or since changes are deferred; other keys and policies may be missing in it")
	}
	return file, nil
}

func (p *plan) file(format Format) File {
	file := File{Format: format}
	var resources []resource
	unread := map[string]instance{}
	for _, i := range p.instances {
		isKeyOrOf := i.mode != tfjson.DataResourceMode && (slices.Contains(keyTypes, i.kind) || i.kind == grantType)
		switch {
		case i.mode == tfjson.DataResourceMode && i.kind == documentType:
			p.deferred = append(p.deferred, i)
		case !isKeyOrOf:
		case i.change == Delete || i.deposed:
			if isKey(i.kind) {
				file.lose(i, Delete)
			} else if i.kind == keyPolicyType && !i.deposed {
				resources = append(resources, resource{address: i.address, module: i.module, kind: i.kind, name: i.name, change: Delete, values: i.before})
			}
		case i.change == Forget:
			file.Notes = append(file.Notes, fmt.Sprintf("%s is left out: the plan lets it be and forgets it", i.address))
		default:
			if i.change == Replace && isKey(i.kind) {
				file.lose(i, Replace)
			}
			unread[i.address] = i
			resources = append(resources, p.resource(i))
		}
	}
	file.Keys = assemble(resources, p.defaults, func(r, key resource) (keypolicy.Document, bool, error) {
		return p.policy(unread[r.address], r, key)
	})
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

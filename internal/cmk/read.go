package cmk

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Kind says what a file is.
type Kind string

const (
	Plan        Kind = "plan"
	State       Kind = "state"
	Synthesized Kind = "stack"
)

// Input is what a file holds: the stacks to examine, which are the modules of a
// plan or state.
type Input struct {
	Kind   Kind
	Stacks []*Stack
	// Notes are what the file itself says that it leaves open.
	Notes []Issue
}

// resolvedFile is what of a plan or state is read. It is decoded with the types
// of terraform-json, but for what is not needed, which takes most of the memory.
type resolvedFile struct {
	FormatVersion string                          `json:"format_version"`
	Variables     map[string]*tfjson.PlanVariable `json:"variables"`
	PlannedValues *tfjson.StateValues             `json:"planned_values"`
	PriorState    *struct {
		Values *tfjson.StateValues `json:"values"`
	} `json:"prior_state"`
	Values        *tfjson.StateValues `json:"values"`
	Configuration *tfjson.Config      `json:"configuration"`
	Changes       []resourceChange    `json:"resource_changes"`
	Deferred      []struct {
		Reason string         `json:"reason"`
		Change resourceChange `json:"resource_change"`
	} `json:"deferred_changes"`
	Actions []struct {
		Address string `json:"address"`
		Type    string `json:"type"`
	} `json:"action_invocations"`
	Errored  bool  `json:"errored"`
	Complete *bool `json:"complete"`

	Resource any `json:"resource"`
	Module   any `json:"module"`
}

type resourceChange struct {
	Address string `json:"address"`
	Type    string `json:"type"`
	Deposed string `json:"deposed"`
	Change  struct {
		Actions      []string `json:"actions"`
		AfterUnknown any      `json:"after_unknown"`
	} `json:"change"`
}

// Read reads a plan or state as "terraform show -json" writes it, or a stack in
// Terraform's JSON syntax. It refuses what is none of them, and what holds no
// resource and no module.
func Read(name string, content []byte) (Input, error) {
	var file resolvedFile
	if err := json.Unmarshal(content, &file); err != nil {
		return Input{}, fmt.Errorf("%s: is no JSON of Terraform: %w; make it with terraform show -json", name, err)
	}
	file.prune()
	switch {
	case file.FormatVersion == "" && file.PlannedValues == nil && file.Values == nil:
		return readStack(name, content)
	case !strings.HasPrefix(file.FormatVersion, "0.") && !strings.HasPrefix(file.FormatVersion, "1."):
		return Input{}, fmt.Errorf("%s: has the format_version %q; must be 0.x or 1.x, see Terraform, \"JSON Output Format\"", name, file.FormatVersion)
	case file.Errored:
		return Input{}, fmt.Errorf("%s: is a plan that failed, which lacks resources; plan again", name)
	}
	input := Input{Kind: Plan}
	values := file.PlannedValues
	if values == nil {
		input.Kind, values = State, file.Values
	}
	if values == nil || values.RootModule == nil {
		return Input{}, fmt.Errorf("%s: holds no values; it must be what terraform show -json writes for a plan or a state", name)
	}
	reader := newPlanReader(name, &file)
	reader.module(values.RootModule, reader.rootConfig(), nil, nil)
	if file.PriorState != nil && file.PriorState.Values != nil {
		reader.prior(file.PriorState.Values.RootModule)
	}
	input.Stacks, input.Notes = reader.stacks, reader.notes(&file)
	return input, holdsSomething(name, input)
}

// prune takes out what is null where there must be something.
func (f *resolvedFile) prune() {
	for _, values := range []*tfjson.StateValues{f.PlannedValues, f.Values} {
		if values != nil {
			pruneModule(values.RootModule)
		}
	}
	if f.PriorState != nil && f.PriorState.Values != nil {
		pruneModule(f.PriorState.Values.RootModule)
	}
	maps.DeleteFunc(f.Variables, func(_ string, variable *tfjson.PlanVariable) bool { return variable == nil })
	if f.Configuration != nil {
		maps.DeleteFunc(f.Configuration.ProviderConfigs, func(_ string, config *tfjson.ProviderConfig) bool { return config == nil })
		pruneConfig(f.Configuration.RootModule)
	}
}

func pruneModule(module *tfjson.StateModule) {
	if module == nil {
		return
	}
	module.Resources = slices.DeleteFunc(module.Resources, func(r *tfjson.StateResource) bool { return r == nil })
	module.ChildModules = slices.DeleteFunc(module.ChildModules, func(child *tfjson.StateModule) bool { return child == nil })
	for _, child := range module.ChildModules {
		pruneModule(child)
	}
}

func pruneConfig(module *tfjson.ConfigModule) {
	if module == nil {
		return
	}
	module.Resources = slices.DeleteFunc(module.Resources, func(r *tfjson.ConfigResource) bool { return r == nil })
	maps.DeleteFunc(module.Outputs, func(_ string, output *tfjson.ConfigOutput) bool { return output == nil })
	maps.DeleteFunc(module.Variables, func(_ string, variable *tfjson.ConfigVariable) bool { return variable == nil })
	maps.DeleteFunc(module.ModuleCalls, func(_ string, call *tfjson.ModuleCall) bool { return call == nil })
	for _, call := range module.ModuleCalls {
		pruneConfig(call.Module)
	}
}

func readStack(name string, content []byte) (Input, error) {
	var decoded any
	if err := json.Unmarshal(content, &decoded); err != nil {
		return Input{}, fmt.Errorf("%s: is no JSON: %w", name, err)
	}
	stack, err := NewStack(name, decoded)
	if err != nil {
		return Input{}, err
	}
	input := Input{Kind: Synthesized, Stacks: []*Stack{stack}}
	return input, holdsSomething(name, input)
}

func holdsSomething(name string, input Input) error {
	for _, stack := range input.Stacks {
		if stack.Holds() {
			return nil
		}
	}
	return fmt.Errorf("%s: is a %s without a resource or a module, so nothing was examined", name, input.Kind)
}

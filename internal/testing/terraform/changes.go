package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Changes returns what a plan would change, one line an attribute or output:
//
//	aws_kms_key.data: update: rotation_period_in_days: 365 -> 180
//	aws_kms_alias.data: create
//	output data_key_id: create
//
// It is empty for a plan that changes nothing. Reading a data source is no
// change.
func Changes(plan *tfjson.Plan) []string {
	var lines []string
	for _, resource := range plan.ResourceChanges {
		actions := resource.Change.Actions
		if actions.NoOp() || actions.Read() {
			continue
		}
		head := fmt.Sprintf("%s: %s", resource.Address, verb(actions))
		if actions.Create() || actions.Delete() {
			lines = append(lines, head)
			continue
		}
		lines = append(lines, attributes(head, resource.Change)...)
	}
	for _, name := range slices.Sorted(maps.Keys(plan.OutputChanges)) {
		change := plan.OutputChanges[name]
		if change.Actions.NoOp() {
			continue
		}
		head := fmt.Sprintf("output %s: %s", name, verb(change.Actions))
		if change.Actions.Update() {
			head += fmt.Sprintf(": %s -> %s", show(change.Before), after(change, change.AfterUnknown))
		}
		lines = append(lines, head)
	}
	return lines
}

// list renders lines as the indented list of a failure message.
func list(lines []string) string { return "  " + strings.Join(lines, "\n  ") }

func verb(actions tfjson.Actions) string {
	if actions.Replace() {
		return "replace"
	}
	verbs := make([]string, len(actions))
	for i, action := range actions {
		verbs[i] = string(action)
	}
	return strings.Join(verbs, "/")
}

// attributes returns a line for every attribute that differs.
func attributes(head string, change *tfjson.Change) []string {
	before, _ := change.Before.(map[string]any)
	next, _ := change.After.(map[string]any)
	unknown, _ := change.AfterUnknown.(map[string]any)

	names := map[string]bool{}
	for _, values := range []map[string]any{before, next, unknown} {
		for name := range values {
			names[name] = true
		}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		old := show(before[name])
		found := after(&tfjson.Change{After: next[name]}, unknown[name])
		if old != found {
			lines = append(lines, fmt.Sprintf("%s: %s: %s -> %s", head, name, old, found))
		}
	}
	if len(lines) == 0 {
		// For example a sensitive value: the plan knows of a change it does not show.
		lines = append(lines, head)
	}
	return lines
}

func after(change *tfjson.Change, unknown any) string {
	if unknown == true {
		return "(known after apply)"
	}
	return show(change.After)
}

func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

// text returns a JSON string as it is and other JSON without white space.
func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	var compact bytes.Buffer
	if json.Compact(&compact, value) != nil {
		return string(value)
	}
	return compact.String()
}

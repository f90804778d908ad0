package access

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind says what a mutation takes away.
type Kind string

// The kinds of mutations.
const (
	// Statement takes away a whole statement.
	Statement Kind = "statement"
	// Condition takes away one condition: one operator on one key.
	Condition Kind = "condition"
	// Value takes away one of several values of a condition, a principal or a
	// list of actions.
	Value Kind = "value"
)

// Mutation is a policy that lacks one part of another.
type Mutation struct {
	// Name says what is taken away, for example
	// "AllowUseThroughS3 without StringEquals kms:ViaService".
	Name string
	// Sid is the statement that it is taken from.
	Sid string
	// Kind is what it is.
	Kind Kind
	// Policy is what is left, as JSON.
	Policy string

	reach reach
}

// Mutations returns every policy that lacks one statement, one condition or one
// of several values, in the order of the policy given.
func Mutations(policy string) ([]Mutation, error) {
	var original document
	if err := json.Unmarshal([]byte(policy), &original); err != nil {
		return nil, fmt.Errorf("not a policy in JSON: %w", err)
	}
	var mutations []Mutation
	for i, statement := range original.Statement {
		sid, ok := statement["Sid"].(string)
		if !ok {
			sid = fmt.Sprintf("statement %d", i)
		}
		// add takes something away from a copy of the policy.
		add := func(kind Kind, what string, effect effect, change func(d *document)) error {
			var copied document
			if err := json.Unmarshal([]byte(policy), &copied); err != nil {
				return err
			}
			change(&copied)
			text, err := json.Marshal(copied)
			if err != nil {
				return err
			}
			name := "without " + sid
			if what != "" {
				name = sid + " without " + what
			}
			mutations = append(mutations, Mutation{
				Name: name, Sid: sid, Kind: kind, Policy: string(text), reach: reachOf(statement, effect),
			})
			return nil
		}
		if err := mutateStatement(i, statement, add); err != nil {
			return nil, err
		}
	}
	return mutations, nil
}

// document is a policy. Its parts stay maps, because a mutation must leave all
// but one of them as they are.
type document struct {
	Version   string           `json:"Version,omitempty"`
	ID        string           `json:"Id,omitempty"`
	Statement []map[string]any `json:"Statement"`
}

// adder adds a mutation that takes something of some kind away.
type adder func(kind Kind, what string, effect effect, change func(*document)) error

func mutateStatement(i int, statement map[string]any, add adder) error {
	err := add(Statement, "", narrower, func(d *document) { d.Statement = slices.Delete(d.Statement, i, i+1) })
	if err != nil {
		return err
	}
	conditions, _ := statement["Condition"].(map[string]any)
	for _, operator := range slices.Sorted(maps.Keys(conditions)) {
		keys, _ := conditions[operator].(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			err := add(Condition, operator+" "+key, wider, func(d *document) {
				dropCondition(d.Statement[i], operator, key)
			})
			if err != nil {
				return err
			}
			if err := mutateList(keys[key], operator+" "+key, either, add, func(d *document) (map[string]any, string) {
				return d.Statement[i]["Condition"].(map[string]any)[operator].(map[string]any), key
			}); err != nil {
				return err
			}
		}
	}
	if err := mutateList(statement["Action"], "Action", narrower, add, func(d *document) (map[string]any, string) {
		return d.Statement[i], "Action"
	}); err != nil {
		return err
	}
	principals, _ := statement["Principal"].(map[string]any)
	for _, kind := range slices.Sorted(maps.Keys(principals)) {
		if err := mutateList(principals[kind], kind, narrower, add, func(d *document) (map[string]any, string) {
			return d.Statement[i]["Principal"].(map[string]any), kind
		}); err != nil {
			return err
		}
	}
	return nil
}

// dropCondition also takes an operator away that has no other key: an empty one
// is not valid.
func dropCondition(statement map[string]any, operator, key string) {
	conditions := statement["Condition"].(map[string]any)
	keys := conditions[operator].(map[string]any)
	delete(keys, key)
	if len(keys) == 0 {
		delete(conditions, operator)
	}
	if len(conditions) == 0 {
		delete(statement, "Condition")
	}
}

// mutateList takes away each of several values; place says where the list is in
// a copy of the policy.
func mutateList(list any, what string, effect effect, add adder, place func(*document) (map[string]any, string)) error {
	several, _ := list.([]any)
	if len(several) < 2 {
		return nil
	}
	for i, value := range several {
		name := strings.TrimSpace(fmt.Sprintf("%s %v", what, value))
		err := add(Value, name, effect, func(d *document) {
			parent, key := place(d)
			parent[key] = slices.Delete(slices.Clone(parent[key].([]any)), i, i+1)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// batch is one line to simulate.mjs.
type batch struct {
	Policies map[string]policy `json:"policies"`
	Requests []question        `json:"requests"`

	names map[text]string
}

type policy struct {
	Kind     string          `json:"kind"`
	Document json.RawMessage `json:"document"`
}

type question struct {
	KeyPolicy  string         `json:"keyPolicy"`
	Identity   []string       `json:"identity,omitempty"`
	Boundary   []string       `json:"boundary,omitempty"`
	Control    []string       `json:"control,omitempty"`
	Resource   []string       `json:"resource,omitempty"`
	Principal  string         `json:"principal"`
	Action     string         `json:"action"`
	Key        string         `json:"key"`
	KeyAccount string         `json:"keyAccount"`
	Context    map[string]any `json:"context"`
}

// text is a policy as a request holds it.
type text struct{ kind, document string }

func newBatch() *batch {
	return &batch{Requests: []question{}, Policies: map[string]policy{}, names: map[text]string{}}
}

func (b *batch) add(r Request) error {
	if err := r.check(); err != nil {
		return err
	}
	asked := question{
		Principal: r.Principal, Action: r.Action, Key: r.KeyArn, KeyAccount: accountOf(r.KeyArn),
		Context: map[string]any{},
	}
	for key, values := range r.FullContext() {
		if slices.Contains(multivalued, strings.ToLower(key)) {
			asked.Context[key] = values
		} else {
			asked.Context[key] = values[0]
		}
	}
	var err error
	if asked.KeyPolicy, err = b.name("resource", r.KeyPolicy); err != nil {
		return err
	}
	if asked.Identity, err = b.list("identity", r.IdentityPolicy); err != nil {
		return err
	}
	if asked.Boundary, err = b.list("identity", r.Boundary); err != nil {
		return err
	}
	if asked.Control, err = b.list("control", r.ControlPolicies...); err != nil {
		return err
	}
	if asked.Resource, err = b.list("resource control", r.ResourceControlPolicies...); err != nil {
		return err
	}
	b.Requests = append(b.Requests, asked)
	return nil
}

// name puts a policy into the batch once and returns its name there.
func (b *batch) name(kind, document string) (string, error) {
	if name, ok := b.names[text{kind, document}]; ok {
		return name, nil
	}
	if !json.Valid([]byte(document)) {
		return "", fmt.Errorf("the %s policy is not JSON: %.100s", kind, document)
	}
	name := fmt.Sprintf("%s%d", kind, len(b.names))
	b.names[text{kind, document}] = name
	b.Policies[name] = policy{Kind: kind, Document: json.RawMessage(document)}
	return name, nil
}

// list names the policies that there are.
func (b *batch) list(kind string, documents ...string) ([]string, error) {
	var names []string
	for _, document := range documents {
		if document == "" {
			continue
		}
		name, err := b.name(kind, document)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

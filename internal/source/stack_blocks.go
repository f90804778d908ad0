package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// oneOrMore is a block, or a list of them: Terraform takes both wherever a block
// may be repeated. Anything else is none. See Terraform's documentation, "JSON
// Configuration Syntax".
type oneOrMore[T any] []T

func (l *oneOrMore[T]) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '[':
		return json.Unmarshal(data, (*[]T)(l))
	case '{':
		*l = make([]T, 1)
		return json.Unmarshal(data, &(*l)[0])
	}
	return nil
}

// blocks are resources or data sources by type and name. Each is decoded when it
// is asked for: a stack has many, and most are no keys.
type blocks map[string]map[string]json.RawMessage

// block is nil where there is none of that name.
func (b blocks) block(kind, name string) map[string]any {
	return decodeBlock(b[kind][name])
}

func (b blocks) names(kind string) []string { return slices.Sorted(maps.Keys(b[kind])) }

// decodeBlock keeps numbers as they are written: an account's id may be one.
func decodeBlock(data []byte) map[string]any {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var block map[string]any
	// What is no object is no block.
	_ = decoder.Decode(&block)
	return block
}

// UnmarshalJSON reads blocks with a type and a name. CDKTF writes objects all the
// way, which are read at once; lists are looked for where that fails.
func (b *blocks) UnmarshalJSON(data []byte) error {
	var plain map[string]map[string]json.RawMessage
	if json.Unmarshal(data, &plain) == nil && blocks(plain).areObjects() {
		*b = plain
		return nil
	}
	var given oneOrMore[map[string]oneOrMore[map[string]oneOrMore[json.RawMessage]]]
	if err := json.Unmarshal(data, &given); err != nil {
		return err
	}
	*b = blocks{}
	for _, types := range given {
		for kind, named := range types {
			if (*b)[kind] == nil {
				(*b)[kind] = map[string]json.RawMessage{}
			}
			for _, names := range named {
				for name, found := range names {
					if _, twice := (*b)[kind][name]; len(found) > 1 || twice {
						return fmt.Errorf("it has the block %s.%s twice", kind, name)
					}
					if len(found) == 1 {
						(*b)[kind][name] = found[0]
					}
				}
			}
		}
	}
	return nil
}

// areObjects reports whether each block is one.
func (b blocks) areObjects() bool {
	for _, named := range b {
		for _, block := range named {
			if block[0] != '{' {
				return false
			}
		}
	}
	return true
}

func decodeStack(data []byte) (*stack, error) {
	var content struct {
		Resource blocks                                           `json:"resource"`
		Data     blocks                                           `json:"data"`
		Provider oneOrMore[map[string]oneOrMore[json.RawMessage]] `json:"provider"`
		Module   oneOrMore[map[string]json.RawMessage]            `json:"module"`
		Locals   oneOrMore[json.RawMessage]                       `json:"locals"`
		Import   oneOrMore[struct{ To string }]                   `json:"import"`
	}
	if err := json.Unmarshal(data, &content); err != nil {
		return nil, fmt.Errorf("is no synthesized stack: %w", err)
	}
	s := &stack{resources: content.Resource, data: content.Data, locals: map[string]any{}, worked: map[string]*any{}, read: map[string]provider{}, texts: map[string]any{}}
	for _, names := range content.Provider {
		for _, config := range names["aws"] {
			s.providers = append(s.providers, decodeBlock(config))
		}
	}
	for _, calls := range content.Module {
		s.modules = append(s.modules, slices.Sorted(maps.Keys(calls))...)
	}
	for _, imported := range content.Import {
		s.imported = append(s.imported, imported.To)
	}
	for _, values := range content.Locals {
		maps.Copy(s.locals, decodeBlock(values))
	}
	return s, nil
}

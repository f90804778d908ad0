package keypolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Limits of what [Parse] reads. The largest policy that AWS takes is
// [MaxSize] without blanks; its deepest element is a value in the list of a
// condition.
const (
	maxInput = 1 << 20
	maxDepth = 8
)

// node is a JSON value that keeps what decoding into Go types would lose: the
// order of members, duplicate names, and how numbers were written.
type node struct {
	// kind is 'o' for an object, 'a' for an array, 's' for a string, 'v' for a
	// number or a truth value, '0' for null.
	kind    byte
	text    string
	items   []node
	members []member
}

type member struct {
	name  string
	value node
}

func (n node) String() string {
	switch n.kind {
	case 'o':
		return "an object"
	case 'a':
		return "a list"
	case 's':
		return fmt.Sprintf("%q", n.text)
	case 'v':
		return n.text
	}
	return "null"
}

func readTree(data []byte) (node, error) {
	if len(data) > maxInput {
		return node{}, fmt.Errorf("has %d bytes; a policy may have %d to be read here, and AWS takes %d", len(data), maxInput, MaxSize)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	root, err := readNode(decoder, 1)
	if err != nil {
		return node{}, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return node{}, fmt.Errorf("holds more than one JSON value")
	}
	return root, nil
}

func readNode(decoder *json.Decoder, depth int) (node, error) {
	token, err := decoder.Token()
	if err != nil {
		return node{}, fmt.Errorf("is not valid JSON: %w", whole(err))
	}
	switch value := token.(type) {
	case json.Delim:
		if depth > maxDepth {
			return node{}, fmt.Errorf("is nested more than %d deep; no policy is", maxDepth)
		}
		if value == '{' {
			return readObject(decoder, depth)
		}
		return readArray(decoder, depth)
	case string:
		return node{kind: 's', text: value}, nil
	case json.Number:
		return node{kind: 'v', text: value.String()}, nil
	case bool:
		return node{kind: 'v', text: fmt.Sprint(value)}, nil
	}
	return node{kind: '0'}, nil
}

func readObject(decoder *json.Decoder, depth int) (node, error) {
	object := node{kind: 'o'}
	names := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return node{}, fmt.Errorf("is not valid JSON: %w", whole(err))
		}
		name := token.(string)
		if names[name] {
			return node{}, fmt.Errorf("has %q twice in one object", name)
		}
		names[name] = true
		value, err := readNode(decoder, depth+1)
		if err != nil {
			return node{}, err
		}
		object.members = append(object.members, member{name, value})
	}
	return object, closing(decoder)
}

func readArray(decoder *json.Decoder, depth int) (node, error) {
	array := node{kind: 'a'}
	for decoder.More() {
		value, err := readNode(decoder, depth+1)
		if err != nil {
			return node{}, err
		}
		array.items = append(array.items, value)
	}
	return array, closing(decoder)
}

func closing(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return fmt.Errorf("is not valid JSON: %w", whole(err))
	}
	return nil
}

// whole words the end of the input for people.
func whole(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ends early")
	}
	return err
}

package environments

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// fieldPath leads to a value of the file. Its steps are strings, the keys of
// maps, and ints, the places in lists.
type fieldPath []any

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// String writes the path as messages show it: environments.prod.services[0].
func (p fieldPath) String() string {
	var b strings.Builder
	for i, step := range p {
		switch step := step.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(step) + "]")
		case string:
			if !plainKey.MatchString(step) {
				b.WriteString("[" + quote(step) + "]")
				continue
			}
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}

// with returns a longer path and leaves p alone.
func (p fieldPath) with(step any) fieldPath {
	return append(slices.Clip(p), step)
}

// lookup follows the path as far as the file goes. It returns the last value
// on the way, the node that introduces it (its key, or in a list itself) and
// the number of steps taken.
func lookup(root *yaml.Node, p fieldPath) (at, value *yaml.Node, steps int) {
	at, value = root, root
	for ; steps < len(p); steps++ {
		nextAt, next := child(value, p[steps])
		if next == nil {
			break
		}
		at, value = nextAt, next
	}
	return at, value, steps
}

func child(node *yaml.Node, step any) (at, value *yaml.Node) {
	switch step := step.(type) {
	case int:
		if node.Kind == yaml.SequenceNode && step >= 0 && step < len(node.Content) {
			return node.Content[step], node.Content[step]
		}
	case string:
		if node.Kind != yaml.MappingNode {
			return nil, nil
		}
		for i := 0; i < len(node.Content); i += 2 {
			if key := node.Content[i]; isString(key) && key.Value == step {
				return key, node.Content[i+1]
			}
		}
	}
	return nil, nil
}

// find returns the value at the path, or nil.
func find(root *yaml.Node, p fieldPath) *yaml.Node {
	_, value, steps := lookup(root, p)
	if steps < len(p) {
		return nil
	}
	return value
}

// stringAt returns the string at the path, or nothing.
func stringAt(root *yaml.Node, p fieldPath) string {
	if value := find(root, p); value != nil && isString(value) {
		return value.Value
	}
	return ""
}

// names returns the names in a map in the file's order.
func names(node *yaml.Node) []string {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	var names []string
	for i := 0; i < len(node.Content); i += 2 {
		if key := node.Content[i]; isString(key) && !slices.Contains(names, key.Value) {
			names = append(names, key.Value)
		}
	}
	return names
}

// isString says whether a node is a string that this package reads: a type tag
// that makes one is refused.
func isString(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Tag == "!!str" && node.Style&yaml.TaggedStyle == 0
}

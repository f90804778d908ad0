package environments

import (
	"encoding/json"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// valueReader turns YAML nodes into the JSON values that the schema speaks of,
// and refuses what YAML has and JSON has not.
type valueReader struct {
	name     string
	problems []Problem

	// refused holds the paths of the values that have their problem already.
	refused map[string]bool
}

// notAWholeNumber stands for every number that is not written in plain digits:
// it fits no field. YAML reads 0365 as octal and 1_000 as a thousand, which
// hardly anyone means.
const notAWholeNumber = json.Number("0.5")

var plainDigits = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

func (r *valueReader) read(node *yaml.Node, at fieldPath) any {
	if node.Anchor != "" {
		r.report(node, at, anchor(node.Anchor))
	}
	switch {
	case node.Kind == yaml.AliasNode:
		return r.refuse(node, at, alias(node.Value))
	case node.Style&yaml.TaggedStyle != 0:
		return r.refuse(node, at, typeTag(node.Tag))
	case node.Kind == yaml.MappingNode:
		return r.readMap(node, at)
	case node.Kind == yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, item := range node.Content {
			list[i] = r.read(item, at.with(i))
		}
		return list
	default:
		return scalar(node)
	}
}

func (r *valueReader) readMap(node *yaml.Node, at fieldPath) any {
	values := map[string]any{}
	lines := map[string]int{}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case key.Tag == "!!merge":
			r.report(key, at, mergeKey)
		case !isString(key):
			r.report(key, at, notAName(key))
		case lines[key.Value] != 0:
			r.report(key, at.with(key.Value), duplicate(lines[key.Value]))
		default:
			if key.Anchor != "" {
				r.report(key, at.with(key.Value), anchor(key.Anchor))
			}
			lines[key.Value] = key.Line
			values[key.Value] = r.read(value, at.with(key.Value))
		}
	}
	return values
}

func scalar(node *yaml.Node) any {
	switch node.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return node.Value == "true" || node.Value == "True" || node.Value == "TRUE"
	case "!!int", "!!float":
		if _, err := strconv.Atoi(node.Value); err != nil || !plainDigits.MatchString(node.Value) {
			return notAWholeNumber
		}
		return json.Number(node.Value)
	default:
		return node.Value
	}
}

func (r *valueReader) report(node *yaml.Node, at fieldPath, text string) {
	r.problems = append(r.problems, Problem{Position{r.name, node.Line, at.String()}, text})
}

func (r *valueReader) refuse(node *yaml.Node, at fieldPath, text string) any {
	r.report(node, at, text)
	if r.refused == nil {
		r.refused = map[string]bool{}
	}
	r.refused[at.String()] = true
	return nil
}

package environments

import "go.yaml.in/yaml/v3"

// plainReader refuses what YAML has and this file has not: aliases, anchors, merge
// keys, type tags, names that are no strings, and names written twice.
type plainReader struct {
	file     string
	problems []Problem

	// refused holds the paths of the values that cannot be looked into.
	refused map[string]bool
}

func (r *plainReader) read(node *yaml.Node, at fieldPath) {
	if node.Anchor != "" {
		r.report(node, at, anchor(node.Anchor))
	}
	switch {
	case node.Kind == yaml.AliasNode:
		r.refuse(node, at, alias(node.Value))
	case node.Style&yaml.TaggedStyle != 0:
		r.refuse(node, at, typeTag(node.Tag))
	case node.Kind == yaml.MappingNode:
		r.readMap(node, at)
	case node.Kind == yaml.SequenceNode:
		for i, item := range node.Content {
			r.read(item, at.with(i))
		}
	}
}

func (r *plainReader) readMap(node *yaml.Node, at fieldPath) {
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
			r.read(value, at.with(key.Value))
		}
	}
}

func (r *plainReader) report(node *yaml.Node, at fieldPath, text string) {
	r.problems = append(r.problems, Problem{Position{r.file, node.Line, at.String()}, text})
}

func (r *plainReader) refuse(node *yaml.Node, at fieldPath, text string) {
	r.report(node, at, text)
	r.refused[at.String()] = true
}

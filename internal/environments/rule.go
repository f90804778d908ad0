package environments

import "go.yaml.in/yaml/v3"

// rule is what a value of the file may be. The reader checks values by it, and
// the schema tells it to editors.
type rule interface {
	// must says it in words, to follow "must be".
	must() string

	// check reports what is wrong with the value at a path.
	check(c *checker, value *yaml.Node, at fieldPath)

	// schema says it in JSON Schema. What a construct checks, and not the reader,
	// is in it as well.
	schema(comments Comments) object

	// hint says, in a sentence for the description of a field, what the field takes
	// beyond its type. Empty means nothing.
	hint() string
}

// checker holds values of a file against their rules and collects the problems.
type checker struct {
	name     string
	root     *yaml.Node
	problems []Problem

	// refused holds the paths of values that cannot be looked into.
	refused map[string]bool

	// reported holds the paths that have a problem: the first is the one to mend.
	reported map[string]bool
}

func (c *checker) report(at fieldPath, text string) {
	if path := at.String(); !c.reported[path] {
		c.reported[path] = true
		c.problems = append(c.problems, Problem{position(c.name, c.root, at), text})
	}
}

// value checks one value.
func (c *checker) value(value *yaml.Node, at fieldPath, r rule) {
	switch {
	case c.refused[at.String()]:
	case isString(value) && isReference(value.Value):
		c.report(at, reference(value.Value))
	default:
		r.check(c, value, at)
	}
}

// entries calls a function with every name of a map, where it stands first, and
// its value.
func entries(node *yaml.Node, each func(name string, value *yaml.Node)) {
	for _, name := range names(node) {
		_, value := child(node, name)
		each(name, value)
	}
}

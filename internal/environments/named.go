package environments

import "go.yaml.in/yaml/v3"

// named is a map whose names the file chooses.
type named struct {
	names  text
	values rule

	// words say what it must be.
	words string

	// atLeastOne refuses a map without names.
	atLeastOne bool
}

func (n named) must() string { return n.words }

func (n named) check(c *checker, value *yaml.Node, at fieldPath) {
	if value.Kind != yaml.MappingNode {
		c.report(at, wrongSort(value, n))
		return
	}
	if n.atLeastOne && len(value.Content) == 0 {
		c.report(at, mustBe("an empty map", n.must()))
	}
	entries(value, func(name string, value *yaml.Node) {
		if isReference(name) {
			c.report(at.with(name), reference(name))
		} else if words := n.names.wrong(name); words != "" {
			c.report(at.with(name), badName(name, words))
		}
		c.value(value, at.with(name), n.values)
	})
}

func (n named) hint() string {
	hint := ""
	if names := n.names.hint(); names != "" {
		hint = "each name " + names
	}
	if values := n.values.hint(); values != "" {
		hint += "; each value " + values
	}
	return hint
}

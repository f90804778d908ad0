package environments

import "go.yaml.in/yaml/v3"

// list is a list of values of one rule. No string stands in it twice.
type list struct {
	items rule

	// words say what it must be, where that is more than a list of its items.
	words string

	// atLeastOne refuses a list without items.
	atLeastOne bool
}

func (l list) must() string {
	if l.words != "" {
		return l.words
	}
	if items, ok := l.items.(*section); ok {
		return "a list of maps, each with " + items.requiredFields() + ", or [] for none"
	}
	return "a list of strings, or [] for none"
}

func (l list) check(c *checker, value *yaml.Node, at fieldPath) {
	if value.Kind != yaml.SequenceNode {
		c.report(at, wrongSort(value, l))
		return
	}
	if l.atLeastOne && len(value.Content) == 0 {
		c.report(at, mustBe("an empty list", l.must()))
	}
	lines := map[string]int{}
	for i, item := range value.Content {
		c.value(item, at.with(i), l.items)
		if !isString(item) {
			continue
		}
		if line := lines[item.Value]; line != 0 {
			c.report(at.with(i), repeated(item.Value, line))
			continue
		}
		lines[item.Value] = item.Line
	}
}

func (l list) hint() string {
	if hint := l.items.hint(); hint != "" {
		return "each " + hint
	}
	return ""
}

package cmk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Each part of each rule matters: without it, something that is right, wrong or
// unknown is judged otherwise. The rules are those of both versions of the
// provider, and the parts are taken away one by one.
func TestEachPartOfARuleTakenAwayChangesSomething(t *testing.T) {
	taken := 0
	for i, version := range []string{"5.100.0", "6.66.0"} {
		table, rules := Tables()[i], rulesOf(readVersion(version))
		for _, name := range slices.Sorted(maps.Keys(rules)) {
			rule := rules[name]
			if _, has := table.Types[name]; !has || rule.ignored != "" {
				continue
			}
			variants := variantsOf(name, rule)
			before := judgedBy(t, version, name, rule, variants)
			for at, key := range rule.keys {
				if key.ignored != "" || !table.has(name, key.plainPath()) {
					continue
				}
				for part, less := range partsOf(key) {
					changed := rule
					changed.keys = slices.Clone(rule.keys)
					if part == "the key" {
						changed.keys = slices.Delete(changed.keys, at, at+1)
					} else {
						changed.keys[at] = less
					}
					taken++
					if slices.Equal(before, judgedBy(t, version, name, changed, variants)) {
						t.Errorf("%s, provider %s: nothing changes without %s of %s", name, version, part, key.plainPath())
					}
				}
			}
		}
	}
	if taken < 750 {
		t.Errorf("%d parts were taken away, want those of all rules", taken)
	}
	t.Logf("%d parts taken away", taken)
}

// partsOf are what is left of a key without one of its parts, by that.
func partsOf(k key) map[string]key {
	parts := map[string]key{"the key": k}
	for i, setting := range k.with {
		less := k
		less.with = slices.Delete(slices.Clone(k.with), i, i+1)
		parts["the switch "+setting.name] = less
	}
	for i, setting := range k.where {
		less := k
		less.where = slices.Delete(slices.Clone(k.where), i, i+1)
		parts["the setting "+setting.name] = less
	}
	for i, name := range k.unlessSet {
		less := k
		less.unlessSet = slices.Delete(slices.Clone(k.unlessSet), i, i+1)
		parts["what does away with it, "+name] = less
	}
	for i, name := range k.whereSet {
		less := k
		less.whereSet = slices.Delete(slices.Clone(k.whereSet), i, i+1)
		parts["what asks for it, "+name] = less
	}
	for i, condition := range k.onlyIf {
		less := k
		less.onlyIf = slices.Delete(slices.Clone(k.onlyIf), i, i+1)
		parts["the condition "+condition.path] = less
	}
	if k.optional {
		less := k
		less.optional = false
		parts["that it is looked at if given"] = less
	}
	return parts
}

// variantsOf are resources of a type: right, and with one thing after the other
// missing, off, of AWS or by variable.
func variantsOf(name string, rule rule) []object {
	variants := []object{complete(name, rule, nil)}
	for _, key := range rule.keys {
		if key.ignored != "" {
			continue
		}
		path := key.plainPath()
		with := func(changes ...any) {
			values := complete(name, rule, &key)
			for i := 0; i < len(changes); i += 2 {
				put(values, changes[i].(string), changes[i+1])
			}
			variants = append(variants, values)
		}
		with(path, nil)
		with(path, "alias/aws/service")
		with(path, "${var.key}")
		for _, setting := range slices.Concat(key.with, key.where) {
			with(beside(key, setting), "OFF")
			with(beside(key, setting), nil)
			with(path, nil, beside(key, setting), "OFF")
		}
		for _, other := range key.unlessSet {
			with(path, nil, other, "set")
			without(variants[len(variants)-1], key.path)
		}
		for _, other := range key.whereSet {
			none := []any{path, nil}
			for _, name := range key.whereSet {
				none = append(none, name, nil)
			}
			with(none...)
			with(append(none, other, "set")...)
		}
		for _, condition := range key.onlyIf {
			with(path, nil, condition.path, fmt.Sprint(condition.not))
		}
		values := complete(name, rule, &key)
		without(values, key.path)
		variants = append(variants, values)
	}
	return variants
}

// judgedBy is what is said of resources of a type by a rule for it.
func judgedBy(t *testing.T, version, name string, by rule, variants []object) []string {
	t.Helper()
	rules := maps.Clone(rulesOf(readVersion(version)))
	rules[name] = by
	var all []string
	for _, values := range variants {
		stack, err := NewStack("prod", object{"terraform": object{"required_providers": object{"aws": object{"version": version}}},
			"resource": object{"aws_kms_key": object{"k": object{}}, name: object{"it": values}}})
		if err != nil {
			t.Fatal(err)
		}
		found := examineBy(func(providerVersion) map[string]rule { return rules }, []*Stack{stack}, []*Stack{stack}, nil, nil)
		var said []string
		for _, issue := range found.Issues {
			said = append(said, string(issue.Rule)+" "+issue.Attribute+" "+issue.Problem)
		}
		all = append(all, strings.Join(said, "\n"))
	}
	return all
}

package cmk

import (
	"maps"
	"slices"
	"sync"
)

// rule says what a type of resource stores and where it takes the key for that.
type rule struct {
	// what is stored, as it follows "stores".
	what string
	// keys are what the schema cannot say of attributes. Those of the schema that
	// are not among them are required, wherever their block is.
	keys []key
	// hub is the control of AWS Security Hub.
	hub string
	// special is a check that keys cannot express.
	special func(*examination, *scope, *resource)
	// ignored is why a type stores nothing that the guard is for.
	ignored string
}

// key is an attribute that takes a key.
type key struct {
	// path of blocks and attribute. A block whose name speaks of encryption must be
	// there where its parent is, any other is looked into where it is. A mark after
	// a block's name says otherwise: "!" must be there, "?" need not.
	path string
	// what it encrypts, where that is not what the rule says.
	what string
	// with are the switches beside it that make it count.
	with []setting
	// where are settings beside it without which nothing is stored.
	where []setting
	// unlessSet are attributes or blocks of the resource with which the key is not
	// asked for.
	unlessSet []string
	// whereSet are those of which one must be set, by their paths.
	whereSet []string
	// onlyIf are settings elsewhere in the resource without which the key is not
	// asked for.
	onlyIf []condition
	// from are attributes of the resource that name another, whose key it takes. A
	// "!" at the end says that it does so even with a key beside.
	from []string
	// bucket is an attribute of the resource that names the bucket whose default
	// encryption counts.
	bucket string
	// ebs is true where the account's default encryption of EBS volumes counts.
	ebs bool
	// skipped tells, where it is set, whether something else decides in the place of
	// the attribute.
	skipped func(*examination, *scope, *resource) bool
	// optional is true where the key is looked at only if it is given.
	optional bool
	// region is an attribute, beside it or of a block around it, that names the
	// Region of what is stored where that is not the resource's, or "any" where the
	// key may be of another.
	region string
	// ignored is why the attribute is no key for stored data.
	ignored string
}

// setting is an attribute and the values that it may have, of which "" is none.
type setting struct {
	name   string
	values []string
	// from6 is what the attribute is by default since version 6 of the provider.
	from6 string
}

// condition is a setting at a path of blocks, which holds or must not.
type condition struct {
	path   string
	values []string
	not    bool
}

func stores(what string, keys ...key) rule { return rule{what: what, keys: keys} }

func ignored(reason string) rule { return rule{ignored: reason} }

func (r rule) control(id string) rule { r.hub = id; return r }

func (r rule) checked(by func(*examination, *scope, *resource)) rule { r.special = by; return r }

func at(path string) key { return key{path: path} }

func (k key) of(what string) key { k.what = what; return k }

func (k key) on(name string, values ...string) key {
	if len(values) == 0 {
		values = []string{"true"}
	}
	k.with = append(slices.Clone(k.with), setting{name: name, values: values})
	return k
}

// onByDefault6 is on for an attribute that is true by default since version 6 of
// the provider.
func (k key) onByDefault6(name string) key {
	k.with = append(slices.Clone(k.with), setting{name: name, values: []string{"true"}, from6: "true"})
	return k
}

func (k key) when(name string, values ...string) key {
	if len(values) == 0 {
		values = []string{"true"}
	}
	k.where = append(slices.Clone(k.where), setting{name: name, values: values})
	return k
}

// ifOn and ifNotOn ask for the key only where a setting elsewhere in the resource
// is true, or is not.
func (k key) ifOn(path string) key {
	k.onlyIf = []condition{{path: path, values: []string{"true"}}}
	return k
}

func (k key) ifNotOn(path string) key {
	k.onlyIf = []condition{{path: path, values: []string{"true"}, not: true}}
	return k
}

func (k key) unless(names ...string) key   { k.unlessSet = names; return k }
func (k key) whenSet(names ...string) key  { k.whereSet = names; return k }
func (k key) inherits(names ...string) key { k.from = names; return k }
func (k key) orBucket(name string) key     { k.bucket = name; return k }
func (k key) orEbsDefault() key            { k.ebs = true; return k }
func (k key) unlessTrue(skipped func(*examination, *scope, *resource) bool) key {
	k.skipped = skipped
	return k
}
func (k key) ifGiven() key             { k.optional = true; return k }
func (k key) regionOf(name string) key { k.region = name; return k }
func (k key) anyRegion() key           { k.region = anyRegion; return k }
func (k key) noKey(reason string) key  { k.ignored = reason; return k }

const anyRegion = "any"

// plainPath is the path without marks.
func (k key) plainPath() string { return plain(k.path) }

var (
	rules5    = sync.OnceValue(func() map[string]rule { return rulesWith(tables5()) })
	rules6    = sync.OnceValue(func() map[string]rule { return rulesWith(tables6()) })
	rulesBoth = sync.OnceValue(func() map[string]rule { return rulesWith(Tables()...) })
)

// rulesOf are the rules of every type that a table knows, each with all of its
// keys, in a version of the provider.
func rulesOf(version providerVersion) map[string]rule {
	switch {
	case version.isFrom6():
		return rules6()
	case version.mayBe6():
		return rulesBoth()
	}
	return rules5()
}

// rulesWith are the rules where the provider is that of any of some tables. What
// only another version knows is looked at where it is given.
func rulesWith(versions ...*Table) map[string]rule {
	all := map[string]rule{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	for _, table := range Tables() {
		for name := range table.Types {
			paths := table.keyPaths(name)
			rule, decided := all[name]
			if !decided && len(paths) > 0 {
				rule = stores("data")
			}
			if rule.ignored != "" || !decided && len(paths) == 0 {
				continue
			}
			rule.keys = slices.Clone(rule.keys)
			for _, path := range paths {
				if !slices.ContainsFunc(rule.keys, func(k key) bool { return k.plainPath() == path }) {
					rule.keys = append(rule.keys, at(path))
				}
			}
			for i, key := range rule.keys {
				if !slices.ContainsFunc(versions, func(version *Table) bool { return version.has(name, key.plainPath()) }) {
					rule.keys[i].optional = true
				}
			}
			all[name] = rule
		}
	}
	return all
}

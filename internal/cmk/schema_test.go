package cmk

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestEveryTypeOfTheSchemaIsDecided(t *testing.T) {
	schema := ProviderSchema()
	if schema.Version == "" || len(schema.Types) < 190 {
		t.Fatalf("the schema has version %q and %d types", schema.Version, len(schema.Types))
	}
	decided := map[string]rule{}
	for _, table := range tables {
		for name, rule := range table {
			if _, twice := decided[name]; twice {
				t.Errorf("%s is in two tables", name)
			}
			decided[name] = rule
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		if _, found := decided[name]; !found {
			t.Errorf("no table decides on %s, which takes a key: %q", name, schema.Types[name])
		}
	}
}

// An attribute that a table names and the schema does not know is misspelt, or
// gone with a new version of the provider.
func TestTablesNameOnlyWhatTheSchemaKnows(t *testing.T) {
	for _, table := range tables {
		for name, rule := range table {
			if (rule.what == "") == (rule.ignored == "") {
				t.Errorf("%s must either store something or be ignored", name)
			}
			paths, known := ProviderSchema().Types[name]
			if !known && (len(rule.keys) > 0 || rule.special == nil) {
				t.Errorf("%s takes no key, and nothing else checks it", name)
			}
			for _, key := range rule.keys {
				if !slices.Contains(paths, key.plainPath()) {
					t.Errorf("%s has no attribute %s, but %q", name, key.plainPath(), paths)
				}
				if strings.HasSuffix(key.path, "!") || strings.HasSuffix(key.path, "?") {
					t.Errorf("%s: the mark in %s is on an attribute", name, key.path)
				}
			}
		}
	}
}

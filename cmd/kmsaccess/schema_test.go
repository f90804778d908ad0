package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

func readSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../docs/kmsaccess.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(schema *jsonschema.Schema, text string) error {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// TestSchema holds all JSON that is printed against the schema, and the schema
// against what must not be.
func TestSchema(t *testing.T) {
	schema := readSchema(t)
	golden, err := filepath.Glob("testdata/golden/*.json")
	if err != nil || len(golden) < 6 {
		t.Fatalf("%v: %q", err, golden)
	}
	outputs := map[string]string{
		"hostile":      kmsaccess(hostilePolicy, "-", "--format", "json", "--fail-on", checkNames()).out,
		"hostile diff": kmsaccess(hostilePolicy, "diff", "-", "testdata/console.policy.json", "--format", "json", "--account", "111122223333").out,
		"undecided":    kmsaccess(undecidedPolicy, "-", "--format", "json", "--fail-on", checkNames()).out,
		"unclear":      kmsaccess(undecidedPolicy, "diff", "-", "testdata/console.policy.json", "--format", "json").out,
		"findings":     kmsaccess("", "testdata/plan.json", "--format", "json", "--fail-on", checkNames()).out,
		"no key":       kmsaccess(`{"format_version": "1.2", "planned_values": {"root_module": {}}, "resource_changes": [{"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key", "name": "a", "change": {"actions": ["delete"], "before": {}, "after": null}}]}`, "-", "--format", "json").out,
	}
	for _, path := range golden {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		outputs[path] = string(text)
	}
	for name, text := range outputs {
		if err := validate(schema, text); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	report := outputs["testdata/golden/console.policy.json.json"]
	for name, wrong := range map[string]string{
		"another version": strings.Replace(report, `"version": 1`, `"version": 2`, 1),
		"a new verdict":   strings.Replace(report, `"access": "always"`, `"access": "maybe"`, 1),
		"a new member":    strings.Replace(report, `"version": 1`, `"version": 1, "more": 1`, 1),
		"no keys":         strings.Replace(report, `"keys"`, `"keyz"`, 1),
	} {
		if validate(schema, wrong) == nil {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}

// TestSchemaNamesAll has the schema name all that the report can say.
func TestSchemaNamesAll(t *testing.T) {
	text, err := os.ReadFile("../../docs/kmsaccess.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, check := range checks {
		names = append(names, string(check))
	}
	for _, operation := range analysis.Operations {
		names = append(names, operation.Id)
	}
	for verdict := range verdictWords {
		names = append(names, string(verdict))
	}
	for _, effect := range effects {
		names = append(names, string(effect))
	}
	for _, name := range names {
		quoted, _ := json.Marshal(name)
		if !strings.Contains(string(text), string(quoted)) {
			t.Errorf("the schema does not know %s", quoted)
		}
	}
}

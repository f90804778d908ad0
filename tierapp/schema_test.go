package tierapp

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

const schemaFile = "../internal/environments/environments.schema.json"

// An editor that accepts what the app refuses misleads its user, and the other way
// round. What depends on several fields is not for a schema to say.
func TestEditorsAndTheAppSayTheSameOfEveryField(t *testing.T) {
	schema := compile(t)
	for path, of := range borders {
		for _, value := range of.allowed {
			requireVerdict(t, schema, path, value, true)
		}
		for _, value := range of.forbidden {
			requireVerdict(t, schema, path, value, false)
		}
		if list, ofItems := strings.CutSuffix(path, "[]"); ofItems {
			twice := []any{of.allowed[0], of.allowed[0]}
			requireVerdict(t, schema, list, twice, false)
			atLeastOne := list == "allowed_regions" || strings.HasSuffix(list, ".resource_names")
			requireVerdict(t, schema, list, []any{}, !atLeastOne)
		}
	}
}

// A value of the wrong sort is refused by both; which sorts are right is above.
func TestEditorsAndTheAppSayTheSameOfEverySortOfValue(t *testing.T) {
	schema := compile(t)
	paths, containers := schemaPaths(t)
	for _, path := range append(paths, containers...) {
		for _, value := range []any{nil, true, 7, "some text", "${x}", []any{}, []any{nil}, map[string]any{}, map[string]any{"x": "y"}} {
			if strings.HasSuffix(path, "{}") {
				continue // a name is a string
			}
			content := withValue(t, path, value)
			if app, editor := appSays(content), editorSays(t, schema, content); (app == nil) != (editor == nil) {
				t.Errorf("%s: %#v: the app says %v, an editor %v", path, value, app, editor)
			}
		}
	}
}

// A new field is tried at its borders too.
func TestEveryFieldHasBorders(t *testing.T) {
	fields, _ := schemaPaths(t)
	if diff := cmp.Diff(fields, slices.Sorted(maps.Keys(borders))); diff != "" {
		t.Errorf("fields (-schema +borders):\n%s", diff)
	}
}

func TestEditorsAcceptTheShippedFile(t *testing.T) {
	content, err := os.ReadFile("../environments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := editorSays(t, compile(t), content); err != nil {
		t.Error(err)
	}
}

// requireVerdict fails unless both an editor and the app accept, or refuse, a file
// with this value in it.
func requireVerdict(t *testing.T, schema *jsonschema.Schema, path string, value any, accepted bool) {
	t.Helper()
	content := withValue(t, path, value)
	if err := appSays(content); (err == nil) != accepted {
		t.Errorf("%s: %#v: the app says %v; want it accepted: %v", path, value, err, accepted)
	}
	if err := editorSays(t, schema, content); (err == nil) != accepted {
		t.Errorf("%s: %#v: an editor says %v; want it accepted: %v", path, value, err, accepted)
	}
}

func appSays(content []byte) error {
	file, err := environments.Parse("environments.yaml", content)
	if err != nil {
		return err
	}
	return checkFile(file)
}

func editorSays(t *testing.T, schema *jsonschema.Schema, content []byte) error {
	t.Helper()
	var values any
	if err := yaml.Unmarshal(content, &values); err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(instance)
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// schemaPaths lists what the schema has, sorted: the fields that hold one value,
// and what holds fields or items. [] stands for an item, {} for a name that the
// file chooses, * for such a name on the way.
func schemaPaths(t *testing.T) (fields, containers []string) {
	t.Helper()
	content, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	type node struct {
		Properties           map[string]json.RawMessage
		Items                json.RawMessage
		AdditionalProperties json.RawMessage
	}
	var walk func(schema []byte, path string)
	walk = func(schema []byte, path string) {
		var n node
		if err := json.Unmarshal(schema, &n); err != nil {
			t.Fatal(err)
		}
		switch {
		case n.Properties != nil:
			for name, property := range n.Properties {
				walk(property, strings.TrimPrefix(path+"."+name, "."))
			}
		case n.Items != nil:
			walk(n.Items, path+"[]")
		case n.AdditionalProperties != nil:
			fields = append(fields, path+"{}")
			walk(n.AdditionalProperties, path+".*")
		default:
			fields = append(fields, path)
			return
		}
		if path != "" {
			containers = append(containers, path)
		}
	}
	walk(content, "")
	slices.Sort(fields)
	slices.Sort(containers)
	return fields, containers
}

// withValue is a file that is right but for one value, or name, at a path.
func withValue(t *testing.T, path string, value any) []byte {
	t.Helper()
	file := map[string]any{"environments": map[string]any{"dev": map[string]any{
		"account_id": own, "region": "us-east-1",
		"security_account_id": security, "logs_account_id": logs,
		// The names of an audit leave less room for others.
		"audit":   map[string]any{"enabled": false},
		"backend": map[string]any{"local": map[string]any{"path": "state/dev.tfstate"}},
	}}}
	path = strings.Replace(path, "environments.*", "environments.dev", 1)
	put(file, strings.Split(path, "."), value)
	content, err := yaml.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// put sets a value below a map, and makes what is missing on the way.
func put(at map[string]any, path []string, value any) {
	name, isList := strings.CutSuffix(path[0], "[]")
	name, isName := strings.CutSuffix(name, "{}")
	last := len(path) == 1
	switch {
	case isName:
		held, _ := at[name].(map[string]any)
		renamed := map[string]any{value.(string): "x"}
		for _, content := range held {
			renamed[value.(string)] = content
		}
		at[name] = renamed
	case last && isList:
		at[name] = []any{value}
	case last && name == "*":
		at["Owner"] = value
	case last:
		at[name] = value
		maps.Copy(at, beside[name])
	default:
		below := maps.Clone(whole[name])
		if isList && whole[path[0]] != nil {
			below = maps.Clone(whole[path[0]])
		}
		if held, ok := at[name].(map[string]any); ok && below == nil {
			below = held
		}
		if below == nil {
			below = map[string]any{}
		}
		put(below, path[1:], value)
		at[name] = below
		if isList {
			at[name] = []any{below}
		}
	}
}

// beside are fields without which another would be refused.
var beside = map[string]map[string]any{
	"xks_key_id": {"custom_key_store_id": "cks-1234567890abcdef0"},
}

// whole are the maps without which one of their fields would be refused.
var whole = map[string]map[string]any{
	"service_roles":   {"service": "svc-a", "role_arns": []any{principal(own, "worker")}, "role_arn_patterns": []any{principal(own, "worker-*")}},
	"shared_with":     {"name": "partner", "account_id": security, "bucket_names": []any{"shared"}, "secret_names": []any{"shared"}},
	"data":            {"service": "Sqs", "resource_names": []any{"jobs"}},
	"logs":            {"service": "CloudWatchLogs", "resource_names": []any{"jobs"}},
	"additional_keys": {"purpose": "app"},
	"adopt":           {"purpose": "data", "key_id": "1234abcd-12ab-34cd-56ef-1234567890ab"},
	"grants":          {"grantee": security, "grant_id": strings.Repeat("0", 64)},
	"users":           {"verb": "Encrypt", "role_arns": []any{principal(own, "worker")}, "role_arn_patterns": []any{principal(own, "worker-*")}},
	"aws_services[]":  {"service": "Sqs", "resource_names": []any{"jobs"}},
	"exceptions":      {"resource": "aws_sqs_queue.jobs", "reason": "holds no data"},
	"audit":           {},

	"organization_trail": {"organization_id": "o-exampleorgid"},
	"backend":            {},
	"s3":                 {"bucket": "b", "key": "k", "region": "us-east-1"},
}

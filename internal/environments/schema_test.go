package environments

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The schema, the Go types and the names that the construct reports must not
// drift apart.
func TestSchemaAndTypesHaveTheSameFields(t *testing.T) {
	types := map[string]reflect.Type{
		"file":               reflect.TypeFor[File](),
		"environment":        reflect.TypeFor[Environment](),
		"serviceRole":        reflect.TypeFor[ServiceRole](),
		"encryptedResources": reflect.TypeFor[EncryptedResources](),
		"guard":              reflect.TypeFor[Guard](),
		"guardException":     reflect.TypeFor[GuardException](),
		"audit":              reflect.TypeFor[Audit](),
		"existingTrail":      reflect.TypeFor[ExistingTrail](),
		"backend":            reflect.TypeFor[Backend](),
		"s3Backend":          reflect.TypeFor[S3Backend](),
		"localBackend":       reflect.TypeFor[LocalBackend](),
	}
	for name := range definitions() {
		_, hasType := types[name]
		if hasFields := len(fields(name)) > 0; hasFields != hasType {
			t.Errorf("definition %s has fields: %v, a Go type: %v", name, hasFields, hasType)
		}
	}
	for name, goType := range types {
		var want []string
		for _, field := range reflect.VisibleFields(goType) {
			switch {
			case !field.IsExported(), name == "environment" && field.Name == "Name":
				continue
			case name == "file" && field.Name == "Environments":
			case field.Tag.Get("yaml") != snake(field.Name):
				t.Errorf("%s.%s is %s in the file, want %s", goType, field.Name, field.Tag.Get("yaml"), snake(field.Name))
			}
			want = append(want, snake(field.Name))
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(fields(name)))); diff != "" {
			t.Errorf("fields of %s (-Go +schema):\n%s", name, diff)
		}
	}
}

func TestEveryDefinitionIsWorded(t *testing.T) {
	if diff := cmp.Diff(slices.Sorted(maps.Keys(definitions())), slices.Sorted(maps.Keys(allowed))); diff != "" {
		t.Errorf("definitions (-schema +worded):\n%s", diff)
	}
}

func TestEditorsAndReaderSayTheSame(t *testing.T) {
	var file struct {
		Definitions map[string]struct {
			Enum                []string
			PatternErrorMessage string
		}
	}
	if err := json.Unmarshal(schemaJSON, &file); err != nil {
		t.Fatal(err)
	}
	for name, definition := range file.Definitions {
		if message := definition.PatternErrorMessage; message != "" && message != "must be "+allowed[name] {
			t.Errorf("editors say of %s %q, the reader %q", name, message, allowed[name])
		}
		if choices := strings.Join(definition.Enum, " or "); choices != "" && choices != allowed[name] {
			t.Errorf("the schema allows %s to be %q, the reader %q", name, choices, allowed[name])
		}
	}
}

// An editor shows a field's description while one writes it.
func TestEveryFieldIsDescribed(t *testing.T) {
	type object struct {
		Properties map[string]struct{ Description string }
	}
	var file struct {
		object
		Definitions map[string]object
	}
	if err := json.Unmarshal(schemaJSON, &file); err != nil {
		t.Fatal(err)
	}
	file.Definitions["file"] = file.object
	for name, definition := range file.Definitions {
		for field, property := range definition.Properties {
			if !strings.HasSuffix(property.Description, ".") {
				t.Errorf("%s.%s: got the description %q, want sentences", name, field, property.Description)
			}
		}
	}
}

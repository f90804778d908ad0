package environments

import (
	"reflect"
	"testing"
)

// The names that the constructs report are turned into the file's by their
// spelling.
func TestFieldsAreSpelledAsInGo(t *testing.T) {
	for _, s := range sections() {
		for _, f := range s.fields {
			if f.name != snake(f.goName) {
				t.Errorf("%s.%s is %s in the file, want %s", s.of, f.goName, f.name, snake(f.goName))
			}
		}
	}
}

// A field that testdata/everything.yaml leaves out is not known to arrive, neither
// here nor in the constructs' configurations.
func TestEverythingHasEveryField(t *testing.T) {
	file, err := Load("testdata/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]bool{}
	markSet(reflect.ValueOf(*file), set)
	for _, s := range sections() {
		for _, f := range s.fields {
			if name := s.commentKey(f); !set[name] {
				t.Errorf("%s is nowhere set", name)
			}
		}
	}
}

// markSet marks the fields of structs that have a value other than zero.
func markSet(value reflect.Value, set map[string]bool) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			markSet(value.Elem(), set)
		}
	case reflect.Slice:
		for i := range value.Len() {
			markSet(value.Index(i), set)
		}
	case reflect.Struct:
		for _, field := range reflect.VisibleFields(value.Type()) {
			if content := value.FieldByIndex(field.Index); field.IsExported() && !content.IsZero() {
				set[value.Type().Name()+"."+field.Name] = true
				markSet(content, set)
			}
		}
	}
}

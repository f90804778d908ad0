package environments

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// section is a map whose fields are those of a Go struct. The tags of a field are
// yaml, its name in the file, and rule: the name of one of the named rules, and
// whether the field is required.
type section struct {
	sectionWords
	of     reflect.Type
	fields []field
}

// field is one field of a section.
type field struct {
	name     string
	goName   string
	required bool
	rule     rule
}

// sectionWords are what messages say of a section beyond its fields.
type sectionWords struct {
	// words say what it must be. Empty means that its fields say all.
	words string

	// place says where its fields belong.
	place string

	// exactlyOne says that one of its fields must be given, and no other.
	exactlyOne bool
}

// wordsOfSections has every section of the file.
var wordsOfSections = []struct {
	of reflect.Type
	sectionWords
}{
	{reflect.TypeFor[File](), sectionWords{place: "at the top of the file"}},
	{reflect.TypeFor[Environment](), sectionWords{place: "to an environment", words: "a map of the environment's fields"}},
	{reflect.TypeFor[ServiceRole](), sectionWords{place: "to an entry of service_roles"}},
	{reflect.TypeFor[Share](), sectionWords{place: "to an entry of shared_with"}},
	{reflect.TypeFor[EncryptedResources](), sectionWords{place: "under encrypted_resources", words: "a map of lists of names"}},
	{reflect.TypeFor[AwsServices](), sectionWords{place: "under aws_services", words: "a map of data and logs, each a list of services"}},
	{reflect.TypeFor[AwsService](), sectionWords{place: "to an entry of aws_services"}},
	{reflect.TypeFor[AdditionalKey](), sectionWords{place: "to an entry of additional_keys"}},
	{reflect.TypeFor[KeyUser](), sectionWords{place: "to an entry of users"}},
	{reflect.TypeFor[AdoptedKey](), sectionWords{place: "to an entry of adopt"}},
	{reflect.TypeFor[AdoptedGrant](), sectionWords{place: "to an entry of grants"}},
	{reflect.TypeFor[Guard](), sectionWords{place: "under guard"}},
	{reflect.TypeFor[GuardException](), sectionWords{place: "to an entry of guard.exceptions"}},
	{reflect.TypeFor[Audit](), sectionWords{place: "under audit", words: "a map of the audit's fields"}},
	{reflect.TypeFor[ExistingTrail](), sectionWords{place: "under audit.existing_trail", words: "a map of the trail's fields, or {} if nothing more is known"}},
	{reflect.TypeFor[OrganizationTrail](), sectionWords{place: "under audit.organization_trail"}},
	{reflect.TypeFor[S3Backend](), sectionWords{place: "under backend.s3"}},
	{reflect.TypeFor[LocalBackend](), sectionWords{place: "under backend.local"}},
	{reflect.TypeFor[Backend](), sectionWords{place: "under backend", words: "a map with exactly one of s3 and local", exactlyOne: true}},
}

// sections are those of the file, in the order in which messages look for the one
// that a field belongs to.
var sections = sync.OnceValue(func() sectionList {
	var all sectionList
	for _, known := range wordsOfSections {
		all = append(all, &section{of: known.of, sectionWords: known.sectionWords})
	}
	for _, s := range all {
		s.fields = all.fieldsOf(s.of)
	}
	return all
})

type sectionList []*section

// sectionOf is the section that a Go struct is decoded from.
func sectionOf[T any]() *section { return sections().of(reflect.TypeFor[T]()) }

func (all sectionList) of(t reflect.Type) *section {
	i := slices.IndexFunc(all, func(s *section) bool { return s.of == t })
	if i < 0 {
		panic(fmt.Sprintf("%s is not among the sections", t))
	}
	return all[i]
}

func (all sectionList) fieldsOf(t reflect.Type) []field {
	var fields []field
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("yaml")
		if !f.IsExported() || name == "-" {
			continue
		}
		rule, required := strings.CutSuffix(f.Tag.Get("rule"), ",required")
		fields = append(fields, field{name, f.Name, required, all.ruleFor(f.Type, rule)})
	}
	return fields
}

// ruleFor is the rule of values that are decoded into a Go type: one of the named
// rules, where the type does not tell all.
func (all sectionList) ruleFor(t reflect.Type, name string) rule {
	if name != "" {
		rule, known := rules[name]
		if !known {
			panic(fmt.Sprintf("there is no rule named %q", name))
		}
		if _, isList := rule.(list); t.Kind() == reflect.Slice && !isList {
			return list{items: rule}
		}
		return rule
	}
	switch {
	case t == reflect.TypeFor[Environments]():
		return named{
			words:      "a map with at least one environment, by name",
			names:      environmentName,
			values:     all.of(reflect.TypeFor[Environment]()),
			atLeastOne: true,
		}
	case t.Kind() == reflect.Pointer:
		return all.ruleFor(t.Elem(), "")
	case t.Kind() == reflect.Slice:
		return list{items: all.ruleFor(t.Elem(), "")}
	case t.Kind() == reflect.Bool:
		return flag{}
	case t.Kind() == reflect.Struct:
		return all.of(t)
	default:
		panic(fmt.Sprintf("a %s needs one of the named rules", t))
	}
}

// field finds a field by its name in the file.
func (s *section) field(name string) (field, bool) {
	i := slices.IndexFunc(s.fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return field{}, false
	}
	return s.fields[i], true
}

func (s *section) fieldNames() []string {
	var names []string
	for _, f := range s.fields {
		names = append(names, f.name)
	}
	slices.Sort(names)
	return names
}

func (s *section) must() string {
	if s.words != "" {
		return s.words
	}
	if required := s.requiredFields(); required != "" {
		return "a map with " + required
	}
	return "a map of " + fieldList(s.fields)
}

// requiredFields names the fields without which the section is refused.
func (s *section) requiredFields() string {
	required := slices.DeleteFunc(slices.Clone(s.fields), func(f field) bool { return !f.required })
	return fieldList(required)
}

func fieldList(fields []field) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	switch last := len(names) - 1; {
	case last < 0:
		return ""
	case last == 0:
		return "the field " + names[0]
	default:
		return "the fields " + strings.Join(names[:last], ", ") + " and " + names[last]
	}
}

func (s *section) check(c *checker, value *yaml.Node, at fieldPath) {
	if value.Kind != yaml.MappingNode {
		c.report(at, wrongSort(value, s))
		return
	}
	switch given := names(value); {
	case s.exactlyOne && len(given) == 0:
		c.report(at, mustBe("an empty map", s.must()))
	case s.exactlyOne && len(given) > 1:
		c.report(at, mustBe("several fields", s.must()))
	}
	entries(value, func(name string, value *yaml.Node) {
		if f, known := s.field(name); known {
			c.value(value, at.with(name), f.rule)
		} else {
			c.report(at.with(name), unknownField(name, s))
		}
	})
	for _, f := range s.fields {
		if _, given := child(value, f.name); given == nil && f.required {
			c.report(at.with(f.name), missing(f.rule))
		}
	}
}

func (*section) hint() string { return "" }

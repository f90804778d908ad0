package environments

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.yaml.in/yaml/v3"
)

//go:embed environments.schema.json
var schemaJSON []byte

// schema compiles the embedded schema, which the tests know to be sound.
var schema = sync.OnceValue(func() *jsonschema.Schema {
	const url = "embedded:///environments.schema.json"
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		panic(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(url, document); err != nil {
		panic(err)
	}
	return compiler.MustCompile(url)
})

// definition is the part of a schema definition that messages need: the fields
// of a map, each with the definition of its value.
type definition struct {
	Properties map[string]struct {
		Ref string `json:"$ref"`
	}
}

// definitions are the schema's definitions by name; the whole is called file.
var definitions = sync.OnceValue(func() map[string]definition {
	var file struct {
		definition
		Definitions map[string]definition
	}
	if err := json.Unmarshal(schemaJSON, &file); err != nil {
		panic(err)
	}
	file.Definitions["file"] = file.definition
	return file.Definitions
})

// fields returns the fields of a definition, each with the name of its own.
func fields(definition string) map[string]string {
	named := map[string]string{}
	for field, value := range definitions()[definition].Properties {
		named[field] = definitionName(value.Ref)
	}
	return named
}

// definitionName takes the name out of a reference: #/definitions/accountId.
func definitionName(reference string) string {
	_, fragment, _ := strings.Cut(reference, "#")
	if fragment == "" {
		return "file"
	}
	return fragment[strings.LastIndex(fragment, "/")+1:]
}

// checkShape checks the file's values against the schema, and leaves out what
// has been refused before.
func checkShape(name string, root *yaml.Node, instance any, refused map[string]bool) []Problem {
	var invalid *jsonschema.ValidationError
	if !errors.As(schema().Validate(instance), &invalid) {
		return nil
	}
	c := shapeChecker{name: name, root: root, reported: refused}
	if c.reported == nil {
		c.reported = map[string]bool{}
	}
	c.collect(invalid, nil)
	return c.problems
}

type shapeChecker struct {
	name     string
	root     *yaml.Node
	problems []Problem

	// reported holds the paths that have their problem: the first that the
	// schema finds is the one to mend.
	reported map[string]bool
}

// collect goes down to the errors that say something about a value. Those above
// say only that something below is wrong.
func (c *shapeChecker) collect(e *jsonschema.ValidationError, above fieldPath) {
	at := fromSchema(c.root, e.InstanceLocation)
	name := definitionName(e.SchemaURL)
	switch k := e.ErrorKind.(type) {
	case *kind.PropertyNames:
		// The error above has the same location. This one's own may have been
		// overwritten: https://github.com/santhosh-tekuri/jsonschema/pull/269
		c.report(above.with(k.Property), badName(k.Property, definitionName(cause(e).SchemaURL)))
	case *kind.AdditionalProperties:
		for _, field := range k.Properties {
			c.report(at.with(field), unknownField(field, name))
		}
	case *kind.Required:
		for _, field := range k.Missing {
			c.report(at.with(field), missing(fields(name)[field]))
		}
	case *kind.MinProperties:
		c.report(at, tooFew(name))
	case *kind.MaxProperties:
		c.report(at, tooMany(name))
	case *kind.UniqueItems:
		items := find(c.root, at).Content
		first, second := items[k.Duplicates[0]], items[k.Duplicates[1]]
		if isString(second) {
			c.report(at.with(k.Duplicates[1]), repeated(second.Value, first.Line))
		}
	default:
		if len(e.Causes) == 0 {
			_, wrongSort := k.(*kind.Type)
			c.report(at, badValue(find(c.root, at), name, wrongSort))
		}
		for _, below := range e.Causes {
			c.collect(below, at)
		}
	}
}

// cause returns the first error that has none below it.
func cause(e *jsonschema.ValidationError) *jsonschema.ValidationError {
	for len(e.Causes) > 0 {
		e = e.Causes[0]
	}
	return e
}

func (c *shapeChecker) report(at fieldPath, text string) {
	if path := at.String(); !c.reported[path] {
		c.reported[path] = true
		c.problems = append(c.problems, Problem{position(c.name, c.root, at), text})
	}
}

package environments

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Comments are what the source code says of the fields of this package's structs,
// by the names of struct and field: Environment.Region.
type Comments map[string]string

// object is a part of a JSON Schema.
type object map[string]any

// Schema is the JSON Schema of environments files, for editors. The comments become
// the descriptions that an editor shows; it is an error if one is missing.
//
// It is of draft 7, the newest that the YAML language server reads, and uses
// patternErrorMessage, which that server knows besides. What depends on several
// fields, or on how YAML writes a value, is the reader's alone to check.
func Schema(comments Comments) ([]byte, error) {
	for _, s := range sections() {
		for _, f := range s.fields {
			if key := s.commentKey(f); !strings.HasSuffix(comments[key], ".") {
				return nil, fmt.Errorf("the comment of %s is %q; must be sentences, which editors show", key, comments[key])
			}
		}
	}
	schema := sectionOf[File]().schema(comments)
	schema["$schema"] = "http://json-schema.org/draft-07/schema#"
	schema["title"] = "The environments that get KMS keys"
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(schema)
	return out.Bytes(), err
}

func (s *section) commentKey(f field) string { return s.of.Name() + "." + f.goName }

func (s *section) schema(comments Comments) object {
	properties, required := object{}, []string{}
	for _, f := range s.fields {
		property := f.rule.schema(comments)
		property["description"] = comments[s.commentKey(f)] + sentence(f.rule.hint())
		properties[f.name] = property
		if f.required {
			required = append(required, f.name)
		}
	}
	schema := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	if s.exactlyOne {
		schema["minProperties"], schema["maxProperties"] = 1, 1
	}
	return schema
}

// sentence makes one that follows others, or nothing of nothing.
func sentence(words string) string {
	if words == "" {
		return ""
	}
	return " " + strings.ToUpper(words[:1]) + words[1:] + "."
}

func (n named) schema(comments Comments) object {
	schema := object{
		"type":                 "object",
		"propertyNames":        n.names.schema(comments),
		"additionalProperties": n.values.schema(comments),
	}
	if n.atLeastOne {
		schema["minProperties"] = 1
	}
	return schema
}

func (l list) schema(comments Comments) object {
	schema := object{"type": "array", "items": l.items.schema(comments)}
	if _, ofMaps := l.items.(*section); !ofMaps {
		schema["uniqueItems"] = true
	}
	if l.atLeastOne {
		schema["minItems"] = 1
	}
	return schema
}

func (t text) schema(Comments) object {
	schema := object{"type": "string"}
	if !t.mayBeEmpty {
		schema["minLength"] = 1
	}
	conditions := []condition{literal}
	conditions = append(conditions, t.checked...)
	for _, limit := range t.constructs {
		conditions = append(conditions, condition{limit.Must, limit})
	}
	var all []object
	for _, condition := range conditions {
		for _, pattern := range condition.Patterns {
			all = append(all, object{"pattern": pattern.String(), "patternErrorMessage": "must be " + condition.words})
		}
		if condition.Except != nil {
			all = append(all, object{"not": object{"pattern": condition.Except.String()}})
		}
		if condition.MaxLength > 0 {
			schema["maxLength"] = condition.MaxLength
		}
	}
	schema["allOf"] = all
	return schema
}

func (words choice) schema(Comments) object { return object{"enum": []string(words)} }

func (m member) schema(Comments) object { return object{"enum": m.of} }

func (flag) schema(Comments) object { return object{"type": "boolean"} }

func (d days) schema(Comments) object {
	schema := object{"type": "integer"}
	if d.limits.OneOf != nil {
		schema["enum"] = d.limits.OneOf
	} else {
		schema["minimum"], schema["maximum"] = d.limits.Min, d.limits.Max
	}
	if d.limits.Default != 0 {
		schema["default"] = d.limits.Default
	}
	return schema
}

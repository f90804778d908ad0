package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
)

var (
	// keyName is what attributes are called that take a key. It is wide: what turns
	// out to be no KMS key is for the rules of package cmk to say, with a reason.
	keyName = regexp.MustCompile(`kms|cmk|encryption_key|customer_managed_key|(^|_)key_(arn|id|identifier)$`)
	// keyBlock is what blocks are called whose id or ARN is a key's.
	keyBlock = regexp.MustCompile(`(encryption|kms)_key$`)
)

// keyAttributes are the paths of the attributes that may take a key, by resource
// type.
func keyAttributes(schema *tfjson.ProviderSchema) map[string][]string {
	found := map[string][]string{}
	for name, resource := range schema.ResourceSchemas {
		if paths := inBlock(resource.Block, ""); len(paths) > 0 {
			slices.Sort(paths)
			found[name] = paths
		}
	}
	return found
}

func inBlock(block *tfjson.SchemaBlock, path string) []string {
	found := inAttributes(block.Attributes, path)
	for name, nested := range block.NestedBlocks {
		found = append(found, inBlock(nested.Block, path+name+".")...)
	}
	return found
}

func inAttributes(attributes map[string]*tfjson.SchemaAttribute, path string) []string {
	var found []string
	for name, attribute := range attributes {
		switch {
		case !attribute.Optional && !attribute.Required:
			// Nobody sets what is computed only.
		case attribute.AttributeNestedType != nil:
			found = append(found, inAttributes(attribute.AttributeNestedType.Attributes, path+name+".")...)
		default:
			found = append(found, inType(attribute.AttributeType, path, name)...)
		}
	}
	return found
}

func inType(kind cty.Type, path, name string) []string {
	switch {
	case kind == cty.String:
		parent := path[strings.LastIndex(strings.TrimSuffix(path, "."), ".")+1:]
		inKeyBlock := keyBlock.MatchString(strings.TrimSuffix(parent, ".")) && (name == "id" || name == "arn")
		if keyName.MatchString(name) || inKeyBlock {
			return []string{path + name}
		}
	case kind.IsObjectType():
		var found []string
		for attribute, inner := range kind.AttributeTypes() {
			found = append(found, inType(inner, path+name+".", attribute)...)
		}
		return found
	case kind.IsListType() || kind.IsSetType() || kind.IsMapType():
		if inner := kind.ElementType(); inner.IsObjectType() {
			return inType(inner, path, name)
		}
	}
	return nil
}

// render writes a line a resource type, so that a new version of the provider
// shows as the lines that changed.
func render(version string, types map[string][]string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n\"provider\": %q,\n\"version\": %q,\n\"types\": {\n", name, version)
	names := slices.Sorted(maps.Keys(types))
	for i, resource := range names {
		paths, err := json.Marshal(types[resource])
		if err != nil {
			panic(err) // texts can always be marshalled
		}
		comma := ","
		if i == len(names)-1 {
			comma = ""
		}
		fmt.Fprintf(&out, "%q: %s%s\n", resource, paths, comma)
	}
	out.WriteString("}\n}\n")
	return out.Bytes()
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk"
)

// table is what a version of the provider knows.
type table struct {
	// Package is the package of npm that it was read from, Version the provider's.
	Package, Version string
	// Types are the paths of the attributes that speak of keys or encryption, and
	// those of maps but for tags, by resource type.
	Types map[string][]string
}

var (
	resourceType = regexp.MustCompile(`static readonly tfResourceType = "(aws_[a-z0-9_]+)"`)
	// interfaces declare the configuration of a resource and of its blocks.
	interfaces = regexp.MustCompile(`(?ms)^export interface (\w+)[^{]*\{\n(.*?)^\}`)
	// property is one attribute or block, with the page that documents it before it:
	// the page's anchor is its name in Terraform.
	property = regexp.MustCompile(`(?s)/docs/resources/[a-z0-9_]+#([a-z0-9_]+) .*?readonly \w+\??: (\{?[^;{]*)`)
	version  = regexp.MustCompile(`registry\.terraform\.io/providers/hashicorp/aws/([0-9.]+)/docs/`)
	typeName = regexp.MustCompile(`\b[A-Z]\w+`)
)

// add reads the declarations of one resource. Those of the provider itself and
// of functions declare none.
func (t *table) add(text string) error {
	name := resourceType.FindStringSubmatch(text)
	if name == nil {
		return nil
	}
	declared := map[string]string{}
	root := ""
	for _, found := range interfaces.FindAllStringSubmatch(text, -1) {
		declared[found[1]] = found[2]
		if strings.Contains(found[0][:strings.Index(found[0], "\n")], "TerraformMetaArguments") {
			root = found[1]
		}
	}
	if root == "" {
		return fmt.Errorf("%s: no configuration is declared", name[1])
	}
	if found := version.FindStringSubmatch(text); found != nil {
		t.Version = found[1]
	}
	paths := attributes(declared, root, "", nil)
	slices.Sort(paths)
	t.Types[name[1]] = slices.Compact(paths)
	return nil
}

// attributes are those below a block that speak of keys or encryption. Blocks
// that hold themselves, as rules of firewalls do, are left once round.
func attributes(declared map[string]string, name, path string, within []string) []string {
	var found []string
	for _, each := range property.FindAllStringSubmatch(declared[name], -1) {
		inner := path + each[1]
		block := ""
		for _, candidate := range typeName.FindAllString(each[2], -1) {
			if _, isDeclared := declared[candidate]; isDeclared {
				block = candidate
			}
		}
		switch {
		case strings.HasPrefix(each[2], "{"):
			if each[1] != "tags" && each[1] != "tags_all" {
				found = append(found, inner+".*")
			}
		case block == "" && cmk.SpeaksOfEncryption(inner):
			found = append(found, inner)
		case block != "" && !slices.Contains(within, block):
			found = append(found, attributes(declared, block, inner+".", append(slices.Clone(within), name))...)
		}
	}
	return found
}

// render writes a line a resource type, so that a new version of the provider
// shows as the lines that changed.
func (t table) render() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n\"package\": %q,\n\"version\": %q,\n\"types\": {\n", t.Package, t.Version)
	names := slices.Sorted(maps.Keys(t.Types))
	for i, resource := range names {
		paths, err := json.Marshal(t.Types[resource])
		if err != nil {
			panic(err) // texts can always be marshalled
		}
		if t.Types[resource] == nil {
			paths = []byte("[]")
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

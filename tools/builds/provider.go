// Package builds holds the other builds of the module against the one that is
// published: those that tools/cdktn writes over bindings of CDK Terrain and of version 6
// of the AWS provider. Its long test makes the bindings, so it needs the flag -builds.
package builds

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// provider is what a version of the AWS provider lets a configuration set and read, as
// the bindings say that were made from its schema. What is only deprecated they do not
// say.
type provider struct {
	assembly struct {
		Name       string
		Types      map[string]jsiiType
		Submodules map[string]struct {
			Readme struct{ Markdown string }
		}
	}
	// submodules are by the type of resource or data source, such as
	// "data.aws_region"; "provider" is the provider's own configuration.
	submodules map[string]string
}

type jsiiType struct {
	Kind, Namespace, Name string
	Properties            []jsiiProperty
}

type jsiiProperty struct {
	Name string
	Type json.RawMessage
	Docs struct{ Summary, Remarks string }
}

// readProvider reads the assembly of a package of bindings, its file .jsii.
func readProvider(path string) (*provider, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseProvider(content)
}

// typeInReadme is the type of resource that a submodule is for.
var typeInReadme = regexp.MustCompile("^# `(data_)?([a-z0-9_]+)`")

func parseProvider(content []byte) (*provider, error) {
	p := &provider{submodules: map[string]string{}}
	if err := json.Unmarshal(content, &p.assembly); err != nil {
		return nil, err
	}
	for full, submodule := range p.assembly.Submodules {
		if parts := typeInReadme.FindStringSubmatch(submodule.Readme.Markdown); parts != nil {
			p.submodules[strings.Replace(parts[1], "data_", "data.", 1)+parts[2]] = strings.TrimPrefix(full, p.assembly.Name+".")
		}
	}
	if len(p.submodules) == 0 {
		return nil, fmt.Errorf("no submodule of %q says which type it is for", p.assembly.Name)
	}
	return p, nil
}

// metaArguments are Terraform's own, which no provider has. See "Meta-arguments" in the
// documentation of Terraform's language.
var metaArguments = []string{"//", "count", "connection", "depends_on", "for_each", "lifecycle", "provider", "provisioner"}

// check names what a synthesized stack sets or reads that the provider lacks, sorted.
func (p *provider) check(stack []byte) ([]string, error) {
	var file struct {
		Resource, Data map[string]map[string]map[string]any
		Provider       map[string][]map[string]any
	}
	if err := json.Unmarshal(stack, &file); err != nil {
		return nil, err
	}
	var problems []string
	report := func(problem string) { problems = append(problems, problem) }
	for prefix, kinds := range map[string]map[string]map[string]map[string]any{"": file.Resource, "data.": file.Data} {
		for kind, instances := range kinds {
			for name, body := range instances {
				if strings.HasPrefix(kind, "aws_") {
					p.checkConfig(prefix+kind, prefix+kind+"."+name, body, report)
				}
			}
		}
	}
	for _, body := range file.Provider["aws"] {
		p.checkConfig("provider", "provider.aws", body, report)
	}
	p.checkReferences(string(stack), report)
	slices.Sort(problems)
	return slices.Compact(problems), nil
}

func (p *provider) checkConfig(kind, place string, body map[string]any, report func(string)) {
	submodule, found := p.submodules[kind]
	if !found {
		report(place + ": the provider has no " + kind)
		return
	}
	for full, one := range p.assembly.Types {
		if one.Namespace == submodule && strings.HasSuffix(one.Name, "Config") && p.isConfigOf(full, submodule) {
			p.checkBody(full, place, body, report)
			return
		}
	}
	report(place + ": the bindings have no configuration of " + kind)
}

// isConfigOf tells whether a type is the configuration of the submodule's class: it is
// named after the class, which alone is constructed.
func (p *provider) isConfigOf(full, submodule string) bool {
	class, found := p.assembly.Types[strings.TrimSuffix(full, "Config")]
	return found && class.Kind == "class" && class.Namespace == submodule
}

// attributeInDocs is the attribute's own name in the link to its documentation.
var attributeInDocs = regexp.MustCompile(`#([a-z0-9_]+) [A-Za-z0-9]+#`)

// structOf is the type of a block.
var structOf = regexp.MustCompile(`"fqn":\s*"([^"]+)"`)

// checkBody checks what a block sets by its type.
func (p *provider) checkBody(full, place string, body map[string]any, report func(string)) {
	settable := map[string]jsiiProperty{}
	for _, property := range p.assembly.Types[full].Properties {
		if name := attributeInDocs.FindStringSubmatch(property.Docs.Summary + " " + property.Docs.Remarks); name != nil {
			settable[name[1]] = property
		}
	}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if slices.Contains(metaArguments, name) {
			continue
		}
		property, found := settable[name]
		if !found {
			report(place + "." + name + " cannot be set")
			continue
		}
		for _, reference := range structOf.FindAllStringSubmatch(string(property.Type), -1) {
			if strings.HasPrefix(reference[1], p.assembly.Name+".") {
				for _, block := range blocksIn(body[name]) {
					p.checkBody(reference[1], place+"."+name, block, report)
				}
			}
		}
	}
}

func blocksIn(value any) []map[string]any {
	switch value := value.(type) {
	case map[string]any:
		return []map[string]any{value}
	case []any:
		var all []map[string]any
		for _, one := range value {
			all = append(all, blocksIn(one)...)
		}
		return all
	}
	return nil
}

// reference is an attribute that an expression reads.
var reference = regexp.MustCompile(`\b(data\.)?(aws_[a-z0-9_]+)\.[A-Za-z_][A-Za-z0-9_-]*(?:\[[^\]]*\])?\.([a-z_][a-z0-9_]*)`)

// checkReferences checks what the expressions of a stack read.
func (p *provider) checkReferences(stack string, report func(string)) {
	for _, found := range reference.FindAllStringSubmatch(stack, -1) {
		kind, attribute := found[1]+found[2], found[3]
		submodule, known := p.submodules[kind]
		if !known {
			continue // reported where it is declared, or an ARN that looks like one
		}
		if !p.canBeRead(submodule, attribute) {
			report(kind + ": " + attribute + " cannot be read")
		}
	}
}

// canBeRead tells whether the submodule's class, whose configuration there is, has an
// attribute. Bindings name "key_id" keyId.
func (p *provider) canBeRead(submodule, attribute string) bool {
	for full, one := range p.assembly.Types {
		if one.Namespace != submodule || one.Kind != "class" {
			continue
		}
		if _, isMain := p.assembly.Types[full+"Config"]; !isMain {
			continue
		}
		for _, property := range one.Properties {
			if strings.EqualFold(property.Name, strings.ReplaceAll(attribute, "_", "")) {
				return true
			}
		}
	}
	return false
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// assembly is what pruning has to know of a jsii assembly. See
// https://aws.github.io/jsii/specification/3-kernel-api/ and the schema in @jsii/spec.
type assembly struct {
	fields map[string]json.RawMessage
	name   string
	// types are by their full names.
	types map[string]json.RawMessage
	// submodules are by their full names, each with the file that it is in.
	submodules map[string]json.RawMessage
}

// pruned counts the packages of a provider.
type pruned struct{ packages, of int }

// prune leaves of a provider's npm package, in place, the named packages and those that
// they need: in its assembly, among its files and in its index.
func prune(folder string, names []string) (pruned, error) {
	path := filepath.Join(folder, ".jsii")
	content, err := os.ReadFile(path)
	if err != nil {
		return pruned{}, err
	}
	all, err := readAssembly(content)
	if err != nil {
		return pruned{}, err
	}
	count := pruned{of: len(all.submodules)}
	if err := all.keep(names); err != nil {
		return pruned{}, err
	}
	count.packages = len(all.submodules)
	if content, err = all.write(); err != nil {
		return pruned{}, err
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		return pruned{}, err
	}
	return count, all.pruneFiles(filepath.Join(folder, "lib"))
}

func readAssembly(content []byte) (*assembly, error) {
	a := &assembly{}
	if err := json.Unmarshal(content, &a.fields); err != nil {
		return nil, err
	}
	for field, into := range map[string]any{"name": &a.name, "types": &a.types, "submodules": &a.submodules} {
		if a.fields[field] == nil {
			return nil, fmt.Errorf("the assembly has no %q; is it a compressed one?", field)
		}
		if err := json.Unmarshal(a.fields[field], into); err != nil {
			return nil, fmt.Errorf("%s: %w", field, err)
		}
	}
	return a, nil
}

// keep drops all submodules but those that Go knows by the names, and those that their
// types refer to.
func (a *assembly) keep(names []string) error {
	byGoName, typesOf := map[string]string{}, map[string][]json.RawMessage{}
	for full := range a.submodules {
		name := strings.TrimPrefix(full, a.name+".")
		byGoName[strings.ToLower(name)] = name
	}
	for full, content := range a.types {
		typesOf[a.submoduleOf(full)] = append(typesOf[a.submoduleOf(full)], content)
	}
	var problems []error
	var open []string
	for _, name := range names {
		if submodule, found := byGoName[name]; found {
			open = append(open, submodule)
		} else {
			problems = append(problems, fmt.Errorf("%s has no package %q, which this module imports", a.name, name))
		}
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	reference := regexp.MustCompile(`"` + regexp.QuoteMeta(a.name) + `\.(\w+)\.`)
	kept := map[string]bool{}
	for len(open) > 0 {
		submodule := open[0]
		open = open[1:]
		if kept[submodule] {
			continue
		}
		kept[submodule] = true
		for _, content := range typesOf[submodule] {
			for _, found := range reference.FindAllSubmatch(content, -1) {
				open = append(open, string(found[1]))
			}
		}
	}
	for full := range a.submodules {
		if !kept[strings.TrimPrefix(full, a.name+".")] {
			delete(a.submodules, full)
		}
	}
	for full := range a.types {
		if !kept[a.submoduleOf(full)] {
			delete(a.types, full)
		}
	}
	return nil
}

// submoduleOf is the submodule in whose file a type is.
func (a *assembly) submoduleOf(fullName string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(fullName, a.name+"."), ".")
	return name
}

func (a *assembly) write() ([]byte, error) {
	for field, value := range map[string]any{"types": a.types, "submodules": a.submodules} {
		content, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		a.fields[field] = content
	}
	return json.Marshal(a.fields)
}

// pruneFiles removes the folders of what was dropped, which the Go module would carry
// for the kernel, and writes an index of the rest.
func (a *assembly) pruneFiles(lib string) error {
	var lines, folders []string
	for full, content := range a.submodules {
		var submodule struct{ SymbolId string }
		if err := json.Unmarshal(content, &submodule); err != nil {
			return err
		}
		// Such as "src/kms-key/index:".
		parts := strings.Split(submodule.SymbolId, "/")
		if len(parts) != 3 {
			return fmt.Errorf("the submodule %s is in %q, want a file of a folder below src", full, submodule.SymbolId)
		}
		folders = append(folders, parts[1])
		lines = append(lines, fmt.Sprintf("Object.defineProperty(exports, %q, { enumerable: true, get: () => require(%q) });", strings.TrimPrefix(full, a.name+"."), "./"+parts[1]))
	}
	slices.Sort(lines)
	entries, err := os.ReadDir(lib)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() && !slices.Contains(folders, entry.Name()) {
			if err := os.RemoveAll(filepath.Join(lib, entry.Name())); err != nil {
				return err
			}
		}
	}
	index := "\"use strict\";\nObject.defineProperty(exports, \"__esModule\", { value: true });\n" + strings.Join(lines, "\n") + "\n"
	return os.WriteFile(filepath.Join(lib, "index.js"), []byte(index), 0o666)
}

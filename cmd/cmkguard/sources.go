package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/served"
)

// sources are what was read.
type sources struct {
	// files are the files that were read, with what each is.
	files []sourceFile
	// apps are the stacks that are examined together: those of a plan or a state,
	// and all synthesized stacks, which may refer to each other.
	apps  []app
	notes []cmk.Issue
}

// app is what is examined together; plan is the content of a plan or state.
type app struct {
	stacks []*cmk.Stack
	plan   []byte
}

type sourceFile struct {
	Name string   `json:"file"`
	Kind cmk.Kind `json:"kind"`
}

// readAll reads files and folders. Its error has all that cannot be read.
func readAll(names []string, in io.Reader) (*sources, error) {
	s := &sources{}
	var stacks []*cmk.Stack
	var problems []error
	add := func(name string, content []byte) {
		input, err := cmk.Read(name, content)
		if err != nil {
			problems = append(problems, err)
			return
		}
		s.files = append(s.files, sourceFile{name, input.Kind})
		s.notes = append(s.notes, input.Notes...)
		if input.Kind == cmk.Synthesized {
			stacks = append(stacks, input.Stacks...)
		} else {
			s.apps = append(s.apps, app{input.Stacks, content})
		}
	}
	for _, name := range names {
		if name == "-" {
			content, err := io.ReadAll(in)
			if err != nil {
				return nil, err
			}
			add("standard input", content)
			continue
		}
		info, err := os.Stat(name)
		if err == nil && info.IsDir() {
			err = s.readFolder(name, add)
		} else if err == nil {
			var content []byte
			if content, err = os.ReadFile(name); err == nil {
				add(name, content)
			}
		}
		if err != nil {
			problems = append(problems, err)
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if len(stacks) > 0 {
		s.apps = append(s.apps, app{stacks: stacks})
	}
	return s, nil
}

// skipped are folders that hold nothing to examine.
var skipped = []string{"node_modules", ".terraform", ".git"}

// readFolder reads the plans, states and stacks of a folder and those below. The
// files of Terraform's JSON syntax in one folder are one stack.
func (s *sources) readFolder(root string, add func(name string, content []byte)) error {
	found, hcl := 0, ""
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && slices.Contains(skipped, entry.Name()):
			return filepath.SkipDir
		case entry.IsDir():
			count, err := s.readStack(path, add)
			found += count
			return err
		case strings.HasSuffix(path, ".tf"):
			hcl = path
		case strings.HasSuffix(path, ".json") && !strings.HasSuffix(path, ".tf.json"):
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			// A folder may hold other JSON, too, such as CDKTF's manifest.
			if bytes.Contains(content, []byte(`"format_version"`)) && (bytes.Contains(content, []byte(`"planned_values"`)) || bytes.Contains(content, []byte(`"root_module"`))) {
				found++
				add(path, content)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if hcl != "" {
		s.notes = append(s.notes, cmk.Issue{Rule: cmk.Unread, Stack: root, Address: hcl,
			Problem: "files in HCL are not read", Fix: "examine the plan: terraform plan -out plan, terraform show -json plan"})
	}
	if found == 0 {
		return fmt.Errorf("%s: holds no plan, state or stack as JSON, so nothing was examined; make a plan with terraform plan -out plan and terraform show -json plan", root)
	}
	return nil
}

// readStack reads the files of Terraform's JSON syntax in one folder as one
// stack.
func (s *sources) readStack(folder string, add func(name string, content []byte)) (int, error) {
	files, err := filepath.Glob(filepath.Join(escaped(folder), "*.tf.json"))
	if err != nil {
		return 0, err
	}
	if len(files) == 1 {
		content, err := os.ReadFile(files[0])
		if err != nil {
			return 0, err
		}
		add(files[0], content)
		return 1, nil
	}
	merged := map[string][]any{}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		var sections map[string]any
		if err := json.Unmarshal(content, &sections); err != nil {
			return 0, fmt.Errorf("%s: is no JSON of Terraform: %w; make it with terraform show -json", name, err)
		}
		if base := filepath.Base(name); base == "override.tf.json" || strings.HasSuffix(base, "_override.tf.json") {
			s.notes = append(s.notes, cmk.Issue{Rule: cmk.Unread, Stack: folder, Address: name,
				Problem: "files that override others are not read", Fix: "examine the plan"})
			continue
		}
		for section, value := range sections {
			// A list of blocks is as good as a block.
			if list, isList := value.([]any); isList {
				merged[section] = append(merged[section], list...)
			} else {
				merged[section] = append(merged[section], value)
			}
		}
	}
	if len(merged) == 0 {
		return 0, nil
	}
	content, err := json.Marshal(merged)
	if err != nil {
		return 0, err
	}
	add(folder, content)
	return 1, nil
}

// escaped is a folder's name without patterns.
func escaped(folder string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(folder)
}

// examine examines each app by itself.
func (s *sources) examine(dataKeys []string, progress func(int)) cmk.Examination {
	all := cmk.Examination{Issues: s.notes}
	for _, app := range s.apps {
		before := all.Resources
		found := cmk.Examine(app.stacks, app.stacks, dataKeys, func(examined int) { progress(before + examined) })
		if app.plan != nil {
			served.Add(&found, func(string) ([]byte, error) { return app.plan, nil })
		} else {
			served.AddOf(&found, app.stacks)
		}
		all.Issues = append(all.Issues, found.Issues...)
		all.Resources += found.Resources
		all.Storing += found.Storing
	}
	return all
}

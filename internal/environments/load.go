package environments

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

// Load reads an environments file. Its error is [Problems], or what the
// operating system says when the file cannot be read.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(err)
	}
	return Parse(path, data)
}

// Parse reads the content of an environments file. The name is what positions
// and problems call the file.
func Parse(name string, data []byte) (*File, error) {
	root, problems := parseYAML(name, data)
	if root == nil {
		return nil, inOrder(problems)
	}
	values := valueReader{name: name}
	instance := values.read(root, nil)
	problems = append(problems, values.problems...)
	problems = append(problems, checkShape(name, root, instance, values.refused)...)
	problems = append(problems, sharedStates(name, root)...)
	if len(problems) > 0 {
		return nil, inOrder(problems)
	}
	return decode(name, root)
}

// decode fills the Go values. Only a schema that allows more than the Go types
// hold makes it fail.
func decode(name string, root *yaml.Node) (*File, error) {
	file := &File{name: name, root: root}
	if err := root.Decode(file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	environments := find(root, fieldPath{"environments"})
	for i := 0; i < len(environments.Content); i += 2 {
		environment := Environment{Name: environments.Content[i].Value}
		if err := environments.Content[i+1].Decode(&environment); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		file.Environments = append(file.Environments, environment)
	}
	return file, nil
}

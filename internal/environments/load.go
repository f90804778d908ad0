package environments

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Load reads an environments file. Its error is [Problems], or what the
// operating system says when the file cannot be read.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return Parse(path, data)
}

// unreadable names the folder in which a missing file was looked for: mostly the
// program runs in another one.
func unreadable(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) && !filepath.IsAbs(path) {
		if folder, unknown := os.Getwd(); unknown == nil {
			return fmt.Errorf("cannot read the environments: %w in %s", err, folder)
		}
	}
	return fmt.Errorf("cannot read the environments: %w", err)
}

// Parse reads the content of an environments file. The name is what positions
// and problems call the file.
func Parse(name string, data []byte) (*File, error) {
	root, problems := parseYAML(name, data)
	if root == nil {
		return nil, inOrder(problems)
	}
	plain := plainReader{file: name, refused: map[string]bool{}}
	plain.read(root, nil)
	c := checker{name: name, root: root, refused: plain.refused, reported: map[string]bool{}}
	c.value(root, nil, sectionOf[File]())
	c.acrossFields()
	if problems = append(append(problems, plain.problems...), c.problems...); len(problems) > 0 {
		return nil, inOrder(problems)
	}
	file := &File{name: name, root: root}
	// Only rules that allow more than the Go types hold make this fail.
	if err := root.Decode(file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return file, nil
}

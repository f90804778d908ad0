package module

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// leftOut are folders that no build has: other people's modules, what programs wrote,
// and apps that lazyload's tests try on bindings of other providers.
var leftOut = []string{".git", "node_modules", "cdktf.out", ".terraform", filepath.Join("lazyload", "testdata")}

// Write writes a build of the module in folder source into the folder out, which must
// be empty or not exist. bindings is the folder that `go run ./tools/bindings` wrote;
// empty where a registry has the modules. With bindings go.mod and go.sum are made
// whole by `go mod tidy`; without, that is left to do. After an error the folder is as it
// was.
func (b Build) Write(source, out, bindings string) error {
	if err := b.check(source, out, bindings); err != nil {
		return err
	}
	if err := b.write(source, out, bindings); err != nil {
		return errors.Join(err, Empty(out))
	}
	return nil
}

// Empty removes what was begun in a folder.
func Empty(folder string) error {
	entries, err := os.ReadDir(folder)
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(folder, entry.Name())))
	}
	return err
}

func (b Build) write(source, out, bindings string) error {
	err := walk(source, func(path string, entry fs.DirEntry) error {
		target := filepath.Join(out, path)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o777)
		}
		if !entry.Type().IsRegular() {
			return nil // a link leads out of the module
		}
		return b.copyFile(filepath.Join(source, path), target)
	})
	if err != nil {
		return err
	}
	if err := goIn(out, b.modEdit(bindings)...); err != nil {
		return err
	}
	if bindings == "" {
		return nil
	}
	return goIn(out, "mod", "tidy")
}

// check says what would make Write fail half-way.
func (b Build) check(source, out, bindings string) error {
	var problems []error
	if _, err := os.Stat(filepath.Join(source, "go.mod")); err != nil {
		problems = append(problems, fmt.Errorf("the source %q is not the folder of a module: %w", source, err))
	}
	entries, err := os.ReadDir(out)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		problems = append(problems, fmt.Errorf("the output folder %q: %w", out, err))
	case len(entries) > 0:
		problems = append(problems, fmt.Errorf("the output folder %q is not empty; name one that is, or that does not exist", out))
	case within(source, out):
		problems = append(problems, fmt.Errorf("the output folder %q lies in the source %q; name one outside of it", out, source))
	}
	if bindings != "" {
		for _, replaced := range b.Imports {
			if _, err := os.Stat(filepath.Join(bindings, replaced.Folder, "go.mod")); err != nil {
				problems = append(problems, fmt.Errorf("the bindings in %q lack %s, write them with go run ./tools/bindings: %w", bindings, replaced.New, err))
			}
		}
	}
	return errors.Join(problems...)
}

func within(folder, path string) bool {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return false
	}
	other, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	relative, err := filepath.Rel(absolute, other)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}

func (b Build) copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if filepath.Ext(from) == ".go" {
		if content, err = b.RewriteImports(from, content); err != nil {
			return err
		}
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, info.Mode().Perm())
}

// modEdit are the arguments of go that make go.mod the build's.
func (b Build) modEdit(bindings string) []string {
	arguments := []string{"mod", "edit"}
	for _, replaced := range b.Imports {
		arguments = append(arguments, "-droprequire="+replaced.Old, "-require="+replaced.New+"@"+replaced.Version)
		if bindings != "" {
			absolute, err := filepath.Abs(filepath.Join(bindings, replaced.Folder))
			if err != nil {
				absolute = filepath.Join(bindings, replaced.Folder)
			}
			arguments = append(arguments, "-replace="+replaced.New+"="+absolute)
		}
	}
	return arguments
}

func goIn(folder string, arguments ...string) error {
	command := exec.Command("go", arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOWORK=off")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(arguments, " "), err, out)
	}
	return nil
}

// walk visits what a build has of a folder, by paths below it.
func walk(folder string, visit func(path string, entry fs.DirEntry) error) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if entry.IsDir() && (slices.Contains(leftOut, relative) || slices.Contains(leftOut, entry.Name())) {
			return filepath.SkipDir
		}
		return visit(relative, entry)
	})
}

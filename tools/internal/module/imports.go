package module

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// RewriteImports is a file of Go with the build's imports, formatted as gofmt does. A
// file without any of them stays as it is, byte by byte.
func (b Build) RewriteImports(name string, source []byte) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	rewritten := slices.Clone(source)
	// From the last to the first, so that the places of those before stay right.
	for _, spec := range slices.Backward(file.Imports) {
		written, err := b.importSpec(spec)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", files.Position(spec.Pos()), err)
		}
		if written == "" {
			continue
		}
		start, end := files.Position(spec.Pos()).Offset, files.Position(spec.Path.End()).Offset
		rewritten = slices.Replace(rewritten, start, end, []byte(written)...)
	}
	if slices.Equal(rewritten, source) {
		return source, nil
	}
	return format.Source(rewritten)
}

// importSpec is an import as the build has it, empty where it stays as it is.
func (b Build) importSpec(spec *ast.ImportSpec) (string, error) {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return "", err
	}
	for _, replaced := range b.Imports {
		below, isBelow := strings.CutPrefix(path, replaced.Old)
		if !isBelow || below != "" && below[0] != '/' {
			continue
		}
		name := ""
		switch {
		case spec.Name != nil:
			name = spec.Name.Name + " "
		case below == "" && replaced.Package != "":
			name = replaced.Package + " "
		}
		return name + strconv.Quote(replaced.New+below), nil
	}
	return "", nil
}

// PackagesOf are the packages of the AWS provider's bindings that any Go file below a
// folder imports, by their names, sorted.
func PackagesOf(folder string) ([]string, error) {
	found := map[string]bool{}
	err := walk(folder, func(path string, entry fs.DirEntry) error {
		if entry.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		source, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			if name, isProvider := strings.CutPrefix(strings.Trim(spec.Path.Value, "`\""), providerPath+"/"); isProvider {
				found[name] = true
			}
		}
		return nil
	})
	return slices.Sorted(maps.Keys(found)), err
}

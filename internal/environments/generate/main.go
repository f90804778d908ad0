// Generate writes environments.schema.json, with which editors complete and check
// environments.yaml, and docs/environments.md, from the structs that the file is decoded
// into: their rules, and the comments on their fields.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

const schemaFile = "environments.schema.json"

// page is that of the file's fields, as go generate sees it.
var page = filepath.Join("..", "..", "docs", "environments.md")

// go generate runs it in the folder of package environments.
func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(folder string) error {
	comments, err := commentsIn(folder)
	if err != nil {
		return err
	}
	schema, err := environments.Schema(comments)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, schemaFile), schema, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, page), environments.Page(comments), 0o644)
}

// commentsIn reads the comments on the fields of every struct in a folder.
func commentsIn(folder string) (environments.Comments, error) {
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	comments := environments.Comments{}
	for _, source := range sources {
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if declared, ok := node.(*ast.TypeSpec); ok {
				addComments(comments, declared)
			}
			return true
		})
	}
	return comments, nil
}

func addComments(comments environments.Comments, declared *ast.TypeSpec) {
	structure, ok := declared.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range structure.Fields.List {
		for _, name := range field.Names {
			comments[declared.Name.Name+"."+name.Name] = strings.Join(strings.Fields(field.Doc.Text()), " ")
		}
	}
}

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

func TestFilesAreWhatTheStructsSay(t *testing.T) {
	comments, err := commentsIn("..")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := environments.Schema(comments)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{schemaFile: string(schema), page: string(environments.Page(comments))} {
		got, err := os.ReadFile(filepath.Join("..", path))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s is stale, run go generate ./internal/environments (-want +got):\n%s", path, diff)
		}
	}
}

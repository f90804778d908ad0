package test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// Loading by need changes nothing but the time: what the root app makes of every
// environment and each example, byte by byte, and what they print.
func TestLazyloadChangesNothing(t *testing.T) {
	tools.Require(t, tools.Node)
	compare := func(t *testing.T, binary, environments string) {
		run := func(mode string) (map[string]string, string) {
			folder := t.TempDir()
			if environments != "" {
				writeFile(t, filepath.Join(folder, "environments.yaml"), environments)
			}
			r := runProgram(t, folder, binary, "KMSTIER_LAZYLOAD="+mode)
			if r.exitCode != 0 {
				t.Fatalf("status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
			}
			files := contents(t, folder)
			files["standard output"] = r.stdout
			return files, r.stderr
		}
		usual, log := run("off")
		if log != "" {
			t.Errorf("switched off, standard error is\n%s", log)
		}
		lazy, log := run("debug")
		if !strings.Contains(log, "@cdktf/provider-aws: ") || !strings.Contains(log, " types by need") {
			t.Errorf("the provider was not loaded by need:\n%s", log)
		}
		if _, ok := usual[filepath.Join("cdktf.out", "manifest.json")]; !ok {
			t.Errorf("nothing was synthesized: %d files", len(usual))
		}
		if diff := cmp.Diff(usual, lazy); diff != "" {
			t.Errorf("with lazyload there is another output (-usual +lazyload):\n%s", diff)
		}
	}
	t.Run("root app", func(t *testing.T) {
		binary, err := rootApp()
		if err != nil {
			t.Fatal(err)
		}
		compare(t, binary, shipped(t)+localEnvironment)
	})
	for _, example := range examples(t) {
		t.Run(example, func(t *testing.T) {
			// Without lazyload each takes seconds.
			if os.Getenv(tools.RequireVariable) != "1" {
				t.Skipf("takes long: set %s=1 to run it", tools.RequireVariable)
			}
			binary, err := build("./examples/" + example)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, binary, "")
		})
	}
}

// contents are the files below a folder.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		files[name] = readFile(t, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

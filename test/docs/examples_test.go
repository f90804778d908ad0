package docs

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"os"
	"path/filepath"
)

var notPublic = regexp.MustCompile(`(^|/)(internal|cmd|examples|test|tools)(/|$)`)

// go doc shows how each public package is used.
func TestEveryPublicPackageHasAnExample(t *testing.T) {
	list := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Dir}}", "./...")
	list.Dir = repository
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	public := 0
	for line := range strings.Lines(string(out)) {
		name, folder, _ := strings.Cut(strings.TrimSpace(line), " ")
		path, below := strings.CutPrefix(name, "github.com/neurocipher-io/kmstier/")
		if !below || notPublic.MatchString(path) {
			continue
		}
		public++
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		hasExample := false
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			hasExample = hasExample || strings.Contains(string(content), "\nfunc Example")
		}
		if !hasExample {
			t.Errorf("%s has no example", name)
		}
	}
	if public < 8 {
		t.Errorf("only %d public packages", public)
	}
}

// Each example is a folder with a page of its own, which its list names.
func TestEveryExampleHasAPage(t *testing.T) {
	examples := filepath.Join(repository, "examples")
	entries, err := os.ReadDir(examples)
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(filepath.Join(examples, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		if _, err := os.Stat(filepath.Join(examples, entry.Name(), "README.md")); err != nil {
			t.Errorf("examples/%s has no README.md", entry.Name())
		}
		if !strings.Contains(string(list), "]("+entry.Name()+")") {
			t.Errorf("examples/README.md does not name %s", entry.Name())
		}
	}
}

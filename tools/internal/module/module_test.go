package module

import (
	"bytes"
	"encoding/json"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../../.."

func TestRewriteImports(t *testing.T) {
	const source = "package p\n\n" + `import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	sse "github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/hashicorp/terraform-cdk-go/cdktf" // the app
	"github.com/hashicorp/terraform-cdk-go/cdktfother"
)

var text = "github.com/hashicorp/terraform-cdk-go/cdktf"
`
	for name, c := range map[string]struct {
		build        Build
		source, want string
	}{
		"to CDK Terrain": {Terrain, source, "package p\n\n" + `import (
	"github.com/cdktn-io/cdktn-provider-aws-go/aws/v25/kmskey"
	sse "github.com/cdktn-io/cdktn-provider-aws-go/aws/v25/s3bucket"
	"github.com/hashicorp/terraform-cdk-go/cdktfother"
	cdktf "github.com/open-constructs/cdk-terrain-go/cdktn" // the app
)

var text = "github.com/hashicorp/terraform-cdk-go/cdktf"
`},
		"to provider 6":        {Provider6, source, strings.ReplaceAll(source, "aws/v19", "aws/v21")},
		"a name of its own":    {Terrain, "package p\n\nimport tf \"github.com/hashicorp/terraform-cdk-go/cdktf\"\n", "package p\n\nimport tf \"github.com/open-constructs/cdk-terrain-go/cdktn\"\n"},
		"below a package":      {Terrain, "package p\n\nimport \"github.com/hashicorp/terraform-cdk-go/cdktf/jsii\"\n", "package p\n\nimport \"github.com/open-constructs/cdk-terrain-go/cdktn/jsii\"\n"},
		"nothing, so no gofmt": {Terrain, "package p\nvar   x int\n", "package p\nvar   x int\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.build.RewriteImports("p.go", []byte(c.source))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	if _, err := Terrain.RewriteImports("p.go", []byte("no Go")); err == nil {
		t.Error("what is no Go is rewritten")
	}
}

// Each build of the whole module parses, is formatted, and imports none of what it
// replaces; its go.mod does not name it either.
func TestBuildsHaveNoneOfWhatTheyReplace(t *testing.T) {
	for _, build := range Builds {
		t.Run(build.Name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "module")
			if err := build.Write(root, out, ""); err != nil {
				t.Fatal(err)
			}
			count := 0
			err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
				if err != nil || filepath.Ext(path) != ".go" {
					return err
				}
				count++
				expectRewritten(t, build, path)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if count < 500 {
				t.Errorf("the build has %d files of Go, fewer than 500", count)
			}
			command := exec.Command("go", "mod", "edit", "-json")
			command.Dir = out
			content, err := command.Output()
			if err != nil {
				t.Fatal(err)
			}
			var mod struct {
				Require []struct{ Path, Version string }
			}
			if err := json.Unmarshal(content, &mod); err != nil {
				t.Fatal(err)
			}
			required := map[string]string{}
			for _, one := range mod.Require {
				required[one.Path] = one.Version
			}
			for _, replaced := range build.Imports {
				if required[replaced.Old] != "" || required[replaced.New] != replaced.Version {
					t.Errorf("go.mod requires %s %q and %s %q", replaced.Old, required[replaced.Old], replaced.New, required[replaced.New])
				}
			}
		})
	}
}

func expectRewritten(t *testing.T, build Build, path string) {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range file.Imports {
		for _, replaced := range build.Imports {
			if imported := strings.Trim(spec.Path.Value, "\"`"); imported == replaced.Old || strings.HasPrefix(imported, replaced.Old+"/") {
				t.Errorf("%s imports %s", path, imported)
			}
		}
	}
	if formatted, err := format.Source(source); err != nil || !bytes.Equal(formatted, source) {
		t.Errorf("%s is not formatted, or no Go: %v", path, err)
	}
}

// The lockfile of the bindings has the versions that go.mod will ask for.
func TestVersionsAreThoseOfTheLockfile(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "tools", "bindings", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(content, []byte(`"resolved"`)) {
		t.Error(`the lockfile names a registry's host: write it with npm install --package-lock-only --omit-lockfile-registry-resolved`)
	}
	var lock struct {
		Packages map[string]struct{ Version string }
	}
	if err := json.Unmarshal(content, &lock); err != nil {
		t.Fatal(err)
	}
	for npm, replaced := range map[string]Import{"cdktn": Terrain.Imports[0], "@cdktn/provider-aws": Terrain.Imports[1], "@cdktf/provider-aws": Provider6.Imports[0]} {
		if locked := "v" + lock.Packages["node_modules/"+npm].Version; locked != replaced.Version {
			t.Errorf("%s is %s in the lockfile, and %s here", npm, locked, replaced.Version)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir()
	for name, c := range map[string]struct {
		source, out, bindings string
		want                  []string
	}{
		"a full folder":                  {root, full, "", []string{"is not empty"}},
		"a folder of the module":         {root, filepath.Join(root, "tools", "new"), "", []string{"lies in the source"}},
		"no module, a full folder, none": {empty, full, empty, []string{"not the folder of a module", "is not empty", "lack github.com/open-constructs/cdk-terrain-go/cdktn", "lack github.com/cdktn-io/cdktn-provider-aws-go/aws/v25"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := Terrain.Write(c.source, c.out, c.bindings)
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("the error is %v, want %q", err, want)
				}
			}
		})
	}
}

func TestWriteLeavesNothingHalfWritten(t *testing.T) {
	source, out := t.TempDir(), t.TempDir()
	for name, content := range map[string]string{"go.mod": "module x\n", "a.go": "package a\n", "z.go": "no Go"} {
		if err := os.WriteFile(filepath.Join(source, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := Terrain.Write(source, out, ""); err == nil || !strings.Contains(err.Error(), "z.go") {
		t.Errorf("the error is %v, want the file that is no Go", err)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestPackagesOf(t *testing.T) {
	names, err := PackagesOf(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 50 || !strings.Contains(strings.Join(names, " "), " kmskey ") {
		t.Errorf("the module imports %q of the provider's packages", names)
	}
}

package builds

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/tools/internal/module"
)

var (
	all  = flag.Bool("builds", false, "make bindings, and write, compile, test and compare all builds of the module with them, which takes five minutes")
	made = flag.String("bindings", "", "the folder that go run ./tools/bindings wrote (default: made anew)")
)

// repository is the folder of the module.
const repository = "../.."

// knownBuild is a build with the lines of a stack in which it may differ, and must: what
// stands there in the module as it is, and in the build.
type knownBuild struct {
	module.Build
	// npm is the package whose bindings the build has.
	npm string
	// lines are those of every stack that an app synthesizes, pinned is the version of
	// the provider where a stack sets none of its own.
	lines  map[string]string
	pinned string
	// emptyOnOneLine is true where {} is written in one line, which CDKTF writes in two.
	emptyOnOneLine bool
}

var builds = []knownBuild{
	{Build: module.Provider6, npm: "@cdktf/provider-aws", pinned: "6.25.0"},
	{Build: module.Terrain, npm: "@cdktn/provider-aws", pinned: "6.66.0", emptyOnOneLine: true, lines: map[string]string{
		ownVersion:        `"version": "0.24.0"`,
		`"source": "aws"`: `"source": "hashicorp/aws"`, // the same provider, by its whole name
	}},
}

var emptyBlock = regexp.MustCompile(`\{\n *\}`)

// spelled is a stack with its empty blocks as the build writes them.
func (b knownBuild) spelled(stack []byte) []byte {
	if !b.emptyOnOneLine {
		return stack
	}
	return emptyBlock.ReplaceAllLiteral(stack, []byte("{}"))
}

const (
	pinnedHere = `"version": "5.99.1"`
	// ownVersion is CDKTF's, in the comment that it writes for itself.
	ownVersion = `"version": "0.21.0"`
)

// programs synthesize stacks, each by its folder: the root app, the examples, and the
// programs of the tests.
func programs(t *testing.T) []string {
	t.Helper()
	all := []string{"."}
	for _, pattern := range []string{"examples/*/main.go", "test/programs/*/main.go"} {
		found, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil || len(found) < 3 {
			t.Fatalf("%s: %d programs, fewer than 3; %v", pattern, len(found), err)
		}
		for _, path := range found {
			program, err := filepath.Rel(repository, filepath.Dir(path))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, filepath.ToSlash(program))
		}
	}
	return all
}

// TestBuilds writes each build, and wants that all of it compiles, that the tests of the
// constructs pass, that all stacks and snapshots are those of the module as it is, but
// for the known lines, and that the provider of the build lets them be set.
func TestBuilds(t *testing.T) {
	if !*all {
		t.Skip("makes bindings from npm, and takes five minutes: go test ./tools/builds -builds -timeout 1h; tools/internal/module writes and parses the builds at every run")
	}
	tools.Require(t, tools.Node)
	bindings := *made
	if bindings == "" {
		bindings = filepath.Join(t.TempDir(), "bindings")
		runIn(t, repository, nil, "go", "run", "./tools/bindings", bindings)
	}
	want := map[string]map[string][]byte{}
	for _, program := range programs(t) {
		want[program] = synthesize(t, repository, program)
	}
	for _, build := range builds {
		t.Run(build.Name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), build.Name)
			if err := build.Write(repository, folder, bindings); err != nil {
				t.Fatal(err)
			}
			runIn(t, folder, nil, "go", "vet", "./...")
			provider, err := readProvider(filepath.Join(bindings, "npm", "node_modules", build.npm, ".jsii"))
			if err != nil {
				t.Fatal(err)
			}
			pin := map[string]string{pinnedHere: fmt.Sprintf(`"version": %q`, build.pinned)}
			for program, stacks := range want {
				got := synthesize(t, folder, program)
				for name, stack := range stacks {
					place := program + " " + name
					for _, difference := range differences(build.spelled(stack), got[name], build.lines, pin) {
						t.Errorf("%s: %s", place, difference)
					}
					expectSettable(t, provider, place, stack)
				}
				if len(got) != len(stacks) {
					t.Errorf("%s synthesizes %d stacks, want %d", program, len(got), len(stacks))
				}
			}
			// Snapshots are written anew, so that differences can be told from the known lines.
			runIn(t, folder, []string{"UPDATE_SNAPS=true"}, "go", "test", "-timeout", "30m", "./constructs/...")
			compareSnapshots(t, build, folder, provider, pin)
		})
	}
}

// compareSnapshots compares the snapshots below constructs, which hold no comment of
// CDKTF's.
func compareSnapshots(t *testing.T, build knownBuild, folder string, provider *provider, pin map[string]string) {
	t.Helper()
	lines := maps.Clone(build.lines)
	maps.DeleteFunc(lines, func(line, _ string) bool { return line == ownVersion })
	count := 0
	err := filepath.WalkDir(filepath.Join(repository, "constructs"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".snap.tf.json") {
			return err
		}
		count++
		before, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(repository, path)
		if err != nil {
			return err
		}
		after, err := os.ReadFile(filepath.Join(folder, relative))
		if err != nil {
			return err
		}
		for _, difference := range differences(build.spelled(before), after, lines, pin) {
			t.Errorf("%s: %s", relative, difference)
		}
		expectSettable(t, provider, relative, before)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 2 {
		t.Errorf("%d snapshots are compared, fewer than 2", count)
	}
}

func expectSettable(t *testing.T, provider *provider, place string, stack []byte) {
	t.Helper()
	lacks, err := provider.check(stack)
	if err != nil {
		t.Fatalf("%s: %v", place, err)
	}
	for _, one := range lacks {
		t.Errorf("%s: %s", place, one)
	}
}

// synthesize runs a program of a module and returns the stacks that it writes, by
// their names.
func synthesize(t *testing.T, root, program string) map[string][]byte {
	t.Helper()
	binary, folder := filepath.Join(t.TempDir(), "app"), t.TempDir()
	runIn(t, root, nil, "go", "build", "-o", binary, "./"+program)
	if program != "." {
		if err := os.CopyFS(folder, os.DirFS(filepath.Join(root, program))); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(folder, "cdktf.out")); err != nil {
			t.Fatal(err)
		}
	}
	environments, err := os.ReadFile(filepath.Join(root, "environments.yaml")) // the root app's
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "environments.yaml"), environments, 0o666); err != nil {
		t.Fatal(err)
	}
	runIn(t, folder, nil, binary)
	paths, err := filepath.Glob(filepath.Join(folder, "cdktf.out", "stacks", "*", "cdk.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("%s synthesizes nothing", program)
	}
	stacks := map[string][]byte{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		stacks[filepath.Base(filepath.Dir(path))] = content
	}
	return stacks
}

func runIn(t *testing.T, folder string, env []string, program string, arguments ...string) {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.Dir = folder
	command.Env = append(append(os.Environ(), "GOWORK=off", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20"), env...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", program, arguments, err, out)
	}
}

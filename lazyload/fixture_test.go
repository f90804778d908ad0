//go:build unix

package lazyload

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The tests in this file run real apps on the real kernel. Each start without
// lazyload takes seconds, so there is one, and all others are compared with it.

const (
	fixture  = "./internal/fixture"
	provider = "@cdktf/provider-aws"
)

func TestSynthesizedBytesAreTheSame(t *testing.T) {
	node(t)
	app := build(t, fixture)
	want := synthesize(t, app, modeVariable+"=off")
	if !slices.Contains(slices.Collect(maps.Keys(want.files)), "cdktf.out/stacks/keys/cdk.tf.json") {
		t.Fatalf("the fixture wrote %v", slices.Sorted(maps.Keys(want.files)))
	}
	cache := cacheIn(t.TempDir())

	t.Run("two cold starts at once", func(t *testing.T) {
		var results [2]synthesis
		var group sync.WaitGroup
		for i := range results {
			group.Go(func() { results[i] = synthesize(t, app, cache...) })
		}
		group.Wait()
		for _, got := range results {
			got.mustBe(t, want)
			got.mustLog(t, provider+": 23208 types by need")
		}
	})
	t.Run("a warm start", func(t *testing.T) {
		got := synthesize(t, app, cache...)
		got.mustBe(t, want)
		got.mustLog(t, provider+": 23208 types by need")
		got.mustNotLog(t, "indexed")
	})
	t.Run("a damaged index", func(t *testing.T) {
		indexes, err := filepath.Glob(filepath.Join(cacheOf(cache), "kmstier", "lazyload", "*", "*.index"))
		if err != nil || len(indexes) != 1 {
			t.Fatalf("the indexes are %v, %v", indexes, err)
		}
		if err := os.Truncate(indexes[0], 1_000_000); err != nil {
			t.Fatal(err)
		}
		got := synthesize(t, app, cache...)
		got.mustBe(t, want)
		got.mustLog(t, "it is damaged")
		got.mustLog(t, "indexed "+provider)
	})
	t.Run("options of the user", func(t *testing.T) {
		got := synthesize(t, app, append(cache, nodeOptions+`=--max-old-space-size=2048 --title="a title"`)...)
		got.mustBe(t, want)
		got.mustLog(t, "by need")
	})
	for _, major := range []string{"20", "22", "24"} {
		t.Run("Node "+major, func(t *testing.T) {
			got := synthesize(t, app, append(cache, "JSII_NODE="+nodeRelease(t, major))...)
			got.mustBe(t, want)
			got.mustLog(t, "by need")
			got.mustLog(t, hostedHere)
			got.mustNotLog(t, "usual")
		})
	}
	for _, version := range []string{"v1.112.0", "v1.130.0"} {
		t.Run("jsii "+version, func(t *testing.T) {
			other := buildWith(t, fixture, "replace github.com/aws/jsii-runtime-go => github.com/aws/jsii-runtime-go "+version)
			got := synthesize(t, other, cache...)
			got.mustBe(t, want)
			got.mustLog(t, "by need")
			got.mustLog(t, hostedHere)
			got.mustNotLog(t, "usual")
		})
	}
	t.Run("without jsii's own cache", func(t *testing.T) {
		got := synthesize(t, app, append(cache, "JSII_RUNTIME_PACKAGE_CACHE=disabled")...)
		got.mustBe(t, want)
		got.mustLog(t, "by need")
		got.mustNotLog(t, "indexed")
	})
}

func TestSeveralProviders(t *testing.T) {
	node(t)
	app := buildWith(t, "./testdata/severalproviders",
		"require github.com/cdktf/cdktf-provider-random-go/random/v12 v12.0.1")
	want := synthesize(t, app, modeVariable+"=off")
	cache := cacheIn(t.TempDir())
	for range 2 {
		got := synthesize(t, app, cache...)
		got.mustBe(t, want)
		got.mustLog(t, provider+": 23208 types by need")
		got.mustLog(t, "@cdktf/provider-random: 18 types by need")
		got.mustNotLog(t, "usual")
	}
}

// A synthesis is what an app wrote and printed.
type synthesis struct {
	files map[string]string
	log   string
}

// synthesize runs an app in a folder of its own.
func synthesize(t *testing.T, app string, env ...string) synthesis {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(app)
	cmd.Dir = dir
	cmd.Env = append(environ(modeVariable, nodeOptions), modeVariable+"=debug", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	cmd.Env = append(cmd.Env, env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Errorf("%v\n%s", err, stderr.String())
	}
	result := synthesis{map[string]string{"standard output": stdout.String()}, stderr.String()}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			result.files[path] = read(t, filepath.Join(dir, path))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return result
}

func (s synthesis) mustBe(t *testing.T, want synthesis) {
	t.Helper()
	for name := range want.files {
		if got, ok := s.files[name]; !ok || got != want.files[name] {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want.files[name])
		}
	}
	if len(s.files) != len(want.files) {
		t.Errorf("got the files %v, want %v", slices.Sorted(maps.Keys(s.files)), slices.Sorted(maps.Keys(want.files)))
	}
}

func (s synthesis) mustLog(t *testing.T, message string) {
	t.Helper()
	if !strings.Contains(s.log, message) {
		t.Errorf("the log has no %q:\n%s", message, s.log)
	}
}

func (s synthesis) mustNotLog(t *testing.T, message string) {
	t.Helper()
	if strings.Contains(s.log, message) {
		t.Errorf("the log has %q:\n%s", message, s.log)
	}
}

// cacheIn makes an app use a cache of its own, and still the packages that jsii
// has unpacked for this user, where the system allows to tell the two apart.
func cacheIn(dir string) []string {
	if runtime.GOOS == "darwin" {
		return []string{"HOME=" + dir}
	}
	return []string{"XDG_CACHE_HOME=" + dir}
}

func cacheOf(env []string) string {
	name, dir, _ := strings.Cut(env[0], "=")
	if name == "HOME" {
		return filepath.Join(dir, "Library", "Caches")
	}
	return dir
}

func build(t *testing.T, pkg string, flags ...string) string {
	t.Helper()
	app := filepath.Join(t.TempDir(), "app")
	cmd := exec.Command("go", append(append([]string{"build"}, flags...), "-o", app, pkg)...)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return app
}

// buildWith builds a package with more lines in go.mod than this module has.
func buildWith(t *testing.T, pkg string, lines ...string) string {
	t.Helper()
	dir := t.TempDir()
	modfile := filepath.Join(dir, "go.mod")
	write(t, modfile, read(t, "../go.mod")+strings.Join(lines, "\n")+"\n")
	write(t, filepath.Join(dir, "go.sum"), read(t, "../go.sum")+read(t, "testdata/modules.sum"))
	for _, line := range lines {
		fields := strings.Fields(line)
		download := exec.Command("go", "mod", "download", strings.Join(fields[len(fields)-2:], "@"))
		download.Dir = dir
		if output, err := download.CombinedOutput(); err != nil {
			missing(t, "%s is not available: %v\n%s", line, err, output)
		}
	}
	return build(t, pkg, "-mod=mod", "-modfile="+modfile)
}

// nodeRelease is the path of a release of Node that is pinned in testdata/node.
func nodeRelease(t *testing.T, major string) string {
	t.Helper()
	architecture := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if architecture == "" {
		architecture = runtime.GOARCH
	}
	name := fmt.Sprintf("node%s-%s-%s", major, runtime.GOOS, architecture)
	path, err := filepath.Abs(filepath.Join("testdata", "node", "node_modules", name, "bin", "node"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		missing(t, "%s is not installed: run npm ci in lazyload/testdata/node", name)
	}
	return path
}

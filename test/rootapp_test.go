package test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// repository is the folder that the tests belong to.
const repository = ".."

// rootApp is the built root app.
var rootApp = sync.OnceValues(func() (string, error) { return build(".") })

// build compiles a program of the repository.
func build(pkg string) (string, error) {
	folder, err := os.MkdirTemp(shared, "build")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(folder, "app")
	command := exec.Command("go", "build", "-o", binary, pkg)
	command.Dir = repository
	if out, err := command.CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	return binary, nil
}

// shared is a folder for what several tests use.
var shared string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if shared, err = os.MkdirTemp("", "kmstier-test-*"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(shared)
		return m.Run()
	}())
}

// run is what came of running the root app in a folder.
type run struct {
	folder         string
	stdout, stderr string
	exitCode       int
}

// stack is the path of a synthesized stack.
func (r run) stack(name string) string {
	return filepath.Join(r.folder, "cdktf.out", "stacks", name, "cdk.tf.json")
}

// runRootApp runs the root app in a new folder with this environments.yaml and
// further environment variables.
func runRootApp(t *testing.T, environments string, env ...string) run {
	t.Helper()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "environments.yaml"), environments)
	return runRootAppIn(t, folder, env...)
}

func runRootAppIn(t *testing.T, folder string, env ...string) run {
	t.Helper()
	tools.Require(t, tools.Node)
	binary, err := rootApp()
	if err != nil {
		t.Fatalf("building the root app: %v", err)
	}
	return runProgram(t, folder, binary, env...)
}

// synthesizeProgram runs a program of test/programs in a new folder, which must end well.
func synthesizeProgram(t *testing.T, name string) run {
	t.Helper()
	tools.Require(t, tools.Node)
	binary, err := build("./test/programs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(filepath.Dir(binary)) })
	r := runProgram(t, t.TempDir(), binary)
	if r.exitCode != 0 {
		t.Fatalf("the app ended with status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
	return r
}

func runProgram(t *testing.T, folder, binary string, env ...string) run {
	t.Helper()
	return runCommand(t, folder, exec.Command(binary), env...)
}

func runCommand(t *testing.T, folder string, command *exec.Cmd, env ...string) run {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command.Dir = folder
	command.Stdout, command.Stderr = &stdout, &stderr
	command.Env = append(os.Environ(), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	command.Env = append(command.Env, env...)
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("running %s: %v", filepath.Base(command.Path), err)
	}
	return run{folder, stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// synthesize runs the root app and fails the test unless it succeeds.
func synthesize(t *testing.T, environments string) run {
	t.Helper()
	r := runRootApp(t, environments)
	if r.exitCode != 0 {
		t.Fatalf("the root app ended with status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
	return r
}

// synthesizedOnce is what the root app makes of the shipped environments.yaml,
// for tests that only read it.
func synthesizedOnce(t *testing.T) run {
	t.Helper()
	return firstRun.once(t, "synthesized")
}

// A shared run is made by the first test that needs it.
type sharedRun struct {
	sync.Mutex
	run
}

var firstRun sharedRun

func (s *sharedRun) once(t *testing.T, name string, env ...string) run {
	t.Helper()
	tools.Require(t, tools.Node)
	s.Lock()
	defer s.Unlock()
	if s.folder == "" {
		folder := filepath.Join(shared, name)
		writeFile(t, filepath.Join(folder, "environments.yaml"), shipped(t))
		r := runRootAppIn(t, folder, env...)
		if r.exitCode != 0 {
			t.Fatalf("the root app ended with status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
		}
		s.run = r
	}
	return s.run
}

// shipped is the environments.yaml of the repository.
func shipped(t *testing.T) string {
	t.Helper()
	return readFile(t, filepath.Join(repository, "environments.yaml"))
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

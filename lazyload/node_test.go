//go:build unix

package lazyload

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// nodeOptions names what reaches every Node process, and is the user's alone.
const nodeOptions = "NODE_OPTIONS"

// echo stands in for Node and says what it is told.
func echo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "echo node")
	write(t, path, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
	chmod(t, path, 0o700)
	return path
}

// Only the process that put the starter there gets the scripts.
func TestStarter(t *testing.T) {
	// Nothing in a path may mean anything to the shell.
	folder, err := installScriptsIn(filepath.Join(t.TempDir(), `a "cache" of $HOME's; *`))
	if err != nil {
		t.Fatal(err)
	}
	own := strconv.Itoa(os.Getpid())
	tests := map[string]struct {
		app, program string
		want         []string
	}{
		"the app":                       {own, "/tmp/a/jsii-runtime.js", []string{"--require", filepath.Join(folder, entryScript), "--preserve-symlinks", "/tmp/a/jsii-runtime.js"}},
		"another program of the app":    {own, "/tmp/a kernel", []string{"--require", filepath.Join(folder, entryScript), "/tmp/a kernel"}},
		"what another app started":      {"1", "/tmp/a/jsii-runtime.js", []string{"/tmp/a/jsii-runtime.js"}},
		"an environment without an app": {"", "/tmp/a kernel", []string{"/tmp/a kernel"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(filepath.Join(folder, starterName), test.program)
			cmd.Env = append(environ(nodeVariable, appVariable), nodeVariable+"="+echo(t), appVariable+"="+test.app)
			output, err := cmd.CombinedOutput()
			if err != nil || string(output) != strings.Join(test.want, "\n")+"\n" {
				t.Errorf("%v\ngot  %q\nwant %q", err, output, test.want)
			}
		})
	}
}

// An app that an app with this package starts gets the Node of the user, not the
// starter of the one above it.
func TestUsualNodeWhereInherited(t *testing.T) {
	useCache(t, t.TempDir())
	users := echo(t)
	t.Setenv(jsiiNode, users)
	for _, app := range []string{"first", "second"} {
		node, err := usualNode()
		if err != nil || node != users {
			t.Fatalf("the %s app: the usual Node is %q, %v", app, node, err)
		}
		if err := startWith(filepath.Join(install(t), starterName), node); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(jsiiNode, "/bin/sh") // set in between, by the user
	if node, err := usualNode(); err != nil || node != "/bin/sh" {
		t.Errorf("the usual Node is %q, %v", node, err)
	}
}

// What the app starts beside the kernel sees no option, whatever it is.
func TestOtherProcessesSeeNoScript(t *testing.T) {
	useCache(t, t.TempDir())
	t.Setenv(nodeOptions, "")
	t.Setenv(jsiiNode, node(t))
	if err := prepareNode(); err != nil {
		t.Fatal(err)
	}
	program := `console.log(process.env.NODE_OPTIONS, process.execArgv, Object.getOwnPropertySymbols(globalThis).length)`
	output, err := exec.Command(node(t), "-e", program).CombinedOutput()
	if err != nil || bytes.Contains(output, []byte("preload")) {
		t.Errorf("%v\n%s", err, output)
	}
}

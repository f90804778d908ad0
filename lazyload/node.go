package lazyload

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

const (
	// jsiiNode names the environment variable with which a user says which Node
	// runs the kernel. No program but a jsii app reads it, while NODE_OPTIONS would
	// reach every Node process that the app starts.
	jsiiNode = "JSII_NODE"

	// jsiiRuntime names the one with which a user says what runs in place of the
	// kernel and Node.
	jsiiRuntime = "JSII_RUNTIME"

	// nodeVariable names the one that says which Node it would be without this package.
	nodeVariable = modeVariable + "_NODE"

	// appVariable names the one that says for which process alone the kernel is changed.
	appVariable = modeVariable + "_APP"

	// terminalVariable names the one that says that a person reads what is said.
	terminalVariable = modeVariable + "_TERMINAL"
)

// starter is what jsii runs in place of Node, as it stands in the folder of the
// scripts. An app that inherited the environment, and knows nothing of this
// package, gets the Node that it would have got.
const starter = `#!/bin/sh
if [ "$PPID" = "$` + appVariable + `" ]; then
	case "$1" in */jsii-runtime.js)
		set -- --preserve-symlinks "$@"
		exec 3<&0 4>&1
	esac
	set -- --require "${0%/*}/` + entryScript + `" "$@"
fi
exec "${` + nodeVariable + `:-node}" "$@"
`

// starterName is the name of its file.
const starterName = "node"

// usualNode is the Node that jsii would run. In an app that was started by one
// with this package, that is not what JSII_NODE says.
func usualNode() (string, error) {
	if os.Getenv(jsiiRuntime) != "" {
		return "", fmt.Errorf("%s names a kernel of the user's own", jsiiRuntime)
	}
	node := os.Getenv(jsiiNode)
	if inherited := os.Getenv(nodeVariable); inherited != "" && isStarter(node) {
		node = inherited
	}
	if node == "" {
		node = "node"
	}
	// jsii says in its own words that there is none.
	if _, err := exec.LookPath(node); err != nil {
		return "", fmt.Errorf("there is no Node.js: %w", err)
	}
	return node, nil
}

// isStarter tells whether a path is that of a starter, of whichever version.
func isStarter(path string) bool {
	folder := filepath.Dir(path)
	return filepath.Base(path) == starterName && filepath.Base(filepath.Dir(folder)) == folderName
}

// startWith makes the environment of this process such that jsii starts Node by
// the starter.
func startWith(starter, node string) error {
	if _, err := exec.LookPath(starter); err != nil {
		return fmt.Errorf("nothing can be run from the user's cache: %w", err)
	}
	if _, err := os.Stat("/bin/sh"); err != nil {
		return fmt.Errorf("there is no shell: %w", err)
	}
	return errors.Join(
		os.Setenv(nodeVariable, node),
		os.Setenv(appVariable, strconv.Itoa(os.Getpid())),
		os.Setenv(terminalVariable, onTerminal(os.Stderr)),
		os.Setenv(jsiiNode, starter),
	)
}

// onTerminal is "1" where a file is a terminal, or another device. The kernel's own
// standard error is a pipe to this process, so it cannot tell.
func onTerminal(file *os.File) string {
	if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return "1"
	}
	return ""
}

package tools

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

// RequireVariable is the environment variable that turns a missing tool from a
// reason to skip into a failure when it is set to 1.
const RequireVariable = "KMSTIER_REQUIRE_TOOLS"

// Tool is a program, or a package for one, that some tests need.
type Tool struct {
	name    string
	install string
	find    func() (string, error)
}

// newTool returns a Tool whose search runs once in a process: finding a Python
// package or asking a registry costs up to seconds, and the answer does not
// change while the tests run.
func newTool(name, install string, find func() (string, error)) *Tool {
	return &Tool{name: name, install: install, find: sync.OnceValues(find)}
}

// String returns the tool's name as messages show it.
func (t *Tool) String() string { return t.name }

// Find returns where the tool is: the path of a program, the folder of a
// package or mirror. The error says what was looked for and how to install it.
func (t *Tool) Find() (string, error) {
	path, err := t.find()
	if errors.Is(err, errWrongSetting) {
		return "", err
	}
	if err != nil {
		return "", fmt.Errorf("%s is missing: %w; to install it: %s", t.name, err, t.install)
	}
	return path, nil
}

// Path is [Require] for one tool and returns where it is.
func (t *Tool) Path(tb testing.TB) string {
	tb.Helper()
	Require(tb, t)
	path, err := t.Find()
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

// Require skips the test when one of the tools is missing, or fails it when
// [RequireVariable] is 1. The reason names the first tool that is missing and
// what installs it.
func Require(tb testing.TB, needed ...*Tool) {
	tb.Helper()
	for _, tool := range needed {
		if _, err := tool.Find(); err != nil {
			missing(tb, err)
		}
	}
}

func missing(tb testing.TB, err error) {
	tb.Helper()
	if errors.Is(err, errWrongSetting) {
		tb.Fatal(err)
		return
	}
	if os.Getenv(RequireVariable) == "1" {
		tb.Fatalf("%v (%s=1 makes this a failure)", err, RequireVariable)
		return
	}
	tb.Skipf("%v (set %s=1 to fail instead of skipping)", err, RequireVariable)
}

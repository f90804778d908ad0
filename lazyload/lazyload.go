package lazyload

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// modeVariable names the environment variable that users control the package
// with. The scripts read it as well.
const modeVariable = "KMSTIER_LAZYLOAD"

var errOff = errors.New(modeVariable + " is off")

// status is what Status returns. Importing the package is using it: the
// environment has to be complete before the first jsii call, which can be in
// the initialization of any package that is initialized after this one.
var status = enable(os.Stderr)

// Status returns nil if the jsii kernel that this process starts from now on
// loads the scripts, and otherwise the reason why it does not. Whether the
// scripts then recognise the kernel and the providers is not known in Go;
// KMSTIER_LAZYLOAD=debug tells.
func Status() error { return status }

// enable prepares the environment of this process for the kernel. It writes to
// log only if the user asked for it: a slow start is no reason to bother anyone.
func enable(log io.Writer) error {
	mode := os.Getenv(modeVariable)
	if mode == "off" {
		return errOff
	}
	err := prepareNode()
	if err != nil && mode == "debug" {
		fmt.Fprintf(log, "lazyload: everything loads as usual: %v\n", err)
	}
	return err
}

func prepareNode() error {
	node, err := usualNode()
	if err != nil {
		return err
	}
	folder, err := installScripts()
	if err != nil {
		return err
	}
	return startWith(filepath.Join(folder, starterName), node)
}

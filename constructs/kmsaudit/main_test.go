package kmsaudit_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/gkampitakis/go-snaps/snaps"

	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the tests faster
)

// Snapshots are updated, and those that no test asks for any more removed, by
// UPDATE_SNAPS=true go test.
func TestMain(m *testing.M) {
	status := m.Run()
	closeRuntime()
	if dirty, err := snaps.Clean(m); err != nil {
		fmt.Fprintln(os.Stderr, "cleaning snapshots:", err)
		status = 1
	} else if dirty {
		fmt.Fprintln(os.Stderr, "some snapshots are obsolete")
		status = 1
	}
	os.Exit(status)
}

// closeRuntime removes the files of the Node.js process. jsii waits for the
// process twice and complains about the second time on standard error, which is
// closed to it.
func closeRuntime() {
	stderr := os.Stderr
	os.Stderr = nil
	jsii.Close()
	os.Stderr = stderr
}

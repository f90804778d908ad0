package kmstier_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/gkampitakis/go-snaps/snaps"
)

// Snapshots are updated, and those that no test asks for any more removed, by
// UPDATE_SNAPS=true go test.
func TestMain(m *testing.M) {
	// The banner about Node.js releases would stand among the tests' output.
	os.Setenv("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
	status := m.Run()
	jsii.Close()
	if dirty, err := snaps.Clean(m); err != nil {
		fmt.Fprintln(os.Stderr, "cleaning snapshots:", err)
		status = 1
	} else if dirty {
		fmt.Fprintln(os.Stderr, "some snapshots are obsolete")
		status = 1
	}
	os.Exit(status)
}

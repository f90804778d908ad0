package keypolicy

import (
	"fmt"
	"os"
	"testing"

	"github.com/gkampitakis/go-snaps/snaps"
)

// Snapshots are updated, and those that no test asks for any more removed, by
// UPDATE_SNAPS=true go test.
func TestMain(m *testing.M) {
	status := m.Run()
	if dirty, err := snaps.Clean(m); err != nil {
		fmt.Fprintln(os.Stderr, "cleaning snapshots:", err)
		status = 1
	} else if dirty {
		fmt.Fprintln(os.Stderr, "some snapshots are obsolete")
		status = 1
	}
	os.Exit(status)
}

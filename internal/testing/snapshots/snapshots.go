// Package snapshots ends the tests of a package that keeps snapshots.
package snapshots

import (
	"fmt"
	"os"
	"testing"

	"github.com/gkampitakis/go-snaps/snaps"
)

// Run runs the tests of a package and returns its exit status, which is not 0 when
// there are snapshots that no test asks for any more. UPDATE_SNAPS=true removes
// those, and updates the others.
func Run(m *testing.M) int {
	status := m.Run()
	dirty, err := snaps.Clean(m)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "cleaning snapshots:", err)
		return 1
	case dirty:
		fmt.Fprintln(os.Stderr, "some snapshots are obsolete")
		return 1
	}
	return status
}

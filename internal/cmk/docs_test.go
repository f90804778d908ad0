package cmk

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of docs/cmkguard.md anew")

// The guide lists the types that are left out as the table does.
func TestTheGuideListsTheTypesThatAreLeftOut(t *testing.T) {
	table := "| type | it |\n| --- | --- |\n"
	for _, name := range slices.Sorted(maps.Keys(leftOut)) {
		table += fmt.Sprintf("| `%s` | %s |\n", name, leftOut[name])
	}
	guideHas(t, "left out", table)
}

// guideHas wants the guide to have a table between two marks, or writes it there.
func guideHas(t *testing.T, name, table string) {
	t.Helper()
	const path = "../../docs/cmkguard.md"
	begin := "<!-- " + name + ": written by go test ./internal/cmk -run TheGuide -update -->\n"
	end := "<!-- end of " + name + " -->\n"
	guide, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(guide), begin)
	shown, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place between %q and %q", path, begin, end)
	}
	switch {
	case shown == table:
	case *update:
		if err := os.WriteFile(path, []byte(before+begin+table+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s has another table of what is %s; go test ./internal/cmk -run TheGuide -update writes it anew", path, name)
	}
}

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

var update = flag.Bool("update", false, "write the list of types that are left out into docs/cmkguard.md")

// The guide lists the types that are left out as the table does.
func TestDocs(t *testing.T) {
	const (
		path  = "../../docs/cmkguard.md"
		begin = "<!-- left out: written by go test ./internal/cmk -run TestDocs -update -->\n"
		end   = "<!-- end -->\n"
	)
	guide, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(guide), begin)
	shown, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the types that are left out", path)
	}
	table := "| type | it |\n| --- | --- |\n"
	for _, name := range slices.Sorted(maps.Keys(leftOut)) {
		table += fmt.Sprintf("| `%s` | %s |\n", name, leftOut[name])
	}
	switch {
	case shown == table:
	case *update:
		if err := os.WriteFile(path, []byte(before+begin+table+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s lists other types; go test -run TestDocs -update writes it anew", path)
	}
}

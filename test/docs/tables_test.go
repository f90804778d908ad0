package docs

import (
	"strings"
	"testing"
)

// A row with a cell too many or too few loses it, or shifts the others.
func TestTablesAreWhole(t *testing.T) {
	rows := 0
	for _, p := range pages(t) {
		columns := 0
		for line := range strings.Lines(p.prose()) {
			line = strings.TrimSpace(line)
			if !strings.HasPrefix(line, "|") {
				columns = 0
				continue
			}
			// Pipes that are escaped, or within code, separate nothing there.
			cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") - 1
			if columns == 0 {
				columns = cells
			}
			if cells != columns || !strings.HasSuffix(line, "|") {
				t.Errorf("%s: %d cells where %d are headed: %s", p.path, cells, columns, line)
			}
			rows++
		}
	}
	if rows < 300 {
		t.Errorf("only %d rows", rows)
	}
}

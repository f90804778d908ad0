package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestTailKeepsTheLastLinesThatExplainSomething(t *testing.T) {
	log := &tail{}
	for i := range kept + 5 {
		fmt.Fprintf(log, "line %d\n", i)
		// Lines may arrive in pieces.
		fmt.Fprint(log, `127.0.0.1 - - [01/Jan/2026 00:00:00] "POST / `)
		fmt.Fprint(log, "HTTP/1.1\" 200 -\n")
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != kept+1 || lines[0] != "(5 earlier lines)" || lines[1] != "line 5" {
		t.Errorf("expected a count of 5 and the last %d lines, found %d lines from %q", kept, len(lines), lines[:2])
	}
	if last := lines[len(lines)-1]; last != fmt.Sprintf("line %d", kept+4) {
		t.Errorf("expected no line of a request that went well, found %q", last)
	}
}

// Package eventbus asks moto's EventBridge, which others wrote, which event
// patterns match which events. It starts no server.
package eventbus

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// program is carried in the test binary, because a test runs in the folder of
// its own package.
//
//go:embed match.py
var program string

// Patterns is a Python module that corrects how moto matches patterns. The
// emulator uses it, too.
//
//go:embed patterns.py
var Patterns string

// Event is an event as it stands on the bus.
type Event struct {
	Source     string         `json:"source"`
	DetailType string         `json:"detail-type"`
	Resources  []string       `json:"resources"`
	Detail     map[string]any `json:"detail"`
}

// Case is an event with what must come of it.
type Case struct {
	// File and Name say where it stands.
	File, Name string
	// Raises are the names of the alerts that the event raises.
	Raises []string
	// Counted are the names of the watchers in the log group that count the event,
	// where these are others than the alerts tell.
	Counted []string
	// Shows are texts that the message must hold.
	Shows []string
	Event Event
}

// Load reads the cases of every file of a folder.
func Load(tb testing.TB, folder string) []Case {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no cases in %s: %v", folder, err)
	}
	var cases []Case
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		var read []Case
		decoder := json.NewDecoder(bytes.NewReader(content))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&read); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		for _, c := range read {
			c.File = filepath.Base(file)
			cases = append(cases, c)
		}
	}
	return cases
}

// Match returns, for each pattern, which of the cases' events it matches. The
// test is skipped where moto is missing.
func Match(tb testing.TB, patterns []string, cases []Case) [][]bool {
	tb.Helper()
	events := make([]Event, 0, len(cases))
	for _, c := range cases {
		events = append(events, c.Event)
	}
	question, err := json.Marshal(map[string]any{"patterns": patterns, "events": events})
	if err != nil {
		tb.Fatal(err)
	}
	command := exec.Command(tools.Emulator.Path(tb), "-c", Patterns+program)
	command.Stdin = bytes.NewReader(question)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	answer, err := command.Output()
	if err != nil {
		tb.Fatalf("matching patterns: %v\n%s", err, &stderr)
	}
	var matches [][]int
	if err := json.Unmarshal(answer, &matches); err != nil {
		tb.Fatalf("matching patterns gave %q: %v", answer, err)
	}
	result := make([][]bool, len(patterns))
	for i, found := range matches {
		result[i] = make([]bool, len(cases))
		for _, event := range found {
			result[i][event] = true
		}
	}
	return result
}

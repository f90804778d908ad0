package mutations

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var all = flag.Bool("mutations", false, "run the tests of the analysis with every edit, which takes an hour, not with a sample")

// sampled is how many edits are tried without -mutations.
const sampled = 3

// suites are the tests that may notice an edit, the quickest first.
var suites = [][]string{
	{"./internal/language", "./internal/solve"},
	{"./internal/exact", "-policies=60"},
	{".", "-requests=20000"},
	{"./internal/smt", "-questions=150", "-run=TestSolversAgree$"},
}

const analysisFolder = "../../keypolicy/analysis"

// TestEditsApply keeps the edits up with the source.
func TestEditsApply(t *testing.T) {
	if len(edits) < 20 {
		t.Errorf("%d edits, fewer than 20", len(edits))
	}
	for _, e := range edits {
		source, err := os.ReadFile(filepath.Join(analysisFolder, e.File))
		if err != nil {
			t.Fatal(err)
		}
		if count := strings.Count(string(source), e.Old); count != 1 {
			t.Errorf("%s: %s has %q %d times, not once", e.Name, e.File, e.Old, count)
		}
	}
}

// TestEditsAreCaught wants a test to fail with each edit, or with each of a sample.
func TestEditsAreCaught(t *testing.T) {
	tried, suites := edits, suites
	if !*all {
		// From the first half of the list, which are of the engine, whose tests take seconds.
		tried, suites = nil, suites[:2]
		for i := range sampled {
			tried = append(tried, edits[i*len(edits)/(2*sampled)])
		}
	}
	// Without an edit all pass: what fails anyway catches nothing.
	for _, suite := range suites {
		if output, failed := test(suite, "{}", t); failed {
			t.Fatalf("%v fails without an edit: %s", suite, failures(output))
		}
	}
	for _, e := range tried {
		t.Run(e.Name, func(t *testing.T) {
			overlay := e.overlay(t)
			for _, suite := range suites {
				if output, failed := test(suite, overlay, t); failed {
					t.Logf("caught by %s", failures(output))
					return
				}
			}
			t.Error("no test notices")
		})
	}
}

// test runs a suite with an overlay, and reports whether it failed.
func test(suite []string, overlay string, t *testing.T) (output string, failed bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(path, []byte(overlay), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("go", append([]string{"test", "-overlay=" + path, "-count=1"}, suite...)...)
	command.Dir = analysisFolder
	text, err := command.CombinedOutput()
	output = string(text)
	if strings.Contains(output, "[build failed]") || strings.Contains(output, "[setup failed]") {
		t.Fatalf("does not compile: %.2000s", output)
	}
	return output, err != nil
}

// overlay writes the edited file, and describes it to the Go command.
func (e edit) overlay(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(analysisFolder, e.File))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	edited := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(edited, []byte(strings.Replace(string(source), e.Old, e.New, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	description, err := json.Marshal(map[string]map[string]string{"Replace": {path: edited}})
	if err != nil {
		t.Fatal(err)
	}
	return string(description)
}

// failures are the names of the tests that failed, without their cases.
func failures(output string) string {
	var names []string
	for line := range strings.Lines(output) {
		if rest, found := strings.CutPrefix(line, "--- FAIL: "); found {
			name, _, _ := strings.Cut(rest, " ")
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

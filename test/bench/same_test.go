package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// What the report compares is the same: else a ratio would say nothing.

func newTestBench(t *testing.T) *bench {
	t.Helper()
	tools.Require(t, tools.Node)
	t.Chdir(filepath.Join("..", ".."))
	b, err := newBench(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// stacks are what a program synthesized, by stack and without what CDKTF notes
// about each element.
func stacks(t *testing.T, b *bench, p program) (folder string, stacks map[string]any) {
	t.Helper()
	folder, err := b.output(p)
	if err != nil {
		t.Fatal(err)
	}
	stacks = map[string]any{}
	files, err := filepath.Glob(filepath.Join(folder, "stacks", "*", "cdk.tf.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no stacks (%v)", folder, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var stack any
		if err := json.Unmarshal(text, &stack); err != nil {
			t.Fatal(err)
		}
		stacks[filepath.Base(filepath.Dir(file))] = withoutNotes(stack)
	}
	return folder, stacks
}

func withoutNotes(value any) any {
	switch value := value.(type) {
	case map[string]any:
		delete(value, "//")
		for name := range value {
			value[name] = withoutNotes(value[name])
		}
	case []any:
		for i := range value {
			value[i] = withoutNotes(value[i])
		}
	}
	return value
}

func TestByHandIsWhatTheConstructMakes(t *testing.T) {
	b := newTestBench(t)
	example, err := exampleTier(b)
	if err != nil {
		t.Fatal(err)
	}
	_, made := stacks(t, b, tiersProgram(3, 2, ""))
	_, byHand := stacks(t, b, tiersProgram(3, 2, example))
	// By hand there are no nested constructs, whose names CDKTF makes unique.
	hash := regexp.MustCompile(`_[0-9A-F]{8}\b`)
	text, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(hash.ReplaceAll(text, nil), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, byHand); diff != "" {
		t.Errorf("by hand differs (-construct +by hand):\n%s", diff)
	}
	if aliases := bytes.Count(text, []byte(`"alias/nc-dp-`)); aliases != 2*3 {
		t.Errorf("three tiers have %d aliases", aliases)
	}
}

func TestTheBoundOfTheRootAppIsItsOutput(t *testing.T) {
	b := newTestBench(t)
	folder, want := stacks(t, b, rootProgram)
	_, got := stacks(t, b, program{folder: programs + "sameoutput", args: []string{folder}})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("without a provider package, the output differs (-root app +bound):\n%s", diff)
	}
}

package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// result is what a run of the command left behind.
type result struct {
	status   int
	out, err string
}

func kmsaccess(input string, args ...string) result {
	var out, err bytes.Buffer
	status := run(args, strings.NewReader(input), &out, &err)
	return result{status, out.String(), err.String()}
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if got != string(want) {
		t.Errorf("differs from %s; go test -update writes it anew. Got:\n%s", path, got)
	}
}

func TestFormats(t *testing.T) {
	for _, source := range []string{"console.policy.json", "k9.policy.json", "plan.json", "cdk.tf.json"} {
		for format, extension := range map[string]string{"table": "txt", "markdown": "md", "json": "json", "html": "html"} {
			t.Run(source+"/"+format, func(t *testing.T) {
				got := kmsaccess("", "testdata/"+source, "--format", format)
				checkGolden(t, source+"."+extension, got.out)
			})
		}
	}
	for format, extension := range map[string]string{"text": "txt", "markdown": "md", "json": "json"} {
		t.Run("diff/"+format, func(t *testing.T) {
			got := kmsaccess("", "diff", "testdata/console.policy.json", "testdata/console-changed.policy.json", "--format", format)
			checkGolden(t, "diff."+extension, got.out)
			if got.status != exitOk || got.err != "" {
				t.Errorf("status %d, %s", got.status, got.err)
			}
		})
	}
}

func TestTableFitsTheTerminal(t *testing.T) {
	for _, source := range []string{"console.policy.json", "k9.policy.json", "plan.json", "cdk.tf.json"} {
		for line := range strings.Lines(kmsaccess("", "testdata/"+source).out) {
			if words := strings.Fields(line); len(words) > 1 && len([]rune(strings.TrimRight(line, "\n"))) > tableWidth {
				t.Errorf("%s: %d columns: %s", source, len([]rune(line)), line)
			}
		}
	}
}

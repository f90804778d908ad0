package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocs runs the examples of the guide and compares what they print.
func TestDocs(t *testing.T) {
	const path = "../../docs/kmsaccess.md"
	guide, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```console\n\\$ kmsaccess ([^\n]*)\n(.*?)```\n")
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("testdata")
	count := 0
	shown := example.ReplaceAllStringFunc(string(guide), func(block string) string {
		count++
		parts := example.FindStringSubmatch(block)
		got := kmsaccess("", strings.Fields(parts[1])...)
		if printed := got.out + got.err; printed != parts[2] && !*update {
			t.Errorf("kmsaccess %s prints:\n%s", parts[1], printed)
		}
		return "```console\n$ kmsaccess " + parts[1] + "\n" + got.out + got.err + "```\n"
	})
	if count < 4 {
		t.Errorf("only %d examples", count)
	}
	if *update {
		if err := os.WriteFile(folder+"/"+path, []byte(shown), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

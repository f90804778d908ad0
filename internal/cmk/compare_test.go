package cmk

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var scanner = flag.String("scanner", "", "tfsec, to hold against; the table in docs/cmkguard.md is written anew")

// asksForEncryption are the findings of a scanner that are about the same.
var asksForEncryption = regexp.MustCompile(`(?i)encrypt|cmk|kms|customer[- ]managed`)

// TestCompareWithAScanner gives a scanner every type with its key, without it and
// with one of AWS, and writes what it says beside what the guard says. It runs
// where a scanner is given only. The configuration of a bucket's
// encryption is left out, as it needs a bucket beside it.
func TestCompareWithAScanner(t *testing.T) {
	if *scanner == "" {
		t.Skip("no scanner is given")
	}
	ways := []string{"with its key", "without", "with a key of AWS"}
	theirs, ours := map[string][3]bool{}, map[string][3]bool{}
	kinds := []string{}
	for i := range ways {
		resources := object{"aws_kms_key": object{"k": object{"enable_key_rotation": true}}}
		for _, name := range slices.Sorted(maps.Keys(rules5())) {
			rule := rules5()[name]
			if _, has := tables5().Types[name]; !has || rule.ignored != "" || len(rule.keys) == 0 || name == encryptionOfBucket || rule.keys[0].ignored != "" || rule.keys[0].optional {
				continue
			}
			values := complete(name, rule, &rule.keys[0])
			switch i {
			case 1:
				put(values, rule.keys[0].plainPath(), nil)
			case 2:
				put(values, rule.keys[0].plainPath(), "alias/aws/service")
			}
			delete(values, "//")
			resources[name] = object{"it": values}
			if i == 0 {
				kinds = append(kinds, name)
			}
		}
		configuration := object{
			"terraform": object{"required_providers": object{"aws": object{"source": "hashicorp/aws", "version": "5.100.0"}}},
			"resource":  resources,
		}
		for _, name := range findingsOf(t, configuration) {
			verdict := theirs[name]
			verdict[i] = true
			theirs[name] = verdict
		}
		stack, err := NewStack("s", configuration)
		if err != nil {
			t.Fatal(err)
		}
		for _, issue := range Examine([]*Stack{stack}, []*Stack{stack}, nil, nil).Issues {
			if issue.isViolation() {
				verdict := ours[issue.Type]
				verdict[i] = true
				ours[issue.Type] = verdict
			}
		}
	}
	word := map[bool]string{true: "found", false: "–"}
	table := fmt.Sprintf("| type | guard: %s | %s | %s | tfsec: %s | %s | %s |\n|%s\n", ways[0], ways[1], ways[2], ways[0], ways[1], ways[2], strings.Repeat(" --- |", 7))
	known := 0
	for _, name := range kinds {
		a, b := ours[name], theirs[name]
		if b != [3]bool{} {
			known++
			table += fmt.Sprintf("| `%s` | %s | %s | %s | %s | %s | %s |\n", name, word[a[0]], word[a[1]], word[a[2]], word[b[0]], word[b[1]], word[b[2]])
		}
	}
	table += fmt.Sprintf("\nOf the other %d types that take a key, tfsec says nothing in any of the three ways.\n", len(kinds)-known)
	t.Log("\n" + table)
	const path, begin, end = "../../docs/cmkguard.md", "<!-- comparison: written by go test ./internal/cmk -run Compare -scanner tfsec -->\n", "<!-- comparison ends -->\n"
	guide, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(guide), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the comparison", path)
	}
	if err := os.WriteFile(path, []byte(before+begin+table+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// asHcl writes attributes, and blocks that are lists of one.
func asHcl(values object) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(values)) {
		inner := blocks(values[name])
		for _, block := range inner {
			text += name + " {\n" + asHcl(block) + "}\n"
		}
		if inner == nil {
			text += fmt.Sprintf("%s = \"%v\"\n", name, values[name])
		}
	}
	return text
}

// findingsOf are the types of which the scanner says that a key or encryption is
// missing.
func findingsOf(t *testing.T, configuration object) []string {
	t.Helper()
	folder := t.TempDir()
	// tfsec reads little of blocks in JSON.
	text := ""
	for kind, named := range configuration["resource"].(object) {
		for name, values := range named.(object) {
			text += fmt.Sprintf("resource %q %q {\n%s}\n", kind, name, asHcl(values.(object)))
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(*scanner, "--format", "json", "--no-colour", "--soft-fail", folder).Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		t.Fatalf("%v: %.3000s", err, failed.Stderr)
	}
	var report struct {
		Results []struct {
			Rule        string `json:"long_id"`
			Description string `json:"rule_description"`
			Resource    string `json:"resource"`
		} `json:"results"`
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, result := range report.Results {
		name, _, _ := strings.Cut(result.Resource, ".")
		if asksForEncryption.MatchString(result.Rule+" "+result.Description) && !strings.Contains(result.Rule, "transit") {
			names = append(names, name)
		}
	}
	return names
}

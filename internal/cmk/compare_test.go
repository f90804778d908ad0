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

var scanner = flag.String("scanner", "", "tfsec, to record what it finds in testdata/tfsec.json")

// scannerFindings is what a scanner finds of types, in the three ways that
// [compared] writes them. What is not in it the scanner says nothing of.
const scannerFindings = "testdata/tfsec.json"

// asksForEncryption are the findings of a scanner that are about the same.
var asksForEncryption = regexp.MustCompile(`(?i)encrypt|cmk|kms|customer[- ]managed`)

// ways are how each type is written, one configuration each.
var ways = []string{"with its key", "without", "with a key of AWS"}

// TestTheGuideComparesWithAScanner holds the table of the guide against what the
// guard finds now, beside what tfsec 1.28.14 found. With -scanner that is
// recorded anew.
func TestTheGuideComparesWithAScanner(t *testing.T) {
	if *scanner != "" {
		recordScanner(t)
	}
	theirs := readScanner(t)
	kinds, configurations := compared()
	ours := map[string][]bool{}
	for i, configuration := range configurations {
		stack, err := NewStack("s", configuration)
		if err != nil {
			t.Fatal(err)
		}
		for _, issue := range Examine([]*Stack{stack}, []*Stack{stack}, nil, nil).Issues {
			if issue.isViolation() {
				mark(ours, issue.Type, i)
			}
		}
	}
	word := map[bool]string{true: "found", false: "–"}
	table := fmt.Sprintf("| type | guard: %s | %s | %s | tfsec: %s | %s | %s |\n|%s\n", ways[0], ways[1], ways[2], ways[0], ways[1], ways[2], strings.Repeat(" --- |", 7))
	for _, name := range kinds {
		a, b := ours[name], theirs[name]
		if a == nil || a[0] || !a[1] || !a[2] {
			t.Errorf("%s: the guard finds %v; it should find nothing with the key, and what is without or of AWS", name, a)
			continue
		}
		if b != nil {
			table += fmt.Sprintf("| `%s` | %s | %s | %s | %s | %s | %s |\n", name, word[a[0]], word[a[1]], word[a[2]], word[b[0]], word[b[1]], word[b[2]])
		}
	}
	table += fmt.Sprintf("\nOf the other %d types that take a key, tfsec says nothing in any of the three ways.\n", len(kinds)-len(theirs))
	guideHas(t, "comparison", table)
}

// compared are the types that take a key, and a configuration of them for each of
// the ways. The encryption of a bucket is left out, as it needs a bucket beside it.
func compared() (kinds []string, configurations []object) {
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
		configurations = append(configurations, object{
			"terraform": object{"required_providers": object{"aws": object{"source": "hashicorp/aws", "version": "5.100.0"}}},
			"resource":  resources,
		})
	}
	return kinds, configurations
}

func mark(found map[string][]bool, name string, way int) {
	if found[name] == nil {
		found[name] = make([]bool, len(ways))
	}
	found[name][way] = true
}

func readScanner(t *testing.T) map[string][]bool {
	t.Helper()
	content, err := os.ReadFile(scannerFindings)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]bool{}
	if err := json.Unmarshal(content, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

func recordScanner(t *testing.T) {
	t.Helper()
	kinds, configurations := compared()
	found := map[string][]bool{}
	for i, configuration := range configurations {
		for _, name := range findingsOf(t, configuration) {
			if slices.Contains(kinds, name) {
				mark(found, name, i)
			}
		}
	}
	content, err := json.MarshalIndent(found, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(scannerFindings, append(content, '\n'), 0o644); err != nil {
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

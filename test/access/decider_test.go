package access_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/test/access"
)

const twoLines = `{
  "key": "arn:aws:kms:us-east-1:123456789012:key/1",
  "principals": {"lambda": "arn:aws:iam::123456789012:role/Lambda"},
  "cases": [
    {"name": "same", "who": ["lambda"], "does": ["kms:Encrypt", "kms:Decrypt"], "expect": "deny"},

    {"name": "other", "who": ["lambda"], "does": ["kms:Sign"], "by": "Old", "expect": {"DelegateToIam": "allow", "AdministerOnly": "deny"}}
  ]
}
`

func TestDecidersAreWrittenReadAndCompared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.json")
	if err := os.WriteFile(path, []byte(twoLines), 0o600); err != nil {
		t.Fatal(err)
	}
	cases, err := access.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	decided := map[access.Mode][]string{
		access.DelegateToIam:  {"DenyB", "DenyA", "Root"},
		access.AdministerOnly: {"DenyB", "DenyA", access.NoStatement},
	}
	want := []string{
		"same: decided under DelegateToIam by [DenyA DenyB], expected []",
		"other: decided under DelegateToIam by [Root], expected [Old]",
	}
	if diff := cmp.Diff(want, cases.DeciderDifferences(decided[access.DelegateToIam], access.DelegateToIam)); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	if err := cases.WriteDeciders(path, decided); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	written := strings.NewReplacer(
		`"kms:Decrypt"], "expect"`, `"kms:Decrypt"], "by": ["DenyA", "DenyB"], "expect"`,
		`"by": "Old"`, `"by": {"AdministerOnly": "no statement", "DelegateToIam": "Root"}`,
	).Replace(twoLines)
	if diff := cmp.Diff(written, string(text)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	if cases, err = access.Load(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range access.Modes {
		if differences := cases.DeciderDifferences(decided[mode], mode); len(differences) > 0 {
			t.Errorf("after: %q", differences)
		}
	}
}

func TestDecidersThatSayNothingAreRefused(t *testing.T) {
	for _, by := range []string{`""`, `[]`, `7`, `{"DelegateToIam": "A"}`, `{"DelegateToIam": "A", "AdministerOnly": []}`} {
		if _, err := loadText(t, strings.Replace(twoLines, `"Old"`, by, 1)); err == nil {
			t.Errorf("%s was read", by)
		}
	}
}

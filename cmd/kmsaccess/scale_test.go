package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// manyPolicy is a policy with a statement for each of many roles, and one for all of
// many others.
func manyPolicy(own, alike int) string { return manyPolicyBelow("", own, alike) }

// manyPolicyBelow has its roles below a path.
func manyPolicyBelow(path string, own, alike int) string {
	statements := []string{`{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:PutKeyPolicy", "Resource": "*"}`}
	for i := range own {
		statements = append(statements, fmt.Sprintf(`{"Sid": "Own%d", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/%sown-%d"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:EncryptionContext:app": "app-%d"}}}`, i, path, i, i))
	}
	var roles []string
	for i := range alike {
		roles = append(roles, fmt.Sprintf(`"arn:aws:iam::111122223333:role/alike-%03d"`, i))
	}
	if alike > 0 {
		statements = append(statements, `{"Sid": "Alike", "Effect": "Allow", "Principal": {"AWS": [`+strings.Join(roles, ",")+`]}, "Action": "kms:Decrypt", "Resource": "*"}`)
	}
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ",") + `]}`
}

// TestEqualRightsAreOneRow has people read one row of principals with equal rights,
// and programs one of each.
func TestEqualRightsAreOneRow(t *testing.T) {
	policy := manyPolicy(2, 30)
	table := kmsaccess(policy, "-").out
	if strings.Count(table, "\nroles alike-000 and 29 more  ") != 1 || strings.Count(table, "Alike]") != 1 || !strings.Contains(table, "roles alike-000, alike-001,") || !strings.Contains(table, "alike-029\n") {
		t.Errorf("the table:\n%s", table)
	}
	markdown := kmsaccess(policy, "-", "--format", "markdown").out
	if strings.Count(markdown, "| roles alike-000, alike-001, alike-002 and 27 more |") != 1 || strings.Count(markdown, "(Alike)") != 1 || !strings.Contains(markdown, "alike-028, alike-029**") {
		t.Errorf("the Markdown:\n%s", markdown)
	}
	page := kmsaccess(policy, "-", "--format", "html").out
	if strings.Count(page, "<tr role=\"row\" data-principal") != 6 || !strings.Contains(page, "arn:aws:iam::111122223333:role/alike-029") {
		t.Errorf("the page has %d rows", strings.Count(page, "<tr role=\"row\" data-principal"))
	}
	var report Report
	if err := json.Unmarshal([]byte(kmsaccess(policy, "-", "--format", "json").out), &report); err != nil {
		t.Fatal(err)
	}
	if count := len(report.Keys[0].Principals); count != 35 {
		t.Errorf("JSON has %d principals", count)
	}
	for name, other := range map[string]string{
		"another statement": strings.Replace(policy, `"arn:aws:iam::111122223333:role/alike-007",`, "", 1),
		"another account":   strings.Replace(policy, "111122223333:role/alike-007", "444455556666:role/alike-007", 1),
	} {
		if table := kmsaccess(other, "-").out; strings.Contains(table, "and 29 more") || !strings.Contains(table, "and 28 more") {
			t.Errorf("%s is no difference:\n%s", name, table)
		}
	}
}

// TestAccountsAreTold names the account of everybody where several have a part.
func TestAccountsAreTold(t *testing.T) {
	policy := strings.Replace(manyPolicy(3, 0), "111122223333:role/own-1", "444455556666:role/own-1", 1)
	out := kmsaccess(policy, "-").out
	for _, want := range []string{"\nrole own-0 of account 111122223333", "\nrole own-1 of account 444455556666", "\nrole own-2 of account 111122223333"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	if out := kmsaccess(manyPolicy(3, 0), "-").out; strings.Contains(out, "own-1 of account") {
		t.Errorf("the only account is told:\n%s", out)
	}
}

// TestMarkdownFits keeps Markdown within a comment, and says what it leaves out.
func TestMarkdownFits(t *testing.T) {
	// A policy has no more than 32 KB, but an @ takes nine characters in Markdown.
	long, longer := strings.Repeat("p", 240)+"/", strings.Repeat("@", 150)+"/"
	tests := map[string]struct {
		input, failOn string
		left          bool
		want          []string
	}{
		"a small one":     {manyPolicy(3, 0), "use-without-context", false, []string{"own-2"}},
		"many statements": {manyPolicyBelow(long, 72, 0), "", true, []string{"own-71", "the conditions and statements of ", " rows of policy"}},
		"many rows":       {manyPolicyBelow(longer, 80, 0), "", true, []string{"rows of policy"}},
		"many alike":      {manyPolicy(0, 600), "", false, []string{"and 597 more", "alike-599"}},
		"many keys":       {stackOfTiers(t, 40), "", true, []string{"the keys ", "the conditions and statements of "}},
		"many findings":   {manyPolicy(0, 300), "use-without-context", true, []string{"findings"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out := kmsaccess(test.input, "-", "--format", "markdown", "--fail-on", test.failOn).out
			if len(out) >= markdownLimit || test.left && len(out) < markdownLimit/2 {
				t.Errorf("%d bytes", len(out))
			}
			if left := strings.Contains(out, "**Left out**"); left != test.left || left && !strings.Contains(out, "--format html") {
				t.Errorf("something left out: %v", left)
			}
			for _, want := range test.want {
				if !strings.Contains(out, want) {
					t.Errorf("lacks %q: ...%s", want, out[max(0, len(out)-1500):])
				}
			}
		})
	}
	path := t.TempDir() + "/new.json"
	if err := os.WriteFile(path, []byte(manyPolicy(1, 0)), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := kmsaccess(manyPolicyBelow(longer, 80, 0), "diff", "-", path, "--format", "markdown").out; len(out) >= markdownLimit || !strings.Contains(out, "**Left out**") {
		t.Errorf("the diff has %d bytes", len(out))
	}
}

// TestProgress says how far it is from the second second on, and takes it back.
func TestProgress(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	p := &progress{out: &out, now: func() time.Time { return now }, count: 9, started: now}
	for i := range 9 {
		p.at(i)
		now = now.Add(300 * time.Millisecond)
	}
	p.end()
	if got, want := out.String(), "\rkmsaccess: 4 of 9 keys\rkmsaccess: 5 of 9 keys\rkmsaccess: 6 of 9 keys\rkmsaccess: 7 of 9 keys\rkmsaccess: 8 of 9 keys\r\x1b[K"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	out.Reset()
	quick := &progress{out: &out, now: func() time.Time { return time.Unix(0, 0) }, count: 1, started: time.Unix(0, 0)}
	quick.at(0)
	quick.end()
	if out.Len() > 0 {
		t.Errorf("a quick one says %q", out.String())
	}
	if silent := (program{err: &out}).newProgress(5); silent != nil {
		t.Error("somebody watches a buffer")
	}
}

// stackOfTiers is a synthesized stack of many tiers with names of their own, made of
// the one of the root app's snapshot.
func stackOfTiers(tb testing.TB, count int) string {
	tb.Helper()
	text, err := os.ReadFile("../../test/__snapshots__/prod_1.snap.tf.json")
	if err != nil {
		tb.Fatal(err)
	}
	var example struct {
		Provider map[string]any                        `json:"provider"`
		Data     map[string]map[string]json.RawMessage `json:"data"`
		Resource map[string]map[string]json.RawMessage `json:"resource"`
	}
	if err := json.Unmarshal(text, &example); err != nil {
		tb.Fatal(err)
	}
	role := regexp.MustCompile(`:role/(\w+)`)
	made := map[string]map[string]map[string]json.RawMessage{"data": {}, "resource": {}}
	for i := range count {
		rename := func(text string) string {
			text = strings.NewReplacer("kms_data_", fmt.Sprintf("kms%d_data_", i), "kms_logs_", fmt.Sprintf("kms%d_logs_", i)).Replace(text)
			text = role.ReplaceAllString(text, fmt.Sprintf(":role/${1}%d", i))
			return regexp.MustCompile(`\bprod\b`).ReplaceAllString(text, fmt.Sprintf("prod%d", i))
		}
		for block, kinds := range map[string]map[string]map[string]json.RawMessage{"data": example.Data, "resource": example.Resource} {
			for kind, named := range kinds {
				for name, body := range named {
					if !strings.HasPrefix(name, "kms_") || strings.HasPrefix(kind, "aws_ebs_") {
						continue
					}
					if made[block][kind] == nil {
						made[block][kind] = map[string]json.RawMessage{}
					}
					made[block][kind][rename(name)] = json.RawMessage(rename(string(body)))
				}
			}
		}
	}
	stack, err := json.MarshalIndent(map[string]any{"provider": example.Provider, "data": made["data"], "resource": made["resource"]}, "", "  ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(stack)
}

// TestStackOfTiers has each key of many tiers say the same as alone, but for names.
func TestStackOfTiers(t *testing.T) {
	out := kmsaccess(stackOfTiers(t, 12), "-").out
	alone := kmsaccess(stackOfTiers(t, 1), "-").out
	plain := func(text string, number int) string {
		return strings.NewReplacer(fmt.Sprintf("kms%d_", number), "kms0_", fmt.Sprintf("prod%d", number), "prod0", fmt.Sprintf("Role%d", number), "Role0", fmt.Sprintf("Admin%d", number), "Admin0").Replace(text)
	}
	keys := strings.Split(out, "\naws_kms_key.")
	if len(keys) != 24 {
		t.Fatalf("%d keys", len(keys))
	}
	want := strings.Fields(alone)
	for _, number := range []int{3, 9} {
		for _, key := range keys {
			if name := fmt.Sprintf("kms%d_data", number); strings.HasPrefix(strings.TrimPrefix(key, "aws_kms_key."), name) {
				got := strings.Fields(plain("aws_kms_key."+strings.TrimPrefix(key, "aws_kms_key."), number))
				if !strings.HasPrefix(strings.Join(want, " "), strings.Join(got, " ")) {
					t.Errorf("tier %d says\n%s\nalone:\n%s", number, key, alone)
				}
			}
		}
	}
}

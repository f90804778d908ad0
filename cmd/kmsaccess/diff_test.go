package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// TestDiffFindsEveryChange compares pairs of policies in both directions, and has
// the evaluator decide the example of every line by both.
func TestDiffFindsEveryChange(t *testing.T) {
	here := []string{"--account", "111122223333", "--region", "us-east-1"}
	tests := map[string]struct{ gained, lost []string }{
		"sole-allow":                {[]string{"role Loader|gained|decrypt"}, []string{"role Loader|lost|decrypt"}},
		"second-allow":              {[]string{"role Loader|conditions changed|decrypt"}, []string{"role Loader|conditions changed|decrypt"}},
		"direct-only":               {[]string{"role Loader|conditions changed|decrypt"}, []string{"role Loader|conditions changed|decrypt"}},
		"account-by-pattern":        {[]string{"roles like load-* of any other account|gained|decrypt"}, []string{"roles like load-* of any other account|lost|decrypt"}},
		"pattern-without-beginning": {[]string{"principals like *:role/Ops* of account 111122223333|gained|decrypt", "principals like *:role/Ops* of any other account|gained|decrypt"}, []string{"principals like *:role/Ops* of account 111122223333|lost|decrypt", "principals like *:role/Ops* of any other account|lost|decrypt"}},
	}
	for name, test := range tests {
		old, new := "testdata/diff/"+name+"-old.json", "testdata/diff/"+name+"-new.json"
		for direction, files := range map[string][3]any{"gained": {old, new, test.gained}, "lost": {new, old, test.lost}} {
			t.Run(name+"/"+direction, func(t *testing.T) {
				before, after, want := files[0].(string), files[1].(string), files[2].([]string)
				args := append([]string{"diff", before, after}, here...)
				got := kmsaccess("", append(args, "--format", "json")...)
				var report DiffReport
				if err := json.Unmarshal([]byte(got.out), &report); err != nil || got.status != exitOk {
					t.Fatalf("status %d, %v, %s", got.status, err, got.err)
				}
				var lines []string
				for _, key := range report.Keys {
					for _, d := range key.Decisions {
						lines = append(lines, strings.Join([]string{d.Name, string(d.Effect), d.Operation}, "|"))
						checkDecided(t, before, after, d)
					}
				}
				if strings.Join(lines, "\n") != strings.Join(want, "\n") {
					t.Errorf("got %q, want %q", lines, want)
				}
				allowed := map[string]string{"gained": "now allowed: arn:aws:iam::", "lost": "now denied: arn:aws:iam::"}[direction]
				for _, format := range []string{"text", "markdown"} {
					out := kmsaccess("", append(args, "--format", format)...).out
					if strings.Count(out, allowed) != len(want) || strings.Contains(out, "No decision changes.") {
						t.Errorf("%s lacks an example %q:\n%s", format, allowed, out)
					}
				}
			})
		}
		if same := kmsaccess("", append([]string{"diff", old, old}, here...)...); same.status != exitOk || !strings.HasPrefix(same.out, "No decision changes.\n") {
			t.Errorf("%s against itself: status %d, %s", name, same.status, same.out)
		}
	}
}

// checkDecided lets the evaluator decide the example of a decision by both policies.
func checkDecided(t *testing.T, before, after string, d AccessDiff) {
	t.Helper()
	if d.Example == nil {
		t.Fatalf("%s %s has no example", d.Name, d.Operation)
	}
	decide := func(path string) bool {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		policy, err := keypolicy.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		request := evaluation.Request{Principal: d.Example.Principal, Action: d.Example.Action, Key: "arn:aws:kms:us-east-1:111122223333:key/1",
			EncryptionContext: d.Example.EncryptionContext, Context: d.Example.Conditions}
		if d.Example.NeedsIam {
			request.IdentityPolicies = []keypolicy.Document{{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}}}
		}
		decision, err := evaluation.Evaluate(policy, request)
		if err != nil {
			t.Fatal(err)
		}
		return decision.Allowed
	}
	if was, is := decide(before), decide(after); was == is || is != d.Example.Allowed {
		t.Errorf("%s: allowed before %v, after %v: %s", d.Name, was, is, d.Example)
	}
}

// TestDiffThatIsUnclear is no "No decision changes."
func TestDiffThatIsUnclear(t *testing.T) {
	plain := strings.Replace(undecidedPolicy, `"StringNotEquals": {"kms:EncryptionContextKeys": "a"}, `, "", 1)
	path := t.TempDir() + "/plain.json"
	if err := os.WriteFile(path, []byte(plain), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{"to": {"diff", path, "-"}, "from": {"diff", "-", path}} {
		got := kmsaccess(undecidedPolicy, args...)
		if got.status != exitError || strings.Contains(got.out, "No decision changes.") ||
			!strings.Contains(got.out, "could not be told: ") || !strings.Contains(got.err, "whether role R may decrypt otherwise could not be told: ") {
			t.Errorf("%s: status %d\n%s%s", name, got.status, got.out, got.err)
		}
		markdown := kmsaccess(undecidedPolicy, append(args, "--format", "markdown")...)
		if markdown.status != exitError || !strings.Contains(markdown.out, "could not be told: ") {
			t.Errorf("%s: status %d\n%s", name, markdown.status, markdown.out)
		}
	}
	wrong := strings.Replace(undecidedPolicy, `"StringNotEquals"`, `"StringNotEqual"`, 1)
	if got := kmsaccess(wrong, "diff", path, "-"); got.status != exitError || strings.Contains(got.out, "No decision changes.") || !strings.Contains(got.err, "no answer: ") {
		t.Errorf("a policy that is not understood: status %d\n%s%s", got.status, got.out, got.err)
	}
}

// TestDiffOrder tells of each principal what is gained first, and what is lost last.
func TestDiffOrder(t *testing.T) {
	old := gatePolicy(`{"Sid": "A", "Effect": "Allow", ` + gateRole + `, "Action": ["kms:Encrypt", "kms:Sign"], "Resource": "*"}`)
	path := t.TempDir() + "/new.json"
	new := gatePolicy(`{"Sid": "B", "Effect": "Allow", `+gateRole+`, "Action": ["kms:Decrypt", "kms:CreateGrant"], "Resource": "*"}`,
		`{"Sid": "C", "Effect": "Allow", `+gateRole+`, "Action": "kms:Sign", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}`)
	if err := os.WriteFile(path, []byte(new), 0o644); err != nil {
		t.Fatal(err)
	}
	out := kmsaccess(old, "diff", "-", path).out
	last := 0
	for _, want := range []string{"gained: decrypt, create grants", "conditions changed: sign, verify, MAC (Sign)", "lost: encrypt"} {
		at := strings.Index(out, want)
		if at < last {
			t.Errorf("%q is missing, or not in its place:\n%s", want, out)
		}
		last = at
	}
}

// Before the first apply there is no key: all are new, and nothing is hidden by that.
func TestDiffToAnEmptyState(t *testing.T) {
	const stack = "testdata/console.policy.json"
	for name, old := range map[string]string{
		"an empty state":        `{"format_version": "1.0"}`,
		"a state without keys":  `{"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {}}}`,
		"a stack without a key": `{"resource": {"aws_s3_bucket": {"b": {}}}}`,
	} {
		got := kmsaccess(old, "diff", "-", stack)
		if got.status != exitOk || !strings.HasPrefix(got.out, "policy: added\n") {
			t.Errorf("%s: status %d:\n%s%s", name, got.status, got.out, got.err)
		}
	}
	// A module may hold the key that is taken for new.
	if got := kmsaccess(`{"module": {"keys": {}}, "resource": {}}`, "diff", "-", stack); got.status != exitError || !strings.Contains(got.err, "the module keys is not looked into") {
		t.Errorf("a stack with a module: status %d:\n%s", got.status, got.err)
	}
	// That all keys are gone is more likely a mistake than a change to review.
	if got := kmsaccess(`{"format_version": "1.0"}`, "diff", stack, "-"); got.status != exitError {
		t.Errorf("no key in NEW: status %d:\n%s", got.status, got.out)
	}
}

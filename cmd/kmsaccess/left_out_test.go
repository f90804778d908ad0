package main

import (
	"os"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// TestLeftOutIsNoPass counts what a file hides wherever a "no" would need it: each gate
// of policies finds it, diff and can are not certain, and a boundary is not checked.
func TestLeftOutIsNoPass(t *testing.T) {
	schema := readSchema(t)
	const boundary = "testdata/pb-etl.json"
	grant := `{"address": "aws_kms_grant.g", "mode": "managed", "type": "aws_kms_grant", "name": "g", "change": {"actions": ["create"],
		"after": {"key_id": "arn:aws:kms:us-east-1:111122223333:key/1234", "grantee_principal": "arn:aws:iam::444455556666:role/x"}, "after_unknown": {"operations": true}}}`
	whole := gatePlan(`["no-op"]`)
	key := `"arn": "arn:aws:kms:us-east-1:111122223333:key/1234", "policy"`
	whole = strings.Replace(whole, `"after": {"policy"`, `"after": {`+key, 1)
	path := t.TempDir() + "/whole.json"
	if err := os.WriteFile(path, []byte(whole), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-", "--fail-on", "unknown,foreign-account,lock-out"}, {"diff", path, "-"}} {
		if got := kmsaccess(whole, args...); got.status != exitOk || got.err != "" {
			t.Fatalf("the whole plan: %q: status %d, %s", args, got.status, got.err)
		}
	}
	tests := map[string]struct {
		content, want string
		// ofKey tells that it is about the key, not the file.
		ofKey bool
	}{
		"a grant of the key": {strings.TrimSuffix(whole, "]}") + "," + grant + "]}", "the grant aws_kms_grant.g is left out: operations", true},
		"a part of the file": {strings.Replace(whole, "{", `{"errored": true, `, 1), "Terraform ended this plan with errors", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, check := range analysis.Checks {
				got := kmsaccess(test.content, "-", "--fail-on", string(check))
				if got.status != exitFinding || !strings.Contains(got.err, "kmsaccess: "+string(check)+": ") || !strings.Contains(got.err, test.want) {
					t.Errorf("%s: status %d, %s", check, got.status, got.err)
				}
			}
			if got := kmsaccess(test.content, "-", "--fail-on", "unknown,lock-out,foreign-account"); strings.Count(got.err, test.want) != 1 || !strings.Contains(got.err, "kmsaccess: unknown: ") {
				t.Errorf("beside unknown: %s", got.err)
			}
			if got := kmsaccess(test.content, "-", "--fail-on", "key-replaced"); got.status != exitOk {
				t.Errorf("key-replaced: status %d, %s", got.status, got.err)
			}
			for _, format := range []string{"text", "markdown", "json"} {
				got := kmsaccess(test.content, "diff", path, "-", "--format", format)
				if got.status != exitError || strings.Contains(got.out, "No decision changes.") || !strings.Contains(got.err, test.want) {
					t.Errorf("diff: status %d\n%s%s", got.status, got.out, got.err)
				}
				if format == "text" && !strings.Contains(got.out, "No decision changes as far as is known.") {
					t.Error(got.out)
				}
				if format == "json" {
					if err := validate(schema, got.out); err != nil {
						t.Error(err)
					}
				}
			}
			if !test.ofKey {
				if got := kmsaccess(test.content, "boundary", "-", "--boundary", boundary, "--fail-on", "blocked"); got.status != exitError || !strings.Contains(got.err, "there may be more: "+test.want) {
					t.Errorf("boundary: status %d, %s", got.status, got.err)
				}
				return
			}
			got := kmsaccess(test.content, "can", "-", "--principal", "arn:aws:iam::444455556666:role/x", "--action", "kms:Decrypt")
			if got.status != exitError || !strings.Contains(got.err, "the decision is not certain: "+test.want) || !strings.HasPrefix(got.out, "DENIED") {
				t.Errorf("can: status %d\n%s%s", got.status, got.out, got.err)
			}
			if got := kmsaccess(test.content, "boundary", "-", "--boundary", boundary); got.status != exitError || !strings.Contains(got.err, test.want) {
				t.Errorf("boundary: status %d, %s", got.status, got.err)
			}
		})
	}
}

// TestStrangers has the gate of other accounts find a principal that may be of one.
func TestStrangers(t *testing.T) {
	stack := strings.Replace(`{"provider": {"aws": [{"region": "us-east-1", "allowed_account_ids": ["111122223333"]}]}, "resource": {"aws_kms_key": {"k": {"policy": POLICY}}}}`,
		"POLICY", `"`+strings.ReplaceAll(gatePolicy(strings.Replace(gateUse, "arn:aws:iam::111122223333:role/App", "${var.partner}", 1)), `"`, `\"`)+`"`, 1)
	const want = "whether ${var.partner} is of another account cannot be told"
	for check, finds := range map[string]bool{"foreign-account": true, "unknown": true, "lock-out": false, "use-without-context": false} {
		got := kmsaccess(stack, "-", "--fail-on", check)
		if (got.status == exitFinding) != finds || strings.Contains(got.err, want) != finds {
			t.Errorf("%s: status %d, %s", check, got.status, got.err)
		}
	}
}

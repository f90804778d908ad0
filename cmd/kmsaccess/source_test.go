package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Statements of the policies below.
const (
	iam     = `{"Sid": "Iam", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}`
	granter = "arn:aws:iam::111122223333:role/Granter"
)

// granting is a policy with the root statement, and one for the role on a Resource.
func granting(effect, resource string) string {
	return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [%s, {"Sid": "S", "Effect": %q, "Principal": {"AWS": %q}, "Action": "kms:CreateGrant", "Resource": %q}]}`, iam, effect, granter, resource)
}

// grantingStack is a stack with a policy of its own for the key k, in a provider
// with the alias b.
func grantingStack(resource string) string {
	policy, _ := json.Marshal(granting("Allow", resource))
	return `{"provider": {"aws": [{"region": "us-east-1", "allowed_account_ids": ["444455556666"]}, {"alias": "b", "region": "ap-south-1", "allowed_account_ids": ["111122223333"]}]},
		"resource": {"aws_kms_key": {"k": {"provider": "aws.b", "description": "x"}},
			"aws_kms_key_policy": {"p": {"provider": "aws.b", "key_id": "${aws_kms_key.k.id}", "policy": ` + string(policy) + `}}}}`
}

// TestSourcesToAnswers follows what is read of a key to what the report says of a
// role.
func TestSourcesToAnswers(t *testing.T) {
	const (
		own   = "arn:aws:kms:ap-south-1:111122223333:key/12345678-12ab-34cd-56ef-1234567890ab"
		other = "arn:aws:kms:ap-south-1:111122223333:key/87654321-12ab-34cd-56ef-1234567890ab"
	)
	here := []string{"--account", "111122223333", "--region", "ap-south-1"}
	tests := map[string]struct {
		input         string
		args          []string
		access, note  string
		region, error string
	}{
		"its own ARN":            {granting("Allow", own), here, "always", "is taken for the key's own ARN", "ap-south-1", ""},
		"denied on its own ARN":  {granting("Deny", own), here, "denied", "is taken for the key's own ARN", "ap-south-1", ""},
		"the ARN by flag":        {granting("Allow", own), []string{"--key-arn", own}, "always", "", "ap-south-1", ""},
		"another ARN by flag":    {granting("Allow", own), []string{"--key-arn", other}, "iam", "statement 1 (S) covers no key and has no effect", "ap-south-1", ""},
		"every key of a Region":  {granting("Allow", "arn:aws:kms:ap-south-1:111122223333:key/*"), here, "always", "", "ap-south-1", ""},
		"of another Region":      {granting("Allow", "arn:aws:kms:eu-south-1:111122223333:key/*"), here, "iam", "statement 1 (S) covers no key and has no effect", "ap-south-1", ""},
		"a queue":                {granting("Deny", "arn:aws:sqs:ap-south-1:111122223333:q"), here, "iam", "statement 1 (S) covers no key and has no effect", "ap-south-1", ""},
		"a reference":            {grantingStack("${aws_kms_key.k.arn}"), nil, "always", "the policy is that of aws_kms_key_policy.p", "ap-south-1", ""},
		"a reference to another": {grantingStack("${aws_kms_key.z.arn}"), nil, "iam", "statement 1 (S) covers no key and has no effect: its Resource is ${aws_kms_key.z.arn}", "ap-south-1", ""},
		"a reference to who knows": {grantingStack("${module.k.arn}"), nil, "", "", "ap-south-1",
			"kmsaccess: standard input: aws_kms_key.k: statement 1 (S) has the Resource ${module.k.arn}, of which is not known whether it is this key; * is the key itself\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := kmsaccess(test.input, append([]string{"-", "--format", "json"}, test.args...)...)
			if got.err != test.error {
				t.Fatalf("got %swant %s", got.err, test.error)
			}
			var report Report
			if err := json.Unmarshal([]byte(got.out), &report); err != nil {
				t.Fatal(err)
			}
			key := report.Keys[0]
			if key.AccountId != "111122223333" || key.Region != test.region {
				t.Errorf("in %s, %s", key.AccountId, key.Region)
			}
			if !strings.Contains(strings.Join(key.Notes, "\n"), test.note) {
				t.Errorf("notes %q, want %s", key.Notes, test.note)
			}
			for _, principal := range key.Principals {
				for _, operation := range principal.Operations {
					if principal.Principal == granter && operation.Operation == "grant" && string(operation.Access) != test.access {
						t.Errorf("may create grants: %s, want %s", operation.Access, test.access)
					}
				}
			}
			if test.access != "" && len(key.Principals) == 0 {
				t.Error("no principals")
			}
		})
	}
}

// TestSourceFlags refuses what --key-arn and --region cannot be.
func TestSourceFlags(t *testing.T) {
	const arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	tests := map[string]struct {
		args []string
		want string
	}{
		"no ARN":         {[]string{"--key-arn", "alias/x"}, `--key-arn is "alias/x"; must be a key's ARN such as ` + arn},
		"a pattern":      {[]string{"--key-arn", "arn:aws:kms:us-east-1:111122223333:key/*"}, `--key-arn is "arn:aws:kms:us-east-1:111122223333:key/*"; must be a key's ARN such as ` + arn},
		"beside account": {[]string{"--key-arn", arn, "--account", "111122223333"}, "--key-arn stands beside --account or --region; the ARN says both"},
		"no Region":      {[]string{"--region", "us-east1"}, `--region is "us-east1"; must be a Region of AWS such as us-east-1; did you mean us-east-1?`},
		"far from any":   {[]string{"--region", "moon"}, `--region is "moon"; must be a Region of AWS such as us-east-1`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := kmsaccess(granting("Allow", "*"), append([]string{"-"}, test.args...)...)
			if got.status != exitError || got.err != "kmsaccess: "+test.want+"\n" {
				t.Errorf("status %d, got %swant %s", got.status, got.err, test.want)
			}
		})
	}
}

func TestRegionThatIsNotKnown(t *testing.T) {
	got := kmsaccess(granting("Allow", "*"), "-", "--region", "us-esat-1")
	if want := "kmsaccess: --region is \"us-esat-1\", a Region that is not known here; did you mean us-east-1?\n"; got.status != exitOk || got.err != want {
		t.Errorf("status %d, got %swant %s", got.status, got.err, want)
	}
}

// TestDiffOfOneKey compares two policies as those of one key.
func TestDiffOfOneKey(t *testing.T) {
	write := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const arn = "arn:aws:kms:us-east-1:111122223333:key/"
	all, a, b := write("all.json", granting("Deny", "*")), write("a.json", granting("Deny", arn+"a")), write("b.json", granting("Deny", arn+"b"))
	if got := kmsaccess("", "diff", all, a); !strings.Contains(got.out, "No decision changes.") {
		t.Errorf("* against the key's ARN: %s%s", got.out, got.err)
	}
	if got := kmsaccess("", "diff", a, b); got.status != exitError || !strings.Contains(got.err, "say with --key-arn which key both are for") {
		t.Errorf("two ARNs: status %d, %s", got.status, got.err)
	}
	if got := kmsaccess("", "diff", a, b, "--key-arn", arn+"a"); got.status != exitOk || strings.Contains(got.out, "No decision changes.") {
		t.Errorf("two ARNs, one of them the key's: status %d, %s%s", got.status, got.out, got.err)
	}
}

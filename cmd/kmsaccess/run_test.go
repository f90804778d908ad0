package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKnownHoles shows what is wrong with key policies that others write by
// default.
func TestKnownHoles(t *testing.T) {
	const all = "lock-out,foreign-account,administrator-data-access,use-without-context"
	tests := map[string]struct {
		policy string
		want   string
	}{
		"k9: deny everyone else denies nothing": {"k9", "use-without-context: policy: any other principal of account 111122223333 may call kms:Encrypt directly, without an encryption context, with an IAM policy that allows it (allowed by Allow Root User to Administer Key And Identity Policies)"},
		"k9: administrators grant":              {"k9", "administrator-data-access: policy: role KeyAdministrator may change the policy, and may grant itself kms:Decrypt by kms:CreateGrant (allowed by Allow Restricted administer-resource)"},
		"console: administrators grant":         {"console", "administrator-data-access: policy: role KeyAdministrator may change the policy, and may grant itself kms:Decrypt by kms:CreateGrant (allowed by Allow access for Key Administrators)"},
		"terraform-aws-modules: the same":       {"terraform-aws-modules", "administrator-data-access: policy: role KeyAdministrator may change the policy, and may grant itself kms:Decrypt by kms:CreateGrant (allowed by KeyAdministration)"},
		"ViaService lets other accounts in":     {"via-service", "foreign-account: policy: any principal of any other account may call kms:Decrypt, kms:GenerateDataKey, kms:GenerateDataKeyWithoutPlaintext, kms:GenerateDataKeyPair and kms:GenerateDataKeyPairWithoutPlaintext through S3 in us-east-1 (allowed by AllowThroughS3)"},
		"a Deny that locks everybody out":       {"locked-out", "lock-out: policy: nobody of the key's account could call kms:PutKeyPolicy (denied by Sealed)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := kmsaccess("", "testdata/"+test.policy+".policy.json", "--fail-on", all)
			if got.status != exitFinding {
				t.Errorf("status %d, want %d", got.status, exitFinding)
			}
			if !strings.Contains(got.err, "kmsaccess: "+test.want+"\n") {
				t.Errorf("got:\n%swant:\n%s", got.err, test.want)
			}
		})
	}
}

// TestMisspeltNamesAreNoted wants every command to say what may be misspelt: a
// misspelt Deny denies nothing.
func TestMisspeltNamesAreNoted(t *testing.T) {
	folder := t.TempDir()
	write := func(name, statement string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(`{"Version": "2012-10-17", "Statement": [`+statement+`]}`), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const allow = `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/R"}, "Action": "kms:Decrypt", "Resource": "*"}`
	key := write("key.json", allow+`, {"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": "kms:Decript", "Resource": "*"},
		{"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazon.com"}, "Action": "kms:Encrypt", "Resource": "*"}`)
	right := write("right.json", allow)
	other := write("other.json", `{"Effect": "Allow", "Action": ["kms:*", "s3:GetObject"], "Resource": "*"}, {"Effect": "Deny", "Action": "kms:Dercypt", "Resource": "*"}`)
	place := []string{"--account", "111122223333", "--region", "us-east-1"}
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"report":          {[]string{"report", key}, []string{`Statements[1](D).Actions[0] is "kms:Decript"`, `Statements[2].Principals[0] is "logs.us-east-1.amazon.com"`}},
		"can":             {[]string{"can", key, "--principal", "arn:aws:iam::111122223333:role/R", "--action", "kms:Decrypt"}, []string{`Statements[1](D).Actions[0] is "kms:Decript"`}},
		"identity policy": {[]string{"can", right, "--principal", "arn:aws:iam::111122223333:role/R", "--action", "kms:Decrypt", "--identity", other}, []string{`other.json: Statements[1].Actions[0] is "kms:Dercypt"`}},
		"boundary":        {[]string{"boundary", right, "--boundary", other}, []string{`other.json: Statements[1].Actions[0] is "kms:Dercypt"`}},
	} {
		got := kmsaccess("", append(test.args, place...)...)
		for _, want := range test.want {
			if !strings.Contains(strings.Join(strings.Fields(got.out), " "), want) {
				t.Errorf("%s: no %q in:\n%s%s", name, want, got.out, got.err)
			}
		}
		if strings.Contains(got.out, "s3:GetObject") {
			t.Errorf("%s: notes an action of another service in a policy of a principal:\n%s", name, got.out)
		}
	}
}

// TestOwnPolicies holds the tier's data key to all checks: it has none of the
// holes.
func TestOwnPolicies(t *testing.T) {
	for _, name := range []string{"data-key.DelegateToIam", "data-key.AdministerOnly"} {
		got := kmsaccess("", "../../internal/testing/tierpolicies/"+name+".policy.json", "--fail-on", checkNames(), "--declared-accounts", "098765432109")
		for line := range strings.Lines(got.err) {
			t.Errorf("%s: %s", name, line)
		}
	}
}

func TestCan(t *testing.T) {
	const policy = "../../internal/testing/tierpolicies/data-key.AdministerOnly.policy.json"
	const role = "arn:aws:iam::123456789012:role/LambdaETLRole"
	identity := filepath.Join(t.TempDir(), "identity.json")
	if err := os.WriteFile(identity, []byte(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		args   []string
		status int
		out    string
	}{
		"with the context": {[]string{policy, "--principal", role, "--action", "kms:Decrypt", "--context", "app=neurocipher-pipeline", "--context", "env=prod", "--context", "service=svc"},
			exitOk, "ALLOWED: " + role + " may kms:Decrypt with policy\n  because the key policy allows it: key policy, statement"},
		"without": {[]string{policy, "--principal", role, "--action", "kms:Decrypt"}, exitDenied, "because a statement denies it: key policy, statement"},
		"through S3": {[]string{policy, "--principal", role, "--action", "kms:Decrypt", "--via", "s3", "--context", "aws:s3:arn=arn:aws:s3:::nc-dp-prod-raw"},
			exitOk, "(AllowUseThroughS3)"},
		"another bucket": {[]string{policy, "--principal", role, "--action", "kms:Decrypt", "--via", "s3", "--context", "aws:s3:arn=arn:aws:s3:::other"},
			exitDenied, "Allows that did not match, the nearest first:\n  key policy, statement"},
		"IAM is silent": {[]string{"testdata/console.policy.json", "--principal", "arn:aws:iam::111122223333:role/Other", "--action", "kms:Decrypt"},
			exitDenied, "No IAM policy was given; with one that allows it, the answer may differ (--identity FILE).\n"},
		"IAM allows": {[]string{"testdata/console.policy.json", "--principal", "arn:aws:iam::111122223333:role/Other", "--action", "kms:Decrypt", "--identity", identity},
			exitOk, "identity policy 0, statement 0"},
		"a further condition": {[]string{"testdata/console.policy.json", "--principal", "arn:aws:iam::111122223333:role/Application", "--action", "kms:CreateGrant", "--condition", "kms:GrantIsForAWSResource=true"},
			exitOk, "(Allow attachment of persistent resources)"},
		"one key of several": {[]string{"testdata/plan.json", "--key", `module.m["a.b"].aws_kms_key.this`, "--principal", "${aws_iam_role.etl.arn}", "--action", "kms:Decrypt", "--via", "s3"},
			exitOk, "(Use)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := kmsaccess("", append([]string{"can"}, test.args...)...)
			if got.status != test.status || !strings.Contains(got.out, test.out) {
				t.Errorf("status %d, want %d\n%s%swant %s", got.status, test.status, got.out, got.err, test.out)
			}
		})
	}
}

// An address may be given by a part that no other has.
func TestKeyByAPartOfItsAddress(t *testing.T) {
	whole := kmsaccess("", "testdata/plan.json", "--key", "aws_kms_key.split")
	part := kmsaccess("", "testdata/plan.json", "--key", "split")
	if whole.status != exitOk || part != whole || !strings.Contains(part.out, "aws_kms_key.split") {
		t.Errorf("got %+v, want %+v", part, whole)
	}
}

func TestErrors(t *testing.T) {
	large := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*", "Condition": {"StringLike": {"aws:SourceVpc": ["` + strings.Repeat("vpc-1\", \"vpc-2", 1) + strings.Repeat("x", 33000) + `"]}}}]}`
	tests := map[string]struct {
		input  string
		args   []string
		status int
		err    string
	}{
		"no file":            {"", []string{"report"}, exitError, "report: has no file; must have 1"},
		"missing file":       {"", []string{"nowhere.json"}, exitError, "open nowhere.json: no such file or directory"},
		"unknown format":     {"", []string{"testdata/plan.json", "--format", "pdf"}, exitError, `--format is "pdf"; must be one of table, markdown, json, html`},
		"unknown check":      {"", []string{"testdata/plan.json", "--fail-on", "all"}, exitError, `--fail-on is "all"; must be one of lock-out, foreign-account, administrator-data-access, use-without-context, never-matches, unknown, key-replaced`},
		"unknown flag":       {"", []string{"testdata/plan.json", "--colour"}, exitError, "report: flag provided but not defined: -colour; kmsaccess report -h lists the flags"},
		"account":            {"", []string{"testdata/plan.json", "--account", "12"}, exitError, `--account is "12"; must be twelve digits`},
		"unknown key":        {"", []string{"testdata/console.policy.json", "--key", "x"}, exitError, `--key is "x"; must be one of policy, or what only one of them has in it`},
		"several keys":       {"", []string{"testdata/plan.json", "--key", "data"}, exitError, `--key is "data"; must be one of aws_kms_key.data[0], aws_kms_key.data[1], aws_kms_key.default, aws_kms_key.encoded, aws_kms_key.split, module.m["a.b"].aws_kms_key.this, module.m["c"].aws_kms_key.this, or what only one of them has in it`},
		"no action":          {"", []string{"can", "testdata/cdk.tf.json", "--principal", "p"}, exitError, "can: needs --principal and --action"},
		"via without Region": {"", []string{"can", "testdata/console.policy.json", "--principal", "p", "--action", "kms:Decrypt", "--via", "s3"}, exitError, `--via is "s3", but the key's Region is not known; give it with --region, or the whole name such as s3.us-east-1.amazonaws.com`},
		"which key":          {"", []string{"can", "testdata/plan.json", "--principal", "p", "--action", "kms:Decrypt"}, exitError, `can: testdata/plan.json has 7 keys; say which with --key: aws_kms_key.data[0], aws_kms_key.data[1], aws_kms_key.default, aws_kms_key.encoded, aws_kms_key.split, module.m["a.b"].aws_kms_key.this, module.m["c"].aws_kms_key.this`},
		"empty":              {" ", []string{"-"}, exitError, "standard input: is empty; must be a plan or state as JSON (terraform show -json), a synthesized stack (cdk.tf.json) or a key policy"},
		"saved plan":         {"PK\x03\x04", []string{"-"}, exitError, "standard input: is a saved plan in Terraform's own format; turn it into JSON with: terraform show -json PLANFILE > plan.json"},
		"no JSON":            {"resource {}", []string{"-"}, exitError, "standard input: is not valid JSON: invalid character 'r' looking for beginning of value; must be a plan or state as JSON (terraform show -json), a synthesized stack (cdk.tf.json) or a key policy"},
		"cut off":            {`{"Statement": [`, []string{"-"}, exitError, "standard input: is not valid JSON: it ends early; must be a plan or state as JSON (terraform show -json), a synthesized stack (cdk.tf.json) or a key policy"},
		"a list":             {"[]", []string{"-"}, exitError, "standard input: is JSON, but no object (array); must be a plan, a synthesized stack or a key policy"},
		"other JSON":         {`{"a": 1}`, []string{"-"}, exitError, `standard input: is JSON with the members "a"; that is no plan (resource_changes), no synthesized stack (resource) and no key policy (Statement)`},
		"nested deeply":      {strings.Repeat(`{"Statement":`, 20000), []string{"-"}, exitError, "standard input: is not valid JSON: it is nested more than 10000 deep; must be a plan or state as JSON (terraform show -json), a synthesized stack (cdk.tf.json) or a key policy"},
		"plan without keys":  {`{"format_version": "1.2", "resource_changes": []}`, []string{"-"}, exitError, "standard input: the plan has no KMS key; looked for aws_kms_key, aws_kms_replica_key, aws_kms_external_key, aws_kms_replica_external_key, aws_kms_key_policy"},
		"stack with modules": {`{"module": {"keys": {}}, "resource": {}}`, []string{"-"}, exitError, "standard input: the synthesized stack has no KMS key; looked for aws_kms_key, aws_kms_replica_key, aws_kms_external_key, aws_kms_replica_external_key, aws_kms_key_policy; the module keys is not looked into; a plan shows its keys"},
		"not before apply":   {"", []string{"testdata/plan.json", "--format", "json"}, exitError, "testdata/plan.json: aws_kms_key.encoded: the policy is not known before apply; it depends on aws_iam_role.etl.arn"},
		"NotPrincipal":       {`{"Version": "2012-10-17", "Statement": {"Sid": "A", "Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}}`, []string{"-"}, exitError, "standard input: policy: key policy: Statements[0](A).NotPrincipals: stands in an Allow, which AWS does not support; must be in a Deny"},
		"wrong policy":       {`{"Version": "2012-10-17", "Statement": {"Effect": "allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}}`, []string{"-"}, exitError, `standard input: statement 0: Effect is "allow"; must be "Allow" or "Deny", case included`},
		"too large": {large, []string{"-"}, exitError, "standard input: policy: key policy: Statements is 33205 bytes: a key policy may have 32768 bytes at most; " +
			"the largest statements are one without Sid 33166; name roles by a pattern instead of one by one, or give the work a key of its own"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := kmsaccess(test.input, test.args...)
			want := ""
			if test.err != "" {
				want = "kmsaccess: " + test.err + "\n"
			}
			if got.status != test.status || got.err != want {
				t.Errorf("status %d, %swant %d, %s", got.status, got.err, test.status, want)
			}
		})
	}
}

// TestNotAction sees what NotAction lets through, and what a NotPrincipal in a
// Deny keeps out.
func TestNotAction(t *testing.T) {
	policy := `{"Version": "2012-10-17", "Statement": [
		{"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "NotAction": "kms:Decrypt", "Resource": "*"},
		{"Sid": "D", "Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:root"]}, "Action": "kms:*", "Resource": "*"}]}`
	out := kmsaccess(policy, "-").out
	if !strings.Contains(out, "user ann                                yes   -     yes") {
		t.Errorf("got:\n%s", out)
	}
}

// TestEscaping feeds names that would be markup.
func TestEscaping(t *testing.T) {
	policy := `{"Version": "2012-10-17", "Statement": [{"Sid": "<script>alert(1)</script>|*x*", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/<b>|x"}, "Action": "kms:*", "Resource": "*"}]}`
	if out := kmsaccess(policy, "-", "--format", "html").out; strings.Contains(out, "<script>alert") || strings.Contains(out, "<b>") {
		t.Error("the page holds markup from the policy")
	}
	out := kmsaccess(policy, "-", "--format", "markdown").out
	if strings.Contains(out, "<script>") || strings.Contains(out, "role <b>") || !strings.Contains(out, `\|`) {
		t.Errorf("the Markdown holds markup from the policy:\n%s", out)
	}
}

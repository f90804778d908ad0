package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	gateRoot  = `{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": ["kms:PutKeyPolicy", "kms:DescribeKey", "kms:CancelKeyDeletion"], "Resource": "*"}`
	gateRole  = `"Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}`
	gateUse   = `{"Sid": "Use", "Effect": "Allow", ` + gateRole + `, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:EncryptionContext:app": "x"}}}`
	gateAdmin = `{"Sid": "Admin", "Effect": "Allow", ` + gateRole + `, "Action": "kms:PutKeyPolicy", "Resource": "*"}`
)

func gatePolicy(statements ...string) string {
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(append([]string{gateRoot}, statements...), ",") + `]}`
}

func gateDeny(action, condition string) string {
	return fmt.Sprintf(`{"Sid": "Deny", "Effect": "Deny", "Principal": "*", "Action": %q, "Resource": "*", "Condition": {%s}}`, action, condition)
}

// gatePlan is a plan of a key with these actions.
func gatePlan(actions string) string {
	policy := strings.ReplaceAll(gatePolicy(), `"`, `\"`)
	after := `{"policy": "` + policy + `"}`
	if actions == `["delete"]` {
		after = "null"
	}
	return `{"format_version": "1.2", "planned_values": {"root_module": {}}, "resource_changes": [{"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key", "name": "a",
		"change": {"actions": ` + actions + `, "before": {"arn": "arn:aws:kms:us-east-1:111122223333:key/1234", "policy": "` + policy + `"}, "after": ` + after + `, "after_unknown": {}}}]}`
}

// TestGates has for each gate inputs that it stops, with what it says, and others
// next to them that it lets pass.
func TestGates(t *testing.T) {
	later := time.Now().AddDate(2, 0, 0).UTC().Format("2006-01-02")
	earlier := time.Now().AddDate(-2, 0, 0).UTC().Format("2006-01-02")
	foreign := `{"Sid": "Partner", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:role/P"}, "Action": "kms:Decrypt", "Resource": "*"}`
	tests := []struct {
		gate, name, input string
		args              []string
		// want is part of the finding; empty where the gate must let it pass.
		want string
	}{
		{"lock-out", "a manager by name", gatePolicy(gateUse), nil, ""},
		{"lock-out", "nobody may", gatePolicy(gateDeny("kms:PutKeyPolicy", `"Bool": {"aws:SecureTransport": "true"}`)), nil, "nobody of the key's account could call kms:PutKeyPolicy (denied by Deny)"},
		{"lock-out", "only without TLS", gatePolicy(gateDeny("kms:PutKeyPolicy", `"Bool": {"aws:SecureTransport": "false"}`)), nil, ""},
		{"lock-out", "from some day on", gatePolicy(gateDeny("kms:PutKeyPolicy", `"DateGreaterThan": {"aws:CurrentTime": "`+later+`"}`)), nil, "could call kms:PutKeyPolicy at " + later + "T00:00:01Z (denied by Deny)"},
		{"lock-out", "on one day", gatePolicy(gateDeny("kms:DescribeKey", `"DateEquals": {"aws:CurrentTime": "`+later+`"}`)), nil, "could call kms:DescribeKey at " + later + "T00:00:00Z (denied by Deny)"},
		{"lock-out", "until a day that is past", gatePolicy(gateDeny("kms:PutKeyPolicy", `"DateLessThan": {"aws:CurrentTime": "`+earlier+`"}`)), nil, ""},
		{"lock-out", "whoever applies", gatePolicy(gateUse), []string{"--applying", "arn:aws:iam::111122223333:role/Deployer"}, ""},
		{"lock-out", "whoever applies is denied", gatePolicy(gateDeny("kms:PutKeyPolicy", `"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Deployer"}`)), []string{"--applying", "arn:aws:iam::111122223333:role/Deployer"},
			"arn:aws:iam::111122223333:role/Deployer applies the policy and could not change it again"},
		{"lock-out", "another is denied", gatePolicy(gateDeny("kms:PutKeyPolicy", `"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Deployer"}`)), []string{"--applying", "arn:aws:iam::111122223333:role/Other"}, ""},
		{"lock-out", "a session of whoever is denied", gatePolicy(gateDeny("kms:PutKeyPolicy", `"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Deployer"}`)), []string{"--applying", "arn:aws:sts::111122223333:assumed-role/Deployer/ci"},
			"assumed-role/Deployer/ci applies the policy and could not change it again"},
		{"foreign-account", "none", gatePolicy(gateUse), nil, ""},
		{"foreign-account", "a role", gatePolicy(foreign), nil, "role P of account 444455556666 may call kms:Decrypt"},
		{"foreign-account", "a declared one", gatePolicy(foreign), []string{"--declared-accounts", "444455556666"}, ""},
		{"foreign-account", "another is declared", gatePolicy(foreign), []string{"--declared-accounts", "777788889999"}, "role P of account 444455556666 may call kms:Decrypt"},
		{"administrator-data-access", "apart", gatePolicy(gateUse, strings.ReplaceAll(gateAdmin, "role/App", "role/Chief")), nil, ""},
		{"administrator-data-access", "both", gatePolicy(gateUse, gateAdmin), nil, "role App may change the policy, and may call kms:Decrypt with app=x"},
		{"use-without-context", "with a context", gatePolicy(gateUse), nil, ""},
		{"use-without-context", "without", gatePolicy(strings.Replace(gateUse, "StringEquals", "StringEqualsIfExists", 1)), nil, "role App may call kms:Decrypt directly, without an encryption context"},
		{"never-matches", "all has effect", gatePolicy(gateUse), nil, ""},
		{"never-matches", "a service without Region", gatePolicy(strings.Replace(gateUse, `"kms:EncryptionContext:app": "x"`, `"kms:ViaService": "s3.amazonaws.com"`, 1)), nil, "StringEquals on kms:ViaService is never met"},
		{"never-matches", "a star under StringEquals", gatePolicy(strings.Replace(gateUse, `"kms:EncryptionContext:app": "x"`, `"kms:ViaService": "*"`, 1)), nil, "StringEquals on kms:ViaService is never met"},
		{"never-matches", "another Region's service", gatePolicy(strings.Replace(gateUse, `"kms:EncryptionContext:app": "x"`, `"kms:ViaService": "s3.eu-west-1.amazonaws.com"`, 1)), nil, "StringEquals on kms:ViaService is never met"},
		{"never-matches", "a key that the action lacks", gatePolicy(strings.Replace(gateUse, "kms:Decrypt", "kms:DescribeKey", 1)), nil, "StringEquals on kms:EncryptionContext:app is never met"},
		{"never-matches", "an action that is none", gatePolicy(strings.Replace(gateUse, "kms:Decrypt", "kms:Decript", 1)), nil, "kms:Decript"},
		{"never-matches", "whom nobody can be", gatePolicy(strings.Replace(gateUse, `{"AWS": "arn:aws:iam::111122223333:role/App"}`, `{"AWS": "AROAEXAMPLEID1234567"}`, 1)), nil, "Use allows nothing of kms:Decrypt: nobody calls KMS as a principal that it names"},
		{"never-matches", "conditions that exclude each other", gatePolicy(strings.Replace(gateUse, `"StringEquals"`, `"StringNotEquals": {"kms:EncryptionContext:app": "x"}, "StringEquals"`, 1)), nil, "Use allows nothing of kms:Decrypt: its conditions contradict each other"},
		{"never-matches", "a token", gatePolicy(strings.Replace(gateUse, `"kms:EncryptionContext:app": "x"`, `"kms:CallerAccount": "${aws_organizations_account.a.id}"`, 1)), nil, "is never met there, unless ${aws_organizations_account.a.id} turns out to be what meets it"},
		{"unknown", "all is known", gatePolicy(gateUse), nil, ""},
		{"unknown", "AWS does not say", undecidedPolicy, nil, "whether role R may call kms:Decrypt cannot be told"},
		{"key-replaced", "changed in place", gatePlan(`["update"]`), nil, ""},
		{"key-replaced", "replaced", gatePlan(`["delete", "create"]`), nil, "the plan destroys the key and makes another (arn:aws:kms:us-east-1:111122223333:key/1234)"},
		{"key-replaced", "replaced, the new one first", gatePlan(`["create", "delete"]`), nil, "the plan destroys the key and makes another"},
		{"key-replaced", "destroyed", gatePlan(`["delete"]`), nil, "the plan destroys the key (arn"},
	}
	stopped, passed := map[string]bool{}, map[string]bool{}
	for _, test := range tests {
		t.Run(test.gate+"/"+test.name, func(t *testing.T) {
			args := append([]string{"-", "--fail-on", test.gate}, test.args...)
			if !strings.HasPrefix(test.gate, "key-") {
				args = append(args, "--account", "111122223333", "--region", "us-east-1")
			}
			got := kmsaccess(test.input, args...)
			status := exitOk
			if test.want != "" {
				status = exitFinding
			}
			if got.status != status || !strings.Contains(got.err, test.want) || test.want == "" && got.err != "" || test.want != "" && !strings.Contains(got.err, "kmsaccess: "+test.gate+": ") {
				t.Errorf("status %d, want %d; %swant %s", got.status, status, got.err, test.want)
			}
			if test.want != "" && !strings.Contains(got.out, "\nFindings\n") {
				t.Errorf("the report has no findings:\n%s", got.out)
			}
		})
		stopped[test.gate] = stopped[test.gate] || test.want != ""
		passed[test.gate] = passed[test.gate] || test.want == ""
	}
	for _, check := range checks {
		if !stopped[string(check)] || !passed[string(check)] {
			t.Errorf("%s is not tested both ways", check)
		}
	}
}

// TestUnknownIsNoPass has each gate take what it cannot tell for a finding.
func TestUnknownIsNoPass(t *testing.T) {
	unknown := strings.ReplaceAll(undecidedPolicy, "111122223333:role/R", "444455556666:role/R")
	if got := kmsaccess(unknown, "-", "--fail-on", "foreign-account"); got.status != exitFinding || !strings.Contains(got.err, "whether role R of account 444455556666 may call kms:Decrypt cannot be told: ") {
		t.Errorf("status %d, %s", got.status, got.err)
	}
	admin := strings.Replace(undecidedPolicy, `"Action": "kms:Decrypt"`, `"Action": ["kms:Decrypt", "kms:PutKeyPolicy"]`, 1)
	admin = strings.Replace(admin, `{"Sid": "Use"`, strings.ReplaceAll(gateAdmin, "role/App", "role/R")+`, {"Sid": "Use"`, 1)
	if got := kmsaccess(admin, "-", "--fail-on", "administrator-data-access"); got.status != exitFinding || !strings.Contains(got.err, "whether role R may call kms:Decrypt cannot be told: ") {
		t.Errorf("status %d, %s", got.status, got.err)
	}
	got := kmsaccess(undecidedPolicy, "-")
	if got.status != exitOk || !strings.Contains(got.out, "decrypt: undecided: AWS does not say") || !strings.Contains(got.out, "??") {
		t.Errorf("status %d\n%s", got.status, got.out)
	}
}

// TestKeysThatCannotBeChecked are no pass either.
func TestKeysThatCannotBeChecked(t *testing.T) {
	wrong := gatePolicy(strings.Replace(gateUse, `"StringEquals"`, `"StringEqual"`, 1))
	for _, check := range checks[:6] {
		if got := kmsaccess(wrong, "-", "--fail-on", string(check), "--account", "111122223333"); got.status != exitError || !strings.Contains(got.err, "StringEqual") {
			t.Errorf("%s: status %d, %s", check, got.status, got.err)
		}
	}
}

func TestGateFlags(t *testing.T) {
	tests := map[string]struct {
		args []string
		want string
	}{
		"applying":  {[]string{"--applying", "Deployer"}, `--applying is "Deployer"; must be the ARN of a role, a session, a user or a root user, such as arn:aws:iam::111122223333:role/Deployer`},
		"a service": {[]string{"--applying", "s3.amazonaws.com"}, `--applying is "s3.amazonaws.com"; must be the ARN`},
		"accounts":  {[]string{"--declared-accounts", "444455556666,12"}, `--declared-accounts has "12"; must be account ids of twelve digits, with commas between them`},
		"checks":    {[]string{"--fail-on", "lock-out,typo"}, `--fail-on is "typo"; must be one of lock-out, foreign-account`},
	}
	for name, test := range tests {
		if got := kmsaccess(gatePolicy(), append([]string{"-"}, test.args...)...); got.status != exitError || !strings.Contains(got.err, test.want) {
			t.Errorf("%s: status %d, got %swant %s", name, got.status, got.err, test.want)
		}
	}
	if once, twice := kmsaccess(gatePolicy(gateAdmin, gateUse), "-", "--fail-on", "administrator-data-access"), kmsaccess(gatePolicy(gateAdmin, gateUse), "-", "--fail-on", "administrator-data-access,administrator-data-access"); once.err != twice.err {
		t.Errorf("a check named twice finds %s", twice.err)
	}
	if !slices.Contains(checks, keyReplaced) {
		t.Error("key-replaced is no check")
	}
}

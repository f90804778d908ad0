package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const consolePolicy = "testdata/console.policy.json"

func boundaryFile(t *testing.T, statements string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "boundary.json")
	if err := os.WriteFile(path, []byte(`{"Version": "2012-10-17", "Statement": [`+statements+`]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBoundaryFormats(t *testing.T) {
	for format, extension := range map[string]string{"text": "txt", "json": "json"} {
		got := kmsaccess("", "boundary", consolePolicy, "--boundary", "testdata/pb-etl.json", "--format", format)
		checkGolden(t, "boundary."+extension, got.out)
		if got.status != exitOk || got.err != "" {
			t.Errorf("status %d, %s", got.status, got.err)
		}
	}
}

func TestBoundaryStatuses(t *testing.T) {
	const application = "arn:aws:iam::111122223333:role/Application"
	exact := `{"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey", "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], "Resource": "arn:aws:kms:*:*:key/1234*"}`
	wide := `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
	narrow := strings.Replace(exact, `"kms:Decrypt", `, "", 1)
	plan := `{"planned_values": {"root_module": {"resources": [{"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key", "name": "a",
		"values": {"arn": "arn:aws:kms:us-east-1:111122223333:key/1234", "policy": POLICY, "tags_all": {"app": "shop"}}}]}}, "resource_changes": []}`
	policy, err := os.ReadFile(consolePolicy)
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(string(policy))
	if err != nil {
		t.Fatal(err)
	}
	plan = strings.Replace(plan, "POLICY", string(quoted), 1)
	tagged := func(value string) string {
		return strings.Replace(exact, `"Resource"`, `"Condition": {"StringEquals": {"aws:ResourceTag/app": "`+value+`"}}, "Resource"`, 1)
	}
	tests := map[string]struct {
		boundary, failOn string
		status           int
		out              string
	}{
		"it fits":                {exact, "blocked,excess", exitOk, "The boundary lets through what the key policies grant, and nothing else.\n"},
		"blocked, not asked":     {narrow, "excess", exitOk, "  role Application: kms:Decrypt\n    always [Allow use of the key]\n    all blocked: no statement of it allows the action\n"},
		"blocked":                {narrow, "blocked", exitFinding, "role Application: kms:Decrypt\n"},
		"excess, not asked":      {wide, "blocked", exitOk, "aws_kms_key.a: allowed by the boundary, granted by no key policy\n"},
		"excess":                 {wide, "blocked,excess", exitFinding, "other keys: allowed by the boundary, granted by no key policy\n"},
		"the key has the tag":    {tagged("shop"), "blocked,excess", exitOk, "and nothing else"},
		"the key has not":        {tagged("other"), "blocked", exitFinding, `all blocked: no statement of it allows the request; the nearest, statement 0, does not match: StringEquals on aws:ResourceTag/app wants "other", the request has "shop"`},
		"another tag is unheard": {strings.Replace(tagged("shop"), "ResourceTag/app", "ResourceTag/team", 1), "blocked", exitFinding, `StringEquals on aws:ResourceTag/team wants "shop", the request has no such key`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := kmsaccess(plan, "boundary", "-", "--boundary", boundaryFile(t, test.boundary), "--role", application, "--fail-on", test.failOn)
			// Paragraphs are wrapped at the terminal's width.
			flat := func(text string) string { return strings.Join(strings.Fields(text), " ") }
			if got.status != test.status || !strings.Contains(flat(got.out), flat(test.out)) {
				t.Errorf("status %d, want %d\n%s%swant %s", got.status, test.status, got.out, got.err, test.out)
			}
		})
	}
}

func TestBoundaryErrors(t *testing.T) {
	good := boundaryFile(t, `{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}`)
	tests := map[string]struct {
		args []string
		want string
	}{
		"no boundary":    {[]string{consolePolicy}, "boundary: needs --boundary"},
		"no such file":   {[]string{consolePolicy, "--boundary", "nowhere.json"}, "nowhere.json"},
		"no policy":      {[]string{consolePolicy, "--boundary", "main.go"}, "main.go: "},
		"check":          {[]string{consolePolicy, "--boundary", good, "--fail-on", "lock-out"}, "--fail-on is \"lock-out\"; must be one of blocked, excess"},
		"format":         {[]string{consolePolicy, "--boundary", good, "--format", "html"}, "--format is \"html\"; must be one of text, json"},
		"foreign role":   {[]string{consolePolicy, "--boundary", good, "--role", "arn:aws:iam::999999999999:role/X"}, `principal "arn:aws:iam::999999999999:role/X": must be a role or user of the key's account`},
		"service":        {[]string{consolePolicy, "--boundary", good, "--role", "s3.amazonaws.com"}, `principal "s3.amazonaws.com": must be`},
		"unknown key":    {[]string{consolePolicy, "--boundary", good, "--key", "x"}, `--key is "x"`},
		"undecided":      {[]string{consolePolicy, "--boundary", boundaryFile(t, `{"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": {"StringEqual": {"kms:ViaService": "x"}}}`)}, "is no condition operator"},
		"unknown policy": {[]string{"testdata/plan.json", "--boundary", good}, "aws_kms_key.encoded: the policy is not known before apply"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := kmsaccess("", append([]string{"boundary"}, test.args...)...)
			if got.status != exitError || !strings.Contains(got.err, test.want) {
				t.Errorf("status %d: %s\nwant %s", got.status, got.err, test.want)
			}
		})
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var today = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

type outcome struct {
	status   int
	out, err string
}

func cmkguard(in string, args ...string) outcome {
	var out, problems bytes.Buffer
	status := run(args, strings.NewReader(in), &out, &problems, today)
	return outcome{status, out.String(), problems.String()}
}

// file writes a file into a folder of the test.
func file(t *testing.T, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	bad    = `{"resource": {"aws_sqs_queue": {"jobs": {"//": {"metadata": {"path": "prod/jobs"}}, "kms_master_key_id": "alias/aws/sqs"}}, "aws_sns_topic": {"t": {}}}}`
	unread = `{"resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": "${var.key}"}}}}`
	advice = `{"resource": {"aws_kms_key": {"k": {}}, "aws_s3_bucket": {"b": {"server_side_encryption_configuration": {"rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"}}}}}}}`
	right  = `{"resource": {"aws_kms_key": {"k": {}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}}}`
)

func TestExitStatuses(t *testing.T) {
	for _, c := range []struct {
		in     string
		args   []string
		status int
	}{
		{right, nil, exitOk},
		{bad, nil, exitFinding},
		{bad, []string{"--fail-on", "none"}, exitOk},
		{unread, nil, exitOk},
		{unread, []string{"--fail-on", "error"}, exitOk},
		{unread, []string{"--fail-on", "unread"}, exitFinding},
		{advice, []string{"--fail-on", "unread"}, exitOk},
		{advice, []string{"--fail-on", "advice"}, exitFinding},
		{bad, []string{"--fail-on", "advice"}, exitFinding},
		{"{", nil, exitError},
		{"{}", nil, exitError},
		{`{"terraform": {}}`, nil, exitError},
		{`{"format_version": "1.2", "planned_values": {"root_module": {}}}`, nil, exitError},
	} {
		if got := cmkguard(c.in, append(c.args, "-")...); got.status != c.status {
			t.Errorf("%s %q: status %d, want %d: %s", c.in, c.args, got.status, c.status, got.err)
		}
	}
	if got := cmkguard("", "-h"); got.status != exitOk || !strings.Contains(got.out, "-fail-on") {
		t.Errorf("-h: %+v", got)
	}
}

func TestBadArgumentsAreRefusedAllAtOnce(t *testing.T) {
	got := cmkguard("", "--format", "xml", "--fail-on", "warning")
	want := `cmkguard: no file is given; must be at least one, or - for the standard input
cmkguard: --format is "xml"; must be one of table, markdown, json, sarif, junit
cmkguard: --fail-on is "warning"; must be one of error, unread, advice, none
`
	if got.status != exitError || got.err != want {
		t.Errorf("%+v", got)
	}
	folder := t.TempDir()
	a, b := file(t, folder, "a.json", "{"), file(t, folder, "b.json", "[]")
	if got := cmkguard("", a, b, filepath.Join(folder, "gone")); got.status != exitError || strings.Count(got.err, "cmkguard: ") != 3 {
		t.Errorf("three files that cannot be read: %+v", got)
	}
}

func TestFormats(t *testing.T) {
	want := map[string]string{
		"table": `2 resources examined, 2 of them of types that store data: 2 errors, 0 warnings, 0 of advice, 0 excepted

SEVERITY  RULE             RESOURCE            PROBLEM
error     no-key           aws_sns_topic.t     stores messages without a customer managed key: kms_master_key_id is not set
                                               → set kms_master_key_id to the ARN of a customer managed key
error     aws-managed-key  aws_sqs_queue.jobs  stores messages under a key of AWS, alias/aws/sqs, whose policy nobody can change
                                               → set kms_master_key_id to the ARN of a customer managed key
`,
		"markdown": "# Data without customer managed keys\n\n2 resources examined, 2 of them of types that store data: 2 errors, 0 warnings, 0 of advice, 0 excepted.\n\n" +
			"| severity | rule | resource | problem | what to do |\n| --- | --- | --- | --- | --- |\n" +
			"| error | no-key, Security Hub SNS.1 | `aws_sns_topic.t` | stores messages without a customer managed key: kms\\_master\\_key\\_id is not set | set kms\\_master\\_key\\_id to the ARN of a customer managed key |\n" +
			"| error | aws-managed-key, Security Hub SQS.1 | `aws_sqs_queue.jobs` | stores messages under a key of AWS, alias/aws/sqs, whose policy nobody can change | set kms\\_master\\_key\\_id to the ARN of a customer managed key |\n",
	}
	for format, text := range want {
		if diff := cmp.Diff(text, cmkguard(bad, "-", "--format", format).out); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
	var document struct {
		Version  int
		Sources  []sourceFile
		Findings []finding
	}
	if err := json.Unmarshal([]byte(cmkguard(bad, "-", "--format", "json").out), &document); err != nil {
		t.Fatal(err)
	}
	if document.Version != 1 || len(document.Findings) != 2 || document.Findings[1].Path != "prod/jobs" || !slices.Contains(document.Findings[1].Scanners, "CKV_AWS_27") || document.Sources[0].Kind != "stack" {
		t.Errorf("the JSON is %+v", document)
	}
}

// excepting is a file of exceptions that covers one of bad's findings.
const excepting = "exceptions:\n- resource: aws_sqs_queue.*\n  rule: aws-managed-key\n  reason: holds ids only\n  until: 2026-11-26\n"

func TestSarifIsAsItsSchemaSays(t *testing.T) {
	folder := t.TempDir()
	exceptions := file(t, folder, "e.yaml", excepting)
	known := filepath.Join(folder, "known.json")
	cmkguard(unread, "-", "--write-baseline", known)
	stack := file(t, folder, "a stack#1/cdk.tf.json", strings.Replace(bad, `"aws_sns_topic"`, `"aws_s3_bucket": {"b": {}}, "aws_sns_topic"`, 1))
	schema := sarifSchema(t)
	for _, args := range [][]string{{stack}, {stack, "--exceptions", exceptions, "--baseline", known}, {"-"}} {
		got := cmkguard(right, append(args, "--format", "sarif")...)
		log, err := jsonschema.UnmarshalJSON(strings.NewReader(got.out))
		if err != nil {
			t.Fatalf("%v: %s", err, got.err)
		}
		if err := schema.Validate(log); err != nil {
			t.Errorf("%q: %v", args, err)
		}
	}
	if err := schema.Validate(map[string]any{"version": "2.1.0"}); err == nil {
		t.Error("the schema takes anything")
	}
	got := cmkguard("", stack, "--exceptions", exceptions, "--format", "sarif")
	for _, want := range []string{`"kind": "external"`, `"justification": "holds ids only"`, `"uri": "` + uriOf(stack) + `"`, `"id": "no-key/aws_sns_topic"`, `"CKV_AWS_26"`, `"fullyQualifiedName": "aws_sns_topic.t"`} {
		if !strings.Contains(got.out, want) {
			t.Errorf("the SARIF has no %s:\n%s", want, got.out)
		}
	}
}

func TestJUnit(t *testing.T) {
	folder := t.TempDir()
	exceptions := file(t, folder, "e.yaml", excepting)
	var suites junitSuites
	if err := xml.Unmarshal([]byte(cmkguard(bad, "-", "--format", "junit", "--exceptions", exceptions).out), &suites); err != nil {
		t.Fatal(err)
	}
	suite := suites.Suites[0]
	if suite.Tests != 2 || suite.Failures != 1 || suite.Skipped != 1 || suite.Cases[0].Failure.Type != "no-key" || suite.Cases[1].Skipped.Message != "excepted: holds ids only" {
		t.Errorf("the suite is %+v", suite)
	}
	if err := xml.Unmarshal([]byte(cmkguard(right, "-", "--format", "junit").out), &suites); err != nil || suites.Suites[len(suites.Suites)-1].Tests != 1 {
		t.Errorf("with nothing wrong there must be one test, not %+v (%v)", suites, err)
	}
}

func TestExceptions(t *testing.T) {
	folder := t.TempDir()
	with := func(content string) outcome {
		return cmkguard(bad, "-", "--exceptions", file(t, folder, "e.yaml", content))
	}
	for name, c := range map[string]struct {
		content string
		status  int
		out     string
	}{
		"by address":        {"exceptions: [{resource: aws_sqs_queue.jobs, reason: a}, {resource: aws_sns_topic.t, reason: b}]", exitOk, "2 excepted"},
		"by construct path": {"exceptions: [{resource: prod/*, reason: a}]", exitFinding, "1 excepted"},
		"by type":           {"exceptions: [{type: aws_s*, reason: a}]", exitOk, "2 excepted"},
		"by rule":           {"exceptions: [{type: aws_s*, rule: no-key, reason: a}]", exitFinding, "1 excepted"},
		"until today":       {"exceptions: [{type: aws_s*, reason: a, until: 2026-11-26}]", exitOk, "(until 2026-11-26)"},
		"ended yesterday":   {"exceptions: [{type: aws_s*, reason: a, until: 2026-11-25}]", exitFinding, "ended on 2026-11-25"},
		"for nothing":       {"exceptions: [{resource: aws_sqs_queue.gone, reason: a}]", exitFinding, "is for nothing that was found"},
	} {
		if got := with(c.content); got.status != c.status || !strings.Contains(got.out, c.out) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for content, want := range map[string]string{
		"exceptions: [{reason: a}]":                                   "exceptions[0].resource is missing",
		"exceptions: [{resource: '*', reason: a}]":                    "exceptions[0].resource is missing",
		"exceptions: [{resource: a.b}, {type: x, reason: ' '}]":       "exceptions[1].reason is missing",
		"exceptions: [{resource: a.b, reason: a, until: tomorrow}]":   `exceptions[0].until is "tomorrow"; must be a date`,
		"exceptions: [{resource: a.b, reason: a, rule: nokey}]":       `exceptions[0].rule is "nokey"; must be one of`,
		"exceptions: [{resource: a.b, reason: a, umtil: 2027-01-01}]": "field umtil not found",
		"- a": "cannot unmarshal",
	} {
		if got := with(content); got.status != exitError || !strings.Contains(got.err, want) {
			t.Errorf("%s: %+v, want %s", content, got, want)
		}
	}
}

func TestABaselineLeavesOutWhatWasThere(t *testing.T) {
	folder := t.TempDir()
	known := filepath.Join(folder, "known.json")
	if got := cmkguard(bad, "-", "--write-baseline", known); got.status != exitOk {
		t.Fatalf("%+v", got)
	}
	if got := cmkguard(bad, "-", "--baseline", known); got.status != exitOk || !strings.Contains(got.out, "0 errors") || !strings.Contains(got.out, "2 known before") {
		t.Errorf("what was there fails: %+v", got)
	}
	worse := strings.Replace(bad, `"t": {}`, `"t": {}, "u": {}`, 1)
	if got := cmkguard(worse, "-", "--baseline", known); got.status != exitFinding || !strings.Contains(got.out, "aws_sns_topic.u") || strings.Contains(got.out, "aws_sns_topic.t ") {
		t.Errorf("what is new: %+v", got)
	}
	// The same resource with something else wrong is new.
	other := strings.Replace(bad, `"alias/aws/sqs"`, `""`, 1)
	if got := cmkguard(other, "-", "--baseline", known); got.status != exitFinding {
		t.Errorf("another rule: %+v", got)
	}
	for _, content := range []string{"{", `{"version": 2}`, `{"version": 1, "findings": [{}]}`, `{"version": 1, "more": 1}`} {
		if got := cmkguard(bad, "-", "--baseline", file(t, folder, "bad.json", content)); got.status != exitError {
			t.Errorf("the baseline %s: %+v", content, got)
		}
	}
}

func TestFolders(t *testing.T) {
	folder := t.TempDir()
	file(t, folder, "manifest.json", `{"version": "0.21.0", "stacks": {}}`)
	file(t, folder, "stacks/a/cdk.tf.json", `{"resource": {"aws_s3_bucket": {"b": {"bucket": "data"}}}}`)
	file(t, folder, "stacks/b/cdk.tf.json", `{"resource": {"aws_kms_key": {"k": {}}, "aws_s3_bucket_server_side_encryption_configuration": {"c": {"bucket": "data", "rule": {"bucket_key_enabled": true, "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"}}}}}}`)
	if got := cmkguard("", folder); got.status != exitOk || !strings.HasPrefix(got.out, "3 resources examined") {
		t.Errorf("stacks of one app: %+v", got)
	}
	file(t, folder, "node_modules/x/cdk.tf.json", bad)
	file(t, folder, "plans/plan.json", `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "values": {}}]}}}`)
	if got := cmkguard("", folder); got.status != exitFinding || !strings.HasPrefix(got.out, "4 resources examined") || !strings.Contains(got.out, "aws_sqs_queue.q") {
		t.Errorf("with a plan: %+v", got)
	}

	// The files of one folder are one configuration.
	folder = t.TempDir()
	file(t, folder, "keys.tf.json", `{"resource": {"aws_kms_key": {"k": {}}}}`)
	file(t, folder, "queues.tf.json", `{"resource": [{"aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}}]}`)
	if got := cmkguard("", folder, "--fail-on", "unread"); got.status != exitOk || !strings.HasPrefix(got.out, "2 resources examined") {
		t.Errorf("two files: %+v", got)
	}
	file(t, folder, "override.tf.json", `{"resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": null}}}}`)
	file(t, folder, "main.tf", ``)
	if got := cmkguard("", folder, "--fail-on", "unread"); got.status != exitFinding || !strings.Contains(got.out, "override others are not read") || !strings.Contains(got.out, "HCL are not read") {
		t.Errorf("an override: %+v", got)
	}
	empty := t.TempDir()
	file(t, empty, "main.tf", ``)
	file(t, empty, "package.json", `{}`)
	if got := cmkguard("", empty); got.status != exitError || !strings.Contains(got.err, "nothing was examined") {
		t.Errorf("nothing to read: %+v", got)
	}
}

func TestOtherFilesAreWrittenWhereTheFlagSays(t *testing.T) {
	target := filepath.Join(t.TempDir(), "report.json")
	got := cmkguard(bad, "-", "--format", "json", "-o", target)
	content, err := os.ReadFile(target)
	if err != nil || got.out != "" || !json.Valid(content) || got.status != exitFinding {
		t.Errorf("%+v, %v", got, err)
	}
	if !strings.Contains(got.err, "cmkguard: error: aws_sqs_queue.jobs (prod/jobs)") {
		t.Errorf("the standard error has no finding: %s", got.err)
	}
}

func TestDataKeysAreNamed(t *testing.T) {
	logs := `{"resource": {"aws_kms_key": {"mine": {"policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"}}"}}, "aws_cloudwatch_log_group": {"l": {"kms_key_id": "${aws_kms_key.mine.arn}"}}}}`
	if got := cmkguard(logs, "-", "--fail-on", "advice"); got.status != exitOk {
		t.Errorf("%+v", got)
	}
	if got := cmkguard(logs, "-", "--fail-on", "advice", "--data-key", "aws_kms_key.m*"); got.status != exitFinding {
		t.Errorf("%+v", got)
	}
}

func TestProgressIsForTerminals(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	p.tell(every)
	p.end()
	if out.Len() != 0 {
		t.Errorf("a pipe is told %q", out.String())
	}
	p = &progress{out: &out}
	p.tell(every - 1)
	p.tell(every)
	p.end()
	if out.String() != "\r1000 resources examined\r\033[K" {
		t.Errorf("a terminal is told %q", out.String())
	}
}

// A key of a KmsTier whose policy lets nobody use it through SQS is found in plans and stacks, in
// each format, and a note fails nothing by default.
func TestKeysThatDoNotServe(t *testing.T) {
	const administer, everything = `\"kms:PutKeyPolicy\"`, `\"kms:*\"`
	policy := func(actions string) string {
		return `"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"},\"Action\":[` + actions + `],\"Resource\":\"*\"},` +
			`{\"Sid\":\"DenyEarlyKeyDeletion\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"kms:ScheduleKeyDeletion\",\"Resource\":\"*\",\"Condition\":{\"NumericLessThan\":{\"kms:ScheduleKeyDeletionPendingWindowInDays\":\"30\"}}},` +
			`{\"Sid\":\"DenyPolicyLockoutBypass\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"kms:PutKeyPolicy\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"kms:BypassPolicyLockoutSafetyCheck\":\"true\"}}}]}"`
	}
	const arn = `"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"`
	planOf := func(actions string) string {
		key, queue := `{"arn": `+arn+`, "id": `+arn+`, "policy": `+policy(actions)+`}`, `{"name": "jobs", "kms_master_key_id": `+arn+`}`
		resource := func(kind, name, values string) string {
			return `{"address": "` + kind + "." + name + `", "mode": "managed", "type": "` + kind + `", "name": "` + name + `", "values": ` + values + `}`
		}
		change := func(kind, name, values string) string {
			return `{"address": "` + kind + "." + name + `", "mode": "managed", "type": "` + kind + `", "name": "` + name + `", "change": {"actions": ["create"], "before": null, "after": ` + values + `, "after_unknown": {}}}`
		}
		return `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [` + resource("aws_kms_key", "k", key) + `,` + resource("aws_sqs_queue", "jobs", queue) + `]}},
			"resource_changes": [` + change("aws_kms_key", "k", key) + `,` + change("aws_sqs_queue", "jobs", queue) + `]}`
	}
	stackOf := func(actions string) string {
		return `{"resource": {"aws_kms_key": {"k": {"policy": ` + policy(actions) + `}}, "aws_sqs_queue": {"jobs": {"name": "jobs", "kms_master_key_id": "${aws_kms_key.k.arn}"}}}}`
	}
	for kind, of := range map[string]func(string) string{"plan": planOf, "stack": stackOf} {
		if got := cmkguard(of(administer), "-"); got.status != exitFinding || !strings.Contains(got.out, "nobody of the account may call kms:Decrypt through SQS") {
			t.Errorf("%s: %+v", kind, got)
		}
		if got := cmkguard(of(administer), "-", "--format", "sarif"); !strings.Contains(got.out, `"ruleId": "key-does-not-serve/aws_sqs_queue"`) {
			t.Errorf("%s: %+v", kind, got)
		}
		if got := cmkguard(of(everything), "-"); got.status != exitOk || !strings.Contains(got.out, "serves SQS by IAM policies alone for aws_sqs_queue.jobs") {
			t.Errorf("%s: %+v", kind, got)
		}
		if got := cmkguard(of(everything), "-", "--fail-on", "advice"); got.status != exitFinding {
			t.Errorf("%s: %+v", kind, got)
		}
	}
}

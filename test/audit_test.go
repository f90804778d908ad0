package test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/keyalert"
	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// auditEvents are the events that internal/keyalert is tested with.
var auditEvents = filepath.Join(repository, "internal", "keyalert", "testdata", "events")

// The audit is applied with the keys of its environment. Then the emulator says
// what it has, and every event is put on its bus: the messages that reach a
// subscriber of the topic are those that the event must raise.
func TestAuditAppliesAndAlerts(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	tools.Require(t, tools.Node)
	binary, err := build("./test/programs/audit")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(filepath.Dir(binary)) })
	r := runProgram(t, t.TempDir(), binary)
	if r.exitCode != 0 {
		t.Fatalf("the app ended with status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
	}

	cloud := emulator.Start(t, "123456789012")
	workspace := terraform.New(t, r.stack("prod"), terraform.Options{Env: cloud.Env()})
	if found := workspace.Validate(); len(found) > 0 {
		t.Fatalf("terraform validate finds %v", found)
	}
	workspace.Apply()
	workspace.RequireEmptyPlan()
	outputs := workspace.Outputs()

	t.Run("trail", func(t *testing.T) { requireTrail(t, cloud, outputs) })
	t.Run("bucket", func(t *testing.T) { requireBucket(t, cloud, outputs) })
	t.Run("config rules", func(t *testing.T) { requireConfigRules(t, cloud) })
	t.Run("alerts", func(t *testing.T) {
		cases := eventbus.Load(t, auditEvents)
		for i, c := range cases {
			requireAlerts(t, cloud, outputs["pager_url"], c)
			if t.Failed() {
				t.Fatalf("after %d of %d events", i+1, len(cases))
			}
		}
		t.Logf("%d events", len(cases))
	})
	t.Run("a rule that is disabled", func(t *testing.T) {
		disabled := eventbus.Load(t, auditEvents)
		c := disabled[slices.IndexFunc(disabled, func(c eventbus.Case) bool { return slices.Equal(c.Raises, []string{"key-disabled"}) })]
		c.Raises = nil
		cloud.Ask(t, "events", "AWSEvents.DisableRule", map[string]any{"Name": "nc-dp-kms-audit-prod-key-disabled"})
		requireAlerts(t, cloud, outputs["pager_url"], c)
	})

	workspace.Destroy()
}

func requireTrail(t *testing.T, cloud *emulator.Emulator, outputs map[string]string) {
	const api = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."
	name := map[string]any{"Name": outputs["trail_arn"]}
	trail := cloud.Ask(t, "cloudtrail", api+"GetTrail", name)["Trail"].(map[string]any)
	for field, want := range map[string]any{
		"IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": true, "LogFileValidationEnabled": true,
		"KmsKeyId": outputs["logs_key_arn"], "S3BucketName": outputs["bucket"],
		"CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/cloudtrail/nc-dp-kms-audit-prod:*",
	} {
		if trail[field] != want {
			t.Errorf("%s is %v, want %v", field, trail[field], want)
		}
	}
	if status := cloud.Ask(t, "cloudtrail", api+"GetTrailStatus", name); status["IsLogging"] != true {
		t.Errorf("the trail's status is %v, want that it is logging", status)
	}
	selectors := cloud.Ask(t, "cloudtrail", api+"GetEventSelectors", map[string]any{"TrailName": outputs["trail_arn"]})["EventSelectors"]
	text, err := json.Marshal(selectors)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"ReadWriteType":"All"`, `"IncludeManagementEvents":true`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("the selectors are %s, want %s", text, part)
		}
	}
	if strings.Contains(string(text), "kms.amazonaws.com") {
		t.Errorf("the selectors exclude KMS: %s", text)
	}
}

func requireBucket(t *testing.T, cloud *emulator.Emulator, outputs map[string]string) {
	for subresource, parts := range map[string][]string{
		"encryption":        {"<SSEAlgorithm>aws:kms</SSEAlgorithm>", "<KMSMasterKeyID>" + outputs["logs_key_arn"] + "</KMSMasterKeyID>", "<BucketKeyEnabled>true</BucketKeyEnabled>"},
		"versioning":        {"<Status>Enabled</Status>"},
		"object-lock":       {"<Mode>GOVERNANCE</Mode>", "<Days>2557</Days>"},
		"publicAccessBlock": {"<BlockPublicAcls>true<", "<BlockPublicPolicy>true<", "<IgnorePublicAcls>true<", "<RestrictPublicBuckets>true<"},
		"ownershipControls": {"<ObjectOwnership>BucketOwnerEnforced</ObjectOwnership>"},
		"lifecycle":         {"<Days>2557</Days>"},
		"policy":            {`"AllowTrailToWrite"`, `"aws:SourceArn":"` + outputs["trail_arn"] + `"`, `"DenyInsecureTransport"`, `"DenyUnlockingFiles"`},
	} {
		answer := cloud.Bucket(t, outputs["bucket"], subresource)
		for _, part := range parts {
			if !strings.Contains(strings.ReplaceAll(answer, `": `, `":`), part) {
				t.Errorf("%s of the bucket is %s, want %s", subresource, answer, part)
			}
		}
	}
}

func requireConfigRules(t *testing.T, cloud *emulator.Emulator) {
	var found []string
	for _, rule := range cloud.Ask(t, "config", "StarlingDoveService.DescribeConfigRules", map[string]any{})["ConfigRules"].([]any) {
		found = append(found, rule.(map[string]any)["Source"].(map[string]any)["SourceIdentifier"].(string))
	}
	slices.Sort(found)
	want := []string{"CLOUDTRAIL_SECURITY_TRAIL_ENABLED", "CMK_BACKING_KEY_ROTATION_ENABLED", "KMS_CMK_NOT_SCHEDULED_FOR_DELETION", "KMS_KEY_POLICY_NO_PUBLIC_ACCESS"}
	if !slices.Equal(found, want) {
		t.Errorf("the rules of AWS Config are %q, want %q", found, want)
	}
}

var placeholder = regexp.MustCompile(`<\w+>`)

// requireAlerts puts an event on the bus and reads the messages that come of it.
func requireAlerts(t *testing.T, cloud *emulator.Emulator, queue string, c eventbus.Case) {
	t.Helper()
	what := c.File + ": " + c.Name
	detail, err := json.Marshal(c.Event.Detail)
	if err != nil {
		t.Fatal(err)
	}
	answer := cloud.Ask(t, "events", "AWSEvents.PutEvents", map[string]any{"Entries": []any{map[string]any{
		"Source": c.Event.Source, "DetailType": c.Event.DetailType, "Resources": c.Event.Resources, "Detail": string(detail),
	}}})
	if failed := answer["FailedEntryCount"]; failed != 0.0 {
		t.Fatalf("%s: the bus took %v", what, answer)
	}
	messages := receive(t, cloud, queue)
	if len(messages) != len(c.Raises) {
		t.Errorf("%s: %d messages, want %d (%q):\n%s", what, len(messages), len(c.Raises), c.Raises, strings.Join(messages, "\n"))
		return
	}
	for i, message := range messages {
		facts := append(factsOf(c.Event), `"prod: `+headline(t, c.Raises[i])+`."`)
		for _, part := range append(facts, c.Shows...) {
			if !strings.Contains(message, part) {
				t.Errorf("%s: the message does not say %q:\n%s", what, part, message)
			}
		}
		if left := placeholder.FindString(message); left != "" {
			t.Errorf("%s: the message has %s left:\n%s", what, left, message)
		}
	}
}

// headline is the sentence that begins the messages of an alert.
func headline(t *testing.T, name string) string {
	t.Helper()
	alerts := append(keyalert.Of(keyalert.Names{}, nil), keyalert.RuleNotCompliant(""), keyalert.SevereFinding())
	i := slices.IndexFunc(alerts, func(a keyalert.Alert) bool { return a.Name == name })
	if i < 0 {
		t.Fatalf("there is no alert %s", name)
	}
	return alerts[i].Headline
}

// factsOf are what every message says: what happened to which key, by whom.
func factsOf(event eventbus.Event) []string {
	var facts []string
	if identity, ok := event.Detail["userIdentity"].(map[string]any); ok {
		facts = append(facts, fmt.Sprint(identity["arn"]), fmt.Sprint(event.Detail["eventName"]), fmt.Sprint(event.Detail["eventID"]), fmt.Sprint(event.Detail["sourceIPAddress"]))
	}
	if keys, ok := event.Detail["resources"].([]any); ok {
		facts = append(facts, fmt.Sprint(keys[0].(map[string]any)["ARN"]))
	}
	if event.Source == "aws.kms" {
		facts = append(facts, "1234abcd-12ab-34cd-56ef-1234567890ab")
	}
	return facts
}

// receive takes every message out of a queue.
func receive(t *testing.T, cloud *emulator.Emulator, queue string) []string {
	t.Helper()
	var bodies []string
	for {
		answer := cloud.Ask(t, "sqs", "AmazonSQS.ReceiveMessage", map[string]any{"QueueUrl": queue, "MaxNumberOfMessages": 10})
		messages, _ := answer["Messages"].([]any)
		if len(messages) == 0 {
			return bodies
		}
		for _, message := range messages {
			bodies = append(bodies, message.(map[string]any)["Body"].(string))
			cloud.Ask(t, "sqs", "AmazonSQS.DeleteMessage", map[string]any{"QueueUrl": queue, "ReceiptHandle": message.(map[string]any)["ReceiptHandle"]})
		}
	}
}

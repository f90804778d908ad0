package test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/keyalert"
	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// auditEvents are the events that internal/keyalert is tested with.
var auditEvents = filepath.Join(repository, "internal", "keyalert", "testdata", "events")

// The audit is applied with the keys of its environment. Then the emulator says
// what it has, and every event is put on its bus: the messages that reach a
// subscriber of the topic are those that the event must raise.
func TestAuditAppliesAndAlerts(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	r := synthesizeProgram(t, "audit")

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
		var quiet []eventbus.Case
		printed := map[string]bool{}
		for i, c := range cases {
			if len(c.Raises) == 0 {
				quiet = append(quiet, c)
				continue
			}
			message := requireAlerts(t, cloud, outputs, c)
			if t.Failed() {
				t.Fatalf("after %d of %d events", i+1, len(cases))
			}
			// Each message once, to be read.
			if name := c.Raises[0]; !printed[name] {
				printed[name] = true
				t.Logf("%s:\n%s", name, message)
			}
		}
		for some := range slices.Chunk(quiet, 10) {
			requireQuiet(t, cloud, outputs, some)
		}
		t.Logf("%d events, %d of them quiet, %d messages", len(cases), len(quiet), len(printed))
	})
	t.Run("a rule that is disabled", func(t *testing.T) {
		disabled := eventbus.Load(t, auditEvents)
		c := disabled[slices.IndexFunc(disabled, func(c eventbus.Case) bool { return slices.Equal(c.Raises, []string{"key-disabled"}) })]
		cloud.Ask(t, "events", "AWSEvents.DisableRule", map[string]any{"Name": "nc-dp-kms-audit-prod-key-disabled"})
		requireQuiet(t, cloud, outputs, []eventbus.Case{c})
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
	for _, part := range []string{`"ReadWriteType":"All"`, `"IncludeManagementEvents":true`, `"arn:aws:s3:::nc-dp-prod-raw/"`} {
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
		"logging":           {"<TargetBucket>nc-dp-prod-access-logs</TargetBucket>"},
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
	want := []string{"CLOUDTRAIL_SECURITY_TRAIL_ENABLED", "CMK_BACKING_KEY_ROTATION_ENABLED", "IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS", "IAM_INLINE_POLICY_BLOCKED_KMS_ACTIONS", "KMS_CMK_NOT_SCHEDULED_FOR_DELETION", "KMS_KEY_POLICY_NO_PUBLIC_ACCESS"}
	if !slices.Equal(found, want) {
		t.Errorf("the rules of AWS Config are %q, want %q", found, want)
	}
}

// put puts the events of cases on the bus, at most ten.
func put(t *testing.T, cloud *emulator.Emulator, cases ...eventbus.Case) {
	t.Helper()
	var entries []any
	for _, c := range cases {
		detail, err := json.Marshal(c.Event.Detail)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, map[string]any{"Source": c.Event.Source, "DetailType": c.Event.DetailType, "Resources": c.Event.Resources, "Detail": string(detail)})
	}
	if answer := cloud.Ask(t, "events", "AWSEvents.PutEvents", map[string]any{"Entries": entries}); answer["FailedEntryCount"] != 0.0 {
		t.Fatalf("%s: the bus took %v", cases[0].Name, answer)
	}
}

// requireQuiet wants no message of any of the events.
func requireQuiet(t *testing.T, cloud *emulator.Emulator, outputs map[string]string, cases []eventbus.Case) {
	t.Helper()
	put(t, cloud, cases...)
	if messages := append(receive(t, cloud, outputs["inbox_url"]), receive(t, cloud, outputs["pager_url"])...); len(messages) > 0 {
		var names []string
		for _, c := range cases {
			names = append(names, c.File+": "+c.Name)
		}
		t.Errorf("one of these events raises an alert:\n%s\nthe messages:\n%s", strings.Join(names, "\n"), strings.Join(messages, "\n"))
	}
}

// requireAlerts puts an event on the bus and reads the messages that come of it,
// of which it returns the first: all of them in the inbox, the critical ones with
// the pager.
func requireAlerts(t *testing.T, cloud *emulator.Emulator, outputs map[string]string, c eventbus.Case) string {
	t.Helper()
	what := c.File + ": " + c.Name
	put(t, cloud, c)
	var alerts []keyalert.Alert
	urgent := 0
	for _, name := range c.Raises {
		alerts = append(alerts, alertNamed(t, name))
		if alerts[len(alerts)-1].Severity == keyalert.Critical {
			urgent++
		}
	}
	if paged := receive(t, cloud, outputs["pager_url"]); len(paged) != urgent {
		t.Errorf("%s: the pager gets %d messages, want %d:\n%s", what, len(paged), urgent, strings.Join(paged, "\n"))
	}
	messages := receive(t, cloud, outputs["inbox_url"])
	if len(messages) != len(alerts) {
		t.Errorf("%s: %d messages, want %d (%q):\n%s", what, len(messages), len(alerts), c.Raises, strings.Join(messages, "\n"))
		return ""
	}
	for i, message := range messages {
		requireMessage(t, what, message, alerts[i], c)
	}
	return messages[0]
}

// requireMessage reads the message as it arrived; package keyalert is tested for
// what each says.
func requireMessage(t *testing.T, what, message string, alert keyalert.Alert, c eventbus.Case) {
	t.Helper()
	facts := append(factsOf(c.Event), c.Shows...)
	facts = append(facts, `"prod, `+strings.ToUpper(string(alert.Severity))+": "+alert.Headline+": ", " in account 123456789012, us-east-1.", "\n\"Now: "+alert.Now, "#"+alert.Name+`"`)
	for _, part := range facts {
		if !strings.Contains(message, part) {
			t.Errorf("%s: the message does not say %q:\n%s", what, part, message)
		}
	}
	if left := placeholder.FindString(message); left != "" {
		t.Errorf("%s: the message has %s left:\n%s", what, left, message)
	}
}

var placeholder = regexp.MustCompile(`<\w+>`)

func alertNamed(t *testing.T, name string) keyalert.Alert {
	t.Helper()
	alerts := keyalert.Of(keyalert.Names{GrantIds: []string{"x"}, Bucket: "x", LogGroup: "x", ConfigRules: true, GuardDuty: true})
	i := slices.IndexFunc(alerts, func(a keyalert.Alert) bool { return a.Name == name })
	if i < 0 {
		t.Fatalf("there is no alert %s", name)
	}
	return alerts[i]
}

// factsOf are what the message about a call says: what happened to which key.
func factsOf(event eventbus.Event) []string {
	var facts []string
	for _, part := range []string{"eventName", "eventID", "sourceIPAddress", "userAgent"} {
		if value, ok := event.Detail[part].(string); ok {
			facts = append(facts, value)
		}
	}
	if keys, ok := event.Detail["resources"].([]any); ok && event.Source == "aws.kms" {
		facts = append(facts, fmt.Sprint(keys[0].(map[string]any)["ARN"]))
	}
	if event.Source == "aws.kms" {
		facts = append(facts, event.Resources...)
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

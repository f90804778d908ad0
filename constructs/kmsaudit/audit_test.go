package kmsaudit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
	"github.com/neurocipher-io/kmstier/internal/keyalert"
)

// prodNames are those of the audit of prodConfig.
var prodNames = keyalert.Names{
	Environment: "prod", NamePrefix: "nc-dp", Prefix: "nc-dp-kms-audit-prod",
	AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
	TrustedAccountIds: []string{"098765432109", "111111111111"},
	KeyArns:           map[string]string{"alias/nc-dp-logs-prod": logsKeyArn},
	GrantIds:          []string{"f120fe75197b93991dc8491d6f19dd3cebb24ee62277a05914386724f3d48758"},
	TopicArn:          "arn:aws:sns:us-east-1:123456789012:nc-dp-kms-audit-prod-alerts", Queue: "nc-dp-kms-audit-prod-undelivered",
	Bucket: "nc-dp-kms-audit-prod-123456789012", LogGroup: "/aws/cloudtrail/nc-dp-kms-audit-prod", Role: "nc-dp-kms-audit-prod",
	ConfigRules: true, GuardDuty: true,
}

// Each alert has its rule: the names are listed here, so that one that goes is
// missed, and what a rule says is what package keyalert is tested for.
func TestEveryAlertIsDeployed(t *testing.T) {
	alerts := parsed(t, synthesize(t, prodConfig()))["locals"].(map[string]any)["alerts"].(map[string]any)
	var names []string
	for name := range alerts {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{
		"alerts-changed", "channel-changed", "config-not-compliant", "declared-grant-ended", "detectors-changed", "external-access-found",
		"foreign-grant-created", "foreign-key-used", "foreign-source-granted", "guardduty-finding", "key-alias-changed", "key-change-refused",
		"key-deleted", "key-deletion-scheduled", "key-disabled", "key-material-deleted", "key-material-expired", "key-material-imported",
		"key-policy-changed", "key-primary-moved", "key-replicated", "key-rotation-disabled", "key-store-changed", "key-tags-changed",
		"key-use-denied", "open-key-created", "trail-bucket-changed", "trail-changed", "trail-logs-changed", "unusable-key-used",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	for _, alert := range keyalert.Of(prodNames) {
		paths := map[string]any{}
		for name, path := range alert.Paths(prodNames) {
			paths[name] = path
		}
		want := map[string]any{
			"severity": string(alert.Severity), "description": alert.Headline, "state": alert.State(), "template": alert.Template(prodNames), "paths": paths,
			"pattern": parsed(t, `{"locals": `+alert.Pattern.JSON()+`}`)["locals"],
		}
		if diff := cmp.Diff(want, alerts[alert.Name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", alert.Name, diff)
		}
	}
	if state := alerts["key-use-denied"].(map[string]any)["state"]; state != "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" {
		t.Errorf("the rule for denied use is %v, so it gets no call that only reads", state)
	}
}

// Each filter of each watcher is deployed, two as resources of their own.
func TestEveryWatcherIsDeployed(t *testing.T) {
	stack := parsed(t, synthesize(t, prodConfig()))
	deployed, parts := stack["locals"].(map[string]any)["watchers"].(map[string]any), resources(stack)
	count := 0
	for _, watcher := range keyalert.Watchers(prodNames) {
		if got := parts["aws_cloudwatch_metric_alarm."+watcher.Name+"-alarm.metric_name"]; got != watcher.Metric {
			t.Errorf("the alarm %s looks at %q, want %q", watcher.Name, got, watcher.Metric)
		}
		for name, pattern := range watcher.Filters {
			if name == watcher.Name && len(watcher.Filters) == 1 {
				if got := parts["aws_cloudwatch_log_metric_filter."+name+"-filter.pattern"]; got != pattern {
					t.Errorf("%s is %q, want %q", name, got, pattern)
				}
				continue
			}
			count++
			want := map[string]any{"pattern": pattern, "metric": watcher.Metric}
			if diff := cmp.Diff(want, deployed[watcher.Name+"-"+name]); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", name, watcher.Name, diff)
			}
		}
	}
	if len(deployed) != count {
		t.Errorf("%d filters are deployed, want %d", len(deployed), count)
	}
}

func existingTrailConfig() *kmsaudit.KmsAuditConfig {
	config := prodConfig()
	config.LogsKeyArn, config.ExistingTrail = "", &kmsaudit.ExistingTrail{}
	config.OrganizationTrail, config.DataEventBucketArns, config.AccessLogBucket = nil, nil, ""
	return config
}

// kinds are the types of the resources of a stack.
func kinds(parts map[string]string) []string {
	var found []string
	for path := range parts {
		kind, _, _ := strings.Cut(path, ".")
		if !slices.Contains(found, kind) {
			found = append(found, kind)
		}
	}
	slices.Sort(found)
	return found
}

func TestAnExistingTrailIsCheckedOnly(t *testing.T) {
	stack := parsed(t, synthesize(t, existingTrailConfig()))
	parts := resources(stack)
	want := []string{
		"aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_cloudwatch_metric_alarm", "aws_config_config_rule",
		"aws_guardduty_detector", "aws_kms_alias", "aws_kms_key", "aws_sns_topic", "aws_sns_topic_subscription", "aws_sqs_queue",
	}
	if diff := cmp.Diff(want, kinds(parts)); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	if identifier := parts["aws_config_config_rule.config-rule.for_each.trail-records-calls.identifier"]; identifier != "CLOUDTRAIL_SECURITY_TRAIL_ENABLED" {
		t.Errorf("nothing checks the trail: %q", identifier)
	}
	pattern := partsOf(stack["locals"].(map[string]any)["alerts"].(map[string]any)["trail-changed"].(map[string]any)["pattern"], "", map[string]string{})
	if pattern["source"] != "aws.cloudtrail" {
		t.Errorf("changes of a bucket and a log group that are not here are watched: %v", pattern)
	}

	config := existingTrailConfig()
	config.ExistingTrail.LogGroupName = "organization-trail"
	parts = resources(parsed(t, synthesize(t, config)))
	for path, want := range map[string]string{
		"aws_cloudwatch_log_metric_filter.use-denied-filter.log_group_name":  "organization-trail",
		"aws_cloudwatch_metric_alarm.use-denied-alarm.metric_name":           "KeyUseDenied",
		"aws_cloudwatch_metric_alarm.silent-alarm.dimensions.LogGroupName":   "organization-trail",
		"aws_cloudwatch_metric_alarm.silent-alarm.alarm_actions":             "${aws_sns_topic.alerts-topic.arn}, ${aws_sns_topic.critical-topic.arn}",
		"aws_cloudwatch_metric_alarm.use-denied-alarm.alarm_name":            "nc-dp-kms-audit-prod-use-denied",
		"aws_cloudwatch_log_metric_filter.use-denied-filter.pattern":         keyalert.Watchers(prodNames)[0].Filters["use-denied"],
		"aws_cloudwatch_metric_alarm.use-denied-alarm.namespace":             "nc-dp-kms-audit-prod",
		"aws_cloudwatch_metric_alarm.use-denied-alarm.evaluation_periods":    "1",
		"aws_cloudwatch_metric_alarm.use-denied-alarm.comparison_operator":   "GreaterThanOrEqualToThreshold",
		"aws_cloudwatch_metric_alarm.undelivered-alarm.dimensions.QueueName": "nc-dp-kms-audit-prod-undelivered",
	} {
		if parts[path] != want {
			t.Errorf("%s is %q, want %q", path, parts[path], want)
		}
	}
}

func TestWhatIsNotAskedForIsNotThere(t *testing.T) {
	config := prodConfig()
	config.AlertEmails, config.ImportedKeyIds, config.EnableGuardDuty, config.EnableConfigRules = nil, nil, false, jsii.Bool(false)
	stack := newStack(t, "audit")
	audit, err := kmsaudit.NewKmsAudit(stack, "audit", config)
	if err != nil {
		t.Fatal(err)
	}
	text := *cdktf.Testing_Synth(stack, jsii.Bool(true))
	for _, absent := range []string{"aws_sns_topic_subscription", "aws_guardduty_detector", "aws_config_config_rule", "config-not-compliant", "guardduty-finding", "SecondsUntilKeyMaterialExpiration"} {
		if strings.Contains(text, absent) {
			t.Errorf("the stack has %s", absent)
		}
	}
	want := []string{
		"AlertEmails is empty: nobody hears of an alert unless something subscribes to the topic nc-dp-kms-audit-prod-alerts",
		"EnableConfigRules is false: a key that is not rotated, scheduled for deletion or open to the public is found by nobody",
	}
	if diff := cmp.Diff(want, audit.Warnings()); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	var annotated []string
	for _, entry := range *audit.Node().Metadata() {
		annotated = append(annotated, entry.Data.(string))
	}
	if diff := cmp.Diff(want, annotated); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
}

// What only Terraform knows stands in names, policies and patterns all the same.
func TestWhatIsNotGivenIsLookedUp(t *testing.T) {
	config := &kmsaudit.KmsAuditConfig{Environment: "dev"}
	stack := newStack(t, "audit")
	key := kmskey.NewKmsKey(stack, jsii.String("logs"), &kmskey.KmsKeyConfig{})
	config.LogsKeyArn, config.ImportedKeyIds = *key.Arn(), []string{*key.KeyId()}
	if _, err := kmsaudit.NewKmsAudit(stack, "audit", config); err != nil {
		t.Fatal(err)
	}
	text := *cdktf.Testing_Synth(stack, jsii.Bool(true))
	const account = "${data.aws_caller_identity.caller-identity.account_id}"
	parts := resources(parsed(t, text))
	for path, want := range map[string]string{
		"aws_s3_bucket.bucket.bucket":     "nc-dp-kms-audit-dev-" + account,
		"aws_cloudtrail.trail.kms_key_id": "${aws_kms_key.logs.arn}",
		"aws_kms_key.alerts-key.policy.Statement[EnableIamKeyAdministration].Principal.AWS":                                 "arn:${data.aws_partition.partition.partition}:iam::" + account + ":root",
		"aws_s3_bucket_policy.bucket-policy.policy.Statement[AllowTrailToCheckBucket].Condition.StringEquals.aws:SourceArn": "arn:${data.aws_partition.partition.partition}:cloudtrail:${data.aws_region.region.id}:" + account + ":trail/nc-dp-kms-audit-dev",
		"aws_cloudwatch_metric_alarm.expiry-alarm-0.dimensions.KeyId":                                                       "${aws_kms_key.logs.key_id}",
	} {
		if parts[path] != want {
			t.Errorf("%s is %q, want %q", path, parts[path], want)
		}
	}
	if strings.Contains(text, "TfToken") {
		t.Errorf("the stack holds a token that was not resolved:\n%s", text)
	}
}

func TestTheAuditTellsWhatItMade(t *testing.T) {
	stack := newStack(t, "audit")
	audit, err := kmsaudit.NewKmsAudit(stack, "audit", prodConfig())
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]*string{"topic": audit.AlertsTopicArn(), "critical": audit.CriticalTopicArn(), "key": audit.AlertsKeyArn(), "trail": audit.TrailArn(), "bucket": audit.BucketName()} {
		cdktf.NewTerraformOutput(stack, &name, &cdktf.TerraformOutputConfig{Value: value})
	}
	if got, want := audit.LogGroupName(), "/aws/cloudtrail/nc-dp-kms-audit-prod"; got != want {
		t.Errorf("LogGroupName() = %q, want %q", got, want)
	}
	text := *cdktf.Testing_Synth(stack, jsii.Bool(true))
	for _, reference := range []string{
		`"value": "${aws_sns_topic.audit_alerts-topic_`, `"value": "${aws_sns_topic.audit_critical-topic_`, `"value": "${aws_kms_key.audit_alerts-key_`,
		`"value": "${aws_cloudtrail.audit_trail_`, `"value": "${aws_s3_bucket.audit_bucket_`,
	} {
		if !strings.Contains(text, reference) {
			t.Errorf("no output has %s", reference)
		}
	}
	existing, err := kmsaudit.NewKmsAudit(newStack(t, "existing"), "audit", existingTrailConfig())
	if err != nil {
		t.Fatal(err)
	}
	if existing.TrailArn() != nil || existing.BucketName() != nil || existing.LogGroupName() != "" {
		t.Error("an audit of an existing trail says that it has one of its own")
	}
}

func TestARefusedAuditLeavesNothingBehind(t *testing.T) {
	stack := newStack(t, "audit")
	children := func() int { return len(*stack.Node().Children()) }
	before := children()
	wrong := prodConfig()
	wrong.AlertEmails = []string{"nobody"}
	for name, c := range map[string]struct {
		scope  constructs.Construct
		id     string
		config *kmsaudit.KmsAuditConfig
		want   string
	}{
		"a wrong configuration": {stack, "audit", wrong, `KmsAudit "audit" was refused, 1 problem:
  AlertEmails[0] is "nobody": must be an email address, such as "security@example.com"`},
		"nothing at all": {nil, "", nil, `KmsAudit "" was refused, 3 problems:
  scope: is nil; must be a stack, or a construct of one
  id is "": must be letters, digits, hyphens and underscores, at least one
  config: is nil; must be a *KmsAuditConfig with at least Environment, and LogsKeyArn or ExistingTrail`},
		"an id that is taken": {stack, "aws", prodConfig(), `KmsAudit "aws" was refused, 1 problem:
  id is "aws": is the id of another construct in the same scope; must be unique there`},
		"an app": {cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())}), "audit", prodConfig(), `KmsAudit "audit" was refused, 1 problem:
  scope: is outside of any stack; must be a cdktf.TerraformStack, or a construct of one`},
	} {
		audit, err := kmsaudit.NewKmsAudit(c.scope, c.id, c.config)
		var refused *kmsaudit.ConfigError
		if audit != nil || !errors.As(err, &refused) {
			t.Fatalf("%s gives %v, %v, want a ConfigError", name, audit, err)
		}
		if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := children(); got != before {
		t.Errorf("the stack has %d children, want %d", got, before)
	}

	if _, err := kmsaudit.NewKmsAudit(stack, "audit", prodConfig()); err != nil {
		t.Fatal(err)
	}
	before = children()
	_, err := kmsaudit.NewKmsAudit(stack, "second", prodConfig())
	const want = `KmsAudit "second" was refused, 1 problem:
  Environment is "prod": gives the name nc-dp-kms-audit-prod, which another audit of this stack has; change Environment or NamePrefix`
	if err == nil || err.Error() != want {
		t.Errorf("a second audit of an environment gives %v, want\n%s", err, want)
	}
	if got := children(); got != before {
		t.Errorf("the stack has %d children, want %d", got, before)
	}
	other := prodConfig()
	other.Environment = "stg"
	if _, err := kmsaudit.NewKmsAudit(stack, "second", other); err != nil {
		t.Errorf("an audit of another environment gives %v", err)
	}
}

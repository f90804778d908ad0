package kmsaudit

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

var testPlace = awsPlace{partition: "aws", region: "us-east-1", accountId: "123456789012"}

func prodSettings() settings {
	return newSettings(&KmsAuditConfig{Environment: "prod", LogsKeyArn: testPlace.arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab")})
}

// requireDecision evaluates a request as AWS would.
func requireDecision(t *testing.T, name string, policy keypolicy.Document, request evaluation.Request, allowed bool) {
	t.Helper()
	request.Key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	decision, err := evaluation.Evaluate(policy, request)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if decision.Allowed != allowed {
		t.Errorf("%s: %s, want allowed %v", name, decision, allowed)
	}
}

func TestOnlyAlertsUseTheAlertsKey(t *testing.T) {
	policy := prodSettings().alertsKeyPolicy(testPlace)
	if problems := policy.Validate(); problems != nil {
		t.Errorf("the policy is not valid: %v", problems)
	}
	const topic = "kms:EncryptionContext:aws:sns:topicArn"
	ours := map[string][]string{topic: {"arn:aws:sns:us-east-1:123456789012:nc-dp-kms-audit-prod-alerts"}}
	other := map[string][]string{topic: {"arn:aws:sns:us-east-1:123456789012:other"}}
	everything := []keypolicy.Document{{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}}}
	for name, c := range map[string]struct {
		principal, action string
		context           map[string][]string
		allowed           bool
	}{
		"a rule writes to the topic":          {"events.amazonaws.com", "kms:GenerateDataKey", ours, true},
		"a rule reads the topic's data key":   {"events.amazonaws.com", "kms:Decrypt", ours, true},
		"an alarm writes to the topic":        {"cloudwatch.amazonaws.com", "kms:GenerateDataKey", ours, true},
		"a rule writes to another topic":      {"events.amazonaws.com", "kms:GenerateDataKey", other, false},
		"a rule uses the key without a topic": {"events.amazonaws.com", "kms:GenerateDataKey", nil, false},
		"another service":                     {"s3.amazonaws.com", "kms:GenerateDataKey", ours, false},
		"a rule encrypts":                     {"events.amazonaws.com", "kms:Encrypt", ours, false},
		// With every IAM permission there is.
		"a role publishes":           {"arn:aws:iam::123456789012:role/Any", "kms:GenerateDataKey", ours, false},
		"a role manages the key":     {"arn:aws:iam::123456789012:role/Any", "kms:PutKeyPolicy", nil, true},
		"a role of another account":  {"arn:aws:iam::999999999999:role/Any", "kms:PutKeyPolicy", nil, false},
		"a role deletes early":       {"arn:aws:iam::123456789012:role/Any", "kms:ScheduleKeyDeletion", map[string][]string{"kms:ScheduleKeyDeletionPendingWindowInDays": {"29"}}, false},
		"a role deletes in time":     {"arn:aws:iam::123456789012:role/Any", "kms:ScheduleKeyDeletion", map[string][]string{"kms:ScheduleKeyDeletionPendingWindowInDays": {"30"}}, true},
		"a role skips the lockout":   {"arn:aws:iam::123456789012:role/Any", "kms:PutKeyPolicy", map[string][]string{"kms:BypassPolicyLockoutSafetyCheck": {"true"}}, false},
		"a role hands the key's use": {"arn:aws:iam::123456789012:role/Any", "kms:CreateGrant", nil, false},
	} {
		request := evaluation.Request{Principal: c.principal, Action: c.action, Context: c.context}
		if strings.HasPrefix(c.principal, "arn:") {
			request.IdentityPolicies = everything
		}
		requireDecision(t, name, policy, request, c.allowed)
	}
}

// What the policy of a tier's logs key says about CloudTrail, log groups and
// application logs lets this trail work and keeps the service roles out of its
// files.
func TestTheTiersLogsKeyFitsTheTrail(t *testing.T) {
	s := prodSettings()
	location := statements.Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: "123456789012"}
	role := "arn:aws:iam::123456789012:role/LambdaETLRole"
	policy := documentOf(
		statements.AllowServices(location, statements.Serve("CloudTrail"), statements.Serve("CloudWatchLogs", "*")),
		statements.AllowApplicationLogsThroughS3(location, statements.Roles{Arns: []string{role}}, []string{"nc-dp-prod-*"}, ""),
	)
	trail := s.trailArn(testPlace)
	byTrail := func(arn string) map[string][]string {
		return map[string][]string{"aws:SourceArn": {arn}, "kms:EncryptionContext:aws:cloudtrail:arn": {arn}}
	}
	throughS3 := func(bucket string) map[string][]string {
		return map[string][]string{
			"kms:ViaService": {"s3.us-east-1.amazonaws.com"}, "kms:CallerAccount": {"123456789012"},
			"kms:EncryptionContext:aws:s3:arn": {testPlace.bucketArn(bucket)},
		}
	}
	logGroup := map[string][]string{"kms:EncryptionContext:aws:logs:arn": {testPlace.arn("logs", "log-group:"+s.logGroup())}}
	for name, c := range map[string]struct {
		principal, action string
		context           map[string][]string
		allowed           bool
	}{
		"the trail writes a file":                     {"cloudtrail.amazonaws.com", "kms:GenerateDataKey", byTrail(trail), true},
		"the trail uses the bucket's key":             {"cloudtrail.amazonaws.com", "kms:Decrypt", byTrail(trail), true},
		"CloudTrail checks the key":                   {"cloudtrail.amazonaws.com", "kms:DescribeKey", map[string][]string{"aws:SourceArn": {trail}}, true},
		"a trail of another account":                  {"cloudtrail.amazonaws.com", "kms:GenerateDataKey", byTrail("arn:aws:cloudtrail:us-east-1:999999999999:trail/" + s.name()), false},
		"the log group is encrypted":                  {"logs.us-east-1.amazonaws.com", "kms:Encrypt", logGroup, true},
		"a service role reads the files of the trail": {role, "kms:Decrypt", throughS3(s.bucketName("123456789012")), false},
		"a service role reads its own bucket":         {role, "kms:Decrypt", throughS3("nc-dp-prod-raw"), true},
	} {
		requireDecision(t, name, policy, evaluation.Request{Principal: c.principal, Action: c.action, Context: maps.Clone(c.context)}, c.allowed)
	}
}

func TestPoliciesOfATrailNameItAlone(t *testing.T) {
	s := prodSettings()
	for name, text := range map[string]string{"bucket": *policyText(s.bucketPolicy(testPlace)), "trust": *s.logsRoleTrust(testPlace)} {
		if !strings.Contains(text, `"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/nc-dp-kms-audit-prod"`) {
			t.Errorf("the %s policy does not name the trail: %s", name, text)
		}
	}
	// IAM refuses a trust policy that names a resource.
	var trust struct{ Statement map[string]any }
	if err := json.Unmarshal([]byte(*s.logsRoleTrust(testPlace)), &trust); err != nil || trust.Statement["Resource"] != nil {
		t.Errorf("the trust policy is %v, %v, want one without a Resource", trust, err)
	}
}

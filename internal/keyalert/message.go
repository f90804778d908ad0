package keyalert

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// message is what an alert shows of its event: what happened to what, by whom,
// and more lines about it.
type message struct {
	// subject is what it happened to.
	subject string
	// by is the second line.
	by string
	// lines come after it.
	lines []string
	// key is the part of the event that the console's page of a key goes by; empty
	// where the alert is about no key.
	key string
	// event is the part that CloudTrail's event history goes by; empty where no call
	// causes the event.
	event string
}

// parts are the parts of events that messages show, by the names that stand for
// them in a line.
var parts = map[string]string{
	// Every event.
	"account": "$.account",
	"region":  "$.region",
	"when":    "$.time",
	// Every call that CloudTrail reports. The identity as a whole has the access key,
	// the MFA of the session and the service that forwarded the call, as far as they
	// are known.
	"call":    "$.detail.eventName",
	"who":     "$.detail.userIdentity.arn",
	"caller":  "$.detail.userIdentity",
	"ip":      "$.detail.sourceIPAddress",
	"agent":   "$.detail.userAgent",
	"request": "$.detail.requestParameters",
	"id":      "$.detail.eventID",
	"error":   "$.detail.errorCode",
	"reason":  "$.detail.errorMessage",
	// Calls of KMS.
	"key":     "$.detail.resources[0].ARN",
	"named":   "$.detail.requestParameters.keyId",
	"alias":   "$.detail.requestParameters.aliasName",
	"store":   "$.detail.requestParameters.customKeyStoreId",
	"grant":   "$.detail.responseElements.grantId",
	"byToken": "$.detail.additionalEventData",
	// Calls of the services that the audit is made of.
	"name":         "$.detail.requestParameters.name",
	"trail":        "$.detail.requestParameters.trailName",
	"bucket":       "$.detail.requestParameters.bucketName",
	"group":        "$.detail.requestParameters.logGroupName",
	"role":         "$.detail.requestParameters.roleName",
	"rule":         "$.detail.requestParameters.rule",
	"alarm":        "$.detail.requestParameters.alarmName",
	"alarms":       "$.detail.requestParameters.alarmNames",
	"topic":        "$.detail.requestParameters.topicArn",
	"subscription": "$.detail.requestParameters.subscriptionArn",
	"queue":        "$.detail.requestParameters.queueUrl",
	// Events that no call causes.
	"eventKey":   "$.resources[0]",
	"eventKeyId": "$.detail.key-id",
	// AWS Config.
	"resource":   "$.detail.resourceId",
	"configRule": "$.detail.configRuleName",
	// GuardDuty.
	"finding":  "$.detail.type",
	"title":    "$.detail.title",
	"severity": "$.detail.severity",
	"about":    "$.detail.resource",
	// IAM Access Analyzer.
	"opened":    "$.detail.resource",
	"principal": "$.detail.principal",
	"actions":   "$.detail.action",
}

// Parts that a call lacks are left out by EventBridge, and no label stands before
// a part that may be missing alone.
const (
	byCaller = "By <who> <ip> <agent> <caller>"
	called   = "At <when>, asked with <request>"
	failed   = "At <when>, refused with <error> <reason>"
	maybe    = "At <when>, asked with <request> <error> <reason>"
)

// ofKey is the message about a call of KMS. The key's ARN is missing when some
// calls fail, and what the caller asked for may be an id or an alias, so both are
// shown.
func ofKey(lines ...string) message {
	return message{subject: "<call> <key> <named>", by: byCaller, lines: lines, key: "<named>", event: "<id>"}
}

// ofCall is the message about a call of another service.
func ofCall(subject string, lines ...string) message {
	return message{subject: "<call> " + subject, by: byCaller, lines: lines, event: "<id>"}
}

var placeholder = regexp.MustCompile(`<(\w+)>`)

// Runbook is where the pages of alerts and alarms are, by their names.
const Runbook = "https://github.com/neurocipher-io/kmstier/blob/main/docs/kmsaudit-runbook.md#"

// consoles are the domains of the AWS Management Console. See the Management
// Console's Getting Started Guide and the guides of AWS GovCloud and AWS China.
var consoles = map[string]string{"aws-us-gov": "console.amazonaws-us-gov.com", "aws-cn": "console.amazonaws.cn"}

// lines are the lines of the message.
func (a Alert) lines(names Names) []string {
	m := a.message
	lines := []string{
		fmt.Sprintf("%s, %s: %s: %s in account <account>, <region>.", names.Environment, strings.ToUpper(string(a.Severity)), a.Headline, m.subject),
		m.by,
	}
	lines = append(lines, m.lines...)
	if m.key != "" {
		for _, alias := range slices.Sorted(maps.Keys(names.KeyArns)) {
			lines = append(lines, "Of "+names.Environment+": "+alias+" is "+names.KeyArns[alias])
		}
	}
	console := "console.aws.amazon.com"
	if other := consoles[names.Partition]; other != "" {
		console = other
	}
	now := "Now: " + a.Now
	if m.key != "" {
		now += " Key: https://<region>." + console + "/kms/home?region=<region>#/kms/keys/" + m.key
	}
	if m.event != "" {
		now += " Event: https://<region>." + console + "/cloudtrailv2/home?region=<region>#/events?EventId=" + m.event
	}
	return append(lines, now+" Runbook: "+Runbook+a.Name)
}

// Paths are the parts of the event that the message shows, by the names that
// [Alert.Template] has for them.
func (a Alert) Paths(names Names) map[string]string {
	paths := map[string]string{}
	for _, line := range a.lines(names) {
		for _, found := range placeholder.FindAllStringSubmatch(line, -1) {
			path, known := parts[found[1]]
			if !known {
				panic(fmt.Sprintf("keyalert: %s shows <%s>, which is no part of an event", a.Name, found[1]))
			}
			paths[found[1]] = path
		}
	}
	return paths
}

// Template is the message for the input transformer of a rule's target. It is a
// quoted string a line, which EventBridge passes on as lines; a part that the
// event lacks stays empty. It is no JSON: EventBridge does not escape what it
// fills in, so a caller's own words could break that. See the EventBridge User
// Guide, "Amazon EventBridge input transformation".
func (a Alert) Template(names Names) string {
	return `"` + strings.Join(a.lines(names), "\"\n\"") + `"`
}

package keyalert

import (
	"fmt"
	"regexp"
	"strings"
)

// parts are the parts of events that messages show, by the names that stand for
// them in a line.
var parts = map[string]string{
	// Every call that CloudTrail reports.
	"call":    "$.detail.eventName",
	"who":     "$.detail.userIdentity.arn",
	"type":    "$.detail.userIdentity.type",
	"account": "$.detail.userIdentity.accountId",
	"ip":      "$.detail.sourceIPAddress",
	"time":    "$.detail.eventTime",
	"region":  "$.detail.awsRegion",
	"id":      "$.detail.eventID",
	"error":   "$.detail.errorCode",
	"reason":  "$.detail.errorMessage",
	// Calls of KMS.
	"key":        "$.detail.resources[0].ARN",
	"named":      "$.detail.requestParameters.keyId",
	"days":       "$.detail.requestParameters.pendingWindowInDays",
	"deletion":   "$.detail.responseElements.deletionDate",
	"bypass":     "$.detail.requestParameters.bypassPolicyLockoutSafetyCheck",
	"replica":    "$.detail.requestParameters.replicaRegion",
	"grantee":    "$.detail.requestParameters.granteePrincipal",
	"operations": "$.detail.requestParameters.operations",
	"grant":      "$.detail.responseElements.grantId",
	// Calls of the services that the audit is made of.
	"name":         "$.detail.requestParameters.name",
	"trail":        "$.detail.requestParameters.trailName",
	"bucket":       "$.detail.requestParameters.bucketName",
	"group":        "$.detail.requestParameters.logGroupName",
	"rule":         "$.detail.requestParameters.rule",
	"alarms":       "$.detail.requestParameters.alarmNames",
	"topic":        "$.detail.requestParameters.topicArn",
	"subscription": "$.detail.requestParameters.subscriptionArn",
	// Events that no call causes.
	"eventKey":    "$.resources[0]",
	"eventTime":   "$.time",
	"eventRegion": "$.region",
	"eventId":     "$.id",
	// AWS Config.
	"resource":   "$.detail.resourceId",
	"configRule": "$.detail.configRuleName",
	"found":      "$.detail.notificationCreationTime",
	// GuardDuty.
	"finding":   "$.detail.type",
	"title":     "$.detail.title",
	"severity":  "$.detail.severity",
	"principal": "$.detail.resource.accessKeyDetails.userName",
	"user":      "$.detail.resource.accessKeyDetails.userType",
	"findingId": "$.detail.id",
}

// caller says what was called, by whom and when. A caller of another account
// that is denied has no ARN.
var caller = []string{
	"What: <call>",
	"By: <who> (<type> of account <account>)",
	"From: <ip>",
	"When: <time> in <region>",
	"Event: <id>",
}

// keyCall is caller with the key. Its ARN is not there when the call failed, and
// what the caller asked for may be an alias, so both are shown.
var keyCall = append([]string{"Key: <key> (named as <named>)"}, caller...)

// refusal says how a call failed.
var refusal = []string{"Error: <error>", "Reason: <reason>"}

// outcome is for calls that may have failed.
const outcome = "Error, if it failed: <error>"

var placeholder = regexp.MustCompile(`<(\w+)>`)

// Paths are the parts of the event that the message shows, by the names that
// [Alert.Template] has for them.
func (a Alert) Paths() map[string]string {
	paths := map[string]string{}
	for _, line := range a.Lines {
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
// event lacks stays empty. See the EventBridge User Guide, "Amazon EventBridge
// input transformation".
func (a Alert) Template(environment string) string {
	lines := append([]string{environment + ": " + a.Headline + "."}, a.Lines...)
	return `"` + strings.Join(lines, "\"\n\"") + `"`
}

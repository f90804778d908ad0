package keyalert

import (
	"fmt"
	"strings"
)

// detail is one line of a message: a label, and the part of the event that
// follows it, by a name of its own.
type detail struct{ label, name, path string }

// caller are the lines about an API call of KMS: which key, by whom, when. The
// key's ARN is not there when the call failed, and what the caller asked for may
// be an alias; so both are shown. A caller of another account has no ARN.
func caller() []detail {
	return append([]detail{
		{"Key", "key", "$.detail.resources[0].ARN"},
		{"Key as the caller named it", "asked", "$.detail.requestParameters.keyId"},
	}, changer()...)
}

// changer are the lines about any API call.
func changer() []detail {
	return []detail{
		{"By", "who", "$.detail.userIdentity.arn"},
		{"Caller's type", "kind", "$.detail.userIdentity.type"},
		{"Caller's account", "account", "$.detail.userIdentity.accountId"},
		{"Through the service", "service", "$.detail.userIdentity.invokedBy"},
		{"From", "ip", "$.detail.sourceIPAddress"},
		{"When", "time", "$.detail.eventTime"},
		{"Where", "region", "$.detail.awsRegion"},
		{"Call", "call", "$.detail.eventName"},
		{"Event", "id", "$.detail.eventID"},
	}
}

// refusal are the lines about a call that failed.
func refusal() []detail {
	return []detail{
		{"Error", "error", "$.detail.errorCode"},
		{"Reason", "reason", "$.detail.errorMessage"},
	}
}

// outcome is the line about a call that may have failed.
func outcome() detail { return detail{"Error, if it failed", "error", "$.detail.errorCode"} }

// Paths are the parts of the event that the message shows, by their names in
// [Alert.Template].
func (a Alert) Paths() map[string]string {
	paths := make(map[string]string, len(a.details))
	for _, detail := range a.details {
		paths[detail.name] = detail.path
	}
	return paths
}

// Template is the message for the input transformer of a rule's target. It is a
// quoted string a line, which EventBridge passes on as lines; a part that the
// event lacks stays empty. See the EventBridge User Guide, "Amazon EventBridge
// input transformation".
func (a Alert) Template(environment string) string {
	lines := []string{fmt.Sprintf("%s: %s.", environment, a.Headline)}
	for _, detail := range a.details {
		lines = append(lines, fmt.Sprintf("%s: <%s>", detail.label, detail.name))
	}
	lines = append(lines, a.advice)
	return `"` + strings.Join(lines, "\"\n\"") + `"`
}

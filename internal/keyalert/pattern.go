package keyalert

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
)

// Pattern is an event pattern. See the EventBridge User Guide, "Amazon
// EventBridge event patterns" and "Comparison operators for use in event
// patterns". A field that is a list matches when one of its elements does.
type Pattern map[string]any

// JSON is the pattern as EventBridge takes it. Equal patterns are equal bytes.
func (p Pattern) JSON() string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(p); err != nil {
		panic(fmt.Sprintf("keyalert: a pattern of strings failed to marshal: %v", err))
	}
	return string(bytes.TrimSpace(out.Bytes()))
}

// calls is the pattern of API calls that CloudTrail reports. The source is that of
// the service called, "aws.kms" for kms.amazonaws.com, and only AWS can send
// events whose source begins with "aws.".
func calls(sources []string, detail Pattern) Pattern {
	return Pattern{
		"source":      sources,
		"detail-type": []string{"AWS API Call via CloudTrail"},
		"detail":      detail,
	}
}

// kmsCalls are calls of KMS by their operations and what else is in the detail.
func kmsCalls(operations []string, more ...Pattern) Pattern {
	detail := Pattern{"eventName": operations}
	for _, part := range more {
		maps.Copy(detail, part)
	}
	return calls([]string{"aws.kms"}, detail)
}

// How a call ended. Every other error is the caller's mistake, throttling, or a
// resource that is not there yet.
var (
	done    = Pattern{"errorCode": exists(false)}
	refused = Pattern{"errorCode": []any{prefix(deniedPrefix)}}
	tried   = triedOr()
)

// triedOr is a call that was made or refused, for services that have a word of
// their own for that: see the Common Errors of their API references.
func triedOr(refusals ...any) Pattern {
	return Pattern{"errorCode": append([]any{Pattern{"exists": false}, prefix(deniedPrefix)}, refusals...)}
}

// deniedPrefix begins the error code of a call that a policy refused.
const deniedPrefix = "AccessDenied"

// inEarnest leaves out dry runs, by which a caller asks what it may do. See the
// KMS Developer Guide, "Testing your permissions". A dry run never succeeds.
var inEarnest = Pattern{"requestParameters": Pattern{"dryRun": []any{false, Pattern{"exists": false}}}}

func exists(present bool) []Pattern { return []Pattern{{"exists": present}} }

func prefix(value string) Pattern { return Pattern{"prefix": value} }

func beginning(values ...string) []Pattern {
	var list []Pattern
	for _, value := range values {
		list = append(list, prefix(value))
	}
	return list
}

func wildcard(values ...string) []Pattern {
	var list []Pattern
	for _, value := range values {
		list = append(list, Pattern{"wildcard": value})
	}
	return list
}

func anythingBut(what any) []Pattern { return []Pattern{{"anything-but": what}} }

// parameters are what the caller asked for.
func parameters(of Pattern) Pattern { return Pattern{"requestParameters": of} }

// oneOf matches what one of the patterns does.
func oneOf(patterns ...Pattern) Pattern { return Pattern{"$or": patterns} }

// accounts are the keys' own account and the trusted ones.
func (n Names) accounts() []string {
	return append([]string{n.AccountId}, n.TrustedAccountIds...)
}

package keyalert

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Pattern is an event pattern. See the EventBridge User Guide, "Amazon
// EventBridge event patterns".
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

// call is the pattern of API calls that CloudTrail reports. The source is
// "aws.kms" for the event source "kms.amazonaws.com".
func call(service string, operations []string, more Pattern) Pattern {
	detail := Pattern{"eventSource": []string{service + ".amazonaws.com"}, "eventName": operations}
	for field, match := range more {
		detail[field] = match
	}
	return Pattern{
		"source":      []string{"aws." + service},
		"detail-type": []string{"AWS API Call via CloudTrail"},
		"detail":      detail,
	}
}

func exists(present bool) []Pattern { return []Pattern{{"exists": present}} }

func prefix(value string) []Pattern { return []Pattern{{"prefix": value}} }

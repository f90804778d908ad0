package keyalert

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
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
func kmsCalls(operations []string, more Pattern) Pattern {
	detail := Pattern{"eventName": operations}
	maps.Copy(detail, more)
	return calls([]string{"aws.kms"}, detail)
}

func exists(present bool) []Pattern { return []Pattern{{"exists": present}} }

func prefix(value string) []Pattern { return []Pattern{{"prefix": value}} }

package hcloutput

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestStackIsAsInJson(t *testing.T) {
	const (
		inHcl    = "resource \"aws_kms_key\" \"key\" {\n  policy = data.aws_iam_policy_document.policy.json\n}\nlocals {\n}\n"
		metadata = `{"//": {"metadata": {}}, "resource": {"aws_kms_key": {"key": {"//": {"metadata": {"path": "dev/key"}}}}, "aws_sqs_queue": {"gone": {"//": {}}}}}`
		inJson   = `{"locals": {}, "resource": {"aws_kms_key": {"key": {"policy": "${data.aws_iam_policy_document.policy.json}", "//": {"metadata": {"path": "dev/key"}}}}}}`
	)
	var want map[string]any
	if err := json.Unmarshal([]byte(inJson), &want); err != nil {
		t.Fatal(err)
	}
	for name, given := range map[string][2][]byte{"HCL": {[]byte(inHcl), []byte(metadata)}, "JSON": {[]byte(inJson), nil}} {
		if found, err := Stack("dev", given[0], given[1]); err != nil || !reflect.DeepEqual(found, want) {
			t.Errorf("%s: expected %v, found %v, %v", name, want, found, err)
		}
	}
}

func TestStackRefuses(t *testing.T) {
	for want, given := range map[string][2]string{
		"the stack dev is no JSON":                 {`{"resource": `, ""},
		"the stack dev is no HCL: dev:1":           {"resource {", "{}"},
		"the metadata of the stack dev is no JSON": {"locals {}", ""},
	} {
		if _, err := Stack("dev", []byte(given[0]), []byte(given[1])); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: expected an error with %q, found %v", given, want, err)
		}
	}
}

package cmk

import (
	"os"
	"path/filepath"
	"testing"
)

// Whatever a file holds, it is read or refused.
func FuzzRead(f *testing.F) {
	plans, err := filepath.Glob("testdata/plans/*/plan.json")
	if err != nil || len(plans) == 0 {
		f.Fatal(plans, err)
	}
	for _, name := range plans {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	for _, content := range []string{
		`{"resource": {"aws_sqs_queue": {"q": {"count": "${var.n}", "dynamic": {"x": {"for_each": "${local.a}", "content": null}}}}}, "locals": {"a": "${[for x in var.y : x]}"}}`,
		`{"resource": [{"aws_s3_bucket": [{"b": [{}]}]}], "module": [null], "data": {"aws_kms_key": {"k": {"key_id": "${data.aws_kms_key.k.arn}"}}}}`,
		`{"resource": {"aws_cloudformation_stack": {"s": {"template_body": "Resources: &a\n  x: *a\n"}}}}`,
		`{"format_version": "1.0", "variables": {"x": null}, "planned_values": {"root_module": {"resources": [null], "child_modules": [null]}}, "configuration": {"provider_config": {"aws": null}, "root_module": {"resources": [null], "outputs": {"x": null}, "module_calls": {"m": null}}}, "resource_changes": [{}], "prior_state": {"values": {"root_module": null}}}`,
		`{"format_version": "1.0", "values": {"root_module": {"resources": [{"type": "aws_s3_bucket", "name": "b", "index": {}, "values": null}, {"type": "aws_s3_bucket", "name": "b", "index": [1], "values": {"bucket": 1}}]}}}`,
	} {
		f.Add([]byte(content))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		input, err := Read("x", content)
		if err != nil {
			return
		}
		Examine(input.Stacks, input.Stacks, []string{"*"}, nil)
	})
}

package test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// The example of a platform has whatever people put under the keys, with audit
// and guard on: the guard, an error there, finds nothing, and what is applied
// stays as it is.
func TestPlatformExampleAppliesUnderItsGuard(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	r, inHcl := runExample(t, "platform"), runExample(t, "platform", asHcl)
	for _, word := range []string{"[Warning", "[Error", "[INFO", "no-key", "unread", "stale"} {
		if strings.Contains(r.stdout+r.stderr+inHcl.stdout+inHcl.stderr, word) {
			t.Errorf("the guard found something:\n%s%s", r.stdout, r.stderr)
		}
	}

	var stack struct{ Resource map[string]map[string]any }
	if err := json.Unmarshal([]byte(readFile(t, r.stack("dev"))), &stack); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{
		"aws_iam_role", "aws_iam_policy", "aws_iam_role_policy", "aws_s3_bucket", "aws_dynamodb_table", "aws_secretsmanager_secret",
		"aws_ebs_volume", "aws_ebs_default_kms_key", "aws_cloudwatch_log_group", "aws_sqs_queue", "aws_sns_topic", "aws_cloudtrail",
	} {
		if len(stack.Resource[kind]) == 0 {
			t.Errorf("the platform has no %s", kind)
		}
	}
	for name, role := range stack.Resource["aws_iam_role"] {
		if role, _ := role.(map[string]any); role["permissions_boundary"] == nil && !strings.HasPrefix(name, "audit_") {
			t.Errorf("%s has no permissions boundary", name)
		}
	}

	cloud := emulator.Start(t, "222222222222")
	options := terraform.Options{Env: cloud.Env()}
	workspace := terraform.New(t, r.stack("dev"), options)
	workspace.Apply()
	workspace.RequireEmptyPlan()
	requireNoChangeInHcl(t, workspace, readFile(t, inHcl.hclStack("dev")), options)
}

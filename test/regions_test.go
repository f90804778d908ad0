package test

import (
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// Keys in two Regions of one stack, shared with another account, apply, stay as they
// are, and go again. In another account than the roles' nothing is planned.
func TestTwoRegionsAndASharedAccountApplyTogether(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	r := synthesizeProgram(t, "regions")

	cloud := emulator.Start(t, "123456789012")
	workspace := terraform.New(t, r.stack("dev"), terraform.Options{Env: cloud.Env()})
	workspace.Apply()
	workspace.RequireEmptyPlan()
	outputs := workspace.Outputs()
	for output, region := range map[string]string{"east_data_key_arn": "us-east-1", "west_data_key_arn": "us-west-2", "west_logs_key_arn": "us-west-2"} {
		if want := "arn:aws:kms:" + region + ":123456789012:key/"; !strings.HasPrefix(outputs[output], want) {
			t.Errorf("%s is %s, want one that begins with %s", output, outputs[output], want)
		}
	}
	workspace.Destroy()

	elsewhere := terraform.New(t, r.stack("dev"), terraform.Options{Env: emulator.Start(t, "333333333333").Env()})
	if _, err := elsewhere.TryPlan(); err == nil || !strings.Contains(err.Error(), "another account than 123456789012, that of") {
		t.Errorf("in another account Terraform plans with %v, want the precondition's refusal", err)
	}
}

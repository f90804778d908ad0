package test

import (
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// Keys with replicas in a second Region apply, stay as they are, and go again; a replica
// has its primary's id, and the policy of its own Region.
func TestReplicasApplyInTheirRegion(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	r := synthesizeProgram(t, "replicas")
	cloud := emulator.Start(t, "123456789012")
	workspace := terraform.New(t, r.stack("dev"), terraform.Options{Env: cloud.Env()})
	workspace.Apply()
	workspace.RequireEmptyPlan()
	outputs := workspace.Outputs()
	for _, purpose := range []string{"data", "logs", "schema"} {
		primary, replica := outputs[purpose+"_key_arn"], outputs[purpose+"_key_ca_central_1_arn"]
		const east, canada = "arn:aws:kms:us-east-1:123456789012:key/mrk-", "arn:aws:kms:ca-central-1:123456789012:key/mrk-"
		if id, is := strings.CutPrefix(primary, east); !is || replica != canada+id {
			t.Errorf("the %s key is %s and its replica %s", purpose, primary, replica)
		}
	}
	workspace.Destroy()
}

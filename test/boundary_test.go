package test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// Boundary, role, keys and identity policy are applied from one stack: nothing
// depends on itself. What Terraform's provider renders is what the library says
// of the applied key, and EBS encrypts with it until it is destroyed.
func TestRoleBoundaryAndKeysApplyTogether(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	r := runExample(t, "boundary")
	cloud := emulator.Start(t, "222222222222")
	workspace := terraform.New(t, r.stack("dev"), terraform.Options{Env: cloud.Env()})
	workspace.Apply()
	workspace.RequireEmptyPlan()

	outputs := workspace.Outputs()
	config := &kmstier.KmsTierConfig{Environment: "dev", AccountId: "222222222222", Region: "us-east-1"}
	use, err := config.UsePolicy("data", outputs["data_key_arn"], kmstier.AnyService)
	if err != nil {
		t.Fatal(err)
	}
	boundary, err := config.BoundaryPolicy(kmstier.AnyService)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]keypolicy.Document{"etl_policy": use, "boundary": boundary} {
		rendered, err := keypolicy.Parse([]byte(outputs[name]))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Indented(), rendered.Indented()); diff != "" {
			t.Errorf("%s, as the library says it and as Terraform renders it (-, +):\n%s", name, diff)
		}
	}
	if key := cloud.EbsDefaultKey(t); key != outputs["data_key_arn"] {
		t.Errorf("EBS encrypts with %s, want the data key %s", key, outputs["data_key_arn"])
	}
	workspace.Destroy()
	if key := cloud.EbsDefaultKey(t); key == outputs["data_key_arn"] {
		t.Error("EBS still encrypts with the destroyed key")
	}
}

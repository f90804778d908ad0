package test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// testdata/upgrade/prod.tf.json is what a tier was before its grants were bound by
// content, for the configuration whose snapshot package kmstier keeps. An upgrade may
// change policies: a key that is replaced is data lost, and a grant that is replaced
// is a moment without access.
func TestUpgradingAnAppliedTierChangesPoliciesOnly(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	tools.Require(t, tools.Terraform, tools.AWSProvider, tools.Emulator)
	cloud := emulator.Start(t, "123456789012")
	options := terraform.Options{Env: cloud.Env()}
	// The bindings pin a version of the provider; docs/upgrading.md widens it so.
	widened := func(path string) []byte {
		return []byte(strings.Replace(readFile(t, path), `"version": "5.99.1"`, `"version": ">= 5.99, < 7"`, 1))
	}
	workspace := terraform.New(t, widened("testdata/upgrade/prod.tf.json"), options)
	workspace.Apply()
	workspace.Configure(widened("../constructs/kmstier/__snapshots__/prod_1.snap.tf.json"), options)
	changes := terraform.Changes(workspace.Plan())
	if len(changes) != 2 {
		t.Errorf("the upgrade makes %d changes, want one for each key", len(changes))
	}
	policy := regexp.MustCompile(`^aws_kms_key\.[A-Za-z0-9_-]+: update: policy: `)
	for _, change := range changes {
		if !policy.MatchString(change) {
			t.Errorf("the upgrade changes more than policies: %s", change)
		}
	}
	workspace.Apply()
	workspace.RequireEmptyPlan()
}

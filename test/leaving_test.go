package test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// asHcl is how the CDKTF command line asks an app for HCL.
const asHcl = "SYNTH_HCL_OUTPUT=true"

// hclStack is the path of a stack that was synthesized as HCL.
func (r run) hclStack(name string) string {
	return filepath.Join(r.folder, "cdktf.out", "stacks", name, "cdk.tf")
}

// synthesizedInHclOnce is what the root app makes of the shipped environments.yaml as
// HCL, for tests that only read it.
func synthesizedInHclOnce(t *testing.T) run {
	t.Helper()
	return hclRun.once(t, "synthesized-in-hcl", asHcl)
}

var hclRun sharedRun

// requireNoChangeInHcl puts HCL in the place of what was applied from JSON. Nothing
// changes then: whoever leaves CDKTF that way replaces no key.
func requireNoChangeInHcl(t *testing.T, workspace *terraform.Workspace, hcl string, options terraform.Options) {
	t.Helper()
	workspace.Configure([]byte(hcl), options)
	for _, diagnostic := range workspace.Validate() {
		// CDKTF's renderer quotes what stands in depends_on.
		if diagnostic.IsError() || !strings.Contains(diagnostic.String(), "Quoted references are deprecated") {
			t.Errorf("terraform validate: %s", diagnostic)
		}
	}
	workspace.RequireEmptyPlan()
}

// Production and development are in the tests of the emulator.
func TestHclPlansNoChangeOfWhatJsonMade(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	tools.Require(t, tools.Terraform, tools.AWSProvider, tools.Emulator)
	options := terraform.Options{Env: emulator.Start(t, "333333333333").Env()}
	workspace := terraform.New(t, synthesizedOnce(t).stack("stg"), options)
	workspace.Apply()
	requireNoChangeInHcl(t, workspace, readFile(t, synthesizedInHclOnce(t).hclStack("stg")), options)
}

func TestTheRootAppReportsHclAsJson(t *testing.T) {
	inJson, inHcl := synthesizedOnce(t), synthesizedInHclOnce(t)
	if inHcl.stdout != inJson.stdout {
		t.Errorf("the root app reports of HCL:\n%s\nand of JSON:\n%s", inHcl.stdout, inJson.stdout)
	}
}

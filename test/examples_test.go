package test

import (
	"flag"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

var everyExample = flag.Bool("every-example", false, "apply all small examples, and not only a sample")

// The small examples apply, and a second plan has nothing to do. Others have tests of
// their own, beside what they are examples of.
func TestSmallExamplesApply(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	tools.Require(t, tools.Terraform, tools.AWSProvider, tools.Emulator)
	sample := map[string]string{"regions": "dev", "sharing": "dev"}
	if *everyExample {
		sample = map[string]string{
			"minimal": "dev", "roles": "dev", "regions": "dev", "sharing": "dev", "signing": "dev", "guard": "prod", "snapshots": "dev",
		}
	}
	for example, stack := range sample {
		r := runExample(t, example)
		t.Run(example, func(t *testing.T) {
			cloud := emulator.Start(t, "222222222222")
			workspace := terraform.New(t, r.stack(stack), terraform.Options{Env: cloud.Env()})
			workspace.Apply()
			workspace.RequireEmptyPlan()
		})
	}
}

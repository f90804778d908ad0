// Package terraform runs Terraform on synthesized configurations and reads what
// it says.
//
// A [Workspace] is a temporary folder with an unmodified copy of a cdk.tf.json,
// and beside it an override.tf.json with the only differences a test needs: a
// local backend always, and with [Options.Offline] provider settings that let
// Terraform plan without AWS. What users get is therefore what is tested.
//
//	w := terraform.New(t, "cdktf.out/stacks/prod/cdk.tf.json", terraform.Options{Offline: true})
//	plan := w.Plan()
//	policy, err := terraform.KeyPolicy(plan, "data")
//
// The methods without Try end the test with Terraform's own message when
// Terraform fails; those with Try return it, for tests of what is refused.
package terraform

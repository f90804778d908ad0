package tierapp_test

import (
	"github.com/aws/jsii-runtime-go"

	"github.com/neurocipher-io/kmstier/tierapp"
)

// The main function of a company's own app.
func Example() {
	tierapp.Main()
}

// What environments.yaml has no field for is added to the stacks: here the role in the
// environment's account by which Terraform works.
func ExampleMain() {
	tierapp.Main(func(stack tierapp.Stack) error {
		stack.TerraformStack.AddOverride(jsii.String("provider.aws.0.assume_role"), []any{
			map[string]any{"role_arn": "arn:aws:iam::" + stack.AccountId + ":role/terraform"},
		})
		return nil
	})
}

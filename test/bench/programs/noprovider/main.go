// The same two keys without any provider package, written as overrides of plain
// resources: as fast as an app for CDKTF can start.
package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

func main() {
	app := cdktf.NewApp(nil)
	stack := cdktf.NewTerraformStack(app, jsii.String("bench"))
	stack.AddOverride(jsii.String("provider.aws"), []any{map[string]any{"region": "eu-central-1"}})
	for _, id := range []string{"data", "logs"} {
		key := cdktf.NewTerraformResource(stack, jsii.String(id), &cdktf.TerraformResourceConfig{
			TerraformResourceType: jsii.String("aws_kms_key"),
		})
		key.AddOverride(jsii.String("description"), id)
		key.AddOverride(jsii.String("enable_key_rotation"), true)
	}
	app.Synth()
}

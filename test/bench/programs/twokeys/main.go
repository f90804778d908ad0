// Two keys, by the bindings of the AWS provider. It imports lazyload, and the
// benchmark switches that off through the environment.
package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	awsprovider "github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	_ "github.com/neurocipher-io/kmstier/lazyload"
)

func main() {
	app := cdktf.NewApp(nil)
	stack := cdktf.NewTerraformStack(app, jsii.String("bench"))
	awsprovider.NewAwsProvider(stack, jsii.String("aws"), &awsprovider.AwsProviderConfig{Region: jsii.String("eu-central-1")})
	for _, id := range []string{"data", "logs"} {
		kmskey.NewKmsKey(stack, jsii.String(id), &kmskey.KmsKeyConfig{
			Description:       jsii.String(id),
			EnableKeyRotation: true,
		})
	}
	app.Synth()
}

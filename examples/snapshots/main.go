// A small app with a test of its own: what it synthesizes, and what its keys allow.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the app several times faster
)

const (
	accountId = "222222222222"
	region    = "us-east-1"
)

func main() {
	app := cdktf.NewApp(nil)
	if _, _, err := newStack(app); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app.Synth()
}

// newStack is what main and the test both make.
func newStack(app cdktf.App) (cdktf.TerraformStack, *kmstier.KmsTier, error) {
	stack := cdktf.NewTerraformStack(app, jsii.String("dev"))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state/dev.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String(region)})

	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: "dev", AccountId: accountId, Region: region, Partition: "aws",
		AccountAccess:         kmstier.AdministerOnly,
		LambdaRoleArns:        []string{role("orders")},
		AdministratorRoleArns: []string{role("key-administrator")},
	})
	if err != nil {
		return nil, nil, err
	}
	return stack, tier, tier.AddOutputs("")
}

func role(name string) string { return "arn:aws:iam::" + accountId + ":role/" + name }

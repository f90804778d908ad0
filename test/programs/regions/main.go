// An environment's keys in two Regions of one stack, shared with another account. The
// account is looked up, and the roles spell it out, so that Terraform compares the two.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/nodejs"
	_ "github.com/neurocipher-io/kmstier/lazyload"
)

func main() {
	app := cdktf.NewApp(&cdktf.AppConfig{StackTraces: jsii.Bool(false)})
	if err := compose(cdktf.NewTerraformStack(app, jsii.String("dev"))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app.Synth()
	nodejs.Close()
}

func compose(stack cdktf.TerraformStack) error {
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("terraform.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	west := provider.NewAwsProvider(stack, jsii.String("aws-west"), &provider.AwsProviderConfig{Alias: jsii.String("west"), Region: jsii.String("us-west-2")})
	for _, at := range []struct {
		id       string
		provider cdktf.TerraformProvider
	}{{"east", nil}, {"west", west}} {
		tier, err := kmstier.NewKmsTier(stack, at.id, &kmstier.KmsTierConfig{
			Environment: "dev", Provider: at.provider,
			LambdaRoleArns:       []string{"arn:aws:iam::123456789012:role/Etl"},
			SecurityAccountId:    "098765432109",
			OrganizationTrailArn: "arn:aws:cloudtrail:us-east-1:999999999999:trail/organization",
			SharedWith: []kmstier.Share{{
				Name: "partner", AccountId: "222222222222", Write: true,
				BucketNames: []string{"nc-dp-dev-shared"}, SecretNames: []string{"shared"},
				EbsSnapshots: true, RdsSnapshots: true, DirectServices: []string{"svc-export"},
			}},
		})
		if err != nil {
			return err
		}
		if err := tier.AddOutputs(at.id + "_"); err != nil {
			return err
		}
	}
	return nil
}

// An environment's keys with replicas in a second Region, which late grants reach too.
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
	canada := provider.NewAwsProvider(stack, jsii.String("aws-canada"), &provider.AwsProviderConfig{Alias: jsii.String("canada"), Region: jsii.String("ca-central-1")})
	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: "dev", AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
		LambdaRoleArns:    []string{"arn:aws:iam::123456789012:role/Etl"},
		SecurityAccountId: "098765432109",
		ReplicaRegions:    []kmstier.ReplicaRegion{{Region: "ca-central-1", Provider: canada}},
		AdditionalKeys:    []kmstier.AdditionalKey{{Purpose: "schema", Spec: "ECC_NIST_P256", Usage: "SIGN_VERIFY"}},
	})
	if err != nil {
		return err
	}
	if err := tier.AddOutputs(""); err != nil {
		return err
	}
	if err := tier.DataKey().GrantDecrypt("arn:aws:iam::123456789012:role/Late", "svc-embed"); err != nil {
		return err
	}
	return tier.Key("schema").GrantSign("arn:aws:iam::123456789012:role/Signer")
}

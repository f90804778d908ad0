// Many tiers in one app, each with its outputs, by the construct or by hand:
//
//	tiers -tiers 100 -stacks 10
//	tiers -tiers 100 -stacks 10 -by-hand cdk.tf.json
//
// By hand, it makes what the named stack of one tier has, for each tier.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	awsprovider "github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	_ "github.com/neurocipher-io/kmstier/lazyload"
)

func main() {
	tiers := flag.Int("tiers", 1, "how many tiers")
	stacks := flag.Int("stacks", 1, "how many stacks they are in")
	byHand := flag.String("by-hand", "", "the stack to make again by hand")
	flag.Parse()
	if err := synthesize(*tiers, *stacks, *byHand); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func synthesize(tiers, stacks int, byHand string) error {
	add := addTier
	if byHand != "" {
		example, err := readExample(byHand)
		if err != nil {
			return err
		}
		add = example.add
	}
	app := cdktf.NewApp(&cdktf.AppConfig{StackTraces: jsii.Bool(false)})
	for number := range stacks {
		stack := newStack(app, fmt.Sprintf("stack-%d", number))
		for tier := number; tier < tiers; tier += stacks {
			if err := add(stack, fmt.Sprintf("tier-%d", tier)); err != nil {
				return err
			}
		}
	}
	app.Synth()
	return nil
}

func newStack(app cdktf.App, name string) cdktf.TerraformStack {
	stack := cdktf.NewTerraformStack(app, &name)
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../" + name + ".tfstate")})
	awsprovider.NewAwsProvider(stack, jsii.String("aws"), &awsprovider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	return stack
}

// addTier is an environment as those of environments.yaml.
func addTier(stack cdktf.TerraformStack, environment string) error {
	role := func(name string) []string { return []string{"arn:aws:iam::222222222222:role/" + name} }
	tier, err := kmstier.NewKmsTier(stack, environment, &kmstier.KmsTierConfig{
		Environment: environment,
		AccountId:   "222222222222",
		Region:      "us-east-1",
		Partition:   "aws",
		Services:    []string{"svc-ingest-api", "svc-normalize", "svc-embed", "svc-query-api", "svc-security-actions"},

		LambdaRoleArns:        role("LambdaETLRole"),
		FargateRoleArns:       role("FargateTaskRole"),
		GlueRoleArns:          role("GlueJobRole"),
		DeployerRoleArns:      role("PipelineExecutionRole"),
		AdministratorRoleArns: role("BreakGlassSecurityAdmin"),

		SecurityAccountId: "098765432109",
		SecurityRoleArns:  []string{"arn:aws:iam::098765432109:role/SecurityAuditorRole"},
		LogsAccountId:     "111111111111",
		LogsRoleArns:      []string{"arn:aws:iam::111111111111:role/LogArchiverRole"},
		LogsBucketArn:     "arn:aws:s3:::nc-dp-logs-central",
	})
	if err != nil {
		return err
	}
	return tier.AddOutputs(environment + "_")
}

// A key that signs: a release pipeline signs, everybody who runs the releases verifies,
// and nobody else does either.
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
	if err := synthesize(cdktf.NewApp(nil)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func synthesize(app cdktf.App) error {
	stack := cdktf.NewTerraformStack(app, jsii.String("dev"))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state/dev.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region: jsii.String(region), AllowedAccountIds: jsii.Strings(accountId),
	})

	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: "dev", AccountId: accountId, Region: region, Partition: "aws",
		// Such keys take no encryption context. They promise who uses them, so IAM policies
		// must not decide about it.
		AccountAccess:         kmstier.AdministerOnly,
		AdministratorRoleArns: []string{role("key-administrator")},
		AdditionalKeys: []kmstier.AdditionalKey{{
			Purpose: "releases", Spec: "ECC_NIST_P256", Usage: "SIGN_VERIFY",
			Users: []kmstier.KeyUser{
				{Verb: kmstier.Sign, RoleArns: []string{role("release-pipeline")}},
				{Verb: kmstier.Verify, RoleArnPatterns: []string{role("runner-*")}},
			},
		}},
	})
	if err != nil {
		return err
	}
	if err := tier.AddOutputs(""); err != nil {
		return err
	}
	app.Synth()
	return nil
}

func role(name string) string { return "arn:aws:iam::" + accountId + ":role/" + name }

// Keys that exist already, made by plain HCL or by hand, become an environment's keys.
// Nothing that they encrypted is lost: Terraform imports them, and changes policies,
// descriptions, tags and rotation. docs/existing-keys.md says it step by step.
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
	environment     = "dev"
	accountId       = "222222222222"
	securityAccount = "098765432109"
	region          = "us-east-1"
)

func main() {
	app := cdktf.NewApp(nil)
	if err := addKeys(app); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app.Synth()
}

func addKeys(app cdktf.App) error {
	stack := cdktf.NewTerraformStack(app, jsii.String(environment))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state/dev.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region: jsii.String(region), AllowedAccountIds: jsii.Strings(accountId),
	})

	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: environment, AccountId: accountId, Region: region, Partition: "aws",
		AdministratorRoleArns: []string{"arn:aws:iam::" + accountId + ":role/BreakGlassSecurityAdmin"},
		SecurityAccountId:     securityAccount,
		AdditionalKeys:        []kmstier.AdditionalKey{{Purpose: "schema", Spec: "ECC_NIST_P256", Usage: "SIGN_VERIFY"}},
		Adopt: []kmstier.AdoptedKey{
			// The alias alias/nc-dp-data-dev and the security account's grant exist, too.
			{
				Purpose: "data", KeyId: "11111111-1111-4111-8111-111111111111", AliasExists: true,
				Grants: []kmstier.AdoptedGrant{{Grantee: securityAccount, GrantId: "2222222222222222222222222222222222222222222222222222222222222222"}},
			},
			// Its aliases have other names, which stay; the tier adds its own.
			{Purpose: "logs", KeyId: "33333333-3333-4333-8333-333333333333"},
			{Purpose: "schema", KeyId: "44444444-4444-4444-8444-444444444444"},
		},
	})
	if err != nil {
		return err
	}
	return tier.AddOutputs("")
}

// Roles that exist elsewhere, by their ARNs and by patterns: who uses the keys, who
// creates what they encrypt, who manages them.
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
		Services: []string{"svc-orders", "svc-reports"},

		// They use the data key, directly for any of the services.
		LambdaRoleArns:  []string{role("orders")},
		FargateRoleArns: []string{role("orders-task")},
		// This one for its own service only.
		ServiceRoles: []kmstier.ServiceRole{{Service: "svc-reports", RoleArns: []string{role("reports")}}},
		// People who sign in by IAM Identity Center, whose roles have generated names. The
		// policy knows them by the pattern; each needs an IAM policy, too.
		RoleArnPatterns: []string{role("aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Analyst_*")},

		// Creates buckets, tables and functions under the key, and reads no data with it.
		DeployerRoleArns: []string{role("deployer")},
		// Manages the keys and never uses them.
		AdministratorRoleArns: []string{role("key-administrator")},
		// Nobody else uses the keys, whatever IAM policies say.
		AccountAccess: kmstier.AdministerOnly,
	})
	if err != nil {
		return err
	}
	if err := tier.AddOutputs(""); err != nil {
		return err
	}
	// At any time before synthesis a construct of its own can ask for the key.
	if err := tier.DataKey().GrantEncryptDecrypt(role("invoices"), "svc-orders"); err != nil {
		return err
	}
	app.Synth()
	return nil
}

func role(name string) string { return "arn:aws:iam::" + accountId + ":role/" + name }

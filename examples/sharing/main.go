// Keys that other accounts use: the security account audits them, the logs account
// archives, and a partner reads one bucket and calls KMS for one service.
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
	partner   = "444444444444"
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

	config := &kmstier.KmsTierConfig{
		Environment: "dev", AccountId: accountId, Region: region, Partition: "aws",
		LambdaRoleArns:    []string{"arn:aws:iam::" + accountId + ":role/orders"},
		SecurityAccountId: "098765432109",
		SecurityRoleArns:  []string{"arn:aws:iam::098765432109:role/auditor"},
		LogsAccountId:     "111111111111",
		LogsRoleArns:      []string{"arn:aws:iam::111111111111:role/archiver"},
		LogsBucketArn:     "arn:aws:s3:::nc-dp-logs-central",
		SharedWith: []kmstier.Share{{
			Name: "partner", AccountId: partner,
			RoleArns:    []string{"arn:aws:iam::" + partner + ":role/reader"},
			BucketNames: []string{"nc-dp-dev-exports"}, DirectServices: []string{"svc-exports"},
		}},
	}
	tier, err := kmstier.NewKmsTier(stack, "kms", config)
	if err != nil {
		return err
	}
	if err := tier.AddOutputs(""); err != nil {
		return err
	}
	app.Synth()
	return nil
}

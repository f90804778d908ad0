// A role with its permissions boundary, the keys that it uses, and its identity
// policy, in one stack. The boundary comes before the keys, the identity policy
// after them.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsiampolicydocument"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the app several times faster
)

func main() {
	app := cdktf.NewApp(nil)
	stack := cdktf.NewTerraformStack(app, jsii.String("dev"))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state/dev.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	if err := compose(stack); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app.Synth()
}

func compose(stack cdktf.TerraformStack) error {
	config := &kmstier.KmsTierConfig{
		Environment: "dev", AccountId: "222222222222", Region: "us-east-1",
		// New EBS volumes of the account are encrypted with the data key.
		EbsEncryptionByDefault: true,
	}

	// The boundary: the statements for the keys beside those for all else.
	keys, err := kmstier.NewBoundaryPolicyDocument(stack, "pb-etl-keys", config, kmstier.AnyService)
	if err != nil {
		return err
	}
	boundary := dataawsiampolicydocument.NewDataAwsIamPolicyDocument(stack, jsii.String("pb-etl-document"),
		&dataawsiampolicydocument.DataAwsIamPolicyDocumentConfig{
			SourcePolicyDocuments: &[]*string{keys.Json()},
			Statement: []dataawsiampolicydocument.DataAwsIamPolicyDocumentStatement{{
				Sid:       jsii.String("AllowObjects"),
				Actions:   jsii.Strings("s3:GetObject", "s3:PutObject"),
				Resources: jsii.Strings("arn:aws:s3:::nc-dp-dev-*/*"),
			}},
		})
	pbEtl := iampolicy.NewIamPolicy(stack, jsii.String("pb-etl"), &iampolicy.IamPolicyConfig{
		Name: jsii.String("pb-etl"), Policy: boundary.Json(),
	})
	role := iamrole.NewIamRole(stack, jsii.String("etl"), &iamrole.IamRoleConfig{
		Name:                jsii.String("LambdaETLRole"),
		PermissionsBoundary: pbEtl.Arn(),
		AssumeRolePolicy:    jsii.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}`),
	})

	config.LambdaRoleArns = []string{*role.Arn()}
	tier, err := kmstier.NewKmsTier(stack, "kms", config)
	if err != nil {
		return err
	}
	use, err := tier.DataKey().UsePolicyDocument(stack, "etl-data-key", kmstier.AnyService)
	if err != nil {
		return err
	}
	iamrolepolicy.NewIamRolePolicy(stack, jsii.String("etl-kms"), &iamrolepolicy.IamRolePolicyConfig{
		Name: jsii.String("kms"), Role: role.Name(), Policy: use.Json(),
	})

	cdktf.NewTerraformOutput(stack, jsii.String("etl_policy"), &cdktf.TerraformOutputConfig{Value: use.Json()})
	cdktf.NewTerraformOutput(stack, jsii.String("boundary"), &cdktf.TerraformOutputConfig{Value: keys.Json()})
	return tier.AddOutputs("")
}

package kmstier_test

import (
	"fmt"
	"log"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

// A stack with a role, and keys that the role may use.
func ExampleNewKmsTier() {
	app := cdktf.NewApp(nil)
	stack := cdktf.NewTerraformStack(app, jsii.String("prod"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	role := iamrole.NewIamRole(stack, jsii.String("etl"), &iamrole.IamRoleConfig{
		AssumeRolePolicy: jsii.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}`),
	})

	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment:       "prod",
		LambdaRoleArns:    []string{*role.Arn(), "arn:aws:iam::123456789012:role/LambdaETLRole"},
		SecurityAccountId: "098765432109",
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := tier.AddOutputs(""); err != nil {
		log.Fatal(err)
	}
	// Later, wherever a service is composed:
	if err := tier.DataKey().GrantEncryptDecrypt("arn:aws:iam::123456789012:role/EmbedRole", "svc-embed"); err != nil {
		log.Fatal(err)
	}
	// app.Synth() would now write cdktf.out.

	for _, key := range tier.Keys() {
		fmt.Println(key.Alias(), len(key.Policy().Statements), "statements")
	}
	fmt.Println(tier.EncryptionContext("svc-embed"))

	// Output:
	// alias/nc-dp-data-prod 22 statements
	// alias/nc-dp-logs-prod 13 statements
	// map[app:neurocipher-pipeline env:prod service:svc-embed]
}

// Everything that is wrong is reported at once, before anything is created.
func ExampleKmsTierConfig_Validate() {
	config := &kmstier.KmsTierConfig{
		Environment:        "prod",
		LambdaRoleArns:     []string{"arn:aws:iam::123456789012:role/etl-*"},
		SecurityAccountId:  "98765432109",
		DeletionWindowDays: 7,
	}
	fmt.Println(config.Validate())

	// Output:
	// the configuration of environment "prod" was refused, 3 problems:
	//   LambdaRoleArns[0] is "arn:aws:iam::123456789012:role/etl-*": must not hold wildcards, which KMS refuses in a principal; give patterns in RoleArnPatterns
	//   SecurityAccountId is "98765432109": must be an account id of twelve digits, such as "123456789012"
	//   DeletionWindowDays is 7: must be 30 in production, which the name "prod" says this is; set Production to false if it is not
}

package kmsaudit_test

import (
	"fmt"
	"log"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

// The keys of an environment and what watches them.
func ExampleNewKmsAudit() {
	app := cdktf.NewApp(nil)
	stack := cdktf.NewTerraformStack(app, jsii.String("prod"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment:       "prod",
		SecurityAccountId: "098765432109",
	})
	if err != nil {
		log.Fatal(err)
	}

	audit, err := kmsaudit.NewKmsAudit(stack, "audit", &kmsaudit.KmsAuditConfig{
		Environment:       "prod",
		LogsKeyArn:        *tier.LogsKey().Arn(),
		AlertEmails:       []string{"security@neurocipher.io"},
		TrustedAccountIds: []string{"098765432109"}, // the tier grants the security account
	})
	if err != nil {
		log.Fatal(err)
	}
	// app.Synth() would now write cdktf.out.

	fmt.Println(audit.LogGroupName(), audit.Warnings())

	// Output:
	// /aws/cloudtrail/nc-dp-kms-audit-prod []
}

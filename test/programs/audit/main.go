// The keys of an environment and their audit, for the tests of the whole system:
// with everything that the audit can be asked for, and a queue that receives the
// alerts, as a user's pager would.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicsubscription"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/nodejs"
	_ "github.com/neurocipher-io/kmstier/lazyload"
)

func main() {
	app := cdktf.NewApp(&cdktf.AppConfig{StackTraces: jsii.Bool(false)})
	if err := compose(cdktf.NewTerraformStack(app, jsii.String("prod"))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app.Synth()
	nodejs.Close()
}

func compose(stack cdktf.TerraformStack) error {
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), "~> 5.99")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("terraform.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: "prod", AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
		PreventDestroy: jsii.Bool(false),
	})
	if err != nil {
		return err
	}
	audit, err := kmsaudit.NewKmsAudit(stack, "audit", &kmsaudit.KmsAuditConfig{
		Environment: "prod", AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
		LogsKeyArn:        *tier.LogsKey().Arn(),
		AlertEmails:       []string{"security@neurocipher.io"},
		TrustedAccountIds: []string{"098765432109", "111111111111"},
		ImportedKeyIds:    []string{*tier.DataKey().KeyId()},
		EnableGuardDuty:   true,
		PreventDestroy:    jsii.Bool(false),
		Tags:              map[string]string{"Project": "neurocipher-platform"},
	})
	if err != nil {
		return err
	}
	pager := sqsqueue.NewSqsQueue(stack, jsii.String("pager"), &sqsqueue.SqsQueueConfig{Name: jsii.String("pager")})
	snstopicsubscription.NewSnsTopicSubscription(stack, jsii.String("pager-subscription"), &snstopicsubscription.SnsTopicSubscriptionConfig{
		TopicArn: audit.AlertsTopicArn(), Protocol: jsii.String("sqs"), Endpoint: pager.Arn(), RawMessageDelivery: jsii.Bool(true),
	})
	for name, value := range map[string]*string{
		"logs_key_arn": tier.LogsKey().Arn(), "alerts_key_arn": audit.AlertsKeyArn(), "alerts_topic_arn": audit.AlertsTopicArn(),
		"trail_arn": audit.TrailArn(), "bucket": audit.BucketName(), "pager_url": pager.Url(),
	} {
		cdktf.NewTerraformOutput(stack, &name, &cdktf.TerraformOutputConfig{Value: value})
	}
	return nil
}

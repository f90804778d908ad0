// The keys of an environment and their audit, for the tests of the whole system:
// with nearly everything that the audit can be asked for, and queues that receive
// the alerts, as a user's inbox and pager would.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
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
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("terraform.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: "prod", AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
		Production: jsii.Bool(false), PreventDestroy: jsii.Bool(false),
	})
	if err != nil {
		return err
	}
	// S3 takes a bucket for access logs only once its policy lets the logs in.
	accessLogs := s3bucketpolicy.NewS3BucketPolicy(stack, jsii.String("access-logs-policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket: s3bucket.NewS3Bucket(stack, jsii.String("access-logs"), &s3bucket.S3BucketConfig{Bucket: jsii.String("nc-dp-prod-access-logs"), ForceDestroy: jsii.Bool(true)}).Id(),
		Policy: jsii.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::nc-dp-prod-access-logs/*"}]}`),
	})
	audit, err := kmsaudit.NewKmsAudit(stack, "audit", &kmsaudit.KmsAuditConfig{
		Environment: "prod", AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
		LogsKeyArn:        *tier.LogsKey().Arn(),
		AlertEmails:       []string{"security@neurocipher.io"},
		TrustedAccountIds: []string{"098765432109", "111111111111"},
		ImportedKeyIds:    []string{*tier.DataKey().KeyId()},
		KeyArns: map[string]string{
			"alias/nc-dp-data-prod": *tier.DataKey().Arn(), "alias/nc-dp-logs-prod": *tier.LogsKey().Arn(),
		},
		GrantIds: []string{"f120fe75197b93991dc8491d6f19dd3cebb24ee62277a05914386724f3d48758"},

		DataEventBucketArns: []string{"arn:aws:s3:::nc-dp-prod-raw"},
		AccessLogBucket:     *accessLogs.Bucket(),

		EnableGuardDuty: true,
		PreventDestroy:  jsii.Bool(false),
		Tags:            map[string]string{"Project": "neurocipher-platform"},
	})
	if err != nil {
		return err
	}
	inbox := subscribe(stack, "inbox", audit.AlertsTopicArn())
	pager := subscribe(stack, "pager", audit.CriticalTopicArn())
	for name, value := range map[string]*string{
		"logs_key_arn": tier.LogsKey().Arn(), "alerts_key_arn": audit.AlertsKeyArn(), "alerts_topic_arn": audit.AlertsTopicArn(),
		"trail_arn": audit.TrailArn(), "bucket": audit.BucketName(), "inbox_url": inbox.Url(), "pager_url": pager.Url(),
	} {
		cdktf.NewTerraformOutput(stack, &name, &cdktf.TerraformOutputConfig{Value: value})
	}
	return nil
}

// subscribe makes a queue that receives what is published to a topic.
func subscribe(stack cdktf.TerraformStack, name string, topicArn *string) sqsqueue.SqsQueue {
	queue := sqsqueue.NewSqsQueue(stack, &name, &sqsqueue.SqsQueueConfig{Name: &name})
	snstopicsubscription.NewSnsTopicSubscription(stack, jsii.String(name+"-subscription"), &snstopicsubscription.SnsTopicSubscriptionConfig{
		TopicArn: topicArn, Protocol: jsii.String("sqs"), Endpoint: queue.Arn(), RawMessageDelivery: jsii.Bool(true),
	})
	return queue
}

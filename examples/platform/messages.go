package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepository"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/efsfilesystem"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ssmparameter"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

// services are what the keys serve beside S3, DynamoDB, EBS, Secrets Manager,
// CloudWatch Logs and, for deployers, Lambda, RDS and Systems Manager: no statement of
// this platform is written by hand.
var services = kmstier.AwsServices{
	Data: []kmstier.AwsService{
		kmstier.Sqs(prefix + "*"),
		kmstier.Sns(prefix + "*"),
		kmstier.SnsToSqs(prefix + "*"),
		kmstier.S3Notifications(prefix + "raw"),
		kmstier.EventBridgeToSqs(prefix + "*"),
		kmstier.CloudWatchAlarmsToSns(prefix + "*"),
		kmstier.Kinesis(prefix + "*"),
		kmstier.Ssm(prefix + "*"),
		kmstier.LambdaCode(prefix + "*"),
		kmstier.StepFunctions(prefix + "*"),
		kmstier.FargateStorage(prefix + "*"),
		kmstier.Ecr(),
		kmstier.Efs(),
	},
	Logs: []kmstier.AwsService{kmstier.Config(), kmstier.GuardDuty()},
}

// newMessages are the platform's queue and topic, and its settings, images and files.
// Streams, functions, state machines and clusters are left out: the emulator of AWS that
// this example is applied on forgets a stream's tags, and runs none of the others.
func newMessages(stack cdktf.TerraformStack, tier *kmstier.KmsTier) {
	key := tier.DataKey().Arn()
	sqsqueue.NewSqsQueue(stack, jsii.String("jobs"), &sqsqueue.SqsQueueConfig{
		Name: jsii.String(prefix + "jobs"), KmsMasterKeyId: key,
	})
	snstopic.NewSnsTopic(stack, jsii.String("events"), &snstopic.SnsTopicConfig{
		Name: jsii.String(prefix + "events"), KmsMasterKeyId: key,
	})
	ssmparameter.NewSsmParameter(stack, jsii.String("setting"), &ssmparameter.SsmParameterConfig{
		Name: jsii.String(prefix + "model"), Type: jsii.String("SecureString"), Value: jsii.String("replaced by its owner"), KeyId: key,
		Lifecycle: &cdktf.TerraformResourceLifecycle{IgnoreChanges: jsii.Strings("value")},
	})
	ecrrepository.NewEcrRepository(stack, jsii.String("images"), &ecrrepository.EcrRepositoryConfig{
		Name:                    jsii.String(prefix + "embed"),
		EncryptionConfiguration: []*ecrrepository.EcrRepositoryEncryptionConfiguration{{EncryptionType: jsii.String("KMS"), KmsKey: key}},
	})
	efsfilesystem.NewEfsFileSystem(stack, jsii.String("files"), &efsfilesystem.EfsFileSystemConfig{
		CreationToken: jsii.String(prefix + "files"), Encrypted: jsii.Bool(true), KmsKeyId: key,
	})
}

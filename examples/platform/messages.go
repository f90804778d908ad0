package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// newMessages are the platform's queue and topic.
func newMessages(stack cdktf.TerraformStack, tier *kmstier.KmsTier) {
	sqsqueue.NewSqsQueue(stack, jsii.String("jobs"), &sqsqueue.SqsQueueConfig{
		Name: jsii.String(prefix + "jobs"), KmsMasterKeyId: tier.DataKey().Arn(),
	})
	snstopic.NewSnsTopic(stack, jsii.String("events"), &snstopic.SnsTopicConfig{
		Name: jsii.String(prefix + "events"), KmsMasterKeyId: tier.DataKey().Arn(),
	})
}

// messageStatements let the tasks use the data key through SQS and SNS, which
// the key's policy leaves out: it covers S3, DynamoDB, EBS and Secrets Manager.
func messageStatements(r roles) map[string][]keypolicy.Statement {
	through := func(sid, service, contextKey, resources string) keypolicy.Statement {
		return keypolicy.Statement{
			Sid:        sid,
			Effect:     keypolicy.Allow,
			Principals: keypolicy.AwsPrincipals([]string{*r.fargate.Arn(), *r.embed.Arn()}),
			Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Conditions: []keypolicy.Condition{
				{Operator: "StringEquals", Key: "kms:ViaService", Values: []string{service + "." + region + ".amazonaws.com"}},
				{Operator: "StringEquals", Key: "kms:CallerAccount", Values: []string{accountId}},
				{Operator: "ArnLike", Key: "kms:EncryptionContext:" + contextKey, Values: []string{resources}},
			},
		}
	}
	return map[string][]keypolicy.Statement{"data": {
		through("AllowUseThroughSqs", "sqs", "aws:sqs:arn", "arn:aws:sqs:"+region+":"+accountId+":"+prefix+"*"),
		through("AllowUseThroughSns", "sns", "aws:sns:topicArn", "arn:aws:sns:"+region+":"+accountId+":"+prefix+"*"),
	}}
}

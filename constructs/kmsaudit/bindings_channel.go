package kmsaudit

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicsubscription"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"

	"github.com/neurocipher-io/kmstier/internal/hcloutput"
)

// alertChannel is the way of an alert from a rule or an alarm to people.
type alertChannel struct {
	key   kmskey.KmsKey
	topic snstopic.SnsTopic
	queue sqsqueue.SqsQueue
	// topicArn, criticalArn and queueArn are those of the topic, of that for critical
	// alerts, and of the queue that keeps alerts which could not be delivered.
	topicArn, criticalArn, queueArn *string
}

func newAlertChannel(scope constructs.Construct, s settings, at awsPlace) alertChannel {
	key := kmskey.NewKmsKey(scope, jsii.String("alerts-key"), &kmskey.KmsKeyConfig{
		Description:          jsii.String("Encrypts the alerts about the KMS keys of " + s.environment),
		DeletionWindowInDays: jsii.Number(deletionWindowDays),
		EnableKeyRotation:    jsii.Bool(true),
		Policy:               policyText(s.alertsKeyPolicy(at)),
		Tags:                 s.tagMap(), Lifecycle: s.lifecycle(),
	})
	kmsalias.NewKmsAlias(scope, jsii.String("alerts-alias"), &kmsalias.KmsAliasConfig{
		Name: jsii.String(s.keyAlias()), TargetKeyId: key.KeyId(),
	})
	newTopic := func(id, name string) snstopic.SnsTopic {
		return snstopic.NewSnsTopic(scope, &id, &snstopic.SnsTopicConfig{
			Name: &name, KmsMasterKeyId: key.Arn(), Policy: policyText(s.topicPolicy(at, name)), Tags: s.tagMap(),
		})
	}
	topic, critical := newTopic("alerts-topic", s.topicName()), newTopic("critical-topic", s.criticalTopicName())
	topicArn := topic.Arn()
	if len(s.alertEmails) > 0 {
		// By address, so that one that goes does not renew the others.
		addresses := map[string]string{}
		for _, address := range s.alertEmails {
			addresses[address] = address
		}
		subscriptions := snstopicsubscription.NewSnsTopicSubscription(scope, jsii.String("alerts-email"), &snstopicsubscription.SnsTopicSubscriptionConfig{
			TopicArn: topicArn, Protocol: jsii.String("email"), Endpoint: jsii.String("${each.value}"),
		})
		subscriptions.AddOverride(jsii.String("for_each"), hcloutput.Value(addresses))
	}
	// The queue must keep what the alerts key stops, so that key does not encrypt it.
	queue := sqsqueue.NewSqsQueue(scope, jsii.String("undelivered"), &sqsqueue.SqsQueueConfig{
		Name: jsii.String(s.queueName()), SqsManagedSseEnabled: jsii.Bool(true),
		MessageRetentionSeconds: jsii.Number(14 * 24 * 60 * 60), Policy: policyText(s.queuePolicy(at)),
		Tags: s.tagMap(),
	})
	return alertChannel{key: key, topic: topic, queue: queue, topicArn: topicArn, criticalArn: critical.Arn(), queueArn: queue.Arn()}
}

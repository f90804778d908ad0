package statements

import (
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

var (
	queues  = &ResourceNames{Of: "queues", Parameter: "queueNames", Limit: limits.QueueNames}
	topics  = &ResourceNames{Of: "topics", Parameter: "topicNames", Limit: limits.TopicNames}
	buckets = &ResourceNames{Of: "buckets", Parameter: "bucketNames", Limit: limits.BucketNames}
)

const (
	sqsPage = `SQS Developer Guide, "Amazon SQS Key management"`
	snsPage = `SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"`
	// sqsContext is known from what SQS sends; its guide does not name it.
	sqsContext = "The guide does not name the encryption context `aws:sqs:arn`."
)

// messageServices keep messages. What sends to an encrypted queue or topic by itself
// has a row of its own: it calls KMS under its own name.
var messageServices = []service{
	{
		name: "Sqs", title: "SQS", page: sqsPage, unchecked: sqsContext, keys: dataKeys, takes: queues,
		stores: []Stored{{"aws_sqs_queue", "kms_master_key_id", "name"}}, writers: &otherWriters{},
		stops: "Producers and consumers call KMS through SQS with the queue's ARN in the context: other queues under the key stay closed to them.",
		via:   "sqs", roleActions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		resource: inArn("sqs", ""),
		context:  []contextPair{{"aws:sqs:arn", "ArnLike", theResources}},
	},
	{
		name: "Sns", title: "SNS", page: snsPage, keys: dataKeys, takes: topics,
		stores:  []Stored{{"aws_sns_topic", "kms_master_key_id", "name"}},
		writers: &otherWriters{read: true, suffice: true},
		stops:   "Publishers call KMS through SNS with the topic's ARN in the context.",
		via:     "sns", roleActions: []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		resource: inArn("sns", ""),
		context:  []contextPair{{"aws:sns:topicArn", "ArnLike", theResources}},
	},
	{
		name: "SnsToSqs", title: "SNS topics that deliver to encrypted queues", page: sqsPage, keys: dataKeys, takes: topics,
		stops:      "SNS delivers for every account: only the named topics of this one may use the key of their subscribers' queues.",
		principals: everywhere("sns.amazonaws.com"), actions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		resource: inArn("sns", ""), source: fromResources,
	},
	{
		name: "S3Notifications", title: "S3 event notifications to encrypted queues and topics", page: sqsPage + "; " + snsPage, keys: dataKeys, takes: buckets,
		stops:      "A bucket's ARN holds no account, so the account is asked for as well: else whoever takes a bucket's name after it was deleted could send.",
		principals: everywhere("s3.amazonaws.com"), actions: []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		resource: bucketArn, source: fromBuckets,
	},
	{
		name: "EventBridgeToSqs", title: "EventBridge rules that send to encrypted queues", page: sqsPage, keys: dataKeys,
		takes:      &ResourceNames{Of: "rules", Parameter: "ruleNames", Limit: limits.RuleNames},
		stops:      "EventBridge sends for every account: only the named rules of this one use the key.",
		principals: everywhere("events.amazonaws.com"), actions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		resource: inArn("events", "rule/"), source: fromResources,
	},
	{
		name: "EventBridgeToSns", title: "EventBridge rules that send to encrypted topics", page: snsPage, keys: dataKeys, takes: topics,
		// The page: aws:SourceArn and its like are "not supported for
		// EventBridge-to-encrypted topics".
		stops:      "EventBridge sends no source to the key of a topic, so the topic itself is the condition; which rules may publish is for the topic's policy.",
		principals: everywhere("events.amazonaws.com"), actions: []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		resource: inArn("sns", ""),
		context:  []contextPair{{"aws:sns:topicArn", "ArnLike", theResources}},
	},
	{
		name: "CloudWatchAlarmsToSns", title: "CloudWatch alarms that send to encrypted topics", page: snsPage, keys: dataKeys,
		takes:      &ResourceNames{Of: "alarms", Parameter: "alarmNames", Limit: limits.AlarmNames},
		unchecked:  "That CloudWatch sends `aws:SourceArn` of the alarm is the page's advice for event sources in general.",
		stops:      "CloudWatch sends for every account: only the named alarms of this one use the key.",
		principals: everywhere("cloudwatch.amazonaws.com"), actions: []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		resource: inArn("cloudwatch", "alarm:"), source: fromResources,
	},
}

// inArn is how a service names a resource by an ARN of the key's account and Region,
// with what stands before the name there.
func inArn(service, before string) func(Location, string) string {
	return func(l Location, name string) string { return l.arn(service, before+name) }
}

func bucketArn(l Location, name string) string { return "arn:" + l.Partition + ":s3:::" + name }

// fromResources binds a service to the resources that it calls for, whose ARNs have
// the account in them.
func fromResources(_ Location, resources []string) []keypolicy.Condition {
	return []keypolicy.Condition{when("ArnLike", keySourceArn, resources...)}
}

// fromBuckets binds a service to buckets, whose ARNs have no account in them.
func fromBuckets(l Location, buckets []string) []keypolicy.Condition {
	return []keypolicy.Condition{when("StringEquals", keySourceAccount, l.AccountId), when("ArnLike", keySourceArn, buckets...)}
}

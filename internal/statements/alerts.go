package statements

import "github.com/neurocipher-io/kmstier/keypolicy"

// AllowAlertsToTopic permits EventBridge and CloudWatch alarms to publish to
// encrypted SNS topics, and nobody to use the key otherwise. They are bound by
// the topics in the encryption context: EventBridge passes no aws:SourceArn to
// the key of a topic. Which rules and alarms may publish is for the topic's own
// policy. See the SNS Developer Guide, "Managing Amazon SNS encryption keys and
// costs", "Enable compatibility between event sources from AWS services and
// encrypted topics".
func AllowAlertsToTopic(topicArns ...string) []keypolicy.Statement {
	return []keypolicy.Statement{{
		Sid: "AllowAlertsToTopic", Effect: keypolicy.Allow,
		Principals: []keypolicy.Principal{keypolicy.ServicePrincipal("cloudwatch.amazonaws.com"), keypolicy.ServicePrincipal("events.amazonaws.com")},
		Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		Conditions: []keypolicy.Condition{when("StringEquals", encryptionContextKey("aws:sns:topicArn"), topicArns...)},
	}}
}

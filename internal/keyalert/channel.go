package keyalert

// channel are changes of what tells people: rules, their targets and alarms; the
// topics with their subscriptions and the queue of undelivered alerts. Each is
// seen by the other's path, too, and by the alarm that counts in the log group.
func channel(names Names) []Alert {
	own := beginning(names.Prefix + "-")
	topics := []string{names.TopicArn, CriticalTopicArn(names)}
	return []Alert{{
		Name: "alerts-changed", Severity: Critical, Headline: "A rule or an alarm that alerts about KMS keys was changed, or somebody tried to",
		Pattern: calls([]string{"aws.events", "aws.monitoring"}, merge(tried, oneOf(
			Pattern{
				"eventName":         []string{"DeleteRule", "DisableRule", "PutRule"},
				"requestParameters": Pattern{"name": own},
			},
			Pattern{
				"eventName":         []string{"PutTargets", "RemoveTargets"},
				"requestParameters": Pattern{"rule": own},
			},
			Pattern{
				"eventName":         []string{"DeleteAlarms", "DisableAlarmActions"},
				"requestParameters": Pattern{"alarmNames": own},
			},
			Pattern{
				"eventName":         []string{"PutCompositeAlarm", "PutMetricAlarm", "SetAlarmState"},
				"requestParameters": Pattern{"alarmName": own},
			},
		))),
		SecondWatcher: "audit-changed",
		NearMisses:    []string{"an alert is enabled", "DisableRule of another rule", "PutMetricAlarm of another alarm"},
		message:       ofCall("<name> <rule> <alarm> <alarms>", maybe, "Later alerts may not reach you."),
		Now:           "Unless this was a deployment, terraform apply puts rules and alarms back; then look for what the caller did.",
	}, {
		Name: "channel-changed", Severity: Critical, Headline: "A topic, a subscription or the queue of the alerts about KMS keys was changed, or somebody tried to",
		Pattern: calls([]string{"aws.sns", "aws.sqs"}, merge(triedOr("AuthorizationError"), oneOf(
			Pattern{
				"eventName":         []string{"AddPermission", "DeleteTopic", "RemovePermission", "SetTopicAttributes", "Subscribe"},
				"requestParameters": Pattern{"topicArn": topics},
			},
			Pattern{
				"eventName":         []string{"PutDataProtectionPolicy"},
				"requestParameters": Pattern{"resourceArn": topics},
			},
			Pattern{
				"eventName":         []string{"SetSubscriptionAttributes", "Unsubscribe"},
				"requestParameters": Pattern{"subscriptionArn": beginning(topics[0]+":", topics[1]+":")},
			},
			Pattern{
				"eventName":         []string{"AddPermission", "DeleteQueue", "PurgeQueue", "RemovePermission", "SetQueueAttributes"},
				"requestParameters": Pattern{"queueUrl": []Pattern{{"suffix": "/" + names.AccountId + "/" + names.Queue}}},
			},
			Pattern{
				"eventName":         []string{"StartMessageMoveTask"},
				"requestParameters": Pattern{"sourceArn": []string{names.arn("sqs", names.Queue)}},
			},
		))),
		SecondWatcher: "audit-changed",
		NearMisses:    []string{"a subscription is confirmed", "DeleteTopic of another topic", "DeleteQueue of another queue"},
		message:       ofCall("<topic> <subscription> <queue>", maybe, "Later alerts may not reach you, or reach somebody else."),
		Now:           "Unless this was a deployment, terraform apply puts the topics back; remove subscriptions that you do not know.",
	}}
}

// CriticalTopicArn is where critical alerts go as well.
func CriticalTopicArn(names Names) string { return names.TopicArn + CriticalTopic }

// CriticalTopic ends the name of the topic of critical alerts.
const CriticalTopic = "-critical"

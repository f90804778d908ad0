package keyalert

// trailChanged is a change of what records the use of keys: of any trail in the
// account, or of the audit's own bucket and log group. Attempts that failed are
// alerted too.
func trailChanged(names Names) Alert {
	changes := []Pattern{{
		"eventName": []string{"DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"},
	}}
	sources := []string{"aws.cloudtrail"}
	if names.Bucket != "" {
		sources = append(sources, "aws.s3")
		changes = append(changes, Pattern{
			"eventName": []string{
				"DeleteBucket", "DeleteBucketEncryption", "DeleteBucketLifecycle", "DeleteBucketPolicy", "DeleteBucketPublicAccessBlock",
				"PutBucketEncryption", "PutBucketLifecycle", "PutBucketObjectLockConfiguration", "PutBucketPolicy",
				"PutBucketPublicAccessBlock", "PutBucketVersioning",
			},
			"requestParameters": Pattern{"bucketName": []string{names.Bucket}},
		})
	}
	if names.LogGroup != "" {
		sources = append(sources, "aws.logs")
		changes = append(changes, Pattern{
			"eventName":         []string{"DeleteLogGroup", "DeleteMetricFilter", "PutMetricFilter"},
			"requestParameters": Pattern{"logGroupName": []string{names.LogGroup}},
		})
	}
	return Alert{
		Name: "trail-changed", Headline: "What records the use of KMS keys was changed, or somebody tried to",
		Pattern: calls(sources, Pattern{"$or": changes}),
		Lines: with(caller,
			outcome,
			"Trail: <name><trail>",
			"Bucket: <bucket>",
			"Log group: <group>",
			"Unless this was a deployment, what happened since may be missing from the trail.",
		),
	}
}

// alertsChanged is a change of what tells people: the audit's rules, alarms,
// topic and subscriptions.
func alertsChanged(names Names) Alert {
	return Alert{
		Name: "alerts-changed", Headline: "What alerts about KMS keys was changed, or somebody tried to",
		Pattern: calls([]string{"aws.events", "aws.monitoring", "aws.sns"}, Pattern{"$or": []Pattern{
			{
				"eventName":         []string{"DeleteRule", "DisableRule", "PutRule"},
				"requestParameters": Pattern{"name": prefix(names.Prefix + "-")},
			},
			{
				"eventName":         []string{"PutTargets", "RemoveTargets"},
				"requestParameters": Pattern{"rule": prefix(names.Prefix + "-")},
			},
			{
				"eventName":         []string{"DeleteAlarms", "DisableAlarmActions"},
				"requestParameters": Pattern{"alarmNames": prefix(names.Prefix + "-")},
			},
			{
				"eventName":         []string{"AddPermission", "DeleteTopic", "RemovePermission", "SetTopicAttributes"},
				"requestParameters": Pattern{"topicArn": []string{names.TopicArn}},
			},
			{
				"eventName":         []string{"SetSubscriptionAttributes", "Unsubscribe"},
				"requestParameters": Pattern{"subscriptionArn": prefix(names.TopicArn + ":")},
			},
		}}),
		Lines: with(caller,
			outcome,
			"Rule: <name><rule>",
			"Alarms: <alarms>",
			"Topic: <topic><subscription>",
			"Unless this was a deployment, later alerts may not reach you.",
		),
	}
}

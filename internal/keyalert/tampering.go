package keyalert

// trailChanged is a change of what records the use of keys: of any trail in the
// account, or of the audit's own bucket and log group. Attempts that failed are
// alerted too.
func trailChanged(names Names) Alert {
	changes := []Pattern{{
		"eventSource": []string{"cloudtrail.amazonaws.com"},
		"eventName":   []string{"DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"},
	}}
	sources := []string{"aws.cloudtrail"}
	if names.Bucket != "" {
		sources = append(sources, "aws.s3")
		changes = append(changes, Pattern{
			"eventSource": []string{"s3.amazonaws.com"},
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
			"eventSource":       []string{"logs.amazonaws.com"},
			"eventName":         []string{"DeleteLogGroup", "DeleteMetricFilter", "PutMetricFilter"},
			"requestParameters": Pattern{"logGroupName": []string{names.LogGroup}},
		})
	}
	return Alert{
		Name: "trail-changed", Headline: "What records the use of KMS keys was changed, or somebody tried to",
		Pattern: Pattern{
			"source":      sources,
			"detail-type": []string{"AWS API Call via CloudTrail"},
			"detail":      Pattern{"$or": changes},
		},
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
		Pattern: Pattern{
			"source":      []string{"aws.events", "aws.monitoring", "aws.sns"},
			"detail-type": []string{"AWS API Call via CloudTrail"},
			"detail": Pattern{"$or": []Pattern{
				{
					"eventSource":       []string{"events.amazonaws.com"},
					"eventName":         []string{"DeleteRule", "DisableRule", "PutRule"},
					"requestParameters": Pattern{"name": prefix(names.Prefix + "-")},
				},
				{
					"eventSource":       []string{"events.amazonaws.com"},
					"eventName":         []string{"PutTargets", "RemoveTargets"},
					"requestParameters": Pattern{"rule": prefix(names.Prefix + "-")},
				},
				{
					"eventSource":       []string{"monitoring.amazonaws.com"},
					"eventName":         []string{"DeleteAlarms", "DisableAlarmActions"},
					"requestParameters": Pattern{"alarmNames": prefix(names.Prefix + "-")},
				},
				{
					"eventSource":       []string{"sns.amazonaws.com"},
					"eventName":         []string{"AddPermission", "DeleteTopic", "RemovePermission", "SetTopicAttributes"},
					"requestParameters": Pattern{"topicArn": []string{names.TopicArn}},
				},
				{
					"eventSource":       []string{"sns.amazonaws.com"},
					"eventName":         []string{"Unsubscribe"},
					"requestParameters": Pattern{"subscriptionArn": prefix(names.TopicArn + ":")},
				},
			}},
		},
		Lines: with(caller,
			outcome,
			"Rule: <name><rule>",
			"Alarms: <alarms>",
			"Topic: <topic><subscription>",
			"Unless this was a deployment, later alerts may not reach you.",
		),
	}
}

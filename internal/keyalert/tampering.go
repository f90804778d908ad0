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
		details: append(changer(),
			outcome(),
			detail{"Trail", "trail", "$.detail.requestParameters.name"},
			detail{"Trail of its selectors", "selectors", "$.detail.requestParameters.trailName"},
			detail{"Bucket", "bucket", "$.detail.requestParameters.bucketName"},
			detail{"Log group", "group", "$.detail.requestParameters.logGroupName"},
		),
		advice: "Unless this was a deployment, what happened since may be missing from the trail.",
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
		details: append(changer(),
			outcome(),
			detail{"Rule", "rule", "$.detail.requestParameters.name"},
			detail{"Rule of the targets", "targets", "$.detail.requestParameters.rule"},
			detail{"Alarms", "alarms", "$.detail.requestParameters.alarmNames"},
			detail{"Topic", "topic", "$.detail.requestParameters.topicArn"},
			detail{"Subscription", "subscription", "$.detail.requestParameters.subscriptionArn"},
		),
		advice: "Unless this was a deployment, later alerts may not reach you.",
	}
}

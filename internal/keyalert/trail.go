package keyalert

// trail are changes of what records the use of keys: of any trail in the account,
// or of the audit's own bucket, log group and delivery role. Attempts that were
// denied are alerted too.
func trail(names Names) []Alert {
	alerts := []Alert{{
		Name: "trail-changed", Severity: Critical, Headline: "A trail that records the use of KMS keys was changed, or somebody tried to",
		Pattern: calls([]string{"aws.cloudtrail"}, merge(tried, oneOf(append(
			narrowed(), Pattern{"eventName": []string{"DeleteTrail", "StopLogging", "UpdateTrail"}},
		)...))),
		SecondWatcher: "audit-changed",
		NearMisses:    []string{"the trail is started", "the trail's selectors record everything"},
		message:       ofCall("<name> <trail>", maybe, "What happened since may be missing from the trail."),
		Now:           "Unless this was a deployment, StartLogging and terraform apply; then look for what the caller did.",
	}}
	if names.Bucket != "" {
		alerts = append(alerts, bucketChanged(names))
	}
	if names.LogGroup != "" {
		alerts = append(alerts, logsChanged(names))
	}
	return alerts
}

// narrowed are event selectors that leave out management events. Advanced ones
// are always taken for such: a pattern cannot tell that a list lacks something.
func narrowed() []Pattern {
	var all []Pattern
	for _, selectors := range []Pattern{
		{"advancedEventSelectors": Pattern{"fieldSelectors": Pattern{"field": exists(true)}}},
		{"eventSelectors": Pattern{"includeManagementEvents": []bool{false}}},
		{"eventSelectors": Pattern{"readWriteType": []string{"ReadOnly", "WriteOnly"}}},
		{"eventSelectors": Pattern{"excludeManagementEventSources": []Pattern{{"suffix": ".amazonaws.com"}}}},
	} {
		all = append(all, Pattern{"eventName": []string{"PutEventSelectors"}, "requestParameters": selectors})
	}
	return all
}

// bucketChanged takes every change of the bucket's settings: each of them is
// deployed, and S3 gets new ones.
func bucketChanged(names Names) Alert {
	return Alert{
		Name: "trail-bucket-changed", Severity: Critical, Headline: "The bucket of the trail that records the use of KMS keys was changed, or somebody tried to",
		Pattern: calls([]string{"aws.s3"}, merge(tried, Pattern{
			"eventName":         beginning("DeleteBucket", "PutBucket"),
			"requestParameters": Pattern{"bucketName": []string{names.Bucket}},
		})),
		SecondWatcher: "audit-changed",
		NearMisses:    []string{"PutBucketPolicy of another bucket", "the bucket's policy is read"},
		message:       ofCall("<bucket>", maybe, "Log files may be exposed, lost, or no longer arrive."),
		Now:           "Unless this was a deployment, terraform apply puts the bucket's settings back.",
	}
}

// logsChanged is a change of the log group, or of the role that delivers to it.
// IAM reports its calls in us-east-1 only; elsewhere the second watcher sees them.
func logsChanged(names Names) Alert {
	group := names.arn("logs", "log-group:"+names.LogGroup)
	return Alert{
		Name: "trail-logs-changed", Severity: Critical, Headline: "The log group of the trail, or the role that delivers to it, was changed, or somebody tried to",
		Pattern: calls([]string{"aws.iam", "aws.logs"}, merge(tried, oneOf(
			Pattern{
				"eventName":         logChangesByName,
				"requestParameters": Pattern{"logGroupName": []string{names.LogGroup}},
			},
			Pattern{
				"eventName":         logChangesByIdentifier,
				"requestParameters": Pattern{"logGroupIdentifier": []any{names.LogGroup, prefix(group)}},
			},
			Pattern{
				"eventName":         []string{"AssociateKmsKey", "DisassociateKmsKey"},
				"requestParameters": Pattern{"resourceIdentifier": beginning(group)},
			},
			Pattern{
				"eventName":         roleChanges,
				"requestParameters": Pattern{"roleName": []string{names.Role}},
			},
		))),
		SecondWatcher: "audit-changed",
		NearMisses:    []string{"DeleteLogGroup of another log group", "a log stream is created in the trail's log group", "DeleteRolePolicy of another role"},
		message:       ofCall("<group> <role>", maybe, "Alarms that count events in the log group may see nothing any more."),
		Now:           "Unless this was a deployment, terraform apply puts them back.",
	}
}

// The calls that change a log group, by how they name it, or a role's rights.
var (
	logChangesByName = []string{
		"AssociateKmsKey", "DeleteLogGroup", "DeleteLogStream", "DeleteMetricFilter", "DeleteRetentionPolicy", "DeleteSubscriptionFilter",
		"DisassociateKmsKey", "PutMetricFilter", "PutRetentionPolicy", "PutSubscriptionFilter",
	}
	logChangesByIdentifier = []string{
		"DeleteDataProtectionPolicy", "PutDataProtectionPolicy", "PutTransformer",
	}
	roleChanges = []string{
		"AttachRolePolicy", "DeleteRole", "DeleteRolePermissionsBoundary", "DeleteRolePolicy", "DetachRolePolicy",
		"PutRolePermissionsBoundary", "PutRolePolicy", "UpdateAssumeRolePolicy",
	}
)

package keyalert

// RuleNotCompliant is a finding of one of the AWS Config rules whose names begin
// with the prefix. See the AWS Config Developer Guide, "Monitoring AWS Config
// with Amazon EventBridge".
func RuleNotCompliant(prefixOfRules string) Alert {
	return Alert{
		Name: "config-not-compliant", Headline: "AWS Config found a KMS key, or its audit, not as it must be",
		Pattern: Pattern{
			"source":      []string{"aws.config"},
			"detail-type": []string{"Config Rules Compliance Change"},
			"detail": Pattern{
				"messageType":         []string{"ComplianceChangeNotification"},
				"configRuleName":      prefix(prefixOfRules + "-"),
				"newEvaluationResult": Pattern{"complianceType": []string{"NON_COMPLIANT"}},
			},
		},
		details: []detail{
			{"Key or account", "key", "$.detail.resourceId"},
			{"Rule", "rule", "$.detail.configRuleName"},
			{"Why", "why", "$.detail.newEvaluationResult.annotation"},
			{"By", "by", "$.source"},
			{"When", "time", "$.detail.notificationCreationTime"},
			{"Where", "region", "$.region"},
			{"Event", "id", "$.id"},
		},
		advice: "Who changed it is in the trail. AWS Config names nobody.",
	}
}

// SevereFinding is a finding of GuardDuty with high or critical severity. See
// the GuardDuty User Guide, "Severity levels of GuardDuty findings".
func SevereFinding() Alert {
	return Alert{
		Name: "guardduty-finding", Headline: "GuardDuty found a threat of high severity",
		Pattern: Pattern{
			"source":      []string{"aws.guardduty"},
			"detail-type": []string{"GuardDuty Finding"},
			"detail":      Pattern{"severity": []Pattern{{"numeric": []any{">=", 7}}}},
		},
		details: []detail{
			{"What", "type", "$.detail.type"},
			{"Title", "title", "$.detail.title"},
			{"Severity", "severity", "$.detail.severity"},
			{"By", "principal", "$.detail.resource.accessKeyDetails.userName"},
			{"When", "time", "$.detail.updatedAt"},
			{"Where", "region", "$.region"},
			{"Finding", "id", "$.detail.id"},
		},
		advice: "GuardDuty names no key: look for what the same caller did in the trail.",
	}
}

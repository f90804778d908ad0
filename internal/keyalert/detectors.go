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
		Lines: []string{
			"Key or account: <resource>",
			"Rule: <configRule>",
			"By: AWS Config, which does not tell who caused it; the trail does",
			"When: <found> in <eventRegion>",
			"Event: <eventId>",
		},
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
		Lines: []string{
			"What: <finding>: <title>",
			"Severity: <severity>",
			"By: <principal> (<user>)",
			"When: <eventTime> in <eventRegion>",
			"Finding: <findingId>",
			"GuardDuty names no key: look for what the same caller did in the trail.",
		},
	}
}

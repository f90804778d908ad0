package keyalert

import "maps"

// detectorsChanged is a detector of AWS that was switched off or blinded: Config's
// recorder, delivery channel and our rules; GuardDuty; the encryption of volumes
// by default. See Security Hub controls Config.1, GuardDuty.1 and EC2.7.
func detectorsChanged(names Names) Alert {
	own := beginning(names.Prefix + "-")
	return Alert{
		Name: "detectors-changed", Severity: High, Headline: "A detector that watches over keys and data was switched off or changed, or somebody tried to",
		Pattern: calls([]string{"aws.config", "aws.ec2", "aws.guardduty"}, merge(triedOr("Client.UnauthorizedOperation"), oneOf(
			Pattern{"eventName": []string{
				"CreateFilter", "CreateIPSet", "DeleteConfigurationRecorder", "DeleteDeliveryChannel", "DeleteDetector", "DeletePublishingDestination",
				"DisableEbsEncryptionByDefault", "DisassociateFromAdministratorAccount", "DisassociateFromMasterAccount", "ModifyEbsDefaultKmsKeyId",
				"PutConfigurationRecorder", "PutDeliveryChannel", "ResetEbsDefaultKmsKeyId", "StopConfigurationRecorder", "UpdateIPSet",
			}},
			Pattern{
				"eventName":         []string{"UpdateDetector"},
				"requestParameters": Pattern{"enable": []bool{false}},
			},
			Pattern{
				"eventName":         []string{"DeleteConfigRule", "DeleteEvaluationResults"},
				"requestParameters": Pattern{"configRuleName": own},
			},
			Pattern{
				"eventName":         []string{"PutConfigRule"},
				"requestParameters": Pattern{"configRule": Pattern{"configRuleName": own}},
			},
		))),
		SecondWatcher: "audit-changed",
		NearMisses:    []string{"the configuration recorder starts", "another Config rule is replaced", "the detector is updated and stays on", "volumes are encrypted by default"},
		message:       ofCall("", maybe, "What this detector would have found is found by nobody."),
		Now:           "Unless this was planned, switch it on again; then look for what the caller did meanwhile.",
	}
}

// ruleNotCompliant is a finding of one of the audit's AWS Config rules. See the
// AWS Config Developer Guide, "Monitoring AWS Config with Amazon EventBridge".
func ruleNotCompliant(names Names) Alert {
	return Alert{
		Name: "config-not-compliant", Severity: Medium, Headline: "AWS Config found a KMS key, a policy or the trail not as it must be",
		Pattern: Pattern{
			"source":      []string{"aws.config"},
			"detail-type": []string{"Config Rules Compliance Change"},
			"detail": Pattern{
				"messageType":         []string{"ComplianceChangeNotification"},
				"configRuleName":      beginning(names.Prefix + "-"),
				"newEvaluationResult": Pattern{"complianceType": []string{"NON_COMPLIANT"}},
			},
		},
		SecondWatcher: OwnConsole,
		NearMisses:    []string{"a key is rotated again", "another rule finds something"},
		message: message{
			subject: "<resource>", by: "By the rule <configRule> of AWS Config at <when>; who caused it is in the trail.",
		},
		Now: "Read what the rule asks for and mend the resource.",
	}
}

// severeFinding is a finding of GuardDuty with high or critical severity. See
// the GuardDuty User Guide, "Severity levels of GuardDuty findings".
func severeFinding() Alert {
	return Alert{
		Name: "guardduty-finding", Severity: High, Headline: "GuardDuty found a threat of high severity",
		Pattern: Pattern{
			"source":      []string{"aws.guardduty"},
			"detail-type": []string{"GuardDuty Finding"},
			"detail":      Pattern{"severity": []Pattern{{"numeric": []any{">=", 7}}}},
		},
		SecondWatcher: OwnConsole,
		NearMisses:    []string{"a minor finding"},
		message: message{
			subject: "<finding> (severity <severity>)", by: "By <about>.",
			lines: []string{"At <when>: <title>", "GuardDuty names no key: look for what the same caller did in the trail."},
		},
		Now: "Open the finding in the console of GuardDuty and follow what it says about this type.",
	}
}

// externalAccess is what IAM Access Analyzer, which reads key policies and grants,
// found to be open to somebody outside. It makes none: an account has one for each
// Region. See the IAM User Guide, "Monitoring IAM Access Analyzer with Amazon
// EventBridge".
func externalAccess(names Names) Alert {
	return Alert{
		Name: "external-access-found", Severity: Critical, Headline: "Access Analyzer found a KMS key open to somebody outside the account",
		Pattern: Pattern{
			"source":      []string{"aws.access-analyzer"},
			"detail-type": []string{"Access Analyzer Finding"},
			"detail": Pattern{
				"resourceType": []string{"AWS::KMS::Key"},
				"status":       []string{"ACTIVE"},
				"principal":    Pattern{"AWS": anythingBut(names.accounts())},
			},
		},
		SecondWatcher: OwnConsole,
		NearMisses:    []string{"a finding about a bucket", "a finding about a key is resolved", "a trusted account is found"},
		message: message{
			subject: "<opened>", by: "By <principal>, who can do <actions>; who opened it is in the trail.",
			lines: []string{"Found at <when>."},
		},
		Now: "Unless you know the principal, take it out of the key policy or revoke its grant.",
	}
}

// merge are all of the parts together.
func merge(parts ...Pattern) Pattern {
	whole := Pattern{}
	for _, part := range parts {
		maps.Copy(whole, part)
	}
	return whole
}

package kmsaudit

import "github.com/neurocipher-io/kmstier/internal/keyalert"

// alerts are the events that people are told of.
func (s settings) alerts(at awsPlace) []keyalert.Alert {
	names := keyalert.Names{
		Prefix: s.name(), AccountId: at.accountId, Partition: at.partition,
		TopicArn: at.arn("sns", s.topicName()),
	}
	if s.ownTrail {
		names.Bucket, names.LogGroup = s.bucketName(at.accountId), s.logGroup()
	}
	alerts := keyalert.Of(names, s.trustedAccountIds)
	if s.configRules {
		alerts = append(alerts, keyalert.RuleNotCompliant(s.name()))
	}
	if s.guardDuty {
		alerts = append(alerts, keyalert.SevereFinding())
	}
	return alerts
}

// configRule is a rule that AWS Config maintains.
type configRule struct{ identifier, description string }

// managedConfigRules are the rules by the ends of their names. See the AWS Config
// Developer Guide, "List of AWS Config Managed Rules".
var managedConfigRules = map[string]configRule{
	"rotation":            {"CMK_BACKING_KEY_ROTATION_ENABLED", "Every customer managed key that can rotate its material does"},
	"no-deletion":         {"KMS_CMK_NOT_SCHEDULED_FOR_DELETION", "No customer managed key is scheduled for deletion"},
	"no-public-access":    {"KMS_KEY_POLICY_NO_PUBLIC_ACCESS", "No key policy lets the public in"},
	"trail-records-calls": {"CLOUDTRAIL_SECURITY_TRAIL_ENABLED", "Some trail records every management event of every Region, encrypted and validated"},
}

package kmsaudit

import "github.com/neurocipher-io/kmstier/internal/keyalert"

// names are those of the resources that the alerts are about.
func (s settings) names(at awsPlace) keyalert.Names {
	names := keyalert.Names{
		Environment: s.environment, NamePrefix: s.namePrefix, Prefix: s.name(),
		AccountId: at.accountId, Region: at.region, Partition: at.partition,
		TrustedAccountIds: s.trustedAccountIds, KeyArns: s.keyArns, GrantIds: s.grantIds,
		TopicArn: at.arn("sns", s.topicName()), Queue: s.queueName(),
		ConfigRules: s.configRules, GuardDuty: s.guardDuty,
	}
	if s.ownTrail {
		names.Bucket, names.LogGroup, names.Role = s.bucketName(at.accountId), s.logGroup(), s.roleName()
	}
	return names
}

// configRule is a rule that AWS Config maintains.
type configRule struct {
	identifier, description string
	// parameters are its input parameters as JSON, or "".
	parameters string
}

// managedConfigRules are the rules by the ends of their names. See the AWS Config
// Developer Guide, "List of AWS Config Managed Rules". Those of IAM have the
// parameters of Security Hub's controls KMS.1 and KMS.2.
var managedConfigRules = map[string]configRule{
	"rotation":            {identifier: "CMK_BACKING_KEY_ROTATION_ENABLED", description: "Every customer managed key that can rotate its material does"},
	"no-deletion":         {identifier: "KMS_CMK_NOT_SCHEDULED_FOR_DELETION", description: "No customer managed key is scheduled for deletion"},
	"no-public-access":    {identifier: "KMS_KEY_POLICY_NO_PUBLIC_ACCESS", description: "No key policy lets the public in"},
	"trail-records-calls": {identifier: "CLOUDTRAIL_SECURITY_TRAIL_ENABLED", description: "Some trail records every management event of every Region, encrypted and validated"},
	"iam-policies": {
		identifier: "IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS", description: "No customer managed IAM policy allows decryption with every key",
		parameters: `{"blockedActionsPatterns":"kms:ReEncryptFrom,kms:Decrypt","excludePermissionBoundaryPolicy":"True"}`,
	},
	"iam-inline-policies": {
		identifier: "IAM_INLINE_POLICY_BLOCKED_KMS_ACTIONS", description: "No inline policy of a user, group or role allows decryption with every key",
		parameters: `{"blockedActionsPatterns":"kms:ReEncryptFrom,kms:Decrypt"}`,
	},
}

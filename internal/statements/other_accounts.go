package statements

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Statements for other accounts permit what their principals' own IAM policies
// allow as well: across accounts both sides must agree. See the KMS Developer
// Guide, "Allowing users in other accounts to use a KMS key".

// AllowSecurityAccountAudit permits the security account to read about the key.
// The actions are those that work across accounts.
func AllowSecurityAccountAudit(principals []keypolicy.Principal) []keypolicy.Statement {
	return allowOtherAccount("AllowSecurityAccountAudit", principals,
		[]string{"kms:DescribeKey", "kms:GetKeyRotationStatus", "kms:ListGrants"})
}

// AllowSecurityAccountReadLogs permits the security account to read logs in S3.
func AllowSecurityAccountReadLogs(location Location, principals []keypolicy.Principal) []keypolicy.Statement {
	return allowOtherAccount("AllowSecurityAccountReadLogs", principals,
		[]string{"kms:Decrypt"}, when("StringEquals", keyViaService, location.regionalService("s3")))
}

// AllowLogsAccountArchive permits the logs account to keep logs in S3.
func AllowLogsAccountArchive(location Location, principals []keypolicy.Principal) []keypolicy.Statement {
	return allowOtherAccount("AllowLogsAccountArchive", principals,
		[]string{"kms:Decrypt", "kms:GenerateDataKey"}, when("StringEquals", keyViaService, location.regionalService("s3")))
}

func allowOtherAccount(sid string, principals []keypolicy.Principal, actions []string, conditions ...keypolicy.Condition) []keypolicy.Statement {
	if len(principals) == 0 {
		return nil
	}
	return []keypolicy.Statement{{Sid: sid, Effect: keypolicy.Allow, Principals: slices.Clone(principals), Actions: actions, Conditions: conditions}}
}

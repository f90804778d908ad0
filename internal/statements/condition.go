package statements

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Condition keys that the statements of this package use. See the KMS
// Developer Guide, "AWS KMS condition keys", and the IAM User Guide, "AWS
// global condition context keys".
const (
	keyPrincipalArn          = "aws:PrincipalArn"
	keyPrincipalIsAwsService = "aws:PrincipalIsAWSService"
	keySourceAccount         = "aws:SourceAccount"
	keySourceArn             = "aws:SourceArn"

	keyBypassLockoutCheck    = "kms:BypassPolicyLockoutSafetyCheck"
	keyCallerAccount         = "kms:CallerAccount"
	keyDeletionPendingWindow = "kms:ScheduleKeyDeletionPendingWindowInDays"
	keyEncryptionContextKeys = "kms:EncryptionContextKeys"
	keyGrantConstraintSource = "kms:GrantConstraintSourceArn"
	keyGrantConstraintType   = "kms:GrantConstraintType"
	keyGranteePrincipal      = "kms:GranteePrincipal"
	keyGranteeService        = "kms:GranteeServicePrincipal"
	keyGrantIsForAwsResource = "kms:GrantIsForAWSResource"
	keyGrantOperations       = "kms:GrantOperations"
	keyReplicaRegion         = "kms:ReplicaRegion"
	keyViaService            = "kms:ViaService"
)

// encryptionContextKey is the condition key that holds one value of the
// request's encryption context.
func encryptionContextKey(name string) string { return aws.EncryptionContextPrefix + name }

func when(operator, key string, values ...string) keypolicy.Condition {
	return keypolicy.Condition{Operator: operator, Key: key, Values: slices.Clone(values)}
}

func absent(key string) keypolicy.Condition { return when("Null", key, "true") }

func present(key string) keypolicy.Condition { return when("Null", key, "false") }

package keypolicy

import "slices"

// Condition is one line of a statement's Condition element: a condition key is
// compared by an operator with one or more values. All conditions of a
// statement must hold; one matching value of a condition is enough, or, for a
// negated operator, none may match. Conditions of one operator and key are one
// condition with the values of all, since JSON has one list for them.
type Condition struct {
	// Operator is an IAM condition operator, with its set prefix and IfExists
	// suffix where needed: "StringEquals", "ArnLike", "Null", "BoolIfExists",
	// "ForAllValues:StringNotLike".
	Operator string
	// Key is the condition key, such as "kms:ViaService" or
	// "kms:EncryptionContext:app".
	Key string
	// Values are compared with what the request carries; at least one. They may
	// be tokens.
	Values []string
}

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
	keyGrantConstraintType   = "kms:GrantConstraintType"
	keyGranteePrincipal      = "kms:GranteePrincipal"
	keyGrantIsForAwsResource = "kms:GrantIsForAWSResource"
	keyGrantOperations       = "kms:GrantOperations"
	keyViaService            = "kms:ViaService"
)

// encryptionContextKey is the condition key that holds one value of the
// request's encryption context.
func encryptionContextKey(name string) string { return "kms:EncryptionContext:" + name }

func when(operator, key string, values ...string) Condition {
	return Condition{Operator: operator, Key: key, Values: slices.Clone(values)}
}

func cloneConditions(conditions []Condition) []Condition {
	clones := slices.Clone(conditions)
	for i, condition := range clones {
		clones[i].Values = slices.Clone(condition.Values)
	}
	return clones
}

func absent(key string) Condition { return when("Null", key, "true") }

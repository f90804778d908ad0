package keypolicy

import (
	"slices"
	"strconv"
)

// EnableIamUserPermissions lets IAM policies of the key's account decide about
// every action. See the KMS Developer Guide, "Default key policy", "Allows
// access to the AWS account and enables IAM policies".
func EnableIamUserPermissions(scope Scope) []Statement {
	return []Statement{{
		Sid: "EnableIamUserPermissions", Effect: Allow,
		Principals: []Principal{scope.AccountRoot(scope.AccountId)}, Actions: []string{"kms:*"},
	}}
}

// EnableIamKeyAdministration lets IAM policies of the key's account decide about
// administrative actions only: no IAM policy can then open the data.
func EnableIamKeyAdministration(scope Scope) []Statement {
	return []Statement{{
		Sid: "EnableIamKeyAdministration", Effect: Allow,
		Principals: []Principal{scope.AccountRoot(scope.AccountId)}, Actions: slices.Clone(administrativeActions),
	}}
}

// AllowKeyAdministration permits administrators to manage the key, never to use
// it or to hand out its use.
func AllowKeyAdministration(scope Scope, administrators Roles) []Statement {
	return administrators.allow(scope, "AllowKeyAdministration", administrativeActions)
}

// DenyKeyAdministratorsCryptographicUse keeps administrators from the data
// whatever else allows them, root delegation and grants included.
func DenyKeyAdministratorsCryptographicUse(administrators Roles) []Statement {
	actions := append(append([]string{}, cryptographicActions...), otherKeyUseActions...)
	return administrators.deny("DenyKeyAdministratorsCryptographicUse", actions)
}

// DenyEarlyKeyDeletion forbids everyone to schedule the key's deletion with a
// waiting period of fewer days. See the KMS Developer Guide,
// "kms:ScheduleKeyDeletionPendingWindowInDays".
func DenyEarlyKeyDeletion(days int) []Statement {
	return []Statement{{
		Sid: "DenyEarlyKeyDeletion", Effect: Deny,
		Principals: []Principal{Everyone()}, Actions: []string{"kms:ScheduleKeyDeletion"},
		Conditions: []Condition{when("NumericLessThan", keyDeletionPendingWindow, strconv.Itoa(days))},
	}}
}

// DenyPolicyLockoutBypass forbids everyone to switch off KMS's own check that
// the key policy can still be changed afterwards. See the KMS Developer Guide,
// "kms:BypassPolicyLockoutSafetyCheck".
func DenyPolicyLockoutBypass() []Statement {
	return []Statement{{
		Sid: "DenyPolicyLockoutBypass", Effect: Deny,
		Principals: []Principal{Everyone()}, Actions: []string{"kms:PutKeyPolicy"},
		Conditions: []Condition{when("Bool", keyBypassLockoutCheck, "true")},
	}}
}

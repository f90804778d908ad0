package statements

import (
	"slices"
	"strconv"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// EnableIamUserPermissions lets IAM policies of the key's account decide about
// every action. See the KMS Developer Guide, "Default key policy", "Allows
// access to the AWS account and enables IAM policies".
func EnableIamUserPermissions(location Location) []keypolicy.Statement {
	return []keypolicy.Statement{{
		Sid: "EnableIamUserPermissions", Effect: keypolicy.Allow,
		Principals: []keypolicy.Principal{location.AccountRoot(location.AccountId)}, Actions: []string{"kms:*"},
	}}
}

// EnableIamKeyAdministration lets IAM policies of the key's account decide about
// administrative actions only: no IAM policy can then open the data.
func EnableIamKeyAdministration(location Location) []keypolicy.Statement {
	return []keypolicy.Statement{{
		Sid: "EnableIamKeyAdministration", Effect: keypolicy.Allow,
		Principals: []keypolicy.Principal{location.AccountRoot(location.AccountId)}, Actions: slices.Clone(administrativeActions),
	}}
}

// AllowKeyAdministration permits administrators to manage the key, never to use
// it or to hand out its use.
func AllowKeyAdministration(location Location, administrators Roles) []keypolicy.Statement {
	return administrators.allow(location, "AllowKeyAdministration", administrativeActions)
}

// DenyKeyAdministratorsCryptographicUse keeps administrators from the data
// whatever else allows them, root delegation and grants included.
func DenyKeyAdministratorsCryptographicUse(administrators Roles) []keypolicy.Statement {
	actions := append(append([]string{}, cryptographicActions...), otherKeyUseActions...)
	return administrators.deny("DenyKeyAdministratorsCryptographicUse", actions)
}

// DenyEarlyKeyDeletion forbids everyone to schedule the key's deletion with a
// waiting period of fewer days. See the KMS Developer Guide,
// "kms:ScheduleKeyDeletionPendingWindowInDays".
func DenyEarlyKeyDeletion(days int) []keypolicy.Statement {
	return []keypolicy.Statement{{
		Sid: "DenyEarlyKeyDeletion", Effect: keypolicy.Deny,
		Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:ScheduleKeyDeletion"},
		Conditions: []keypolicy.Condition{when("NumericLessThan", keyDeletionPendingWindow, strconv.Itoa(days))},
	}}
}

// DenyPolicyLockoutBypass forbids everyone to switch off KMS's own check that
// the key policy can still be changed afterwards. See the KMS Developer Guide,
// "kms:BypassPolicyLockoutSafetyCheck".
func DenyPolicyLockoutBypass() []keypolicy.Statement {
	return []keypolicy.Statement{{
		Sid: "DenyPolicyLockoutBypass", Effect: keypolicy.Deny,
		Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:PutKeyPolicy"},
		Conditions: []keypolicy.Condition{when("Bool", keyBypassLockoutCheck, "true")},
	}}
}

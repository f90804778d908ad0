package keypolicy

import "testing"

func when(operator, key string, values ...string) Condition {
	return Condition{Operator: operator, Key: key, Values: values}
}

func absent(key string) Condition { return when("Null", key, "true") }

func mustParse(t testing.TB, policy string) Document {
	t.Helper()
	document, err := Parse([]byte(policy))
	if err != nil {
		t.Fatalf("%s: %v", policy, err)
	}
	return document
}

func denyBypass() Statement {
	return Statement{
		Sid: "DenyPolicyLockoutBypass", Effect: Deny, Principals: []Principal{Everyone()}, Actions: []string{"kms:PutKeyPolicy"},
		Conditions: []Condition{when("Bool", "kms:BypassPolicyLockoutSafetyCheck", "true")},
	}
}

func denyEarlyDeletion() Statement {
	return Statement{
		Sid: "DenyEarlyKeyDeletion", Effect: Deny, Principals: []Principal{Everyone()}, Actions: []string{"kms:ScheduleKeyDeletion"},
		Conditions: []Condition{when("NumericLessThan", "kms:ScheduleKeyDeletionPendingWindowInDays", "30")},
	}
}

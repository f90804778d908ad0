package keyalert

// changeOperations are the calls that are alerted whoever makes them, on
// whatever key.
var changeOperations = []string{
	"DeleteCustomKeyStore", "DeleteImportedKeyMaterial", "DisableKey", "DisableKeyRotation", "DisconnectCustomKeyStore", "ImportKeyMaterial",
	"PutKeyPolicy", "ReplicateKey", "RetireGrant", "RevokeGrant", "ScheduleKeyDeletion", "UpdateCustomKeyStore", "UpdatePrimaryRegion",
}

// lockedOut begins what KMS says about a policy that would shut out its author.
// The error has the same code as that for a principal which does not exist yet,
// with which Terraform tries again.
const lockedOut = "The new key policy will not allow you to update the key policy in the future"

// refusals are attempts at such a call.
func refusals() []Alert {
	return []Alert{{
		Name: "key-change-refused", Severity: High, Headline: "A change that threatens a KMS key was attempted and refused",
		Pattern: kmsCalls(changeOperations, inEarnest, oneOf(
			refused, Pattern{"errorMessage": beginning(lockedOut)},
		)),
		SecondWatcher: "change-refused",
		NearMisses: []string{
			"a key is named wrongly", "Terraform retries a policy that names a role which is not there yet", "a change is throttled", "a dry run of revoking a grant is denied",
		},
		message: message{subject: "<call> <key> <named> <store>", by: byCaller, lines: []string{failed, "Nothing was changed."}, key: "<named>", event: "<id>"},
		Now:     "Ask the caller why; if it does not know, treat it as compromised.",
	}}
}

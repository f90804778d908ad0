package keyalert

import "slices"

// useOperations are the calls that use a key, and CreateGrant, by which AWS
// services obtain its use. Left out is what only reads about keys: the console
// asks for it on every page, and is refused without any harm.
var useOperations = []string{
	"CreateGrant",
	"Decrypt",
	"DeriveSharedSecret",
	"Encrypt",
	"GenerateDataKey",
	"GenerateDataKeyPair",
	"GenerateDataKeyPairWithoutPlaintext",
	"GenerateDataKeyWithoutPlaintext",
	"GenerateMac",
	"ReEncrypt",
	"Sign",
	"Verify",
	"VerifyMac",
}

// encryptOperations are those that encrypt something with the key named.
var encryptOperations = []string{
	"Encrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "ReEncrypt",
}

// unusable are the errors of a key that is disabled, pending deletion, or without
// its material. See the KMS Developer Guide, "Key states of AWS KMS keys".
var unusable = []string{"DisabledException", "KMSInvalidStateException"}

// losing are the calls that KMS refuses because the key is pending deletion
// already.
var losing = []string{"DisableKey", "ScheduleKeyDeletion"}

// uses are the uses of keys that must not be. Most of these calls count as
// read-only, so the rules ask for those.
func uses(names Names) []Alert {
	return []Alert{{
		Name: "key-use-denied", Severity: High, Headline: "The use of a KMS key was denied",
		Pattern: kmsCalls(useOperations, refused, inEarnest), ReadOnlyToo: true, SecondWatcher: "use-denied",
		NearMisses: []string{"Decrypt with the wrong context", "DescribeKey is denied", "a dry run is denied"},
		message:    ofKey(failed),
		Now:        "Find out whether the caller should have this key: if so, a policy lacks it; if not, treat the caller as compromised.",
	}, {
		Name: "unusable-key-used", Severity: Critical, Headline: "A KMS key that is disabled or pending deletion is still needed",
		Pattern: kmsCalls(slices.Concat(useOperations, losing), Pattern{"errorCode": unusable}, inEarnest), ReadOnlyToo: true, SecondWatcher: "key-misused",
		NearMisses: []string{"a key that is pending deletion is described", "Decrypt"},
		message:    ofKey(failed, "What the key encrypted is lost for good when its waiting period ends."),
		Now:        "If the key is pending deletion, CancelKeyDeletion at once; then EnableKey.",
	}, {
		Name: "foreign-key-used", Severity: Critical, Headline: "Data was encrypted with the KMS key of another account",
		Pattern: kmsCalls(encryptOperations, done, Pattern{
			"userIdentity": Pattern{"accountId": []string{names.AccountId}},
			"resources":    Pattern{"accountId": anythingBut(names.accounts())},
		}), ReadOnlyToo: true, SecondWatcher: "key-misused",
		NearMisses: []string{"data is encrypted with the key of a trusted account", "a principal of another account encrypts with a key of ours"},
		message:    ofKey(called, "Ransomware encrypts data so: whoever owns the other account decides who reads it."),
		Now:        "Stop the caller: deny its role everything; find the objects it wrote, and their former versions.",
	}}
}

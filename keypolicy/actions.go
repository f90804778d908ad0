package keypolicy

// cryptographicActions are the actions that use a symmetric encryption key:
// everything that turns plaintext into ciphertext or back.
var cryptographicActions = []string{
	"kms:Decrypt",
	"kms:Encrypt",
	"kms:GenerateDataKey*",
	"kms:ReEncrypt*",
}

// otherKeyUseActions use keys of other specs; they are denied to
// administrators together with the cryptographic actions, so that a change of
// key spec opens nothing.
var otherKeyUseActions = []string{
	"kms:DeriveSharedSecret",
	"kms:GenerateMac",
	"kms:Sign",
	"kms:Verify",
	"kms:VerifyMac",
}

// administrativeActions manage a key and read about it. The list is explicit: a
// wildcard such as kms:Create* would take in CreateGrant, with which an
// administrator hands the key's use to anyone, and whatever AWS adds later.
// Left out on purpose: CreateGrant; ReplicateKey and UpdatePrimaryRegion, which
// make a key with another policy; ImportKeyMaterial and
// DeleteImportedKeyMaterial, which destroy data behind a key at once.
var administrativeActions = []string{
	"kms:CancelKeyDeletion",
	"kms:CreateAlias",
	"kms:DeleteAlias",
	"kms:DescribeKey",
	"kms:DisableKey",
	"kms:DisableKeyRotation",
	"kms:EnableKey",
	"kms:EnableKeyRotation",
	"kms:GetKeyPolicy",
	"kms:GetKeyRotationStatus",
	"kms:ListGrants",
	"kms:ListKeyPolicies",
	"kms:ListKeyRotations",
	"kms:ListResourceTags",
	"kms:PutKeyPolicy",
	"kms:RevokeGrant",
	"kms:RotateKeyOnDemand",
	"kms:ScheduleKeyDeletion",
	"kms:TagResource",
	"kms:UntagResource",
	"kms:UpdateAlias",
	"kms:UpdateKeyDescription",
}

// allActions are the actions of KMS, from the Service Authorization Reference,
// "Actions, resources, and condition keys for AWS Key Management Service".
var allActions = []string{
	"kms:CancelKeyDeletion", "kms:ConnectCustomKeyStore", "kms:CreateAlias",
	"kms:CreateCustomKeyStore", "kms:CreateGrant", "kms:CreateKey", "kms:Decrypt",
	"kms:DeleteAlias", "kms:DeleteCustomKeyStore", "kms:DeleteImportedKeyMaterial",
	"kms:DeriveSharedSecret", "kms:DescribeCustomKeyStores", "kms:DescribeKey",
	"kms:DisableKey", "kms:DisableKeyRotation", "kms:DisconnectCustomKeyStore",
	"kms:EnableKey", "kms:EnableKeyRotation", "kms:Encrypt", "kms:GenerateDataKey",
	"kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext",
	"kms:GenerateDataKeyWithoutPlaintext", "kms:GenerateMac", "kms:GenerateRandom",
	"kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:GetParametersForImport",
	"kms:GetPublicKey", "kms:ImportKeyMaterial", "kms:ListAliases", "kms:ListGrants",
	"kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListKeys", "kms:ListResourceTags",
	"kms:ListRetirableGrants", "kms:PutKeyPolicy", "kms:ReEncryptFrom", "kms:ReEncryptTo",
	"kms:ReplicateKey", "kms:RetireGrant", "kms:RevokeGrant", "kms:RotateKeyOnDemand",
	"kms:ScheduleKeyDeletion", "kms:Sign", "kms:SynchronizeMultiRegionKey",
	"kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateCustomKeyStore",
	"kms:UpdateKeyDescription", "kms:UpdatePrimaryRegion", "kms:Verify", "kms:VerifyMac",
}

// MatchingActions are the KMS actions that an action pattern such as
// "kms:GenerateDataKey*" stands for. As in IAM, case does not matter.
func MatchingActions(pattern string) []string {
	set := compileActions([]string{pattern})
	var matching []string
	for i, action := range allActions {
		if set&(1<<i) != 0 {
			matching = append(matching, action)
		}
	}
	return matching
}

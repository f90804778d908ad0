package statements

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

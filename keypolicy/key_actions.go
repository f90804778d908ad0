package keypolicy

// keyActions are the actions on a key, which its policy decides. The others make
// keys, list them, or act on aliases and key stores alone; only IAM policies
// decide them. See the KMS Developer Guide, "AWS KMS permissions".
var keyActions = compileActions([]string{"kms:*"}) &^ compileActions([]string{
	"kms:ConnectCustomKeyStore", "kms:CreateCustomKeyStore", "kms:CreateKey",
	"kms:DeleteCustomKeyStore", "kms:DescribeCustomKeyStores", "kms:DisconnectCustomKeyStore",
	"kms:GenerateRandom", "kms:ListAliases", "kms:ListKeys", "kms:ListRetirableGrants",
	"kms:UpdateCustomKeyStore",
})

// crossAccountActions are the actions that KMS offers to principals of other
// accounts. See the column "Cross-account use" in the KMS Developer Guide, "AWS
// KMS permissions".
var crossAccountActions = compileActions([]string{
	"kms:CreateGrant", "kms:Decrypt", "kms:DeriveSharedSecret", "kms:DescribeKey", "kms:Encrypt",
	"kms:GenerateDataKey*", "kms:GenerateMac", "kms:GetKeyRotationStatus", "kms:GetPublicKey",
	"kms:ListGrants", "kms:ReEncrypt*", "kms:RetireGrant", "kms:RevokeGrant", "kms:Sign", "kms:Verify",
	"kms:VerifyMac",
})

// KeyActions are the actions that a key policy decides, in alphabetical order:
// those that [Evaluate] takes.
func KeyActions() []string {
	var actions []string
	for _, action := range allActions {
		if actionBits[action]&keyActions != 0 {
			actions = append(actions, action)
		}
	}
	return actions
}

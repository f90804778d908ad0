package analysis

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// Operation is a group of KMS actions that a reader of a report thinks of as
// one thing.
type Operation struct {
	// Id names the operation in JSON.
	Id string
	// Name is for people.
	Name string
	// Short heads a narrow column.
	Short string
	// Actions are in the order in which they are shown.
	Actions []string
}

// Operations are all operations, each action that a key policy decides in one of
// them.
var Operations = []Operation{
	{Id: "encrypt", Name: "encrypt", Short: "Encr", Actions: []string{"kms:Encrypt"}},
	{Id: "decrypt", Name: "decrypt", Short: "Decr", Actions: []string{"kms:Decrypt"}},
	{Id: "generateDataKey", Name: "generate data key", Short: "Data", Actions: []string{
		"kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
		"kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext"}},
	{Id: "reEncrypt", Name: "re-encrypt", Short: "ReEn", Actions: []string{"kms:ReEncryptFrom", "kms:ReEncryptTo"}},
	{Id: "sign", Name: "sign, verify, MAC", Short: "Sign", Actions: []string{
		"kms:Sign", "kms:Verify", "kms:GenerateMac", "kms:VerifyMac", "kms:DeriveSharedSecret"}},
	{Id: "read", Name: "read about the key", Short: "Read", Actions: []string{
		"kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:GetPublicKey", "kms:ListGrants",
		"kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListResourceTags", "kms:GetParametersForImport"}},
	{Id: "grant", Name: "create grants", Short: "Gran", Actions: []string{"kms:CreateGrant"}},
	{Id: "administer", Name: "administer", Short: "Admi"},
	{Id: "changePolicy", Name: "change the policy", Short: "Poli", Actions: []string{"kms:PutKeyPolicy"}},
	{Id: "delete", Name: "delete", Short: "Dele", Actions: []string{"kms:ScheduleKeyDeletion", "kms:DeleteImportedKeyMaterial"}},
}

// Whatever no other operation lists is administration, so that an action which
// the evaluator learns is not forgotten here.
func init() {
	grouped := map[string]bool{}
	for _, operation := range Operations {
		for _, action := range operation.Actions {
			grouped[action] = true
		}
	}
	at := slices.IndexFunc(Operations, func(o Operation) bool { return o.Id == "administer" })
	for _, action := range (aws.KeyActions &^ aws.GrantOnlyActions).Names() {
		if !grouped[action] {
			Operations[at].Actions = append(Operations[at].Actions, action)
		}
	}
}

// dataActions read or make data under the key.
var dataActions = func() []string {
	var actions []string
	for _, operation := range Operations[:5] {
		actions = append(actions, operation.Actions...)
	}
	return actions
}()

// contextActions carry an encryption context.
var contextActions = func() []string {
	var actions []string
	for _, operation := range Operations[:4] {
		actions = append(actions, operation.Actions...)
	}
	return actions
}()

package keypolicy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMatchingActionsFollowIam(t *testing.T) {
	tests := map[string][]string{
		"kms:Decrypt":          {"kms:Decrypt"},
		"KMS:DECRYPT":          {"kms:Decrypt"},
		"kms:GenerateDataKey":  {"kms:GenerateDataKey"},
		"kms:GenerateDataKey*": {"kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext", "kms:GenerateDataKeyWithoutPlaintext"},
		"kms:ReEncrypt*":       {"kms:ReEncryptFrom", "kms:ReEncryptTo"},
		"kms:Verif?":           {"kms:Verify"},
		"kms:*Mac":             {"kms:GenerateMac", "kms:VerifyMac"},
		"*:Sign":               {"kms:Sign"},
		"kms:":                 nil,
		"":                     nil,
		"s3:*":                 nil,
		"Decrypt":              nil,
		"kms:Decryp":           nil,
		" kms:Decrypt":         nil,
		"kms:*":                allActions,
		"*":                    allActions,
	}
	for pattern, want := range tests {
		t.Run(pattern, func(t *testing.T) {
			if diff := cmp.Diff(want, MatchingActions(pattern)); diff != "" {
				t.Errorf("MatchingActions(%q) (-want +got):\n%s", pattern, diff)
			}
		})
	}
}

// What an administrator may do must hold nothing that opens data, now or when
// AWS adds an action.
func TestAdministrationHoldsNoUseOfTheKey(t *testing.T) {
	for _, action := range administrativeActions {
		switch {
		case strings.ContainsAny(action, "*?"):
			t.Errorf("%s takes in what AWS will add", action)
		case !slices.Contains(allActions, action):
			t.Errorf("%s is no action of KMS", action)
		case isKeyUse(action):
			t.Errorf("%s uses the key", action)
		case action == "kms:CreateGrant", action == "kms:ReplicateKey", action == "kms:ImportKeyMaterial", action == "kms:DeleteImportedKeyMaterial":
			t.Errorf("%s gives away or destroys what the key protects", action)
		}
	}
}

func TestListsOfActionsAreSortedAndWithoutDuplicates(t *testing.T) {
	for name, list := range map[string][]string{"all": allActions, "administrative": administrativeActions, "cryptographic": cryptographicActions, "other use": otherKeyUseActions} {
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("the %s actions are not sorted, or hold one twice: %q", name, list)
		}
	}
}

package aws

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestMatchActionsFollowsIam(t *testing.T) {
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
		"kms:*":                AllActions.Names(),
		"*":                    AllActions.Names(),
	}
	for pattern, want := range tests {
		t.Run(pattern, func(t *testing.T) {
			if diff := cmp.Diff(want, MatchActions(pattern).Names(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("MatchActions(%q) (-want +got):\n%s", pattern, diff)
			}
		})
	}
}

package statements

import (
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// What an administrator may do must hold nothing that opens data, now or when
// AWS adds an action.
func TestAdministrationHoldsNoUseOfTheKey(t *testing.T) {
	for _, action := range administrativeActions {
		switch {
		case strings.ContainsAny(action, "*?"):
			t.Errorf("%s takes in what AWS will add", action)
		case aws.MatchActions(action) == 0:
			t.Errorf("%s is no action of KMS", action)
		case isKeyUse(action):
			t.Errorf("%s uses the key", action)
		case action == "kms:CreateGrant", action == "kms:ReplicateKey", action == "kms:ImportKeyMaterial", action == "kms:DeleteImportedKeyMaterial":
			t.Errorf("%s gives away or destroys what the key protects", action)
		}
	}
}

func TestListsOfActionsAreSortedAndWithoutDuplicates(t *testing.T) {
	for name, list := range map[string][]string{"administrative": administrativeActions, "cryptographic": cryptographicActions, "other use": otherKeyUseActions} {
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("the %s actions are not sorted, or hold one twice: %q", name, list)
		}
	}
}

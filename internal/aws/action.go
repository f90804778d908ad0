package aws

import (
	"fmt"
	"math/bits"
	"strings"
)

// action is an action of KMS with what AWS documents about it.
type action struct {
	name   string
	traits trait
}

type trait uint8

const (
	// onKey: the action is on a key, so the key's policy has a say. The others make
	// keys, list them, or act on key stores; only IAM policies decide them.
	onKey trait = 1 << iota
	// crossAccount: principals of other accounts may be allowed it.
	crossAccount
	// withContext: requests carry an encryption context, or, for CreateGrant and
	// RetireGrant, the grant's constraint on one.
	withContext
	// grantable: a grant can give it.
	grantable
	// byGrantOnly: the permission has no effect in a key policy or a resource
	// control policy; who may do it stands in the grant.
	byGrantOnly
)

// actions are from the Service Authorization Reference, "Actions, resources, and
// condition keys for AWS Key Management Service"; their traits from the KMS
// Developer Guide, "AWS KMS permissions" (columns "Policy type", "Cross-account
// use" and "AWS KMS condition keys"), "Grant operations" and "Retiring and revoking
// grants". Names and traits are compared with copies of these lists in testdata,
// which say of which date they are.
var actions = [...]action{
	{"kms:CancelKeyDeletion", onKey},
	{"kms:ConnectCustomKeyStore", 0},
	{"kms:CreateAlias", onKey},
	{"kms:CreateCustomKeyStore", 0},
	{"kms:CreateGrant", onKey | crossAccount | withContext | grantable},
	{"kms:CreateKey", 0},
	{"kms:Decrypt", onKey | crossAccount | withContext | grantable},
	{"kms:DeleteAlias", onKey},
	{"kms:DeleteCustomKeyStore", 0},
	{"kms:DeleteImportedKeyMaterial", onKey},
	{"kms:DeriveSharedSecret", onKey | crossAccount | grantable},
	{"kms:DescribeCustomKeyStores", 0},
	{"kms:DescribeKey", onKey | crossAccount | grantable},
	{"kms:DisableKey", onKey},
	{"kms:DisableKeyRotation", onKey},
	{"kms:DisconnectCustomKeyStore", 0},
	{"kms:EnableKey", onKey},
	{"kms:EnableKeyRotation", onKey},
	{"kms:Encrypt", onKey | crossAccount | withContext | grantable},
	{"kms:GenerateDataKey", onKey | crossAccount | withContext | grantable},
	{"kms:GenerateDataKeyPair", onKey | crossAccount | withContext | grantable},
	{"kms:GenerateDataKeyPairWithoutPlaintext", onKey | crossAccount | withContext | grantable},
	{"kms:GenerateDataKeyWithoutPlaintext", onKey | crossAccount | withContext | grantable},
	{"kms:GenerateMac", onKey | crossAccount | grantable},
	{"kms:GenerateRandom", 0},
	{"kms:GetKeyLastUsage", onKey},
	{"kms:GetKeyPolicy", onKey},
	{"kms:GetKeyRotationStatus", onKey | crossAccount},
	{"kms:GetParametersForImport", onKey},
	{"kms:GetPublicKey", onKey | crossAccount | grantable},
	{"kms:ImportKeyMaterial", onKey},
	{"kms:ListAliases", 0},
	{"kms:ListGrants", onKey | crossAccount},
	{"kms:ListKeyPolicies", onKey},
	{"kms:ListKeyRotations", onKey},
	{"kms:ListKeys", 0},
	{"kms:ListResourceTags", onKey},
	{"kms:ListRetirableGrants", 0},
	{"kms:PutKeyPolicy", onKey},
	{"kms:ReEncryptFrom", onKey | crossAccount | withContext | grantable},
	{"kms:ReEncryptTo", onKey | crossAccount | withContext | grantable},
	{"kms:ReplicateKey", onKey},
	{"kms:RetireGrant", onKey | crossAccount | withContext | grantable | byGrantOnly},
	{"kms:RevokeGrant", onKey | crossAccount},
	{"kms:RotateKeyOnDemand", onKey},
	{"kms:ScheduleKeyDeletion", onKey},
	{"kms:Sign", onKey | crossAccount | grantable},
	{"kms:SynchronizeMultiRegionKey", onKey},
	{"kms:TagResource", onKey},
	{"kms:UntagResource", onKey},
	{"kms:UpdateAlias", onKey},
	{"kms:UpdateCustomKeyStore", 0},
	{"kms:UpdateKeyDescription", onKey},
	{"kms:UpdatePrimaryRegion", onKey},
	{"kms:Verify", onKey | crossAccount | grantable},
	{"kms:VerifyMac", onKey | crossAccount | grantable},
}

// ActionSet has a bit for each action of KMS.
type ActionSet uint64

// The sets of actions that AWS documents something about.
var (
	// AllActions are all actions of KMS.
	AllActions = withTrait(0)
	// KeyActions are those that a key policy decides.
	KeyActions = withTrait(onKey)
	// CrossAccountActions are those that KMS offers to other accounts.
	CrossAccountActions = withTrait(crossAccount)
	// ContextActions are those whose requests carry an encryption context, or a grant's
	// constraint on one.
	ContextActions = withTrait(withContext)
	// GrantableActions are those that a grant can give.
	GrantableActions = withTrait(grantable)
	// UnboundGrantActions are those which a grant gives whatever its constraints say.
	// See the KMS API Reference, "GrantConstraints".
	UnboundGrantActions = mustFind("kms:DescribeKey", "kms:RetireGrant")
	// GrantOnlyActions have no effect in a key policy.
	GrantOnlyActions = withTrait(byGrantOnly)
)

func withTrait(t trait) (set ActionSet) {
	for i, action := range actions {
		if action.traits&t == t {
			set |= 1 << i
		}
	}
	return set
}

func mustFind(names ...string) (set ActionSet) {
	for _, name := range names {
		bit, found := FindAction(name)
		if !found {
			panic(fmt.Sprintf("aws: no action %s", name))
		}
		set |= bit
	}
	return set
}

// actionBits has each action as documented and in lower case.
var actionBits = func() map[string]ActionSet {
	if len(actions) > 64 {
		panic("aws: more actions than an ActionSet has bits")
	}
	bits := map[string]ActionSet{}
	for i, action := range actions {
		bits[action.name], bits[strings.ToLower(action.name)] = 1<<i, 1<<i
	}
	return bits
}()

// FindAction is the action of that name, whatever its case.
func FindAction(name string) (ActionSet, bool) {
	if bit, exact := actionBits[name]; exact {
		return bit, true
	}
	bit, found := actionBits[strings.ToLower(name)]
	return bit, found
}

// MatchActions are the actions that patterns such as "kms:GenerateDataKey*" stand
// for. As in IAM, case does not matter.
func MatchActions(patterns ...string) (set ActionSet) {
	for _, pattern := range patterns {
		if bit, exact := actionBits[pattern]; exact {
			set |= bit
			continue
		}
		pattern = strings.ToLower(pattern)
		for i, action := range lowerCaseActions {
			if MatchesWildcard(pattern, action) {
				set |= 1 << i
			}
		}
	}
	return set
}

var lowerCaseActions = func() (names [len(actions)]string) {
	for i, action := range actions {
		names[i] = strings.ToLower(action.name)
	}
	return names
}()

// StatementActions are the actions that a statement with these Action and NotAction
// elements, of which it has one, speaks of.
func StatementActions(actions, notActions []string) ActionSet {
	if len(notActions) > 0 {
		return AllActions &^ MatchActions(notActions...)
	}
	return MatchActions(actions...)
}

// Has reports whether any action of other is in the set.
func (s ActionSet) Has(other ActionSet) bool { return s&other != 0 }

// Names are the actions of the set in alphabetical order.
func (s ActionSet) Names() []string {
	names := make([]string, 0, bits.OnesCount64(uint64(s)))
	for rest := s; rest != 0; rest &= rest - 1 {
		names = append(names, actions[bits.TrailingZeros64(uint64(rest))].name)
	}
	return names
}

// NearestAction is the action that a misspelt one most likely means, or "" when
// none is near.
func NearestAction(name string) string {
	return Nearest(strings.NewReplacer("*", "", "?", "", "=", ":").Replace(name), AllActions.Names())
}

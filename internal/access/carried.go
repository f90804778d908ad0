package access

import (
	"slices"
	"strings"
)

// carriedBy lists the condition keys that only some actions carry. To the others
// they are always absent, so that a condition on them never holds, or, negated,
// always. See the KMS Developer Guide, "AWS KMS condition keys".
var carriedBy = map[string][]string{
	"kms:bypasspolicylockoutsafetycheck":         {"kms:PutKeyPolicy"},
	"kms:datakeypairspec":                        {"kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext"},
	"kms:expirationmodel":                        {"kms:ImportKeyMaterial"},
	"kms:validto":                                {"kms:ImportKeyMaterial"},
	"kms:grantconstrainttype":                    {"kms:CreateGrant"},
	"kms:granteeprincipal":                       {"kms:CreateGrant"},
	"kms:grantoperations":                        {"kms:CreateGrant"},
	"kms:retiringprincipal":                      {"kms:CreateGrant"},
	"kms:grantisforawsresource":                  {"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"},
	"kms:keyagreementalgorithm":                  {"kms:DeriveSharedSecret"},
	"kms:macalgorithm":                           {"kms:GenerateMac", "kms:VerifyMac"},
	"kms:messagetype":                            {"kms:Sign", "kms:Verify"},
	"kms:signingalgorithm":                       {"kms:Sign", "kms:Verify"},
	"kms:primaryregion":                          {"kms:UpdatePrimaryRegion"},
	"kms:reencryptonsamekey":                     {"kms:ReEncryptFrom", "kms:ReEncryptTo"},
	"kms:replicaregion":                          {"kms:ReplicateKey"},
	"kms:rotationperiodindays":                   {"kms:EnableKeyRotation"},
	"kms:schedulekeydeletionpendingwindowindays": {"kms:ScheduleKeyDeletion"},
	"kms:wrappingalgorithm":                      {"kms:GetParametersForImport"},
	"kms:wrappingkeyspec":                        {"kms:GetParametersForImport"},
}

// carries reports whether a request of an action can carry a condition key.
func carries(action, key string) bool {
	key = strings.ToLower(key)
	if key == strings.ToLower(contextKeysKey) || strings.HasPrefix(key, strings.ToLower(contextPrefix)) {
		return action == "kms:CreateGrant" || slices.Contains(contextActions, action)
	}
	actions, limited := carriedBy[key]
	return !limited || slices.Contains(actions, action)
}

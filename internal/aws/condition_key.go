package aws

import (
	"regexp"
	"slices"
	"strings"
)

// ConditionKey is a condition key that a request to KMS can carry.
type ConditionKey struct {
	// Name is the key as documented. A family of keys, whose last part the caller or
	// tags choose, ends in "/" or ":".
	Name string
	// MultiValued keys hold several values.
	MultiValued bool
	// Actions are those whose requests can carry the key; to the others it is always
	// absent.
	Actions ActionSet
}

// EncryptionContextPrefix begins the keys that hold one value of the encryption
// context each.
const EncryptionContextPrefix = "kms:EncryptionContext:"

// conditionKeys are those of the Service Authorization Reference, "Actions,
// resources, and condition keys for AWS Key Management Service", and of the IAM
// User Guide, "AWS global condition context keys"; which action carries which is
// from the KMS Developer Guide, "AWS KMS condition keys" and "Condition keys for
// attested platforms". The names are compared with saved copies of the lists in
// testdata, which state their dates.
var conditionKeys = slices.Concat(
	global(false,
		"aws:AssumedRoot", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:ChatbotSourceArn", "aws:CurrentTime",
		"aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc", "aws:EpochTime", "aws:FederatedProvider",
		"aws:IsMcpServiceAction", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:PrincipalAccount",
		"aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:PrincipalOrgID", "aws:PrincipalServiceName",
		"aws:PrincipalTag/", "aws:PrincipalType", "aws:Referer", "aws:RequestTag/", "aws:RequestedRegion",
		"aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceTag/", "aws:SecureTransport", "aws:SourceAccount",
		"aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp", "aws:SourceOrgID", "aws:SourceVpc", "aws:SourceVpcArn",
		"aws:SourceVpce", "aws:TokenIssueTime", "aws:UserAgent", "aws:userid", "aws:username", "aws:ViaAWSMCPService",
		"aws:ViaAWSService", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpcSourceIp",
		"codebuild:buildArn", "codebuild:projectArn",
		"ec2:RoleDelivery", "ec2:SourceInstanceArn", "glue:CredentialIssuingService", "glue:RoleAssumedBy",
		"identitystore:UserId", "lambda:SourceFunctionArn", "ssm:SourceInstanceArn",
	),
	global(true,
		"aws:CalledVia", "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList", "aws:ResourceOrgPaths",
		"aws:SourceOrgPaths", "aws:TagKeys", "aws:VpceOrgPaths",
	),
	[]ConditionKey{
		{"kms:BypassPolicyLockoutSafetyCheck", false, MatchActions("kms:CreateKey", "kms:PutKeyPolicy", "kms:ReplicateKey")},
		{"kms:CallerAccount", false, AllActions},
		{"kms:CustomerMasterKeySpec", false, AllActions},
		{"kms:CustomerMasterKeyUsage", false, AllActions},
		{"kms:DataKeyPairSpec", false, MatchActions("kms:GenerateDataKeyPair*")},
		{"kms:EncryptionAlgorithm", false, MatchActions("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")},
		{EncryptionContextPrefix, false, ContextActions},
		{"kms:EncryptionContextKeys", true, ContextActions},
		{"kms:ExpirationModel", false, MatchActions("kms:ImportKeyMaterial")},
		{"kms:GrantConstraintSourceArn", false, MatchActions("kms:CreateGrant")},
		{"kms:GrantConstraintType", false, MatchActions("kms:CreateGrant", "kms:RetireGrant")},
		{"kms:GrantIsForAWSResource", false, MatchActions("kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant")},
		{"kms:GrantOperations", true, MatchActions("kms:CreateGrant")},
		{"kms:GranteePrincipal", false, MatchActions("kms:CreateGrant")},
		{"kms:GranteeServicePrincipal", false, MatchActions("kms:CreateGrant")},
		{"kms:KeyAgreementAlgorithm", false, MatchActions("kms:DeriveSharedSecret")},
		{"kms:KeyOrigin", false, AllActions},
		{"kms:KeySpec", false, AllActions},
		{"kms:KeyUsage", false, AllActions},
		{"kms:MacAlgorithm", false, MatchActions("kms:GenerateMac", "kms:VerifyMac")},
		{"kms:MessageType", false, MatchActions("kms:Sign", "kms:Verify")},
		{"kms:MultiRegion", false, AllActions},
		{"kms:MultiRegionKeyType", false, AllActions},
		{"kms:PrimaryRegion", false, MatchActions("kms:UpdatePrimaryRegion")},
		{"kms:ReEncryptOnSameKey", false, MatchActions("kms:ReEncrypt*")},
		{"kms:RecipientAttestation:ImageSha384", false, attestedActions},
		{"kms:ReplicaRegion", false, MatchActions("kms:ReplicateKey")},
		{"kms:RequestAlias", false, AllActions},
		{"kms:ResourceAliases", true, AllActions},
		{"kms:RetiringPrincipal", false, MatchActions("kms:CreateGrant")},
		{"kms:RetiringServicePrincipal", false, MatchActions("kms:CreateGrant")},
		{"kms:RotationPeriodInDays", false, MatchActions("kms:EnableKeyRotation")},
		{"kms:ScheduleKeyDeletionPendingWindowInDays", false, MatchActions("kms:ScheduleKeyDeletion")},
		{"kms:SigningAlgorithm", false, MatchActions("kms:Sign", "kms:Verify")},
		{"kms:TrailingDaysWithoutKeyUsage", false, MatchActions("kms:DisableKey", "kms:ScheduleKeyDeletion")},
		{"kms:ValidTo", false, MatchActions("kms:ImportKeyMaterial")},
		{"kms:ViaService", false, AllActions},
		{"kms:WrappingAlgorithm", false, MatchActions("kms:GetParametersForImport")},
		{"kms:WrappingKeySpec", false, MatchActions("kms:GetParametersForImport")},
	},
)

func global(multiValued bool, names ...string) (keys []ConditionKey) {
	for _, name := range names {
		keys = append(keys, ConditionKey{name, multiValued, AllActions})
	}
	return keys
}

// attestedActions are those that an attested platform can call with its
// attestation document.
var attestedActions = MatchActions("kms:Decrypt", "kms:DeriveSharedSecret", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:GenerateRandom")

// patternedKeys are keys with one value whose names are too many to list: those of
// attested platforms, and those of identity providers, which the sessions of roles
// keep. See the IAM User Guide, "IAM and AWS STS condition context keys".
var patternedKeys = []struct {
	lowerCase *regexp.Regexp
	actions   ActionSet
}{
	{regexp.MustCompile(`^kms:recipientattestation:(nitrotpm)?pcr[0-9]+$`), attestedActions},
	{regexp.MustCompile(`^(saml|sts):[a-z0-9]+$`), AllActions},
	{regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(/[^:]*)?:(amr|app_id|aud|azp|email|id|oaud|sub|user_id)$`), AllActions},
}

// keysByName has each key as documented and in lower case.
var keysByName = func() map[string]*ConditionKey {
	keys := map[string]*ConditionKey{}
	for i := range conditionKeys {
		key := &conditionKeys[i]
		keys[key.Name], keys[strings.ToLower(key.Name)] = key, key
	}
	return keys
}()

var familyPrefixes = func() (prefixes []string) {
	for _, key := range conditionKeys {
		if strings.HasSuffix(key.Name, "/") || strings.HasSuffix(key.Name, ":") {
			prefixes = append(prefixes, key.Name)
		}
	}
	return prefixes
}()

// FindConditionKey is the condition key of that name, whatever its case, and
// whether there is one. Of a family it is the family.
func FindConditionKey(name string) (ConditionKey, bool) {
	for _, prefix := range familyPrefixes {
		if len(name) > len(prefix) && hasPrefixFold(name, prefix) {
			return *keysByName[prefix], true
		}
	}
	key, found := keysByName[name]
	if !found {
		key, found = keysByName[strings.ToLower(name)]
	}
	if found {
		return *key, !slices.Contains(familyPrefixes, key.Name)
	}
	lower := strings.ToLower(name)
	for _, pattern := range patternedKeys {
		if pattern.lowerCase.MatchString(lower) {
			return ConditionKey{Name: name, Actions: pattern.actions}, true
		}
	}
	return ConditionKey{}, false
}

// NearestConditionKey is the condition key that a misspelt one most likely means,
// or "" when none is near.
func NearestConditionKey(name string) string {
	names := make([]string, 0, len(conditionKeys))
	for _, key := range conditionKeys {
		if !slices.Contains(familyPrefixes, key.Name) {
			names = append(names, key.Name)
		}
	}
	return Nearest(name, names)
}

// EncryptionContextName is what follows [EncryptionContextPrefix] in a condition
// key, if anything.
func EncryptionContextName(key string) (name string, is bool) {
	if len(key) > len(EncryptionContextPrefix) && hasPrefixFold(key, EncryptionContextPrefix) {
		return key[len(EncryptionContextPrefix):], true
	}
	return "", false
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && (text[:len(prefix)] == prefix || strings.EqualFold(text[:len(prefix)], prefix))
}

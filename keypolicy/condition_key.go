package keypolicy

import (
	"regexp"
	"strings"
)

// conditionKeys are the condition keys that a request to KMS can carry, by their
// name as documented and in lower case, with whether they hold several values.
// Sources: the KMS
// Developer Guide, "AWS KMS condition keys" and "Condition keys for attested
// platforms"; the IAM User Guide, "AWS global condition context keys".
var conditionKeys = func() map[string]bool {
	keys := map[string]bool{}
	for _, name := range singleValuedKeys {
		keys[name], keys[strings.ToLower(name)] = false, false
	}
	for _, name := range multiValuedKeys {
		keys[name], keys[strings.ToLower(name)] = true, true
	}
	return keys
}()

var multiValuedKeys = []string{
	"aws:CalledVia", "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList", "aws:ResourceOrgPaths",
	"aws:SourceOrgPaths", "aws:TagKeys", "aws:VpceOrgPaths",
	"kms:EncryptionContextKeys", "kms:GrantOperations", "kms:ResourceAliases",
}

var singleValuedKeys = []string{
	"aws:AssumedRoot", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:ChatbotSourceArn", "aws:CurrentTime",
	"aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc", "aws:EpochTime", "aws:FederatedProvider",
	"aws:IsMcpServiceAction", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:PrincipalAccount", "aws:PrincipalArn",
	"aws:PrincipalIsAWSService", "aws:PrincipalOrgID", "aws:PrincipalServiceName", "aws:PrincipalType",
	"aws:Referer", "aws:RequestedRegion", "aws:ResourceAccount", "aws:ResourceOrgID", "aws:SecureTransport",
	"aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp", "aws:SourceOrgID",
	"aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce", "aws:TokenIssueTime", "aws:UserAgent", "aws:userid",
	"aws:username", "aws:ViaAWSMCPService", "aws:ViaAWSService", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpcSourceIp",
	"ec2:RoleDelivery", "ec2:SourceInstanceArn", "glue:CredentialIssuingService", "glue:RoleAssumedBy",
	"identitystore:UserId", "lambda:SourceFunctionArn", "ssm:SourceInstanceArn",
	"kms:BypassPolicyLockoutSafetyCheck", "kms:CallerAccount", "kms:CustomerMasterKeySpec",
	"kms:CustomerMasterKeyUsage", "kms:DataKeyPairSpec", "kms:EncryptionAlgorithm", "kms:ExpirationModel",
	"kms:GrantConstraintType", "kms:GrantIsForAWSResource", "kms:GranteePrincipal",
	"kms:KeyAgreementAlgorithm", "kms:KeyOrigin", "kms:KeySpec", "kms:KeyUsage", "kms:MacAlgorithm",
	"kms:MessageType", "kms:MultiRegion", "kms:MultiRegionKeyType", "kms:PrimaryRegion",
	"kms:RecipientAttestation:ImageSha384", "kms:ReEncryptOnSameKey", "kms:ReplicaRegion", "kms:RequestAlias",
	"kms:RetiringPrincipal", "kms:RotationPeriodInDays", "kms:ScheduleKeyDeletionPendingWindowInDays",
	"kms:SigningAlgorithm", "kms:ValidTo", "kms:ViaService", "kms:WrappingAlgorithm", "kms:WrappingKeySpec",
}

// keyPrefixes begin the keys whose last part the caller or the tags choose: one
// value each.
var keyPrefixes = []string{encryptionContextPrefix, "aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/"}

// keyFamilies match the lower-case names of further keys with one value, those
// of attested platforms and of identity providers.
var keyFamilies = []*regexp.Regexp{
	regexp.MustCompile(`^kms:recipientattestation:(nitrotpm)?pcr[0-9]+$`),
	regexp.MustCompile(`^(saml|sts):[a-z0-9]+$`),
	regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(/[^:]*)?:(amr|app_id|aud|azp|email|id|oaud|sub|user_id)$`),
}

// findConditionKey reports whether the key exists, and whether it holds several
// values. Case does not matter.
func findConditionKey(name string) (multiValued, known bool) {
	if multiValued, known = conditionKeys[name]; known {
		return multiValued, true
	}
	for _, prefix := range keyPrefixes {
		if hasPrefixFold(name, prefix) && len(name) > len(prefix) {
			return false, true
		}
	}
	lower := strings.ToLower(name)
	if multiValued, known = conditionKeys[lower]; known {
		return multiValued, true
	}
	for _, family := range keyFamilies {
		if family.MatchString(lower) {
			return false, true
		}
	}
	return false, false
}

const encryptionContextPrefix = "kms:EncryptionContext:"

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && (text[:len(prefix)] == prefix || strings.EqualFold(text[:len(prefix)], prefix))
}

// encryptionContextName is what follows kms:EncryptionContext: in a key, if
// anything.
func encryptionContextName(key string) (name string, is bool) {
	if len(key) > len(encryptionContextPrefix) && hasPrefixFold(key, encryptionContextPrefix) {
		return key[len(encryptionContextPrefix):], true
	}
	return "", false
}

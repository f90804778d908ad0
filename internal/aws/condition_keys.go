package aws

import (
	"regexp"
	"slices"
	"strings"
)

// conditionKeys are those of the IAM User Guide, "AWS global condition context
// keys", and of the Service Authorization Reference, "Actions, resources, and
// condition keys for AWS Key Management Service". Names, types and actions are
// compared with copies of these lists in testdata, which say of which date they are.
var conditionKeys = slices.Concat(
	everyAction(principalKeys), everyAction(sessionKeys), everyAction(networkKeys), everyAction(resourceKeys), everyAction(requestKeys), kmsKeys,
)

// principalKeys are those of the section "Properties of the principal". Who carries
// them is what the page says of each under "Availability"; a service belongs to no
// account, so the keys about accounts are absent from its requests.
var principalKeys = []ConditionKey{
	{Name: "aws:PrincipalArn", Values: ArnValues, Callers: AccountCallers, Always: AccountCallers},
	{Name: "aws:PrincipalAccount", Values: AccountValues, Callers: AccountCallers | AnonymousCallers, Always: AccountCallers | AnonymousCallers},
	{Name: "aws:PrincipalOrgPaths", MultiValued: true, Callers: AccountCallers},
	{Name: "aws:PrincipalOrgID", Callers: AccountCallers},
	{Name: "aws:PrincipalTag/", Callers: UserCallers | RoleCallers | FederatedUserCallers},
	{Name: "aws:PrincipalIsAWSService", Values: BoolValues, Callers: SignedCallers, Always: SignedCallers},
	{Name: "aws:PrincipalServiceName", Values: ServiceValues, Callers: ServiceCallers, Always: ServiceCallers},
	{Name: "aws:PrincipalServiceNamesList", Values: ServiceValues, MultiValued: true, Callers: ServiceCallers, Always: ServiceCallers},
	// The page has the next two in all requests, and no value for a service.
	{Name: "aws:PrincipalType", Callers: AllCallers, Always: AccountCallers | AnonymousCallers},
	{Name: "aws:userid", Callers: AllCallers, Always: AccountCallers | AnonymousCallers},
	{Name: "aws:username", Callers: UserCallers, Always: UserCallers},
}

// sessionKeys are those of the section "Properties of a role session". Temporary
// credentials, which some of them need, are those of users and root users as well.
var sessionKeys = []ConditionKey{
	{Name: "aws:AssumedRoot", Values: BoolValues, Callers: RootCallers},
	{Name: "aws:FederatedProvider", Callers: RoleCallers},
	{Name: "aws:TokenIssueTime", Values: DateValues, Callers: AccountCallers},
	{Name: "aws:SignInSessionArn", Values: ArnValues, Callers: AccountCallers},
	{Name: "aws:MultiFactorAuthAge", Values: NumberValues, Callers: AccountCallers},
	{Name: "aws:MultiFactorAuthPresent", Values: BoolValues, Callers: AccountCallers},
	{Name: "aws:ChatbotSourceArn", Values: ArnValues, Callers: RoleCallers},
	{Name: "aws:Ec2InstanceSourceVpc", Callers: RoleCallers},
	{Name: "aws:Ec2InstanceSourcePrivateIPv4", Values: AddressValues, Callers: RoleCallers},
	{Name: "aws:SourceIdentity", Callers: RoleCallers},
	{Name: "ec2:RoleDelivery", Values: NumberValues, Callers: RoleCallers},
	{Name: "ec2:SourceInstanceArn", Values: ArnValues, Callers: RoleCallers},
	{Name: "glue:RoleAssumedBy", Callers: RoleCallers},
	{Name: "glue:CredentialIssuingService", Callers: RoleCallers},
	{Name: "codebuild:BuildArn", Values: ArnValues, Callers: RoleCallers},
	{Name: "codebuild:ProjectArn", Values: ArnValues, Callers: RoleCallers},
	{Name: "lambda:SourceFunctionArn", Values: ArnValues, Callers: RoleCallers},
	{Name: "ssm:SourceInstanceArn", Values: ArnValues, Callers: RoleCallers},
	{Name: "identitystore:UserId", Callers: RoleCallers},
}

// networkKeys are those of the section "Properties of the network": which of them a
// request carries depends on its way, through a VPC endpoint or not.
var networkKeys = []ConditionKey{
	{Name: "aws:SourceIp", Values: AddressValues, Callers: AllCallers},
	{Name: "aws:SourceVpc", Callers: AllCallers},
	{Name: "aws:SourceVpcArn", Values: ArnValues, Callers: AllCallers},
	{Name: "aws:SourceVpce", Callers: AllCallers},
	{Name: "aws:VpceAccount", Values: AccountValues, Callers: AllCallers},
	{Name: "aws:VpceOrgID", Callers: AllCallers},
	{Name: "aws:VpceOrgPaths", MultiValued: true, Callers: AllCallers},
	{Name: "aws:VpcSourceIp", Values: AddressValues, Callers: AllCallers},
}

// resourceKeys are those of the section "Properties of the resource".
var resourceKeys = []ConditionKey{
	{Name: "aws:ResourceAccount", Values: AccountValues, Callers: AllCallers, Always: AllCallers},
	{Name: "aws:ResourceOrgPaths", MultiValued: true, Callers: AllCallers},
	{Name: "aws:ResourceOrgID", Callers: AllCallers},
	{Name: "aws:ResourceTag/", Callers: AllCallers},
}

// requestKeys are those of the section "Properties of the request". A service
// calls via another with the credentials of somebody; the keys of the source are
// there when it calls in its own name.
var requestKeys = []ConditionKey{
	{Name: "aws:CalledVia", Values: ServiceValues, MultiValued: true, Callers: AccountCallers},
	{Name: "aws:CalledViaFirst", Values: ServiceValues, Callers: AccountCallers},
	{Name: "aws:CalledViaLast", Values: ServiceValues, Callers: AccountCallers},
	{Name: "aws:CalledViaAWSMCP", Values: ServiceValues, Callers: AccountCallers},
	{Name: "aws:ViaAWSService", Values: BoolValues, Callers: AllCallers, Always: AllCallers},
	{Name: "aws:ViaAWSMCPService", Values: BoolValues, Callers: AllCallers},
	{Name: "aws:CurrentTime", Values: DateValues, Callers: AllCallers, Always: AllCallers},
	{Name: "aws:EpochTime", Values: DateValues, Callers: AllCallers, Always: AllCallers},
	{Name: "aws:referer", Callers: AllCallers},
	{Name: "aws:RequestedRegion", Callers: AllCallers, Always: AllCallers},
	{Name: "aws:RequestTag/", Callers: AllCallers},
	{Name: "aws:TagKeys", MultiValued: true, Callers: AllCallers},
	{Name: "aws:SecureTransport", Values: BoolValues, Callers: AllCallers, Always: AllCallers},
	{Name: "aws:SourceAccount", Values: AccountValues, Callers: ServiceCallers},
	{Name: "aws:SourceArn", Values: ArnValues, Callers: ServiceCallers},
	{Name: "aws:SourceOrgID", Callers: ServiceCallers},
	{Name: "aws:SourceOrgPaths", MultiValued: true, Callers: ServiceCallers},
	{Name: "aws:UserAgent", Callers: AllCallers, Always: AllCallers},
	{Name: "aws:IsMcpServiceAction", Values: BoolValues, Callers: AllCallers},
}

// kmsKeys are those of KMS. Which action carries which is from the Service
// Authorization Reference and from the KMS Developer Guide, "AWS KMS permissions":
// from either, where they differ. Keys that speak of the KMS key or of how it is
// called are taken to be carried by every action.
var kmsKeys = []ConditionKey{
	// The API Reference has the parameter in ReplicateKey too.
	{Name: "kms:BypassPolicyLockoutSafetyCheck", Values: BoolValues, Callers: AllCallers, Actions: MatchActions("kms:CreateKey", "kms:PutKeyPolicy", "kms:ReplicateKey")},
	{Name: "kms:CallerAccount", Values: AccountValues, Callers: AccountCallers, Always: AccountCallers, Actions: AllActions},
	{Name: "kms:CustomerMasterKeySpec", Callers: AllCallers, Actions: AllActions},
	{Name: "kms:CustomerMasterKeyUsage", Callers: AllCallers, Actions: AllActions},
	{Name: "kms:DataKeyPairSpec", Callers: AllCallers, Actions: MatchActions("kms:GenerateDataKeyPair*")},
	{Name: "kms:EncryptionAlgorithm", Callers: AllCallers, Actions: MatchActions("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")},
	{Name: EncryptionContextPrefix, Callers: AllCallers, Actions: ContextActions},
	{Name: "kms:EncryptionContextKeys", MultiValued: true, Callers: AllCallers, Actions: ContextActions},
	{Name: "kms:ExpirationModel", Callers: AllCallers, Actions: MatchActions("kms:ImportKeyMaterial")},
	{Name: "kms:GrantConstraintSourceArn", Values: ArnValues, Callers: AllCallers, Actions: MatchActions("kms:CreateGrant")},
	{Name: "kms:GrantConstraintType", Callers: AllCallers, Actions: MatchActions("kms:CreateGrant", "kms:RetireGrant")},
	{Name: "kms:GrantIsForAWSResource", Values: BoolValues, Callers: AllCallers, Actions: MatchActions("kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant")},
	{Name: "kms:GrantOperations", MultiValued: true, Callers: AllCallers, Actions: MatchActions("kms:CreateGrant")},
	{Name: "kms:GranteePrincipal", Callers: AllCallers, Actions: MatchActions("kms:CreateGrant")},
	{Name: "kms:GranteeServicePrincipal", Values: ServiceValues, Callers: AllCallers, Actions: MatchActions("kms:CreateGrant")},
	{Name: "kms:KeyAgreementAlgorithm", Callers: AllCallers, Actions: MatchActions("kms:DeriveSharedSecret")},
	{Name: "kms:KeyOrigin", Callers: AllCallers, Actions: AllActions},
	{Name: "kms:KeySpec", Callers: AllCallers, Actions: AllActions},
	{Name: "kms:KeyUsage", Callers: AllCallers, Actions: AllActions},
	{Name: "kms:MacAlgorithm", Callers: AllCallers, Actions: MatchActions("kms:GenerateMac", "kms:VerifyMac")},
	{Name: "kms:MessageType", Callers: AllCallers, Actions: MatchActions("kms:Sign", "kms:Verify")},
	{Name: "kms:MultiRegion", Values: BoolValues, Callers: AllCallers, Actions: AllActions},
	{Name: "kms:MultiRegionKeyType", Callers: AllCallers, Actions: AllActions},
	{Name: "kms:PrimaryRegion", Callers: AllCallers, Actions: MatchActions("kms:UpdatePrimaryRegion")},
	{Name: "kms:ReEncryptOnSameKey", Values: BoolValues, Callers: AllCallers, Actions: MatchActions("kms:ReEncrypt*")},
	{Name: "kms:RecipientAttestation:ImageSha384", Callers: AllCallers, Actions: attestedActions},
	{Name: "kms:ReplicaRegion", Callers: AllCallers, Actions: MatchActions("kms:ReplicateKey")},
	{Name: "kms:RequestAlias", Callers: AllCallers, Actions: MatchActions("kms:Decrypt", "kms:DeriveSharedSecret", "kms:DescribeKey", "kms:Encrypt",
		"kms:GenerateDataKey*", "kms:*Mac", "kms:GetPublicKey", "kms:ReEncrypt*", "kms:Sign", "kms:Verify")},
	{Name: "kms:ResourceAliases", MultiValued: true, Callers: AllCallers, Actions: AllActions},
	{Name: "kms:RetiringPrincipal", Callers: AllCallers, Actions: MatchActions("kms:CreateGrant")},
	{Name: "kms:RetiringServicePrincipal", Values: ServiceValues, Callers: AllCallers, Actions: MatchActions("kms:CreateGrant")},
	{Name: "kms:RotationPeriodInDays", Values: NumberValues, Callers: AllCallers, Actions: MatchActions("kms:EnableKeyRotation")},
	{Name: "kms:ScheduleKeyDeletionPendingWindowInDays", Values: NumberValues, Callers: AllCallers, Actions: MatchActions("kms:ScheduleKeyDeletion")},
	{Name: "kms:SigningAlgorithm", Callers: AllCallers, Actions: MatchActions("kms:Sign", "kms:Verify")},
	{Name: "kms:TrailingDaysWithoutKeyUsage", Values: NumberValues, Callers: AllCallers, Actions: MatchActions("kms:DisableKey", "kms:ScheduleKeyDeletion")},
	{Name: "kms:ValidTo", Values: DateValues, Callers: AllCallers, Actions: MatchActions("kms:ImportKeyMaterial")},
	// Of a request that a service makes on the principal's behalf, which one that it
	// makes in its own name is not.
	{Name: "kms:ViaService", Values: RegionalServiceValues, Callers: AccountCallers, Actions: AllActions},
	{Name: "kms:WrappingAlgorithm", Callers: AllCallers, Actions: MatchActions("kms:GetParametersForImport")},
	{Name: "kms:WrappingKeySpec", Callers: AllCallers, Actions: MatchActions("kms:GetParametersForImport")},
}

// everyAction are keys that the requests of every action can carry.
func everyAction(keys []ConditionKey) []ConditionKey {
	for i := range keys {
		keys[i].Actions = AllActions
	}
	return keys
}

// attestedActions are those that an attested platform can call with its
// attestation document. See the KMS Developer Guide, "Condition keys for attested
// platforms".
var attestedActions = MatchActions("kms:Decrypt", "kms:DeriveSharedSecret", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:GenerateRandom")

// Keys with one value whose names are too many to list: the registers of attested
// platforms, and what the sessions of roles keep of their identity provider. See the
// IAM User Guide, "IAM and AWS STS condition context keys".
var (
	attestedRegister    = &ConditionKey{Callers: AllCallers, Actions: attestedActions}
	identityProviderKey = &ConditionKey{Callers: RoleCallers, Actions: AllActions}
	registerName        = regexp.MustCompile(`^kms:recipientattestation:(nitrotpm)?pcr[0-9]+$`)
	federationName      = regexp.MustCompile(`^(saml|sts):[a-z0-9]+$`)
	identityClaims      = []string{"amr", "app_id", "aud", "azp", "email", "id", "oaud", "sub", "user_id"}
)

// patternedKey is the key of such a name in lower case, or nil. Names of identity
// providers are hosts, some with a path.
func patternedKey(name string) *ConditionKey {
	at := strings.LastIndexByte(name, ':')
	if at < 0 {
		return nil
	}
	host, path, _ := strings.Cut(name[:at], "/")
	switch {
	case slices.Contains(identityClaims, name[at+1:]) && IsHostName(host) && !strings.Contains(path, ":"), federationName.MatchString(name):
		return identityProviderKey
	case registerName.MatchString(name):
		return attestedRegister
	}
	return nil
}

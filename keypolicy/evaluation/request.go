package evaluation

import "github.com/neurocipher-io/kmstier/keypolicy"

// Request is one call of KMS by one principal, with what else decides about it.
// Principal, Action and Key are required; the rest is empty where there is
// nothing to say.
type Request struct {
	// Principal calls KMS: the ARN of an account's root, an IAM role or user, an
	// assumed-role session or a federated user, a service's name such as
	// "logs.us-east-1.amazonaws.com", or [Anonymous]. A role's ARN stands for any of
	// its sessions. A token is a role or user of the key's account unless Context
	// has aws:PrincipalAccount, and is taken in by the same token only.
	Principal string
	// Action is an action on a key, such as "kms:Decrypt"; case does not matter.
	// [KeyActions] lists them.
	Action string
	// Key is the key's ARN, whose account decides who is foreign. Its parts may be
	// tokens.
	Key string
	// EncryptionContext is the context of a cryptographic operation, or for
	// CreateGrant the grant's constraint. It fills kms:EncryptionContext:NAME and
	// kms:EncryptionContextKeys; operations without a context, such as
	// DescribeKey, do not see it.
	EncryptionContext map[string]string
	// Context holds further condition keys, whatever their case, such as
	// "kms:ViaService" or "aws:SourceArn". A key without values is absent. What is
	// given here wins over what is filled in from the other fields:
	// aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType,
	// aws:PrincipalIsAWSService, aws:PrincipalServiceName, aws:username,
	// aws:RequestedRegion, aws:ResourceAccount, kms:CallerAccount and the encryption
	// context. For the session of a role with a path, give aws:PrincipalArn: the
	// session's own ARN does not tell the path.
	Context map[string][]string

	// IdentityPolicies are the IAM policies attached to the principal and its
	// groups.
	IdentityPolicies []keypolicy.Document
	// PermissionsBoundary limits the principal, if it has one.
	PermissionsBoundary *keypolicy.Document
	// SessionPolicies were passed when the session was made.
	SessionPolicies []keypolicy.Document
	// ServiceControlPolicies are the policies of the principal's organization, a
	// list for each level from the root to the account. Every level must allow. The
	// management account has none.
	ServiceControlPolicies [][]keypolicy.Document
	// ResourceControlPolicies are the policies of the organization of the key's
	// account, a list for each level from the root to the account. Every level must
	// allow: AWS attaches RCPFullAWSAccess to each. They bind everyone but
	// service-linked roles, and not the keys of the management account, of which there
	// are none here.
	ResourceControlPolicies [][]keypolicy.Document
	// Grants are the grants of the key.
	Grants []Grant
}

// Grant is what aws_kms_grant creates. See the KMS Developer Guide, "Grants in
// AWS KMS".
type Grant struct {
	// Name is for reports only.
	Name string
	// GranteePrincipal is who may use the key: an ARN as in a statement, a service's
	// name, or a token.
	GranteePrincipal string
	// Operations are API operations as a grant names them: "Decrypt",
	// "GenerateDataKey", "ReEncryptFrom".
	Operations []string
	// EncryptionContextEquals demands exactly this encryption context, case and all.
	EncryptionContextEquals map[string]string
	// EncryptionContextSubset demands these pairs among those of the encryption
	// context.
	EncryptionContextSubset map[string]string
}

package statements

import "github.com/neurocipher-io/kmstier/keypolicy"

// DeclaredGrants are the KMS grants that a key declares: the same operations, bound to
// the same encryption context, for each grantee. See the KMS Developer Guide,
// "Grants in AWS KMS".
type DeclaredGrants struct {
	// Grantees are the ARNs that receive a grant each: an account's root or roles.
	Grantees []string
	// Operations are grant operations such as "Decrypt".
	Operations []string
	// EncryptionContextSubset are the pairs that the encryption context of every
	// cryptographic operation must contain.
	EncryptionContextSubset map[string]string
}

// AllowDeclaredGrants permits administrators to create just the grants that are
// declared: to these grantees, of at most these operations, bound to an
// encryption context.
func AllowDeclaredGrants(location Location, administrators Roles, grants DeclaredGrants) []keypolicy.Statement {
	if len(grants.Grantees) == 0 {
		return nil
	}
	return administrators.allow(location, "AllowDeclaredGrants", []string{"kms:CreateGrant"},
		when("StringEquals", keyGranteePrincipal, grants.Grantees...),
		when("ForAllValues:StringEquals", keyGrantOperations, grants.Operations...),
		when("StringEquals", keyGrantConstraintType, "EncryptionContextSubset"),
	)
}

// DenyKeyAdministratorsUndeclaredGrants keeps administrators from granting the
// key's use to anybody else, themselves included. Grants that an AWS service
// makes for a resource stay possible.
func DenyKeyAdministratorsUndeclaredGrants(administrators Roles, grants DeclaredGrants) []keypolicy.Statement {
	// Where the condition key is missing from a request, a plain Bool would not
	// match and the statement would deny nothing.
	conditions := []keypolicy.Condition{when("BoolIfExists", keyGrantIsForAwsResource, "false")}
	if len(grants.Grantees) > 0 {
		conditions = append(conditions, when("StringNotEquals", keyGranteePrincipal, grants.Grantees...))
	}
	return administrators.deny("DenyKeyAdministratorsUndeclaredGrants", []string{"kms:CreateGrant"}, conditions...)
}

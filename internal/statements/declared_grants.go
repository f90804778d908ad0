package statements

import (
	"maps"
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// DeclaredGrants are the KMS grants that a key declares: the same operations, bound to
// the same encryption context, for each grantee. See the KMS Developer Guide,
// "Grants in AWS KMS".
type DeclaredGrants struct {
	// Grantees are the ARNs that receive a grant each: another account's root or
	// roles.
	Grantees []string
	// Operations are grant operations such as "Decrypt".
	Operations []string
	// EncryptionContextSubset are the pairs that the encryption context of every
	// cryptographic operation must contain: at least one.
	EncryptionContextSubset map[string]string
}

// subset is the type of the constraint of declared grants.
const subset = "EncryptionContextSubset"

func (g DeclaredGrants) contextNames() []string {
	return slices.Sorted(maps.Keys(g.EncryptionContextSubset))
}

// AllowDeclaredGrants permits administrators to create just the grants that are
// declared: to these grantees, of at most these operations, bound to at least this
// encryption context. KMS compares kms:EncryptionContext with the constraint of a
// grant that is created. See the KMS Developer Guide,
// "kms:EncryptionContext:context-key".
func AllowDeclaredGrants(location Location, administrators Roles, grants DeclaredGrants) []keypolicy.Statement {
	if len(grants.Grantees) == 0 {
		return nil
	}
	conditions := []keypolicy.Condition{
		when("StringEquals", keyGranteePrincipal, grants.Grantees...),
		when("ForAllValues:StringEquals", keyGrantOperations, grants.Operations...),
		when("StringEquals", keyGrantConstraintType, subset),
	}
	for _, name := range grants.contextNames() {
		conditions = append(conditions, when("StringEquals", encryptionContextKey(name), grants.EncryptionContextSubset[name]))
	}
	return administrators.allow(location, "AllowDeclaredGrants", []string{"kms:CreateGrant"}, conditions...)
}

// DenyKeyAdministratorsUndeclaredGrants keeps administrators from granting the
// key's use to anybody else, themselves and AWS services included: an administrator
// deploys nothing.
func DenyKeyAdministratorsUndeclaredGrants(administrators Roles, declared DeclaredGrants) []keypolicy.Statement {
	var conditions []keypolicy.Condition
	if len(declared.Grantees) > 0 {
		// Holds for a grant to a service principal, too, which has no such key.
		conditions = append(conditions, when("StringNotEquals", keyGranteePrincipal, declared.Grantees...))
	}
	return administrators.deny("DenyKeyAdministratorsUndeclaredGrants", []string{"kms:CreateGrant"}, conditions...)
}

// DenyDeclaredGranteesOtherGrants denies everyone a grant to a declared grantee that
// is not the declared one: of other operations, without the constraint, or for
// another encryption context. It is one statement a way of deviating, since
// conditions within one are combined with AND.
func DenyDeclaredGranteesOtherGrants(grants DeclaredGrants) []keypolicy.Statement {
	if len(grants.Grantees) == 0 {
		return nil
	}
	deny := func(what string, deviation keypolicy.Condition) keypolicy.Statement {
		return denyGrants("DenyDeclaredGrantees"+what, when("StringEquals", keyGranteePrincipal, grants.Grantees...), deviation)
	}
	statements := []keypolicy.Statement{
		deny("Operations", when("ForAnyValue:StringNotEquals", keyGrantOperations, grants.Operations...)),
		deny("ConstraintType", when("StringNotEquals", keyGrantConstraintType, subset)),
	}
	for _, name := range grants.contextNames() {
		statements = append(statements, deny(SidPart(name)+"Context", when("StringNotEquals", encryptionContextKey(name), grants.EncryptionContextSubset[name])))
	}
	return statements
}

// DenyGrantsToOtherAccounts denies everyone a grant that carries the key's use out
// of its account: to an ARN of another account that is not declared, whatever its
// role is called, and to an AWS service for a resource that is not of the account.
// A grant has a principal or a service as its grantee, never both, and one to a
// service needs a source. See the KMS API Reference, "CreateGrant".
//
// Left alone are grants that AWS services make for a resource: some of their
// grantees are accounts of AWS.
func DenyGrantsToOtherAccounts(location Location, declared DeclaredGrants) []keypolicy.Statement {
	within := slices.Concat(declared.Grantees, []string{location.arnIn("", "iam", "*"), location.arnIn("", "sts", "*")})
	// Where the key is missing from a request, a plain Bool would not match and the
	// statement would deny nothing.
	byItself := when("BoolIfExists", keyGrantIsForAwsResource, "false")
	return []keypolicy.Statement{
		denyGrants("DenyGrantsToOtherAccounts", absent(keyGranteeService), when("StringNotLike", keyGranteePrincipal, within...), byItself),
		denyGrants("DenyGrantsToServicesForOtherAccounts", present(keyGranteeService),
			when("ArnNotLike", keyGrantConstraintSource, "arn:"+location.Partition+":*:*:"+location.AccountId+":*"), byItself),
	}
}

func denyGrants(sid string, conditions ...keypolicy.Condition) keypolicy.Statement {
	return keypolicy.Statement{
		Sid: sid, Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()},
		Actions: []string{"kms:CreateGrant"}, Conditions: conditions,
	}
}

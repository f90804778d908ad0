package statements

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// EncryptionContext is what the encryption context of every direct use of a data
// key must say.
type EncryptionContext struct {
	// App and Env are the exact values of "app" and "env".
	App, Env string
	// Services are the values that "service" may take; none means any that is not
	// empty.
	Services []string
}

// For is the same context, bound to one service.
func (c EncryptionContext) For(service string) EncryptionContext {
	c.Services = []string{service}
	return c
}

func (c EncryptionContext) present() []keypolicy.Condition {
	conditions := []keypolicy.Condition{
		when("StringEquals", encryptionContextKey("app"), c.App),
		when("StringEquals", encryptionContextKey("env"), c.Env),
	}
	if len(c.Services) == 0 {
		return append(conditions, when("StringLike", encryptionContextKey("service"), "?*"))
	}
	return append(conditions, when("StringEquals", encryptionContextKey("service"), c.Services...))
}

// AllowDirectUse permits roles to call KMS themselves for what the verb does with a
// symmetric key, with the encryption context. Requests through another service are left to the statements for that
// service: S3 passes on pairs that its caller adds, so without that limit a role
// could use the key for any bucket by naming app, env and service.
func AllowDirectUse(location Location, sid string, verb Verb, roles Roles, context EncryptionContext) []keypolicy.Statement {
	return roles.allow(location, sid, verb.actions, append(context.present(), absent(keyViaService))...)
}

// AllowServiceRoleDescribeKey permits roles to look the key up. DescribeKey
// carries no encryption context, so it stands apart. Roles by pattern need no
// statement: they depend on IAM policies anyhow, and every key lets those of the
// account decide about DescribeKey.
func AllowServiceRoleDescribeKey(location Location, roles Roles) []keypolicy.Statement {
	roles.ArnPatterns = nil
	return roles.allow(location, "AllowServiceRoleDescribeKey", []string{"kms:DescribeKey"})
}

// AllowDescribeKeyByPattern permits roles by pattern to look up a key whose policy does
// not leave that to their account.
func AllowDescribeKeyByPattern(location Location, roles Roles) []keypolicy.Statement {
	roles.Arns = nil
	return roles.allow(location, "AllowServiceRoleDescribeKey", []string{"kms:DescribeKey"})
}

// DenyDirectUseWithoutContext denies everyone who calls KMS directly the use of
// the key unless each part of the encryption context is right: one statement a
// part, since conditions within one are combined with AND. It binds callers that
// IAM policies or grants allow, too.
//
// Left alone are requests through another AWS service, requests by AWS services
// themselves, and the contexts that the services served make in calls of their own
// without kms:ViaService.
func DenyDirectUseWithoutContext(context EncryptionContext, served ...Served) []keypolicy.Statement {
	service := when("StringNotLike", encryptionContextKey("service"), "?*")
	if len(context.Services) > 0 {
		service = when("StringNotEquals", encryptionContextKey("service"), context.Services...)
	}
	return []keypolicy.Statement{
		denyDirectUse("DenyDirectUseWithoutAppContext", served, when("StringNotEquals", encryptionContextKey("app"), context.App)),
		denyDirectUse("DenyDirectUseWithoutEnvContext", served, when("StringNotEquals", encryptionContextKey("env"), context.Env)),
		denyDirectUse("DenyDirectUseWithoutServiceContext", served, service),
	}
}

// DenyDirectUse denies everyone but AWS services the direct use of a key that
// nobody needs to call directly. Left alone is what
// [DenyDirectUseWithoutContext] leaves alone.
func DenyDirectUse(served ...Served) []keypolicy.Statement {
	return []keypolicy.Statement{denyDirectUse("DenyDirectUse", served)}
}

func denyDirectUse(sid string, served []Served, conditions ...keypolicy.Condition) keypolicy.Statement {
	conditions = append(conditions, absent(keyViaService), when("BoolIfExists", keyPrincipalIsAwsService, "false"))
	if names := directContextKeys(served); len(names) > 0 {
		// True for an empty context as well, which is what a Deny needs.
		conditions = append(conditions, when("ForAllValues:StringNotEquals", keyEncryptionContextKeys, names...))
	}
	return keypolicy.Statement{
		Sid: sid, Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()},
		Actions: slices.Clone(cryptographicActions), Conditions: conditions,
	}
}

// directContextKeys are the keys by which the contexts of calls are known that the
// services make without kms:ViaService.
func directContextKeys(served []Served) []string {
	var names []string
	for _, s := range served {
		names = append(names, s.service.directContextKeys...)
	}
	return names
}

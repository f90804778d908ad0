package kmstier

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// dataKeyPolicy is what the data key's policy says within the scope.
func (s settings) dataKeyPolicy(location statements.Location) keypolicy.Document {
	of, _ := s.findPurpose(purposeData)
	return s.contextKeyPolicy(of, location)
}

// contextKeyPolicy is what the policy of a symmetric key says that roles use: always
// with an encryption context.
func (s settings) contextKeyPolicy(of purpose, location statements.Location) keypolicy.Document {
	served := s.servedBy(of.name)
	return keypolicy.Document{Statements: slices.Concat(
		s.everyKeyStatements(location, of),
		s.contextUse(of, location),
		statements.AllowDeploymentThroughServices(location, s.deployers(of.name), served...),
		statements.AllowServices(location, served...),
		statements.AllowLinkedRoles(location, served...),
		statements.DenyDirectUseWithoutContext(s.encryptionContext(), served...),
		s.shareStatements(of.name, location),
		s.extras[of.name],
	)}
}

// contextUse is what lets roles use a symmetric key: directly, and through the services
// that it serves.
func (s settings) contextUse(of purpose, location statements.Location) []keypolicy.Statement {
	context, served := s.encryptionContext(), s.servedBy(of.name)
	var document []keypolicy.Statement
	for _, verb := range contextVerbs {
		document = append(document, statements.AllowDirectUse(location, "AllowServiceRoleDirect"+verb.row().Use(), verb.row(), s.unboundUsersBy(of.name, verb), context)...)
		for _, service := range s.boundServices(of.name, verb) {
			document = append(document, statements.AllowDirectUse(location, directUseSid(verb, service), verb.row(),
				s.rolesOfService(of.name, verb, service), context.For(service))...)
		}
	}
	for _, verb := range contextVerbs {
		document = append(document, statements.AllowUseThroughServices(location, verb.row(), s.usersBy(of.name, verb), served...)...)
	}
	return slices.Concat(document,
		statements.AllowGrantsForAwsResources(location, s.usersBy(of.name, EncryptDecrypt), served...),
		statements.AllowServiceRoleDescribeKey(location, s.users(of.name)),
	)
}

// contextVerbs are those of keys that take an encryption context.
var contextVerbs = []Verb{EncryptDecrypt, Encrypt, Decrypt}

// verbKeyPolicy is what the policy of an asymmetric or HMAC key says: who uses it, since
// there is no encryption context to tell what for.
func (s settings) verbKeyPolicy(of purpose, location statements.Location) keypolicy.Document {
	return keypolicy.Document{Statements: slices.Concat(s.everyKeyStatements(location, of), s.verbUse(of, location), s.extras[of.name])}
}

// verbUse is what lets roles use such a key.
func (s settings) verbUse(of purpose, location statements.Location) []keypolicy.Statement {
	var document []keypolicy.Statement
	for _, name := range statements.VerbNames(of.usage) {
		verb := Verb(name)
		document = append(document, statements.AllowVerb(location, s.rolesOfVerb(of.name, verb), verb.row())...)
	}
	return document
}

// logsKeyPolicy is what the logs key's policy says within the scope.
func (s settings) logsKeyPolicy(location statements.Location) keypolicy.Document {
	served := s.servedBy(purposeLogs)
	of, _ := s.findPurpose(purposeLogs)
	return keypolicy.Document{Statements: slices.Concat(
		s.everyKeyStatements(location, of),
		statements.AllowServices(location, served...),
		statements.AllowOrganizationTrail(s.organizationTrailArn),
		statements.AllowApplicationLogsThroughS3(location, s.logWriters(), servedNames(served, "S3"), s.logsBucketArn),
		statements.AllowSecurityAccountReadLogs(location, s.security.principals(location)),
		statements.AllowLogsAccountArchive(location, s.logs.principals(location)),
		statements.DenyDirectUse(served...),
		s.shareStatements(purposeLogs, location),
		s.extras[purposeLogs],
	)}
}

func (s settings) everyKeyStatements(location statements.Location, of purpose) []keypolicy.Statement {
	account := statements.EnableIamUserPermissions(location)
	administrators := s.administrators(of.name)
	grants := of.grants(s, location)
	if s.accountAccess == AdministerOnly {
		account = statements.EnableIamKeyAdministration(location)
	}
	regions := s.replicaRegionNames()
	if s.accountAccess == AdministerOnly {
		account = append(account, statements.AllowKeyReplication(location, regions)...)
	}
	return slices.Concat(
		account,
		statements.AllowKeyAdministration(location, administrators),
		statements.AllowDeclaredGrants(location, administrators, grants),
		statements.DenyKeyAdministratorsCryptographicUse(administrators),
		statements.DenyKeyAdministratorsUndeclaredGrants(administrators, grants),
		statements.DenyDeclaredGranteesOtherGrants(grants),
		statements.DenyGrantsToOtherAccounts(location, grants),
		statements.DenyEarlyKeyDeletion(s.deletionWindowDays),
		statements.DenyPolicyLockoutBypass(),
		statements.DenyKeyReplicationElsewhere(regions),
		statements.AllowSecurityAccountAudit(s.security.principals(location)),
	)
}

// dataKeyGrants let the security account decrypt the environment's data.
func (s settings) dataKeyGrants(location statements.Location) statements.DeclaredGrants {
	return statements.DeclaredGrants{
		Grantees:                granteeArns(s.security.principals(location)),
		Operations:              []string{"Decrypt", "DescribeKey"},
		EncryptionContextSubset: map[string]string{"app": s.app, "env": s.environment},
	}
}

// logsKeyGrants let the logs account archive into its bucket. A grant takes no
// wildcards, so without the bucket's ARN there is nothing to bind it to.
func (s settings) logsKeyGrants(location statements.Location) statements.DeclaredGrants {
	if s.logsBucketArn == "" {
		return statements.DeclaredGrants{}
	}
	return statements.DeclaredGrants{
		Grantees:                granteeArns(s.logs.principals(location)),
		Operations:              []string{"Decrypt", "DescribeKey", "GenerateDataKey"},
		EncryptionContextSubset: map[string]string{"aws:s3:arn": s.logsBucketArn},
	}
}

func granteeArns(principals []keypolicy.Principal) []string {
	arns := make([]string, 0, len(principals))
	for _, principal := range principals {
		arns = append(arns, principal.Id)
	}
	return arns
}

func (s settings) encryptionContext() statements.EncryptionContext {
	return statements.EncryptionContext{App: s.app, Env: s.environment, Services: s.services}
}

// directUseSid is the Sid of the statement for roles bound to a service:
// "svc-ingest-api" gives AllowDirectUseBySvcIngestApi.
func directUseSid(verb Verb, service string) string {
	return "AllowDirect" + verb.row().Use() + "By" + statements.SidPart(service)
}

// sharedSid is the Sid that statements for two services would both have, or "".
// Each may have a second statement, for its roles by pattern.
func sharedSid(service, other string) string {
	a, b := directUseSid(EncryptDecrypt, service), directUseSid(EncryptDecrypt, other)
	switch {
	case a == b, a == b+statements.ByPattern:
		return a
	case a+statements.ByPattern == b:
		return b
	}
	return ""
}

package kmstier

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// dataKeyPolicy is what the data key's policy says within the scope.
func (s settings) dataKeyPolicy(location statements.Location) keypolicy.Document {
	context := s.encryptionContext()
	users := s.users()
	served := s.servedBy(purposeData)
	document := slices.Concat(
		s.everyKeyStatements(location, s.dataKeyGrants(location)),
		statements.AllowDirectUse(location, "AllowServiceRoleDirectUse", s.rolesThat(useAnyService), context),
	)
	for _, service := range s.boundServices() {
		document = append(document, statements.AllowDirectUse(location, directUseSid(service),
			s.rolesOfService(service), context.For(service))...)
	}
	document = slices.Concat(document,
		statements.AllowUseThroughServices(location, users, served...),
		statements.AllowGrantsForAwsResources(location, users, served...),
		statements.AllowServiceRoleDescribeKey(location, users),
		statements.AllowDeploymentThroughServices(location, s.rolesThat(deploy), served...),
		statements.AllowServices(location, served...),
		statements.AllowLinkedRoles(location, served...),
		statements.DenyDirectUseWithoutContext(context, served...),
		s.shareStatements(purposeData, location),
		s.extras[purposeData],
	)
	return keypolicy.Document{Statements: document}
}

// logsKeyPolicy is what the logs key's policy says within the scope.
func (s settings) logsKeyPolicy(location statements.Location) keypolicy.Document {
	served := s.servedBy(purposeLogs)
	return keypolicy.Document{Statements: slices.Concat(
		s.everyKeyStatements(location, s.logsKeyGrants(location)),
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

func (s settings) everyKeyStatements(location statements.Location, grants statements.DeclaredGrants) []keypolicy.Statement {
	account := statements.EnableIamUserPermissions(location)
	administrators := s.rolesThat(administer)
	if s.accountAccess == AdministerOnly {
		account = statements.EnableIamKeyAdministration(location)
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
func directUseSid(service string) string {
	return "AllowDirectUseBy" + statements.SidPart(service)
}

// sharedSid is the Sid that statements for two services would both have, or "".
// Each may have a second statement, for its roles by pattern.
func sharedSid(service, other string) string {
	a, b := directUseSid(service), directUseSid(other)
	switch {
	case a == b, a == b+statements.ByPattern:
		return a
	case a+statements.ByPattern == b:
		return b
	}
	return ""
}

package kmstier

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// dataKeyPolicy is what the data key's policy says within the scope.
func (s settings) dataKeyPolicy(scope keypolicy.Scope) keypolicy.Document {
	context := s.encryptionContext()
	users := s.users()
	statements := slices.Concat(
		s.everyKeyStatements(scope, s.dataKeyGrants(scope)),
		keypolicy.AllowDirectUse(scope, "AllowServiceRoleDirectUse", s.unboundRoles, context),
	)
	for _, bound := range s.rolesByService() {
		statements = append(statements, keypolicy.AllowDirectUse(scope, directUseSid(bound.Service),
			bound.roles(), context.For(bound.Service))...)
	}
	statements = slices.Concat(statements,
		keypolicy.AllowUseThroughS3(scope, users, s.encrypted.BucketNames),
		keypolicy.AllowUseThroughDynamoDb(scope, users, s.encrypted.TableNames),
		keypolicy.AllowUseThroughEbs(scope, users),
		keypolicy.AllowUseThroughSecretsManager(scope, users, s.encrypted.SecretNames),
		keypolicy.AllowGrantsForAwsResources(scope, users),
		keypolicy.AllowServiceRoleDescribeKey(scope, users),
		keypolicy.AllowDeploymentThroughServices(scope, s.deployers),
		keypolicy.AllowCloudWatchLogs(scope, s.encrypted.LogGroupNames),
		keypolicy.DenyDirectUseWithoutContext(context),
		s.extraStatements[purposeData],
	)
	return keypolicy.Document{Statements: statements}
}

// logsKeyPolicy is what the logs key's policy says within the scope.
func (s settings) logsKeyPolicy(scope keypolicy.Scope) keypolicy.Document {
	return keypolicy.Document{Statements: slices.Concat(
		s.everyKeyStatements(scope, s.logsKeyGrants(scope)),
		keypolicy.AllowCloudTrail(scope),
		keypolicy.AllowLogDelivery(scope),
		keypolicy.AllowCloudWatchLogs(scope, s.encrypted.LogGroupNames),
		keypolicy.AllowApplicationLogsThroughS3(scope, s.logWriters(), s.encrypted.BucketNames, s.logsBucketArn),
		keypolicy.AllowSecurityAccountReadLogs(scope, s.securityPrincipals(scope)),
		keypolicy.AllowLogsAccountArchive(scope, s.logsPrincipals(scope)),
		s.extraStatements[purposeLogs],
	)}
}

func (s settings) everyKeyStatements(scope keypolicy.Scope, grants keypolicy.Grants) []keypolicy.Statement {
	account := keypolicy.EnableIamUserPermissions(scope)
	if s.accountAccess == AdministerOnly {
		account = keypolicy.EnableIamKeyAdministration(scope)
	}
	return slices.Concat(
		account,
		keypolicy.AllowKeyAdministration(scope, s.administrators),
		keypolicy.AllowDeclaredGrants(scope, s.administrators, grants),
		keypolicy.DenyKeyAdministratorsCryptographicUse(s.administrators),
		keypolicy.DenyKeyAdministratorsUndeclaredGrants(s.administrators, grants),
		keypolicy.DenyEarlyKeyDeletion(s.deletionWindowDays),
		keypolicy.DenyPolicyLockoutBypass(),
		keypolicy.AllowSecurityAccountAudit(s.securityPrincipals(scope)),
	)
}

// dataKeyGrants let the security account decrypt the environment's data.
func (s settings) dataKeyGrants(scope keypolicy.Scope) keypolicy.Grants {
	return keypolicy.Grants{
		Grantees:                granteeArns(s.securityPrincipals(scope)),
		Operations:              []string{"Decrypt", "DescribeKey"},
		EncryptionContextSubset: map[string]string{"app": s.app, "env": s.environment},
	}
}

// logsKeyGrants let the logs account archive into its bucket. A grant takes no
// wildcards, so without the bucket's ARN there is nothing to bind it to.
func (s settings) logsKeyGrants(scope keypolicy.Scope) keypolicy.Grants {
	if s.logsBucketArn == "" {
		return keypolicy.Grants{}
	}
	return keypolicy.Grants{
		Grantees:                granteeArns(s.logsPrincipals(scope)),
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

func (s settings) securityPrincipals(scope keypolicy.Scope) []keypolicy.Principal {
	return otherAccountPrincipals(scope, s.securityAccountId, s.securityRoleArns)
}

func (s settings) logsPrincipals(scope keypolicy.Scope) []keypolicy.Principal {
	return otherAccountPrincipals(scope, s.logsAccountId, s.logsRoleArns)
}

func otherAccountPrincipals(scope keypolicy.Scope, accountId string, roleArns []string) []keypolicy.Principal {
	switch {
	case accountId == "":
		return nil
	case len(roleArns) == 0:
		return []keypolicy.Principal{scope.AccountRoot(accountId)}
	default:
		return keypolicy.AwsPrincipals(keypolicy.Canonical(roleArns))
	}
}

func (s settings) encryptionContext() keypolicy.EncryptionContext {
	return keypolicy.EncryptionContext{App: s.app, Env: s.environment, Services: s.services}
}

// directUseSid is the Sid of the statement for roles bound to a service:
// "svc-ingest-api" gives AllowDirectUseBySvcIngestApi.
func directUseSid(service string) string {
	words := strings.FieldsFunc(service, func(r rune) bool { return strings.ContainsRune("-_.", r) })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return "AllowDirectUseBy" + strings.Join(words, "")
}

// sharedSid is the Sid that statements for two services would both have, or "".
// Each may have a second statement, for its roles by pattern.
func sharedSid(service, other string) string {
	a, b := directUseSid(service), directUseSid(other)
	switch {
	case a == b, a == b+keypolicy.ByPattern:
		return a
	case a+keypolicy.ByPattern == b:
		return b
	}
	return ""
}

package differential

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

const (
	account         = "123456789012"
	securityAccount = "098765432109"
	logsAccount     = "111111111111"
	keyArn          = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

func roleArn(name string) string { return "arn:aws:iam::" + account + ":role/" + name }

// realDocuments are policies as the tier's keys carry them: the data key's with
// and without delegation to IAM, and the logs key's.
func realDocuments() []keypolicy.Document {
	scope := statements.Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: account}
	users := statements.Roles{Arns: []string{roleArn("LambdaETLRole"), roleArn("FargateTaskRole"), roleArn("GlueJobRole")}, ArnPatterns: []string{roleArn("team/data/*")}}
	administrators := statements.Roles{Arns: []string{roleArn("PipelineExecutionRole")}}
	deployers := statements.Roles{Arns: []string{roleArn("Deployer")}}
	context := statements.EncryptionContext{App: "neurocipher-pipeline", Env: "prod"}
	served := []statements.Served{
		statements.Serve("S3", "nc-dp-prod-*", "nc-dp-raw"), statements.Serve("DynamoDb", "nc-dp-prod-*"), statements.Serve("Ebs"),
		statements.Serve("SecretsManager", "nc-dp/*", "x"), statements.Serve("CloudWatchLogs", "/aws/lambda/nc-dp-*", "nc-dp"),
		statements.Serve("Lambda"), statements.Serve("Rds"), statements.Serve("Ssm"),
	}
	security := []keypolicy.Principal{scope.AccountRoot(securityAccount)}
	logs := []keypolicy.Principal{scope.AccountRoot(logsAccount)}
	grants := statements.DeclaredGrants{
		Grantees: []string{"arn:aws:iam::" + securityAccount + ":root"}, Operations: []string{"Decrypt", "DescribeKey"},
		EncryptionContextSubset: map[string]string{"app": context.App, "env": context.Env},
	}
	everyKey := func(root []keypolicy.Statement) []keypolicy.Statement {
		return slices.Concat(
			root,
			statements.AllowKeyAdministration(scope, administrators),
			statements.AllowDeclaredGrants(scope, administrators, grants),
			statements.DenyKeyAdministratorsCryptographicUse(administrators),
			statements.DenyKeyAdministratorsUndeclaredGrants(administrators, grants),
			statements.DenyDeclaredGranteesOtherGrants(grants),
			statements.DenyGrantsToOtherAccounts(scope, grants),
			statements.DenyEarlyKeyDeletion(30),
			statements.DenyPolicyLockoutBypass(),
			statements.AllowSecurityAccountAudit(security),
		)
	}
	data := slices.Concat(
		statements.AllowDirectUse(scope, "AllowServiceRoleDirectUse", statements.MustVerb("EncryptDecrypt"), users, context),
		statements.AllowDirectUse(scope, "AllowDirectUseBySvcEmbed", statements.MustVerb("EncryptDecrypt"), deployers, context.For("svc-embed")),
		statements.AllowUseThroughServices(scope, statements.MustVerb("EncryptDecrypt"), users, served...),
		statements.AllowGrantsForAwsResources(scope, users, served...),
		statements.AllowServiceRoleDescribeKey(scope, users),
		statements.AllowDeploymentThroughServices(scope, deployers, served...),
		statements.AllowServices(scope, served...),
		statements.DenyDirectUseWithoutContext(context, served...),
	)
	archive := slices.Concat(
		statements.AllowServices(scope, statements.Serve("CloudTrail"), statements.Serve("LogDelivery"), statements.Serve("CloudWatchLogs", "*")),
		statements.AllowSecurityAccountReadLogs(scope, security),
		statements.AllowLogsAccountArchive(scope, logs),
		statements.DenyDirectUse(),
	)
	return []keypolicy.Document{
		{Statements: append(everyKey(statements.EnableIamUserPermissions(scope)), data...)},
		{Statements: append(everyKey(statements.EnableIamKeyAdministration(scope)), data...)},
		{Statements: append(everyKey(statements.EnableIamUserPermissions(scope)), archive...)},
	}
}

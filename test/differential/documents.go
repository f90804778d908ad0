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
			statements.DenyEarlyKeyDeletion(30),
			statements.DenyPolicyLockoutBypass(),
			statements.AllowSecurityAccountAudit(security),
		)
	}
	data := slices.Concat(
		statements.AllowDirectUse(scope, "AllowServiceRoleDirectUse", users, context),
		statements.AllowDirectUse(scope, "AllowDirectUseBySvcEmbed", deployers, context.For("svc-embed")),
		statements.AllowUseThroughS3(scope, users, []string{"nc-dp-prod-*", "nc-dp-raw"}),
		statements.AllowUseThroughDynamoDb(scope, users, []string{"nc-dp-prod-*"}),
		statements.AllowUseThroughEbs(scope, users),
		statements.AllowUseThroughSecretsManager(scope, users, []string{"nc-dp/*", "x"}),
		statements.AllowGrantsForAwsResources(scope, users),
		statements.AllowServiceRoleDescribeKey(scope, users),
		statements.AllowDeploymentThroughServices(scope, deployers),
		statements.AllowCloudWatchLogs(scope, []string{"/aws/lambda/nc-dp-*", "nc-dp"}),
		statements.DenyDirectUseWithoutContext(context),
	)
	archive := slices.Concat(
		statements.AllowCloudTrail(scope),
		statements.AllowLogDelivery(scope),
		statements.AllowCloudWatchLogs(scope, []string{"*"}),
		statements.AllowSecurityAccountReadLogs(scope, security),
		statements.AllowLogsAccountArchive(scope, logs),
	)
	return []keypolicy.Document{
		{Statements: append(everyKey(statements.EnableIamUserPermissions(scope)), data...)},
		{Statements: append(everyKey(statements.EnableIamKeyAdministration(scope)), data...)},
		{Statements: append(everyKey(statements.EnableIamUserPermissions(scope)), archive...)},
	}
}

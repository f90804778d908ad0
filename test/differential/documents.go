package differential

import (
	"slices"

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
	scope := keypolicy.Scope{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: account}
	users := keypolicy.Roles{Arns: []string{roleArn("LambdaETLRole"), roleArn("FargateTaskRole"), roleArn("GlueJobRole")}, ArnPatterns: []string{roleArn("team/data/*")}}
	administrators := keypolicy.Roles{Arns: []string{roleArn("PipelineExecutionRole")}}
	deployers := keypolicy.Roles{Arns: []string{roleArn("Deployer")}}
	context := keypolicy.EncryptionContext{App: "neurocipher-pipeline", Env: "prod"}
	security := []keypolicy.Principal{scope.AccountRoot(securityAccount)}
	logs := []keypolicy.Principal{scope.AccountRoot(logsAccount)}
	grants := keypolicy.Grants{
		Grantees: []string{"arn:aws:iam::" + securityAccount + ":root"}, Operations: []string{"Decrypt", "DescribeKey"},
		EncryptionContextSubset: map[string]string{"app": context.App, "env": context.Env},
	}
	everyKey := func(root []keypolicy.Statement) []keypolicy.Statement {
		return slices.Concat(
			root,
			keypolicy.AllowKeyAdministration(scope, administrators),
			keypolicy.AllowDeclaredGrants(scope, administrators, grants),
			keypolicy.DenyKeyAdministratorsCryptographicUse(administrators),
			keypolicy.DenyKeyAdministratorsUndeclaredGrants(administrators, grants),
			keypolicy.DenyEarlyKeyDeletion(30),
			keypolicy.DenyPolicyLockoutBypass(),
			keypolicy.AllowSecurityAccountAudit(security),
		)
	}
	data := slices.Concat(
		keypolicy.AllowDirectUse(scope, "AllowServiceRoleDirectUse", users, context),
		keypolicy.AllowDirectUse(scope, "AllowDirectUseBySvcEmbed", deployers, context.For("svc-embed")),
		keypolicy.AllowUseThroughS3(scope, users, []string{"nc-dp-prod-*", "nc-dp-raw"}),
		keypolicy.AllowUseThroughDynamoDb(scope, users, []string{"nc-dp-prod-*"}),
		keypolicy.AllowUseThroughEbs(scope, users),
		keypolicy.AllowUseThroughSecretsManager(scope, users, []string{"nc-dp/*", "x"}),
		keypolicy.AllowGrantsForAwsResources(scope, users),
		keypolicy.AllowServiceRoleDescribeKey(scope, users),
		keypolicy.AllowDeploymentThroughServices(scope, deployers),
		keypolicy.AllowCloudWatchLogs(scope, []string{"/aws/lambda/nc-dp-*", "nc-dp"}),
		keypolicy.DenyDirectUseWithoutContext(context),
	)
	archive := slices.Concat(
		keypolicy.AllowCloudTrail(scope),
		keypolicy.AllowLogDelivery(scope),
		keypolicy.AllowCloudWatchLogs(scope, []string{"*"}),
		keypolicy.AllowSecurityAccountReadLogs(scope, security),
		keypolicy.AllowLogsAccountArchive(scope, logs),
	)
	return []keypolicy.Document{
		{Statements: append(everyKey(keypolicy.EnableIamUserPermissions(scope)), data...)},
		{Statements: append(everyKey(keypolicy.EnableIamKeyAdministration(scope)), data...)},
		{Statements: append(everyKey(keypolicy.EnableIamUserPermissions(scope)), archive...)},
	}
}

package keypolicy

import "slices"

// AllowCloudWatchLogs permits CloudWatch Logs of the key's Region to encrypt the
// log groups of the key's account. The log group names may hold "*" and "?";
// without any there is no statement. See the CloudWatch Logs User Guide,
// "Encrypt log data in CloudWatch Logs using AWS KMS". Its example allows
// kms:Describe* as well, to no effect: DescribeKey carries no encryption context.
func AllowCloudWatchLogs(scope Scope, logGroupNames []string) []Statement {
	if len(logGroupNames) == 0 {
		return nil
	}
	arns := make([]string, 0, len(logGroupNames))
	for _, name := range logGroupNames {
		arns = append(arns, scope.arn("logs", "log-group:"+name))
	}
	return []Statement{{
		Sid: "AllowCloudWatchLogs", Effect: Allow,
		Principals: []Principal{ServicePrincipal(scope.regionalService("logs"))},
		Actions:    slices.Clone(cryptographicActions),
		Conditions: []Condition{when("ArnLike", encryptionContextKey("aws:logs:arn"), arns...)},
	}}
}

// AllowCloudTrail permits CloudTrail to encrypt the log files of the account's
// trails, home Region whichever. See the CloudTrail User Guide, "Configure AWS
// KMS key policies for CloudTrail": Decrypt serves buckets with bucket keys on.
func AllowCloudTrail(scope Scope) []Statement {
	trails := scope.arnIn("*", "cloudtrail", "trail/*")
	source := when("ArnLike", keySourceArn, trails)
	cloudTrail := []Principal{ServicePrincipal("cloudtrail.amazonaws.com")}
	return []Statement{
		{
			Sid: "AllowCloudTrailEncrypt", Effect: Allow, Principals: cloudTrail,
			Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
			Conditions: []Condition{source, when("StringLike", encryptionContextKey("aws:cloudtrail:arn"), trails)},
		},
		{
			Sid: "AllowCloudTrailDescribeKey", Effect: Allow, Principals: cloudTrail,
			Actions:    []string{"kms:DescribeKey"},
			Conditions: []Condition{source},
		},
	}
}

// AllowLogDelivery permits the delivery of VPC flow logs and other vended logs
// of the account to encrypted buckets. See the VPC User Guide, "Publish flow
// logs to Amazon S3".
func AllowLogDelivery(scope Scope) []Statement {
	return []Statement{{
		Sid: "AllowLogDelivery", Effect: Allow,
		Principals: []Principal{ServicePrincipal("delivery.logs.amazonaws.com")},
		Actions:    append([]string{"kms:DescribeKey"}, cryptographicActions...),
		Conditions: []Condition{
			when("StringEquals", keySourceAccount, scope.AccountId),
			when("ArnLike", keySourceArn, scope.arn("logs", "*")),
		},
	}}
}

// AllowApplicationLogsThroughS3 permits roles to write and read application logs
// in the buckets of these names and, unless its ARN is empty, in the central
// bucket; nothing directly.
func AllowApplicationLogsThroughS3(scope Scope, roles Roles, bucketNames []string, centralBucketArn string) []Statement {
	arns := bucketArns(scope, bucketNames)
	if centralBucketArn != "" {
		arns = append(arns, centralBucketArn)
	}
	return throughS3(scope, "AllowApplicationLogsThroughS3", roles, arns)
}

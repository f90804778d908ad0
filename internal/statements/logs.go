package statements

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// AllowCloudWatchLogs permits CloudWatch Logs of the key's Region to encrypt the
// log groups of the key's account. The log group names may hold "*" and "?";
// without any there is no statement. See the CloudWatch Logs User Guide,
// "Encrypt log data in CloudWatch Logs using AWS KMS". Its example allows
// kms:Describe* as well, to no effect: DescribeKey carries no encryption context.
func AllowCloudWatchLogs(location Location, logGroupNames []string) []keypolicy.Statement {
	if len(logGroupNames) == 0 {
		return nil
	}
	arns := make([]string, 0, len(logGroupNames))
	for _, name := range logGroupNames {
		arns = append(arns, location.arn("logs", "log-group:"+name))
	}
	return []keypolicy.Statement{{
		Sid: "AllowCloudWatchLogs", Effect: keypolicy.Allow,
		Principals: []keypolicy.Principal{keypolicy.ServicePrincipal(location.regionalService("logs"))},
		Actions:    slices.Clone(cryptographicActions),
		Conditions: []keypolicy.Condition{when("ArnLike", encryptionContextKey("aws:logs:arn"), arns...)},
	}}
}

// AllowCloudTrail permits CloudTrail to encrypt the log files of the account's
// trails, home Region whichever. See the CloudTrail User Guide, "Configure AWS
// KMS key policies for CloudTrail": Decrypt serves buckets with bucket keys on.
func AllowCloudTrail(location Location) []keypolicy.Statement {
	trails := location.arnIn("*", "cloudtrail", "trail/*")
	source := when("ArnLike", keySourceArn, trails)
	cloudTrail := []keypolicy.Principal{keypolicy.ServicePrincipal("cloudtrail.amazonaws.com")}
	return []keypolicy.Statement{
		{
			Sid: "AllowCloudTrailEncrypt", Effect: keypolicy.Allow, Principals: cloudTrail,
			Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
			Conditions: []keypolicy.Condition{source, when("StringLike", encryptionContextKey("aws:cloudtrail:arn"), trails)},
		},
		{
			Sid: "AllowCloudTrailDescribeKey", Effect: keypolicy.Allow, Principals: cloudTrail,
			Actions:    []string{"kms:DescribeKey"},
			Conditions: []keypolicy.Condition{source},
		},
	}
}

// AllowLogDelivery permits the delivery of VPC flow logs and other vended logs
// of the account to encrypted buckets. See the VPC User Guide, "Publish flow
// logs to Amazon S3".
func AllowLogDelivery(location Location) []keypolicy.Statement {
	return []keypolicy.Statement{{
		Sid: "AllowLogDelivery", Effect: keypolicy.Allow,
		Principals: []keypolicy.Principal{keypolicy.ServicePrincipal("delivery.logs.amazonaws.com")},
		Actions:    append([]string{"kms:DescribeKey"}, cryptographicActions...),
		Conditions: []keypolicy.Condition{
			when("StringEquals", keySourceAccount, location.AccountId),
			when("ArnLike", keySourceArn, location.arn("logs", "*")),
		},
	}}
}

// AllowApplicationLogsThroughS3 permits roles to write and read application logs
// in the buckets of these names and, unless its ARN is empty, in the central
// bucket; nothing directly.
func AllowApplicationLogsThroughS3(location Location, roles Roles, bucketNames []string, centralBucketArn string) []keypolicy.Statement {
	arns := bucketArns(location, bucketNames)
	if centralBucketArn != "" {
		arns = append(arns, centralBucketArn)
	}
	return throughS3(location, "AllowApplicationLogsThroughS3", roles, arns)
}

package statements

import (
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// AllowUseThroughS3 permits roles to read and write objects of the buckets. The
// bucket names may hold "*" and "?"; without any there is no statement. See the
// S3 User Guide, "Using server-side encryption with AWS KMS keys" and
// "Configuring S3 Bucket Keys".
func AllowUseThroughS3(location Location, roles Roles, bucketNames []string) []keypolicy.Statement {
	return throughS3(location, "AllowUseThroughS3", roles, bucketArns(location, bucketNames))
}

// throughS3 matches S3's encryption context: the bucket's ARN where bucket keys
// are on, else the object's. Objects written before bucket keys were switched on
// keep the object's ARN, so both are named.
func throughS3(location Location, sid string, roles Roles, bucketArns []string) []keypolicy.Statement {
	if len(bucketArns) == 0 {
		return nil
	}
	var arns []string
	for _, bucket := range bucketArns {
		arns = append(arns, bucket)
		if !strings.HasSuffix(bucket, "*") {
			arns = append(arns, bucket+"/*")
		}
	}
	return roles.allow(location, sid, []string{"kms:Decrypt", "kms:GenerateDataKey"},
		append(location.through("s3"), when("ArnLike", encryptionContextKey("aws:s3:arn"), arns...))...)
}

func bucketArns(location Location, bucketNames []string) []string {
	arns := make([]string, 0, len(bucketNames))
	for _, name := range bucketNames {
		arns = append(arns, "arn:"+location.Partition+":s3:::"+name)
	}
	return arns
}

// AllowUseThroughDynamoDb permits roles to use the tables. The table names may
// hold "*" and "?"; without any there is no statement. See the DynamoDB
// Developer Guide, "DynamoDB encryption at rest: usage notes".
func AllowUseThroughDynamoDb(location Location, roles Roles, tableNames []string) []keypolicy.Statement {
	if len(tableNames) == 0 {
		return nil
	}
	return roles.allow(location, "AllowUseThroughDynamoDb", cryptographicActions,
		append(location.through("dynamodb"),
			when("StringLike", encryptionContextKey("aws:dynamodb:tableName"), tableNames...),
			when("StringEquals", encryptionContextKey("aws:dynamodb:subscriberId"), location.AccountId))...)
}

// AllowUseThroughEbs permits roles to create volumes and copy snapshots. EBS
// knows its volumes by generated ids only. See the KMS Developer Guide, "How
// Amazon EBS uses AWS KMS".
func AllowUseThroughEbs(location Location, roles Roles) []keypolicy.Statement {
	return roles.allow(location, "AllowUseThroughEbs",
		[]string{"kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"},
		append(location.through("ec2"), when("StringLike", encryptionContextKey("aws:ebs:id"), "snap-*", "vol-*"))...)
}

// AllowUseThroughSecretsManager permits roles to read and write the secrets. The
// secret names may hold "*" and "?"; without any there is no statement. See the
// Secrets Manager User Guide, "Secret encryption and decryption".
func AllowUseThroughSecretsManager(location Location, roles Roles, secretNames []string) []keypolicy.Statement {
	if len(secretNames) == 0 {
		return nil
	}
	arns := make([]string, 0, len(secretNames))
	for _, name := range secretNames {
		// Secrets Manager adds a hyphen and six random characters to every name.
		if !strings.HasSuffix(name, "*") {
			name += "-??????"
		}
		arns = append(arns, location.arn("secretsmanager", "secret:"+name))
	}
	return roles.allow(location, "AllowUseThroughSecretsManager", []string{"kms:Decrypt", "kms:GenerateDataKey"},
		append(location.through("secretsmanager"), when("ArnLike", encryptionContextKey("SecretARN"), arns...))...)
}

// AllowGrantsForAwsResources permits roles to let DynamoDB and EC2 create the
// grants that a table or a volume needs.
func AllowGrantsForAwsResources(location Location, roles Roles) []keypolicy.Statement {
	return roles.allow(location, "AllowGrantsForAwsResources", []string{"kms:CreateGrant"},
		append(location.through("dynamodb", "ec2"), when("Bool", keyGrantIsForAwsResource, "true"))...)
}

// AllowDeploymentThroughServices permits deployers to create what the key
// encrypts: functions with encrypted variables, secrets, parameters, volumes,
// databases, tables and objects, through those services only. CreateGrant has a
// statement of its own because its condition key is missing from the other
// actions.
func AllowDeploymentThroughServices(location Location, deployers Roles) []keypolicy.Statement {
	through := location.through("dynamodb", "ec2", "lambda", "rds", "s3", "secretsmanager", "ssm")
	use := deployers.allow(location, "AllowDeploymentThroughServices",
		[]string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"}, through...)
	grant := deployers.allow(location, "AllowDeploymentGrantsForAwsResources", []string{"kms:CreateGrant"},
		append(through, when("Bool", keyGrantIsForAwsResource, "true"))...)
	return append(use, grant...)
}

package keypolicy

import "strings"

// AllowUseThroughS3 permits roles to read and write objects of the buckets. The
// bucket names may hold "*" and "?"; without any there is no statement. See the
// S3 User Guide, "Using server-side encryption with AWS KMS keys" and
// "Configuring S3 Bucket Keys".
func AllowUseThroughS3(scope Scope, roles Roles, bucketNames []string) []Statement {
	return throughS3(scope, "AllowUseThroughS3", roles, bucketArns(scope, bucketNames))
}

// throughS3 matches S3's encryption context: the bucket's ARN where bucket keys
// are on, else the object's. Objects written before bucket keys were switched on
// keep the object's ARN, so both are named.
func throughS3(scope Scope, sid string, roles Roles, bucketArns []string) []Statement {
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
	return roles.allow(scope, sid, []string{"kms:Decrypt", "kms:GenerateDataKey"},
		append(scope.through("s3"), when("ArnLike", encryptionContextKey("aws:s3:arn"), arns...))...)
}

func bucketArns(scope Scope, bucketNames []string) []string {
	arns := make([]string, 0, len(bucketNames))
	for _, name := range bucketNames {
		arns = append(arns, "arn:"+scope.Partition+":s3:::"+name)
	}
	return arns
}

// AllowUseThroughDynamoDb permits roles to use the tables. The table names may
// hold "*" and "?"; without any there is no statement. See the DynamoDB
// Developer Guide, "DynamoDB encryption at rest: usage notes".
func AllowUseThroughDynamoDb(scope Scope, roles Roles, tableNames []string) []Statement {
	if len(tableNames) == 0 {
		return nil
	}
	return roles.allow(scope, "AllowUseThroughDynamoDb", cryptographicActions,
		append(scope.through("dynamodb"),
			when("StringLike", encryptionContextKey("aws:dynamodb:tableName"), tableNames...),
			when("StringEquals", encryptionContextKey("aws:dynamodb:subscriberId"), scope.AccountId))...)
}

// AllowUseThroughEbs permits roles to create volumes and copy snapshots. EBS
// knows its volumes by generated ids only. See the KMS Developer Guide, "How
// Amazon EBS uses AWS KMS".
func AllowUseThroughEbs(scope Scope, roles Roles) []Statement {
	return roles.allow(scope, "AllowUseThroughEbs",
		[]string{"kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"},
		append(scope.through("ec2"), when("StringLike", encryptionContextKey("aws:ebs:id"), "snap-*", "vol-*"))...)
}

// AllowUseThroughSecretsManager permits roles to read and write the secrets. The
// secret names may hold "*" and "?"; without any there is no statement. See the
// Secrets Manager User Guide, "Secret encryption and decryption".
func AllowUseThroughSecretsManager(scope Scope, roles Roles, secretNames []string) []Statement {
	if len(secretNames) == 0 {
		return nil
	}
	arns := make([]string, 0, len(secretNames))
	for _, name := range secretNames {
		// Secrets Manager adds a hyphen and six random characters to every name.
		if !strings.HasSuffix(name, "*") {
			name += "-??????"
		}
		arns = append(arns, scope.arn("secretsmanager", "secret:"+name))
	}
	return roles.allow(scope, "AllowUseThroughSecretsManager", []string{"kms:Decrypt", "kms:GenerateDataKey"},
		append(scope.through("secretsmanager"), when("ArnLike", encryptionContextKey("SecretARN"), arns...))...)
}

// AllowGrantsForAwsResources permits roles to let DynamoDB and EC2 create the
// grants that a table or a volume needs.
func AllowGrantsForAwsResources(scope Scope, roles Roles) []Statement {
	return roles.allow(scope, "AllowGrantsForAwsResources", []string{"kms:CreateGrant"},
		append(scope.through("dynamodb", "ec2"), when("Bool", keyGrantIsForAwsResource, "true"))...)
}

// AllowDeploymentThroughServices permits deployers to create what the key
// encrypts: functions with encrypted variables, secrets, parameters, volumes,
// databases, tables and objects, through those services only. CreateGrant has a
// statement of its own because its condition key is missing from the other
// actions.
func AllowDeploymentThroughServices(scope Scope, deployers Roles) []Statement {
	through := scope.through("dynamodb", "ec2", "lambda", "rds", "s3", "secretsmanager", "ssm")
	use := deployers.allow(scope, "AllowDeploymentThroughServices",
		[]string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"}, through...)
	grant := deployers.allow(scope, "AllowDeploymentGrantsForAwsResources", []string{"kms:CreateGrant"},
		append(through, when("Bool", keyGrantIsForAwsResource, "true"))...)
	return append(use, grant...)
}

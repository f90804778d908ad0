package cmk

import "strings"

// madeType is a type of CloudFormation as a type of Terraform: its properties
// that matter as attributes.
type madeType struct {
	kind       string
	properties map[string]string
	// fixed are what the type does not say and Terraform's rule asks for.
	fixed map[string]any
}

// madeTypes are those whose encryption is told by a few properties. See the
// CloudFormation Template Reference.
var madeTypes = map[string]madeType{
	"AWS::KMS::Key":                      {kind: "aws_kms_key", properties: map[string]string{"Enabled": "is_enabled", "KeySpec": "customer_master_key_spec", "KeyUsage": "key_usage"}},
	"AWS::KMS::ReplicaKey":               {kind: "aws_kms_replica_key", properties: map[string]string{"Enabled": "enabled"}},
	"AWS::KMS::Alias":                    {kind: "aws_kms_alias", properties: map[string]string{"AliasName": "name", "TargetKeyId": "target_key_id"}},
	"AWS::SQS::Queue":                    {kind: "aws_sqs_queue", properties: map[string]string{"KmsMasterKeyId": "kms_master_key_id"}},
	"AWS::SNS::Topic":                    {kind: "aws_sns_topic", properties: map[string]string{"KmsMasterKeyId": "kms_master_key_id"}},
	"AWS::Logs::LogGroup":                {kind: "aws_cloudwatch_log_group", properties: map[string]string{"KmsKeyId": "kms_key_id"}},
	"AWS::EC2::Volume":                   {kind: "aws_ebs_volume", properties: map[string]string{"KmsKeyId": "kms_key_id", "Encrypted": "encrypted", "SnapshotId": "snapshot_id"}},
	"AWS::EFS::FileSystem":               {kind: "aws_efs_file_system", properties: map[string]string{"KmsKeyId": "kms_key_id", "Encrypted": "encrypted"}},
	"AWS::RDS::DBInstance":               {kind: "aws_db_instance", properties: map[string]string{"KmsKeyId": "kms_key_id", "StorageEncrypted": "storage_encrypted", "DBSnapshotIdentifier": "snapshot_identifier", "SourceDBInstanceIdentifier": "replicate_source_db", "EnablePerformanceInsights": "performance_insights_enabled", "PerformanceInsightsKMSKeyId": "performance_insights_kms_key_id", "ManageMasterUserPassword": "manage_master_user_password", "MasterUserSecret.KmsKeyId": "master_user_secret_kms_key_id"}},
	"AWS::RDS::DBCluster":                {kind: "aws_rds_cluster", properties: map[string]string{"KmsKeyId": "kms_key_id", "StorageEncrypted": "storage_encrypted", "SnapshotIdentifier": "snapshot_identifier", "ManageMasterUserPassword": "manage_master_user_password", "MasterUserSecret.KmsKeyId": "master_user_secret_kms_key_id"}},
	"AWS::DocDB::DBCluster":              {kind: "aws_docdb_cluster", properties: map[string]string{"KmsKeyId": "kms_key_id", "StorageEncrypted": "storage_encrypted", "SnapshotIdentifier": "snapshot_identifier"}},
	"AWS::Neptune::DBCluster":            {kind: "aws_neptune_cluster", properties: map[string]string{"KmsKeyId": "kms_key_arn", "StorageEncrypted": "storage_encrypted", "SnapshotIdentifier": "snapshot_identifier"}},
	"AWS::Redshift::Cluster":             {kind: "aws_redshift_cluster", properties: map[string]string{"KmsKeyId": "kms_key_id", "Encrypted": "encrypted", "ManageMasterPassword": "manage_master_password", "MasterPasswordSecretKmsKeyId": "master_password_secret_kms_key_id"}},
	"AWS::DynamoDB::Table":               {kind: "aws_dynamodb_table", properties: map[string]string{"SSESpecification.KMSMasterKeyId": "server_side_encryption.kms_key_arn", "SSESpecification.SSEEnabled": "server_side_encryption.enabled"}},
	"AWS::Kinesis::Stream":               {kind: "aws_kinesis_stream", properties: map[string]string{"StreamEncryption.KeyId": "kms_key_id", "StreamEncryption.EncryptionType": "encryption_type"}},
	"AWS::SecretsManager::Secret":        {kind: "aws_secretsmanager_secret", properties: map[string]string{"KmsKeyId": "kms_key_id"}},
	"AWS::Lambda::Function":              {kind: "aws_lambda_function", properties: map[string]string{"KmsKeyArn": "kms_key_arn", "Environment.Variables": "environment.variables", "SnapStart.ApplyOn": "snap_start.apply_on"}},
	"AWS::ECR::Repository":               {kind: "aws_ecr_repository", properties: map[string]string{"EncryptionConfiguration.KmsKey": "encryption_configuration.kms_key", "EncryptionConfiguration.EncryptionType": "encryption_configuration.encryption_type"}},
	"AWS::Backup::BackupVault":           {kind: "aws_backup_vault", properties: map[string]string{"EncryptionKeyArn": "kms_key_arn"}},
	"AWS::ElastiCache::ReplicationGroup": {kind: "aws_elasticache_replication_group", properties: map[string]string{"KmsKeyId": "kms_key_id", "AtRestEncryptionEnabled": "at_rest_encryption_enabled"}},
	"AWS::OpenSearchService::Domain":     {kind: "aws_opensearch_domain", properties: map[string]string{"EncryptionAtRestOptions.KmsKeyId": "encrypt_at_rest.kms_key_id", "EncryptionAtRestOptions.Enabled": "encrypt_at_rest.enabled"}},
	"AWS::StepFunctions::StateMachine":   {kind: "aws_sfn_state_machine", properties: map[string]string{"EncryptionConfiguration.KmsKeyId": "encryption_configuration.kms_key_id", "EncryptionConfiguration.Type": "encryption_configuration.type"}},
	"AWS::S3::Bucket": {kind: "aws_s3_bucket", properties: map[string]string{
		"BucketName": "bucket",
		"BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm":   "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.sse_algorithm",
		"BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID": "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id",
		"BucketEncryption.ServerSideEncryptionConfiguration.BucketKeyEnabled":                             "server_side_encryption_configuration.rule.bucket_key_enabled"}},
}

// instanceOfCluster is an instance of a cluster, which has the cluster's storage.
var instanceOfCluster = madeType{kind: "aws_rds_cluster_instance", properties: map[string]string{
	"EnablePerformanceInsights": "performance_insights_enabled", "PerformanceInsightsKMSKeyId": "performance_insights_kms_key_id"}}

// madeWithoutData tells whether a type of CloudFormation holds settings only.
func madeWithoutData(kind string) bool {
	for _, prefix := range []string{"AWS::IAM::", "AWS::Route53::", "AWS::ElasticLoadBalancingV2::", "AWS::CloudFormation::WaitCondition",
		"AWS::CDK::Metadata", "AWS::ApplicationAutoScaling::", "AWS::CertificateManager::", "AWS::CloudWatch::", "AWS::Events::Rule",
		"AWS::SNS::Subscription", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::Lambda::Permission",
		"AWS::Lambda::Alias", "AWS::Lambda::Version", "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::SecurityGroup", "AWS::EC2::Route",
		"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EIP"} {
		if strings.HasPrefix(kind, prefix) {
			return true
		}
	}
	return false
}

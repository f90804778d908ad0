package cmkguard_test

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/athenaworkgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/backupvault"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/bedrockguardrail"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudtrail"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudtraileventdatastore"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventbus"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codeartifactdomain"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codebuildproject"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codepipeline"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dbinstance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dmsreplicationinstance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/docdbcluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbtable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ebsvolume"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepository"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/efsfilesystem"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ekscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticachereplicationgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/fsxlustrefilesystem"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/gluedatacatalogencryptionsettings"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/gluejob"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/gluesecurityconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/instance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kendraindex"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/keyspacestable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kinesisfirehosedeliverystream"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kinesisstream"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kinesisvideostream"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdafunction"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/launchtemplate"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/memorydbcluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/mqbroker"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/mskcluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/mwaaenvironment"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/neptunecluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/opensearchdomain"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/prometheusworkspace"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/qldbledger"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/redshiftcluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakernotebookinstance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/schedulerschedule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecret"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sfnstatemachine"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ssmparameter"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/timestreamwritedatabase"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/workspacesworkspace"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/xrayencryptionconfig"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
)

// store is a resource that stores data: under a key, or, with none, in the way
// that its finding tells.
type store struct {
	resource  string
	add       func(scope cdktf.TerraformStack, id, key, own *string)
	rule      cmkguard.Rule
	attribute string
}

// only is a block that is there with a key only.
func only[Block any](key *string, block *Block) *Block {
	if key == nil {
		return nil
	}
	return block
}

func mode(value string, key *string) *string { return only(key, &value) }

func either(key *string, with, without string) string {
	if key == nil {
		return without
	}
	return with
}

// orEmpty serves blocks that are never used without a key.
func orEmpty(key *string) *string {
	if key == nil {
		return jsii.String("")
	}
	return key
}

// stores are built with the bindings, so that the guard sees what CDKTF makes of
// them. own is the key also where key is nil.
var stores = []store{
	{"sqsqueue", func(scope cdktf.TerraformStack, id, key, own *string) {
		sqsqueue.NewSqsQueue(scope, id, &sqsqueue.SqsQueueConfig{KmsMasterKeyId: key})
	}, "no-key", "kms_master_key_id"},
	{"snstopic", func(scope cdktf.TerraformStack, id, key, own *string) {
		snstopic.NewSnsTopic(scope, id, &snstopic.SnsTopicConfig{KmsMasterKeyId: key})
	}, "no-key", "kms_master_key_id"},
	{"kinesisstream", func(scope cdktf.TerraformStack, id, key, own *string) {
		kinesisstream.NewKinesisStream(scope, id, &kinesisstream.KinesisStreamConfig{Name: id, EncryptionType: mode("KMS", key), KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"kinesisfirehosedeliverystream", func(scope cdktf.TerraformStack, id, key, own *string) {
		kinesisfirehosedeliverystream.NewKinesisFirehoseDeliveryStream(scope, id, &kinesisfirehosedeliverystream.KinesisFirehoseDeliveryStreamConfig{Name: id, Destination: jsii.String("http_endpoint"), ServerSideEncryption: only(key, &kinesisfirehosedeliverystream.KinesisFirehoseDeliveryStreamServerSideEncryption{Enabled: jsii.Bool(true), KeyType: jsii.String("CUSTOMER_MANAGED_CMK"), KeyArn: key})})
	}, "no-key", "server_side_encryption.key_arn"},
	{"dynamodbtable", func(scope cdktf.TerraformStack, id, key, own *string) {
		dynamodbtable.NewDynamodbTable(scope, id, &dynamodbtable.DynamodbTableConfig{Name: id, ServerSideEncryption: only(key, &dynamodbtable.DynamodbTableServerSideEncryption{Enabled: jsii.Bool(true), KmsKeyArn: key})})
	}, "no-key", "server_side_encryption.kms_key_arn"},
	{"ebsvolume", func(scope cdktf.TerraformStack, id, key, own *string) {
		ebsvolume.NewEbsVolume(scope, id, &ebsvolume.EbsVolumeConfig{AvailabilityZone: jsii.String("us-east-1a"), Encrypted: jsii.Bool(true), KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"instance", func(scope cdktf.TerraformStack, id, key, own *string) {
		instance.NewInstance(scope, id, &instance.InstanceConfig{Ami: jsii.String("ami-1"), RootBlockDevice: only(key, &instance.InstanceRootBlockDevice{Encrypted: jsii.Bool(true), KmsKeyId: key})})
	}, "no-key", "root_block_device.kms_key_id"},
	{"launchtemplate", func(scope cdktf.TerraformStack, id, key, own *string) {
		launchtemplate.NewLaunchTemplate(scope, id, &launchtemplate.LaunchTemplateConfig{BlockDeviceMappings: []*launchtemplate.LaunchTemplateBlockDeviceMappings{{DeviceName: jsii.String("/dev/xvda"), Ebs: &launchtemplate.LaunchTemplateBlockDeviceMappingsEbs{Encrypted: jsii.String("true"), KmsKeyId: key}}}})
	}, "no-key", "block_device_mappings.ebs.kms_key_id"},
	{"secretsmanagersecret", func(scope cdktf.TerraformStack, id, key, own *string) {
		secretsmanagersecret.NewSecretsmanagerSecret(scope, id, &secretsmanagersecret.SecretsmanagerSecretConfig{KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"ssmparameter", func(scope cdktf.TerraformStack, id, key, own *string) {
		ssmparameter.NewSsmParameter(scope, id, &ssmparameter.SsmParameterConfig{Name: id, Type: jsii.String("SecureString"), KeyId: key})
	}, "no-key", "key_id"},
	{"cloudwatchloggroup", func(scope cdktf.TerraformStack, id, key, own *string) {
		cloudwatchloggroup.NewCloudwatchLogGroup(scope, id, &cloudwatchloggroup.CloudwatchLogGroupConfig{KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"dbinstance", func(scope cdktf.TerraformStack, id, key, own *string) {
		dbinstance.NewDbInstance(scope, id, &dbinstance.DbInstanceConfig{InstanceClass: jsii.String("db.t4g.micro"), StorageEncrypted: jsii.Bool(true), KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"rdscluster", func(scope cdktf.TerraformStack, id, key, own *string) {
		rdscluster.NewRdsCluster(scope, id, &rdscluster.RdsClusterConfig{Engine: jsii.String("aurora-postgresql"), StorageEncrypted: jsii.Bool(key != nil), KmsKeyId: own})
	}, "no-key", "kms_key_id"},
	{"opensearchdomain", func(scope cdktf.TerraformStack, id, key, own *string) {
		opensearchdomain.NewOpensearchDomain(scope, id, &opensearchdomain.OpensearchDomainConfig{DomainName: id, EncryptAtRest: &opensearchdomain.OpensearchDomainEncryptAtRest{Enabled: jsii.Bool(true), KmsKeyId: key}})
	}, "no-key", "encrypt_at_rest.kms_key_id"},
	{"efsfilesystem", func(scope cdktf.TerraformStack, id, key, own *string) {
		efsfilesystem.NewEfsFileSystem(scope, id, &efsfilesystem.EfsFileSystemConfig{Encrypted: jsii.Bool(true), KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"ecrrepository", func(scope cdktf.TerraformStack, id, key, own *string) {
		ecrrepository.NewEcrRepository(scope, id, &ecrrepository.EcrRepositoryConfig{Name: id, EncryptionConfiguration: []*ecrrepository.EcrRepositoryEncryptionConfiguration{{EncryptionType: mode("KMS", key), KmsKey: own}}})
	}, "no-key", "encryption_configuration.kms_key"},
	{"lambdafunction", func(scope cdktf.TerraformStack, id, key, own *string) {
		lambdafunction.NewLambdaFunction(scope, id, &lambdafunction.LambdaFunctionConfig{FunctionName: id, Role: jsii.String("arn:aws:iam::123456789012:role/r"), Environment: &lambdafunction.LambdaFunctionEnvironment{Variables: &map[string]*string{"A": jsii.String("b")}}, KmsKeyArn: key})
	}, "no-key", "kms_key_arn"},
	{"cloudtrail", func(scope cdktf.TerraformStack, id, key, own *string) {
		cloudtrail.NewCloudtrail(scope, id, &cloudtrail.CloudtrailConfig{Name: id, S3BucketName: jsii.String("elsewhere"), KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"cloudtraileventdatastore", func(scope cdktf.TerraformStack, id, key, own *string) {
		cloudtraileventdatastore.NewCloudtrailEventDataStore(scope, id, &cloudtraileventdatastore.CloudtrailEventDataStoreConfig{Name: id, KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"athenaworkgroup", func(scope cdktf.TerraformStack, id, key, own *string) {
		athenaworkgroup.NewAthenaWorkgroup(scope, id, &athenaworkgroup.AthenaWorkgroupConfig{Name: id, Configuration: &athenaworkgroup.AthenaWorkgroupConfiguration{ResultConfiguration: &athenaworkgroup.AthenaWorkgroupConfigurationResultConfiguration{EncryptionConfiguration: &athenaworkgroup.AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration{EncryptionOption: jsii.String("SSE_KMS"), KmsKeyArn: key}}}})
	}, "no-key", "configuration.result_configuration.encryption_configuration.kms_key_arn"},
	{"gluesecurityconfiguration", func(scope cdktf.TerraformStack, id, key, own *string) {
		gluesecurityconfiguration.NewGlueSecurityConfiguration(scope, id, &gluesecurityconfiguration.GlueSecurityConfigurationConfig{Name: id, EncryptionConfiguration: &gluesecurityconfiguration.GlueSecurityConfigurationEncryptionConfiguration{
			S3Encryption:           &gluesecurityconfiguration.GlueSecurityConfigurationEncryptionConfigurationS3Encryption{S3EncryptionMode: jsii.String("SSE-KMS"), KmsKeyArn: key},
			CloudwatchEncryption:   &gluesecurityconfiguration.GlueSecurityConfigurationEncryptionConfigurationCloudwatchEncryption{CloudwatchEncryptionMode: jsii.String("SSE-KMS"), KmsKeyArn: own},
			JobBookmarksEncryption: &gluesecurityconfiguration.GlueSecurityConfigurationEncryptionConfigurationJobBookmarksEncryption{JobBookmarksEncryptionMode: jsii.String("CSE-KMS"), KmsKeyArn: own}}})
	}, "no-key", "encryption_configuration.s3_encryption.kms_key_arn"},
	{"gluedatacatalogencryptionsettings", func(scope cdktf.TerraformStack, id, key, own *string) {
		gluedatacatalogencryptionsettings.NewGlueDataCatalogEncryptionSettings(scope, id, &gluedatacatalogencryptionsettings.GlueDataCatalogEncryptionSettingsConfig{DataCatalogEncryptionSettings: &gluedatacatalogencryptionsettings.GlueDataCatalogEncryptionSettingsDataCatalogEncryptionSettings{
			EncryptionAtRest:             &gluedatacatalogencryptionsettings.GlueDataCatalogEncryptionSettingsDataCatalogEncryptionSettingsEncryptionAtRest{CatalogEncryptionMode: jsii.String("SSE-KMS"), SseAwsKmsKeyId: own},
			ConnectionPasswordEncryption: &gluedatacatalogencryptionsettings.GlueDataCatalogEncryptionSettingsDataCatalogEncryptionSettingsConnectionPasswordEncryption{ReturnConnectionPasswordEncrypted: jsii.Bool(true), AwsKmsKeyId: key}}})
	}, "no-key", "data_catalog_encryption_settings.connection_password_encryption.aws_kms_key_id"},
	{"gluejob", func(scope cdktf.TerraformStack, id, key, own *string) {
		gluejob.NewGlueJob(scope, id, &gluejob.GlueJobConfig{Name: id, RoleArn: jsii.String("arn:aws:iam::123456789012:role/r"), Command: &gluejob.GlueJobCommand{ScriptLocation: jsii.String("s3://x/y")}, SecurityConfiguration: mode("gluesecurityconfiguration", key)})
	}, "no-key", "security_configuration"},
	{"backupvault", func(scope cdktf.TerraformStack, id, key, own *string) {
		backupvault.NewBackupVault(scope, id, &backupvault.BackupVaultConfig{Name: id, KmsKeyArn: key})
	}, "no-key", "kms_key_arn"},
	{"s3bucket", func(scope cdktf.TerraformStack, id, key, own *string) {
		s3bucket.NewS3Bucket(scope, id, &s3bucket.S3BucketConfig{Bucket: jsii.String(*id + "-alone"), ServerSideEncryptionConfiguration: only(key, &s3bucket.S3BucketServerSideEncryptionConfiguration{Rule: &s3bucket.S3BucketServerSideEncryptionConfigurationRule{BucketKeyEnabled: jsii.Bool(true), ApplyServerSideEncryptionByDefault: &s3bucket.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefault{SseAlgorithm: jsii.String("aws:kms"), KmsMasterKeyId: key}}})})
	}, "no-key", "server_side_encryption_configuration"},
	{"s3bucketserversideencryptionconfiguration", func(scope cdktf.TerraformStack, id, key, own *string) {
		s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(scope, id, &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{Bucket: jsii.String("elsewhere"), Rule: []*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{{BucketKeyEnabled: jsii.Bool(true), ApplyServerSideEncryptionByDefault: &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{SseAlgorithm: jsii.String(either(key, "aws:kms", "AES256")), KmsMasterKeyId: key}}}})
	}, "no-key", "rule.apply_server_side_encryption_by_default.kms_master_key_id"},
	{"redshiftcluster", func(scope cdktf.TerraformStack, id, key, own *string) {
		// Encrypted is a bool in bindings of provider 5, a text in those of 6.
		redshiftcluster.NewRedshiftCluster(scope, id, &redshiftcluster.RedshiftClusterConfig{ClusterIdentifier: id, NodeType: jsii.String("ra3.large"), KmsKeyId: key}).
			AddOverride(jsii.String("encrypted"), true)
	}, "no-key", "kms_key_id"},
	{"docdbcluster", func(scope cdktf.TerraformStack, id, key, own *string) {
		docdbcluster.NewDocdbCluster(scope, id, &docdbcluster.DocdbClusterConfig{StorageEncrypted: jsii.Bool(true), KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"neptunecluster", func(scope cdktf.TerraformStack, id, key, own *string) {
		neptunecluster.NewNeptuneCluster(scope, id, &neptunecluster.NeptuneClusterConfig{StorageEncrypted: jsii.Bool(true), KmsKeyArn: key})
	}, "no-key", "kms_key_arn"},
	{"mskcluster", func(scope cdktf.TerraformStack, id, key, own *string) {
		mskcluster.NewMskCluster(scope, id, &mskcluster.MskClusterConfig{ClusterName: id, KafkaVersion: jsii.String("3.8.x"), NumberOfBrokerNodes: jsii.Number(3), BrokerNodeGroupInfo: &mskcluster.MskClusterBrokerNodeGroupInfo{ClientSubnets: jsii.Strings("a"), InstanceType: jsii.String("kafka.m7g.large"), SecurityGroups: jsii.Strings("sg-1")}, EncryptionInfo: only(key, &mskcluster.MskClusterEncryptionInfo{EncryptionAtRestKmsKeyArn: key})})
	}, "no-key", "encryption_info.encryption_at_rest_kms_key_arn"},
	{"elasticachereplicationgroup", func(scope cdktf.TerraformStack, id, key, own *string) {
		elasticachereplicationgroup.NewElasticacheReplicationGroup(scope, id, &elasticachereplicationgroup.ElasticacheReplicationGroupConfig{ReplicationGroupId: id, Description: id, AtRestEncryptionEnabled: jsii.String("true"), KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"memorydbcluster", func(scope cdktf.TerraformStack, id, key, own *string) {
		memorydbcluster.NewMemorydbCluster(scope, id, &memorydbcluster.MemorydbClusterConfig{AclName: id, NodeType: jsii.String("db.t4g.small"), KmsKeyArn: key})
	}, "no-key", "kms_key_arn"},
	{"fsxlustrefilesystem", func(scope cdktf.TerraformStack, id, key, own *string) {
		fsxlustrefilesystem.NewFsxLustreFileSystem(scope, id, &fsxlustrefilesystem.FsxLustreFileSystemConfig{SubnetIds: jsii.Strings("subnet-1"), KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"codebuildproject", func(scope cdktf.TerraformStack, id, key, own *string) {
		codebuildproject.NewCodebuildProject(scope, id, &codebuildproject.CodebuildProjectConfig{Name: id, ServiceRole: id, Artifacts: &codebuildproject.CodebuildProjectArtifacts{Type: jsii.String("NO_ARTIFACTS")}, Environment: &codebuildproject.CodebuildProjectEnvironment{ComputeType: id, Image: id, Type: id}, Source: &codebuildproject.CodebuildProjectSource{Type: id}, EncryptionKey: key})
	}, "no-key", "encryption_key"},
	{"codepipeline", func(scope cdktf.TerraformStack, id, key, own *string) {
		codepipeline.NewCodepipeline(scope, id, &codepipeline.CodepipelineConfig{Name: id, RoleArn: id, ArtifactStore: []*codepipeline.CodepipelineArtifactStore{{Location: jsii.String("elsewhere"), Type: jsii.String("S3"), EncryptionKey: only(key, &codepipeline.CodepipelineArtifactStoreEncryptionKey{Id: orEmpty(key), Type: jsii.String("KMS")})}}, Stage: []*codepipeline.CodepipelineStage{}})
	}, "no-key", "artifact_store.encryption_key.id"},
	{"sagemakernotebookinstance", func(scope cdktf.TerraformStack, id, key, own *string) {
		sagemakernotebookinstance.NewSagemakerNotebookInstance(scope, id, &sagemakernotebookinstance.SagemakerNotebookInstanceConfig{Name: id, RoleArn: id, InstanceType: jsii.String("ml.t3.medium"), KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"dmsreplicationinstance", func(scope cdktf.TerraformStack, id, key, own *string) {
		dmsreplicationinstance.NewDmsReplicationInstance(scope, id, &dmsreplicationinstance.DmsReplicationInstanceConfig{ReplicationInstanceId: id, ReplicationInstanceClass: jsii.String("dms.t3.micro"), KmsKeyArn: key})
	}, "no-key", "kms_key_arn"},
	{"keyspacestable", func(scope cdktf.TerraformStack, id, key, own *string) {
		keyspacestable.NewKeyspacesTable(scope, id, &keyspacestable.KeyspacesTableConfig{KeyspaceName: id, TableName: id, SchemaDefinition: &keyspacestable.KeyspacesTableSchemaDefinition{Column: []*keyspacestable.KeyspacesTableSchemaDefinitionColumn{}, PartitionKey: []*keyspacestable.KeyspacesTableSchemaDefinitionPartitionKey{}}, EncryptionSpecification: &keyspacestable.KeyspacesTableEncryptionSpecification{Type: jsii.String(either(key, "CUSTOMER_MANAGED_KMS_KEY", "AWS_OWNED_KMS_KEY")), KmsKeyIdentifier: key}})
	}, "no-key", "encryption_specification.kms_key_identifier"},
	{"timestreamwritedatabase", func(scope cdktf.TerraformStack, id, key, own *string) {
		timestreamwritedatabase.NewTimestreamwriteDatabase(scope, id, &timestreamwritedatabase.TimestreamwriteDatabaseConfig{DatabaseName: id, KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"qldbledger", func(scope cdktf.TerraformStack, id, key, own *string) {
		qldbledger.NewQldbLedger(scope, id, &qldbledger.QldbLedgerConfig{PermissionsMode: jsii.String("STANDARD"), KmsKey: jsii.String(either(key, *own, "AWS_OWNED_KMS_KEY"))})
	}, "aws-managed-key", "kms_key"},
	{"workspacesworkspace", func(scope cdktf.TerraformStack, id, key, own *string) {
		workspacesworkspace.NewWorkspacesWorkspace(scope, id, &workspacesworkspace.WorkspacesWorkspaceConfig{BundleId: id, DirectoryId: id, UserName: id, RootVolumeEncryptionEnabled: jsii.Bool(true), UserVolumeEncryptionEnabled: jsii.Bool(key != nil), VolumeEncryptionKey: own})
	}, "no-key", "volume_encryption_key"},
	{"mwaaenvironment", func(scope cdktf.TerraformStack, id, key, own *string) {
		mwaaenvironment.NewMwaaEnvironment(scope, id, &mwaaenvironment.MwaaEnvironmentConfig{Name: id, DagS3Path: id, ExecutionRoleArn: id, SourceBucketArn: id, NetworkConfiguration: &mwaaenvironment.MwaaEnvironmentNetworkConfiguration{SecurityGroupIds: jsii.Strings("a"), SubnetIds: jsii.Strings("b")}, KmsKey: key})
	}, "no-key", "kms_key"},
	{"kendraindex", func(scope cdktf.TerraformStack, id, key, own *string) {
		kendraindex.NewKendraIndex(scope, id, &kendraindex.KendraIndexConfig{Name: id, RoleArn: id, ServerSideEncryptionConfiguration: only(key, &kendraindex.KendraIndexServerSideEncryptionConfiguration{KmsKeyId: key})})
	}, "no-key", "server_side_encryption_configuration.kms_key_id"},
	{"bedrockguardrail", func(scope cdktf.TerraformStack, id, key, own *string) {
		bedrockguardrail.NewBedrockGuardrail(scope, id, &bedrockguardrail.BedrockGuardrailConfig{Name: id, BlockedInputMessaging: id, BlockedOutputsMessaging: id, KmsKeyArn: key})
	}, "no-key", "kms_key_arn"},
	{"xrayencryptionconfig", func(scope cdktf.TerraformStack, id, key, own *string) {
		xrayencryptionconfig.NewXrayEncryptionConfig(scope, id, &xrayencryptionconfig.XrayEncryptionConfigConfig{Type: jsii.String("KMS"), KeyId: jsii.String(either(key, *own, "alias/aws/xray"))})
	}, "aws-managed-key", "key_id"},
	{"cloudwatcheventbus", func(scope cdktf.TerraformStack, id, key, own *string) {
		cloudwatcheventbus.NewCloudwatchEventBus(scope, id, &cloudwatcheventbus.CloudwatchEventBusConfig{Name: id, KmsKeyIdentifier: key})
	}, "no-key", "kms_key_identifier"},
	{"schedulerschedule", func(scope cdktf.TerraformStack, id, key, own *string) {
		schedulerschedule.NewSchedulerSchedule(scope, id, &schedulerschedule.SchedulerScheduleConfig{ScheduleExpression: jsii.String("rate(1 hour)"), FlexibleTimeWindow: &schedulerschedule.SchedulerScheduleFlexibleTimeWindow{Mode: jsii.String("OFF")}, Target: &schedulerschedule.SchedulerScheduleTarget{Arn: id, RoleArn: id}, KmsKeyArn: key})
	}, "no-key", "kms_key_arn"},
	{"sfnstatemachine", func(scope cdktf.TerraformStack, id, key, own *string) {
		sfnstatemachine.NewSfnStateMachine(scope, id, &sfnstatemachine.SfnStateMachineConfig{Definition: jsii.String("{}"), RoleArn: id, EncryptionConfiguration: only(key, &sfnstatemachine.SfnStateMachineEncryptionConfiguration{Type: jsii.String("CUSTOMER_MANAGED_KMS_KEY"), KmsKeyId: key})})
	}, "no-key", "encryption_configuration.kms_key_id"},
	{"ekscluster", func(scope cdktf.TerraformStack, id, key, own *string) {
		ekscluster.NewEksCluster(scope, id, &ekscluster.EksClusterConfig{Name: id, RoleArn: id, VpcConfig: &ekscluster.EksClusterVpcConfig{SubnetIds: jsii.Strings("a")}, EncryptionConfig: only(key, &ekscluster.EksClusterEncryptionConfig{Resources: jsii.Strings("secrets"), Provider: &ekscluster.EksClusterEncryptionConfigProvider{KeyArn: orEmpty(key)}})})
	}, "no-key", "encryption_config.provider.key_arn"},
	{"mqbroker", func(scope cdktf.TerraformStack, id, key, own *string) {
		mqbroker.NewMqBroker(scope, id, &mqbroker.MqBrokerConfig{BrokerName: id, EngineType: id, EngineVersion: id, HostInstanceType: id, User: []*mqbroker.MqBrokerUser{}, EncryptionOptions: &mqbroker.MqBrokerEncryptionOptions{UseAwsOwnedKey: jsii.Bool(key == nil), KmsKeyId: key}})
	}, "no-key", "encryption_options.kms_key_id"},
	{"prometheusworkspace", func(scope cdktf.TerraformStack, id, key, own *string) {
		prometheusworkspace.NewPrometheusWorkspace(scope, id, &prometheusworkspace.PrometheusWorkspaceConfig{KmsKeyArn: key})
	}, "no-key", "kms_key_arn"},
	{"kinesisvideostream", func(scope cdktf.TerraformStack, id, key, own *string) {
		kinesisvideostream.NewKinesisVideoStream(scope, id, &kinesisvideostream.KinesisVideoStreamConfig{Name: id, KmsKeyId: key})
	}, "no-key", "kms_key_id"},
	{"codeartifactdomain", func(scope cdktf.TerraformStack, id, key, own *string) {
		codeartifactdomain.NewCodeartifactDomain(scope, id, &codeartifactdomain.CodeartifactDomainConfig{Domain: id, EncryptionKey: key})
	}, "no-key", "encryption_key"},
}

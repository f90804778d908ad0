package environments

import "go.yaml.in/yaml/v3"

// Environment is one environment: an AWS account, a Region, its keys and who uses
// them. In the lists of roles and names, nil and empty both mean none unless the
// field says otherwise.
type Environment struct {
	// Name is the environment's key in the file: a slug, such as prod.
	Name string `yaml:"-"`

	// The AWS account that holds the keys.
	AccountId string `yaml:"account_id" rule:"account,required"`

	// The Region of the keys and of everything that they encrypt, one of
	// allowed_regions if there are any.
	Region string `yaml:"region" rule:"region,required"`

	// Whether the environment has the rules of production. Default: if its name is
	// prod, production, prd or live, or has one of them as its first or last word, not
	// after non, pre, no or not.
	Production *bool `yaml:"production"`

	// ARNs of the Lambda roles that use the data key.
	LambdaRoleArns []string `yaml:"lambda_role_arns" rule:"principal"`

	// ARNs of the Fargate task roles that use the data key.
	FargateRoleArns []string `yaml:"fargate_role_arns" rule:"principal"`

	// ARNs of the Glue job roles that use the data key.
	GlueRoleArns []string `yaml:"glue_role_arns" rule:"principal"`

	// Role ARNs with wildcards that use the data key: for SSO roles and roles that do
	// not exist yet.
	RoleArnPatterns []string `yaml:"role_arn_patterns" rule:"rolePattern"`

	// Roles that use the data key under one service's encryption context only.
	ServiceRoles []ServiceRole `yaml:"service_roles"`

	// ARNs of the roles that manage the keys and never use them.
	AdministratorRoleArns []string `yaml:"administrator_role_arns" rule:"role"`

	// ARNs with wildcards of the roles that manage the keys and never use them.
	AdministratorRoleArnPatterns []string `yaml:"administrator_role_arn_patterns" rule:"rolePattern"`

	// ARNs of the roles that create what the keys encrypt, through AWS services only.
	DeployerRoleArns []string `yaml:"deployer_role_arns" rule:"principal"`

	// ARNs with wildcards of the roles that create what the keys encrypt.
	DeployerRoleArnPatterns []string `yaml:"deployer_role_arn_patterns" rule:"rolePattern"`

	// The account that audits the keys and reads the logs, not the environment's own.
	// Default: none.
	SecurityAccountId string `yaml:"security_account_id" rule:"account"`

	// Narrows the security account to these roles. Default: the whole account.
	SecurityRoleArns []string `yaml:"security_role_arns" rule:"principal"`

	// The account that archives the logs, not the environment's own. Default: none.
	LogsAccountId string `yaml:"logs_account_id" rule:"account"`

	// Narrows the logs account to these roles. Default: the whole account.
	LogsRoleArns []string `yaml:"logs_role_arns" rule:"principal"`

	// ARN of the logs account's central log bucket, which gets a grant on the logs
	// key. Default: no grant.
	LogsBucketArn string `yaml:"logs_bucket_arn" rule:"bucket"`

	// Other accounts that use the keys, each in the ways that it names. Default: none.
	SharedWith []Share `yaml:"shared_with"`

	// ARN of the organization's trail, in its management account, whose files the logs
	// key encrypts. Default: none.
	OrganizationTrailArn string `yaml:"organization_trail_arn" rule:"trail"`

	// DelegateToIam (default): IAM policies of the account can give access to the
	// keys. AdministerOnly: they can let their roles manage the keys, not use them.
	AccountAccess string `yaml:"account_access" rule:"accountAccess"`

	// What the data key may protect. Default: buckets and tables whose names begin with
	// {name_prefix}-{environment}-, and all secrets and log groups.
	EncryptedResources EncryptedResources `yaml:"encrypted_resources"`

	// The AWS services that the keys serve beside those that they serve by default, or
	// with other resources than by default. Default: none.
	AwsServices AwsServices `yaml:"aws_services"`

	// Further Regions in which each key has a replica, each one of allowed_regions if
	// there are any. It can only be chosen when the keys are made: on keys that exist,
	// Terraform would replace them. Default: none, and keys of one Region.
	ReplicaRegions []string `yaml:"replica_regions" rule:"region"`

	// Further keys, of any kind. Default: none.
	AdditionalKeys []AdditionalKey `yaml:"additional_keys"`

	// Keys that exist already and become the environment's, in place of new ones. What was
	// applied can be taken out. Default: none.
	Adopt []AdoptedKey `yaml:"adopt"`

	// Whether AWS rotates the keys. Default true; must be true in
	// production.
	EnableKeyRotation *bool `yaml:"enable_key_rotation"`

	// Days between two rotations.
	RotationPeriodDays *int `yaml:"rotation_period_days" rule:"rotationPeriod"`

	// Days between scheduling a key's deletion and losing it. In production no
	// fewer than the default.
	DeletionWindowDays *int `yaml:"deletion_window_days" rule:"deletionWindow"`

	// Whether Terraform refuses plans that destroy a key. Default true in production,
	// false elsewhere.
	PreventDestroy *bool `yaml:"prevent_destroy"`

	// Whether everything on EBS in this account and Region is encrypted with the data
	// key unless it names another. Default false; true in one environment of an
	// account and Region only.
	EbsEncryptionByDefault bool `yaml:"ebs_encryption_by_default"`

	// How strictly data without a customer managed key is refused.
	Guard Guard `yaml:"guard"`

	// What records the use of the keys and who is told when one is in danger.
	Audit Audit `yaml:"audit"`

	// Default tags of everything in this environment, over the common ones.
	Tags map[string]string `yaml:"tags" rule:"tags"`

	// Where Terraform keeps this environment's state.
	Backend Backend `yaml:"backend" rule:",required"`
}

// Environments are environments in the file's order.
type Environments []Environment

// UnmarshalYAML reads the environments from a map of them by name.
func (e *Environments) UnmarshalYAML(node *yaml.Node) error {
	for i := 0; i < len(node.Content); i += 2 {
		environment := Environment{Name: node.Content[i].Value}
		if err := node.Content[i+1].Decode(&environment); err != nil {
			return err
		}
		*e = append(*e, environment)
	}
	return nil
}

// ServiceRole binds roles to one service.
type ServiceRole struct {
	// The service value of the encryption context that these roles must use, one of
	// services if there are any.
	Service string `yaml:"service" rule:"service,required"`

	// ARNs of the service's roles.
	RoleArns []string `yaml:"role_arns" rule:"principal"`

	// ARNs of the service's roles, with wildcards.
	RoleArnPatterns []string `yaml:"role_arn_patterns" rule:"rolePattern"`

	// Whether the roles may serve other services too. Default false.
	Shared bool `yaml:"shared"`
}

// Share lets another account use one of the keys.
type Share struct {
	// The name of the share, which stands in the Sids of its statements.
	Name string `yaml:"name" rule:"slug,required"`

	// The account that the key is shared with, not the environment's own.
	AccountId string `yaml:"account_id" rule:"account,required"`

	// Narrows the account to these roles. Default: the whole account.
	RoleArns []string `yaml:"role_arns" rule:"principal"`

	// The key that is shared: data, logs or the purpose of a symmetric additional key.
	// Default: data. The logs key is shared by bucket_names only.
	Key string `yaml:"key" rule:"slug"`

	// Whether the account may encrypt too. Default false.
	Write bool `yaml:"write"`

	// Names of S3 buckets, with wildcards, whose objects it may use.
	BucketNames []string `yaml:"bucket_names" rule:"bucketNames"`

	// Names of Secrets Manager secrets, with wildcards, that it may use.
	SecretNames []string `yaml:"secret_names" rule:"secretNames"`

	// Whether it may copy EBS snapshots that are shared with it. Default false.
	EbsSnapshots bool `yaml:"ebs_snapshots"`

	// Whether it may copy RDS snapshots that are shared with it. Default false.
	RdsSnapshots bool `yaml:"rds_snapshots"`

	// The service values with which it may call KMS itself.
	DirectServices []string `yaml:"direct_services" rule:"service"`
}

// EncryptedResources are the names, with wildcards, of what the data key may
// protect. A nil list means the platform's naming pattern, an empty one means
// nothing of this sort.
type EncryptedResources struct {
	// Names of S3 buckets, with wildcards.
	BucketNames []string `yaml:"bucket_names" rule:"bucketNames"`

	// Names of DynamoDB tables, with wildcards.
	TableNames []string `yaml:"table_names" rule:"tableNames"`

	// Names of Secrets Manager secrets, with wildcards.
	SecretNames []string `yaml:"secret_names" rule:"secretNames"`

	// Names of CloudWatch log groups, with wildcards.
	LogGroupNames []string `yaml:"log_group_names" rule:"logGroupNames"`
}

// AwsServices are the AWS services that each key serves beside those by default.
type AwsServices struct {
	// Those of the data key, which by default serves S3, DynamoDB, EBS, Secrets Manager
	// and CloudWatch Logs.
	Data []AwsService `yaml:"data"`

	// Those of the logs key, which by default serves CloudTrail, log delivery,
	// CloudWatch Logs and S3.
	Logs []AwsService `yaml:"logs"`
}

// AwsService is an AWS service with the resources that a key may protect.
type AwsService struct {
	// The service's name in docs/services.md, such as Sqs.
	Service string `yaml:"service" rule:"awsService,required"`

	// Names of its resources, with wildcards. Required where the service's resources
	// have names, else none.
	ResourceNames []string `yaml:"resource_names" rule:"resourceNames"`
}

// AdditionalKey is a further key of an environment.
type AdditionalKey struct {
	// What the key is for, which names its alias; not data or logs.
	Purpose string `yaml:"purpose" rule:"slug,required"`

	// The key spec, which cannot be changed later. Default: SYMMETRIC_DEFAULT.
	Spec string `yaml:"spec" rule:"keySpec"`

	// The key usage, which cannot be changed later. Default: the one that the spec has;
	// required where it has several.
	Usage string `yaml:"usage" rule:"keyUsage"`

	// The roles that use the key, and how. Default: none.
	Users []KeyUser `yaml:"users"`

	// The AWS services that a symmetric key serves. Default: none.
	AwsServices []AwsService `yaml:"aws_services"`

	// Whether AWS rotates the key, which it does with symmetric keys only. Default true
	// for those outside of custom key stores; must be true for them in production.
	EnableKeyRotation *bool `yaml:"enable_key_rotation"`

	// Days between two rotations. Default: those of the environment's other keys.
	RotationPeriodDays *int `yaml:"rotation_period_days" rule:"rotationPeriod"`

	// The id of the custom key store that has the key's material. Default: KMS itself.
	CustomKeyStoreId string `yaml:"custom_key_store_id" rule:"keyStore"`

	// The id of the key in the external key manager of the key store. Default: none.
	XksKeyId string `yaml:"xks_key_id" rule:"xksKey"`
}

// KeyUser is roles that use an additional key in one way.
type KeyUser struct {
	// What they may do; one that fits the key's usage.
	Verb string `yaml:"verb" rule:"verb,required"`

	// The service value of the encryption context that they must use, of a symmetric key.
	// Default: any.
	Service string `yaml:"service" rule:"service"`

	// ARNs of the roles.
	RoleArns []string `yaml:"role_arns" rule:"principal"`

	// ARNs of the roles, with wildcards.
	RoleArnPatterns []string `yaml:"role_arn_patterns" rule:"rolePattern"`
}

// AdoptedKey is a key that exists already and becomes one of an environment's.
type AdoptedKey struct {
	// The key that it becomes: data, logs or the purpose of an additional key.
	Purpose string `yaml:"purpose" rule:"slug,required"`

	// The id of the key that exists.
	KeyId string `yaml:"key_id" rule:"key,required"`

	// Whether the environment's alias of this purpose exists too, for this key. Default
	// false.
	AliasExists bool `yaml:"alias_exists"`

	// Those of the environment's grants that exist. Default: none.
	Grants []AdoptedGrant `yaml:"grants"`
}

// AdoptedGrant is a grant that exists already.
type AdoptedGrant struct {
	// Who holds it: a role of security_role_arns or logs_role_arns, or the id of the
	// security or logs account where it is for the whole account.
	Grantee string `yaml:"grantee" rule:"grantee,required"`

	// The id of the grant that exists.
	GrantId string `yaml:"grant_id" rule:"grant,required"`
}

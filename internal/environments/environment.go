package environments

// Environment is one environment: an AWS account, a region, its keys and who
// uses them. In the lists of roles and names, nil and empty both mean none
// unless the field says otherwise.
type Environment struct {
	// Name is the environment's key in the file: a slug, such as prod.
	Name string `yaml:"-"`

	// AccountId is the AWS account that holds the keys: twelve digits.
	AccountId string `yaml:"account_id"`

	// Region is the AWS region of the keys and of everything that they
	// encrypt: us-east-1 or ca-central-1.
	Region string `yaml:"region"`

	// LambdaRoleArns are the ARNs of the Lambda roles that use the data key.
	LambdaRoleArns []string `yaml:"lambda_role_arns"`

	// FargateRoleArns are the ARNs of the Fargate task roles that use the data
	// key.
	FargateRoleArns []string `yaml:"fargate_role_arns"`

	// GlueRoleArns are the ARNs of the Glue job roles that use the data key.
	GlueRoleArns []string `yaml:"glue_role_arns"`

	// RoleArnPatterns are role ARNs with wildcards that use the data key: for
	// SSO roles and roles that do not exist yet.
	RoleArnPatterns []string `yaml:"role_arn_patterns"`

	// ServiceRoles are roles that use the data key under one service's
	// encryption context only.
	ServiceRoles []ServiceRole `yaml:"service_roles"`

	// AdministratorRoleArns are the ARNs of the roles that manage the keys and
	// never use them.
	AdministratorRoleArns []string `yaml:"administrator_role_arns"`

	// AdministratorRoleArnPatterns are AdministratorRoleArns with wildcards.
	AdministratorRoleArnPatterns []string `yaml:"administrator_role_arn_patterns"`

	// DeployerRoleArns are the ARNs of the roles that create what the keys
	// encrypt, through AWS services only.
	DeployerRoleArns []string `yaml:"deployer_role_arns"`

	// DeployerRoleArnPatterns are DeployerRoleArns with wildcards.
	DeployerRoleArnPatterns []string `yaml:"deployer_role_arn_patterns"`

	// SecurityAccountId is the account that audits the keys and reads the logs:
	// twelve digits, or empty for none.
	SecurityAccountId string `yaml:"security_account_id"`

	// SecurityRoleArns narrow the security account to these roles. None means
	// the whole account.
	SecurityRoleArns []string `yaml:"security_role_arns"`

	// LogsAccountId is the account that archives the logs: twelve digits, or
	// empty for none.
	LogsAccountId string `yaml:"logs_account_id"`

	// LogsRoleArns narrow the logs account to these roles. None means the whole
	// account.
	LogsRoleArns []string `yaml:"logs_role_arns"`

	// LogsBucketArn is the ARN of the logs account's central log bucket, which
	// gets a grant on the logs key. Empty means no grant.
	LogsBucketArn string `yaml:"logs_bucket_arn"`

	// AccountAccess is DelegateToIam or AdministerOnly. Empty means the
	// construct's default, DelegateToIam.
	AccountAccess string `yaml:"account_access"`

	// EncryptedResources are what the data key may protect.
	EncryptedResources EncryptedResources `yaml:"encrypted_resources"`

	// EnableKeyRotation says whether AWS rotates the keys. Nil means the
	// construct's default, true.
	EnableKeyRotation *bool `yaml:"enable_key_rotation"`

	// RotationPeriodDays are the days between two rotations, 90 to 2560. Nil
	// means the construct's default, 365.
	RotationPeriodDays *int `yaml:"rotation_period_days"`

	// DeletionWindowDays are the days between scheduling a key's deletion and
	// losing it, 7 to 30. Nil means the construct's default, 30.
	DeletionWindowDays *int `yaml:"deletion_window_days"`

	// PreventDestroy says whether Terraform refuses plans that destroy a key.
	// Nil means the construct's default: true in prod, false elsewhere.
	PreventDestroy *bool `yaml:"prevent_destroy"`

	// EbsEncryptionByDefault says whether everything on EBS in this account and
	// region is encrypted with the data key unless it names another.
	EbsEncryptionByDefault bool `yaml:"ebs_encryption_by_default"`

	// Guard says how strictly data without a customer managed key is refused.
	Guard Guard `yaml:"guard"`

	// Audit says what records the use of the keys and who is told of threats.
	Audit Audit `yaml:"audit"`

	// Tags are the default tags of everything in this environment, over the
	// common ones: see [File.DefaultTags].
	Tags map[string]string `yaml:"tags"`

	// Backend is where Terraform keeps this environment's state.
	Backend Backend `yaml:"backend"`
}

// ServiceRole binds roles to one service.
type ServiceRole struct {
	// Service is the service value of the encryption context that the roles
	// must use.
	Service string `yaml:"service"`

	// RoleArns are the ARNs of the service's roles.
	RoleArns []string `yaml:"role_arns"`

	// RoleArnPatterns are RoleArns with wildcards.
	RoleArnPatterns []string `yaml:"role_arn_patterns"`

	// Shared says that the roles may serve other services too.
	Shared bool `yaml:"shared"`
}

// EncryptedResources are the names, with wildcards, of what the data key may
// protect. A nil list means the platform's naming pattern, an empty one means
// nothing of this sort.
type EncryptedResources struct {
	// BucketNames are names of S3 buckets.
	BucketNames []string `yaml:"bucket_names"`

	// TableNames are names of DynamoDB tables.
	TableNames []string `yaml:"table_names"`

	// SecretNames are names of Secrets Manager secrets.
	SecretNames []string `yaml:"secret_names"`

	// LogGroupNames are names of CloudWatch log groups.
	LogGroupNames []string `yaml:"log_group_names"`
}

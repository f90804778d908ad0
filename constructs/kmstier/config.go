package kmstier

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// AccountAccess says what IAM policies of the key's own account can decide.
type AccountAccess string

const (
	// DelegateToIam lets IAM policies of the account decide about every action, as
	// the default key policy of KMS does. Whoever writes IAM policies in the
	// account can open the data: directly with the encryption context, or through any
	// AWS service, for whatever resources, and S3 passes on pairs that its caller adds
	// to the context. Administrators and the denies of the key policies stand all the
	// same.
	DelegateToIam AccountAccess = "DelegateToIam"
	// AdministerOnly lets IAM policies of the account decide about administrative
	// actions only. Whoever uses the keys must be named in the configuration, roles
	// of AWS services (Auto Scaling, Backup) included.
	AdministerOnly AccountAccess = "AdministerOnly"
)

// ConfigError is everything that is wrong with what a construct or a method was
// given. Nothing was created or changed. Its Subject says what was refused, its
// Problems name each field, its value and what is allowed.
type ConfigError = config.Error

// Defaults of [KmsTierConfig].
const (
	DefaultNamePrefix         = config.DefaultNamePrefix
	DefaultApp                = "neurocipher-pipeline"
	DefaultRotationPeriodDays = 365
	DefaultDeletionWindowDays = 30
)

// KmsTierConfig says what an environment's keys are called, who may use them and
// how they are protected. Only Environment is required.
//
// Wherever an ARN, an account id, the Region or the partition stands, a token
// may stand as well: the attribute of a resource in the same app. It is taken as
// it is and never mistaken for a bad value. A list of ARNs may also be a single
// list token, as cdktf.Token_AsList returns it, but for SecurityRoleArns and
// LogsRoleArns, of which each entry gets a grant of its own.
type KmsTierConfig struct {
	// Environment names the environment: in the aliases, in the tag "env" and in
	// the encryption context, whose values KMS compares exactly and whose names it
	// compares whatever their case. Required; a slug of lower-case letters, digits and
	// single hyphens, such as "prod", at most 32 characters.
	Environment string
	// Production says whether the stricter rules hold: rotation on, a deletion window
	// of 30 days, PreventDestroy. What is not so is refused then, and elsewhere warned
	// of where it was asked for. Default: true where Environment begins or ends with
	// prod, production, prd or live as a word, as "eu-prod" does, but not after non,
	// pre, no or not, as in "non-prod"; else false.
	Production *bool
	// NamePrefix begins every alias: alias/{NamePrefix}-{purpose}-{Environment}. A
	// slug; default "nc-dp".
	NamePrefix string
	// App is the value of "app" in the encryption context and in the tags. Default
	// "neurocipher-pipeline".
	App string
	// Services are the values that "service" may take in the encryption context.
	// Default: any that is not empty. KMS compares them exactly, so two that differ in
	// case only are refused.
	Services []string

	// AccountId is the key's account, twelve digits. Default: looked up from the
	// provider's credentials when Terraform plans. Role ARNs that spell out another
	// account are refused; without AccountId, those that spell out two accounts are,
	// and Terraform's plan fails where the one account is not the provider's.
	AccountId string
	// Region is the key's Region, which must be that of what it encrypts, such as
	// "us-east-1". One that this version does not know and that has the form of a
	// partition's Regions is a warning. Default: looked up from the provider.
	Region string
	// Provider makes the keys and all beside them, so that one stack can hold an
	// environment's keys in two Regions, each tier with an id and a provider of its own.
	// Default: the stack's provider without an alias.
	//
	// A Region or AccountId that is known and not the provider's is refused: Region is
	// compared with its region, AccountId with its allowed and forbidden account ids, if
	// the provider was made before the tier and says them as text.
	Provider cdktf.TerraformProvider
	// Partition is the AWS partition: "aws", "aws-cn", "aws-us-gov" and so on.
	// Default: looked up from the provider.
	Partition string

	// LambdaRoleArns, FargateRoleArns and GlueRoleArns are the service roles that
	// use the data key, for any of the Services, and write application logs with
	// the logs key. Each is the ARN of an IAM role or user in the key's account.
	LambdaRoleArns  []string
	FargateRoleArns []string
	GlueRoleArns    []string
	// RoleArnPatterns are service roles by pattern, with "*" and "?" in the role's
	// name or path, for roles that do not exist yet or whose names end in a random
	// part: "arn:aws:iam::123456789012:role/etl-*". Such a role needs an IAM policy
	// that allows the use as well. Policy variables are refused.
	RoleArnPatterns []string
	// ServiceRoles are roles that may use the data key directly for one service
	// only: with its name as "service" in the encryption context.
	ServiceRoles []ServiceRole

	// AdministratorRoleArns manage the keys and can never use them, whatever else
	// allows it: sessions of these roles are denied all use, by name. They are roles:
	// an IAM user, which gets sessions under names of its own choice by
	// sts:GetFederationToken, is refused where the ARN shows that it is one.
	AdministratorRoleArns []string
	// AdministratorRoleArnPatterns are administrators by pattern, like
	// RoleArnPatterns.
	AdministratorRoleArnPatterns []string
	// DeployerRoleArns create what the data key encrypts (secrets, tables,
	// functions with encrypted variables), through AWS services only. Whoever runs
	// Terraform for such resources needs this; an administrator cannot do it. Through
	// those services they read and write everything that the key encrypts, every bucket
	// of it included, not EncryptedResources alone.
	DeployerRoleArns []string
	// DeployerRoleArnPatterns are deployers by pattern, like RoleArnPatterns.
	DeployerRoleArnPatterns []string

	// SecurityAccountId is the account that audits the keys and reads the logs,
	// twelve digits, not the key's own. Default: none.
	SecurityAccountId string
	// SecurityRoleArns narrow the security account to some of its roles. Default:
	// the whole account, whose IAM policies then decide.
	SecurityRoleArns []string
	// LogsAccountId is the account that archives the logs, twelve digits, not the
	// key's own. Default: none.
	LogsAccountId string
	// LogsRoleArns narrow the logs account to some of its roles. Default: the whole
	// account.
	LogsRoleArns []string
	// LogsBucketArn is the bucket that the logs account archives into, with bucket
	// keys on. With it the logs account gets a grant on the logs key that is bound
	// to this bucket, and roles may write their application logs there. Default:
	// none.
	LogsBucketArn string

	// SharedWith are other accounts that use the keys, each in the ways that it names.
	// The security and the logs account are two such, with fields and Sids of their own.
	// Default: none.
	SharedWith []Share
	// OrganizationTrailArn is the trail of the organization's management account, which
	// records this account's events too: CloudTrail may then encrypt its log files with
	// the logs key. Trails of the key's own account need no field. Default: none.
	OrganizationTrailArn string

	// AccountAccess is DelegateToIam (the default) or AdministerOnly.
	AccountAccess AccountAccess
	// EncryptedResources limit what the keys may protect of the services that both serve
	// by default. Default: the platform's naming patterns.
	EncryptedResources EncryptedResources
	// AwsServices are the AWS services that the keys serve beside those that they serve
	// by default, each with the resources that a key may protect:
	//
	//	AwsServices: kmstier.AwsServices{
	//		Data: []kmstier.AwsService{kmstier.Sqs("nc-dp-prod-*"), kmstier.Kinesis("nc-dp-prod-events")},
	//	}
	//
	// A service that a key serves by default, and that is named here, has the resources
	// that it is named with, for this key, in place of those of EncryptedResources,
	// which must not give them as well. docs/services.md says what each service is
	// allowed. Default: none.
	AwsServices AwsServices

	// ReplicaRegions makes every key of the tier a multi-Region key, with a replica in each
	// of these Regions. This can only be chosen when a key is made: on a key that exists,
	// Terraform plans to replace it, with the loss of all data behind it, which
	// PreventDestroy refuses. A Region can be added later, or left out again. Keys in
	// custom key stores, and services such as Fargate's storage, take no multi-Region key,
	// and are refused. Default: none, and keys of one Region.
	ReplicaRegions []ReplicaRegion
	// AdditionalKeys are further keys, of any kind: for signatures, MACs, key agreement,
	// asymmetric encryption, or one more symmetric key. Default: none.
	AdditionalKeys []AdditionalKey
	// Adopt are keys that exist already and become keys of the tier: Terraform imports
	// them in place of making new ones. Default: none.
	Adopt []AdoptedKey

	// EnableKeyRotation rotates the key material every RotationPeriodDays. Default
	// true; must not be false in production.
	EnableKeyRotation *bool
	// RotationPeriodDays is from 90 to 2560. Default 365.
	RotationPeriodDays int
	// DeletionWindowDays is how long a deleted key can be recovered, from 7 to 30,
	// and the least that anybody may ask for when scheduling a deletion. Default
	// 30; must be 30 in production.
	DeletionWindowDays int
	// PreventDestroy lets Terraform refuse every plan that would destroy a key which
	// the configuration still has: a key that is taken out of it takes the rule along
	// (Terraform, "The lifecycle Meta-Argument"). Default true in production, where it
	// must not be false, else false.
	PreventDestroy *bool

	// EbsEncryptionByDefault encrypts every new EBS volume and snapshot copy with
	// the data key, unless its request names another key. It is a setting of the
	// whole account in the key's Region, so one tier of a stack can have it. Default
	// false.
	//
	// Whoever launches an instance then uses the data key, through EC2: roles that do
	// must be among the service roles or deployers of this configuration. So must
	// the service-linked roles of services that launch instances, such as
	// "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
	// or their instances do not start. See the EBS User Guide, "Enable Amazon EBS
	// encryption by default", and the EC2 Auto Scaling User Guide, "Required AWS KMS
	// key policy for use with encrypted volumes".
	EbsEncryptionByDefault bool

	// ExtraStatements are added to the policy of a key, by the key's purpose: "data",
	// "logs" or that of an additional key. Their Sids must be unique within the policy, their Resources
	// "*" or left out, and they must keep what the policies promise:
	//
	// Nobody uses a symmetric key without an encryption context. AWS services act for resources
	// of the key's account: aws:SourceAccount is the account, or aws:SourceArn, or a
	// context such as kms:EncryptionContext:aws:sns:topicArn, has it in its ARN; an ARN
	// without account, as of a bucket, or one that is a token needs aws:SourceAccount
	// beside it, but in a context. Everyone is bound to a declared account by
	// aws:PrincipalAccount, kms:CallerAccount or aws:PrincipalArn. Grants are for AWS
	// resources or to a named grantee. Administrators are allowed nothing that is denied
	// to them. What a token turns out to be is not checked.
	ExtraStatements map[string][]keypolicy.Statement
	// Tags are added to each key's own, Name, app and env, which they cannot change.
	Tags map[string]string
}

// ServiceRole binds roles to one service: they use the data key directly only
// with that service's name in the encryption context.
type ServiceRole struct {
	// Service is the value of "service", such as "svc-ingest-api"; one of the
	// configuration's Services if those are given.
	Service string
	// RoleArns are the ARNs of IAM roles or users in the key's account. There must be
	// one, here or in RoleArnPatterns.
	RoleArns []string
	// RoleArnPatterns are roles by pattern, like those of [KmsTierConfig].
	RoleArnPatterns []string
	// Shared says that the roles serve other services too. Without it, a role that
	// is bound to two services is taken for a mistake.
	Shared bool
}

// EncryptedResources name what the keys may protect, per AWS service, by names
// in which "*" and "?" are wildcards. A nil list means the default, an empty one
// nothing of the kind, and "*" everything.
type EncryptedResources struct {
	// BucketNames of S3. Default "{NamePrefix}-{Environment}-*".
	BucketNames []string
	// TableNames of DynamoDB. Default "{NamePrefix}-{Environment}-*".
	TableNames []string
	// SecretNames of Secrets Manager, without the random suffix. Default "*".
	SecretNames []string
	// LogGroupNames of CloudWatch Logs. Default "*".
	LogGroupNames []string
}

package kmsaudit

import "github.com/neurocipher-io/kmstier/internal/config"

// DefaultNamePrefix begins every name unless [KmsAuditConfig] says otherwise.
const DefaultNamePrefix = config.DefaultNamePrefix

// ConfigError is everything that is wrong with what [NewKmsAudit] was given. It
// is the same type as that of package kmstier, so that an app handles both alike.
type ConfigError = config.Error

// KmsAuditConfig says what records the use of an account's keys and who is told
// when one is in danger. Environment is required, and LogsKeyArn unless there is
// an ExistingTrail.
//
// AccountId, Region, Partition, LogsKeyArn, ManagementAccountId,
// DataEventBucketArns, AccessLogBucket, LogGroupName, TrustedAccountIds,
// ImportedKeyIds, GrantIds and the values of KeyArns and Tags may be tokens:
// attributes of resources in the same app.
type KmsAuditConfig struct {
	// Environment names the environment in every name. Required; a slug of
	// lower-case letters, digits and single hyphens, such as "prod". Together with
	// NamePrefix at most 30 characters, which leaves room in the names of buckets and
	// rules.
	Environment string
	// Production says whether it is production, where the log files are locked and
	// kept longer. Default: by the environment's name: prod, production, prd or live,
	// alone or as a word at either end, but not after non, pre, no or not.
	Production *bool
	// NamePrefix begins every name: {NamePrefix}-kms-audit-{Environment}. A slug;
	// default "nc-dp".
	NamePrefix string

	// AccountId is the account whose keys are watched, twelve digits. Default:
	// looked up from the provider's credentials when Terraform plans.
	AccountId string
	// Region is that of the keys, the trail and the alerts, such as "us-east-1".
	// The trail records all Regions; the alerts see the keys of this one. Default:
	// looked up from the provider.
	Region string
	// Partition is the AWS partition: "aws", "aws-cn", "aws-us-gov" and so on.
	// Default: looked up from the provider.
	Partition string

	// LogsKeyArn is the ARN of the key that encrypts the trail's files, their bucket
	// and the log group: that of the tier's logs key, whose policy lets CloudTrail
	// and CloudWatch Logs use it. An id or an alias is refused, because CloudTrail
	// reports the ARN and every plan would show a change.
	LogsKeyArn string
	// ExistingTrail says that a trail exists already, such as that of the
	// organization. Then the construct makes none, and no bucket: an AWS Config rule
	// checks that some trail of the account records every management event.
	// Default: none, a trail is made.
	ExistingTrail *ExistingTrail
	// RetentionDays is how long log files are kept, from 1 to 36500, and locked in
	// "prod". Default: 2557 (seven years) in production, 7 in "dev", 30 elsewhere.
	RetentionDays int
	// OrganizationTrail makes the trail that of an organization: it records every
	// account of it, in the management account's or a delegated administrator's.
	// Default: none, the trail records its own account.
	OrganizationTrail *OrganizationTrail
	// DataEventBucketArns are buckets whose objects' reads and writes are recorded,
	// too: those that hold what the keys protect, such as
	// "arn:aws:s3:::nc-dp-prod-raw"; at most 250, and not the trail's own. CloudTrail
	// charges for each event. Default: none.
	DataEventBucketArns []string
	// AccessLogBucket is the name of a bucket of the same account and Region that gets
	// the access logs of the trail's bucket, whose policy lets S3's log delivery in.
	// Default: none; see docs/kmsaudit.md for what stands in for them.
	AccessLogBucket string
	// LogGroupRetentionDays is how long the trail's log group keeps the events for
	// searching, one of the numbers that CloudWatch Logs takes. Default: 90 in
	// production, 7 in "dev", 30 elsewhere.
	LogGroupRetentionDays int

	// AlertEmails get the alerts by email, once each address has confirmed its
	// subscription. Default: none; subscribe to [KmsAudit.AlertsTopicArn] then.
	AlertEmails []string
	// TrustedAccountIds are other accounts that may get grants, and with whose keys
	// data may be encrypted, without an alert; twelve digits each: the security account
	// and the logs account of the tier. Each makes a pattern of EventBridge and a
	// filter of CloudWatch Logs longer, so that about ten fit.
	TrustedAccountIds []string
	// ImportedKeyIds are the ids of keys with imported material that expires: an
	// alarm warns 30 days ahead.
	ImportedKeyIds []string

	// KeyArns are the ARNs of keys by their aliases, such as "alias/nc-dp-data-prod":
	// every message about a key lists them, since an event names a key by its id.
	// Default: none.
	KeyArns map[string]string
	// GrantIds are the ids of grants that must stay, such as those to the trusted
	// accounts: revoking or retiring one is alerted. Default: none.
	GrantIds []string

	// EnableConfigRules makes the AWS Config rules, which need a configuration
	// recorder in the account and Region. Default true; must not be false with an
	// ExistingTrail, which nothing else checks.
	EnableConfigRules *bool
	// EnableGuardDuty makes the account's GuardDuty detector, of which a Region has
	// one, and alerts on its findings of high severity. Default false.
	EnableGuardDuty bool

	// PreventDestroy makes Terraform refuse to destroy the trail, its bucket and the
	// alerts key. Default: true in production, else false. Where it is false, destroying
	// the stack deletes the log files.
	PreventDestroy *bool
	// Tags are put on everything that takes tags, beside "env".
	Tags map[string]string
}

// ExistingTrail is a trail that something else maintains.
type ExistingTrail struct {
	// LogGroupName is the log group in this account and Region that the trail writes
	// to. With it, denied use of a key raises the alarm as well, and so does a log
	// group that falls silent. Default: none, as the trail of an organization writes
	// to its management account.
	LogGroupName string
}

// OrganizationTrail is what a trail of an organization needs to know. The key of
// LogsKeyArn must let CloudTrail encrypt for a trail of the management account. See
// the CloudTrail User Guide, "Creating a trail for an organization".
type OrganizationTrail struct {
	// OrganizationId is that of AWS Organizations, such as "o-exampleorgid". Required.
	OrganizationId string
	// ManagementAccountId is the organization's management account, twelve digits,
	// which the trail's ARN is of, also when a delegated administrator makes it.
	// Default: AccountId.
	ManagementAccountId string
}

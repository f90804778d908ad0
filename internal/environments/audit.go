package environments

// Audit says what records the use of an environment's keys and who is told when
// one is in danger.
type Audit struct {
	// Whether this app watches the keys. Default true; false where something else
	// does.
	Enabled *bool `yaml:"enabled"`

	// A trail that exists already, such as that of the organization. Default: none, a
	// trail is made.
	ExistingTrail *ExistingTrail `yaml:"existing_trail"`

	// What a trail of the organization needs to know, which records every account of
	// it. Default: none, the trail records this account. Not with an existing trail.
	OrganizationTrail *OrganizationTrail `yaml:"organization_trail"`

	// ARNs of buckets whose objects' reads and writes are recorded too, for which
	// CloudTrail charges; at most 250. Default: none. Not with an existing trail.
	DataEventBucketArns []string `yaml:"data_event_bucket_arns" rule:"bucket"`

	// Name of a bucket of this account and Region that gets the access logs of the
	// trail's bucket. Default: none. Not with an existing trail.
	AccessLogBucket string `yaml:"access_log_bucket" rule:"bucketName"`

	// Days that the trail's log files are kept, and locked in prod. Default 2557 in
	// prod, 7 in dev, 30 elsewhere.
	RetentionDays *int `yaml:"retention_days" rule:"logFileRetention"`

	// Days that the trail's log group keeps events. Default 90 in prod, 7 in dev, 30
	// elsewhere.
	LogGroupRetentionDays *int `yaml:"log_group_retention_days" rule:"logGroupRetention"`

	// Email addresses that get the alerts, once each has confirmed.
	AlertEmails []string `yaml:"alert_emails" rule:"email"`

	// Ids of keys with imported material that expires: an alarm warns 30 days ahead.
	ImportedKeyIds []string `yaml:"imported_key_ids" rule:"key"`

	// Ids of grants that must stay: revoking or retiring one is alerted. Default: none.
	GrantIds []string `yaml:"grant_ids" rule:"grant"`

	// Whether AWS Config checks the keys, which takes a configuration recorder in the
	// account. Default true; must be true with an existing trail.
	EnableConfigRules *bool `yaml:"enable_config_rules"`

	// Whether to make the account's GuardDuty detector, of which a Region has one.
	// Default false; true in one environment of an account and Region only.
	EnableGuardDuty bool `yaml:"enable_guard_duty"`
}

// IsEnabled reports whether the app watches the keys.
func (a Audit) IsEnabled() bool { return a.Enabled == nil || *a.Enabled }

// ExistingTrail is a trail that something else maintains.
type ExistingTrail struct {
	// The log group of this account and Region that the trail writes to. Default:
	// none.
	LogGroupName string `yaml:"log_group_name" rule:"logGroup"`
}

// OrganizationTrail is what a trail of an organization needs to know.
type OrganizationTrail struct {
	// Id of the organization, like o-exampleorgid.
	OrganizationId string `yaml:"organization_id" rule:"organization,required"`

	// The organization's management account. Default: this account.
	ManagementAccountId string `yaml:"management_account_id" rule:"account"`
}

package environments

// Audit says what records the use of an environment's keys and who is told when
// one is in danger.
type Audit struct {
	// Enabled says whether the app watches the keys. Nil means true.
	Enabled *bool `yaml:"enabled"`

	// ExistingTrail is a trail that something else maintains. Nil means that the
	// app makes one.
	ExistingTrail *ExistingTrail `yaml:"existing_trail"`

	// RetentionDays are the days that the trail's log files are kept. Nil means
	// the construct's default: 2557 in prod, 7 in dev, 30 elsewhere.
	RetentionDays *int `yaml:"retention_days"`

	// LogGroupRetentionDays are the days that the trail's log group keeps events.
	// Nil means the construct's default: 90 in prod, 7 in dev, 30 elsewhere.
	LogGroupRetentionDays *int `yaml:"log_group_retention_days"`

	// AlertEmails are the addresses that get the alerts.
	AlertEmails []string `yaml:"alert_emails"`

	// ImportedKeyIds are the ids of keys with imported material that expires.
	ImportedKeyIds []string `yaml:"imported_key_ids"`

	// EnableConfigRules says whether AWS Config checks the keys. Nil means the
	// construct's default, true.
	EnableConfigRules *bool `yaml:"enable_config_rules"`

	// EnableGuardDuty says whether to make the account's GuardDuty detector.
	EnableGuardDuty bool `yaml:"enable_guard_duty"`
}

// IsEnabled reports whether the app watches the keys.
func (a Audit) IsEnabled() bool { return a.Enabled == nil || *a.Enabled }

// ExistingTrail is a trail that something else maintains.
type ExistingTrail struct {
	// LogGroupName is the log group of this account and region that the trail
	// writes to. Empty means none.
	LogGroupName string `yaml:"log_group_name"`
}

package kmsaudit

import (
	"maps"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/keyalert"
)

// The environments with defaults of their own.
const (
	production  = "prod"
	development = "dev"
)

// settings are a checked configuration with its defaults filled in. They share
// nothing with the caller's configuration, which may change afterwards.
type settings struct {
	environment, namePrefix      string
	accountId, region, partition string

	logsKeyArn string
	// ownTrail says that the construct makes the trail; existingLogGroup is that of
	// a trail that exists already.
	ownTrail         bool
	existingLogGroup string
	// organizationId is that of an organization's trail, or "".
	organizationId, managementAccountId string
	dataEventBucketArns                 []string
	accessLogBucket                     string

	retentionDays         int
	logGroupRetentionDays int
	// lockFiles locks the log files for as long as they are kept.
	lockFiles bool

	alertEmails       []string
	trustedAccountIds []string
	importedKeyIds    []string
	keyArns           map[string]string
	grantIds          []string

	configRules    bool
	guardDuty      bool
	preventDestroy bool
	tags           map[string]string
}

func newSettings(config *KmsAuditConfig) settings {
	s := settings{
		environment: config.Environment, namePrefix: config.NamePrefix,
		accountId: config.AccountId, region: config.Region, partition: config.Partition,

		logsKeyArn: config.LogsKeyArn,
		ownTrail:   config.ExistingTrail == nil,

		retentionDays:         byEnvironment(config.RetentionDays, config.Environment, 2557, 30),
		logGroupRetentionDays: byEnvironment(config.LogGroupRetentionDays, config.Environment, 90, 30),
		lockFiles:             config.Environment == production,

		alertEmails:       slices.Clone(config.AlertEmails),
		trustedAccountIds: slices.Clone(config.TrustedAccountIds),
		importedKeyIds:    slices.Clone(config.ImportedKeyIds),

		dataEventBucketArns: slices.Clone(config.DataEventBucketArns),
		accessLogBucket:     config.AccessLogBucket,
		keyArns:             maps.Clone(config.KeyArns),
		grantIds:            slices.Clone(config.GrantIds),

		configRules:    config.EnableConfigRules == nil || *config.EnableConfigRules,
		guardDuty:      config.EnableGuardDuty,
		preventDestroy: config.Environment == production,
		tags:           map[string]string{},
	}
	if s.namePrefix == "" {
		s.namePrefix = DefaultNamePrefix
	}
	if config.ExistingTrail != nil {
		s.existingLogGroup = config.ExistingTrail.LogGroupName
	}
	if config.OrganizationTrail != nil {
		s.organizationId, s.managementAccountId = config.OrganizationTrail.OrganizationId, config.OrganizationTrail.ManagementAccountId
	}
	if config.PreventDestroy != nil {
		s.preventDestroy = *config.PreventDestroy
	}
	maps.Copy(s.tags, config.Tags)
	s.tags["env"] = s.environment
	return s
}

func byEnvironment(given int, environment string, inProduction, elsewhere int) int {
	switch {
	case given != 0:
		return given
	case environment == production:
		return inProduction
	case environment == development:
		return 7
	default:
		return elsewhere
	}
}

// name is that of the trail and the beginning of every other name.
func (s settings) name() string { return s.namePrefix + "-kms-audit-" + s.environment }

// keyAlias is the alias of the key that encrypts the alerts.
func (s settings) keyAlias() string { return "alias/" + s.namePrefix + "-alerts-" + s.environment }

// bucketName is outside of "{NamePrefix}-{Environment}-*", the buckets that a
// tier's keys let the service roles read.
func (s settings) bucketName(accountId string) string { return s.name() + "-" + accountId }

// logGroup is where the events of the trail can be searched, or "" when that is
// in another account.
func (s settings) logGroup() string {
	if s.ownTrail {
		return "/aws/cloudtrail/" + s.name()
	}
	return s.existingLogGroup
}

// warnings are what is allowed and still deserves a look.
func (s settings) warnings() []string {
	var warnings []string
	if len(s.alertEmails) == 0 {
		warnings = append(warnings, "AlertEmails is empty: nobody hears of an alert unless something subscribes to the topic "+s.topicName())
	}
	if !s.configRules {
		warnings = append(warnings, "EnableConfigRules is false: a key that is not rotated, scheduled for deletion or open to the public is found by nobody")
	}
	return warnings
}

func (s settings) topicName() string { return s.name() + "-alerts" }

// criticalTopicName is that of the topic which gets the critical alerts as well.
func (s settings) criticalTopicName() string { return s.topicName() + keyalert.CriticalTopic }

// roleName is that of the role which delivers events to the log group.
func (s settings) roleName() string { return s.name() }

func (s settings) queueName() string { return s.name() + "-undelivered" }

// noncurrentDays is how long a file that was deleted or overwritten can still be
// had back. Locked files cannot be deleted before their time.
func (s settings) noncurrentDays() int {
	if s.lockFiles {
		return 1
	}
	return s.retentionDays
}

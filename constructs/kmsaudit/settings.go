package kmsaudit

import (
	"maps"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/keyalert"
)

// development is the environment in which everything is kept for a week only.
const development = "dev"

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

func newSettings(given *KmsAuditConfig) settings {
	production := config.IsProductionBy(given.Production, given.Environment)
	s := settings{
		environment: given.Environment, namePrefix: given.NamePrefix,
		accountId: given.AccountId, region: given.Region, partition: given.Partition,

		logsKeyArn: given.LogsKeyArn,
		ownTrail:   given.ExistingTrail == nil,

		retentionDays:         byEnvironment(given.RetentionDays, production, given.Environment, 2557, 30),
		logGroupRetentionDays: byEnvironment(given.LogGroupRetentionDays, production, given.Environment, 90, 30),
		lockFiles:             production,

		alertEmails:       slices.Clone(given.AlertEmails),
		trustedAccountIds: slices.Clone(given.TrustedAccountIds),
		importedKeyIds:    slices.Clone(given.ImportedKeyIds),

		dataEventBucketArns: slices.Clone(given.DataEventBucketArns),
		accessLogBucket:     given.AccessLogBucket,
		keyArns:             maps.Clone(given.KeyArns),
		grantIds:            slices.Clone(given.GrantIds),

		configRules:    given.EnableConfigRules == nil || *given.EnableConfigRules,
		guardDuty:      given.EnableGuardDuty,
		preventDestroy: production,
		tags:           map[string]string{},
	}
	if s.namePrefix == "" {
		s.namePrefix = DefaultNamePrefix
	}
	if given.ExistingTrail != nil {
		s.existingLogGroup = given.ExistingTrail.LogGroupName
	}
	if given.OrganizationTrail != nil {
		s.organizationId, s.managementAccountId = given.OrganizationTrail.OrganizationId, given.OrganizationTrail.ManagementAccountId
	}
	if given.PreventDestroy != nil {
		s.preventDestroy = *given.PreventDestroy
	}
	maps.Copy(s.tags, given.Tags)
	s.tags["env"] = s.environment
	return s
}

func byEnvironment(given int, production bool, environment string, inProduction, elsewhere int) int {
	switch {
	case given != 0:
		return given
	case production:
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

package kmsaudit

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// maxNames is what NamePrefix and Environment may have together: EventBridge
// takes 64 characters for the name of a rule, S3 takes 63 for that of a bucket.
const maxNames = 30

var keyArnFormat = regexp.MustCompile(`^arn:(aws[a-z-]*):kms:([a-z0-9-]+):([0-9]{12}):key/[A-Za-z0-9-]+$`)

// Validate returns a [ConfigError] with everything that is wrong with the
// configuration, or nil. It is pure Go: it needs neither an app nor Node.js.
// [NewKmsAudit] validates by itself.
func (c *KmsAuditConfig) Validate() error {
	if c == nil {
		return config.Refuse("the configuration", keypolicy.Problems{noConfig})
	}
	return config.Refuse(fmt.Sprintf("the audit configuration of environment %q", c.Environment), check(c, newSettings(c)))
}

var noConfig = keypolicy.Problem{Field: "config", Reason: "is nil; must be a *KmsAuditConfig with at least Environment, and LogsKeyArn or ExistingTrail"}

// checker collects everything that is wrong with a configuration.
type checker struct {
	config.Checker
	location config.Location
}

// check reports everything that is wrong with the configuration, whose settings
// are given, in the order of the configuration's fields.
func check(given *KmsAuditConfig, s settings) keypolicy.Problems {
	c := &checker{}
	c.names(given, s)
	c.location = c.Location(given.AccountId, given.Region, given.Partition)
	c.trail(given)
	c.retention(given, s)
	c.alerts(given)
	c.watched(given)
	if given.ExistingTrail != nil && !s.configRules {
		c.ReportValue("EnableConfigRules", false, "must be true with an ExistingTrail, which nothing else checks")
	}
	c.Tags(given.Tags, map[string]config.OwnTag{
		"env": {Value: s.environment, Reason: fmt.Sprintf("is set by the construct to %q, which access control by tag relies on", s.environment)},
	})
	if c.Count() == 0 {
		c.quotas(s)
	}
	return c.InOrderOf(reflect.TypeFor[KmsAuditConfig]())
}

func (c *checker) names(given *KmsAuditConfig, s settings) {
	const why = "since it stands in names"
	before := c.Count()
	c.Literal("Environment", given.Environment, limits.Slug, why)
	if given.NamePrefix != "" {
		c.Literal("NamePrefix", given.NamePrefix, limits.Slug, why)
	}
	if length := len(s.namePrefix) + len(s.environment); c.Count() == before && length > maxNames {
		c.Report("Environment", given.Environment, fmt.Sprintf("has %d characters together with NamePrefix %q; must be at most %d, so that the names of buckets and rules fit", length, s.namePrefix, maxNames))
	}
}

func (c *checker) trail(given *KmsAuditConfig) {
	const meaningless = "means nothing with an ExistingTrail; leave it out"
	existing := given.ExistingTrail
	switch arn := given.LogsKeyArn; {
	case existing != nil && arn != "":
		c.Report("LogsKeyArn", arn, meaningless)
	case existing == nil && arn == "":
		c.Report("LogsKeyArn", "", "is missing; must be the ARN of the key for the trail's files, such as that of the tier's LogsKey, unless there is an ExistingTrail")
	case existing == nil:
		c.keyArn("LogsKeyArn", arn)
	}
	if existing == nil {
		c.ownTrail(given)
		return
	}
	if given.OrganizationTrail != nil {
		c.Report("OrganizationTrail", "", meaningless)
	}
	if len(given.DataEventBucketArns) > 0 {
		c.ReportValue("DataEventBucketArns", len(given.DataEventBucketArns), meaningless)
	}
	if given.AccessLogBucket != "" {
		c.Report("AccessLogBucket", given.AccessLogBucket, meaningless)
	}
	if given.RetentionDays != 0 {
		c.ReportValue("RetentionDays", given.RetentionDays, meaningless)
	}
	if given.LogGroupRetentionDays != 0 {
		c.ReportValue("LogGroupRetentionDays", given.LogGroupRetentionDays, meaningless)
	}
	c.Text("ExistingTrail.LogGroupName", existing.LogGroupName, limits.LogGroupName)
}

const keyArnReason = `must be the ARN of a key, such as "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"; no id and no alias`

func (c *checker) keyArn(field, arn string) {
	if !c.Single(field, arn).IsKnown() {
		return
	}
	parts := keyArnFormat.FindStringSubmatch(arn)
	if parts == nil {
		c.Report(field, arn, keyArnReason)
		return
	}
	if want := c.location.KnownPartition(); want != "" && parts[1] != want {
		c.Report(field, arn, fmt.Sprintf("is of partition %q; must be of %q", parts[1], want))
	}
	// CloudTrail takes a key of the bucket's Region only.
	if region := c.location.Region; region.Differs(config.ValueOf(parts[2])) {
		c.Report(field, arn, fmt.Sprintf("is of Region %s; must be of %s, that of the bucket", parts[2], region.Text()))
	}
	if account := c.location.Account; account.Differs(config.ValueOf(parts[3])) {
		c.Report(field, arn, fmt.Sprintf("is of account %s; must be of %s, whose trails its policy lets in", parts[3], account.Text()))
	}
}

func (c *checker) retention(given *KmsAuditConfig, s settings) {
	if given.ExistingTrail != nil {
		return
	}
	c.Days("RetentionDays", s.retentionDays, limits.LogFileRetention)
	c.Days("LogGroupRetentionDays", s.logGroupRetentionDays, limits.LogGroupRetention)
}

func (c *checker) alerts(given *KmsAuditConfig) {
	for i, email := range given.AlertEmails {
		field := fmt.Sprintf("AlertEmails[%d]", i)
		c.Literal(field, email, limits.Email, "since it names a subscription")
		c.once(field, "AlertEmails", given.AlertEmails, i)
	}
	for i, account := range given.TrustedAccountIds {
		field := fmt.Sprintf("TrustedAccountIds[%d]", i)
		id := c.Text(field, account, limits.AccountId)
		switch {
		case account == "":
			c.Report(field, "", "is empty; must be "+limits.AccountId.Must)
		case id.IsKnown() && id == c.location.Account:
			c.Report(field, account, "is the keys' own account, whose roles may get grants anyway; leave it out")
		}
		c.once(field, "TrustedAccountIds", given.TrustedAccountIds, i)
	}
	for i, key := range given.ImportedKeyIds {
		field := fmt.Sprintf("ImportedKeyIds[%d]", i)
		if key == "" {
			c.Report(field, "", "is empty; must be "+limits.KeyId.Must)
		}
		c.Text(field, key, limits.KeyId)
		c.once(field, "ImportedKeyIds", given.ImportedKeyIds, i)
	}
}

// once refuses a literal that stands in a list already.
func (c *checker) once(field, list string, values []string, i int) {
	if first := slices.Index(values, values[i]); first < i && config.ValueOf(values[i]).IsKnown() {
		c.Report(field, values[i], fmt.Sprintf("is %s[%d] already", list, first))
	}
}

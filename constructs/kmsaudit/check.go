package kmsaudit

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// maxNames is what NamePrefix and Environment may have together: EventBridge
// takes 64 characters for the name of a rule, S3 takes 63 for that of a bucket.
const maxNames = 30

// What AWS takes. See "Tag naming limits and requirements" in the Tagging AWS
// Resources User Guide; S3 tags, of which there may be 50, set the limit.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

var (
	keyArnFormat   = regexp.MustCompile(`^arn:(aws[a-z-]*):kms:([a-z0-9-]+):([0-9]{12}):key/[A-Za-z0-9-]+$`)
	keyIdFormat    = regexp.MustCompile(`^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
	logGroupFormat = regexp.MustCompile(`^[A-Za-z0-9/_.#-]{1,512}$`)
	emailFormat    = regexp.MustCompile(`^[^@\s"\\]+@[^@\s"\\]+\.[^@\s"\\]+$`)
	tagFormat      = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

// logGroupRetentions are the periods that CloudWatch Logs takes. See
// PutRetentionPolicy in the CloudWatch Logs API Reference.
var logGroupRetentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

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
	problems keypolicy.Problems
}

func (c *checker) report(field, value, reason string) {
	if value != "" {
		value = strconv.Quote(value)
	}
	c.problems = append(c.problems, keypolicy.Problem{Field: field, Value: value, Reason: reason})
}

func (c *checker) add(problems keypolicy.Problems) { c.problems = append(c.problems, problems...) }

// check reports everything that is wrong with the configuration, whose settings
// are given, in the order of the configuration's fields.
func check(given *KmsAuditConfig, s settings) keypolicy.Problems {
	c := &checker{}
	c.names(given, s)
	c.add(config.Check(given.AccountId, given.Region, given.Partition))
	c.trail(given)
	c.retention(given, s)
	c.alerts(given)
	c.watched(given)
	if given.ExistingTrail != nil && !s.configRules {
		c.problems = append(c.problems, keypolicy.Problem{Field: "EnableConfigRules", Value: "false", Reason: "must be true with an ExistingTrail, which nothing else checks"})
	}
	c.tags(given, s)
	if len(c.problems) == 0 {
		c.quotas(s)
	}
	slices.SortStableFunc(c.problems, func(a, b keypolicy.Problem) int {
		return fieldPosition(a.Field) - fieldPosition(b.Field)
	})
	return c.problems
}

var fieldName = regexp.MustCompile(`^\w+`)

// fieldPosition is the place, in KmsAuditConfig, of the field that a path begins
// with.
func fieldPosition(path string) int {
	field, _ := reflect.TypeFor[KmsAuditConfig]().FieldByName(fieldName.FindString(path))
	return field.Index[0]
}

func (c *checker) names(given *KmsAuditConfig, s settings) {
	const unknown = "must be known when the app runs, since it stands in names; a token is not"
	before := len(c.problems)
	switch {
	case given.Environment == "":
		c.report("Environment", "", "is missing; "+config.SlugReason)
	case aws.IsToken(given.Environment):
		c.report("Environment", given.Environment, unknown)
	case !config.IsSlug(given.Environment):
		c.report("Environment", given.Environment, config.SlugReason)
	}
	switch {
	case aws.IsToken(given.NamePrefix):
		c.report("NamePrefix", given.NamePrefix, unknown)
	case given.NamePrefix != "" && !config.IsSlug(given.NamePrefix):
		c.report("NamePrefix", given.NamePrefix, config.SlugReason)
	}
	if length := len(s.namePrefix) + len(s.environment); len(c.problems) == before && length > maxNames {
		c.report("Environment", given.Environment, fmt.Sprintf("has %d characters together with NamePrefix %q; must be at most %d, so that the names of buckets and rules fit", length, s.namePrefix, maxNames))
	}
}

func (c *checker) trail(given *KmsAuditConfig) {
	const meaningless = "means nothing with an ExistingTrail; leave it out"
	existing := given.ExistingTrail
	switch arn := given.LogsKeyArn; {
	case existing != nil && arn != "":
		c.report("LogsKeyArn", arn, meaningless)
	case existing == nil && arn == "":
		c.report("LogsKeyArn", "", "is missing; must be the ARN of the key for the trail's files, such as that of the tier's LogsKey, unless there is an ExistingTrail")
	case existing == nil:
		c.keyArn("LogsKeyArn", arn, given)
	}
	if existing == nil {
		c.ownTrail(given)
		return
	}
	if given.OrganizationTrail != nil {
		c.report("OrganizationTrail", "", meaningless)
	}
	if len(given.DataEventBucketArns) > 0 {
		c.number("DataEventBucketArns", len(given.DataEventBucketArns), meaningless)
	}
	if given.AccessLogBucket != "" {
		c.report("AccessLogBucket", given.AccessLogBucket, meaningless)
	}
	if given.RetentionDays != 0 {
		c.number("RetentionDays", given.RetentionDays, meaningless)
	}
	if given.LogGroupRetentionDays != 0 {
		c.number("LogGroupRetentionDays", given.LogGroupRetentionDays, meaningless)
	}
	field, name := "ExistingTrail.LogGroupName", existing.LogGroupName
	c.add(config.OneValue(field, name))
	if config.IsLiteral(name) && !logGroupFormat.MatchString(name) {
		c.report(field, name, "must be the name of a log group: letters, digits and / _ . # -, at most 512 characters; no ARN")
	}
}

const keyArnReason = `must be the ARN of a key, such as "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"; no id and no alias`

func (c *checker) keyArn(field, arn string, given *KmsAuditConfig) {
	c.add(config.OneValue(field, arn))
	if !config.IsLiteral(arn) {
		return
	}
	parts := keyArnFormat.FindStringSubmatch(arn)
	if parts == nil {
		c.report(field, arn, keyArnReason)
		return
	}
	if want := config.KnownPartition(given.Partition, given.Region); want != "" && parts[1] != want {
		c.report(field, arn, fmt.Sprintf("is of partition %q; must be of %q", parts[1], want))
	}
	// CloudTrail takes a key of the bucket's Region only.
	if config.IsLiteral(given.Region) && parts[2] != given.Region {
		c.report(field, arn, fmt.Sprintf("is of Region %s; must be of %s, that of the bucket", parts[2], given.Region))
	}
	if config.IsAccountId(given.AccountId) && parts[3] != given.AccountId {
		c.report(field, arn, fmt.Sprintf("is of account %s; must be of %s, whose trails its policy lets in", parts[3], given.AccountId))
	}
}

func (c *checker) number(field string, value int, reason string) {
	c.problems = append(c.problems, keypolicy.Problem{Field: field, Value: strconv.Itoa(value), Reason: reason})
}

func (c *checker) retention(given *KmsAuditConfig, s settings) {
	if given.ExistingTrail != nil {
		return
	}
	if s.retentionDays < 1 || s.retentionDays > 36500 {
		c.number("RetentionDays", s.retentionDays, "must be from 1 to 36500")
	}
	if !slices.Contains(logGroupRetentions, s.logGroupRetentionDays) {
		allowed := make([]string, 0, len(logGroupRetentions))
		for _, days := range logGroupRetentions {
			allowed = append(allowed, strconv.Itoa(days))
		}
		c.number("LogGroupRetentionDays", s.logGroupRetentionDays, "must be one of "+strings.Join(allowed, ", "))
	}
}

func (c *checker) alerts(given *KmsAuditConfig) {
	for i, email := range given.AlertEmails {
		field := fmt.Sprintf("AlertEmails[%d]", i)
		switch {
		case aws.IsToken(email):
			c.report(field, email, "must be known when the app runs, since it names a subscription; a token is not")
		case !emailFormat.MatchString(email):
			c.report(field, email, `must be an email address, such as "security@example.com"`)
		}
		c.once(field, "AlertEmails", given.AlertEmails, i)
	}
	for i, account := range given.TrustedAccountIds {
		field := fmt.Sprintf("TrustedAccountIds[%d]", i)
		c.add(config.CheckAccountId(field, account))
		switch {
		case account == "":
			c.report(field, "", "is empty; "+config.AccountReason)
		case config.IsLiteral(account) && account == given.AccountId:
			c.report(field, account, "is the keys' own account, whose roles may get grants anyway; leave it out")
		}
		c.once(field, "TrustedAccountIds", given.TrustedAccountIds, i)
	}
	for i, key := range given.ImportedKeyIds {
		field := fmt.Sprintf("ImportedKeyIds[%d]", i)
		c.add(config.OneValue(field, key))
		if !aws.IsToken(key) && !keyIdFormat.MatchString(key) {
			c.report(field, key, `must be the id of a key, such as "1234abcd-12ab-34cd-56ef-1234567890ab"; no ARN and no alias, which the metric does not know`)
		}
		c.once(field, "ImportedKeyIds", given.ImportedKeyIds, i)
	}
}

// once refuses a literal that stands in a list already.
func (c *checker) once(field, list string, values []string, i int) {
	if first := slices.Index(values, values[i]); first < i && config.IsLiteral(values[i]) {
		c.report(field, values[i], fmt.Sprintf("is %s[%d] already", list, first))
	}
}

func (c *checker) tags(given *KmsAuditConfig, s settings) {
	for _, key := range slices.Sorted(maps.Keys(given.Tags)) {
		value := given.Tags[key]
		field := fmt.Sprintf("Tags[%s]", key)
		switch {
		case aws.IsListToken(value):
			c.add(config.OneValue(field, value))
		case key == "env" && value != s.environment:
			c.report(field, value, fmt.Sprintf("is set by the construct to %q, which access control by tag relies on", s.environment))
		case key == "", utf8.RuneCountInString(key) > maxTagKey, !tagFormat.MatchString(key), strings.HasPrefix(strings.ToLower(key), "aws:"):
			c.report(field, "", `has a key that AWS refuses; must be 1 to 128 letters, digits, spaces and _ . : / = + - @, and not begin with "aws:"`)
		case config.IsLiteral(value) && (utf8.RuneCountInString(value) > maxTagValue || !tagFormat.MatchString(value)):
			c.report(field, value, "must be letters, digits, spaces and _ . : / = + - @, at most 256 characters")
		}
	}
	if len(s.tags) > maxTags {
		c.number("Tags", len(given.Tags), fmt.Sprintf("with that of the construct everything would have %d; AWS allows %d", len(s.tags), maxTags))
	}
}

package kmstier

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

// Lengths that AWS and the aliases built from the names leave room for.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

var (
	appFormat       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 _.:/=+@-]*$`)
	serviceFormat   = regexp.MustCompile(`^[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*$`)
	bucketArnFormat = regexp.MustCompile(`^arn:(aws[a-z-]*):s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	tagFormat       = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

// checker collects everything that is wrong with a configuration, in plain Go
// and before the first node is created.
type checker struct {
	problems keypolicy.Problems
}

func (c *checker) report(field, value, reason string) {
	if value != "" {
		value = strconv.Quote(value)
	}
	c.problems = append(c.problems, keypolicy.Problem{Field: field, Value: value, Reason: reason})
}

func (c *checker) reportNumber(field string, value int, reason string) {
	c.problems = append(c.problems, keypolicy.Problem{Field: field, Value: strconv.Itoa(value), Reason: reason})
}

// Validate returns a [ConfigError] with everything that is wrong with the
// configuration, or nil. It is pure Go: it needs neither an app nor Node.js, and
// an app can refuse every configuration at once before it creates a node.
// [NewKmsTier] validates by itself.
func (c *KmsTierConfig) Validate() error {
	if c == nil {
		return config.Refuse("the configuration", keypolicy.Problems{noConfig})
	}
	return config.Refuse(fmt.Sprintf("the configuration of environment %q", c.Environment), check(c, newSettings(c)))
}

var noConfig = keypolicy.Problem{Field: "config", Reason: "is nil; must be a *KmsTierConfig with at least Environment"}

// check reports everything that is wrong with the configuration, whose settings
// are given, in the order of the configuration's fields.
func check(given *KmsTierConfig, s settings) keypolicy.Problems {
	c := &checker{}
	c.names(given)
	c.problems = append(c.problems, config.Check(given.AccountId, given.Region, given.Partition)...)
	c.roles(s, roleEntries(given))
	c.services(given)
	c.otherAccounts(given, s)
	c.encryptedResources(given.EncryptedResources)
	c.protection(s)
	c.tags(given, s)
	if len(c.problems) > 0 {
		// A policy made of wrong parts would only repeat what is wrong with them.
		c.extraStatements(s)
	} else {
		c.policies(s)
	}
	slices.SortStableFunc(c.problems, func(a, b keypolicy.Problem) int {
		return fieldPosition(a.Field) - fieldPosition(b.Field)
	})
	return c.problems
}

var fieldName = regexp.MustCompile(`^\w+`)

// fieldPosition is the place, in KmsTierConfig, of the field that a path begins
// with. What is no field, such as a whole policy, comes last.
func fieldPosition(path string) int {
	given := reflect.TypeFor[KmsTierConfig]()
	if field, ok := given.FieldByName(fieldName.FindString(path)); ok {
		return field.Index[0]
	}
	return given.NumField()
}

func (c *checker) names(given *KmsTierConfig) {
	switch {
	case given.Environment == "":
		c.report("Environment", "", "is missing; "+config.SlugReason)
	case aws.IsToken(given.Environment):
		c.report("Environment", given.Environment, "must be known when the app runs, since it names the aliases; a token is not")
	case !config.IsSlug(given.Environment):
		c.report("Environment", given.Environment, config.SlugReason)
	}
	switch {
	case aws.IsToken(given.NamePrefix):
		c.report("NamePrefix", given.NamePrefix, "must be known when the app runs, since it names the aliases; a token is not")
	case given.NamePrefix != "" && !config.IsSlug(given.NamePrefix):
		c.report("NamePrefix", given.NamePrefix, config.SlugReason)
	}
	if aws.IsToken(given.App) {
		c.report("App", given.App, "must be known when the app runs, since services state it in their code; a token is not")
	} else if given.App != "" && (!appFormat.MatchString(given.App) || len(given.App) > maxTagValue) {
		c.report("App", given.App, `must be letters, digits, spaces and _ . : / = + @ -, beginning with a letter or digit, at most 256 characters, since it is a tag as well`)
	}
}

// isLiteral says that a value is given and known now.
func isLiteral(value string) bool { return config.IsLiteral(value) }

// oneValue refuses a list token where a single value stands within texts.
func (c *checker) oneValue(field, value string) {
	c.problems = append(c.problems, config.OneValue(field, value)...)
}

func (c *checker) accountId(field, value string) {
	c.problems = append(c.problems, config.CheckAccountId(field, value)...)
}

func (c *checker) services(given *KmsTierConfig) {
	for i, service := range given.Services {
		field := fmt.Sprintf("Services[%d]", i)
		c.serviceName(field, service)
		if first := slices.Index(given.Services, service); first < i {
			c.report(field, service, fmt.Sprintf("is Services[%d] already", first))
		}
	}
	for i, bound := range given.ServiceRoles {
		field := fmt.Sprintf("ServiceRoles[%d].Service", i)
		if !c.boundServiceName(field, bound.Service, given.Services) {
			continue
		}
		for j, other := range given.ServiceRoles[:i] {
			if other.Service == bound.Service {
				c.report(field, bound.Service, fmt.Sprintf("is the service of ServiceRoles[%d] already; list its roles there", j))
			} else if sid := sharedSid(other.Service, bound.Service); sid != "" {
				c.report(field, bound.Service, fmt.Sprintf("gives the same Sid, %s, as %q of ServiceRoles[%d]", sid, other.Service, j))
			}
		}
	}
}

func (c *checker) serviceName(field, service string) {
	if service != "" && aws.IsToken(service) {
		return
	}
	if !serviceFormat.MatchString(service) || len(service) > maxTagKey {
		c.problems = append(c.problems, keypolicy.Problem{Field: field, Value: strconv.Quote(service),
			Reason: `must be a service's name, such as "svc-ingest-api": letters and digits with single hyphens, underscores or dots between them, at most 128 characters`})
	}
}

// boundServiceName checks the service that roles are bound to and says whether
// it can be compared with others.
func (c *checker) boundServiceName(field, service string, allowed []string) bool {
	if aws.IsToken(service) {
		c.report(field, service, "must be known when the app runs, since it names a statement; a token is not")
		return false
	}
	before := len(c.problems)
	c.serviceName(field, service)
	if len(c.problems) > before {
		return false
	}
	if len(allowed) > 0 && !slices.Contains(allowed, service) && !slices.ContainsFunc(allowed, aws.IsToken) {
		c.report(field, service, "must be one of Services: "+strings.Join(allowed, ", "))
	}
	return true
}

func (c *checker) otherAccounts(given *KmsTierConfig, s settings) {
	if !slices.Contains([]AccountAccess{"", DelegateToIam, AdministerOnly}, given.AccountAccess) {
		c.report("AccountAccess", string(given.AccountAccess), `must be "DelegateToIam" or "AdministerOnly"`)
	}
	c.otherAccount("Security", given.SecurityAccountId, given.SecurityRoleArns, given)
	c.otherAccount("Logs", given.LogsAccountId, given.LogsRoleArns, given)
	if given.LogsBucketArn == "" {
		return
	}
	if given.LogsAccountId == "" {
		c.report("LogsBucketArn", given.LogsBucketArn, "needs LogsAccountId, the account that archives into the bucket")
	}
	if aws.IsToken(given.LogsBucketArn) {
		c.oneValue("LogsBucketArn", given.LogsBucketArn)
		return
	}
	parts := bucketArnFormat.FindStringSubmatch(given.LogsBucketArn)
	if parts == nil {
		c.report("LogsBucketArn", given.LogsBucketArn, `must be the ARN of a bucket without wildcards, such as "arn:aws:s3:::nc-dp-logs-central"`)
	} else if want := s.knownPartition(); want != "" && parts[1] != want {
		c.report("LogsBucketArn", given.LogsBucketArn, fmt.Sprintf("is of partition %q; must be of %q, the key's", parts[1], want))
	}
}

func (c *checker) otherAccount(name, accountId string, roleArns []string, given *KmsTierConfig) {
	field := name + "AccountId"
	c.accountId(field, accountId)
	if isLiteral(accountId) && accountId == given.AccountId {
		c.report(field, accountId, "is the key's own account; must be another, or left out")
	}
	if accountId == "" && len(roleArns) > 0 {
		c.report(name+"RoleArns", "", "needs "+field+", the account of these roles")
	}
	for i, arn := range roleArns {
		field := fmt.Sprintf("%sRoleArns[%d]", name, i)
		if aws.IsListToken(arn) {
			c.report(field, arn, "is a list whose length is known only when Terraform plans; each role gets a grant of its own, so give the ARNs one by one (each may be a token)")
			continue
		}
		c.roleArn(field, arn, roleArnRules{partition: config.KnownPartition(given.Partition, given.Region), accountId: accountId, accountField: name + "AccountId"})
	}
}

func (s settings) knownPartition() string { return config.KnownPartition(s.partition, s.region) }

func (c *checker) encryptedResources(r EncryptedResources) {
	for _, kind := range []struct {
		field   string
		names   []string
		format  *regexp.Regexp
		allowed string
	}{
		{"BucketNames", r.BucketNames, bucketNamePattern, "lower-case letters, digits, dots and hyphens"},
		{"TableNames", r.TableNames, tableNamePattern, "letters, digits and _ . -"},
		{"SecretNames", r.SecretNames, secretNamePattern, "letters, digits and / _ + = . @ -"},
		{"LogGroupNames", r.LogGroupNames, logGroupNamePattern, "letters, digits and / _ . # -"},
	} {
		for i, name := range kind.names {
			field := fmt.Sprintf("EncryptedResources.%s[%d]", kind.field, i)
			switch {
			case aws.IsListToken(name):
				c.report(field, name, "is a list that only Terraform knows; give the names one by one (each may be a token)")
			case name == "":
				c.report(field, "", "is empty; must be a name, in which * and ? are wildcards")
			case !aws.IsToken(name) && !kind.format.MatchString(name):
				c.report(field, name, "must be a name of "+kind.allowed+", in which * and ? are wildcards; no ARN")
			}
		}
	}
}

var (
	bucketNamePattern   = regexp.MustCompile(`^[a-z0-9.*?-]{1,63}$`)
	tableNamePattern    = regexp.MustCompile(`^[A-Za-z0-9_.*?-]{1,255}$`)
	secretNamePattern   = regexp.MustCompile(`^[A-Za-z0-9/_+=.@*?-]{1,512}$`)
	logGroupNamePattern = regexp.MustCompile(`^[A-Za-z0-9/_.#*?-]{1,512}$`)
)

func (c *checker) protection(s settings) {
	if s.rotationPeriodDays < 90 || s.rotationPeriodDays > 2560 {
		c.reportNumber("RotationPeriodDays", s.rotationPeriodDays, "must be from 90 to 2560")
	}
	if s.deletionWindowDays < 7 || s.deletionWindowDays > 30 {
		c.reportNumber("DeletionWindowDays", s.deletionWindowDays, "must be from 7 to 30")
	} else if s.environment == production && s.deletionWindowDays < 30 {
		c.reportNumber("DeletionWindowDays", s.deletionWindowDays, "must be 30 in prod")
	}
	if s.environment == production && !s.rotate {
		c.problems = append(c.problems, keypolicy.Problem{Field: "EnableKeyRotation", Value: "false", Reason: "must be true in prod"})
	}
}

// warnings are what is allowed outside prod and still deserves a look.
func (s settings) warnings() []string {
	var warnings []string
	if !s.rotate {
		warnings = append(warnings, "EnableKeyRotation is false: the key material is never rotated; prod would refuse this")
	}
	if s.deletionWindowDays < 30 {
		warnings = append(warnings, fmt.Sprintf("DeletionWindowDays is %d: a deleted key can be recovered for that long only; prod would refuse less than 30", s.deletionWindowDays))
	}
	if s.accountAccess == AdministerOnly && s.administrators.Empty() && (s.securityAccountId != "" || s.logsBucketArn != "") {
		warnings = append(warnings, "AccountAccess is AdministerOnly and AdministratorRoleArns is empty: nobody may create the grants that the tier declares, so terraform apply will fail")
	}
	return warnings
}

func (c *checker) tags(given *KmsTierConfig, s settings) {
	own := s.tagsOf(purposeData)
	for _, key := range slices.Sorted(maps.Keys(given.Tags)) {
		value := given.Tags[key]
		field := fmt.Sprintf("Tags[%s]", key)
		switch {
		case aws.IsListToken(value):
			c.oneValue(field, value)
		case key == "Name":
			c.report(field, value, "is set by the tier, for each key after its alias")
		case (key == "app" || key == "env") && value != own[key]:
			c.report(field, value, fmt.Sprintf("is set by the tier to %q, which access control by tag relies on", own[key]))
		case key == "", utf8.RuneCountInString(key) > maxTagKey, !tagFormat.MatchString(key), strings.HasPrefix(strings.ToLower(key), "aws:"):
			c.report(field, "", `has a key that AWS refuses; must be 1 to 128 letters, digits, spaces and _ . : / = + - @, and not begin with "aws:"`)
		case isLiteral(value) && (utf8.RuneCountInString(value) > maxTagValue || !tagFormat.MatchString(value)):
			c.report(field, value, "must be letters, digits, spaces and _ . : / = + - @, at most 256 characters")
		}
	}
	if count := len(s.tagsOf(purposeData)); count > maxTags {
		c.reportNumber("Tags", len(given.Tags), fmt.Sprintf("with those of the tier a key would have %d; AWS allows %d", count, maxTags))
	}
}

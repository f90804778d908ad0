package kmstier

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Validate returns a [ConfigError] with everything that is wrong with the
// configuration, or nil. It is pure Go: it needs neither an app nor Node.js, and
// an app can refuse every configuration at once before it creates a node.
// [NewKmsTier] validates by itself.
func (c *KmsTierConfig) Validate() error {
	_, err := c.checked()
	return err
}

// checked are the settings of a valid configuration.
func (c *KmsTierConfig) checked() (settings, error) {
	if c == nil {
		return settings{}, config.Refuse("the configuration", keypolicy.Problems{noConfig})
	}
	s, problems := parse(c)
	return s, config.Refuse(fmt.Sprintf("the configuration of environment %q", c.Environment), problems)
}

var noConfig = keypolicy.Problem{Field: "config", Reason: "is nil; must be a *KmsTierConfig with at least Environment"}

// parser reads a configuration into settings, in plain Go and before the first node
// is created, and collects everything that is wrong with it.
type parser struct {
	config.Checker
	settings settings
	// adds tells that the last extra statement is one that a key is given alone.
	adds bool
}

// parse reads a configuration. The settings are right where there are no problems,
// which come in the order of the configuration's fields.
func parse(given *KmsTierConfig) (settings, keypolicy.Problems) {
	p := &parser{}
	p.names(given)
	p.settings.place = p.Location(given.AccountId, given.Region, given.Partition)
	p.settings.warnings = p.settings.place.Warnings()
	p.settings.provider = given.Provider
	p.replicaRegions(given.ReplicaRegions)
	p.services(given)
	p.roles(given)
	p.protection(given)
	p.additionalKeys(given.AdditionalKeys)
	p.otherAccounts(given)
	p.shares(given.SharedWith)
	p.organizationTrail(given.OrganizationTrailArn)
	p.adoption(given)
	p.encryptedResources(given.EncryptedResources)
	p.awsServices(given.AwsServices, given.EncryptedResources)
	p.additionalServices(given.AdditionalKeys, given.EncryptedResources)
	p.singleRegionOnly(given)
	p.nobodyMakesGrants()
	p.tags(given)
	p.extraStatements(given.ExtraStatements)
	if p.Count() == 0 {
		// A policy made of wrong parts would only repeat what is wrong with them.
		p.policies()
	}
	return p.settings, p.InOrderOf(reflect.TypeFor[KmsTierConfig]())
}

func (p *parser) names(given *KmsTierConfig) {
	const why = "since it names the aliases"
	s := &p.settings
	s.environment, s.namePrefix, s.app = given.Environment, given.NamePrefix, given.App
	if s.namePrefix == "" {
		s.namePrefix = DefaultNamePrefix
	}
	if s.app == "" {
		s.app = DefaultApp
	}
	p.Literal("Environment", s.environment, limits.Slug, why)
	p.Literal("NamePrefix", s.namePrefix, limits.Slug, why)
	p.Literal("App", s.app, limits.App, "since services state it in their code")
}

func (p *parser) services(given *KmsTierConfig) {
	for i, service := range given.Services {
		field := fmt.Sprintf("Services[%d]", i)
		p.serviceName(field, service)
		if first := slices.Index(given.Services, service); first < i {
			p.Report(field, service, fmt.Sprintf("is Services[%d] already", first))
		} else if other := slices.IndexFunc(given.Services, func(s string) bool { return strings.EqualFold(s, service) }); other < i {
			p.Report(field, service, differsInCase(fmt.Sprintf("Services[%d]", other)))
		}
	}
	p.settings.services = keypolicy.Canonical(given.Services)
}

// serviceName checks a name that may be a token, and says whether it is right.
func (p *parser) serviceName(field, service string) bool {
	before := p.Count()
	if service == "" {
		p.ReportValue(field, `""`, "must be "+limits.Service.Must)
	} else if !aws.IsListToken(service) {
		p.Text(field, service, limits.Service)
	}
	return p.Count() == before
}

// boundService checks the service that roles are bound to and says whether it can
// be compared with others.
func (p *parser) boundService(field, service string) bool {
	if aws.IsToken(service) {
		p.Report(field, service, "must be known when the app runs, since it names a statement; a token is not")
		return false
	}
	if !p.serviceName(field, service) {
		return false
	}
	allowed := p.settings.services
	if len(allowed) > 0 && !slices.Contains(allowed, service) && !slices.ContainsFunc(allowed, aws.IsToken) {
		p.Report(field, service, "must be one of Services: "+strings.Join(allowed, ", ")+aws.DidYouMean(aws.Nearest(service, allowed)))
	}
	return true
}

func (p *parser) otherAccounts(given *KmsTierConfig) {
	s := &p.settings
	s.accountAccess = given.AccountAccess
	if s.accountAccess == "" {
		s.accountAccess = DelegateToIam
	}
	if s.accountAccess != DelegateToIam && s.accountAccess != AdministerOnly {
		p.Report("AccountAccess", string(given.AccountAccess), `must be "DelegateToIam" or "AdministerOnly"`)
	}
	s.security = p.granteeAccount("Security", given.SecurityAccountId, given.SecurityRoleArns)
	s.logs = p.granteeAccount("Logs", given.LogsAccountId, given.LogsRoleArns)
	if given.LogsBucketArn == "" {
		return
	}
	if given.LogsAccountId == "" {
		p.Report("LogsBucketArn", given.LogsBucketArn, "needs LogsAccountId, the account that archives into the bucket")
	}
	s.logsBucketArn = p.Text("LogsBucketArn", given.LogsBucketArn, limits.BucketArn).Text()
	arn, isArn := aws.ParseArn(s.logsBucketArn)
	if want := s.place.KnownPartition(); isArn && want != "" && config.ValueOf(want).Differs(config.ValueOf(arn.Partition)) {
		p.Report("LogsBucketArn", given.LogsBucketArn, fmt.Sprintf("is of partition %q; must be of %q, the key's", arn.Partition, want))
	}
}

// granteeAccount reads another account of which each role gets a grant of its own.
func (p *parser) granteeAccount(name, accountId string, roleArns []string) otherAccount {
	other := p.otherAccount(name, accountId, roleArns)
	for i, arn := range roleArns {
		if aws.IsListToken(arn) {
			p.Report(fmt.Sprintf("%sRoleArns[%d]", name, i), arn, "is a list whose length is known only when Terraform plans; each role gets a grant of its own, so give the ARNs one by one (each may be a token)")
		}
	}
	return other
}

// otherAccount reads an account whose fields begin with a name.
func (p *parser) otherAccount(name, accountId string, roleArns []string) otherAccount {
	field := name + "AccountId"
	other := otherAccount{id: p.Text(field, accountId, limits.AccountId)}
	if own, of := p.settings.ownAccount(); other.id.IsKnown() && other.id == own {
		reason := "is the key's own account; must be another, or left out"
		if of != "AccountId" {
			reason = fmt.Sprintf("is the account of %s and so the key's own; must be another, or left out", of)
		}
		p.Report(field, accountId, reason)
	}
	if accountId == "" && len(roleArns) > 0 {
		p.Report(name+"RoleArns", "", "needs "+field+", the account of these roles")
	}
	for i, arn := range roleArns {
		at := fmt.Sprintf("%sRoleArns[%d]", name, i)
		role, ok := p.PrincipalArn(at, arn, "; leave the field out to let the account's own IAM policies decide")
		if ok && p.inAccount(at, role, other.id, field, "") {
			other.roleArns = append(other.roleArns, arn)
		}
	}
	return other
}

func (p *parser) encryptedResources(given EncryptedResources) {
	pattern := p.settings.namePrefix + "-" + p.settings.environment + "-*"
	p.settings.encrypted = EncryptedResources{
		BucketNames:   orDefault(p.resourceNames("EncryptedResources.BucketNames", given.BucketNames, limits.BucketNames), pattern),
		TableNames:    orDefault(p.resourceNames("EncryptedResources.TableNames", given.TableNames, limits.TableNames), pattern),
		SecretNames:   orDefault(p.resourceNames("EncryptedResources.SecretNames", given.SecretNames, limits.SecretNames), "*"),
		LogGroupNames: orDefault(p.resourceNames("EncryptedResources.LogGroupNames", given.LogGroupNames, limits.LogGroupNames), "*"),
	}
}

// orDefault is what is taken where a list is left out: an empty one is not.
func orDefault(names []string, pattern string) []string {
	if names == nil {
		return []string{pattern}
	}
	return names
}

func (p *parser) resourceNames(field string, names []string, allowed limits.Text) []string {
	for i, name := range names {
		p.resourceName(fmt.Sprintf("%s[%d]", field, i), name, allowed)
	}
	return slices.Clone(names)
}

func (p *parser) resourceName(field, name string, allowed limits.Text) {
	switch {
	case aws.IsListToken(name):
		p.Report(field, name, "is a list that only Terraform knows; give the names one by one (each may be a token)")
	case name == "":
		p.Report(field, "", "is empty; must be a name, in which * and ? are wildcards")
	default:
		p.Text(field, name, allowed)
	}
}

func (p *parser) tags(given *KmsTierConfig) {
	const reason = "is set by the tier to %q, which access control by tag relies on"
	s := &p.settings
	p.Tags(given.Tags, map[string]config.OwnTag{
		"Name": {Reason: "is set by the tier, for each key after its alias"},
		"app":  {Value: s.app, Reason: fmt.Sprintf(reason, s.app)},
		"env":  {Value: s.environment, Reason: fmt.Sprintf(reason, s.environment)},
	})
	s.tags = map[string]string{}
	maps.Copy(s.tags, given.Tags)
}

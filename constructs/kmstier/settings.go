package kmstier

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// The purposes of a tier's keys.
const (
	purposeData = "data"
	purposeLogs = "logs"
)

// production is the environment with the stricter rules.
const production = "prod"

// settings are a checked configuration with its defaults filled in. They share
// nothing with the caller's configuration, which may change afterwards.
type settings struct {
	environment string
	namePrefix  string
	app         string
	services    []string

	accountId, region, partition string

	// unboundRoles use the data key for any service, boundRoles for one each.
	unboundRoles   statements.Roles
	boundRoles     []ServiceRole
	administrators statements.Roles
	deployers      statements.Roles

	// What was granted after construction, to each key by itself.
	grantedRoles      []ServiceRole
	grantedLogWriters statements.Roles

	securityAccountId string
	securityRoleArns  []string
	logsAccountId     string
	logsRoleArns      []string
	logsBucketArn     string

	accountAccess AccountAccess
	encrypted     EncryptedResources

	rotate             bool
	rotationPeriodDays int
	deletionWindowDays int
	preventDestroy     bool

	ebsEncryptionByDefault bool

	extraStatements map[string][]keypolicy.Statement
	tags            map[string]string
}

func newSettings(config *KmsTierConfig) settings {
	byDefault := func(value, fallback string) string {
		if value == "" {
			return fallback
		}
		return value
	}
	s := settings{
		environment: config.Environment,
		namePrefix:  byDefault(config.NamePrefix, DefaultNamePrefix),
		app:         byDefault(config.App, DefaultApp),
		services:    keypolicy.Canonical(config.Services),

		accountId: config.AccountId, region: config.Region, partition: config.Partition,

		unboundRoles: statements.Roles{
			Arns:        slices.Concat(config.LambdaRoleArns, config.FargateRoleArns, config.GlueRoleArns),
			ArnPatterns: slices.Clone(config.RoleArnPatterns),
		},
		administrators: statements.Roles{
			Arns:        slices.Clone(config.AdministratorRoleArns),
			ArnPatterns: slices.Clone(config.AdministratorRoleArnPatterns),
		},
		deployers: statements.Roles{
			Arns:        slices.Clone(config.DeployerRoleArns),
			ArnPatterns: slices.Clone(config.DeployerRoleArnPatterns),
		},

		securityAccountId: config.SecurityAccountId,
		securityRoleArns:  slices.Clone(config.SecurityRoleArns),
		logsAccountId:     config.LogsAccountId,
		logsRoleArns:      slices.Clone(config.LogsRoleArns),
		logsBucketArn:     config.LogsBucketArn,

		accountAccess: AccountAccess(byDefault(string(config.AccountAccess), string(DelegateToIam))),

		rotate:             config.EnableKeyRotation == nil || *config.EnableKeyRotation,
		rotationPeriodDays: config.RotationPeriodDays,
		deletionWindowDays: config.DeletionWindowDays,
		preventDestroy:     config.Environment == production,

		ebsEncryptionByDefault: config.EbsEncryptionByDefault,

		extraStatements: map[string][]keypolicy.Statement{},
		tags:            map[string]string{},
	}
	for _, bound := range config.ServiceRoles {
		s.boundRoles = append(s.boundRoles, bound.clone())
	}
	if s.rotationPeriodDays == 0 {
		s.rotationPeriodDays = DefaultRotationPeriodDays
	}
	if s.deletionWindowDays == 0 {
		s.deletionWindowDays = DefaultDeletionWindowDays
	}
	if config.PreventDestroy != nil {
		s.preventDestroy = *config.PreventDestroy
	}
	for purpose, statements := range config.ExtraStatements {
		s.extraStatements[purpose] = keypolicy.Document{Statements: statements}.Clone().Statements
	}
	for key, value := range config.Tags {
		s.tags[key] = value
	}
	s.encrypted = config.EncryptedResources.withDefaults(s.namePrefix + "-" + s.environment + "-*")
	return s
}

func (r EncryptedResources) withDefaults(pattern string) EncryptedResources {
	byDefault := func(names []string, fallback string) []string {
		if names == nil {
			return []string{fallback}
		}
		return slices.Clone(names)
	}
	return EncryptedResources{
		BucketNames:   byDefault(r.BucketNames, pattern),
		TableNames:    byDefault(r.TableNames, pattern),
		SecretNames:   byDefault(r.SecretNames, "*"),
		LogGroupNames: byDefault(r.LogGroupNames, "*"),
	}
}

func (r ServiceRole) clone() ServiceRole {
	r.RoleArns = slices.Clone(r.RoleArns)
	r.RoleArnPatterns = slices.Clone(r.RoleArnPatterns)
	return r
}

func (r ServiceRole) roles() statements.Roles {
	return statements.Roles{Arns: r.RoleArns, ArnPatterns: r.RoleArnPatterns}
}

// users are all roles that use the data key.
func (s settings) users() statements.Roles {
	users := s.configuredUsers()
	for _, granted := range s.grantedRoles {
		users = users.Plus(granted.roles())
	}
	return users
}

func (s settings) configuredUsers() statements.Roles {
	users := s.unboundRoles
	for _, bound := range s.boundRoles {
		users = users.Plus(bound.roles())
	}
	return users
}

// logWriters are all roles that write application logs.
func (s settings) logWriters() statements.Roles {
	return s.configuredUsers().Plus(s.grantedLogWriters)
}

// rolesByService are the bound and granted roles, one entry a service, in the
// order of the services' names.
func (s settings) rolesByService() []ServiceRole {
	var merged []ServiceRole
	for _, bound := range slices.Concat(s.boundRoles, s.grantedRoles) {
		i := slices.IndexFunc(merged, func(other ServiceRole) bool { return other.Service == bound.Service })
		if i < 0 {
			merged = append(merged, bound.clone())
			continue
		}
		merged[i].RoleArns = append(merged[i].RoleArns, bound.RoleArns...)
		merged[i].RoleArnPatterns = append(merged[i].RoleArnPatterns, bound.RoleArnPatterns...)
	}
	slices.SortFunc(merged, func(a, b ServiceRole) int { return strings.Compare(a.Service, b.Service) })
	return merged
}

func (s settings) alias(purpose string) string {
	return "alias/" + s.namePrefix + "-" + purpose + "-" + s.environment
}

func (s settings) tagsOf(purpose string) map[string]string {
	tags := map[string]string{}
	for key, value := range s.tags {
		tags[key] = value
	}
	tags["Name"] = strings.TrimPrefix(s.alias(purpose), "alias/")
	tags["app"] = s.app
	tags["env"] = s.environment
	return tags
}

package kmstier

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// settings are a configuration that was read by [parse], with its defaults filled
// in. They share nothing with the caller's configuration, which may change
// afterwards.
type settings struct {
	environment string
	namePrefix  string
	app         string
	services    []string

	place config.Location
	// provider makes the resources; nil is the stack's without an alias. providerAlias
	// tells its resources from those of others.
	provider      cdktf.TerraformProvider
	providerAlias string
	// roles are those of the key's account, in the order in which they were given.
	roles []givenRole
	// sourceAccount is the key's account where extra statements alone spell it out.
	sourceAccount config.Value

	security, logs otherAccount
	logsBucketArn  string
	shares         []share

	organizationTrailArn string

	accountAccess AccountAccess
	encrypted     EncryptedResources
	// awsServices are the services that the configuration names, by purpose.
	awsServices map[string][]AwsService

	rotate             bool
	rotationPeriodDays int
	deletionWindowDays int
	preventDestroy     bool

	ebsEncryptionByDefault bool
	// production tells that the stricter rules hold.
	production bool
	// warnings are what is allowed and still deserves a look.
	warnings []string

	// replicas are the Regions in which every key has a replica.
	replicas []replicaRegion
	// additional are the further keys.
	additional []furtherKey
	// adopted are the keys that exist already.
	adopted []AdoptedKey

	extras map[string][]keypolicy.Statement
	tags   map[string]string
}

// otherAccount is an account that the keys are shared with: the whole of it, or
// some of its roles. Without an id there is none.
type otherAccount struct {
	id       config.Value
	roleArns []string
}

func (a otherAccount) principals(location statements.Location) []keypolicy.Principal {
	switch {
	case !a.id.IsGiven():
		return nil
	case len(a.roleArns) == 0:
		return []keypolicy.Principal{location.AccountRoot(a.id.Text())}
	default:
		return keypolicy.AwsPrincipals(keypolicy.Canonical(a.roleArns))
	}
}

// withRole is the settings with one more role.
func (s settings) withRole(role givenRole) settings {
	s.roles = append(slices.Clone(s.roles), role)
	return s
}

// detached is a copy to which roles and extra statements can be added.
func (s settings) detached() settings {
	s.roles = slices.Clone(s.roles)
	s.extras = maps.Clone(s.extras)
	return s
}

// withoutExtras is the settings without extra statements.
func (s settings) withoutExtras() settings {
	s.extras = nil
	return s
}

func (s settings) alias(purpose string) string {
	return "alias/" + s.namePrefix + "-" + purpose + "-" + s.environment
}

func (s settings) tagsOf(purpose string) map[string]string {
	tags := maps.Clone(s.tags)
	maps.Copy(tags, s.ownTags(purpose))
	return tags
}

// ownTags are the tags that tell a key of the tier from all others.
func (s settings) ownTags(purpose string) map[string]string {
	return map[string]string{
		"Name": strings.TrimPrefix(s.alias(purpose), "alias/"),
		"app":  s.app,
		"env":  s.environment,
	}
}

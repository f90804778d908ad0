package kmstier

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/internal/config/site"
	"github.com/neurocipher-io/kmstier/internal/statements"
)

// ExistingKeyConfig says what kind of key an existing key is, and for whom it is used.
type ExistingKeyConfig struct {
	// Environment and App are the values of "env" and "app" in the encryption context
	// with which roles call a symmetric key, and they begin the Sids of the statements
	// for the key's owner. Environment is a slug, required; App is by default
	// "neurocipher-pipeline". Where the owner's policy demands a context, they are those
	// that it demands.
	Environment, App string
	// Spec is the key spec, such as "RSA_3072". Default "SYMMETRIC_DEFAULT".
	Spec string
	// Usage is the key usage. Default: the one usage of the spec; required where it has
	// several.
	Usage string
	// AccountId is the account of the roles that use the key, and of what AWS services
	// protect with it: twelve digits. Default: that which the first role spells out, else
	// looked up from the provider's credentials.
	AccountId string
	// AwsServices are those through which the roles use the key, each with its resources
	// in the roles' account and the key's Region. Default: none, so that roles use the key
	// directly only. A service that calls KMS by itself needs a statement of its own from
	// the owner, and is refused here.
	AwsServices []AwsService
	// Provider looks up what is not given: the key of an alias, the roles' account, the
	// Region. Default: the stack's provider without an alias.
	Provider cdktf.TerraformProvider
}

// ExistingKey is a KMS key that the app uses and does not own: another stack's, another
// team's or another account's. Make it with [FromKeyArn] or [FromAlias].
//
// Its policy is the owner's to change, so the verbs change nothing. Each returns the
// statements that the owner must add for its role, and [ExistingKey.OwnerPolicy] is all of
// them. The role needs an IAM policy as well, [ExistingKey.UsePolicyDocument], unless key
// and role are of one account and the owner's statement names the role by its ARN.
//
// The role is what the verbs of [Key] take; all roles of an existing key are of one
// account. A [ConfigError] says what is wrong with it, or that the verb does not fit the
// key; nothing is collected then.
//
// Managing the key, its deletion and its rotation are the owner's, so there is no verb
// for that. For a key that shall become a tier's own, see [AdoptedKey].
type ExistingKey struct {
	constructs.Construct

	// settings has the one key, and the roles that were granted something.
	settings settings
	// location is where the roles use the key, once it was asked for.
	location  statements.Location
	keyId     *string
	arn       *string
	aliasName *string
}

// KeyId is the key's id.
func (k *ExistingKey) KeyId() *string { return k.keyId }

// Arn is the key's ARN.
func (k *ExistingKey) Arn() *string { return k.arn }

// AliasName is the alias that the key was found by, such as "alias/payments", and nil for
// a key that was given by its ARN.
func (k *ExistingKey) AliasName() *string { return k.aliasName }

// FromKeyArn is a key with an ARN, which may be a token. Nothing is asked of AWS: that the
// key exists, and is of the kind that the configuration says, is not checked, and the app
// needs no permission for it.
//
// A [ConfigError] says everything that is wrong; nothing is created then.
func FromKeyArn(scope constructs.Construct, id, keyArn string, given *ExistingKeyConfig) (*ExistingKey, error) {
	p := &parser{}
	place := p.keyArn(keyArn)
	p.existingKey(place, given)
	key, err := newExistingKey(scope, id, fmt.Sprintf("FromKeyArn %q", id), p)
	if err != nil {
		return nil, err
	}
	key.arn, key.keyId = &keyArn, keyIdOf(keyArn)
	return key, nil
}

// FromAlias is the key that an alias of the provider's Region is for: by the alias's name,
// such as "alias/payments", in the provider's account, or by its ARN in another. Terraform
// looks it up when it plans, for which whoever plans needs kms:DescribeKey, and the plan
// fails where the key is of another spec or usage than the configuration says. An alias
// can be moved to another key, whose policy the statements are then missing from.
//
// A [ConfigError] says everything that is wrong; nothing is created then.
func FromAlias(scope constructs.Construct, id, alias string, given *ExistingKeyConfig) (*ExistingKey, error) {
	p := &parser{}
	place := p.aliasOfKey(alias)
	p.existingKey(place, given)
	key, err := newExistingKey(scope, id, fmt.Sprintf("FromAlias %q", id), p)
	if err != nil {
		return nil, err
	}
	key.aliasName = aliasNameOf(alias)
	key.keyId, key.arn = lookUpKey(key, alias, key.settings.provider, key.purpose())
	return key, nil
}

func newExistingKey(scope constructs.Construct, id, subject string, p *parser) (*ExistingKey, error) {
	parent := site.At(scope, id)
	if problems := parent.With(p.Problems()); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}
	key := &ExistingKey{settings: p.settings}
	if problems := parent.Create(key); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}
	return key, nil
}

// existingPurpose is the name of the one key that the settings of an existing key have.
const existingPurpose = "existing"

// purpose is the key's row.
func (k *ExistingKey) purpose() purpose { return k.settings.additional[0].purpose() }

// existingKey reads what an existing key is, and who uses it. Of the place, the account
// is that of the roles.
func (p *parser) existingKey(place config.Location, given *ExistingKeyConfig) {
	if given == nil {
		p.Report("config", "", "is nil; must be an *ExistingKeyConfig with at least Environment")
		given = &ExistingKeyConfig{Environment: "none"}
	}
	s := &p.settings
	s.environment, s.app, s.place, s.provider = given.Environment, given.App, place, given.Provider
	if s.app == "" {
		s.app = DefaultApp
	}
	p.Literal("Environment", s.environment, limits.Slug, "since it names the statements")
	p.Literal("App", s.app, limits.App, "since it names the statements")
	s.place.Account = p.Text("AccountId", given.AccountId, limits.AccountId)
	read := p.specAndUsage("Spec", "Usage", given.Spec, given.Usage)
	read.name = existingPurpose
	s.additional = []furtherKey{read}
	if len(given.AwsServices) > 0 && !read.spec.IsSymmetric() {
		p.Report("AwsServices", given.AwsServices[0].Service, "must be left out: AWS services encrypt with symmetric keys only, and the key is "+read.spec.Name)
		return
	}
	for i, service := range given.AwsServices {
		if offer, found := statements.FindOffer(service.Service); found && !offer.Through {
			p.Report(fmt.Sprintf("AwsServices[%d].Service", i), service.Service, offer.Title+" calls KMS by itself and not for a role, so a statement for roles would not let it in; the key's owner must")
		}
	}
	s.awsServices = map[string][]AwsService{existingPurpose: p.servicesOf("AwsServices", existingPurpose, given.AwsServices, EncryptedResources{})}
}

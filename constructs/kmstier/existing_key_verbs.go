package kmstier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/site"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// GrantEncryptDecrypt is for keys of usage ENCRYPT_DECRYPT: of a symmetric key with the
// encryption context app, env and service, and through the configuration's AwsServices.
// service is "" for an asymmetric key, which takes no context.
func (k *ExistingKey) GrantEncryptDecrypt(role any, service string) ([]keypolicy.Statement, error) {
	return k.grant("GrantEncryptDecrypt", EncryptDecrypt, role, service)
}

// GrantEncrypt is like GrantEncryptDecrypt, for encrypting only.
func (k *ExistingKey) GrantEncrypt(role any, service string) ([]keypolicy.Statement, error) {
	return k.grant("GrantEncrypt", Encrypt, role, service)
}

// GrantDecrypt is like GrantEncryptDecrypt, for decrypting only.
func (k *ExistingKey) GrantDecrypt(role any, service string) ([]keypolicy.Statement, error) {
	return k.grant("GrantDecrypt", Decrypt, role, service)
}

// GrantSign is for keys of usage SIGN_VERIFY.
func (k *ExistingKey) GrantSign(role any) ([]keypolicy.Statement, error) {
	return k.grant("GrantSign", Sign, role, "")
}

// GrantVerify is for keys of usage SIGN_VERIFY.
func (k *ExistingKey) GrantVerify(role any) ([]keypolicy.Statement, error) {
	return k.grant("GrantVerify", Verify, role, "")
}

// GrantGenerateMac is for keys of usage GENERATE_VERIFY_MAC.
func (k *ExistingKey) GrantGenerateMac(role any) ([]keypolicy.Statement, error) {
	return k.grant("GrantGenerateMac", GenerateMac, role, "")
}

// GrantVerifyMac is for keys of usage GENERATE_VERIFY_MAC.
func (k *ExistingKey) GrantVerifyMac(role any) ([]keypolicy.Statement, error) {
	return k.grant("GrantVerifyMac", VerifyMac, role, "")
}

// GrantDeriveSharedSecret is for keys of usage KEY_AGREEMENT.
func (k *ExistingKey) GrantDeriveSharedSecret(role any) ([]keypolicy.Statement, error) {
	return k.grant("GrantDeriveSharedSecret", DeriveSharedSecret, role, "")
}

// OwnerPolicy is all that the key's owner must add to its policy for what was granted so
// far. What only Terraform knows stands in it as tokens; [ExistingKey.OwnerPolicyDocument]
// has it as text with their values, and Indented is the text where there are none.
func (k *ExistingKey) OwnerPolicy() keypolicy.Document {
	return keypolicy.Document{Statements: k.settings.ownerStatements(k.purpose(), k.whereUsed())}
}

// OwnerPolicyDocument is OwnerPolicy as an aws_iam_policy_document below the scope, whose
// Json a stack output hands over. Statements that are granted later are not in it.
//
// A [ConfigError] says what is wrong with the scope or the id, or that nothing was
// granted; nothing is created then.
func (k *ExistingKey) OwnerPolicyDocument(scope constructs.Construct, id string) (*PolicyDocument, error) {
	var c config.Checker
	c.Add(site.Check(scope, id))
	if len(k.settings.roles) == 0 {
		c.Report("roles", "", "are none so far; grant something first")
	}
	if c.Count() > 0 {
		return nil, config.Refuse(fmt.Sprintf("OwnerPolicyDocument %q of %q", id, *k.Node().Path()), c.Problems())
	}
	return newPolicyDocument(scope, id, nil, k.OwnerPolicy()), nil
}

// UsePolicyDocument is the identity policy that a role needs for what a verb says, as an
// aws_iam_policy_document below the scope: the owner's statements alone let in no role of
// another account and no role by pattern. service is as for the verb's method.
//
// A [ConfigError] says what is wrong; nothing is created then.
func (k *ExistingKey) UsePolicyDocument(scope constructs.Construct, id string, verb Verb, service string) (*PolicyDocument, error) {
	p := &parser{settings: k.settings.detached()}
	p.settings.roles = nil
	p.Add(site.Check(scope, id))
	role, ok := p.existingRole("verb", k.purpose(), verb, service)
	if !ok || p.Count() > 0 {
		return nil, config.Refuse(fmt.Sprintf("UsePolicyDocument %q of %q", id, *k.Node().Path()), p.Problems())
	}
	location := k.whereUsed()
	arn := standInRole(location, location.AccountId)
	role.Principal = config.Principal{Value: config.ValueOf(arn)}
	offers := statements.For(keypolicy.Document{Statements: p.settings.withRole(role).ownerStatements(k.purpose(), location)}, arn)
	return newPolicyDocument(scope, id, nil, statements.UsePolicy(*k.arn, offers)), nil
}

// grant reads a role and what it may do, and adds it to the settings.
func (k *ExistingKey) grant(method string, verb Verb, given any, service string) ([]keypolicy.Statement, error) {
	p := &parser{settings: k.settings.detached()}
	of := k.purpose()
	role, ok := p.existingRole("role", of, verb, service)
	if ok || of.takesContext() {
		p.existingPrincipal(&role, given)
	}
	if p.Count() > 0 {
		return nil, config.Refuse(fmt.Sprintf("%s on %q", method, *k.Node().Path()), p.Problems())
	}
	alone := k.settings.detached()
	alone.roles = []givenRole{role}
	k.settings = k.settings.withRole(role)
	return alone.ownerStatements(k.purpose(), k.whereUsed()), nil
}

// existingRole reads what a role may do with an existing key.
func (p *parser) existingRole(field string, of purpose, verb Verb, service string) (givenRole, bool) {
	fits := statements.VerbNames(of.usage)
	if row, found := statements.FindVerb(string(verb)); !found || row.Usage != of.usage {
		p.Report(field, string(verb), fmt.Sprintf("does not fit the key, which is %s (%s); must be %s", of.usage, of.spec.Name, strings.Join(fits, ", ")))
		return givenRole{}, false
	}
	if of.takesContext() && service == "" {
		p.serviceName("service", service)
		return givenRole{}, true
	}
	return p.verbRole(field, "service", of, verb, service)
}

// existingPrincipal reads who the role is.
func (p *parser) existingPrincipal(role *givenRole, given any) {
	const field = "role"
	arn, pattern, ok := p.grantee(given)
	if !ok {
		return
	}
	role.field, role.pattern = field, pattern
	if pattern {
		role.Principal, ok = p.RolePattern(field, arn)
	} else {
		role.Principal, ok = p.PrincipalArn(field, arn, insteadPattern(field))
	}
	if !ok {
		return
	}
	if want := config.ValueOf(p.settings.place.KnownPartition()); role.Partition.Differs(want) {
		p.Report(field, arn, fmt.Sprintf("is of partition %q; must be of %q, the key's", role.Partition.Text(), want.Text()))
	}
	if own, of := p.settings.ownAccount(); role.Account.Differs(own) {
		is := "AccountId"
		if of != is {
			is = "that of the roles before it"
		}
		p.Report(field, arn, fmt.Sprintf("is of account %s; must be of %s, which is %s. Roles of another account need an ExistingKey of their own", role.Account.Text(), own.Text(), is))
	}
}

// whereUsed is the key's Region and the account of its roles. What is not known is looked
// up once, and only where a statement speaks of it.
func (k *ExistingKey) whereUsed() statements.Location {
	if k.location != (statements.Location{}) {
		return k.location
	}
	s := k.settings
	if len(s.awsServices[existingPurpose]) == 0 && !slices.ContainsFunc(s.roles, func(role givenRole) bool { return role.pattern }) {
		return statements.Location{}
	}
	s.place.Account, _ = s.ownAccount()
	for _, role := range s.roles {
		s.place.Partition = s.place.Partition.Or(role.Partition)
	}
	k.location = s.location(&dataSources{scope: k, provider: s.provider})
	return k.location
}

// ownerStatements are those that the owner of an existing key must add to its policy.
// Their Sids say whose they are, and so differ from those of a tier that has the key.
func (s settings) ownerStatements(of purpose, location statements.Location) []keypolicy.Statement {
	all := s.verbUse(of, location)
	if of.takesContext() {
		all = append(s.contextUse(of, location), statements.AllowDescribeKeyByPattern(location, s.users(of.name))...)
	}
	for i, statement := range all {
		all[i].Sid = "Allow" + statements.SidPart(s.app) + statements.SidPart(s.environment) + strings.TrimPrefix(statement.Sid, "Allow")
	}
	return all
}

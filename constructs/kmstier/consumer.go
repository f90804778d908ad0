package kmstier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Consumer is a kind of role that a tier's keys are for. The policies of such a
// role are derived from what the key policies say of its kind.
type Consumer string

const (
	// AnyService are service roles that are bound to no service: LambdaRoleArns,
	// FargateRoleArns, GlueRoleArns and RoleArnPatterns. On the logs key they write
	// application logs, as those of [LogsKey.GrantApplicationLogs] do.
	AnyService Consumer = "any service"
	// Deployer are DeployerRoleArns and DeployerRoleArnPatterns.
	Deployer Consumer = "deployer"
	// Administrator are AdministratorRoleArns and AdministratorRoleArnPatterns.
	Administrator Consumer = "administrator"
	// SecurityAccount are roles of SecurityAccountId.
	SecurityAccount Consumer = "security account"
	// LogsAccount are roles of LogsAccountId.
	LogsAccount Consumer = "logs account"
)

const (
	oneServicePrefix = "service "
	sharePrefix      = "share "
	oneRolePrefix    = "role "
	usingPrefix      = "using "
)

// OneRole is a role by its ARN, as it stands in the configuration, in a statement or
// in a grant after construction: whatever the key policy says of it by name. Roles by
// pattern, and those that only their account's IAM policies let in, have nothing by
// name.
func OneRole(arn string) Consumer { return Consumer(oneRolePrefix + arn) }

// oneRole is the ARN of a consumer that is one role.
func (c Consumer) oneRole() (arn string, is bool) {
	return strings.CutPrefix(string(c), oneRolePrefix)
}

// Using are the roles that do with an asymmetric or HMAC key what a verb says: signers,
// for [Sign].
func Using(verb Verb) Consumer { return Consumer(usingPrefix + string(verb)) }

// verb is what the roles do with a key that takes no encryption context.
func (c Consumer) verb() (verb Verb, is bool) {
	name, is := strings.CutPrefix(string(c), usingPrefix)
	return Verb(name), is
}

// SharedWith are roles of the account of a share, by the share's Name.
func SharedWith(name string) Consumer { return Consumer(sharePrefix + name) }

// findShare is the share of a consumer, if it is one.
func (s settings) findShare(consumer Consumer) (found share, isShare bool) {
	name, isShare := strings.CutPrefix(string(consumer), sharePrefix)
	for _, shared := range s.shares {
		if shared.name == name {
			return shared, isShare
		}
	}
	return share{}, isShare
}

// OneService are the roles that are bound to a service, by ServiceRoles or by
// [DataKey.GrantEncryptDecrypt].
func OneService(service string) Consumer { return Consumer(oneServicePrefix + service) }

// service is the service that the roles are bound to.
func (c Consumer) service() (service string, bound bool) {
	return strings.CutPrefix(string(c), oneServicePrefix)
}

// consumer checks one consumer, and for boundaries that it is of the key's
// account.
func (p *parser) consumer(field string, consumer Consumer, inAccount bool) {
	service, bound := consumer.service()
	arn, isRole := consumer.oneRole()
	shared, isShare := p.settings.findShare(consumer)
	verb, isVerb := consumer.verb()
	other := consumer == SecurityAccount || consumer == LogsAccount || isShare
	switch {
	case bound:
		p.boundService(field, service)
	case isRole:
		p.PrincipalArn(field, arn, "")
	case isVerb && !slices.ContainsFunc(p.settings.purposes(), func(of purpose) bool { return of.isUsedBy(verb) }):
		p.Report(field, string(consumer), "is what no additional key is for; must be the verb of an asymmetric or HMAC key of AdditionalKeys")
	case isVerb:
	case other && inAccount:
		p.Report(field, string(consumer), "is of another account; a boundary of this account does not limit its roles")
	case consumer == SecurityAccount && !p.settings.security.id.IsGiven():
		p.Report(field, string(consumer), "needs SecurityAccountId")
	case consumer == LogsAccount && !p.settings.logs.id.IsGiven():
		p.Report(field, string(consumer), "needs LogsAccountId")
	case isShare && shared.name == "":
		p.Report(field, string(consumer), "must be the Name of an entry of SharedWith")
	case !other && !slices.Contains([]Consumer{AnyService, Deployer, Administrator}, consumer):
		p.Report(field, string(consumer), `must be AnyService, OneService("..."), OneRole("..."), Using(...), Deployer, Administrator, SecurityAccount, LogsAccount or SharedWith("...")`)
	}
}

func (p *parser) consumers(consumers []Consumer) {
	if len(consumers) == 0 {
		p.Report("consumers", "", "is empty; must be at least one, such as AnyService")
	}
	for i, consumer := range consumers {
		p.consumer(fmt.Sprintf("consumers[%d]", i), consumer, true)
	}
}

// offers are what the policy of a key says of a consumer. A role that stands in
// for the consumer's is configured in place of all others; whatever the policy
// then says of it is the answer, whichever statements there are.
func (s settings) offers(of purpose, location statements.Location, consumer Consumer) []keypolicy.Statement {
	if arn, isRole := consumer.oneRole(); isRole {
		return offersTo(arn, of.policy(s, location), of.grants(s, location))
	}
	extras := s.extraOffers(of, location, consumer)
	role := standInRole(location, location.AccountId)
	all := s
	s = s.withoutExtras()
	s.roles = nil
	shared, isShare := s.findShare(consumer)
	switch {
	case isShare:
		role = standInRole(location, shared.id.Text())
		shared.roleArns = []string{role}
		s.shares = []share{shared}
	case consumer == SecurityAccount:
		role = standInRole(location, s.security.id.Text())
		s.security.roleArns = []string{role}
	case consumer == LogsAccount:
		role = standInRole(location, s.logs.id.Text())
		s.logs.roleArns = []string{role}
	default:
		for _, standIn := range all.standIns(of, consumer, role) {
			s = s.withRole(standIn)
		}
	}
	return append(offersTo(role, of.policy(s, location), of.grants(s, location)), extras...)
}

func offersTo(arn string, policy keypolicy.Document, grants statements.DeclaredGrants) []keypolicy.Statement {
	return append(statements.For(policy, arn), grants.For("AllowUseOfGrant", arn)...)
}

// extraOffers are the extra statements that name every principal of a consumer. One
// that names some of them is for those alone: in a document of all, it could give the
// others what it does not mean to, since IAM policies of the account may decide.
func (s settings) extraOffers(of purpose, location statements.Location, consumer Consumer) []keypolicy.Statement {
	var principals []keypolicy.Principal
	shared, isShare := s.findShare(consumer)
	switch {
	case isShare:
		principals = shared.principals(location)
	case consumer == SecurityAccount:
		principals = s.security.principals(location)
	case consumer == LogsAccount:
		principals = s.logs.principals(location)
	default:
		// Of whatever keys the configuration gives the roles for: the statement names them.
		likes := s.standIns(of, consumer, "")
		roles := s.rolesWhere(func(role givenRole) bool {
			return (role.key == "" || role.key == of.name) && role.isLike(likes)
		})
		if len(roles.ArnPatterns) > 0 {
			return nil
		}
		principals = keypolicy.AwsPrincipals(roles.Arns)
	}
	var offers []keypolicy.Statement
	for _, extra := range s.extras[of.name] {
		named := func(principal keypolicy.Principal) bool { return slices.Contains(extra.Principals, principal) }
		if extra.Effect == keypolicy.Allow && len(principals) > 0 && !slices.ContainsFunc(principals, func(p keypolicy.Principal) bool { return !named(p) }) {
			offers = append(offers, extra.Clone())
		}
	}
	return offers
}

// standInRole is a role that no configuration names.
func standInRole(location statements.Location, accountId string) string {
	return "arn:" + location.Partition + ":iam::" + accountId + ":role/kmstier-consumer"
}

// isUsedBy reports whether roles use the key, which takes no encryption context, by a
// verb.
func (p purpose) isUsedBy(verb Verb) bool {
	return !p.takesContext() && slices.Contains(statements.VerbNames(p.usage), string(verb))
}

// standIns are a role of the consumer's kind in the key's account, with all that its
// kind may do with the key. Of additional keys, services have what the configuration
// gives to their roles.
func (s settings) standIns(of purpose, consumer Consumer, arn string) []givenRole {
	role := givenRole{Principal: config.Principal{Value: config.ValueOf(arn)}}
	service, isService := consumer.service()
	verb, isVerb := consumer.verb()
	switch {
	case consumer == Deployer:
		role.use = deploy
	case consumer == Administrator:
		role.use = administer
	case isVerb && of.isUsedBy(verb):
		role.use, role.verb, role.key = useByVerb, verb, of.name
	case isVerb:
		return nil
	case isService && of.additional != nil:
		var roles []givenRole
		for _, verb := range contextVerbs {
			if slices.Contains(s.boundServices(of.name, verb), service) {
				role.use, role.verb, role.service, role.key = useOneService, verb, service, of.name
				roles = append(roles, role)
			}
		}
		return roles
	case of.additional != nil:
		return nil
	case isService:
		role.use, role.verb, role.service = useOneService, EncryptDecrypt, service
	default:
		role.use, role.verb = useAnyService, EncryptDecrypt
	}
	return []givenRole{role}
}

// rolesOn are the roles that a configuration, or a grant, gives as of a consumer's kind
// on a key.
func (s settings) rolesOn(of purpose, consumer Consumer) statements.Roles {
	likes := s.standIns(of, consumer, "")
	return s.rolesWhere(func(role givenRole) bool {
		writesLogs := consumer == AnyService && role.use == writeLogs
		return role.concerns(of.name) && (role.isLike(likes) || writesLogs)
	})
}

// isLike reports whether the role may do what one of the others may.
func (r givenRole) isLike(others []givenRole) bool {
	return slices.ContainsFunc(others, func(other givenRole) bool {
		return r.use == other.use && r.verb == other.verb && r.service == other.service
	})
}

// rolesOf are the roles of a consumer in the key's account, on any key.
func (s settings) rolesOf(consumer Consumer) statements.Roles {
	if arn, isRole := consumer.oneRole(); isRole {
		return statements.Roles{Arns: []string{arn}}
	}
	var roles statements.Roles
	for _, of := range s.purposes() {
		roles = roles.Plus(s.rolesOn(of, consumer))
	}
	return statements.Roles{Arns: withoutRepeats(roles.Arns), ArnPatterns: withoutRepeats(roles.ArnPatterns)}
}

// withoutRepeats keeps the first of each, in their order.
func withoutRepeats(texts []string) []string {
	var once []string
	for _, text := range texts {
		if !slices.Contains(once, text) {
			once = append(once, text)
		}
	}
	return once
}

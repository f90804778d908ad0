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
	other := consumer == SecurityAccount || consumer == LogsAccount || isShare
	switch {
	case bound:
		p.boundService(field, service)
	case isRole:
		p.PrincipalArn(field, arn, "")
	case other && inAccount:
		p.Report(field, string(consumer), "is of another account; a boundary of this account does not limit its roles")
	case consumer == SecurityAccount && !p.settings.security.id.IsGiven():
		p.Report(field, string(consumer), "needs SecurityAccountId")
	case consumer == LogsAccount && !p.settings.logs.id.IsGiven():
		p.Report(field, string(consumer), "needs LogsAccountId")
	case isShare && shared.name == "":
		p.Report(field, string(consumer), "must be the Name of an entry of SharedWith")
	case !other && !slices.Contains([]Consumer{AnyService, Deployer, Administrator}, consumer):
		p.Report(field, string(consumer), `must be AnyService, OneService("..."), OneRole("..."), Deployer, Administrator, SecurityAccount, LogsAccount or SharedWith("...")`)
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
		s = s.withRole(consumer.role(role))
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
		like := consumer.role("")
		roles := s.rolesWhere(func(role givenRole) bool { return role.use == like.use && role.service == like.service })
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

// role is a role of the consumer's kind in the key's account.
func (c Consumer) role(arn string) givenRole {
	role := givenRole{Principal: config.Principal{Value: config.ValueOf(arn)}}
	if service, bound := c.service(); bound {
		role.use, role.service = useOneService, service
		return role
	}
	role.use = map[Consumer]roleUse{AnyService: useAnyService, Deployer: deploy, Administrator: administer}[c]
	return role
}

// rolesOf are the roles of a consumer in the key's account.
func (s settings) rolesOf(consumer Consumer) statements.Roles {
	if arn, isRole := consumer.oneRole(); isRole {
		return statements.Roles{Arns: []string{arn}}
	}
	like := consumer.role("")
	return s.rolesWhere(func(role givenRole) bool {
		writesLogs := consumer == AnyService && role.use == writeLogs
		return role.use == like.use && role.service == like.service || writesLogs
	})
}

package kmstier

import (
	"fmt"
	"slices"
	"strings"

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

const oneServicePrefix = "service "

// OneService are the roles that are bound to a service, by ServiceRoles or by
// [DataKey.GrantEncryptDecrypt].
func OneService(service string) Consumer { return Consumer(oneServicePrefix + service) }

// service is the service that the roles are bound to.
func (c Consumer) service() (service string, bound bool) {
	return strings.CutPrefix(string(c), oneServicePrefix)
}

// consumer checks one consumer, and for boundaries that it is of the key's
// account.
func (c *checker) consumer(field string, consumer Consumer, s settings, inAccount bool) {
	service, bound := consumer.service()
	other := consumer == SecurityAccount || consumer == LogsAccount
	switch {
	case bound:
		c.boundServiceName(field, service, s.services)
	case other && inAccount:
		c.report(field, string(consumer), "is of another account; a boundary of this account does not limit its roles")
	case consumer == SecurityAccount && s.securityAccountId == "":
		c.report(field, string(consumer), "needs SecurityAccountId")
	case consumer == LogsAccount && s.logsAccountId == "":
		c.report(field, string(consumer), "needs LogsAccountId")
	case !other && !slices.Contains([]Consumer{AnyService, Deployer, Administrator}, consumer):
		c.report(field, string(consumer), `must be AnyService, OneService("..."), Deployer, Administrator, SecurityAccount or LogsAccount`)
	}
}

func (c *checker) consumers(consumers []Consumer, s settings) {
	if len(consumers) == 0 {
		c.report("consumers", "", "is empty; must be at least one, such as AnyService")
	}
	for i, consumer := range consumers {
		c.consumer(fmt.Sprintf("consumers[%d]", i), consumer, s, true)
	}
}

// keyPolicy is the policy of the key of a purpose, with the grants beside it.
func (s settings) keyPolicy(purpose string, location statements.Location) (keypolicy.Document, statements.DeclaredGrants) {
	if purpose == purposeLogs {
		return s.logsKeyPolicy(location), s.logsKeyGrants(location)
	}
	return s.dataKeyPolicy(location), s.dataKeyGrants(location)
}

// offers are what the policy of a key says of a consumer. A role that stands in
// for the consumer's is configured in place of all others; whatever the policy
// then says of it is the answer, whichever statements there are.
func (s settings) offers(purpose string, location statements.Location, consumer Consumer) []keypolicy.Statement {
	role := standInRole(location, location.AccountId)
	s.unboundRoles, s.boundRoles, s.deployers, s.administrators = statements.Roles{}, nil, statements.Roles{}, statements.Roles{}
	s.grantedRoles, s.grantedLogWriters, s.extraStatements = nil, statements.Roles{}, nil
	switch consumer {
	case SecurityAccount:
		role = standInRole(location, s.securityAccountId)
		s.securityRoleArns = []string{role}
	case LogsAccount:
		role = standInRole(location, s.logsAccountId)
		s.logsRoleArns = []string{role}
	default:
		s = s.plusRole(consumer, role)
	}
	policy, grants := s.keyPolicy(purpose, location)
	return append(statements.For(policy, role), grants.For("AllowUseOfGrant", role)...)
}

// standInRole is a role that no configuration names.
func standInRole(location statements.Location, accountId string) string {
	return "arn:" + location.Partition + ":iam::" + accountId + ":role/kmstier-consumer"
}

// plusRole adds a role to those of a consumer in the key's account.
func (s settings) plusRole(consumer Consumer, arn string) settings {
	role := statements.Roles{Arns: []string{arn}}
	service, bound := consumer.service()
	switch {
	case bound:
		s.boundRoles = append(slices.Clone(s.boundRoles), ServiceRole{Service: service, RoleArns: role.Arns})
	case consumer == AnyService:
		s.unboundRoles = s.unboundRoles.Plus(role)
	case consumer == Deployer:
		s.deployers = s.deployers.Plus(role)
	case consumer == Administrator:
		s.administrators = s.administrators.Plus(role)
	}
	return s
}

// rolesOf are the roles of a consumer in the key's account.
func (s settings) rolesOf(consumer Consumer) statements.Roles {
	service, bound := consumer.service()
	switch {
	case bound:
		for _, of := range s.rolesByService() {
			if of.Service == service {
				return of.roles()
			}
		}
	case consumer == AnyService:
		return s.unboundRoles.Plus(s.grantedLogWriters)
	case consumer == Deployer:
		return s.deployers
	case consumer == Administrator:
		return s.administrators
	}
	return statements.Roles{}
}

package kmstier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/statements"
)

// roleUse is what a role may do with the keys.
type roleUse int

const (
	useAnyService roleUse = iota
	useOneService
	administer
	deploy
	// writeLogs is a use of the logs key alone.
	writeLogs
	// useByVerb is a use of a key that takes no encryption context.
	useByVerb
)

// givenRole is a role of the key's account, or roles by pattern, with where it was
// given and what for.
type givenRole struct {
	config.Principal
	field   string
	pattern bool
	use     roleUse
	// verb is what a role that uses a key may do with it.
	verb Verb
	// service and shared belong to useOneService.
	service string
	shared  bool
	// key is the purpose of the one key that the role is for. Empty: those that the
	// fields of the configuration are for.
	key string
}

// concerns reports whether the role is for the key of a purpose.
func (r givenRole) concerns(key string) bool {
	switch {
	case r.key != "":
		return r.key == key
	case r.use == administer:
		return true
	case r.use == deploy:
		return key != purposeLogs
	default:
		return key == purposeData || key == purposeLogs
	}
}

// sharesKey reports whether there is a key that both are for.
func sharesKey(a, b givenRole) bool {
	return slices.ContainsFunc([]string{purposeData, purposeLogs, a.key, b.key}, func(key string) bool {
		return key != "" && a.concerns(key) && b.concerns(key)
	})
}

// roles reads every field of roles in the key's account.
func (p *parser) roles(given *KmsTierConfig) {
	p.roleList("LambdaRoleArns", given.LambdaRoleArns, givenRole{use: useAnyService, verb: EncryptDecrypt})
	p.roleList("FargateRoleArns", given.FargateRoleArns, givenRole{use: useAnyService, verb: EncryptDecrypt})
	p.roleList("GlueRoleArns", given.GlueRoleArns, givenRole{use: useAnyService, verb: EncryptDecrypt})
	p.roleList("RoleArnPatterns", given.RoleArnPatterns, givenRole{use: useAnyService, verb: EncryptDecrypt, pattern: true})
	for i, bound := range given.ServiceRoles {
		p.serviceRole(given.ServiceRoles, i)
		field := fmt.Sprintf("ServiceRoles[%d].", i)
		like := givenRole{use: useOneService, verb: EncryptDecrypt, service: bound.Service, shared: bound.Shared}
		p.roleList(field+"RoleArns", bound.RoleArns, like)
		like.pattern = true
		p.roleList(field+"RoleArnPatterns", bound.RoleArnPatterns, like)
	}
	p.roleList("AdministratorRoleArns", given.AdministratorRoleArns, givenRole{use: administer})
	p.roleList("AdministratorRoleArnPatterns", given.AdministratorRoleArnPatterns, givenRole{use: administer, pattern: true})
	p.roleList("DeployerRoleArns", given.DeployerRoleArns, givenRole{use: deploy})
	p.roleList("DeployerRoleArnPatterns", given.DeployerRoleArnPatterns, givenRole{use: deploy, pattern: true})
}

// serviceRole checks one entry of ServiceRoles against those before it.
func (p *parser) serviceRole(all []ServiceRole, i int) {
	field, service := fmt.Sprintf("ServiceRoles[%d].Service", i), all[i].Service
	if len(all[i].RoleArns)+len(all[i].RoleArnPatterns) == 0 {
		p.Report(fmt.Sprintf("ServiceRoles[%d]", i), service, "has no roles, so it binds none; give RoleArns or RoleArnPatterns, or leave it out")
	}
	if !p.boundService(field, service) {
		return
	}
	for j, other := range all[:i] {
		if other.Service == service {
			p.Report(field, service, fmt.Sprintf("is the service of ServiceRoles[%d] already; list its roles there", j))
		} else if strings.EqualFold(other.Service, service) {
			p.Report(field, service, differsInCase(fmt.Sprintf("%q of ServiceRoles[%d]", other.Service, j)))
		} else if sid := sharedSid(other.Service, service); sid != "" {
			p.Report(field, service, fmt.Sprintf("gives the same Sid, %s, as %q of ServiceRoles[%d]", sid, other.Service, j))
		}
	}
}

// differsInCase says why two services must not be spelt alike but for the case: KMS
// compares the values of an encryption context exactly.
func differsInCase(other string) string {
	return "differs from " + other + " in case only, so data of one could not be read as the other's; spell both alike"
}

func (p *parser) roleList(field string, arns []string, like givenRole) {
	for i, arn := range arns {
		p.role(fmt.Sprintf("%s[%d]", field, i), arn, like)
	}
}

// role reads one role and adds it to the settings.
func (p *parser) role(field, arn string, role givenRole) {
	var ok bool
	if role.field = field; role.pattern {
		role.Principal, ok = p.RolePattern(field, arn)
	} else {
		role.Principal, ok = p.PrincipalArn(field, arn, insteadPattern(field))
	}
	if !ok || !p.inOwnAccount(field, role.Principal) {
		return
	}
	if role.use == administer && role.IsUser {
		p.Report(field, arn, "is an IAM user; an administrator must be a role, since a user gets sessions under names of its own choice by sts:GetFederationToken, to which no statement could deny the data. Name a role that the user assumes")
		return
	}
	for _, earlier := range p.settings.roles {
		if reason := conflict(earlier, role); reason != "" {
			p.Report(field, arn, reason)
			break
		}
	}
	p.settings.roles = append(p.settings.roles, role)
}

// insteadPattern names the field that takes patterns of the same roles.
func insteadPattern(field string) string {
	name, _, _ := strings.Cut(field, "[")
	switch name {
	case "role":
		return "; give patterns as kmstier.RolePattern"
	case "AdministratorRoleArns", "DeployerRoleArns":
		return "; give patterns in " + strings.TrimSuffix(name, "s") + "Patterns"
	case "ServiceRoles", "AdditionalKeys":
		return "; give patterns in the RoleArnPatterns beside it"
	default:
		return "; give patterns in RoleArnPatterns"
	}
}

// ownAccount is the key's account where it can be told, and the field that tells it:
// AccountId, else what the first role or extra statement spells out.
func (s settings) ownAccount() (account config.Value, field string) {
	if s.place.Account.IsKnown() {
		return s.place.Account, "AccountId"
	}
	for _, role := range s.roles {
		if role.Account.IsKnown() {
			return role.Account, role.field
		}
	}
	return s.sourceAccount, "ExtraStatements"
}

// inOwnAccount checks that what an ARN spells out is of the key's partition and
// account. Where AccountId is not known, all roles must be of one account: at most
// one could be the key's. See the KMS Developer Guide, "Allowing users in other
// accounts to use a KMS key".
func (p *parser) inOwnAccount(field string, role config.Principal) bool {
	own, of := p.settings.ownAccount()
	if of == "AccountId" || !role.Account.Differs(own) {
		return p.inAccount(field, role, own, of, "; other accounts are for SharedWith")
	}
	p.Report(field, role.Text(), fmt.Sprintf("is of account %s, and %s of %s; all must be of the key's account. Give AccountId to say which that is; other accounts are for SharedWith",
		role.Account.Text(), of, own.Text()))
	return false
}

// inAccount checks that what an ARN spells out is of the key's partition and of an
// account, which a field of that name gives, and says what to do instead.
func (p *parser) inAccount(field string, role config.Principal, account config.Value, accountField, instead string) bool {
	if want := config.ValueOf(p.settings.place.KnownPartition()); role.Partition.Differs(want) {
		p.Report(field, role.Text(), fmt.Sprintf("is of partition %q; must be of %q, the key's", role.Partition.Text(), want.Text()))
		return false
	}
	if role.Account.Differs(account) {
		p.Report(field, role.Text(), fmt.Sprintf("is of account %s; must be of %s, which is %s%s", role.Account.Text(), account.Text(), accountField, instead))
		return false
	}
	return true
}

// conflict says why one role must not be given for both.
func conflict(earlier, role givenRole) string {
	different := earlier.use != role.use || earlier.service != role.service
	if !different || !sharesKey(earlier, role) || !sameRole(earlier, role) {
		return ""
	}
	where := fmt.Sprintf("is in %s too", earlier.field)
	if earlier.Text() != role.Text() {
		where = fmt.Sprintf("overlaps with %q in %s", earlier.Text(), earlier.field)
	}
	switch {
	case earlier.use == administer || role.use == administer:
		return where + "; administrators manage the keys and are denied every use, so a role must not be both"
	case earlier.use == deploy || role.use == deploy, earlier.use == writeLogs || role.use == writeLogs:
		return ""
	case earlier.verb != role.verb:
		return ""
	case earlier.use == useAnyService || role.use == useAnyService:
		return where + ", which is not bound to a service, so binding it here would mean nothing; leave it out of one of the two"
	case earlier.shared && role.shared:
		return ""
	default:
		return fmt.Sprintf("%s, for service %q; set Shared on both if the role serves both", where, earlier.service)
	}
}

// sameRole reports whether both may stand for one role. Tokens are the same only as
// the same text: what they become is not known.
func sameRole(a, b givenRole) bool {
	if a.Text() == b.Text() {
		return true
	}
	return a.IsKnown() && b.IsKnown() && (a.pattern || b.pattern) && aws.PatternsOverlap(a.Text(), b.Text())
}

// rolesWhere are the roles that fit.
func (s settings) rolesWhere(fits func(givenRole) bool) statements.Roles {
	var roles statements.Roles
	for _, role := range s.roles {
		switch {
		case !fits(role):
		case role.pattern:
			roles.ArnPatterns = append(roles.ArnPatterns, role.Text())
		default:
			roles.Arns = append(roles.Arns, role.Text())
		}
	}
	return roles
}

// administrators are all roles that manage a key.
func (s settings) administrators(key string) statements.Roles {
	return s.rolesWhere(func(role givenRole) bool { return role.use == administer && role.concerns(key) })
}

// deployers are all roles that create what a key encrypts.
func (s settings) deployers(key string) statements.Roles {
	return s.rolesWhere(func(role givenRole) bool { return role.use == deploy && role.concerns(key) })
}

// uses reports whether the role uses a key whose uses carry an encryption context.
func (r givenRole) uses(key string) bool {
	return (r.use == useAnyService || r.use == useOneService) && r.concerns(key)
}

// users are all roles that use such a key.
func (s settings) users(key string) statements.Roles {
	return s.rolesWhere(func(role givenRole) bool { return role.uses(key) })
}

// usersBy are those that do with it what a verb says.
func (s settings) usersBy(key string, verb Verb) statements.Roles {
	return s.rolesWhere(func(role givenRole) bool { return role.uses(key) && role.verb == verb })
}

// unboundUsersBy are those of them that are bound to no service.
func (s settings) unboundUsersBy(key string, verb Verb) statements.Roles {
	return s.rolesWhere(func(role givenRole) bool {
		return role.use == useAnyService && role.uses(key) && role.verb == verb
	})
}

// boundServices are the services that roles of a verb are bound to, in alphabetical
// order.
func (s settings) boundServices(key string, verb Verb) []string {
	var services []string
	for _, role := range s.roles {
		if role.use == useOneService && role.uses(key) && role.verb == verb {
			services = append(services, role.service)
		}
	}
	slices.Sort(services)
	return slices.Compact(services)
}

func (s settings) rolesOfService(key string, verb Verb, service string) statements.Roles {
	return s.rolesWhere(func(role givenRole) bool {
		return role.use == useOneService && role.uses(key) && role.verb == verb && role.service == service
	})
}

// rolesOfVerb are those that use a key that takes no encryption context.
func (s settings) rolesOfVerb(key string, verb Verb) statements.Roles {
	return s.rolesWhere(func(role givenRole) bool {
		return role.use == useByVerb && role.concerns(key) && role.verb == verb
	})
}

// logWriters are all roles that write application logs.
func (s settings) logWriters() statements.Roles {
	return s.rolesWhere(func(role givenRole) bool { return role.uses(purposeLogs) || role.use == writeLogs })
}

package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Kind is what sort of principal a subject is.
type Kind string

// The kinds of subject.
const (
	KindRole         Kind = "role"
	KindUser         Kind = "user"
	KindSession      Kind = "session"
	KindRoot         Kind = "account root user"
	KindService      Kind = "AWS service"
	KindPattern      Kind = "principals by pattern"
	KindToken        Kind = "principal not known before apply"
	KindOtherAccount Kind = "principals of another account"
	KindRest         Kind = "any other principal of the key's account"
	KindEveryone     Kind = "any principal of any other account"
	KindNobody       Kind = "deleted or federated principal"
)

// Subject is somebody, or some group, about whom the report has a row.
type Subject struct {
	// Id is what the policy says: an ARN, a pattern, a service's name, a token.
	Id   string
	Kind Kind
	// Name is short and for people.
	Name string
	// Foreign tells that the subject is of another account than the key.
	Foreign bool
	// Note says what cannot be known about the subject, if anything.
	Note string

	// caller stands for the subject in requests.
	caller string
	// account is the caller's account, empty for services.
	account string
	// named tells that a statement or grant names the subject as such.
	named bool
}

// The name of roles that stand for "any other". No one has it.
const anyRole = "role/kmsaccess-any-other-principal"

// collector gathers subjects, each once.
type collector struct {
	key      arn
	subjects []Subject
}

// subjectsOf are all principals that the policies concern, in the order of
// their first mention, then everybody else in the account and everybody outside.
func subjectsOf(keyArn string, documents []keypolicy.Document, grants []evaluation.Grant, extra []string) []Subject {
	c := collector{key: splitArn(keyArn)}
	for _, document := range documents {
		for _, statement := range document.Statements {
			for _, principal := range slices.Concat(statement.Principals, statement.NotPrincipals) {
				c.principal(principal)
			}
			for _, condition := range statement.Conditions {
				c.condition(statement, condition)
			}
		}
	}
	for _, grant := range grants {
		c.id(grant.GranteePrincipal)
	}
	for _, id := range extra {
		c.pattern(id)
	}
	own := c.key.account
	c.add(Subject{
		Id: "account " + own, Kind: KindRest, Name: "any other principal of " + shortAccount(own),
		caller: c.iam(own, anyRole), account: own,
	})
	stranger := "999999999999"
	for slices.ContainsFunc(c.subjects, func(s Subject) bool { return s.account == stranger }) {
		stranger = fmt.Sprintf("%012d", mustAtoi(stranger)-1)
	}
	c.add(Subject{
		Id: "*", Kind: KindEveryone, Name: "any principal of any other account", Foreign: true,
		caller: c.iam(stranger, anyRole), account: stranger,
	})
	return c.subjects
}

func mustAtoi(text string) (n int) {
	fmt.Sscan(text, &n)
	return n
}

func shortAccount(account string) string {
	if aws.IsToken(account) {
		return "the key's account"
	}
	return "account " + account
}

func (c *collector) iam(account, resource string) string {
	return "arn:" + c.key.partition + ":iam::" + account + ":" + resource
}

func (c *collector) add(s Subject) {
	for i := range c.subjects {
		if c.subjects[i].Id == s.Id {
			c.subjects[i].named = c.subjects[i].named || s.named
			return
		}
	}
	s.Foreign = s.Foreign || s.account != "" && s.account != c.key.account
	c.subjects = append(c.subjects, s)
}

func (c *collector) principal(p keypolicy.Principal) {
	switch {
	case p.Id == "*":
		// Everyone has rows of their own.
	case p.Type == keypolicy.PrincipalService:
		c.service(p.Id)
	case p.Type == keypolicy.PrincipalFederated:
		c.add(Subject{Id: p.Id, Kind: KindNobody, Name: p.Id,
			Note: "an identity provider calls KMS by the sessions of roles only, so this principal matches no request"})
	default:
		c.id(p.Id)
	}
}

func (c *collector) service(name string) {
	c.add(Subject{Id: name, Kind: KindService, Name: name, caller: name, named: true})
}

// id adds a principal by its ARN, account id, unique id, service name or token.
func (c *collector) id(id string) {
	a := splitArn(id)
	kind, rest, _ := strings.Cut(a.resource, "/")
	switch {
	case isAccountId(id):
		c.account(id)
	case a.service == "iam" && a.resource == "root":
		c.account(a.account)
	case a.service == "iam" && kind == "role" && rest != "":
		c.add(Subject{Id: id, Kind: KindRole, Name: "role " + rest, caller: id, account: a.account, named: true})
	case a.service == "iam" && kind == "user" && rest != "":
		c.add(Subject{Id: id, Kind: KindUser, Name: "user " + rest, caller: id, account: a.account, named: true})
	case a.service == "sts":
		c.add(Subject{Id: id, Kind: KindSession, Name: "session " + rest, caller: id, account: a.account, named: true})
	case aws.IsToken(id):
		c.add(Subject{Id: id, Kind: KindToken, Name: id, caller: id, account: c.key.account, named: true,
			Note: "not known before apply; taken for a role or user of the key's account"})
	case strings.Contains(id, ".") && !strings.Contains(id, ":"):
		c.service(id)
	default:
		c.add(Subject{Id: id, Kind: KindNobody, Name: id,
			Note: "the unique id of a deleted role or user; nobody is this principal any more"})
	}
}

// account adds the root user of the key's account, or all principals of another
// account.
func (c *collector) account(id string) {
	if id == c.key.account {
		root := c.iam(id, "root")
		c.add(Subject{Id: root, Kind: KindRoot, Name: "root user of " + shortAccount(id), caller: root, account: id, named: true})
		return
	}
	c.add(Subject{Id: c.iam(id, "root"), Kind: KindOtherAccount, Name: "principals of account " + id,
		caller: c.iam(id, anyRole), account: id, named: true})
}

// condition adds the principals that a statement names by its conditions.
func (c *collector) condition(s keypolicy.Statement, condition keypolicy.Condition) {
	text := strings.Contains(condition.Operator, "String") || strings.Contains(condition.Operator, "Arn")
	for _, value := range condition.Values {
		switch key := strings.ToLower(condition.Key); {
		case text && key == "aws:principalarn":
			c.pattern(value)
		case text && (key == "aws:principalaccount" || key == "kms:calleraccount") && isAccountId(value) && value != c.key.account:
			c.account(value)
		case text && key == "aws:principalservicename" && !strings.ContainsAny(value, "*?"):
			c.service(value)
		case key == "aws:principalisawsservice" && s.Effect == keypolicy.Allow && strings.EqualFold(value, "true") &&
			slices.ContainsFunc(s.Principals, func(p keypolicy.Principal) bool { return p.Id == "*" }):
			c.add(Subject{Id: "any AWS service", Kind: KindService, Name: "any AWS service", caller: "kmsaccess-any.amazonaws.com", named: true})
		}
	}
}

// pattern adds the principals whose ARN a pattern matches.
func (c *collector) pattern(pattern string) {
	if !strings.ContainsAny(withoutTokens(pattern), "*?") {
		c.id(pattern)
		return
	}
	a := splitArn(pattern)
	resource := a.resource
	if !strings.HasPrefix(resource, "role/") && !strings.HasPrefix(resource, "user/") {
		resource = "role/*"
	}
	account := a.account
	if strings.ContainsAny(account, "*?") || account == "" {
		account = c.key.account
	}
	_, name, _ := strings.Cut(resource, "/")
	if name == "*" && account == c.key.account {
		return // the row of any other principal
	}
	c.add(Subject{Id: pattern, Kind: KindPattern, Name: "roles like " + name,
		caller: c.iam(account, sample(resource)), account: account, named: true})
}

// arn is an ARN in its parts; all empty for what is none.
type arn struct{ partition, service, region, account, resource string }

// splitArn cuts an ARN at its colons, leaving those within ${...} alone.
func splitArn(text string) arn {
	var parts []string
	start, depth := 0, 0
	for i := 0; i < len(text) && len(parts) < 5; i++ {
		switch {
		case text[i] == '{':
			depth++
		case text[i] == '}':
			depth--
		case text[i] == ':' && depth == 0:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	if len(parts) < 5 || parts[0] != "arn" {
		return arn{}
	}
	return arn{parts[1], parts[2], parts[3], parts[4], text[start:]}
}

func isAccountId(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

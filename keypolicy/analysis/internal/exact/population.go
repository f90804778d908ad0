package exact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// population is a class of principals, made ready for questions.
type population struct {
	engine *Engine
	class  Class
	// name tells all classes apart.
	name string
	// label tells apart populations that see the world in different ways; all
	// single principals of one kind and account see the same.
	label string
	// principal is the text of the only principal, as the evaluator takes it.
	principal string
	// arn is what aws:PrincipalArn has in it, if it is the same for all.
	arn string
	// account is that of all, or empty.
	account string
	own     bool
	// varies tells that the principal, or, for a session, its role's ARN, is not the
	// same in all requests; base are its texts.
	varies bool
	base   language.Language
	// only and except are the class's conditions.
	only, except []Term
	// named are how strongly statements name the only principal, by document.
	named map[int][]evaluation.StatementMatch
}

// kindNames are for messages and labels.
var kindNames = map[Kind]string{
	Role: "role", Session: "session", User: "user", FederatedUser: "federated user", Root: "root user",
	Service: "service", Anonymous: "anonymous", Token: "token",
}

// population makes a class ready, once.
func (e *Engine) population(class Class) (*population, error) {
	e.className = class.appendName(e.className[:0])
	if p, known := e.populations[string(e.className)]; known {
		return p, nil
	}
	text := string(e.className)
	p := &population{engine: e, class: class, name: "population " + strconv.Itoa(len(e.populations)), principal: class.Principal, account: class.Account, named: map[int][]evaluation.StatementMatch{}}
	if err := p.identify(); err != nil {
		return nil, err
	}
	p.own = p.account == e.arn.Account
	for _, list := range []struct {
		conditions []keypolicy.Condition
		terms      *[]Term
	}{{class.Only, &p.only}, {class.Except, &p.except}} {
		for _, condition := range list.conditions {
			part, err := e.Conditions([]keypolicy.Condition{condition})
			if err != nil {
				return nil, err
			}
			*list.terms = append(*list.terms, Term{Part: part})
		}
	}
	p.label = fmt.Sprintf("%s %t", kindNames[class.Kind], p.own)
	if p.varies {
		p.label = p.name
	}
	e.populations[text] = p
	return p, nil
}

// appendName appends a text that is the same for classes with the same fields, and
// for no others.
func (c Class) appendName(name []byte) []byte {
	add := func(texts ...string) {
		name = strconv.AppendInt(name, int64(len(texts)), 10)
		for _, text := range texts {
			name = strconv.AppendInt(append(name, ' '), int64(len(text)), 10)
			name = append(append(name, ':'), text...)
		}
	}
	name = append(strconv.AppendInt(name, int64(c.Kind), 10), ' ')
	add(c.Principal, c.Account)
	add(c.OtherThan...)
	for _, conditions := range [...][]keypolicy.Condition{c.Only, c.Except} {
		name = strconv.AppendInt(append(name, '/'), int64(len(conditions)), 10)
		for _, condition := range conditions {
			add(condition.Operator, condition.Key)
			add(condition.Values...)
		}
	}
	return name
}

// identify finds out what is the same for all principals of the class.
func (p *population) identify() error {
	class := p.class
	wrong := func() error {
		return fmt.Errorf("principal %q: is no %s", class.Principal, kindNames[class.Kind])
	}
	switch class.Kind {
	case Anonymous:
		p.principal = evaluation.Anonymous
		return nil
	case Service:
		switch {
		case class.Principal == "":
			p.varies, p.base = true, serviceNames
		case !keypolicy.IsServiceName(class.Principal):
			return wrong()
		}
		return nil
	case Token:
		if !aws.IsToken(class.Principal) {
			return wrong()
		}
		p.arn, p.account = class.Principal, p.engine.arn.Account
		return nil
	}
	if class.Principal != "" {
		arn, isArn := aws.ParseArn(class.Principal)
		kind, _, _ := strings.Cut(arn.Resource, "/")
		wanted := map[Kind]string{Role: "iam role", User: "iam user", Root: "iam root", FederatedUser: "sts federated-user", Session: "sts assumed-role"}
		if !isArn || arn.Service+" "+kind != wanted[class.Kind] {
			return wrong()
		}
		p.account, p.arn = arn.Account, class.Principal
		if class.Kind == Session {
			_, rest, _ := strings.Cut(arn.Resource, "/")
			role, _, found := strings.Cut(rest, "/")
			if !found {
				return wrong()
			}
			path := join(language.Star(nameSet), language.Text("/"+role))
			p.arn, p.varies = "", true
			p.base = language.Language{
				language.Text("arn:" + arn.Partition + ":iam::" + arn.Account + ":role/" + role),
				join(language.Text("arn:"+arn.Partition+":iam::"+arn.Account+":role/"), language.One(nameSet), path),
			}
		}
		return nil
	}
	if class.Kind == Session {
		return wrong()
	}
	if class.Account == "" && !slices.Contains(class.OtherThan, p.engine.arn.Account) {
		return fmt.Errorf("class: has principals of the key's own account %s beside others; list it in OtherThan", p.engine.arn.Account)
	}
	p.varies = true
	if class.Kind == Root && class.Account != "" {
		if partitions := p.partitions(); len(partitions) == 1 {
			p.varies = false
			p.principal = "arn:" + partitions[0] + ":iam::" + class.Account + ":root"
			p.arn = p.principal
		}
	}
	p.base = p.arnsWith(p.accounts())
	return nil
}

// nameSet is the characters of names and paths of roles and users. See the IAM API
// Reference, "CreateRole"; a colon, which a path could have as well, would make an
// ARN of it that is no role's.
var nameSet = visible.And(language.Only(":${}*?\\\"").Not())

// partitions are those that the class's ARNs can be of: the key's, and, where that
// is a token, any.
func (p *population) partitions() []string {
	partition := p.engine.arn.Partition
	if aws.IsToken(partition) {
		return append([]string{partition}, aws.PartitionIds()...)
	}
	return []string{partition}
}

// accounts is the pattern of the account in the class's ARNs.
func (p *population) accounts() language.Pattern {
	if p.class.Account != "" {
		return language.Text(p.class.Account)
	}
	return accountIds
}

// arnsWith are the ARNs of the class's kind with an account of that pattern.
func (p *population) arnsWith(account language.Pattern) (all language.Language) {
	name := join(language.Star(nameSet), language.One(nameSet.And(language.Only("/").Not())))
	service, resource := "iam", language.Pattern(nil)
	switch p.class.Kind {
	case Role:
		resource = join(language.Text("role/"), name)
	case User:
		resource = join(language.Text("user/"), name)
	case Root:
		resource = language.Text("root")
	case FederatedUser:
		service, resource = "sts", join(language.Text("federated-user/"), name)
	}
	for _, partition := range p.partitions() {
		all = append(all, join(language.Text("arn:"+partition+":"+service+"::"), account, language.Text(":"), resource))
	}
	return all
}

// excluded are the ARNs of accounts that the class has nobody of.
func (p *population) excluded() (all language.Language) {
	for _, account := range p.class.OtherThan {
		all = append(all, p.arnsWith(language.Text(account))...)
	}
	return all
}

// userIds are the values of aws:userid. See the IAM User Guide, "IAM policy
// elements: Variables and tags", "Principal key values".
func (p *population) userIds() language.Language {
	id := join(language.One(upperCase), language.Star(upperCase.Or(digits)))
	session := join(language.One(nameSet), language.Star(nameSet))
	account := p.accounts()
	if p.account != "" {
		account = language.Text(p.account)
	}
	switch p.class.Kind {
	case Role:
		return language.Language{join(id, language.Text(":"), session)}
	case Session:
		name := p.class.Principal[strings.LastIndex(p.class.Principal, "/")+1:]
		return language.Language{join(id, language.Text(":"+name))}
	case User:
		return language.Language{id}
	case FederatedUser:
		return language.Language{join(account, language.Text(":"), session)}
	case Root:
		return language.Language{account}
	}
	return filledText
}

// callers are the kinds of callers that each kind of class has.
var callers = map[Kind]aws.CallerKinds{
	Role: aws.RoleCallers, Session: aws.RoleCallers, User: aws.UserCallers, FederatedUser: aws.FederatedUserCallers, Root: aws.RootCallers,
	Service: aws.ServiceCallers, Anonymous: aws.AnonymousCallers, Token: aws.RoleCallers | aws.UserCallers,
}

// constant is what all requests of the population have for a key. It reports false
// when they differ in it.
func (p *population) constant(key string) (values []string, is bool) {
	e := p.engine
	if values, known := e.known[key]; known {
		return values, true
	}
	one := func(text string) ([]string, bool) { return []string{text}, true }
	switch key {
	case resourceKey:
		return one(e.key.Arn)
	case "aws:requestedregion":
		return one(e.arn.Region)
	case "aws:resourceaccount":
		return one(e.arn.Account)
	}
	kind := p.class.Kind
	if documented, known := aws.FindConditionKey(key); known && documented.Callers&callers[kind] == 0 {
		return nil, true
	}
	switch {
	case key == "aws:principalisawsservice":
		return one(strconv.FormatBool(kind == Service))
	case key == "aws:principaltype" && kind == Service:
		// AWS gives no value for a service.
		return nil, true
	case key == "aws:principaltype" && kind != Token:
		return one(map[Kind]string{Role: "AssumedRole", Session: "AssumedRole", User: "User", FederatedUser: "FederatedUser", Root: "Account", Anonymous: "Anonymous"}[kind])
	case key == "aws:principalaccount" && kind == Anonymous:
		return one(evaluation.Anonymous)
	case key == "aws:principalservicename" && !p.varies:
		return one(p.principal)
	case key == "aws:principalarn" && p.arn != "":
		return one(p.arn)
	case (key == "aws:principalaccount" || key == "kms:calleraccount") && p.account != "":
		return one(p.account)
	case key == "aws:username" && kind == User && !p.varies:
		return one(aws.LastSegment(p.arn))
	}
	return nil, false
}

// variableOf is the name of the variable that a key is part of.
func (p *population) variableOf(key string) string {
	switch key {
	case "aws:currenttime", "aws:epochtime":
		return timeVariable
	case "aws:principalarn", "aws:principalaccount", "kms:calleraccount", "aws:username", "aws:principalservicename":
		if _, constant := p.constant(key); p.varies && !constant {
			return principalVariable
		}
	case "aws:resourceorgid":
		if p.own {
			return "aws:principalorgid"
		}
	case "aws:resourceorgpaths":
		if p.own {
			return "aws:principalorgpaths"
		}
	}
	return key
}

// The variables that several keys are parts of.
const (
	principalVariable = "principal"
	timeVariable      = "time"
)

// project is what a key has where its variable has a text.
func (p *population) project(key, text string) string {
	switch key {
	case "aws:principalaccount", "kms:calleraccount":
		arn, _ := aws.ParseArn(text)
		return arn.Account
	case "aws:username":
		return aws.LastSegment(text)
	}
	return text
}

// lift is an operand on a key of the principal as one on the principal.
func (p *population) lift(key string, o operand) operand {
	if o.never || o.template != nil {
		return o
	}
	label := o.label + "\x00" + key
	patterns := o.language
	if o.isExact {
		patterns = language.Language{language.Text(o.exact)}
	}
	switch key {
	case "aws:principalaccount", "kms:calleraccount":
		if o.compared != nil {
			patterns = wholeNumbers(&o, 12)
		}
		var lifted language.Language
		for _, pattern := range patterns {
			if limited, possible := pattern.Within(digits); possible {
				lifted = append(lifted, p.arnsWith(limited)...)
			}
		}
		return operand{label: label, language: lifted}
	case "aws:username":
		var lifted language.Language
		for _, pattern := range patterns {
			limited, possible := pattern.Within(nameSet.And(language.Only("/").Not()))
			if !possible {
				continue
			}
			for _, partition := range p.partitions() {
				before := join(language.Text("arn:"+partition+":iam::"), p.accounts(), language.Text(":user/"))
				lifted = append(lifted, join(before, limited), join(before, language.Star(nameSet), language.Text("/"), limited))
			}
		}
		if o.compared != nil {
			return operand{label: label, compared: o.compared, operator: o.operator}
		}
		return operand{label: label, language: lifted}
	}
	return o
}

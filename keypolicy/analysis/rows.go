package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
)

// rowBuilder makes the rows of all principals that can call KMS.
type rowBuilder struct {
	engine *exact.Engine
	mentions
	rows []Principal
	// individuals and services are the principals with rows of their own, by exact ARN
	// or name.
	individuals, services []keypolicy.Condition
}

// rowsOf are the rows of everybody, told apart as the mentions do: those named, in
// the order of their mention, then patterns, then everybody else in the account
// and everybody outside.
func rowsOf(engine *exact.Engine, m mentions) ([]Principal, error) {
	b := rowBuilder{engine: engine, mentions: m}
	// The more of a pattern is literal, the more particular it is.
	slices.SortStableFunc(b.patterns, func(a, c pattern) int { return cmp.Compare(literals(c.text), literals(a.text)) })
	slices.SortStableFunc(b.servicePatterns, func(a, c pattern) int { return cmp.Compare(serviceLiterals(c.text), serviceLiterals(a.text)) })
	var arns, names []string
	for _, id := range b.named {
		if keypolicy.IsServiceName(id) {
			names = append(names, id)
		} else if arn, isArn := aws.ParseArn(id); isArn && arn.Resource != "root" {
			arns = append(arns, id)
		}
	}
	if len(arns) > 0 {
		b.individuals = []keypolicy.Condition{{Operator: "StringEquals", Key: "aws:PrincipalArn", Values: arns}}
	}
	if len(names) > 0 {
		b.services = []keypolicy.Condition{{Operator: "StringEquals", Key: "aws:PrincipalServiceName", Values: names}}
	}
	for _, id := range b.named {
		b.individual(id)
	}
	steps := []func() error{b.root, b.ownPatterns, b.foreignAccounts, b.foreignPatterns, b.accountRows, b.serviceRows, b.organizationRows, b.rest, b.everyoneElse}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	b.tellAccounts()
	return b.rows, nil
}

// tellAccounts adds the account to the names of principals where principals of other
// accounts have a part.
func (b *rowBuilder) tellAccounts() {
	if !slices.ContainsFunc(b.rows, func(row Principal) bool { return row.Foreign && (row.named || row.Kind == KindOrganization) }) {
		return
	}
	for i := range b.rows {
		row := &b.rows[i]
		kinds := []Kind{KindRole, KindUser, KindSession, KindFederatedUser, KindPattern}
		if row.account == "" || !slices.Contains(kinds, row.Kind) {
			continue
		}
		of := " of " + shortAccount(row.account)
		row.Name = strings.TrimSuffix(row.Name, of) + of
		if row.Kind == KindPattern {
			row.byKind = kindRows(*row)
		}
	}
}

func literals(text string) int { return len(strings.NewReplacer("*", "", "?", "").Replace(text)) }

// serviceLiterals is literals for a pattern of services, nearly all of which have the
// same end.
func serviceLiterals(text string) int { return literals(strings.TrimSuffix(text, anyService[1:])) }

func (b *rowBuilder) add(row Principal) {
	for i := range b.rows {
		if b.rows[i].Id == row.Id && b.rows[i].Kind == row.Kind && b.rows[i].Foreign == row.Foreign {
			b.rows[i].named = b.rows[i].named || row.named
			return
		}
	}
	b.rows = append(b.rows, row)
}

// addSome adds a row for the classes that have anybody in them, if any has.
func (b *rowBuilder) addSome(row Principal, kinds []exact.Kind, class exact.Class) error {
	for _, kind := range kinds {
		class := class
		class.Kind = kind
		switch {
		case kind != exact.Root:
		case class.Account != "":
			// A root user is in its account's row, whose id is its own ARN.
			class.Except = slices.DeleteFunc(slices.Clone(class.Except), func(c keypolicy.Condition) bool { return c.Key == "aws:PrincipalArn" })
		default:
			class.OtherThan = append([]string{b.key.Account}, b.accounts...)
		}
		some, err := b.some(class)
		if err != nil {
			return err
		}
		if some {
			row.classes = append(row.classes, class)
		}
	}
	if len(row.classes) > 0 {
		b.add(row)
	}
	return nil
}

// some reports whether a class has anybody in it, or may have.
func (b *rowBuilder) some(class exact.Class) (bool, error) {
	// There are more names than a list of them has.
	listed := func(c keypolicy.Condition) bool { return c.Operator == "StringEquals" && c.Key == "aws:PrincipalArn" }
	if class.Kind != exact.Root && len(class.Only) == 0 && !slices.ContainsFunc(class.Except, func(c keypolicy.Condition) bool { return !listed(c) }) {
		return true, nil
	}
	if b.hasOrdinary(class) {
		return true, nil
	}
	cell, err := b.engine.Cell(class, "kms:Decrypt")
	if err != nil {
		return false, err
	}
	return cell.Ask(exact.Question{}).Answer != exact.No, nil
}

// hasOrdinary reports whether somebody with an ordinary name is in a class, which is
// quickly seen where patterns leave most names over.
func (b *rowBuilder) hasOrdinary(class exact.Class) bool {
	formats := map[exact.Kind]string{exact.Role: ":iam::%s:role/another", exact.User: ":iam::%s:user/another", exact.FederatedUser: ":sts::%s:federated-user/another", exact.Root: ":iam::%s:root"}
	format, known := formats[class.Kind]
	account := class.Account
	if account == "" {
		account = "999999999999"
	}
	if !known || len(class.Only) > 0 || slices.Contains(class.OtherThan, account) {
		return false
	}
	has := map[string]string{
		"aws:PrincipalArn":     strings.ToLower("arn:" + b.key.Partition + fmt.Sprintf(format, account)),
		"aws:PrincipalAccount": account,
	}
	return !slices.ContainsFunc(class.Except, func(c keypolicy.Condition) bool {
		text, told := has[c.Key]
		// The parts of an ARN that match one by one match as a whole.
		return !told || slices.ContainsFunc(c.Values, func(value string) bool { return aws.MatchesWildcard(strings.ToLower(value), text) })
	})
}

// individual adds a principal by its ARN, account id, unique id, service name or
// token. Accounts but the key's own have rows that foreignAccounts adds.
func (b *rowBuilder) individual(id string) {
	principal := keypolicy.AwsPrincipal(id)
	if keypolicy.IsServiceName(id) {
		principal = keypolicy.ServicePrincipal(id)
	}
	form, reason := principal.Form()
	row := Principal{Id: id, account: form.Account, Foreign: form.Account != "" && form.Account != b.key.Account, named: true}
	class := exact.Class{Principal: id}
	arn, _ := aws.ParseArn(id)
	_, rest, _ := strings.Cut(arn.Resource, "/")
	switch {
	case reason != "":
		// What AWS refuses as a principal can stand in a condition, and names nobody.
		return
	case form.Kind == keypolicy.AccountKind:
		if form.Account == b.key.Account {
			row.Id = b.rootArn(form.Account)
			row.Kind, row.Name, class = KindRoot, "root user of "+shortAccount(form.Account), exact.Class{Kind: exact.Root, Principal: row.Id}
			break
		}
		return
	case form.Kind == keypolicy.RoleKind:
		row.Kind, row.Name, class.Kind = KindRole, "role "+rest, exact.Role
	case form.Kind == keypolicy.UserKind:
		row.Kind, row.Name, class.Kind = KindUser, "user "+rest, exact.User
	case form.Kind == keypolicy.SessionKind:
		row.Kind, row.Name, class.Kind = KindSession, "session "+rest, exact.Session
	case form.Kind == keypolicy.FederatedUserKind:
		row.Kind, row.Name, class.Kind = KindFederatedUser, "federated user "+rest, exact.FederatedUser
	case form.Kind == keypolicy.ServiceKind:
		row.Kind, row.Name, class.Kind = KindService, id, exact.Service
	case form.Kind == keypolicy.OpaqueKind:
		row.Kind, row.Name, class.Kind = KindToken, id, exact.Token
		row.account, row.Foreign = b.key.Account, false
		row.Note = "not known before apply; taken for a role or user of the key's account"
	default:
		row.Kind, row.Name, class = KindNobody, id, exact.Class{}
		row.Note = "the unique id of a deleted role or user; nobody is this principal any more"
	}
	if row.Kind != KindNobody {
		row.classes = []exact.Class{class}
	}
	b.add(row)
}

// root adds the root user of the key's account, who may be let in by statements
// for everyone.
func (b *rowBuilder) root() error {
	root := b.rootArn(b.key.Account)
	b.add(Principal{Id: root, Kind: KindRoot, Name: "root user of " + shortAccount(b.key.Account), account: b.key.Account,
		classes: []exact.Class{{Kind: exact.Root, Principal: root}}})
	return nil
}

func (b *rowBuilder) rootArn(account string) string {
	return "arn:" + b.key.Partition + ":iam::" + account + ":root"
}

func shortAccount(account string) string {
	if aws.IsToken(account) {
		return "the key's account"
	}
	return "account " + account
}

var (
	iamKinds     = []exact.Kind{exact.Role, exact.User, exact.FederatedUser}
	foreignKinds = []exact.Kind{exact.Role, exact.User, exact.FederatedUser, exact.Root}
)

// patternsAndIndividuals are the conditions of the individuals and of all patterns, which have rows of
// their own.
func (b *rowBuilder) patternsAndIndividuals() []keypolicy.Condition {
	conditions := slices.Clone(b.individuals)
	for _, p := range b.patterns {
		conditions = append(conditions, p.condition)
	}
	return conditions
}

// moreParticular are the conditions of the individuals and of those patterns of which
// more is literal than of one, in an account or, if that is empty, in any.
func (b *rowBuilder) moreParticular(index int, account string) []keypolicy.Condition {
	conditions := slices.Clone(b.individuals)
	own := literals(idIn(b.patterns[index], account))
	for i, p := range b.patterns {
		if other := literals(idIn(p, account)); other > own || other == own && i < index {
			conditions = append(conditions, p.condition)
		}
	}
	return conditions
}

// idIn is a pattern for the principals of an account, or of any.
func idIn(p pattern, account string) string {
	if arn, isArn := aws.ParseArn(p.text); isArn && account != "" && strings.ContainsAny(arn.Account, "*?") {
		return ofAccount(arn, account)
	}
	return p.text
}

func (b *rowBuilder) ownPatterns() error {
	order := make([]int, len(b.patterns))
	for i := range order {
		order[i] = i
	}
	id := func(i int) string { return idIn(b.patterns[i], b.key.Account) }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(literals(id(j)), literals(id(i))) })
	for _, i := range order {
		row := Principal{Id: id(i), Kind: KindPattern, Name: likeName(id(i)), account: b.key.Account, named: true}
		class := limits(exact.Class{Account: b.key.Account}, []keypolicy.Condition{b.patterns[i].condition}, b.moreParticular(i, b.key.Account))
		row.byKind = kindRows(row)
		if err := b.addSome(row, iamKinds, class); err != nil {
			return err
		}
	}
	return nil
}

// ofAccount is an ARN with another account.
func ofAccount(arn aws.Arn, account string) string {
	return strings.Join([]string{"arn", arn.Partition, arn.Service, arn.Region, account, arn.Resource}, ":")
}

// likeName names principals by a pattern.
func likeName(text string) string {
	arn, isArn := aws.ParseArn(text)
	kind, name, found := strings.Cut(arn.Resource, "/")
	switch {
	case isArn && found && kind == "role":
		return "roles like " + name
	case isArn && found && kind == "user":
		return "users like " + name
	case isArn && found && kind == "federated-user":
		return "federated users like " + name
	}
	return "principals like " + text
}

// kindRows are rows for users, federated users and root users that a row's other
// principals differ from.
func kindRows(row Principal) map[exact.Kind]Principal {
	rows := map[exact.Kind]Principal{}
	for kind, word := range map[exact.Kind]string{exact.User: "users", exact.FederatedUser: "federated users", exact.Root: "root users"} {
		other := row
		other.Name = row.Name + ", " + word
		rows[kind] = other
	}
	return rows
}

// anyService is the id of all services that no other row is about.
const anyService = "*.amazonaws.com"

// serviceRows adds AWS services by pattern, and all others.
func (b *rowBuilder) serviceRows() error {
	except := slices.Clone(b.services)
	for _, p := range b.servicePatterns {
		row := Principal{Id: p.text, Kind: KindService, Name: "AWS services like " + p.text, named: true}
		if err := b.addSome(row, []exact.Kind{exact.Service}, limits(exact.Class{}, []keypolicy.Condition{p.condition}, except)); err != nil {
			return err
		}
		except = append(except, p.condition)
	}
	if !b.everyone {
		return nil
	}
	row := Principal{Id: anyService, Kind: KindService, Name: "any other AWS service"}
	if slices.ContainsFunc(b.servicePatterns, func(p pattern) bool { return p.text == anyService }) {
		row.Id = "*"
	}
	if err := b.addSome(row, []exact.Kind{exact.Service}, limits(exact.Class{}, nil, except)); err != nil {
		return err
	}
	b.add(Principal{Id: "anonymous", Kind: KindAnonymous, Name: "anyone without credentials", Foreign: true,
		classes: []exact.Class{{Kind: exact.Anonymous}}})
	return nil
}

// organizationRows adds the principals of organizations in other accounts. They are
// in the last row, too, whose conditions name the organization.
func (b *rowBuilder) organizationRows() error {
	for _, id := range b.organizations {
		row := Principal{Id: "organization " + id, Kind: KindOrganization, Name: "principals of organization " + id, Foreign: true}
		class := limits(exact.Class{OtherThan: append([]string{b.key.Account}, b.accounts...)},
			[]keypolicy.Condition{{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: []string{id}}}, nil)
		if err := b.addSome(row, foreignKinds, class); err != nil {
			return err
		}
	}
	return nil
}

// rest adds everybody else in the key's account.
func (b *rowBuilder) rest() error {
	account := b.key.Account
	row := Principal{Id: "account " + account, Kind: KindRest, Name: "any other principal of " + shortAccount(account), account: account}
	row.byKind = b.accountKinds(account, shortAccount(account), row)
	before := len(b.rows)
	class := limits(exact.Class{Account: account}, nil, b.patternsAndIndividuals())
	if err := b.addSome(row, iamKinds, class); err != nil {
		return err
	}
	if len(b.rows) == before {
		b.add(row)
	}
	return nil
}

// everyoneElse adds everybody in all other accounts.
func (b *rowBuilder) everyoneElse() error {
	row := Principal{Id: "*", Kind: KindEveryone, Name: "any principal of any other account", Foreign: true}
	row.byKind = b.accountKinds("*", "any other account", row)
	except := b.patternsAndIndividuals()
	for _, p := range b.accountPatterns {
		if form, _ := aws.ParseOperator(p.condition.Operator); form.IsText() {
			except = append(except, p.condition)
		}
	}
	before := len(b.rows)
	class := limits(exact.Class{OtherThan: append([]string{b.key.Account}, b.accounts...)}, nil, except)
	if err := b.addSome(row, foreignKinds, class); err != nil {
		return err
	}
	if len(b.rows) == before {
		b.add(row)
	}
	return nil
}

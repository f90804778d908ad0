package analysis

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// telling puts what a question comes to in conditions.
type telling struct {
	*analysis
	// service and root tell that the question is about AWS services, or about root users.
	service, root bool
	// atLeast is how strongly the question wants each part to name the principal.
	atLeast map[exact.Part]evaluation.Strength
}

func (a *analysis) tell(cell *exact.Cell, question exact.Question) telling {
	example := cell.Ask(question).Witness.Principal
	arn, _ := aws.ParseArn(example)
	w := telling{analysis: a, service: keypolicy.IsServiceName(example), root: arn.Resource == "root", atLeast: map[exact.Part]evaluation.Strength{}}
	for _, t := range slices.Concat(question.Match, question.Fail) {
		w.atLeast[t.Part] = t.AtLeast
	}
	return w
}

// literal is a literal as conditions.
func (w telling) literal(l exact.Literal) []keypolicy.Condition {
	conditions := w.engine.ConditionsOf(l.Part)
	var condition keypolicy.Condition
	switch {
	case l.Condition == exact.Principals && w.engine.Excepts(l.Part):
		condition = w.exceptedCondition(l.Part)
	case l.Condition == exact.Principals:
		condition = w.principalCondition(l.Part)
	case l.Condition == len(conditions):
		condition = w.engine.ResourceOf(l.Part)
		condition.Key = "the key's ARN"
	default:
		condition = conditions[l.Condition]
	}
	if l.Holds {
		return []keypolicy.Condition{condition}
	}
	return negated(condition)
}

// principalCondition says whom a part names, where that depends on who calls. An
// account is all of its principals, but for a statement that has to name the role.
func (w telling) principalCondition(part exact.Part) keypolicy.Condition {
	var accounts, arns, services []string
	for _, principal := range w.engine.PrincipalsOf(part) {
		switch form, _ := principal.Form(); {
		case form.Kind == keypolicy.ServiceKind:
			services = append(services, principal.Id)
		case form.Kind != keypolicy.AccountKind:
			arns = append(arns, principal.Id)
		case w.atLeast[part] <= evaluation.ThroughAccount:
			accounts = append(accounts, form.Account)
		}
	}
	switch {
	case w.service:
		return keypolicy.Condition{Operator: "StringEquals", Key: "aws:PrincipalServiceName", Values: services}
	case len(arns) == 0:
		return keypolicy.Condition{Operator: "StringEquals", Key: "aws:PrincipalAccount", Values: accounts}
	}
	for _, account := range accounts {
		arns = append(arns, "arn:*:*::"+account+":*")
	}
	return keypolicy.Condition{Operator: "ArnLike", Key: "aws:PrincipalArn", Values: arns}
}

// exceptedCondition says whom the NotPrincipal element of a part means, where that
// depends on who calls: all but those of whom it lists the account and the user or
// role, and the root users of the accounts that it lists.
func (w telling) exceptedCondition(part exact.Part) keypolicy.Condition {
	var accounts, arns, services []string
	for _, principal := range w.engine.PrincipalsOf(part) {
		switch form, _ := principal.Form(); form.Kind {
		case keypolicy.ServiceKind:
			services = append(services, principal.Id)
		case keypolicy.AccountKind:
			accounts = append(accounts, form.Account)
		case keypolicy.RoleKind, keypolicy.UserKind, keypolicy.FederatedUserKind:
			arns = append(arns, principal.Id)
		}
	}
	switch {
	case w.service:
		return keypolicy.Condition{Operator: "StringNotEquals", Key: "aws:PrincipalServiceName", Values: services}
	case w.root:
		return keypolicy.Condition{Operator: "StringNotEquals", Key: "aws:PrincipalAccount", Values: accounts}
	}
	return keypolicy.Condition{Operator: "ArnNotLike", Key: "aws:PrincipalArn", Values: slices.DeleteFunc(arns, func(text string) bool {
		arn, _ := aws.ParseArn(text)
		return !slices.Contains(accounts, arn.Account)
	})}
}

// exception is a clause, of which a request must meet one literal, as what it must
// not be: a request that meets none.
func (w telling) exception(rules *rules, clause []exact.Literal) (e Exception) {
	for _, l := range clause {
		l.Holds = !l.Holds
		e.Conditions = append(e.Conditions, w.literal(l)...)
		if deny := rules.byPart[l.Part]; deny != nil {
			e.Statement = deny.ref
		}
	}
	return e
}

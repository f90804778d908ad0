package kmstier

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// extraStatements reads the extra statements, each by itself.
func (p *parser) extraStatements(given map[string][]keypolicy.Statement) {
	p.settings.extras = map[string][]keypolicy.Statement{}
	for _, purpose := range slices.Sorted(maps.Keys(given)) {
		of, found := p.settings.findPurpose(purpose)
		if !found {
			p.Report(fmt.Sprintf("ExtraStatements[%s]", purpose), "", "is for no key of the tier; must be "+p.settings.purposeNames())
			continue
		}
		p.settings.extras[purpose] = keypolicy.Document{Statements: given[purpose]}.Clone().Statements
		for i, statement := range p.settings.extras[purpose] {
			p.extraStatement(p.extraField(purpose, i), of, statement)
		}
	}
}

// extraStatement checks one extra statement: that KMS takes it, and then that it
// keeps what the key policies promise, as far as one statement by itself tells.
func (p *parser) extraStatement(field string, of purpose, s keypolicy.Statement) {
	before := p.Count()
	p.Add(s.Validate().Within(field))
	if p.Count() > before {
		return
	}
	p.extraResources(field, s)
	p.serviceSource(field, s)
	p.everyone(field, s)
	p.freeGrants(field, s)
	p.administratorsDenied(field, of, s)
	if p.Count() > before {
		return
	}
	if action := statements.UseWithoutContext(s); action != "" && of.takesContext() {
		p.Report(field, s.Sid, fmt.Sprintf("allows %s without an encryption context, and so data that nobody can tell apart; the key promises a context with every use: add a condition on it, such as StringEquals kms:EncryptionContext:app (for CreateGrant, Bool kms:GrantIsForAWSResource true)", action))
	}
}

// extraResources refuses every resource but the key itself, which is what "*" means in
// a key policy. KMS documents nothing else: KMS Developer Guide, "Key policies in AWS
// KMS", "Resource". A pattern that the key's ARN may match hides what it opens, or
// locks, from every check before the key has an id.
func (p *parser) extraResources(field string, s keypolicy.Statement) {
	const reason = `must be "*", or left out: in a key policy that is the key itself, and KMS documents nothing else; for another key, add the statement to that key's policy`
	for i, resource := range s.Resources {
		if resource != "*" {
			p.Report(fmt.Sprintf("%s.Resources[%d]", field, i), resource, reason)
		}
	}
	for i, resource := range s.NotResources {
		p.Report(fmt.Sprintf("%s.NotResources[%d]", field, i), resource, "must be left out; Resources "+reason)
	}
}

// everyone checks that an Allow to everyone is bound to an account of the key's or one
// that is declared: whoever has an account can have such a role, name or tag, and an
// organization has accounts that were never named. See the IAM User Guide, "AWS global
// condition context keys".
func (p *parser) everyone(field string, s keypolicy.Statement) {
	if s.Effect != keypolicy.Allow || !slices.Contains(s.Principals, keypolicy.Everyone()) && len(s.NotPrincipals) == 0 {
		return
	}
	if !slices.ContainsFunc(keypolicy.MergeConditions(s.Conditions), p.namesAccount) {
		p.Report(field, s.Sid, "is for everyone, and its conditions are met in accounts that were never named; the key promises other accounts what is declared: add StringEquals aws:PrincipalAccount with the key's account, or share the key by SharedWith")
	}
}

// namesAccount reports whether a condition holds for callers of declared accounts only.
func (p *parser) namesAccount(c keypolicy.Condition) bool {
	form, known := aws.ParseOperator(c.Operator)
	if !known || form.Set != "" || form.IfExists || form.Negated || !form.IsText() {
		return false
	}
	key := strings.ToLower(c.Key)
	if key != "aws:principalaccount" && key != "kms:calleraccount" && key != "aws:principalarn" {
		return false
	}
	return !slices.ContainsFunc(c.Values, func(value string) bool {
		if key != "aws:principalarn" {
			return !p.declared(value)
		}
		parts, isArn := aws.SplitArn(value)
		return !isArn && !(aws.IsToken(value) && !form.HasWildcards()) || isArn && !p.declared(parts[4])
	})
}

// declared reports whether an account is the key's or another that the keys are shared
// with. What only Terraform knows may be.
func (p *parser) declared(account string) bool {
	return p.ownSourceAccount(account) == "" || slices.Contains(p.settings.accounts(), config.ValueOf(account))
}

// freeGrants refuses an Allow of CreateGrant by which the key could be given to
// anybody. See the KMS Developer Guide, "Controlling permissions" of "Grants in AWS
// KMS".
func (p *parser) freeGrants(field string, s keypolicy.Statement) {
	if s.Effect != keypolicy.Allow || aws.StatementActions(s.Actions, s.NotActions)&aws.MatchActions("kms:CreateGrant") == 0 {
		return
	}
	if slices.ContainsFunc(keypolicy.MergeConditions(s.Conditions), namesGrantee) {
		return
	}
	p.Report(field, s.Sid, "allows kms:CreateGrant to any grantee, so the key could be given to anybody; the key promises that others get what is declared: add Bool kms:GrantIsForAWSResource true, for grants that AWS services make for a resource, or StringEquals kms:GranteePrincipal with the grantee's ARN")
}

func namesGrantee(c keypolicy.Condition) bool {
	form, known := aws.ParseOperator(c.Operator)
	if !known || form.Set != "" || form.IfExists || form.Negated {
		return false
	}
	switch strings.ToLower(c.Key) {
	case "kms:grantisforawsresource":
		return form.Comparison == aws.CompareBool && !slices.ContainsFunc(c.Values, func(value string) bool { return !strings.EqualFold(value, "true") })
	case "kms:granteeprincipal":
		return form.IsText() && !slices.ContainsFunc(c.Values, func(value string) bool {
			parts, isArn := aws.SplitArn(value)
			return !aws.IsToken(value) && (!isArn || strings.ContainsAny(parts[4], "*?") || strings.Contains(value, "${"))
		})
	case "kms:granteeserviceprincipal":
		return form.IsText() && !slices.ContainsFunc(c.Values, func(value string) bool { return strings.ContainsAny(value, "*?") })
	}
	return false
}

// administratorsDenied refuses an Allow to an administrator of what a statement of
// the tier denies to administrators: it would do nothing.
func (p *parser) administratorsDenied(field string, of purpose, s keypolicy.Statement) {
	administrators := p.settings.administrators(of.name)
	allowed := aws.StatementActions(s.Actions, s.NotActions)
	for _, deny := range statements.DenyKeyAdministratorsCryptographicUse(administrators) {
		denied := allowed & aws.MatchActions(deny.Actions...)
		if s.Effect != keypolicy.Allow || denied == 0 {
			continue
		}
		for i, principal := range s.Principals {
			if principal.Type != keypolicy.PrincipalAws || !names(administrators, principal.Id) {
				continue
			}
			p.Report(fmt.Sprintf("%s.Principals[%d]", field, i), principal.Id, fmt.Sprintf(
				"is an administrator, to whom %s denies %s whatever allows it; the key promises that administrators never reach data: name another role, or make this one no administrator", deny.Sid, denied.Names()[0]))
		}
	}
}

// names reports whether roles are named by an ARN, or match it.
func names(roles statements.Roles, arn string) bool {
	return slices.Contains(roles.Arns, arn) || slices.ContainsFunc(roles.ArnPatterns, func(pattern string) bool { return aws.MatchesWildcard(pattern, arn) })
}

// extraField is where an extra statement was given: in the configuration, or alone to
// AddStatement.
func (p *parser) extraField(purpose string, index int) string {
	if p.adds && index == len(p.settings.extras[purpose])-1 {
		return "statement"
	}
	return fmt.Sprintf("ExtraStatements[%s][%d]", purpose, index)
}

// policies checks the documents as a whole: Sids, size, and what they mean.
func (p *parser) policies() {
	for _, purpose := range p.settings.purposes() {
		p.policy(purpose)
	}
	for _, purpose := range p.settings.purposes() {
		if p.Count() == 0 {
			p.meaning(purpose)
		}
	}
}

func (p *parser) policy(of purpose) {
	location := p.settings.assumedLocation()
	p.policyIn(of, location, "policy of the "+of.name+" key")
	for _, replica := range p.settings.replicas {
		if before := p.Count(); before == 0 {
			// What is wrong everywhere is said once.
			p.policyIn(of, locationIn(location, replica.region), "policy of the "+of.name+" key in "+replica.region)
		}
	}
}

func (p *parser) policyIn(of purpose, location statements.Location, name string) {
	extras := p.settings.extras[of.name]
	document := of.policy(p.settings, location)
	firstExtra := len(document.Statements) - len(extras)
	for _, problem := range document.Validate() {
		switch index, field, within := statementOf(problem.Field); {
		case within && index < firstExtra:
			// The tier's own statements are made of values that were checked.
			panic("kmstier: the policy of the " + of.name + " key is not valid: " + problem.String())
		case within && field == "Sid" && strings.Contains(problem.Reason, "unique"):
			p.Report(p.extraField(of.name, index-firstExtra)+".Sid", extras[index-firstExtra].Sid, "is the Sid of another statement of the policy; a Sid must be unique within it")
		case !within:
			problem.Field = name
			p.Add(keypolicy.Problems{problem})
		}
	}
}

// statementOf splits "Statements[3].Sid" into 3 and "Sid".
func statementOf(field string) (index int, rest string, ok bool) {
	number, rest, ok := strings.Cut(strings.TrimPrefix(field, "Statements["), "].")
	if !ok {
		return 0, "", false
	}
	index, err := strconv.Atoi(number)
	return index, rest, err == nil
}

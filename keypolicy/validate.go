package keypolicy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	sidFormat       = regexp.MustCompile(`^[A-Za-z0-9]+$`)
	accountIdFormat = regexp.MustCompile(`^[0-9]{12}$`)
	// principalArnFormat is an account's root, a role or user, or one session of a
	// role.
	principalArnFormat = regexp.MustCompile(`^arn:aws[a-z-]*:(iam::[0-9]{12}:(root|(role|user)/[^*?]+)|sts::[0-9]{12}:(assumed-role|federated-user)/[^*?]+)$`)
	// serviceNameFormat is a service principal: labels with dots between them.
	serviceNameFormat = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
)

// operators are the condition operators of IAM without set prefix and IfExists,
// with the kind of value where the operator needs a certain one. See the IAM User
// Guide, "IAM JSON policy elements: Condition operators".
var operators = map[string]*valueKind{
	"ArnEquals": nil, "ArnLike": nil, "ArnNotEquals": nil, "ArnNotLike": nil,
	"BinaryEquals": nil,
	"Bool":         trueOrFalse,
	"DateEquals":   nil, "DateGreaterThan": nil, "DateGreaterThanEquals": nil,
	"DateLessThan": nil, "DateLessThanEquals": nil, "DateNotEquals": nil,
	"IpAddress": nil, "NotIpAddress": nil,
	"Null":          trueOrFalse,
	"NumericEquals": anyNumber, "NumericGreaterThan": anyNumber, "NumericGreaterThanEquals": anyNumber,
	"NumericLessThan": anyNumber, "NumericLessThanEquals": anyNumber, "NumericNotEquals": anyNumber,
	"StringEquals": nil, "StringEqualsIgnoreCase": nil, "StringLike": nil,
	"StringNotEquals": nil, "StringNotEqualsIgnoreCase": nil, "StringNotLike": nil,
}

// valueKind is what an operator can compare with.
type valueKind struct {
	name  string
	holds func(value string) bool
}

var (
	trueOrFalse = &valueKind{`"true" or "false"`, func(value string) bool { return value == "true" || value == "false" }}
	anyNumber   = &valueKind{"a number", func(value string) bool {
		_, err := strconv.ParseFloat(value, 64)
		return err == nil
	}}
)

// Validate reports everything for which KMS would refuse the document, and what
// it would take but never match: unknown actions and operators, Sids that are
// missing, not alphanumeric or used twice, a size over [MaxSize]. The returned
// problems are empty when there are none.
func (d Document) Validate() Problems {
	var problems Problems
	first := map[string]int{}
	for i, statement := range d.Statements {
		field := fmt.Sprintf("Statements[%d]", i)
		problems = append(problems, statement.Validate().Within(field)...)
		if before, taken := first[statement.Sid]; taken && statement.Sid != "" {
			problems = append(problems, Problem{field + ".Sid", strconv.Quote(statement.Sid),
				fmt.Sprintf("is the Sid of Statements[%d] too; a Sid must be unique within a policy", before)})
		} else {
			first[statement.Sid] = i
		}
	}
	if len(d.Statements) == 0 {
		problems = append(problems, Problem{"Statements", "", "is empty; a key policy needs at least one statement"})
	}
	if problem, over := d.oversize(); over {
		problems = append(problems, problem)
	}
	return problems
}

func (d Document) oversize() (Problem, bool) {
	size := d.Size()
	if size <= MaxSize {
		return Problem{}, false
	}
	var largest []string
	for _, statement := range d.Largest(3) {
		largest = append(largest, fmt.Sprintf("%s %d", statement.Sid, statement.Size()))
	}
	return Problem{"Statements", fmt.Sprintf("%d bytes", size), fmt.Sprintf(
		"a key policy may have %d bytes at most; the largest statements are %s; "+
			"name roles by a pattern instead of one by one, or give the work a key of its own",
		MaxSize, strings.Join(largest, ", "))}, true
}

// Validate reports what is wrong with the statement by itself, each problem with
// its field within the statement.
func (s Statement) Validate() Problems {
	var problems Problems
	report := func(field, value, reason string) {
		problems = append(problems, Problem{field, value, reason})
	}
	if !sidFormat.MatchString(s.Sid) {
		report("Sid", strconv.Quote(s.Sid), "must be letters and digits only, at least one")
	}
	if s.Effect != Allow && s.Effect != Deny {
		report("Effect", strconv.Quote(string(s.Effect)), `must be "Allow" or "Deny"`)
	}
	either := func(field, other string, count, otherCount int) {
		if count > 0 && otherCount > 0 {
			report(other, "", "stands beside "+field+"; a statement has one of the two")
		}
	}
	principals := func(field string, principals []Principal) {
		for i, principal := range principals {
			if reason := principal.fault(); reason != "" {
				report(fmt.Sprintf("%s[%d]", field, i), strconv.Quote(principal.Id), reason)
			}
		}
	}
	actions := func(field string, actions []string) {
		for i, action := range actions {
			if !IsToken(action) && compileActions([]string{action}) == 0 {
				report(fmt.Sprintf("%s[%d]", field, i), strconv.Quote(action), `matches no action of KMS; must be like "kms:Decrypt" or "kms:GenerateDataKey*"`)
			}
		}
	}
	if len(s.Principals)+len(s.NotPrincipals) == 0 {
		report("Principals", "", "is empty; a statement of a key policy must name at least one principal")
	}
	principals("Principals", s.Principals)
	principals("NotPrincipals", s.NotPrincipals)
	either("Principals", "NotPrincipals", len(s.Principals), len(s.NotPrincipals))
	if len(s.NotPrincipals) > 0 && s.Effect == Allow {
		report("NotPrincipals", "", "stands in an Allow, which AWS does not support; must be in a Deny")
	}
	if len(s.Actions)+len(s.NotActions) == 0 {
		report("Actions", "", "is empty; a statement must name at least one action")
	}
	actions("Actions", s.Actions)
	actions("NotActions", s.NotActions)
	either("Actions", "NotActions", len(s.Actions), len(s.NotActions))
	either("Resources", "NotResources", len(s.Resources), len(s.NotResources))
	for i, condition := range s.Conditions {
		problems = append(problems, condition.validate().Within(fmt.Sprintf("Conditions[%d]", i))...)
	}
	return problems
}

func (p Principal) fault() string {
	switch {
	case p.Type != PrincipalAws && p.Type != PrincipalService:
		return fmt.Sprintf(`is of type %q; must be "AWS" or "Service"`, p.Type)
	case IsToken(p.Id):
		return ""
	case p.Type == PrincipalService:
		if !serviceNameFormat.MatchString(p.Id) {
			return `must be a service's principal name, such as "cloudtrail.amazonaws.com"`
		}
	case p.Id == "*", accountIdFormat.MatchString(p.Id), principalArnFormat.MatchString(p.Id):
	case strings.ContainsAny(p.Id, "*?"):
		return `must not hold wildcards, which KMS refuses within a principal; allow the account's root and narrow it by a condition on aws:PrincipalArn`
	default:
		return `must be the ARN of an account's root, a role or a user, an account id, or "*" for everyone`
	}
	return ""
}

func (c Condition) validate() Problems {
	var problems Problems
	base, set := c.base()
	kind, known := operators[base]
	if !known {
		problems = append(problems, Problem{"Operator", strconv.Quote(c.Operator), "is no condition operator of IAM; must be like " + strconv.Quote("StringEquals") + ", " + strconv.Quote("ArnLike") + " or " + strconv.Quote("ForAllValues:StringEquals")})
	}
	if c.Key == "" || !strings.Contains(c.Key, ":") {
		problems = append(problems, Problem{"Key", strconv.Quote(c.Key), `must be a condition key, such as "kms:ViaService" or "aws:PrincipalArn"`})
	}
	if set != "" && strings.HasPrefix(strings.ToLower(c.Key), strings.ToLower(encryptionContextKey(""))) {
		problems = append(problems, Problem{"Operator", strconv.Quote(c.Operator), "KMS refuses set operators on the single-valued " + c.Key + "; leave out " + set})
	}
	if len(c.Values) == 0 {
		problems = append(problems, Problem{"Values", "", "is empty; a condition must have at least one value"})
	}
	for i, value := range c.Values {
		field := fmt.Sprintf("Values[%d]", i)
		switch {
		case strings.Contains(value, "$${"):
			problems = append(problems, Problem{field, strconv.Quote(value), "holds $${, Terraform's escape of ${; write a policy variable as AWS does, such as ${aws:PrincipalTag/team}"})
		case kind != nil && !IsToken(value) && !kind.holds(value):
			problems = append(problems, Problem{field, strconv.Quote(value), fmt.Sprintf("must be %s, which is what %s compares with", kind.name, base)})
		}
	}
	return problems
}

// base splits the operator into the comparison itself and its set prefix.
func (c Condition) base() (base, set string) {
	base = c.Operator
	for _, prefix := range []string{"ForAllValues:", "ForAnyValue:"} {
		if comparison, found := strings.CutPrefix(c.Operator, prefix); found {
			base, set = comparison, prefix
		}
	}
	// Null asks whether a key exists, so it alone has no IfExists form.
	if base != "NullIfExists" {
		base = strings.TrimSuffix(base, "IfExists")
	}
	return base, set
}

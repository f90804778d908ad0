package keypolicy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// Misunderstood reports everything because of which nobody can tell what the
// document means: operators and condition keys that AWS does not document, values
// that their operator cannot read, principals that AWS refuses. With principals its
// statements must name them, as those of a key policy do, else they must not, as those
// of a principal's own policy. Statements about no action of KMS are not looked
// at further. The problems are empty when there are none.
func (d Document) Misunderstood(principals bool) Problems {
	var problems Problems
	if d.Version != "" && d.Version != Version && d.Version != OldVersion {
		problems = append(problems, Problem{"Version", strconv.Quote(d.Version), fmt.Sprintf("must be %q or %q", Version, OldVersion)})
	}
	for i, statement := range d.Statements {
		problems = append(problems, statement.misunderstood(principals, d.hasVariables()).Within(statementField(i, statement.Sid))...)
	}
	return problems
}

// statementField is the path of a statement, with its Sid where it has one.
func statementField(index int, sid string) string {
	if sid == "" {
		return fmt.Sprintf("Statements[%d]", index)
	}
	return fmt.Sprintf("Statements[%d](%s)", index, sid)
}

func (d Document) hasVariables() bool { return d.Version != OldVersion }

func (s Statement) misunderstood(principals, variables bool) Problems {
	problems := s.checkEffect()
	problems = append(problems, either("Actions", "NotActions", s.Actions, s.NotActions)...)
	if aws.StatementActions(s.Actions, s.NotActions) == 0 {
		return problems
	}
	problems = append(problems, s.checkPrincipals(principals)...)
	problems = append(problems, s.checkResources(variables)...)
	return append(problems, s.checkConditions(variables)...)
}

func (s Statement) checkEffect() Problems {
	if s.Effect != Allow && s.Effect != Deny {
		return Problems{{"Effect", strconv.Quote(string(s.Effect)), `must be "Allow" or "Deny"`}}
	}
	return nil
}

func either[T any](field, other string, of, otherOf []T) Problems {
	if len(of) > 0 && len(otherOf) > 0 {
		return Problems{{other, "", "stands beside " + field + "; a statement has one of the two"}}
	}
	return nil
}

func (s Statement) checkPrincipals(keyPolicy bool) Problems {
	listed := len(s.Principals) + len(s.NotPrincipals)
	switch {
	case !keyPolicy && listed > 0:
		return Problems{{"Principals", "", "has a principal; only a key policy may name one"}}
	case !keyPolicy:
		return nil
	case listed == 0:
		return Problems{{"Principals", "", "is empty; a statement of a key policy must name at least one principal"}}
	}
	problems := either("Principals", "NotPrincipals", s.Principals, s.NotPrincipals)
	if len(s.NotPrincipals) > 0 && s.Effect == Allow {
		problems = append(problems, Problem{"NotPrincipals", "", "stands in an Allow, which AWS does not support; must be in a Deny"})
	}
	check := func(field string, principals []Principal) {
		for i, principal := range principals {
			if _, reason := principal.Form(); reason != "" {
				problems = append(problems, Problem{fmt.Sprintf("%s[%d]", field, i), strconv.Quote(principal.Id), reason})
			}
		}
	}
	check("Principals", s.Principals)
	check("NotPrincipals", s.NotPrincipals)
	return problems
}

func (s Statement) checkResources(variables bool) Problems {
	problems := either("Resources", "NotResources", s.Resources, s.NotResources)
	check := func(field string, resources []string) {
		for i, resource := range resources {
			if _, err := ParseResource(resource, variables); err != nil {
				problems = append(problems, Problem{fmt.Sprintf("%s[%d]", field, i), strconv.Quote(resource), err.Error()})
			}
		}
	}
	check("Resources", s.Resources)
	check("NotResources", s.NotResources)
	return problems
}

// ParseResource reads an ARN with wildcards; variables tells whether the policy's
// version knows policy variables, which stand in the last part of an ARN only. An
// ARN that ends early is taken as if the missing parts were "*". See the IAM User
// Guide, "IAM JSON policy elements: Resource".
func ParseResource(resource string, variables bool) (pattern [6]aws.Template, err error) {
	var parts [6]string
	if resource == "*" {
		parts = [6]string{"*", "*", "*", "*", "*", "*"}
	} else {
		var complete bool
		parts, complete = aws.SplitArn(resource)
		if !complete {
			if parts[0] != "arn" {
				return pattern, fmt.Errorf(`must be an ARN, with wildcards or not, or "*"`)
			}
			for i := strings.Count(resource, ":") + 1; i < len(parts); i++ {
				parts[i] = "*"
			}
		}
	}
	for i, part := range parts {
		if pattern[i], err = aws.ParseTemplate(part, true, variables && i == 5); err != nil {
			return pattern, err
		}
	}
	return pattern, nil
}

func (s Statement) checkConditions(variables bool) Problems {
	var problems Problems
	for i, condition := range s.Conditions {
		field := fmt.Sprintf("Conditions[%d]", i)
		problems = append(problems, condition.misunderstood(variables).Within(field)...)
		twin := slices.IndexFunc(s.Conditions[:i], func(other Condition) bool {
			return other.Operator == condition.Operator && other.Key != condition.Key && strings.EqualFold(other.Key, condition.Key)
		})
		if twin >= 0 {
			problems = append(problems, Problem{field + ".Key", strconv.Quote(condition.Key),
				fmt.Sprintf("stands as %q in Conditions[%d] with the same operator; case does not tell keys apart", s.Conditions[twin].Key, twin)})
		}
	}
	return problems
}

// misunderstood reports what is wrong with the condition by itself.
func (c Condition) misunderstood(variables bool) Problems {
	var problems Problems
	report := func(field, value, reason string) { problems = append(problems, Problem{field, value, reason}) }
	form, known := aws.ParseOperator(c.Operator)
	switch {
	case !known:
		report("Operator", strconv.Quote(c.Operator), `is no condition operator of IAM; must be like "StringEquals", "ArnLike", "BoolIfExists" or "ForAnyValue:StringLike"`+
			aws.DidYouMean(aws.NearestOperator(c.Operator)))
	case form.Set != "" && form.Comparison == aws.CompareExistence:
		report("Operator", strconv.Quote(c.Operator), "Null takes neither ForAllValues nor ForAnyValue")
	}
	if !aws.IsConditionKey(c.Key) {
		report("Key", strconv.Quote(c.Key), `must be a condition key of KMS or a global one, such as "kms:ViaService" or "aws:PrincipalArn"`+
			aws.DidYouMean(aws.NearestConditionKey(c.Key)))
	}
	if len(c.Values) == 0 {
		report("Values", "", "is empty; a condition must have at least one value")
	}
	if !known {
		return problems
	}
	for i, value := range c.Values {
		if _, err := form.ParseValue(value, variables); err != nil {
			report(fmt.Sprintf("Values[%d]", i), strconv.Quote(value), err.Error())
		}
	}
	return problems
}

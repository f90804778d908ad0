package keypolicy

import (
	"fmt"
	"strconv"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// Doubts reports what the document says that may be misspelt, or newer than what is
// known here: actions that are none of KMS, and names that no AWS service has, as
// principals or as values of conditions. What speaks of them has no effect as far as
// anybody can tell, so that a misspelt Deny denies nothing.
//
// Of these, [Document.Validate] refuses the actions in a document that is about to be
// written, since a newer one can be written with a wildcard. Of a document that
// exists already all are to be shown to whoever reads about it.
func (d Document) Doubts() Problems {
	var problems Problems
	for i, statement := range d.Statements {
		problems = append(problems, statement.doubts().Within(statementField(i, statement.Sid))...)
	}
	return problems
}

func (s Statement) doubts() Problems {
	// A statement that names nobody is of a principal's policy, which speaks of other
	// services too.
	problems := s.unknownActions(len(s.Principals)+len(s.NotPrincipals) == 0)
	doubt := func(field, name string, regional bool) {
		if reason := aws.ServiceDoubt(name, regional); reason != "" {
			problems = append(problems, Problem{field, strconv.Quote(name), reason})
		}
	}
	check := func(field string, principals []Principal) {
		for i, principal := range principals {
			if principal.Type == PrincipalService {
				doubt(fmt.Sprintf("%s[%d]", field, i), principal.Id, false)
			}
		}
	}
	check("Principals", s.Principals)
	check("NotPrincipals", s.NotPrincipals)
	for i, condition := range s.Conditions {
		key, _ := aws.FindConditionKey(condition.Key)
		operator, known := aws.ParseOperator(condition.Operator)
		if !known || !operator.IsText() || key.Values != aws.ServiceValues && key.Values != aws.RegionalServiceValues {
			continue
		}
		for j, value := range condition.Values {
			doubt(fmt.Sprintf("Conditions[%d].Values[%d]", i, j), value, key.Values == aws.RegionalServiceValues)
		}
	}
	return problems
}

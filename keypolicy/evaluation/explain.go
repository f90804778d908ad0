package evaluation

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Explanation is a decision with what each statement made of the request.
type Explanation struct {
	Decision Decision
	// Statements are those of the key policy, then of the service control and
	// resource control policies, the identity policies, the boundary and the session policies.
	Statements []StatementExplanation
	Grants     []GrantExplanation
}

// StatementExplanation is what one statement made of the request: it matches
// when its action, principal, resource and every condition do.
type StatementExplanation struct {
	Statement StatementRef
	Effect    keypolicy.Effect
	Matches   bool
	Action    bool
	Principal bool
	// Delegates tells that the statement names the principal's account only, so an
	// Allow leaves the decision to the account's IAM policies.
	Delegates  bool
	Resource   bool
	Conditions []ConditionExplanation
}

// ConditionExplanation is what one condition made of the request.
type ConditionExplanation struct {
	// Condition is what the statement wants.
	Condition keypolicy.Condition
	// Found is what the request carries for the condition's key; none means that
	// the key is absent.
	Found []string
	// Holds tells whether the condition is met.
	Holds bool
}

// GrantExplanation is what one grant made of the request: it matches when all
// three do.
type GrantExplanation struct {
	Grant       StatementRef
	Matches     bool
	Grantee     bool
	Operation   bool
	Constraints bool
}

// Explain decides one request as [Evaluate] does and tells why, statement by
// statement.
func Explain(policy keypolicy.Document, request Request) (Explanation, error) {
	compiled, err := Compile(policy)
	if err != nil {
		return Explanation{}, err
	}
	return compiled.Explain(request)
}

// Explain decides one request by a compiled key policy and tells why; see
// [Explain].
func (p *CompiledPolicy) Explain(request Request) (Explanation, error) {
	e := evaluations.Get().(*evaluation)
	defer e.release()
	if err := e.init(request); err != nil {
		return Explanation{}, err
	}
	decision, err := e.decide(p)
	if err != nil {
		return Explanation{}, err
	}
	explanation := Explanation{Decision: decision}
	explanation.Statements = e.explainPolicy(p)
	for _, policies := range [...][]*CompiledPolicy{e.control.policies, e.resource.policies, e.identity, e.boundary, e.session} {
		for _, policy := range policies {
			explanation.Statements = append(explanation.Statements, e.explainPolicy(policy)...)
		}
	}
	for i := range request.Grants {
		explanation.Grants = append(explanation.Grants, e.explainGrant(i))
	}
	return explanation, nil
}

func (e *evaluation) explainPolicy(p *CompiledPolicy) []StatementExplanation {
	e.enter(p)
	explanations := make([]StatementExplanation, len(p.document.Statements))
	for i, statement := range p.document.Statements {
		explanations[i] = StatementExplanation{Statement: p.ref(i), Effect: statement.Effect}
	}
	for i := range p.statements {
		s := &p.statements[i]
		explanation := &explanations[s.index]
		found := e.matchesPrincipal(s)
		explanation.Action = s.actions&e.action != 0
		explanation.Principal = found != NoMatch
		explanation.Delegates = found == ThroughAccount
		explanation.Resource = e.matchesResource(s)
		explanation.Matches = explanation.Action && explanation.Principal && explanation.Resource
		for j := range s.conditions {
			c := &s.conditions[j]
			// What cannot be decided did not matter: the decision stands without it.
			holds, _ := e.holds(c)
			explanation.Conditions = append(explanation.Conditions, ConditionExplanation{
				Condition: c.source, Found: e.lookup(c.key).values(), Holds: holds,
			})
			explanation.Matches = explanation.Matches && holds
		}
	}
	return explanations
}

func (e *evaluation) explainGrant(index int) GrantExplanation {
	grant := &e.request.Grants[index]
	explanation := GrantExplanation{Grant: StatementRef{Policy: GrantOfKey, Index: index, Sid: grant.Name}}
	// Grants of an unreadable form have failed the decision before.
	compiled, _ := compileGrant(grant)
	explanation.Grantee = compiled.grantee.match(&e.caller) != NoMatch
	explanation.Operation = compiled.operations&e.action != 0
	explanation.Constraints = e.action&aws.UnboundGrantActions != 0 || e.meetsConstraints(grant)
	explanation.Matches = explanation.Grantee && explanation.Operation && explanation.Constraints
	return explanation
}

// String is the decision and, a line each, the statements that speak of the
// action, with what kept them from matching.
func (x Explanation) String() string {
	lines := []string{x.Decision.String()}
	for _, statement := range x.Statements {
		if statement.Action {
			lines = append(lines, "  "+statement.String())
		}
	}
	for _, grant := range x.Grants {
		lines = append(lines, "  "+grant.String())
	}
	return strings.Join(lines, "\n")
}

// String is one line: the statement, whether it matches, and if not why.
func (x StatementExplanation) String() string {
	text := fmt.Sprintf("%s: %s ", x.Statement, x.Effect)
	if x.Matches {
		if x.Delegates && x.Effect == keypolicy.Allow {
			return text + "matches, and leaves it to IAM policies"
		}
		return text + "matches"
	}
	var reasons []string
	if !x.Action {
		reasons = append(reasons, "the action is not listed")
	}
	if !x.Principal {
		reasons = append(reasons, "the principal is not named")
	}
	if !x.Resource {
		reasons = append(reasons, "the key is not among the resources")
	}
	for _, condition := range x.Conditions {
		if !condition.Holds {
			reasons = append(reasons, condition.String())
		}
	}
	return text + "does not match: " + strings.Join(reasons, "; ")
}

// String says what the condition wants and what the request has.
func (x ConditionExplanation) String() string {
	found := "no such key"
	if len(x.Found) > 0 {
		found = quoteAll(x.Found)
	}
	return fmt.Sprintf("%s on %s wants %s, the request has %s", x.Condition.Operator, x.Condition.Key, quoteAll(x.Condition.Values), found)
}

// String is one line: the grant, whether it matches, and if not why.
func (x GrantExplanation) String() string {
	if x.Matches {
		return x.Grant.String() + ": matches"
	}
	var reasons []string
	if !x.Grantee {
		reasons = append(reasons, "the principal is not the grantee")
	}
	if !x.Operation {
		reasons = append(reasons, "the operation is not granted")
	}
	if !x.Constraints {
		reasons = append(reasons, "the encryption context does not meet the constraints")
	}
	return x.Grant.String() + ": does not match: " + strings.Join(reasons, "; ")
}

func quoteAll(values []string) string {
	quoted := make([]string, 0, len(values))
	for _, value := range values {
		quoted = append(quoted, fmt.Sprintf("%q", value))
	}
	return strings.Join(quoted, " or ")
}

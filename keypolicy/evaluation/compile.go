package evaluation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// PolicyKind is the part that a policy plays in an evaluation.
type PolicyKind string

// The kinds of policy that take part in an evaluation. See the IAM User Guide,
// "Policies and permissions in IAM", "Policy types", and, for grants, the KMS
// Developer Guide, "Grants in AWS KMS".
const (
	KeyPolicy             PolicyKind = "key policy"
	IdentityPolicy        PolicyKind = "identity policy"
	PermissionsBoundary   PolicyKind = "permissions boundary"
	SessionPolicy         PolicyKind = "session policy"
	ServiceControlPolicy  PolicyKind = "service control policy"
	ResourceControlPolicy PolicyKind = "resource control policy"
	GrantOfKey            PolicyKind = "grant"
)

// CompiledPolicy is a key policy made ready to decide many requests. It is
// immutable and may be used by several goroutines at once.
type CompiledPolicy struct {
	document   keypolicy.Document
	kind       PolicyKind
	position   int
	statements []compiledStatement
	// allowed and denied hold the actions of each of statements that has the
	// effect: most statements are about other actions, and are passed over here.
	allowed, denied []aws.ActionSet
	keys            keyTable
}

type compiledStatement struct {
	index      int
	effect     keypolicy.Effect
	actions    aws.ActionSet
	principals []principalMatcher
	// exceptPrincipals tells that principals are those of NotPrincipal.
	exceptPrincipals bool
	// resources are the patterns of Resource or NotResource; nil is any.
	resources       [][6]template
	exceptResources bool
	conditions      []compiledCondition
}

func (s *compiledStatement) actionsIf(effect keypolicy.Effect) aws.ActionSet {
	if s.effect != effect {
		return 0
	}
	return s.actions
}

type compiledCondition struct {
	source      keypolicy.Condition
	operator    aws.OperatorForm
	key         *contextKey
	values      []value
	multiValued bool
}

// contextKey is a condition key that a policy mentions.
type contextKey struct {
	name string
	// slot is the key's place in an evaluation's cache of looked-up values.
	slot int
	// contextName is what follows kms:EncryptionContext: in the name, if anything.
	contextName string
	derivation  derivation
}

// keyTable holds each condition key of a policy once, whatever its case.
type keyTable struct{ keys []*contextKey }

func (t *keyTable) add(name string) *contextKey {
	for _, key := range t.keys {
		if strings.EqualFold(key.name, name) {
			return key
		}
	}
	key := &contextKey{name: name, slot: len(t.keys)}
	key.contextName, _ = aws.EncryptionContextName(name)
	key.derivation = derivations[strings.ToLower(name)]
	t.keys = append(t.keys, key)
	return key
}

// Compile makes a key policy ready to decide many requests. The error names
// every statement, element and value that [Evaluate] would not understand:
// operators and condition keys that AWS does not document, values that their
// operator cannot read, principals that AWS refuses; or it says that the policy is
// larger than KMS takes. Statements about no action of KMS are not looked at
// further; [keypolicy.Document.Doubts] tells of what may be misspelt.
func Compile(policy keypolicy.Document) (*CompiledPolicy, error) {
	return compile(policy, KeyPolicy, 0)
}

func compile(document keypolicy.Document, kind PolicyKind, position int) (*CompiledPolicy, error) {
	p := &CompiledPolicy{document: document, kind: kind, position: position}
	if kind == KeyPolicy {
		if problems := document.SurelyOversize(); len(problems) > 0 {
			return nil, fmt.Errorf("%s: %w", p.name(), problems)
		}
	}
	problems := document.Misunderstood(kind == KeyPolicy || kind == ResourceControlPolicy)
	if kind == ResourceControlPolicy {
		problems = append(problems, namedInResourceControl(document)...)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s: %w", p.name(), problems)
	}
	for i := range document.Statements {
		statement, err := p.compileStatement(i, &document.Statements[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.ref(i), err)
		}
		if statement.actions != 0 {
			p.statements = append(p.statements, statement)
			p.allowed = append(p.allowed, statement.actionsIf(keypolicy.Allow))
			p.denied = append(p.denied, statement.actionsIf(keypolicy.Deny))
		}
	}
	return p, nil
}

// namedInResourceControl reports statements of a resource control policy that name
// anybody: they speak of everyone. See the AWS Organizations User Guide, "RCP
// syntax", "Principal element".
func namedInResourceControl(document keypolicy.Document) (problems keypolicy.Problems) {
	for i, statement := range document.Statements {
		if len(statement.Principals) != 1 || statement.Principals[0] != keypolicy.Everyone() {
			problems = append(problems, keypolicy.Problem{Field: fmt.Sprintf("Statements[%d].Principals", i),
				Reason: `names somebody; the principal of a resource control policy must be "*"`})
		}
	}
	return problems
}

func (p *CompiledPolicy) name() string {
	if p.kind == KeyPolicy || p.kind == PermissionsBoundary {
		return string(p.kind)
	}
	return fmt.Sprintf("%s %d", p.kind, p.position)
}

func (p *CompiledPolicy) ref(index int) StatementRef {
	return StatementRef{Policy: p.kind, Document: p.position, Index: index, Sid: p.document.Statements[index].Sid}
}

// compileStatement reads a statement in which [keypolicy.Document.Misunderstood]
// found nothing wrong.
func (p *CompiledPolicy) compileStatement(index int, s *keypolicy.Statement) (compiled compiledStatement, err error) {
	compiled = compiledStatement{index: index, effect: s.Effect, actions: aws.StatementActions(s.Actions, s.NotActions)}
	if p.kind == KeyPolicy || p.kind == ResourceControlPolicy {
		compiled.actions &^= aws.GrantOnlyActions
	}
	if compiled.actions == 0 {
		return compiled, nil
	}
	compiled.exceptPrincipals = len(s.NotPrincipals) > 0
	for _, principal := range slices.Concat(s.Principals, s.NotPrincipals) {
		compiled.principals = append(compiled.principals, newPrincipalMatcher(principal))
	}
	variables := p.document.Version != keypolicy.OldVersion
	compiled.exceptResources = len(s.NotResources) > 0
	for _, resource := range slices.Concat(s.Resources, s.NotResources) {
		parsed, err := keypolicy.ParseResource(resource, variables)
		if err != nil {
			return compiled, err
		}
		compiled.resources = append(compiled.resources, bindArn(&parsed, &p.keys))
	}
	for _, condition := range keypolicy.MergeConditions(s.Conditions) {
		c, err := p.compileCondition(condition, variables)
		if err != nil {
			return compiled, err
		}
		compiled.conditions = append(compiled.conditions, c)
	}
	return compiled, nil
}

func (p *CompiledPolicy) compileCondition(condition keypolicy.Condition, variables bool) (c compiledCondition, err error) {
	operator, _ := aws.ParseOperator(condition.Operator)
	key, _ := aws.FindConditionKey(condition.Key)
	c = compiledCondition{source: condition, operator: operator, key: p.keys.add(condition.Key), multiValued: key.MultiValued}
	for _, text := range condition.Values {
		parsed, err := operator.ParseValue(text, variables)
		if err != nil {
			return c, err
		}
		c.values = append(c.values, bindValue(parsed, &p.keys))
	}
	return c, nil
}

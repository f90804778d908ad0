package keypolicy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// PolicyKind is the part that a policy plays in an evaluation.
type PolicyKind string

// The kinds of policy that take part in an evaluation. See the IAM User Guide,
// "Policies and permissions in IAM", "Policy types", and, for grants, the KMS
// Developer Guide, "Grants in AWS KMS".
const (
	KeyPolicy            PolicyKind = "key policy"
	IdentityPolicy       PolicyKind = "identity policy"
	PermissionsBoundary  PolicyKind = "permissions boundary"
	SessionPolicy        PolicyKind = "session policy"
	ServiceControlPolicy PolicyKind = "service control policy"
	GrantOfKey           PolicyKind = "grant"
)

// Policy is a key policy made ready to decide many requests. It is immutable and
// may be used by several goroutines at once.
type Policy struct {
	document   Document
	kind       PolicyKind
	position   int
	statements []compiledStatement
	// allowed and denied hold the actions of each of statements that has the
	// effect: most statements are about other actions, and are passed over here.
	allowed, denied []actionSet
	keys            keyTable
}

type compiledStatement struct {
	index      int
	effect     Effect
	actions    actionSet
	principals []principalMatcher
	// exceptPrincipals tells that principals are those of NotPrincipal.
	exceptPrincipals bool
	// resources are the patterns of Resource or NotResource; nil is any.
	resources       [][6]template
	exceptResources bool
	conditions      []compiledCondition
}

func (s *compiledStatement) actionsIf(effect Effect) actionSet {
	if s.effect != effect {
		return 0
	}
	return s.actions
}

type compiledCondition struct {
	source    Condition
	meaning   operatorMeaning
	set       string
	ifExists  bool
	key       *contextKey
	operands  []operand
	multiples bool
}

// actionSet has a bit for each of [allActions].
type actionSet uint64

var actionBits = func() map[string]actionSet {
	if len(allActions) > 64 {
		panic("keypolicy: more actions than an actionSet has bits")
	}
	bits := map[string]actionSet{}
	for i, action := range allActions {
		bits[action] = 1 << i
		bits[strings.ToLower(action)] = 1 << i
	}
	return bits
}()

func compileActions(patterns []string) actionSet {
	var set actionSet
	for _, pattern := range patterns {
		if bit, exact := actionBits[pattern]; exact {
			set |= bit
			continue
		}
		pattern = strings.ToLower(pattern)
		for i, action := range lowerCaseActions {
			if matchesWildcard(pattern, action) {
				set |= 1 << i
			}
		}
	}
	return set
}

var lowerCaseActions = func() (names []string) {
	for _, action := range allActions {
		names = append(names, strings.ToLower(action))
	}
	return names
}()

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
	key.contextName, _ = encryptionContextName(name)
	key.derivation = derivations[strings.ToLower(name)]
	t.keys = append(t.keys, key)
	return key
}

// Compile makes a key policy ready to decide many requests. The error names
// every statement, element and value that [Evaluate] would not understand:
// operators and condition keys that AWS does not document, values that their
// operator cannot read, principals that AWS refuses. Statements about no action
// of KMS are not looked at further.
func Compile(policy Document) (*Policy, error) { return compile(policy, KeyPolicy, 0) }

func compile(document Document, kind PolicyKind, position int) (*Policy, error) {
	p := &Policy{document: document, kind: kind, position: position}
	var problems []error
	if document.Version != "" && document.Version != Version && document.Version != OldVersion {
		problems = append(problems, fmt.Errorf("%s: Version %q: must be %q or %q", p.name(), document.Version, Version, OldVersion))
	}
	for i := range document.Statements {
		statement, errs := p.compileStatement(i, &document.Statements[i])
		for _, err := range errs {
			problems = append(problems, fmt.Errorf("%s: %w", p.ref(i), err))
		}
		if statement.actions != 0 {
			p.statements = append(p.statements, statement)
			p.allowed = append(p.allowed, statement.actionsIf(Allow))
			p.denied = append(p.denied, statement.actionsIf(Deny))
		}
	}
	if problems != nil {
		return nil, errors.Join(problems...)
	}
	return p, nil
}

func (p *Policy) name() string {
	if p.kind == KeyPolicy || p.kind == PermissionsBoundary {
		return string(p.kind)
	}
	return fmt.Sprintf("%s %d", p.kind, p.position)
}

func (p *Policy) ref(index int) StatementRef {
	return StatementRef{Policy: p.kind, Document: p.position, Index: index, Sid: p.document.Statements[index].Sid}
}

func (p *Policy) compileStatement(index int, s *Statement) (compiled compiledStatement, problems []error) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	compiled = compiledStatement{index: index, effect: s.Effect}
	if s.Effect != Allow && s.Effect != Deny {
		report(`Effect %q: must be "Allow" or "Deny"`, s.Effect)
	}
	switch {
	case len(s.Actions) > 0 && len(s.NotActions) > 0:
		report("has both Action and NotAction; one of them is allowed")
	case len(s.NotActions) > 0:
		compiled.actions = compileActions([]string{"kms:*"}) &^ compileActions(s.NotActions)
	default:
		compiled.actions = compileActions(s.Actions)
	}
	if compiled.actions == 0 {
		return compiled, problems
	}
	problems = append(problems, p.compilePrincipals(&compiled, s)...)
	problems = append(problems, p.compileResources(&compiled, s)...)
	problems = append(problems, p.compileConditions(&compiled, s)...)
	return compiled, problems
}

func (p *Policy) compilePrincipals(compiled *compiledStatement, s *Statement) (problems []error) {
	listed := len(s.Principals) + len(s.NotPrincipals)
	switch {
	case p.kind != KeyPolicy && listed > 0:
		return []error{fmt.Errorf("has a principal; only a key policy may name one")}
	case p.kind != KeyPolicy:
		return nil
	case listed == 0:
		return []error{fmt.Errorf("has no principal; a statement of a key policy must name at least one")}
	case len(s.Principals) > 0 && len(s.NotPrincipals) > 0:
		return []error{fmt.Errorf("has both Principal and NotPrincipal; one of them is allowed")}
	case len(s.NotPrincipals) > 0 && s.Effect == Allow:
		return []error{fmt.Errorf("has NotPrincipal in an Allow, which AWS does not support; name those who are allowed, or use NotPrincipal in a Deny")}
	}
	compiled.exceptPrincipals = len(s.NotPrincipals) > 0
	for _, principal := range slices.Concat(s.Principals, s.NotPrincipals) {
		matcher, err := compilePrincipal(principal)
		if err != nil {
			problems = append(problems, err)
		}
		compiled.principals = append(compiled.principals, matcher)
	}
	return problems
}

func (p *Policy) compileResources(compiled *compiledStatement, s *Statement) (problems []error) {
	if len(s.Resources) > 0 && len(s.NotResources) > 0 {
		return []error{fmt.Errorf("has both Resource and NotResource; one of them is allowed")}
	}
	compiled.exceptResources = len(s.NotResources) > 0
	for _, resource := range slices.Concat(s.Resources, s.NotResources) {
		pattern, err := p.compileResource(resource)
		if err != nil {
			problems = append(problems, fmt.Errorf("resource %w", err))
		}
		compiled.resources = append(compiled.resources, pattern)
	}
	return problems
}

// compileResource reads an ARN with wildcards. One that ends early is taken as
// if the missing parts were "*". See the IAM User Guide, "IAM JSON policy
// elements: Resource".
func (p *Policy) compileResource(resource string) (pattern [6]template, err error) {
	var parts [6]string
	if resource == "*" {
		parts = [6]string{"*", "*", "*", "*", "*", "*"}
	} else {
		var complete bool
		parts, complete = splitArn(resource)
		if !complete {
			if parts[0] != "arn" {
				return pattern, fmt.Errorf(`value %q: must be an ARN, with wildcards or not, or "*"`, resource)
			}
			for i := strings.Count(resource, ":") + 1; i < len(parts); i++ {
				parts[i] = "*"
			}
		}
	}
	for i, part := range parts {
		// Variables stand in the last part of an ARN only.
		variables := i == 5 && p.hasVariables()
		if pattern[i], err = compileTemplate(part, true, variables, &p.keys); err != nil {
			return pattern, err
		}
	}
	return pattern, nil
}

func (p *Policy) hasVariables() bool { return p.document.Version != OldVersion }

// compileConditions reads a statement's conditions. Lines with the same operator
// and key are one line with the values of both, as they are in JSON.
func (p *Policy) compileConditions(compiled *compiledStatement, s *Statement) (problems []error) {
	for _, condition := range mergeConditions(s.Conditions) {
		c, errs := p.compileCondition(condition)
		for _, err := range errs {
			problems = append(problems, fmt.Errorf("condition %s on %s: %w", condition.Operator, condition.Key, err))
		}
		for _, other := range compiled.conditions {
			if other.source.Operator == condition.Operator && strings.EqualFold(other.source.Key, condition.Key) {
				problems = append(problems, fmt.Errorf("condition %s: names the key %s twice, once as %s; case does not tell keys apart",
					condition.Operator, condition.Key, other.source.Key))
			}
		}
		compiled.conditions = append(compiled.conditions, c)
	}
	return problems
}

func mergeConditions(conditions []Condition) []Condition {
	var merged []Condition
	for _, condition := range conditions {
		at := slices.IndexFunc(merged, func(other Condition) bool {
			return other.Operator == condition.Operator && other.Key == condition.Key
		})
		if at < 0 {
			merged = append(merged, condition)
		} else {
			merged[at].Values = slices.Concat(merged[at].Values, condition.Values)
		}
	}
	return merged
}

func (p *Policy) compileCondition(condition Condition) (c compiledCondition, problems []error) {
	base, set := condition.base()
	meaning, known := operatorMeanings[base]
	if !known {
		problems = append(problems, fmt.Errorf("unknown operator; must be one that the IAM User Guide lists under condition operators, spelt like StringEquals, ArnLike, BoolIfExists or ForAnyValue:StringLike"))
	}
	multiValued, knownKey := findConditionKey(condition.Key)
	if !knownKey {
		problems = append(problems, fmt.Errorf("unknown key; must be a kms: condition key or a global one"))
	}
	if known && set != "" && meaning.compare == compareExistence {
		problems = append(problems, fmt.Errorf("the operator Null takes neither ForAllValues nor ForAnyValue"))
	}
	if len(condition.Values) == 0 {
		problems = append(problems, fmt.Errorf("has no value; at least one is needed"))
	}
	if problems != nil {
		return c, problems
	}
	c = compiledCondition{
		source: condition, meaning: meaning, set: set,
		ifExists:  strings.HasSuffix(condition.Operator, "IfExists"),
		key:       p.keys.add(condition.Key),
		multiples: multiValued,
	}
	for _, value := range condition.Values {
		o, err := meaning.compile(value, p.hasVariables(), &p.keys)
		if err != nil {
			problems = append(problems, err)
		}
		c.operands = append(c.operands, o)
	}
	return c, problems
}

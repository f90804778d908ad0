package exact

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Engine answers questions about requests to one key. It remembers what it has
// found out, so that one engine for all questions about a key is much faster than
// one each. It is not for several goroutines at once.
type Engine struct {
	key   Key
	arn   aws.Arn
	known map[string][]string

	documents  []*document
	parts      []part
	conditions []*condition
	// numbers are the conditions by what they say.
	numbers map[string]int

	// labels are what terms come to, numbered.
	labels map[string]int32

	populations map[string]*population
	// className is the space for the name of a class.
	className []byte
	cores     map[string]*core
	domains   map[string]*domain
	// answers are those given, by what the question came to.
	answers    map[string]Outcome
	simplified map[string]simplified
	// middles are texts of policy variables that make a value match a text.
	middles map[string][]string
	// scratch is the space for what a question comes to.
	scratch reduced
}

// document is statements that were compiled together.
type document struct {
	policy *evaluation.CompiledPolicy
	// grants are set instead of a policy.
	grants []evaluation.Grant
	first  Part
	count  int
	// doubtful tells that one of its parts is.
	doubtful bool
}

// part is a statement, a grant or a list of conditions.
type part struct {
	document int
	// place is the statement's in its document.
	place   int
	actions aws.ActionSet
	// conditions are the numbers of its conditions; those from said on are its
	// Resource element.
	conditions []int
	said       int
	principals []keypolicy.Principal
	excepting  bool
	// doubtful parts are those of which AWS may not say whether a request matches.
	doubtful bool
	// bound parts are grants, whose conditions do not count for some actions.
	bound bool
	// unnamed parts speak of whoever asks.
	unnamed bool
}

// New makes an engine for a key. The error says that its ARN is none of a key.
func New(key Key) (*Engine, error) {
	arn, isArn := aws.ParseArn(key.Arn)
	if !isArn || arn.Service != "kms" || arn.Account == "" || !strings.HasPrefix(arn.Resource, "key/") {
		return nil, fmt.Errorf("key %q: must be a key's ARN, such as %q", key.Arn, "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	}
	e := &Engine{
		key: key, arn: arn, known: map[string][]string{}, numbers: map[string]int{}, labels: map[string]int32{},
		populations: map[string]*population{}, cores: map[string]*core{}, domains: map[string]*domain{}, answers: map[string]Outcome{}, simplified: map[string]simplified{}, middles: map[string][]string{},
	}
	for name, values := range key.Known {
		e.known[lowerKey(name)] = values
	}
	return e, nil
}

// Policy adds the statements of a policy, a part each. The error is that of
// [evaluation.Compile].
func (e *Engine) Policy(policy keypolicy.Document, kind evaluation.PolicyKind) ([]Part, error) {
	compiled, err := evaluation.CompileAs(policy, kind)
	if err != nil {
		return nil, err
	}
	d := &document{policy: compiled, first: Part(len(e.parts)), count: len(policy.Statements)}
	e.documents = append(e.documents, d)
	var parts []Part
	for i, s := range policy.Statements {
		p := part{document: len(e.documents) - 1, place: i, actions: aws.StatementActions(s.Actions, s.NotActions)}
		switch kind {
		case evaluation.KeyPolicy, evaluation.ResourceControlPolicy:
			p.actions &^= aws.GrantOnlyActions
			p.principals, p.excepting = slices.Concat(s.Principals, s.NotPrincipals), len(s.NotPrincipals) > 0
		default:
			p.unnamed = true
		}
		if p.actions != 0 {
			variables := policy.Version != keypolicy.OldVersion
			p.conditions = e.conditionNumbers(s.Conditions, variables)
			p.said = len(p.conditions)
			if c := resourceCondition(s, variables); c != nil {
				p.conditions = append(p.conditions, e.intern(c))
			}
		}
		parts = append(parts, e.add(p))
	}
	return parts, nil
}

// Conditions adds a list of conditions that are met together, such as those of a
// class of requests. They know policy variables.
func (e *Engine) Conditions(conditions []keypolicy.Condition) (Part, error) {
	parts, err := e.Policy(keypolicy.Document{Statements: []keypolicy.Statement{{
		Effect: keypolicy.Allow, Actions: []string{"kms:*"}, Conditions: conditions,
	}}}, evaluation.IdentityPolicy)
	if err != nil {
		return 0, err
	}
	return parts[0], nil
}

// Grant adds a grant of the key.
func (e *Engine) Grant(grant evaluation.Grant) (Part, error) {
	// The evaluator has the same to say about a grant whoever asks.
	if _, err := evaluation.MatchGrants(evaluation.Request{
		Principal: evaluation.Anonymous, Action: "kms:Decrypt", Key: e.key.Arn, Grants: []evaluation.Grant{grant},
	}); err != nil {
		// Which grant it is, the caller knows: here it is the only one.
		if reason := errors.Unwrap(err); reason != nil {
			err = reason
		}
		return 0, err
	}
	principal := keypolicy.AwsPrincipal(grant.GranteePrincipal)
	if keypolicy.IsServiceName(grant.GranteePrincipal) {
		principal = keypolicy.ServicePrincipal(grant.GranteePrincipal)
	}
	p := part{document: len(e.documents), principals: []keypolicy.Principal{principal}, bound: true}
	for _, operation := range grant.Operations {
		p.actions |= aws.MatchActions("kms:" + operation)
	}
	e.documents = append(e.documents, &document{
		grants: []evaluation.Grant{grant}, first: Part(len(e.parts)), count: 1,
	})
	p.conditions = e.conditionNumbers(constraints(grant), false)
	p.said = len(p.conditions)
	return e.add(p), nil
}

// constraints are a grant's constraints as conditions. They are literal: no
// wildcards, no variables.
func constraints(grant evaluation.Grant) (conditions []keypolicy.Condition) {
	for _, pairs := range []map[string]string{grant.EncryptionContextSubset, grant.EncryptionContextEquals} {
		for _, name := range slices.Sorted(maps.Keys(pairs)) {
			conditions = append(conditions, keypolicy.Condition{Operator: "StringEquals", Key: aws.EncryptionContextPrefix + name, Values: []string{pairs[name]}})
		}
	}
	switch names := slices.Sorted(maps.Keys(grant.EncryptionContextEquals)); {
	case grant.EncryptionContextEquals == nil:
	case len(names) == 0:
		conditions = append(conditions, keypolicy.Condition{Operator: "Null", Key: contextKeys, Values: []string{"true"}})
	default:
		conditions = append(conditions, keypolicy.Condition{Operator: "ForAllValues:StringEqualsIgnoreCase", Key: contextKeys, Values: names})
	}
	return conditions
}

func (e *Engine) add(p part) Part {
	p.doubtful = e.isDoubtful(&p)
	e.documents[p.document].doubtful = e.documents[p.document].doubtful || p.doubtful
	e.parts = append(e.parts, p)
	return Part(len(e.parts) - 1)
}

// ConditionsOf are the conditions of a part, those of one operator and key as
// one. The Resource element is not among them.
func (e *Engine) ConditionsOf(p Part) []keypolicy.Condition {
	var conditions []keypolicy.Condition
	for _, number := range e.parts[p].conditions[:e.parts[p].said] {
		conditions = append(conditions, e.conditions[number].source)
	}
	return conditions
}

func (e *Engine) conditionNumbers(conditions []keypolicy.Condition, variables bool) (numbers []int) {
	for _, source := range keypolicy.MergeConditions(conditions) {
		numbers = append(numbers, e.intern(newCondition(source, variables)))
	}
	return numbers
}

// intern is the number of a condition; those that say the same have the same.
func (e *Engine) intern(c *condition) int {
	number, known := e.numbers[c.name()]
	if !known {
		number = len(e.conditions)
		e.numbers[c.name()] = number
		c.number = number
		e.conditions = append(e.conditions, c)
	}
	return number
}

// labelNumber is the number of what a term comes to.
func (e *Engine) labelNumber(label string) int32 {
	number, known := e.labels[label]
	if !known {
		number = int32(len(e.labels))
		e.labels[label] = number
	}
	return number
}

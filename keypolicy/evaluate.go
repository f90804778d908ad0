package keypolicy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Evaluate decides one request as AWS would: whether the principal may carry out
// the action on the key that policy belongs to, given the request's context and
// the other policies it names. It knows what it is told and nothing else: an IAM
// policy that is not in the request counts as absent.
//
// What it does not understand is an error that names it, never a guess: an
// operator or condition key that AWS does not document, a value its operator
// cannot read, an action that no key policy decides.
//
// To decide many requests by one policy, [Compile] it once.
//
// The rules are those of the IAM User Guide, "Policy evaluation logic", and of
// the KMS Developer Guide, "Key policies in AWS KMS" and "Grants in AWS KMS".
func Evaluate(policy Document, request Request) (Decision, error) {
	compiled, err := Compile(policy)
	if err != nil {
		return Decision{}, err
	}
	return compiled.Evaluate(request)
}

// ErrUndecided is within the error of an evaluation that is about something
// which AWS does not document, or which the request leaves open. Most often it
// is a mistake in the policy.
var ErrUndecided = errors.New("AWS does not say")

// Evaluate decides one request by a compiled key policy; see [Evaluate].
func (p *Policy) Evaluate(request Request) (Decision, error) {
	e := evaluations.Get().(*evaluation)
	defer e.release()
	if err := e.init(request); err != nil {
		return Decision{}, err
	}
	return e.decide(p)
}

// evaluations keeps the space of past evaluations for the next ones.
var evaluations = sync.Pool{New: func() any { return new(evaluation) }}

// release hands the evaluation's space on, and lets go of the request.
func (e *evaluation) release() {
	clear(e.explicit)
	clear(e.encryption)
	clear(e.cache)
	*e = evaluation{explicit: e.explicit[:0], encryption: e.encryption[:0], cache: e.cache[:0], names: e.names[:0]}
	evaluations.Put(e)
}

// evaluation is the state of deciding one request.
type evaluation struct {
	request Request
	action  actionSet
	key     arn
	caller  caller

	explicit   []pair
	encryption []pair
	// cache holds what was found for the keys of the policy at hand, entered.
	cache   []found
	entered *Policy
	// names is the space for the names of the encryption context.
	names []string
	// fault is the first thing that could not be decided.
	fault error

	identity   []*Policy
	boundary   []*Policy
	session    []*Policy
	control    []*Policy
	levelSizes []int
}

func (e *evaluation) init(request Request) error {
	e.request = request
	bit, known := actionBits[request.Action]
	if !known {
		bit, known = actionBits[strings.ToLower(request.Action)]
	}
	if !known {
		return fmt.Errorf(`action %q: must be an action of KMS without wildcards, such as "kms:Decrypt"`, request.Action)
	}
	if bit&keyActions == 0 {
		return fmt.Errorf("action %q: acts on no key, so no key policy decides it", request.Action)
	}
	e.action = bit
	var isArn bool
	if e.key, isArn = parseArn(request.Key); !isArn || e.key.service != "kms" || e.key.account == "" || !strings.HasPrefix(e.key.resource, "key/") {
		return fmt.Errorf("key %q: must be a key's ARN, such as %q", request.Key, "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	}
	var err error
	if e.caller, err = parseCaller(request.Principal, e.key.account, request.Context); err != nil {
		return err
	}
	if err := e.readContext(); err != nil {
		return err
	}
	return e.compileOthers()
}

// compileOthers compiles the request's other policies.
func (e *evaluation) compileOthers() (err error) {
	r := &e.request
	if !e.caller.hasIamPolicies() && (len(r.IdentityPolicies) > 0 || r.PermissionsBoundary != nil || len(r.SessionPolicies) > 0) {
		return fmt.Errorf("principal %q: has no identity policies, boundary or session policies; only users, roles and sessions have", r.Principal)
	}
	compileAll := func(documents []Document, kind PolicyKind, first int) (policies []*Policy) {
		for i, document := range documents {
			policy, problem := compile(document, kind, first+i)
			if problem != nil && err == nil {
				err = problem
			}
			policies = append(policies, policy)
		}
		return policies
	}
	e.identity = compileAll(r.IdentityPolicies, IdentityPolicy, 0)
	e.session = compileAll(r.SessionPolicies, SessionPolicy, 0)
	if r.PermissionsBoundary != nil {
		e.boundary = compileAll([]Document{*r.PermissionsBoundary}, PermissionsBoundary, 0)
	}
	if !e.caller.exemptFromServiceControlPolicies() {
		for _, level := range r.ServiceControlPolicies {
			e.control = append(e.control, compileAll(level, ServiceControlPolicy, len(e.control))...)
			e.levelSizes = append(e.levelSizes, len(level))
		}
	}
	return err
}

// decide weighs the policies: a Deny anywhere wins; then every level of the
// organization must allow; then the key policy or a grant must, within the limits
// of the principal's own policies.
func (e *evaluation) decide(p *Policy) (Decision, error) {
	if statement, denied := e.findDeny(p); denied || e.fault != nil {
		return Decision{Reason: DeniedByStatement, Statement: statement}.unless(e.fault)
	}
	if !e.allowedByControl() || e.fault != nil {
		return Decision{Reason: DeniedByServiceControl}.unless(e.fault)
	}
	var decision Decision
	if e.foreign() {
		decision = e.decideAcrossAccounts(p)
	} else {
		decision = e.decideWithinAccount(p)
	}
	return decision.unless(e.fault)
}

func (d Decision) unless(fault error) (Decision, error) {
	if fault != nil {
		return Decision{}, fault
	}
	return d, nil
}

// foreign reports whether the principal is of another account than the key. AWS
// services and unsigned requests have none.
func (e *evaluation) foreign() bool {
	return e.caller.account != "" && e.caller.account != e.key.account
}

func (e *evaluation) findDeny(p *Policy) (StatementRef, bool) {
	if statement, denied := e.denies(p); denied {
		return statement, true
	}
	for _, policies := range [...][]*Policy{e.control, e.identity, e.boundary, e.session} {
		for _, policy := range policies {
			if statement, denied := e.denies(policy); denied {
				return statement, true
			}
		}
	}
	return StatementRef{}, false
}

func (e *evaluation) denies(p *Policy) (StatementRef, bool) {
	e.enter(p)
	for i, actions := range p.denied {
		if actions&e.action != 0 && e.matches(&p.statements[i]) != noMatch {
			return p.ref(p.statements[i].index), true
		}
	}
	return StatementRef{}, false
}

// allows finds the strongest Allow of a policy for the request; of equally strong
// ones the first.
func (e *evaluation) allows(p *Policy) (StatementRef, strength) {
	e.enter(p)
	best, at := noMatch, 0
	for i, actions := range p.allowed {
		if actions&e.action == 0 {
			continue
		}
		if found := e.matches(&p.statements[i]); found > best {
			if best, at = found, p.statements[i].index; best == direct {
				break
			}
		}
	}
	if best == noMatch {
		return StatementRef{}, noMatch
	}
	return p.ref(at), best
}

// allowedByAny finds the first of several policies that allows.
func (e *evaluation) allowedByAny(policies []*Policy) (StatementRef, bool) {
	for _, policy := range policies {
		if statement, found := e.allows(policy); found != noMatch {
			return statement, true
		}
	}
	return StatementRef{}, false
}

// allowedByControl reports whether each level of service control policies allows.
// See the AWS Organizations User Guide, "SCP evaluation".
func (e *evaluation) allowedByControl() bool {
	first := 0
	for _, size := range e.levelSizes {
		if _, allowed := e.allowedByAny(e.control[first : first+size]); !allowed {
			return false
		}
		first += size
	}
	return true
}

// allowedBy reports whether policies that limit the principal allow; when there
// are none, they do not limit.
func (e *evaluation) allowedBy(policies []*Policy) bool {
	if len(policies) == 0 {
		return true
	}
	_, allowed := e.allowedByAny(policies)
	return allowed
}

// limited is the reason why boundary or session policies stop the principal, or
// empty.
func (e *evaluation) limited() Reason {
	switch {
	case !e.allowedBy(e.boundary):
		return DeniedByBoundary
	case !e.allowedBy(e.session):
		return DeniedBySessionPolicy
	}
	return ""
}

// source is something that allows: a statement or a grant.
type source struct {
	statement StatementRef
	strength  strength
	reason    Reason
}

// sources are the key policy's strongest Allow and the strongest grant, the
// stronger first.
func (e *evaluation) sources(p *Policy) (sources [2]source) {
	statement, found := e.allows(p)
	sources[0] = source{statement, found, AllowedByKeyPolicy}
	if found == direct || len(e.request.Grants) == 0 {
		return sources
	}
	grant, granted := e.granted()
	sources[1] = source{grant, granted, AllowedByGrant}
	if granted > found {
		sources[0], sources[1] = sources[1], sources[0]
	}
	return sources
}

func (e *evaluation) decideWithinAccount(p *Policy) Decision {
	var refused Decision
	for _, s := range e.sources(p) {
		decision := Decision{Statement: s.statement}
		switch s.strength {
		case noMatch:
			continue
		case direct:
			decision.Allowed, decision.Reason = true, s.reason
		case asRole:
			decision.Reason = e.limited()
			if decision.Reason == "" {
				decision.Allowed, decision.Reason = true, s.reason
			}
		case throughAccount:
			identity, allowed := e.allowedByAny(e.identity)
			decision.Reason = DeniedByIdentity
			if allowed {
				decision.Identity = identity
				decision.Reason = e.limited()
			}
			if decision.Reason == "" {
				decision.Allowed, decision.Reason = true, AllowedThroughIam
			}
		}
		if decision.Allowed {
			return decision
		}
		if refused.Reason == "" {
			refused = decision
		}
	}
	if refused.Reason == "" {
		refused.Reason = DeniedByDefault
	}
	return refused
}

// decideAcrossAccounts needs an Allow on both sides. See the IAM User Guide,
// "Cross-account policy evaluation logic", and the KMS Developer Guide, "Allowing
// users in other accounts to use a KMS key".
func (e *evaluation) decideAcrossAccounts(p *Policy) Decision {
	s := e.sources(p)[0]
	decision := Decision{Statement: s.statement}
	switch {
	case e.action&crossAccountActions == 0:
		decision.Reason = DeniedAcrossAccounts
		return decision
	case s.strength == noMatch:
		decision.Reason = DeniedByDefault
		return decision
	case e.caller.kind == callerRoot:
		// The other account's root user has every permission that the account has.
		decision.Allowed, decision.Reason = true, s.reason
		return decision
	}
	identity, allowed := e.allowedByAny(e.identity)
	if !allowed {
		decision.Reason = DeniedByIdentity
		return decision
	}
	decision.Identity = identity
	if decision.Reason = e.limited(); decision.Reason == "" {
		decision.Allowed, decision.Reason = true, AllowedOnBothSides
		if s.reason == AllowedByGrant {
			decision.Reason = AllowedByGrant
		}
	}
	return decision
}

// enter makes ready for a policy's condition keys.
func (e *evaluation) enter(p *Policy) {
	if e.entered == p {
		return
	}
	e.entered = p
	clear(e.cache)
	e.cache = slices.Grow(e.cache[:0], len(p.keys.keys))[:len(p.keys.keys)]
}

// matches reports how strongly a statement about the action takes in the request.
func (e *evaluation) matches(s *compiledStatement) strength {
	found := e.matchesPrincipal(s)
	if found == noMatch || !e.matchesResource(s) {
		return noMatch
	}
	var fault error
	for i := range s.conditions {
		holds, err := e.holds(&s.conditions[i])
		if err != nil {
			fault = err
		} else if !holds {
			return noMatch
		}
	}
	if fault != nil {
		e.fail(fault)
		return noMatch
	}
	return found
}

func (e *evaluation) fail(fault error) {
	if e.fault == nil {
		e.fault = fault
	}
}

func (e *evaluation) matchesPrincipal(s *compiledStatement) strength {
	// The policies of a principal speak of that principal.
	if s.principals == nil {
		return direct
	}
	if s.exceptPrincipals {
		return e.matchesExcept(s)
	}
	best := noMatch
	for i := range s.principals {
		best = max(best, s.principals[i].match(&e.caller))
	}
	return best
}

func (e *evaluation) matchesResource(s *compiledStatement) bool {
	if s.resources == nil {
		return true
	}
	key := [6]string{"arn", e.key.partition, e.key.service, e.key.region, e.key.account, e.key.resource}
	for i := range s.resources {
		if e.matchesArn(&s.resources[i], &key) {
			return !s.exceptResources
		}
	}
	return s.exceptResources
}

func (e *evaluation) matchesArn(pattern *[6]template, parts *[6]string) bool {
	for i := range parts {
		if !pattern[i].matches(e, parts[i]) {
			return false
		}
	}
	return true
}

// holds reports whether a condition is met. See the IAM User Guide, "IAM JSON
// policy elements: Condition operators" and "Single-valued vs. multivalued
// context keys".
func (e *evaluation) holds(c *compiledCondition) (bool, error) {
	carried := e.lookup(c.key)
	count := carried.count()
	if c.meaning.compare == compareExistence {
		for i := range c.operands {
			o := &c.operands[i]
			if !o.opaque && o.truth == (count == 0) {
				return true, nil
			}
		}
		return false, nil
	}
	switch c.set {
	case "ForAllValues:":
		// True on an absent key, too; and a list of nothing but empty text counts as
		// absent.
		for i := range count {
			if value := carried.at(i); value != "" && e.matchesAny(c, value) == c.meaning.negated {
				return false, nil
			}
		}
		return true, nil
	case "ForAnyValue:":
		for i := range count {
			if value := carried.at(i); value != "" && e.matchesAny(c, value) != c.meaning.negated {
				return true, nil
			}
		}
		return c.ifExists && count == 0, nil
	}
	switch {
	case count == 0:
		return c.ifExists || c.meaning.negated, nil
	case count > 1 || c.multiples:
		if c.meaning.negated {
			return false, fmt.Errorf("condition %s on %s: %w: what a negated operator without ForAllValues or ForAnyValue makes of a key with several values, here %q",
				c.source.Operator, c.source.Key, ErrUndecided, carried.values())
		}
		// Several values need a set operator.
		return false, nil
	}
	return e.matchesAny(c, carried.at(0)) != c.meaning.negated, nil
}

func (e *evaluation) matchesAny(c *compiledCondition, value string) bool {
	for i := range c.operands {
		if c.meaning.matches(&c.operands[i], e, value) {
			return true
		}
	}
	return false
}

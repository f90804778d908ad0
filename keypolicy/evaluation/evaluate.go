package evaluation

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
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
func Evaluate(policy keypolicy.Document, request Request) (Decision, error) {
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
func (p *CompiledPolicy) Evaluate(request Request) (Decision, error) {
	e := evaluations.Get().(*evaluation)
	defer e.release()
	if err := e.init(request); err != nil {
		return Decision{}, err
	}
	return e.decide(p)
}

// evaluations keeps the memory of past evaluations for the next ones.
var evaluations = sync.Pool{New: func() any { return new(evaluation) }}

// release keeps the evaluation's memory for the next one, and forgets the request.
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
	action  aws.ActionSet
	key     aws.Arn
	caller  caller

	explicit   []pair
	encryption []pair
	// cache holds what the request carries for the condition keys of one policy, which
	// is entered.
	cache   []found
	entered *CompiledPolicy
	// names is the space for the names of the encryption context.
	names []string
	// fault is the first thing that could not be decided.
	fault error

	identity []*CompiledPolicy
	boundary []*CompiledPolicy
	session  []*CompiledPolicy
	control  levels
	resource levels
}

func (e *evaluation) init(request Request) error {
	e.request = request
	bit, known := aws.FindAction(request.Action)
	if !known {
		return fmt.Errorf(`action %q: must be an action of KMS without wildcards, such as "kms:Decrypt"`, request.Action)
	}
	if bit&aws.KeyActions == 0 {
		return fmt.Errorf("action %q: acts on no key, so no key policy decides it", request.Action)
	}
	e.action = bit
	var isArn bool
	if e.key, isArn = aws.ParseArn(request.Key); !isArn || e.key.Service != "kms" || e.key.Account == "" || !strings.HasPrefix(e.key.Resource, "key/") {
		return fmt.Errorf("key %q: must be a key's ARN, such as %q", request.Key, "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	}
	var err error
	if e.caller, err = parseCaller(request.Principal, e.key.Account, request.Context); err != nil {
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
	compileAll := func(documents []keypolicy.Document, kind PolicyKind, first int) (policies []*CompiledPolicy) {
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
		e.boundary = compileAll([]keypolicy.Document{*r.PermissionsBoundary}, PermissionsBoundary, 0)
	}
	compileLevels := func(documents [][]keypolicy.Document, kind PolicyKind) (l levels) {
		for _, level := range documents {
			l.policies = append(l.policies, compileAll(level, kind, len(l.policies))...)
			l.sizes = append(l.sizes, len(level))
		}
		return l
	}
	if len(r.ServiceControlPolicies) > 0 && !e.caller.exemptFromServiceControlPolicies() {
		e.control = compileLevels(r.ServiceControlPolicies, ServiceControlPolicy)
	}
	if len(r.ResourceControlPolicies) > 0 && !e.caller.isServiceLinkedRole() && e.action&aws.GrantOnlyActions == 0 {
		e.resource = compileLevels(r.ResourceControlPolicies, ResourceControlPolicy)
	}
	return err
}

// decide weighs the policies: a Deny anywhere wins; then every level of the
// organization must allow; then the key policy or a grant must, within the limits
// of the principal's own policies.
func (e *evaluation) decide(p *CompiledPolicy) (Decision, error) {
	if statement, denied := e.findDeny(p); denied || e.fault != nil {
		return Decision{Reason: DeniedByStatement, Statement: statement}.unless(e.fault)
	}
	if !e.allowedAtEachLevel(&e.control) || e.fault != nil {
		return Decision{Reason: DeniedByServiceControl}.unless(e.fault)
	}
	if !e.allowedAtEachLevel(&e.resource) || e.fault != nil {
		return Decision{Reason: DeniedByResourceControl}.unless(e.fault)
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
	return e.caller.account != "" && e.caller.account != e.key.Account
}

func (e *evaluation) findDeny(p *CompiledPolicy) (StatementRef, bool) {
	if statement, denied := e.denies(p); denied {
		return statement, true
	}
	for _, policies := range [...][]*CompiledPolicy{e.control.policies, e.resource.policies, e.identity, e.boundary, e.session} {
		for _, policy := range policies {
			if statement, denied := e.denies(policy); denied {
				return statement, true
			}
		}
	}
	return StatementRef{}, false
}

func (e *evaluation) denies(p *CompiledPolicy) (StatementRef, bool) {
	e.enter(p)
	for i, actions := range p.denied {
		if actions&e.action != 0 && e.matches(&p.statements[i]) != NoMatch {
			return p.ref(p.statements[i].index), true
		}
	}
	return StatementRef{}, false
}

// allows finds the strongest Allow of a policy for the request; of equally strong
// ones the first.
func (e *evaluation) allows(p *CompiledPolicy) (StatementRef, Strength) {
	e.enter(p)
	best, at := NoMatch, 0
	for i, actions := range p.allowed {
		if actions&e.action == 0 {
			continue
		}
		if found := e.matches(&p.statements[i]); found > best {
			if best, at = found, p.statements[i].index; best == Direct {
				break
			}
		}
	}
	if best == NoMatch {
		return StatementRef{}, NoMatch
	}
	return p.ref(at), best
}

// allowedByAny finds the first of several policies that allows.
func (e *evaluation) allowedByAny(policies []*CompiledPolicy) (StatementRef, bool) {
	for _, policy := range policies {
		if statement, found := e.allows(policy); found != NoMatch {
			return statement, true
		}
	}
	return StatementRef{}, false
}

// levels are the policies of an organization, from its root down to the account.
type levels struct {
	policies []*CompiledPolicy
	// sizes are how many of the policies each level has.
	sizes []int
}

// allowedAtEachLevel reports whether each level has a policy that allows. See the
// AWS Organizations User Guide, "SCP evaluation" and "RCP evaluation".
func (e *evaluation) allowedAtEachLevel(l *levels) bool {
	first := 0
	for _, size := range l.sizes {
		if _, allowed := e.allowedByAny(l.policies[first : first+size]); !allowed {
			return false
		}
		first += size
	}
	return true
}

// allowedBy reports whether policies that limit the principal allow; when there
// are none, they do not limit.
func (e *evaluation) allowedBy(policies []*CompiledPolicy) bool {
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

package evaluation

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// CompileAs is [Compile] for a policy of another kind.
func CompileAs(policy keypolicy.Document, kind PolicyKind) (*CompiledPolicy, error) {
	return compile(policy, kind, 0)
}

// StatementMatch is what a statement or a grant makes of a request.
type StatementMatch struct {
	// Named is how strongly it names the principal, whatever else it says.
	Named Strength
	// NamedUndecided says why it cannot be told whether it names the principal; nil if
	// it can.
	NamedUndecided error
	// Matched is Named if the whole of it matches, else [NoMatch].
	Matched Strength
	// Undecided says why it cannot be told whether it matches; nil if it can, as where
	// it speaks of other actions or a condition of it fails, whomever it names.
	Undecided error
}

// Match tells of each statement what it makes of a request, in the order of the
// document. It is what [CompiledPolicy.Evaluate] weighs, before any Deny has a
// say.
func (p *CompiledPolicy) Match(request Request) ([]StatementMatch, error) {
	e := evaluations.Get().(*evaluation)
	defer e.release()
	if err := e.init(request); err != nil {
		return nil, err
	}
	e.enter(p)
	matches := make([]StatementMatch, len(p.document.Statements))
	for i := range p.statements {
		s := &p.statements[i]
		match := &matches[s.index]
		match.Named = e.matchesPrincipal(s)
		match.NamedUndecided = e.takeFault()
		if s.actions&e.action != 0 {
			match.Matched = e.matches(s)
			match.Undecided = e.takeFault()
		}
	}
	return matches, nil
}

// MatchGrants tells of each of the request's grants what it makes of the request.
func MatchGrants(request Request) ([]StatementMatch, error) {
	e := evaluations.Get().(*evaluation)
	defer e.release()
	if err := e.init(request); err != nil {
		return nil, err
	}
	matches := make([]StatementMatch, len(request.Grants))
	for i := range request.Grants {
		compiled, err := compileGrant(&request.Grants[i])
		if err != nil {
			return nil, fmt.Errorf("grant %d (%s): %w", i, request.Grants[i].Name, err)
		}
		matches[i].Named = compiled.grantee.match(&e.caller)
		matches[i].Matched, _ = e.matchesGrant(&request.Grants[i])
	}
	return matches, nil
}

// takeFault is the fault so far, which is then forgotten.
func (e *evaluation) takeFault() error {
	fault := e.fault
	e.fault = nil
	return fault
}

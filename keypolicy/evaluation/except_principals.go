package evaluation

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// matchesExcept decides a NotPrincipal, which AWS supports in a Deny only. AWS
// checks the account, then the user or role, then the session, so somebody is
// left out of the Deny only when all of these are listed; and nobody with a
// permissions boundary ever is. See the IAM User Guide, "AWS JSON policy
// elements: NotPrincipal".
func (e *evaluation) matchesExcept(s *compiledStatement) Strength {
	c := &e.caller
	lists := func(is func(m *principalMatcher) bool) bool {
		for i := range s.principals {
			if is(&s.principals[i]) {
				return true
			}
		}
		return false
	}
	if len(e.boundary) > 0 {
		return Direct
	}
	if lists(func(m *principalMatcher) bool { return m.Kind == keypolicy.EveryoneKind }) {
		return NoMatch
	}
	account := c.account == "" || lists(func(m *principalMatcher) bool { return m.Kind == keypolicy.AccountKind && m.match(c) != NoMatch })
	named := lists(func(m *principalMatcher) bool { return m.Kind != keypolicy.AccountKind && m.match(c) >= AsRole })
	switch c.kind {
	case callerAnonymous:
		return Direct
	case callerRoot:
		named = true
	case callerSession:
		named = lists(func(m *principalMatcher) bool { return m.Kind == keypolicy.RoleKind && m.match(c) != NoMatch }) &&
			lists(func(m *principalMatcher) bool { return m.Kind == keypolicy.SessionKind && m.match(c) != NoMatch })
	}
	if !account || !named {
		return Direct
	}
	if c.kind != callerRole {
		return NoMatch
	}
	// The role is listed, but what it acts in is a session.
	for i := range s.principals {
		if m := &s.principals[i]; m.Kind == keypolicy.SessionKind && m.Name == c.name && m.Account == c.account {
			e.fail(fmt.Errorf("NotPrincipal lists the session %s: %w for the role %s as a whole; ask for one session", m.text, ErrUndecided, c.text))
			return NoMatch
		}
	}
	return Direct
}

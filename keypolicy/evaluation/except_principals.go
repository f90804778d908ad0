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
func (e *evaluation) matchesExcept(s *compiledStatement) strength {
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
		return direct
	}
	if lists(func(m *principalMatcher) bool { return m.Kind == keypolicy.EveryoneKind }) {
		return noMatch
	}
	account := c.account == "" || lists(func(m *principalMatcher) bool { return m.Kind == keypolicy.AccountKind && m.match(c) != noMatch })
	named := lists(func(m *principalMatcher) bool { return m.Kind != keypolicy.AccountKind && m.match(c) >= asRole })
	switch c.kind {
	case callerAnonymous:
		return direct
	case callerRoot:
		named = true
	case callerSession:
		named = lists(func(m *principalMatcher) bool { return m.Kind == keypolicy.RoleKind && m.match(c) != noMatch }) &&
			lists(func(m *principalMatcher) bool { return m.Kind == keypolicy.SessionKind && m.match(c) != noMatch })
	}
	if !account || !named {
		return direct
	}
	if c.kind != callerRole {
		return noMatch
	}
	// The role is listed, but what it acts in is a session.
	for i := range s.principals {
		if m := &s.principals[i]; m.Kind == keypolicy.SessionKind && m.Name == c.name && m.Account == c.account {
			e.fail(fmt.Errorf("NotPrincipal lists the session %s: %w for the role %s as a whole; ask for one session", m.text, ErrUndecided, c.text))
			return noMatch
		}
	}
	return direct
}

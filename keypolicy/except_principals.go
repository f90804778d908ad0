package keypolicy

import "fmt"

// matchesExcept decides a NotPrincipal. AWS checks the account, then the user or
// role, then the session, so somebody is left out of a Deny only when all of
// these are listed; and nobody with a permissions boundary ever is. See the IAM
// User Guide, "AWS JSON policy elements: NotPrincipal".
func (e *evaluation) matchesExcept(s *compiledStatement) strength {
	wanted, listed := 0, 0
	count := func(is func(m *principalMatcher) bool) {
		wanted++
		for i := range s.principals {
			if is(&s.principals[i]) {
				listed++
				return
			}
		}
	}
	// An anonymous caller is nobody that could be listed.
	c := &e.caller
	if c.account != "" {
		count(func(m *principalMatcher) bool { return m.isAccountOf(c) })
	}
	switch c.kind {
	case callerService:
		count(func(m *principalMatcher) bool { return m.match(c) == direct })
	case callerUser, callerFederated:
		count(func(m *principalMatcher) bool { return m.kind == principalExact && m.match(c) == direct })
	case callerOpaque:
		count(func(m *principalMatcher) bool { return m.text == c.text })
	case callerRole:
		count(func(m *principalMatcher) bool { return m.kind == principalRole && m.match(c) == asRole })
	case callerSession:
		count(func(m *principalMatcher) bool { return m.kind == principalRole && m.match(c) == asRole })
		count(func(m *principalMatcher) bool { return m.kind == principalSession && m.match(c) == direct })
	}
	everyone := false
	for i := range s.principals {
		everyone = everyone || s.principals[i].kind == principalEveryone
	}
	switch {
	case everyone:
		return noMatch
	case s.effect == Deny && len(e.boundary) > 0:
		return direct
	case listed == 0:
		return direct
	case listed < wanted && s.effect == Deny:
		return direct
	case listed < wanted:
		e.fail(fmt.Errorf("NotPrincipal in an Allow lists a part only of account, role and session of %s, and AWS does not say what that means", c.text))
		return noMatch
	case c.kind == callerRole && s.effect == Deny:
		for i := range s.principals {
			if m := &s.principals[i]; m.kind == principalSession && m.name == c.name && m.account == c.account {
				e.fail(fmt.Errorf("NotPrincipal lists the session %s of the role %s; ask for one session, not for the role", m.text, c.text))
				return noMatch
			}
		}
		return direct
	}
	return noMatch
}

package evaluation

import "github.com/neurocipher-io/kmstier/keypolicy"

// strength is how far an Allow that names a caller in a certain way carries.
// See the IAM User Guide, "Policy evaluation for requests within a single
// account", "Resource-based policies".
type strength int

const (
	noMatch strength = iota
	// throughAccount: the statement names the caller's account, so it leaves the
	// decision to the account's IAM policies.
	throughAccount
	// asRole: the statement names the role. No identity policy is needed, but the
	// role's permissions boundary and the session's policies still limit it.
	asRole
	// direct: the statement names the user, the session itself, the service or
	// everyone. Neither boundary nor session policies limit it unless they deny.
	direct
)

// principalMatcher is a statement's principal, taken apart once.
type principalMatcher struct {
	keypolicy.PrincipalForm
	text string
}

func newPrincipalMatcher(p keypolicy.Principal) principalMatcher {
	form, _ := p.Form()
	return principalMatcher{form, p.Id}
}

// match is how strongly the principal of a statement takes in the caller.
func (m *principalMatcher) match(c *caller) strength {
	switch m.Kind {
	case keypolicy.EveryoneKind:
		return direct
	case keypolicy.ServiceKind:
		if (c.kind == callerService || c.kind == callerOpaque) && c.text == m.text {
			return direct
		}
	case keypolicy.AccountKind:
		if c.account == "" || m.Account != c.account || m.Partition != "" && c.partition != "" && m.Partition != c.partition {
			return noMatch
		}
		// The root user is the account.
		if c.kind == callerRoot {
			return direct
		}
		return throughAccount
	case keypolicy.RoleKind:
		switch c.kind {
		case callerRole:
			if m.text == c.text {
				return asRole
			}
		case callerSession:
			if c.iamArnGiven {
				if m.text == c.iamArn {
					return asRole
				}
				return noMatch
			}
			// A session's ARN has no path, but a role's name is unique within its
			// account whatever the path.
			if m.Name == c.name && m.Account == c.account && m.Partition == c.partition {
				return asRole
			}
		}
	case keypolicy.SessionKind:
		if c.kind == callerSession && m.text == c.text {
			return direct
		}
	case keypolicy.UserKind, keypolicy.FederatedUserKind:
		if (c.kind == callerUser || c.kind == callerFederated) && m.text == c.text {
			return direct
		}
	case keypolicy.OpaqueKind:
		if m.text == c.text {
			if c.kind == callerOpaque {
				return asRole
			}
			return direct
		}
	}
	return noMatch
}

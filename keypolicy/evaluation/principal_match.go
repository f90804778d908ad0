package evaluation

import "github.com/neurocipher-io/kmstier/keypolicy"

// Strength is how far an Allow that names a caller in a certain way carries.
// See the IAM User Guide, "Policy evaluation for requests within a single
// account", "Resource-based policies".
type Strength int

const (
	// NoMatch is that of a statement that does not name the caller.
	NoMatch Strength = iota
	// ThroughAccount is that of a statement that names the caller's account, so it leaves the
	// decision to the account's IAM policies.
	ThroughAccount
	// AsRole is that of a statement that names the role. No identity policy is needed, but the
	// role's permissions boundary and the session's policies still limit it.
	AsRole
	// Direct is that of a statement that names the user, the session itself, the service or
	// everyone. Neither boundary nor session policies limit it unless they deny.
	Direct
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
func (m *principalMatcher) match(c *caller) Strength {
	switch m.Kind {
	case keypolicy.EveryoneKind:
		return Direct
	case keypolicy.ServiceKind:
		if (c.kind == callerService || c.kind == callerOpaque) && c.text == m.text {
			return Direct
		}
	case keypolicy.AccountKind:
		if c.account == "" || m.Account != c.account || m.Partition != "" && c.partition != "" && m.Partition != c.partition {
			return NoMatch
		}
		// The root user is the account.
		if c.kind == callerRoot {
			return Direct
		}
		return ThroughAccount
	case keypolicy.RoleKind:
		switch c.kind {
		case callerRole:
			if m.text == c.text {
				return AsRole
			}
		case callerSession:
			if c.iamArnGiven {
				if m.text == c.iamArn {
					return AsRole
				}
				return NoMatch
			}
			// A session's ARN has no path, but a role's name is unique within its
			// account whatever the path.
			if m.Name == c.name && m.Account == c.account && m.Partition == c.partition {
				return AsRole
			}
		}
	case keypolicy.SessionKind:
		if c.kind == callerSession && m.text == c.text {
			return Direct
		}
	case keypolicy.UserKind, keypolicy.FederatedUserKind:
		if (c.kind == callerUser || c.kind == callerFederated) && m.text == c.text {
			return Direct
		}
	case keypolicy.OpaqueKind:
		if m.text == c.text {
			if c.kind == callerOpaque {
				return AsRole
			}
			return Direct
		}
	}
	return NoMatch
}

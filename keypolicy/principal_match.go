package keypolicy

import (
	"fmt"
	"strings"
)

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

type principalKind int

const (
	principalEveryone principalKind = iota
	principalAccount
	principalRole
	principalSession
	principalExact
	principalService
	principalFederated
	// principalUniqueId is the id that AWS shows in place of a deleted role or
	// user, such as AROAEXAMPLEID. Nobody can be that principal any more.
	principalUniqueId
)

// principalMatcher is a statement's principal, taken apart once.
type principalMatcher struct {
	kind               principalKind
	text               string
	partition, account string
	name               string
}

// uniqueIdPrefixes begin the unique ids of IAM. See the IAM User Guide, "IAM
// identifiers", "Unique identifiers".
var uniqueIdPrefixes = []string{"AIDA", "AROA", "ASIA", "AKIA", "AGPA", "ANPA"}

func compilePrincipal(p Principal) (principalMatcher, error) {
	m := principalMatcher{kind: principalExact, text: p.Id}
	switch p.Type {
	case PrincipalService:
		m.kind = principalService
		if p.Id == "*" {
			return m, fmt.Errorf(`principal {"Service": "*"}: a service must be named`)
		}
		return m, nil
	case PrincipalFederated:
		m.kind = principalFederated
		return m, nil
	case PrincipalAws:
	default:
		return m, fmt.Errorf(`principal %q is of type %q, of which KMS knows nothing; must be "AWS", "Service" or "Federated"`, p.Id, p.Type)
	}
	if p.Id == "*" {
		m.kind = principalEveryone
		return m, nil
	}
	if accountIdFormat.MatchString(p.Id) {
		m.kind, m.account = principalAccount, p.Id
		return m, nil
	}
	if a, isArn := parseArn(p.Id); isArn {
		m.partition, m.account = a.partition, a.account
		kind, rest, _ := strings.Cut(a.resource, "/")
		switch {
		case !IsToken(p.Id) && strings.ContainsAny(p.Id, "*?"):
			return m, fmt.Errorf(`principal %q: AWS takes no wildcards within a principal; only "*" by itself stands for everyone`, p.Id)
		case a.service == "iam" && a.resource == "root":
			m.kind = principalAccount
		case a.service == "iam" && kind == "role":
			m.kind, m.name = principalRole, lastSegment(rest)
		case a.service == "sts" && kind == "assumed-role":
			role, _, _ := strings.Cut(rest, "/")
			m.kind, m.name = principalSession, role
		}
		return m, nil
	}
	if IsToken(p.Id) {
		return m, nil
	}
	for _, prefix := range uniqueIdPrefixes {
		if strings.HasPrefix(p.Id, prefix) {
			m.kind = principalUniqueId
			return m, nil
		}
	}
	return m, fmt.Errorf(`principal %q: must be the ARN of an account's root, a role, a user or a session, an account id, or "*" for everyone`, p.Id)
}

// match is how strongly the principal of a statement takes in the caller.
func (m *principalMatcher) match(c *caller) strength {
	switch m.kind {
	case principalEveryone:
		return direct
	case principalService:
		if (c.kind == callerService || c.kind == callerOpaque) && c.text == m.text {
			return direct
		}
	case principalAccount:
		if c.account == "" || m.account != c.account || m.partition != "" && c.partition != "" && m.partition != c.partition {
			return noMatch
		}
		// The root user is the account.
		if c.kind == callerRoot {
			return direct
		}
		return throughAccount
	case principalRole:
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
			if m.name == c.name && m.account == c.account && m.partition == c.partition {
				return asRole
			}
		}
	case principalSession:
		if c.kind == callerSession && m.text == c.text {
			return direct
		}
	case principalExact:
		switch c.kind {
		case callerOpaque:
			if m.text == c.text {
				return asRole
			}
		case callerUser, callerFederated:
			if m.text == c.text {
				return direct
			}
		}
	}
	return noMatch
}

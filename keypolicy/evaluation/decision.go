package evaluation

import "fmt"

// Decision is the outcome of a [Request]. Decisions of the same policies can be
// compared with ==.
type Decision struct {
	Allowed bool
	// Reason is the rule that settled it.
	Reason Reason
	// Statement is the statement or grant that decided: the Deny that matched, or
	// what allows; of several the first. When a policy is lacking an Allow, it is
	// the statement that would have allowed if the other policy had. It is zero
	// when nothing matched.
	Statement StatementRef
	// Identity is the statement of an identity policy that completed an Allow which
	// the key policy leaves to IAM, or that another account needs besides.
	Identity StatementRef
}

// Reason is the rule that settled a decision.
type Reason string

// The reasons. The order of the rules is that of the IAM User Guide, "Policy
// evaluation logic".
const (
	// AllowedByKeyPolicy: a statement of the key policy names the principal, and
	// nothing limits it.
	AllowedByKeyPolicy Reason = "the key policy allows it"
	// AllowedThroughIam: the key policy leaves the decision to the account's IAM
	// policies, and one of them allows it.
	AllowedThroughIam Reason = "the key policy leaves it to IAM, and an identity policy allows it"
	// AllowedOnBothSides: the principal is of another account, and the key policy
	// and its own identity policy allow it.
	AllowedOnBothSides Reason = "the key policy and the identity policy in the principal's account allow it"
	// AllowedByGrant: a grant gives the operation to the principal.
	AllowedByGrant Reason = "a grant allows it"

	// AllowedToRetire: the account that made a grant may retire it, whatever the key
	// policy says. See the KMS Developer Guide, "Retiring and revoking grants".
	AllowedToRetire Reason = "the account that made a grant may retire it"

	// DeniedByStatement: a statement with Effect Deny matches.
	DeniedByStatement Reason = "a statement denies it"
	// DeniedByServiceControl: a level of the organization has no policy that allows
	// it.
	DeniedByServiceControl Reason = "no service control policy of one level allows it"
	// DeniedByResourceControl: a level of the organization of the key's account has
	// no policy that allows it.
	DeniedByResourceControl Reason = "no resource control policy of one level allows it"
	// DeniedByBoundary: the permissions boundary does not allow what else would be.
	DeniedByBoundary Reason = "the permissions boundary does not allow it"
	// DeniedBySessionPolicy: the session's policies do not allow what else would be.
	DeniedBySessionPolicy Reason = "no session policy allows it"
	// DeniedByIdentity: the key policy leaves it to IAM or to the principal's
	// account, whose policies do not allow it.
	DeniedByIdentity Reason = "the key policy leaves it to IAM, and no identity policy allows it"
	// DeniedAcrossAccounts: KMS offers the operation to principals of the key's
	// account only.
	DeniedAcrossAccounts Reason = "KMS does not offer the operation to other accounts"
	// DeniedByDefault: no statement of the key policy and no grant matches.
	DeniedByDefault Reason = "neither a statement of the key policy nor a grant allows it"
)

// StatementRef names a statement of one of the policies of an evaluation, or a
// grant. The zero value names none.
type StatementRef struct {
	// Policy is the kind of policy, empty for none.
	Policy PolicyKind
	// Document is the policy's place among those of its kind in the request. For
	// service and resource control policies the levels are counted through.
	Document int
	// Index is the statement's place in its policy, or the grant's in
	// Request.Grants.
	Index int
	// Sid is the statement's Sid or the grant's name; either may be empty.
	Sid string
}

// String names the statement: "key policy, statement 3 (AllowKeyAdministration)".
func (r StatementRef) String() string {
	var name string
	switch r.Policy {
	case "":
		return "no statement"
	case GrantOfKey:
		name = fmt.Sprintf("grant %d", r.Index)
	case KeyPolicy, PermissionsBoundary:
		name = fmt.Sprintf("%s, statement %d", r.Policy, r.Index)
	default:
		name = fmt.Sprintf("%s %d, statement %d", r.Policy, r.Document, r.Index)
	}
	if r.Sid != "" {
		name += " (" + r.Sid + ")"
	}
	return name
}

// String is the decision in one line.
func (d Decision) String() string {
	text := "denied"
	if d.Allowed {
		text = "allowed"
	}
	text += ": " + string(d.Reason)
	if d.Statement.Policy != "" {
		text += ": " + d.Statement.String()
	}
	if d.Identity.Policy != "" {
		text += "; " + d.Identity.String()
	}
	return text
}

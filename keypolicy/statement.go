package keypolicy

import "slices"

// Effect is what a statement does when it matches a request.
type Effect string

// The two effects. A matching Deny outweighs every Allow and every grant.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Statement is one statement of a policy. The statements that this package
// words need Principals, Actions and Conditions alone; the other elements are
// there for policies that were read with [Parse].
type Statement struct {
	// Sid names the statement in error messages and reports: letters and digits
	// only, unique within the document.
	Sid    string
	Effect Effect
	// Principals are those that the statement speaks of; in a key policy at least
	// one, in an identity policy none.
	Principals []Principal
	// NotPrincipals makes the statement speak of everyone but these.
	NotPrincipals []Principal
	// Actions are KMS actions such as "kms:Decrypt"; "*" stands for any number of
	// characters.
	Actions []string
	// NotActions makes the statement speak of all actions but these.
	NotActions []string
	// Resources are ARNs, in which "*" stands for any number of characters. None
	// means "*", which in a key policy is the key that the policy belongs to.
	Resources []string
	// NotResources makes the statement speak of all resources but these.
	NotResources []string
	// Conditions must all hold; none means always.
	Conditions []Condition
}

// Clone is a copy that shares no list with the statement.
func (s Statement) Clone() Statement {
	s.Principals, s.NotPrincipals = slices.Clone(s.Principals), slices.Clone(s.NotPrincipals)
	s.Actions, s.NotActions = slices.Clone(s.Actions), slices.Clone(s.NotActions)
	s.Resources, s.NotResources = slices.Clone(s.Resources), slices.Clone(s.NotResources)
	s.Conditions = CloneConditions(s.Conditions)
	return s
}

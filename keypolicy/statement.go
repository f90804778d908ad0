package keypolicy

// Effect is what a statement does when it matches a request.
type Effect string

// The two effects. A matching Deny outweighs every Allow and every grant.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Statement is one statement of a key policy. Its Resource is always "*", which
// in a key policy means the key that the policy belongs to.
type Statement struct {
	// Sid names the statement in error messages and reports: letters and digits
	// only, unique within the document.
	Sid    string
	Effect Effect
	// Principals are those that the statement speaks of; at least one.
	Principals []Principal
	// Actions are KMS actions such as "kms:Decrypt"; "*" stands for any number of
	// characters.
	Actions []string
	// Conditions must all hold; none means always.
	Conditions []Condition
}

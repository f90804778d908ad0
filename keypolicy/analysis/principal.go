package analysis

import (
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
)

// Kind is what sort of principal a row is about.
type Kind string

// The kinds of principal.
const (
	KindRole          Kind = "role"
	KindUser          Kind = "user"
	KindSession       Kind = "session"
	KindFederatedUser Kind = "federated user"
	KindRoot          Kind = "account root user"
	KindService       Kind = "AWS service"
	KindPattern       Kind = "principals by pattern"
	KindToken         Kind = "principal not known before apply"
	KindOtherAccount  Kind = "principals of another account"
	KindOrganization  Kind = "principals of an organization"
	KindRest          Kind = "any other principal of the key's account"
	KindEveryone      Kind = "any principal of any other account"
	KindAnonymous     Kind = "anyone without credentials"
	KindNobody        Kind = "deleted or federated principal"
)

// Principal is somebody, or some group, about whom the report has a row. Whoever
// can call KMS is in one of the rows; the most particular one that somebody is in
// is right about them.
type Principal struct {
	// Id is an ARN, one with wildcards, a service's name, a token; the ARN of an
	// account's root for the account, "account ID" for whom no other row is about in
	// the key's account, and "*" for those of all other accounts; of AWS services that no
	// other row is about "*.amazonaws.com", or "*" where a pattern says that.
	Id   string
	Kind Kind
	// Name is short and for people.
	Name string
	// Foreign tells that the principal is of another account than the key.
	Foreign bool
	// Note says what cannot be known about the principal, if anything.
	Note string

	// account is the account of all of them, where it is one.
	account string
	// named tells that a statement or grant names the principal as such.
	named bool
	// classes are all principals of the row; those after the first may turn out to be
	// told apart from it and get a row of their own, as ids say.
	classes []exact.Class
	// byKind are the rows that classes get when they differ from the first, by kind.
	byKind map[exact.Kind]Principal
}

// limits are the conditions on keys of the principal that narrow a class.
func limits(class exact.Class, only, except []keypolicy.Condition) exact.Class {
	class.Only = append(append([]keypolicy.Condition(nil), class.Only...), only...)
	class.Except = append(append([]keypolicy.Condition(nil), class.Except...), except...)
	return class
}

// ofKind is the row of the principals of one kind, where they differ from the row's
// others.
func (p Principal) ofKind(kind exact.Kind) Principal {
	if own, found := p.byKind[kind]; found {
		return own
	}
	return p
}

package statements

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Roles are IAM roles and users of the key's account that a statement speaks of.
type Roles struct {
	// Arns name roles or users that exist. KMS refuses a policy that names one
	// that does not.
	Arns []string
	// ArnPatterns match role ARNs with "*" and "?": roles that do not exist yet, or
	// whose names end in a random part, as those of IAM Identity Center do.
	ArnPatterns []string
}

// Empty reports whether no role is named.
func (r Roles) Empty() bool { return len(r.Arns) == 0 && len(r.ArnPatterns) == 0 }

// Plus is the roles of both.
func (r Roles) Plus(other Roles) Roles {
	return Roles{
		Arns:        append(append([]string{}, r.Arns...), other.Arns...),
		ArnPatterns: append(append([]string{}, r.ArnPatterns...), other.ArnPatterns...),
	}
}

// ByPattern ends the Sid of the statement that names roles by pattern, where
// another names roles by ARN.
const ByPattern = "ByPattern"

// allow permits the actions to the roles: one statement for the roles by name
// and, since KMS takes no wildcards in a principal, one for the patterns, to the
// account as a whole where aws:PrincipalArn matches. The second delegates to
// IAM: such a role needs an IAM policy that allows the action, too.
func (r Roles) allow(location Location, sid string, actions []string, conditions ...keypolicy.Condition) []keypolicy.Statement {
	var statements []keypolicy.Statement
	if len(r.Arns) > 0 {
		statements = append(statements, keypolicy.Statement{
			Sid: sid, Effect: keypolicy.Allow, Principals: keypolicy.AwsPrincipals(r.Arns), Actions: slices.Clone(actions), Conditions: keypolicy.CloneConditions(conditions),
		})
	}
	if len(r.ArnPatterns) > 0 {
		statements = append(statements, keypolicy.Statement{
			Sid: sid + ByPattern, Effect: keypolicy.Allow, Principals: []keypolicy.Principal{location.AccountRoot(location.AccountId)}, Actions: slices.Clone(actions),
			Conditions: append([]keypolicy.Condition{when("ArnLike", keyPrincipalArn, r.ArnPatterns...)}, keypolicy.CloneConditions(conditions)...),
		})
	}
	return statements
}

// deny forbids the actions to the roles in whatever session they act. It matches
// on aws:PrincipalArn rather than on the principal: IAM replaces the ARN of a
// deleted role in a policy's principals by an id, and a role created anew under
// the same name would no longer be denied.
func (r Roles) deny(sid string, actions []string, conditions ...keypolicy.Condition) []keypolicy.Statement {
	if r.Empty() {
		return nil
	}
	arns := append(append([]string{}, r.Arns...), r.ArnPatterns...)
	return []keypolicy.Statement{{
		Sid: sid, Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: actions,
		Conditions: append([]keypolicy.Condition{when("ArnLike", keyPrincipalArn, arns...)}, conditions...),
	}}
}

package statements

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// For are the Allow statements of a key policy that name the principal by its ARN,
// each narrowed to it.
func For(d keypolicy.Document, arn string) []keypolicy.Statement {
	var offers []keypolicy.Statement
	for _, statement := range d.Statements {
		if statement.Effect == keypolicy.Allow && slices.Contains(statement.Principals, keypolicy.AwsPrincipal(arn)) {
			offer := statement.Clone()
			offer.Principals = []keypolicy.Principal{keypolicy.AwsPrincipal(arn)}
			offers = append(offers, offer)
		}
	}
	return offers
}

// For are the grants to a grantee, worded as statements: the constraint binds
// the operations that carry an encryption context, and not DescribeKey. See the
// KMS API Reference, "GrantConstraints".
func (g DeclaredGrants) For(sid, grantee string) []keypolicy.Statement {
	if !slices.Contains(g.Grantees, grantee) {
		return nil
	}
	var bound, free []string
	for _, operation := range g.Operations {
		if action := "kms:" + operation; aws.MatchActions(action)&aws.UnboundGrantActions != 0 {
			free = append(free, action)
		} else {
			bound = append(bound, action)
		}
	}
	var constraint []keypolicy.Condition
	for _, name := range slices.Sorted(maps.Keys(g.EncryptionContextSubset)) {
		constraint = append(constraint, when("StringEquals", encryptionContextKey(name), g.EncryptionContextSubset[name]))
	}
	principals := keypolicy.AwsPrincipals([]string{grantee})
	var offers []keypolicy.Statement
	if len(bound) > 0 {
		offers = append(offers, keypolicy.Statement{Sid: sid, Effect: keypolicy.Allow, Principals: principals, Actions: bound, Conditions: constraint})
	}
	if len(free) > 0 {
		offers = append(offers, keypolicy.Statement{Sid: sid + "Metadata", Effect: keypolicy.Allow, Principals: principals, Actions: free})
	}
	return offers
}

// UsePolicy is the identity policy that a principal needs for what a key offers
// it: the same statements, on the key with this ARN.
func UsePolicy(keyArn string, offers []keypolicy.Statement) keypolicy.Document {
	policy := keypolicy.Document{Statements: make([]keypolicy.Statement, 0, len(offers))}
	for _, offer := range offers {
		statement := offer.Clone()
		statement.Principals = nil
		statement.Resources = []string{keyArn}
		policy.Statements = append(policy.Statements, statement)
	}
	return policy
}

// BoundaryStatements are what a permissions boundary must contain to let through
// what a key offers: the actions, on keys of the location that carry the tags. The
// Sid begins the statements' own.
//
// They name the key by its tags. Its ARN would be a cycle: the key policy names
// roles, and roles name their boundary.
//
// A boundary grants nothing, so the conditions of the offers are left to the key
// policy and the identity policy, and the boundary stays small: IAM takes 6,144
// characters. The conditions on grants stay, since whoever may create any grant
// can hand out everything else.
func BoundaryStatements(location Location, sid string, tags map[string]string, offers []keypolicy.Statement) []keypolicy.Statement {
	var statements []keypolicy.Statement
	for _, offer := range offers {
		var grants []keypolicy.Condition
		for _, condition := range offer.Conditions {
			if bindsGrant(offer.Actions, condition.Key) {
				grants = append(grants, condition)
			}
		}
		at := slices.IndexFunc(statements, func(s keypolicy.Statement) bool { return sameConditions(s.Conditions, grants) })
		if at < 0 {
			at = len(statements)
			statements = append(statements, keypolicy.Statement{Effect: keypolicy.Allow, Resources: []string{location.arn("kms", "key/*")}, Conditions: keypolicy.CloneConditions(grants)})
		}
		statements[at].Actions = append(statements[at].Actions, offer.Actions...)
	}
	grants := 0
	for i := range statements {
		s := &statements[i]
		s.Sid = sid
		if len(s.Conditions) > 0 {
			s.Sid += "Grants"
			if grants++; grants > 1 {
				s.Sid = fmt.Sprintf("%s%d", s.Sid, grants)
			}
		}
		s.Actions = widestActions(s.Actions)
		for _, name := range slices.Sorted(maps.Keys(tags)) {
			s.Conditions = append(s.Conditions, when("StringEquals", "aws:ResourceTag/"+name, tags[name]))
		}
	}
	return statements
}

// bindsGrant reports whether a condition on the key says which grants may be made:
// in a request for one, the encryption context is that of its constraint.
func bindsGrant(actions []string, key string) bool {
	return strings.HasPrefix(key, "kms:Grant") ||
		slices.Equal(actions, []string{"kms:CreateGrant"}) && strings.HasPrefix(key, aws.EncryptionContextPrefix)
}

func sameConditions(a, b []keypolicy.Condition) bool {
	return slices.EqualFunc(a, b, func(x, y keypolicy.Condition) bool {
		return x.Operator == y.Operator && x.Key == y.Key && slices.Equal(x.Values, y.Values)
	})
}

// widestActions are the actions in canonical order, without those that another
// stands for as well.
func widestActions(actions []string) []string {
	all := keypolicy.Canonical(actions)
	return slices.DeleteFunc(slices.Clone(all), func(action string) bool {
		return slices.ContainsFunc(all, func(other string) bool { return other != action && aws.MatchesWildcard(other, action) })
	})
}

package keypolicy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Offers are the Allow statements of a key policy that name the principal by
// its ARN, each narrowed to it.
func (d Document) Offers(arn string) []Statement {
	var offers []Statement
	for _, statement := range d.Statements {
		if statement.Effect == Allow && slices.Contains(statement.Principals, AwsPrincipal(arn)) {
			offer := statement.Clone()
			offer.Principals = []Principal{AwsPrincipal(arn)}
			offers = append(offers, offer)
		}
	}
	return offers
}

// Offers are the grants to a grantee, worded as statements: the constraint binds
// the operations that carry an encryption context, and not DescribeKey. See the
// KMS API Reference, "GrantConstraints".
func (g Grants) Offers(sid, grantee string) []Statement {
	if !slices.Contains(g.Grantees, grantee) {
		return nil
	}
	var bound, free []string
	for _, operation := range g.Operations {
		if action := "kms:" + operation; compileActions([]string{action})&unconstrainedActions != 0 {
			free = append(free, action)
		} else {
			bound = append(bound, action)
		}
	}
	var constraint []Condition
	for _, name := range slices.Sorted(maps.Keys(g.EncryptionContextSubset)) {
		constraint = append(constraint, when("StringEquals", encryptionContextKey(name), g.EncryptionContextSubset[name]))
	}
	principals := AwsPrincipals([]string{grantee})
	var offers []Statement
	if len(bound) > 0 {
		offers = append(offers, Statement{Sid: sid, Effect: Allow, Principals: principals, Actions: bound, Conditions: constraint})
	}
	if len(free) > 0 {
		offers = append(offers, Statement{Sid: sid + "Metadata", Effect: Allow, Principals: principals, Actions: free})
	}
	return offers
}

// UsePolicy is the identity policy that a principal needs for what a key offers
// it: the same statements, on the key with this ARN.
func UsePolicy(keyArn string, offers []Statement) Document {
	policy := Document{Statements: make([]Statement, 0, len(offers))}
	for _, offer := range offers {
		statement := offer.Clone()
		statement.Principals = nil
		statement.Resources = []string{keyArn}
		policy.Statements = append(policy.Statements, statement)
	}
	return policy
}

// BoundaryStatements are what a permissions boundary must contain to let through
// what a key offers: the actions, on keys of the scope that carry the tags. The
// Sid begins the statements' own.
//
// They name the key by its tags. Its ARN would tie a knot: the key policy names
// roles, and roles name their boundary.
//
// A boundary grants nothing, so the conditions of the offers are left to the key
// policy and the identity policy, and the boundary stays small: IAM takes 6,144
// characters. The conditions on grants stay, since whoever may create any grant
// can hand out everything else.
func BoundaryStatements(scope Scope, sid string, tags map[string]string, offers []Statement) []Statement {
	var statements []Statement
	for _, offer := range offers {
		var grants []Condition
		for _, condition := range offer.Conditions {
			if strings.HasPrefix(condition.Key, "kms:Grant") {
				grants = append(grants, condition)
			}
		}
		at := slices.IndexFunc(statements, func(s Statement) bool { return sameConditions(s.Conditions, grants) })
		if at < 0 {
			at = len(statements)
			statements = append(statements, Statement{Effect: Allow, Resources: []string{scope.arn("kms", "key/*")}, Conditions: cloneConditions(grants)})
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

func sameConditions(a, b []Condition) bool {
	return slices.EqualFunc(a, b, func(x, y Condition) bool {
		return x.Operator == y.Operator && x.Key == y.Key && slices.Equal(x.Values, y.Values)
	})
}

// widestActions are the actions in canonical order, without those that another
// stands for as well.
func widestActions(actions []string) []string {
	all := Canonical(actions)
	return slices.DeleteFunc(slices.Clone(all), func(action string) bool {
		return slices.ContainsFunc(all, func(other string) bool { return other != action && matchesWildcard(other, action) })
	})
}

package statements

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// AllowServices permits services that call KMS by themselves to do so for resources
// of the key's account: one statement a service, and one more for DescribeKey where
// the others are bound to an encryption context, which DescribeKey does not carry.
func AllowServices(location Location, served ...Served) []keypolicy.Statement {
	var statements []keypolicy.Statement
	for _, s := range served {
		if s.service.principals == nil || s.nothing() {
			continue
		}
		var source []keypolicy.Condition
		if s.service.source != nil {
			source = s.service.source(location)
		}
		statements = append(statements, s.service.allowItself(location, "Allow"+s.service.name, source, s.service.contextOf(location, s.resources(location)))...)
	}
	return statements
}

// allowItself permits the service what it does by itself, for the source and with the
// encryption context.
func (s *service) allowItself(location Location, sid string, source, context []keypolicy.Condition) []keypolicy.Statement {
	allow := func(sid string, actions []string, conditions ...keypolicy.Condition) keypolicy.Statement {
		statement := keypolicy.Statement{Sid: sid, Effect: keypolicy.Allow, Actions: slices.Clone(actions), Conditions: conditions}
		for _, name := range s.principals(location) {
			statement.Principals = append(statement.Principals, keypolicy.ServicePrincipal(name))
		}
		return statement
	}
	bound := slices.Concat(source, context)
	describe := []string{"kms:DescribeKey"}
	switch {
	case !s.describes:
		return []keypolicy.Statement{allow(sid, s.actions, bound...)}
	case len(context) == 0:
		return []keypolicy.Statement{allow(sid, append(describe, s.actions...), bound...)}
	default:
		return []keypolicy.Statement{allow(sid+"Encrypt", s.actions, bound...), allow(sid+"DescribeKey", describe, keypolicy.CloneConditions(source)...)}
	}
}

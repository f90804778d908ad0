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
		resources := s.resources(location)
		var source []keypolicy.Condition
		if s.service.source != nil {
			source = s.service.source(location, resources)
		}
		statements = append(statements, s.service.allowItself(location, "Allow"+s.service.name, source, s.service.contextOf(location, resources))...)
	}
	return statements
}

// allowItself permits the service what it does by itself, for the source and with the
// encryption context.
func (s *service) allowItself(location Location, sid string, source, context []keypolicy.Condition) []keypolicy.Statement {
	var statements []keypolicy.Statement
	allow := func(sid string, actions []string, conditions ...keypolicy.Condition) {
		statement := keypolicy.Statement{Sid: sid, Effect: keypolicy.Allow, Actions: slices.Clone(actions), Conditions: conditions}
		for _, name := range s.principals(location) {
			statement.Principals = append(statement.Principals, keypolicy.ServicePrincipal(name))
		}
		statements = append(statements, statement)
	}
	bound := slices.Concat(source, context)
	describe := []string{"kms:DescribeKey"}
	switch {
	case !s.describes:
		allow(sid, s.actions, bound...)
	case len(context) == 0:
		allow(sid, append(describe, s.actions...), bound...)
	default:
		allow(sid+"Encrypt", s.actions, bound...)
		allow(sid+"DescribeKey", describe, keypolicy.CloneConditions(source)...)
	}
	if len(s.grantOperations) > 0 {
		// In a request for a grant, the context is that of the grant's constraint.
		allow(sid+"Grants", []string{"kms:CreateGrant"},
			append(keypolicy.CloneConditions(bound), when("ForAllValues:StringEquals", keyGrantOperations, s.grantOperations...))...)
	}
	return statements
}

// AllowLinkedRoles permits service-linked roles, which no configuration lists, what
// the services do by them: the use of their resources, through the service that
// keeps these, grants for them, and DescribeKey.
func AllowLinkedRoles(location Location, served ...Served) []keypolicy.Statement {
	var statements []keypolicy.Statement
	for _, s := range served {
		if s.service.linkedRole == "" {
			continue
		}
		sid := "Allow" + s.service.name
		role := Roles{Arns: []string{location.arnIn("", "iam", "role/"+s.service.linkedRole)}}
		statements = slices.Concat(statements,
			s.service.allowUse(location, sid, s.service.roleActions, role, s.resources(location)),
			role.allow(location, sid+"Grants", []string{"kms:CreateGrant"}, append(location.through(s.service.via), when("Bool", keyGrantIsForAwsResource, "true"))...),
			role.allow(location, sid+"DescribeKey", []string{"kms:DescribeKey"}),
		)
	}
	return statements
}

package statements

import "github.com/neurocipher-io/kmstier/keypolicy"

// AllowUseThroughServices permits roles what the verb does with the resources of
// services, one statement a service: only through it, and with the encryption context
// that it makes for these resources. A service of whose actions none belongs to the
// verb gets none.
func AllowUseThroughServices(location Location, verb Verb, roles Roles, served ...Served) []keypolicy.Statement {
	var statements []keypolicy.Statement
	for _, s := range served {
		actions := s.service.roleActionsOf(verb)
		if len(actions) > 0 && s.service.linkedRole == "" && !s.nothing() {
			statements = append(statements, s.service.allowUse(location, "Allow"+verb.Use()+"Through"+s.service.name, actions, roles, s.resources(location))...)
		}
	}
	return statements
}

// roleActionsOf are those that belong to a verb.
func (s *service) roleActionsOf(verb Verb) []string {
	var actions []string
	for _, action := range s.roleActions {
		if verb.through != nil && verb.through(action) {
			actions = append(actions, action)
		}
	}
	return actions
}

func (s *service) allowUse(location Location, sid string, actions []string, roles Roles, resources []string) []keypolicy.Statement {
	return roles.allow(location, sid, actions, append(location.through(s.via), s.contextOf(location, resources)...)...)
}

// AllowApplicationLogsThroughS3 permits roles to write and read application logs
// in the buckets of these names and, unless its ARN is empty, in the central
// bucket; nothing directly.
func AllowApplicationLogsThroughS3(location Location, roles Roles, bucketNames []string, centralBucketArn string) []keypolicy.Statement {
	s3 := Serve("S3", bucketNames...)
	buckets := s3.resources(location)
	if centralBucketArn != "" {
		buckets = append(buckets, centralBucketArn)
	}
	if len(buckets) == 0 {
		return nil
	}
	return s3.service.allowUse(location, "AllowApplicationLogsThroughS3", s3.service.roleActions, roles, buckets)
}

// AllowGrantsForAwsResources permits roles to let those services that need it
// create a grant, for a table or a volume.
func AllowGrantsForAwsResources(location Location, roles Roles, served ...Served) []keypolicy.Statement {
	through := through(location, served, func(s *service) bool { return s.grants })
	if through == nil {
		return nil
	}
	return roles.allow(location, "AllowGrantsForAwsResources", []string{"kms:CreateGrant"}, append(through, when("Bool", keyGrantIsForAwsResource, "true"))...)
}

const deploymentSid = "AllowDeploymentThroughServices"

// DeploymentSids are those of the statements by which deployers, and nobody else, may
// use a key through services, whatever the resource.
func DeploymentSids() []string { return []string{deploymentSid, deploymentSid + ByPattern} }

// AllowDeploymentThroughServices permits deployers to create what the key
// encrypts: functions with encrypted variables, secrets, parameters, volumes,
// databases, tables and objects, through those services only. CreateGrant has a
// statement of its own because its condition key is missing from the other
// actions.
func AllowDeploymentThroughServices(location Location, deployers Roles, served ...Served) []keypolicy.Statement {
	through := through(location, served, func(s *service) bool { return s.deploys })
	if through == nil {
		return nil
	}
	use := deployers.allow(location, deploymentSid,
		[]string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"}, through...)
	grant := deployers.allow(location, "AllowDeploymentGrantsForAwsResources", []string{"kms:CreateGrant"},
		append(through, when("Bool", keyGrantIsForAwsResource, "true"))...)
	statements := append(use, grant...)
	for _, s := range served {
		if len(s.service.deployActions) > 0 {
			statements = append(statements, deployers.allow(location, "AllowDeploymentThrough"+s.service.name, s.service.deployActions, location.through(s.service.via)...)...)
		}
	}
	return statements
}

package statements

import "github.com/neurocipher-io/kmstier/keypolicy"

// AllowUseThroughServices permits roles to use the resources of services, one
// statement a service: only through it, and with the encryption context that it
// makes for these resources.
func AllowUseThroughServices(location Location, roles Roles, served ...Served) []keypolicy.Statement {
	var statements []keypolicy.Statement
	for _, s := range served {
		if len(s.service.roleActions) > 0 && s.service.linkedRole == "" && !s.nothing() {
			statements = append(statements, s.service.allowUse(location, "AllowUseThrough"+s.service.name, roles, s.resources(location))...)
		}
	}
	return statements
}

func (s *service) allowUse(location Location, sid string, roles Roles, resources []string) []keypolicy.Statement {
	return roles.allow(location, sid, s.roleActions, append(location.through(s.via), s.contextOf(location, resources)...)...)
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
	return s3.service.allowUse(location, "AllowApplicationLogsThroughS3", roles, buckets)
}

// AllowGrantsForAwsResources permits roles to let those services that need it
// create a grant, for a table or a volume.
func AllowGrantsForAwsResources(location Location, roles Roles, served ...Served) []keypolicy.Statement {
	return roles.allow(location, "AllowGrantsForAwsResources", []string{"kms:CreateGrant"},
		append(through(location, served, func(s *service) bool { return s.grants }), when("Bool", keyGrantIsForAwsResource, "true"))...)
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

package statements

import (
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Share is what another account may do with a key. Across accounts both sides must
// agree: the principals' own IAM policies must allow it as well. See the KMS Developer
// Guide, "Allowing users in other accounts to use a KMS key".
type Share struct {
	// Sid begins the Sids of its statements.
	Sid string
	// Principals are the account's root, or some of its roles.
	Principals []keypolicy.Principal
	// Write lets it encrypt as well as decrypt.
	Write bool
	// BucketNames and SecretNames are what it may use through S3 and Secrets Manager,
	// in the key's account and Region, by names with "*" and "?".
	BucketNames, SecretNames []string
	// EbsSnapshots and RdsSnapshots let it copy snapshots, and restore them.
	EbsSnapshots, RdsSnapshots bool
	// Direct is the encryption context with which it may call KMS itself, or nil.
	Direct *EncryptionContext
}

// AllowShare permits another account what is shared with it, one statement a way.
func AllowShare(location Location, share Share) []keypolicy.Statement {
	var statements []keypolicy.Statement
	allow := func(way string, actions []string, conditions ...keypolicy.Condition) {
		statements = append(statements, allowOtherAccount(share.Sid+way, share.Principals, actions, conditions...)...)
	}
	// through binds to a service and to the context that it makes for the resources.
	through := func(served Served, actions []string) {
		via := when("StringEquals", keyViaService, location.regionalService(served.service.via))
		allow("Through"+served.service.name, actions, append([]keypolicy.Condition{via}, served.service.contextOf(location, served.resources(location))...)...)
	}
	if len(share.BucketNames) > 0 {
		through(Serve("S3", share.BucketNames...), share.dataKeyActions())
	}
	if len(share.SecretNames) > 0 {
		through(Serve("SecretsManager", share.SecretNames...), share.dataKeyActions())
	}
	if share.EbsSnapshots {
		// EBS User Guide, "Share the KMS key used to encrypt a shared Amazon EBS snapshot".
		through(Serve("Ebs"), []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"})
	}
	if share.RdsSnapshots {
		// RDS User Guide, "Sharing encrypted snapshots for Amazon RDS". AWS documents no
		// context of snapshots.
		through(Serve("Rds"), []string{"kms:Decrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"})
	}
	if services := share.grantingServices(location); len(services) > 0 {
		allow("GrantsForAwsResources", []string{"kms:CreateGrant"},
			when("StringEquals", keyViaService, services...), when("Bool", keyGrantIsForAwsResource, "true"))
	}
	if share.Direct != nil {
		actions := []string{"kms:Decrypt"}
		if share.Write {
			actions = append(actions, "kms:Encrypt", "kms:GenerateDataKey")
		}
		allow("Directly", actions, append(share.Direct.present(), absent(keyViaService))...)
	}
	if share.Direct != nil || share.EbsSnapshots || share.RdsSnapshots {
		allow("DescribeKey", []string{"kms:DescribeKey"})
	}
	return statements
}

func (s Share) dataKeyActions() []string {
	if s.Write {
		return []string{"kms:Decrypt", "kms:GenerateDataKey"}
	}
	return []string{"kms:Decrypt"}
}

// grantingServices make a grant for the volume or the copy that they create.
func (s Share) grantingServices(location Location) []string {
	var services []string
	if s.EbsSnapshots {
		services = append(services, location.regionalService("ec2"))
	}
	if s.RdsSnapshots {
		services = append(services, location.regionalService("rds"))
	}
	return services
}

// AllowOrganizationTrail permits CloudTrail to encrypt the log files of one trail of
// another account: that of the organization's management account, which records this
// account too. See the CloudTrail User Guide, "Creating a trail for an organization"
// and "Configure AWS KMS key policies for CloudTrail".
func AllowOrganizationTrail(trailArn string) []keypolicy.Statement {
	if trailArn == "" {
		return nil
	}
	cloudTrail := Serve("CloudTrail").service
	return cloudTrail.allowItself(Location{}, "AllowOrganizationTrail",
		[]keypolicy.Condition{when("ArnLike", keySourceArn, trailArn)},
		[]keypolicy.Condition{when("StringEquals", encryptionContextKey("aws:cloudtrail:arn"), trailArn)})
}

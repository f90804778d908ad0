package statements

import (
	"slices"
	"strings"

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
	via := func(service string) keypolicy.Condition {
		return when("StringEquals", keyViaService, location.regionalService(service))
	}
	if len(share.BucketNames) > 0 {
		var arns []string
		for _, name := range share.BucketNames {
			// The bucket's ARN is in the context where bucket keys are on, else the object's.
			arn := "arn:" + location.Partition + ":s3:::" + name
			arns = append(arns, arn)
			if !strings.HasSuffix(name, "*") {
				arns = append(arns, arn+"/*")
			}
		}
		allow("ThroughS3", share.dataKeyActions(), via("s3"), when("ArnLike", encryptionContextKey("aws:s3:arn"), arns...))
	}
	if len(share.SecretNames) > 0 {
		var arns []string
		for _, name := range share.SecretNames {
			// Secrets Manager adds a hyphen and six random characters to every name.
			if !strings.HasSuffix(name, "*") {
				name += "-??????"
			}
			arns = append(arns, location.arn("secretsmanager", "secret:"+name))
		}
		allow("ThroughSecretsManager", share.dataKeyActions(), via("secretsmanager"), when("ArnLike", encryptionContextKey("SecretARN"), arns...))
	}
	if share.EbsSnapshots {
		// EBS User Guide, "Share the KMS key used to encrypt a shared Amazon EBS snapshot".
		allow("ThroughEbs", []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"},
			via("ec2"), when("StringLike", encryptionContextKey("aws:ebs:id"), "snap-*", "vol-*"))
	}
	if share.RdsSnapshots {
		// RDS User Guide, "Sharing encrypted snapshots for Amazon RDS". AWS documents no
		// context of snapshots.
		allow("ThroughRds", []string{"kms:Decrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}, via("rds"))
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
	cloudTrail := []keypolicy.Principal{keypolicy.ServicePrincipal("cloudtrail.amazonaws.com")}
	source := when("ArnLike", keySourceArn, trailArn)
	return []keypolicy.Statement{
		{
			Sid: "AllowOrganizationTrailEncrypt", Effect: keypolicy.Allow, Principals: cloudTrail,
			Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
			Conditions: []keypolicy.Condition{source, when("StringEquals", encryptionContextKey("aws:cloudtrail:arn"), trailArn)},
		},
		{
			Sid: "AllowOrganizationTrailDescribeKey", Effect: keypolicy.Allow, Principals: slices.Clone(cloudTrail),
			Actions: []string{"kms:DescribeKey"}, Conditions: []keypolicy.Condition{source},
		},
	}
}

package kmsaudit

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudtrail"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawscalleridentity"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawspartition"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsregion"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlogging"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketobjectlockconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketownershipcontrols"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketversioning"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// The bindings of the AWS provider stay in the files bindings_*.go, so that a
// move to another build of them is a change of their imports.

// lookUp is where the audit is: what the configuration says, else what data
// sources find when Terraform plans.
func lookUp(scope constructs.Construct, s settings) awsPlace {
	at := awsPlace{partition: s.partition, region: s.region, accountId: s.accountId}
	if at.accountId == "" {
		at.accountId = *dataawscalleridentity.NewDataAwsCallerIdentity(scope, jsii.String("caller-identity"), nil).AccountId()
	}
	if at.region == "" {
		at.region = *dataawsregion.NewDataAwsRegion(scope, jsii.String("region"), nil).Id()
	}
	if at.partition == "" {
		at.partition = *dataawspartition.NewDataAwsPartition(scope, jsii.String("partition"), nil).Partition()
	}
	return at
}

// trailResources are empty where the trail exists already.
type trailResources struct {
	trail    cloudtrail.Cloudtrail
	bucket   s3bucket.S3Bucket
	logGroup cloudwatchloggroup.CloudwatchLogGroup
}

func newTrail(scope constructs.Construct, s settings, at awsPlace) trailResources {
	bucket, bucketPolicy := newBucket(scope, s, at)
	logGroup := cloudwatchloggroup.NewCloudwatchLogGroup(scope, jsii.String("log-group"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: jsii.String(s.logGroup()), KmsKeyId: &s.logsKeyArn, RetentionInDays: jsii.Number(s.logGroupRetentionDays),
		Tags: s.tagMap(),
	})
	role := iamrole.NewIamRole(scope, jsii.String("logs-role"), &iamrole.IamRoleConfig{
		Name: jsii.String(s.roleName()), Description: jsii.String("Writes the events of the trail " + s.name() + " to its log group"),
		AssumeRolePolicy: s.logsRoleTrust(at),
		Tags:             s.tagMap(),
	})
	rolePolicy := iamrolepolicy.NewIamRolePolicy(scope, jsii.String("logs-role-policy"), &iamrolepolicy.IamRolePolicyConfig{
		Name: jsii.String("write-log-group"), Role: role.Name(), Policy: policyText(s.logsRolePolicy(at)),
	})
	trail := cloudtrail.NewCloudtrail(scope, jsii.String("trail"), &cloudtrail.CloudtrailConfig{
		Name: jsii.String(s.name()), S3BucketName: bucket.Bucket(), KmsKeyId: &s.logsKeyArn,
		EnableLogging: jsii.Bool(true), IsMultiRegionTrail: jsii.Bool(true),
		IncludeGlobalServiceEvents: jsii.Bool(true), EnableLogFileValidation: jsii.Bool(true),
		// Calls that only read are most of what uses a key. No source is excluded.
		EventSelector: []*cloudtrail.CloudtrailEventSelector{{
			IncludeManagementEvents: jsii.Bool(true), ReadWriteType: jsii.String("All"), DataResource: s.dataResources(),
		}},
		IsOrganizationTrail:    s.isOrganizationTrail(),
		CloudWatchLogsGroupArn: jsii.String(*logGroup.Arn() + ":*"), CloudWatchLogsRoleArn: role.Arn(),
		Tags: s.tagMap(), Lifecycle: s.lifecycle(),
		// CloudTrail tries both when the trail is created.
		DependsOn: &[]cdktf.ITerraformDependable{bucketPolicy, rolePolicy},
	})
	return trailResources{trail: trail, bucket: bucket, logGroup: logGroup}
}

// isOrganizationTrail is nil, the provider's default, for a trail of one account.
func (s settings) isOrganizationTrail() *bool {
	if s.organizationId == "" {
		return nil
	}
	return jsii.Bool(true)
}

// dataResources are the objects whose reads and writes are recorded. The slash
// makes the ARN of a bucket that of all of its objects.
func (s settings) dataResources() any {
	if len(s.dataEventBucketArns) == 0 {
		return nil
	}
	var objects []*string
	for _, bucket := range s.dataEventBucketArns {
		objects = append(objects, jsii.String(bucket+"/"))
	}
	return []*cloudtrail.CloudtrailEventSelectorDataResource{{Type: jsii.String("AWS::S3::Object"), Values: &objects}}
}

// newBucket makes the bucket and returns the last of what belongs to it.
func newBucket(scope constructs.Construct, s settings, at awsPlace) (s3bucket.S3Bucket, s3bucketpolicy.S3BucketPolicy) {
	bucket := s3bucket.NewS3Bucket(scope, jsii.String("bucket"), &s3bucket.S3BucketConfig{
		Bucket:            jsii.String(s.bucketName(at.accountId)),
		ObjectLockEnabled: jsii.Bool(s.lockFiles),
		ForceDestroy:      jsii.Bool(!s.preventDestroy),
		Tags:              s.tagMap(), Lifecycle: s.lifecycle(),
	})
	id := bucket.Id()
	access := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(scope, jsii.String("bucket-public-access"), &s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
		Bucket: id, BlockPublicAcls: jsii.Bool(true), BlockPublicPolicy: jsii.Bool(true),
		IgnorePublicAcls: jsii.Bool(true), RestrictPublicBuckets: jsii.Bool(true),
	})
	ownership := s3bucketownershipcontrols.NewS3BucketOwnershipControls(scope, jsii.String("bucket-ownership"), &s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
		Bucket: id, Rule: &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: jsii.String("BucketOwnerEnforced")},
	})
	encryption := s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(scope, jsii.String("bucket-encryption"), &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
		Bucket: id,
		Rule: []*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{{
			BucketKeyEnabled: jsii.Bool(true),
			ApplyServerSideEncryptionByDefault: &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{
				SseAlgorithm: jsii.String("aws:kms"), KmsMasterKeyId: &s.logsKeyArn,
			},
		}},
	})
	versioning := s3bucketversioning.NewS3BucketVersioningA(scope, jsii.String("bucket-versioning"), &s3bucketversioning.S3BucketVersioningAConfig{
		Bucket: id, VersioningConfiguration: &s3bucketversioning.S3BucketVersioningVersioningConfiguration{Status: jsii.String("Enabled")},
	})
	if s.lockFiles {
		s3bucketobjectlockconfiguration.NewS3BucketObjectLockConfigurationA(scope, jsii.String("bucket-lock"), &s3bucketobjectlockconfiguration.S3BucketObjectLockConfigurationAConfig{
			Bucket: id,
			Rule: &s3bucketobjectlockconfiguration.S3BucketObjectLockConfigurationRuleA{
				DefaultRetention: &s3bucketobjectlockconfiguration.S3BucketObjectLockConfigurationRuleDefaultRetentionA{
					Mode: jsii.String("GOVERNANCE"), Days: jsii.Number(s.retentionDays),
				},
			},
			DependsOn: &[]cdktf.ITerraformDependable{versioning},
		})
	}
	newLifecycle(scope, s, id, versioning)
	if s.accessLogBucket != "" {
		s3bucketlogging.NewS3BucketLoggingA(scope, jsii.String("bucket-logging"), &s3bucketlogging.S3BucketLoggingAConfig{
			Bucket: id, TargetBucket: &s.accessLogBucket, TargetPrefix: jsii.String(s.name() + "/"),
		})
	}
	policy := s3bucketpolicy.NewS3BucketPolicy(scope, jsii.String("bucket-policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket: id, Policy: policyText(s.bucketPolicy(at)),
		// The first file must find the bucket as it shall be.
		DependsOn: &[]cdktf.ITerraformDependable{access, ownership, encryption, versioning},
	})
	return bucket, policy
}

// newLifecycle deletes files when their time is over. In a versioned bucket that
// takes three steps: the file becomes an old version, the version is deleted,
// and the marker that remains is.
func newLifecycle(scope constructs.Construct, s settings, bucket *string, versioning s3bucketversioning.S3BucketVersioningA) {
	everything := []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilter{{Prefix: jsii.String("")}}
	s3bucketlifecycleconfiguration.NewS3BucketLifecycleConfiguration(scope, jsii.String("bucket-lifecycle"), &s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationConfig{
		Bucket: bucket,
		Rule: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRule{{
			Id: jsii.String("retention"), Status: jsii.String("Enabled"), Filter: everything,
			Expiration:                     []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleExpiration{{Days: jsii.Number(s.retentionDays)}},
			NoncurrentVersionExpiration:    []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{{NoncurrentDays: jsii.Number(s.noncurrentDays())}},
			AbortIncompleteMultipartUpload: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{{DaysAfterInitiation: jsii.Number(7)}},
		}, {
			Id: jsii.String("delete-markers"), Status: jsii.String("Enabled"), Filter: everything,
			Expiration: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleExpiration{{ExpiredObjectDeleteMarker: jsii.Bool(true)}},
		}},
		DependsOn: &[]cdktf.ITerraformDependable{versioning},
	})
}

func (s settings) lifecycle() *cdktf.TerraformResourceLifecycle {
	if !s.preventDestroy {
		return nil
	}
	return &cdktf.TerraformResourceLifecycle{PreventDestroy: jsii.Bool(true)}
}

func (s settings) tagMap() *map[string]*string { return stringMap(s.tags) }

func stringMap(values map[string]string) *map[string]*string {
	pointers := make(map[string]*string, len(values))
	for key, value := range values {
		pointers[key] = jsii.String(value)
	}
	return &pointers
}

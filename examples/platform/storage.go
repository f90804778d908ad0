package main

import (
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbtable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ebsvolume"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	sse "github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecret"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

// newStorage is what the platform keeps: data under the data key, logs under
// the logs key.
func newStorage(stack cdktf.TerraformStack, tier *kmstier.KmsTier) {
	for _, purpose := range []string{"raw", "norm", "schema"} {
		newBucket(stack, purpose, tier.DataKey())
	}
	newBucket(stack, "app-logs", tier.LogsKey())

	for _, name := range []string{"documents", "security-actions"} {
		dynamodbtable.NewDynamodbTable(stack, jsii.String("table-"+name), &dynamodbtable.DynamodbTableConfig{
			Name:        jsii.String(prefix + name),
			BillingMode: jsii.String("PAY_PER_REQUEST"),
			HashKey:     jsii.String("id"),
			Attribute:   []*dynamodbtable.DynamodbTableAttribute{{Name: jsii.String("id"), Type: jsii.String("S")}},
			ServerSideEncryption: &dynamodbtable.DynamodbTableServerSideEncryption{
				Enabled: jsii.Bool(true), KmsKeyArn: tier.DataKey().Arn(),
			},
			PointInTimeRecovery: &dynamodbtable.DynamodbTablePointInTimeRecovery{Enabled: jsii.Bool(true)},
		})
	}
	for _, name := range []string{"weaviate-creds-" + environment, "db-access-token"} {
		secretsmanagersecret.NewSecretsmanagerSecret(stack, jsii.String("secret-"+name), &secretsmanagersecret.SecretsmanagerSecretConfig{
			Name: jsii.String(name), KmsKeyId: tier.DataKey().Arn(),
		})
	}
	ebsvolume.NewEbsVolume(stack, jsii.String("weaviate"), &ebsvolume.EbsVolumeConfig{
		AvailabilityZone: jsii.String(region + "a"),
		Size:             jsii.Number(100),
		Type:             jsii.String("gp3"),
		Encrypted:        jsii.Bool(true),
		KmsKeyId:         tier.DataKey().Arn(),
	})
	for _, name := range []string{"lambda/normalize", "app/svc-ingest-api", "app/svc-embed"} {
		id := "logs-" + strings.ReplaceAll(name, "/", "-")
		cloudwatchloggroup.NewCloudwatchLogGroup(stack, &id, &cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name: jsii.String("/aws/" + name), KmsKeyId: tier.LogsKey().Arn(), RetentionInDays: jsii.Number(7),
		})
	}
}

// newBucket is a private bucket whose objects the key encrypts. With a bucket
// key, S3 asks KMS for one key a bucket and hour rather than one an object.
func newBucket(stack cdktf.TerraformStack, purpose string, key kmstier.Key) {
	bucket := s3bucket.NewS3Bucket(stack, jsii.String("bucket-"+purpose), &s3bucket.S3BucketConfig{Bucket: jsii.String(prefix + purpose)})
	s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(stack, jsii.String("bucket-"+purpose+"-private"),
		&s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
			Bucket:            bucket.Id(),
			BlockPublicAcls:   jsii.Bool(true),
			BlockPublicPolicy: jsii.Bool(true), IgnorePublicAcls: jsii.Bool(true),
			RestrictPublicBuckets: jsii.Bool(true),
		})
	sse.NewS3BucketServerSideEncryptionConfigurationA(stack, jsii.String("bucket-"+purpose+"-encryption"),
		&sse.S3BucketServerSideEncryptionConfigurationAConfig{
			Bucket: bucket.Id(),
			Rule: []*sse.S3BucketServerSideEncryptionConfigurationRuleA{{
				BucketKeyEnabled: jsii.Bool(true),
				ApplyServerSideEncryptionByDefault: &sse.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{
					SseAlgorithm: jsii.String("aws:kms"), KmsMasterKeyId: key.Arn(),
				},
			}},
		})
}

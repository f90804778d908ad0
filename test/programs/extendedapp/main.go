// Extendedapp is the root app with a bucket of its own in every stack.
package main

import (
	"errors"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"

	"github.com/neurocipher-io/kmstier/tierapp"
)

func main() {
	tierapp.Main(addBucket)
}

func addBucket(stack tierapp.Stack) error {
	if stack.Environment == os.Getenv("REFUSED") {
		return errors.New("no bucket may be here")
	}
	stack.TerraformStack.AddOverride(jsii.String("provider.aws.0.assume_role"), []any{
		map[string]any{"role_arn": "arn:aws:iam::" + stack.AccountId + ":role/terraform"},
	})
	bucket := s3bucket.NewS3Bucket(stack.TerraformStack, jsii.String("uploads"), &s3bucket.S3BucketConfig{
		Bucket: jsii.String("acme-" + stack.Environment + "-uploads"),
	})
	if stack.Environment == os.Getenv("UNENCRYPTED") {
		return nil
	}
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(stack.TerraformStack, jsii.String("encryption"),
		&s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
			Bucket: bucket.Bucket(),
			Rule: []*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{{
				BucketKeyEnabled: jsii.Bool(true),
				ApplyServerSideEncryptionByDefault: &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{
					SseAlgorithm: jsii.String("aws:kms"), KmsMasterKeyId: stack.Tier.DataKey().Arn(),
				},
			}},
		})
	return nil
}

// Package outside is an app that a user of kmstier would write: its role lives
// in the same stack as its keys, and a construct of its own grants late.
package outside

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

// NewStack is the app's one stack, with the tier in it.
func NewStack(scope constructs.Construct) (cdktf.TerraformStack, *kmstier.KmsTier, error) {
	stack := cdktf.NewTerraformStack(scope, jsii.String("outside"))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state/outside.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})

	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment:    "dev",
		AccountId:      "222222222222",
		Region:         "us-east-1",
		Partition:      "aws",
		LambdaRoleArns: []string{*newRole(stack, "etl", "lambda.amazonaws.com").Arn()},
	})
	if err != nil {
		return nil, nil, err
	}
	if err := tier.AddOutputs(""); err != nil {
		return nil, nil, err
	}
	if err := newEmbedder(stack, tier); err != nil {
		return nil, nil, err
	}
	newBucket(stack, tier)
	return stack, tier, nil
}

// newEmbedder makes a service that asks for the key itself, long after the tier
// was made.
func newEmbedder(scope constructs.Construct, tier *kmstier.KmsTier) error {
	role := newRole(scope, "embed", "ecs-tasks.amazonaws.com")
	return tier.DataKey().GrantEncryptDecrypt(*role.Arn(), "svc-embed")
}

func newBucket(scope constructs.Construct, tier *kmstier.KmsTier) {
	bucket := s3bucket.NewS3Bucket(scope, jsii.String("raw"), &s3bucket.S3BucketConfig{Bucket: jsii.String("nc-dp-dev-raw")})
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(scope, jsii.String("raw-encryption"),
		&s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
			Bucket: bucket.Id(),
			Rule: []*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{{
				BucketKeyEnabled: jsii.Bool(true),
				ApplyServerSideEncryptionByDefault: &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{
					SseAlgorithm:   jsii.String("aws:kms"),
					KmsMasterKeyId: tier.DataKey().Arn(),
				},
			}},
		})
}

func newRole(scope constructs.Construct, name, service string) iamrole.IamRole {
	return iamrole.NewIamRole(scope, jsii.String(name), &iamrole.IamRoleConfig{
		Name: jsii.String(name),
		AssumeRolePolicy: jsii.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"` +
			service + `"}}]}`),
	})
}

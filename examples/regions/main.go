// One environment in two Regions: multi-Region keys, so that what is encrypted in one can
// be decrypted in the other, and a bucket in each under the key of its Region.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the app several times faster
)

const (
	accountId = "222222222222"
	home      = "us-east-1"
	second    = "us-west-2"
)

func main() {
	if err := synthesize(cdktf.NewApp(nil)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func synthesize(app cdktf.App) error {
	stack := cdktf.NewTerraformStack(app, jsii.String("dev"))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state/dev.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region: jsii.String(home), AllowedAccountIds: jsii.Strings(accountId),
	})
	west := provider.NewAwsProvider(stack, jsii.String("aws-west"), &provider.AwsProviderConfig{
		Region: jsii.String(second), Alias: jsii.String("west"), AllowedAccountIds: jsii.Strings(accountId),
	})

	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: "dev", AccountId: accountId, Region: home, Partition: "aws",
		LambdaRoleArns: []string{"arn:aws:iam::" + accountId + ":role/orders"},
		// Only new keys can be made so: Terraform would replace those that exist.
		ReplicaRegions: []kmstier.ReplicaRegion{{Region: second, Provider: west}},
	})
	if err != nil {
		return err
	}
	if err := tier.AddOutputs(""); err != nil {
		return err
	}
	newBucket(stack, "uploads", nil, tier.DataKey().Arn())
	newBucket(stack, "uploads-west", west, tier.DataKey().Replica(second).Arn())
	app.Synth()
	return nil
}

func newBucket(stack cdktf.TerraformStack, name string, region cdktf.TerraformProvider, keyArn *string) {
	bucket := s3bucket.NewS3Bucket(stack, &name, &s3bucket.S3BucketConfig{
		Bucket: jsii.String("nc-dp-dev-" + name), Provider: region,
	})
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(stack, jsii.String(name+"-encryption"),
		&s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
			Bucket: bucket.Bucket(), Provider: region,
			Rule: []*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{{
				BucketKeyEnabled: jsii.Bool(true),
				ApplyServerSideEncryptionByDefault: &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{
					SseAlgorithm: jsii.String("aws:kms"), KmsMasterKeyId: keyArn,
				},
			}},
		})
}

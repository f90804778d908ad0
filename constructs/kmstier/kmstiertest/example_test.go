package kmstiertest_test

import (
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/constructs/kmstier/kmstiertest"
)

// A test of an app's keys: a snapshot, who can use the data key, and who cannot.
func Example() {
	const (
		etl   = "arn:aws:iam::123456789012:role/EtlRole"
		admin = "arn:aws:iam::123456789012:role/KeyAdministrator"
		rogue = "arn:aws:iam::123456789012:role/Rogue"
	)
	_ = func(t *testing.T) { // func TestProd(t *testing.T)
		stack := cdktf.NewTerraformStack(cdktf.Testing_App(nil), jsii.String("prod"))
		provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
		tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
			Environment: "prod", AccountId: "123456789012", Region: "us-east-1",
			LambdaRoleArns: []string{etl}, AdministratorRoleArns: []string{admin},
		})
		if err != nil {
			t.Fatal(err)
		}

		got := kmstiertest.Synthesize(t, stack)
		got.MatchesGolden("testdata/prod.tf.json")

		key := got.Key(tier.DataKey())
		key.Can(etl, "kms:Decrypt", tier.EncryptionContext("svc-etl"))
		key.Cannot(admin, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
		key.NeedsIam(rogue, "kms:Decrypt")
	}
	// No output is compared: the test framework calls tests.
}

package kmsaudit_test

import (
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/gkampitakis/go-snaps/snaps"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
)

const logsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

func newStack(t *testing.T, id string) cdktf.TerraformStack {
	t.Helper()
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir()), StackTraces: jsii.Bool(false)})
	stack := cdktf.NewTerraformStack(app, jsii.String(id))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	// The default backend would write an absolute path.
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../" + id + ".tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	return stack
}

// prodConfig has everything that a configuration can ask for.
func prodConfig() *kmsaudit.KmsAuditConfig {
	return &kmsaudit.KmsAuditConfig{
		Environment: "prod", AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
		LogsKeyArn:        logsKeyArn,
		AlertEmails:       []string{"security@neurocipher.io"},
		TrustedAccountIds: []string{"098765432109", "111111111111"},
		ImportedKeyIds:    []string{"0987dcba-09fe-87dc-65ba-ab0987654321"},
		KeyArns:           map[string]string{"alias/nc-dp-logs-prod": logsKeyArn},
		GrantIds:          []string{"f120fe75197b93991dc8491d6f19dd3cebb24ee62277a05914386724f3d48758"},
		OrganizationTrail: &kmsaudit.OrganizationTrail{OrganizationId: "o-exampleorgid", ManagementAccountId: "111111111111"},

		DataEventBucketArns: []string{"arn:aws:s3:::nc-dp-prod-raw"},
		AccessLogBucket:     "nc-dp-prod-access-logs",

		EnableGuardDuty: true,
		Tags:            map[string]string{"Project": "neurocipher-platform"},
	}
}

func synthesize(t *testing.T, config *kmsaudit.KmsAuditConfig) string {
	t.Helper()
	stack := newStack(t, "audit")
	if _, err := kmsaudit.NewKmsAudit(stack, "audit", config); err != nil {
		t.Fatal(err)
	}
	return *cdktf.Testing_Synth(stack, jsii.Bool(true))
}

func TestASynthesizedStackIsAsItsSnapshot(t *testing.T) {
	text := synthesize(t, prodConfig())
	snaps.WithConfig(snaps.Filename("prod"), snaps.Ext(".tf.json")).MatchStandaloneSnapshot(t, text)
	if again := synthesize(t, prodConfig()); again != text {
		t.Error("the second run differs")
	}
}

// Terraform accepts what the configurations that differ most become.
func TestSynthesizedStacksAreValid(t *testing.T) {
	lookedUp := &kmsaudit.KmsAuditConfig{Environment: "dev", LogsKeyArn: logsKeyArn}
	for name, config := range map[string]*kmsaudit.KmsAuditConfig{"prod": prodConfig(), "looked up": lookedUp, "existing trail": existingTrailConfig()} {
		text := synthesize(t, config)
		if found := terraform.New(t, []byte(text), terraform.Options{}).Validate(); len(found) > 0 {
			t.Errorf("%s: terraform validate finds %v", name, found)
		}
	}
}

package tierapp

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/environments"
)

// everything sets every field of an environment that the constructs know.
func everything(t *testing.T) (*environments.File, environments.Environment) {
	t.Helper()
	file, err := environments.Load("../internal/environments/testdata/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	environment := file.Environments[0]
	environment.Audit.Enabled = nil
	return file, environment
}

func TestTierConfigHasTheWholeEnvironment(t *testing.T) {
	want := &kmstier.KmsTierConfig{
		Environment: "prod", Production: new(true), NamePrefix: "nc", App: "pipeline", Services: []string{"svc-a"},
		AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
		LambdaRoleArns: []string{"lambda"}, FargateRoleArns: []string{"fargate"}, GlueRoleArns: []string{},
		RoleArnPatterns:       []string{"pattern*"},
		ServiceRoles:          []kmstier.ServiceRole{{Service: "svc-a", RoleArns: []string{"role"}, RoleArnPatterns: []string{"role*"}, Shared: true}},
		AdministratorRoleArns: []string{"administrator"}, AdministratorRoleArnPatterns: []string{"administrator*"},
		DeployerRoleArns: []string{"deployer"}, DeployerRoleArnPatterns: []string{"deployer*"},
		SecurityAccountId: "098765432109", SecurityRoleArns: []string{"auditor"},
		LogsAccountId: "111111111111", LogsRoleArns: []string{"archiver"}, LogsBucketArn: "arn:aws:s3:::logs",
		SharedWith:           []kmstier.Share{{Name: "partner", AccountId: "444444444444", RoleArns: []string{"reader"}, Key: "data", Write: true, BucketNames: []string{"shared"}, SecretNames: []string{"s"}, EbsSnapshots: true, RdsSnapshots: true, DirectServices: []string{"svc-a"}}},
		OrganizationTrailArn: "trail",
		AccountAccess:        kmstier.AdministerOnly,
		EncryptedResources: kmstier.EncryptedResources{
			BucketNames: []string{"bucket"}, TableNames: []string{"table"}, SecretNames: []string{}, LogGroupNames: []string{"/aws/*"},
		},
		AwsServices:    kmstier.AwsServices{Data: []kmstier.AwsService{{Service: "Sqs", ResourceNames: []string{"queue"}}}, Logs: []kmstier.AwsService{{Service: "CloudTrail"}}},
		ReplicaRegions: []kmstier.ReplicaRegion{{Region: "ca-central-1"}},
		AdditionalKeys: []kmstier.AdditionalKey{{
			Purpose: "schema", Spec: "RSA_3072", Usage: "SIGN_VERIFY",
			Users:       []kmstier.KeyUser{{Verb: kmstier.Sign, Service: "svc-a", RoleArns: []string{"signer"}, RoleArnPatterns: []string{"signer*"}}},
			AwsServices: []kmstier.AwsService{kmstier.Backup()}, EnableKeyRotation: new(true), RotationPeriodDays: 180,
			CustomKeyStoreId: "cks", XksKeyId: "xks",
		}},
		Adopt:             []kmstier.AdoptedKey{{Purpose: "data", KeyId: "existing", AliasExists: true, Grants: []kmstier.AdoptedGrant{{Grantee: "holder", GrantId: "held"}}}},
		EnableKeyRotation: new(false), RotationPeriodDays: 90, DeletionWindowDays: 7, PreventDestroy: new(false),
		EbsEncryptionByDefault: true,
	}
	got := tierConfig(everything(t))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	// The provider's default tags are on everything; statements are written in Go; a
	// stack has one provider.
	requireSet(t, got, "Tags", "ExtraStatements", "Provider")
}

func TestAuditConfigHasTheWholeEnvironment(t *testing.T) {
	want := &kmsaudit.KmsAuditConfig{
		Environment: "prod", Production: new(true), NamePrefix: "nc", AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
		ExistingTrail:       &kmsaudit.ExistingTrail{LogGroupName: "trail"},
		OrganizationTrail:   &kmsaudit.OrganizationTrail{OrganizationId: "o", ManagementAccountId: "098765432109"},
		DataEventBucketArns: []string{"arn:aws:s3:::data"}, AccessLogBucket: "access", GrantIds: []string{"grant"},
		RetentionDays: 365, LogGroupRetentionDays: 14,
		AlertEmails: []string{"security@example.com"}, TrustedAccountIds: []string{"098765432109", "111111111111", "444444444444"}, ImportedKeyIds: []string{"id"},
		EnableConfigRules: new(false), EnableGuardDuty: true, PreventDestroy: new(false),
	}
	file, environment := everything(t)
	got := auditConfig(file, environment, "arn")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	// The keys are known when the tier is there; the rest is for apps in Go.
	inGo := []string{"Tags", "KeyArns"}
	// A trail that exists has a key already.
	requireSet(t, got, append(inGo, "LogsKeyArn")...)

	environment.Audit.ExistingTrail = nil
	requireSet(t, auditConfig(file, environment, "arn"), append(inGo, "ExistingTrail")...)
}

func TestConfigsAreOfTheRegionsPartition(t *testing.T) {
	file, environment := everything(t)
	environment.Region = "us-gov-west-1"
	if got := tierConfig(file, environment).Partition; got != "aws-us-gov" {
		t.Errorf("the tier's partition is %s", got)
	}
	if got := auditConfig(file, environment, "arn").Partition; got != "aws-us-gov" {
		t.Errorf("the audit's partition is %s", got)
	}
}

func TestAuditCanBeLeftToSomethingElse(t *testing.T) {
	file, environment := everything(t)
	for enabled, want := range map[*bool]bool{nil: true, new(true): true, new(false): false} {
		environment.Audit.Enabled = enabled
		if got := auditConfig(file, environment, "arn") != nil; got != want {
			t.Errorf("enabled %v: there is an audit: %v, want %v", enabled, got, want)
		}
	}
}

func TestGuardConfigHasTheWholeEnvironment(t *testing.T) {
	_, environment := everything(t)
	want := &cmkguard.Config{
		Environment: "prod", Production: new(true), Enforcement: cmkguard.Error, Unread: cmkguard.Error,
		Exceptions: []cmkguard.Exception{
			{Resource: "aws_sqs_queue.jobs", Attribute: "kms_master_key_id", Reason: "no data", Until: "2027-03-31"},
			{Resource: "prod/audit/undelivered", Reason: "holds alerts that no key could be used for: it must outlive the alerts key"},
		},
	}
	got := guardConfig(environment)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	// The tier's own data key is the default.
	requireSet(t, got, "DataKeys")
}

// requireSet fails for a field of a configuration that no setting of the file
// reaches, so that a new one is not forgotten.
func requireSet(t *testing.T, config any, but ...string) {
	t.Helper()
	value := reflect.ValueOf(config).Elem()
	for _, field := range reflect.VisibleFields(value.Type()) {
		left := false
		for _, name := range but {
			left = left || name == field.Name
		}
		if set := !value.FieldByIndex(field.Index).IsZero(); set == left {
			t.Errorf("%s is set: %v, want %v", field.Name, set, !left)
		}
	}
}

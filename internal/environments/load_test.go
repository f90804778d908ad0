package environments

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseFillsEveryField(t *testing.T) {
	content, err := os.ReadFile("testdata/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	everything := string(content)
	want := &File{
		NamePrefix: "nc",
		App:        "pipeline",
		Services:   []string{"svc-a"},

		AllowedRegions: []string{"us-east-1", "ca-central-1"},

		Tags: map[string]string{"Project": "p", "Owner": "common"},
		Environments: []Environment{{
			Name:                         "prod",
			AccountId:                    "123456789012",
			Region:                       "us-east-1",
			Production:                   new(true),
			LambdaRoleArns:               []string{"lambda"},
			FargateRoleArns:              []string{"fargate"},
			GlueRoleArns:                 []string{},
			RoleArnPatterns:              []string{"pattern*"},
			ServiceRoles:                 []ServiceRole{{Service: "svc-a", RoleArns: []string{"role"}, RoleArnPatterns: []string{"role*"}, Shared: true}},
			AdministratorRoleArns:        []string{"administrator"},
			AdministratorRoleArnPatterns: []string{"administrator*"},
			DeployerRoleArns:             []string{"deployer"},
			DeployerRoleArnPatterns:      []string{"deployer*"},
			SecurityAccountId:            "098765432109",
			SecurityRoleArns:             []string{"auditor"},
			LogsAccountId:                "111111111111",
			LogsRoleArns:                 []string{"archiver"},
			LogsBucketArn:                "arn:aws:s3:::logs",
			SharedWith:                   []Share{{Name: "partner", AccountId: "444444444444", RoleArns: []string{"reader"}, Key: "data", Write: true, BucketNames: []string{"shared"}, SecretNames: []string{"s"}, EbsSnapshots: true, RdsSnapshots: true, DirectServices: []string{"svc-a"}}},
			OrganizationTrailArn:         "trail",
			AccountAccess:                "AdministerOnly",
			EncryptedResources: EncryptedResources{
				BucketNames:   []string{"bucket"},
				TableNames:    []string{"table"},
				SecretNames:   []string{},
				LogGroupNames: []string{"/aws/*"},
			},
			AwsServices:    AwsServices{Data: []AwsService{{Service: "Sqs", ResourceNames: []string{"queue"}}}, Logs: []AwsService{{Service: "CloudTrail"}}},
			ReplicaRegions: []string{"ca-central-1"},
			AdditionalKeys: []AdditionalKey{{
				Purpose: "schema", Spec: "RSA_3072", Usage: "SIGN_VERIFY",
				Users:       []KeyUser{{Verb: "Sign", Service: "svc-a", RoleArns: []string{"signer"}, RoleArnPatterns: []string{"signer*"}}},
				AwsServices: []AwsService{{Service: "Backup"}}, EnableKeyRotation: new(true), RotationPeriodDays: new(180),
				CustomKeyStoreId: "cks", XksKeyId: "xks",
			}},
			Adopt:              []AdoptedKey{{Purpose: "data", KeyId: "existing", AliasExists: true, Grants: []AdoptedGrant{{Grantee: "holder", GrantId: "held"}}}},
			EnableKeyRotation:  new(false),
			RotationPeriodDays: new(90),
			DeletionWindowDays: new(7),
			PreventDestroy:     new(false),

			EbsEncryptionByDefault: true,
			Guard: Guard{Enforcement: "error", Unread: "error", Exceptions: []GuardException{
				{Resource: "aws_sqs_queue.jobs", Attribute: "kms_master_key_id", Reason: "no data", Until: "2027-03-31"},
			}},
			Audit: Audit{
				Enabled: new(false), ExistingTrail: &ExistingTrail{LogGroupName: "trail"},
				OrganizationTrail:   &OrganizationTrail{OrganizationId: "o", ManagementAccountId: "098765432109"},
				DataEventBucketArns: []string{"arn:aws:s3:::data"}, AccessLogBucket: "access", GrantIds: []string{"grant"},
				RetentionDays: new(365), LogGroupRetentionDays: new(14),
				AlertEmails: []string{"security@example.com"}, ImportedKeyIds: []string{"id"},
				EnableConfigRules: new(false), EnableGuardDuty: true,
			},
			Tags: map[string]string{"Environment": "prod", "Owner": "own", "Since": "2024-01-01", "Note": ""},
			Backend: Backend{S3: &S3Backend{
				Bucket: "b", Key: "k", Region: "ca-central-1", DynamodbTable: "t", UseLockfile: true, KmsKeyId: "id",
			}},
		}, {
			Name:      "dev-2",
			AccountId: "222222222222",
			Region:    "ca-central-1",
			Backend:   Backend{Local: &LocalBackend{Path: "state/dev..2/cdktf.out.tfstate"}},
		}},
	}
	for name, file := range map[string]string{
		"as it is":              everything,
		"with a BOM":            "\ufeff" + everything,
		"with CRLF":             strings.ReplaceAll(everything, "\n", "\r\n"),
		"with document markers": "---\n" + everything + "...\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse("environments.yaml", []byte(file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(File{})); diff != "" {
				t.Errorf("file (-want +got):\n%s", diff)
			}
			wantTags := map[string]string{"Project": "p", "Owner": "own", "Environment": "prod", "Since": "2024-01-01", "Note": ""}
			if diff := cmp.Diff(wantTags, got.DefaultTags(got.Environments[0])); diff != "" {
				t.Errorf("default tags (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseTakesWhatIsRight(t *testing.T) {
	second := func(account, region, setting string) string {
		return "  stg:\n    account_id: \"" + account + "\"\n    region: " + region + "\n    " + setting + "\n    backend: {local: {path: stg}}\n"
	}
	const ebs, detector = "ebs_encryption_by_default: true", "audit: {enable_guard_duty: true}"
	for name, file := range map[string]string{
		"any Region, if none is named":           instead("us-east-1", "eu-west-1"),
		"a Region newer than the table":          instead("us-east-1", "us-east-9"),
		"an own tag instead of a common one":     "tags: {Owner: a}\n" + with("tags: {Owner: b}"),
		"tags alike in two environments":         with("tags: {Owner: a}") + second("123456789012", "us-east-1", "tags: {owner: a}"),
		"EBS in two accounts":                    with(ebs) + second("222222222222", "us-east-1", ebs),
		"EBS in two Regions":                     with(ebs) + second("123456789012", "us-west-2", ebs),
		"EBS in one of two environments":         with(ebs) + second("123456789012", "us-east-1", "ebs_encryption_by_default: false"),
		"EBS in one, GuardDuty in the other":     with(ebs) + second("123456789012", "us-east-1", detector),
		"GuardDuty of an audit that is disabled": with(detector) + second("123456789012", "us-east-1", "audit: {enabled: false, enable_guard_duty: true}"),
	} {
		if _, err := Parse("environments.yaml", []byte(file)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoadReadsTheShippedFile(t *testing.T) {
	file, err := Load("../../environments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	accounts := map[string]string{"dev": "222222222222", "stg": "333333333333", "prod": "123456789012"}
	var names []string
	for _, got := range file.Environments {
		names = append(names, got.Name)
		account := accounts[got.Name]
		role := func(account, name string) []string { return []string{"arn:aws:iam::" + account + ":role/" + name} }
		want := Environment{
			Name:                  got.Name,
			AccountId:             account,
			Region:                "us-east-1",
			LambdaRoleArns:        role(account, "LambdaETLRole"),
			FargateRoleArns:       role(account, "FargateTaskRole"),
			GlueRoleArns:          role(account, "GlueJobRole"),
			DeployerRoleArns:      role(account, "PipelineExecutionRole"),
			AdministratorRoleArns: role(account, "BreakGlassSecurityAdmin"),
			AccountAccess:         "DelegateToIam",
			SecurityAccountId:     "098765432109",
			SecurityRoleArns:      role("098765432109", "SecurityAuditorRole"),
			LogsAccountId:         "111111111111",
			LogsRoleArns:          role("111111111111", "LogArchiverRole"),

			EbsEncryptionByDefault: true,
			Audit:                  Audit{AlertEmails: []string{"security@neurocipher.io"}, EnableGuardDuty: true},

			LogsBucketArn: "arn:aws:s3:::nc-dp-logs-central",
			Tags:          map[string]string{"Environment": got.Name},
			Backend: Backend{S3: &S3Backend{
				Bucket:        "nc-terraform-state-" + got.Name,
				Key:           "kms/terraform.tfstate",
				Region:        "us-east-1",
				DynamodbTable: "terraform-state-lock-" + got.Name,
			}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", got.Name, diff)
		}
	}
	if diff := cmp.Diff([]string{"us-east-1", "ca-central-1"}, file.AllowedRegions); diff != "" {
		t.Errorf("allowed Regions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"dev", "stg", "prod"}, names); diff != "" {
		t.Errorf("environments (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"Project": "neurocipher-platform", "ManagedBy": "terraform"}, file.Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestLoadSaysWhyItCannotRead(t *testing.T) {
	folder := t.TempDir()
	absent := filepath.Join(folder, "environments.yaml")
	// Permissions would not bind root.
	circle := filepath.Join(folder, "circle.yaml")
	if err := os.Symlink(circle, circle); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		path, want string
		is         error
	}{
		"missing":     {absent, "cannot read the environments: open " + absent + ": no such file or directory", fs.ErrNotExist},
		"a directory": {folder, "cannot read the environments: read " + folder + ": is a directory", nil},
		"unreadable":  {circle, "cannot read the environments: open " + circle + ": too many levels of symbolic links", syscall.ELOOP},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Load(test.path)
			if err == nil || err.Error() != test.want {
				t.Fatalf("got %v, want %s", err, test.want)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("got %#v, want it to wrap %v", err, test.is)
			}
		})
	}
}

func TestLoadNamesTheFolderThatItLookedIn(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	_, err := Load("environments.yaml")
	want := "cannot read the environments: open environments.yaml: no such file or directory in " + folder
	if err == nil || err.Error() != want || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLoadCallsTheFileByItsPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "broken.yaml")
	if err := os.WriteFile(path, []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path)
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want problems", err)
	}
	want := Problems{{Position{File: path, Line: 1}, "got a list: must be a map with the field environments"}}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

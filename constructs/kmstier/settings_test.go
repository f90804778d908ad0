package kmstier

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// fullConfig sets every field, so that what forgets one can be seen.
func fullConfig() *KmsTierConfig {
	return &KmsTierConfig{
		Environment: "prod",
		NamePrefix:  "acme",
		App:         "ledger",
		Services:    []string{"svc-query", "svc-embed"},
		AccountId:   testAccount, Region: "us-east-1", Partition: "aws",
		LambdaRoleArns: []string{role("Lambda")}, FargateRoleArns: []string{role("Fargate")}, GlueRoleArns: []string{role("Glue")},
		RoleArnPatterns: []string{role("etl-*")},
		ServiceRoles: []ServiceRole{
			{Service: "svc-query", RoleArns: []string{role("Query")}, RoleArnPatterns: []string{role("query-*")}},
			{Service: "svc-embed", RoleArns: []string{role("Embed")}, Shared: true},
		},
		AdministratorRoleArns: []string{role("Admin")}, AdministratorRoleArnPatterns: []string{role("admin-*")},
		DeployerRoleArns: []string{role("Deploy")}, DeployerRoleArnPatterns: []string{role("deploy-*")},
		SecurityAccountId: "098765432109", SecurityRoleArns: []string{"arn:aws:iam::098765432109:role/Audit"},
		LogsAccountId: "111111111111", LogsRoleArns: []string{"arn:aws:iam::111111111111:role/Archive"},
		LogsBucketArn: "arn:aws:s3:::acme-logs-central",
		SharedWith: partner(func(s *Share) {
			s.RoleArns, s.Write, s.SecretNames, s.EbsSnapshots, s.RdsSnapshots = []string{"arn:aws:iam::222222222222:role/Reader"}, true, []string{"shared"}, true, true
			s.DirectServices = []string{"svc-query"}
		}),
		OrganizationTrailArn: "arn:aws:cloudtrail:us-east-1:999999999999:trail/organization",
		AccountAccess:        AdministerOnly,
		EncryptedResources:   EncryptedResources{BucketNames: []string{"b-*"}, TableNames: []string{"t-*"}, SecretNames: []string{"s-*"}, LogGroupNames: []string{"l-*"}},
		AwsServices:          AwsServices{Data: []AwsService{Sqs("q-*"), Ebs()}, Logs: []AwsService{CloudTrail()}},
		AdditionalKeys: []AdditionalKey{
			{Purpose: "schema", Spec: "ECC_NIST_P256", Usage: "SIGN_VERIFY", Users: []KeyUser{{Verb: Sign, RoleArns: []string{role("Signer")}, RoleArnPatterns: []string{role("signer-*")}}}},
			{
				Purpose: "app", AwsServices: []AwsService{SecretsManager("app-*")}, EnableKeyRotation: jsii.Bool(true), RotationPeriodDays: 90,
				Users: []KeyUser{{Verb: Decrypt, Service: "svc-query", RoleArns: []string{role("Query")}}},
			},
		},
		ReplicaRegions: []ReplicaRegion{{Region: "ca-central-1"}},
		Adopt: []AdoptedKey{{
			Purpose: "data", KeyId: existingKeyId, AliasExists: true,
			Grants: []AdoptedGrant{{"arn:aws:iam::098765432109:role/Audit", strings.Repeat("0", 64)}},
		}},
		EnableKeyRotation: jsii.Bool(true), RotationPeriodDays: 180, DeletionWindowDays: 30, Production: jsii.Bool(true), PreventDestroy: jsii.Bool(true),
		EbsEncryptionByDefault: true,
		ExtraStatements:        map[string][]keypolicy.Statement{"data": {extra("AllowSns")}, "logs": {extra("AllowSns")}},
		Tags:                   map[string]string{"Owner": "data"},
	}
}

func TestTheFullConfigurationIsFullAndRight(t *testing.T) {
	config := fullConfig()
	value := reflect.ValueOf(*config)
	for i := range value.NumField() {
		// A provider is a construct, which needs an app.
		if value.Field(i).IsZero() && value.Type().Field(i).Name != "Provider" {
			t.Errorf("field %s is not set", value.Type().Field(i).Name)
		}
	}
	if err := config.Validate(); err != nil {
		t.Error(err)
	}
}

// policiesOf are both policies of the settings as JSON.
func policiesOf(s settings) string {
	location := s.assumedLocation()
	return s.dataKeyPolicy(location).Indented() + s.logsKeyPolicy(location).Indented()
}

func TestCheckingChangesNothingOfTheCallersConfiguration(t *testing.T) {
	config := fullConfig()
	s := newSettings(config)
	policiesOf(s)
	if diff := cmp.Diff(fullConfig(), config); diff != "" {
		t.Errorf("the configuration changed:\n%s", diff)
	}
}

// spoil overwrites everything that can be reached from a value through slices,
// maps and pointers.
func spoil(value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		spoil(value.Elem())
	case reflect.Struct:
		for _, field := range value.Fields() {
			spoil(field)
		}
	case reflect.Slice:
		for i := range value.Len() {
			spoil(value.Index(i))
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			spoil(value.MapIndex(key))
			value.SetMapIndex(key, reflect.Zero(value.Type().Elem()))
		}
	case reflect.String:
		if value.CanSet() {
			value.SetString("spoilt")
		}
	case reflect.Bool:
		if value.CanSet() {
			value.SetBool(!value.Bool())
		}
	case reflect.Int:
		value.SetInt(1)
	}
}

func TestSettingsShareNothingWithTheCallersConfiguration(t *testing.T) {
	config := fullConfig()
	s := newSettings(config)
	policies, tags := policiesOf(s), s.tagsOf(purposeData)
	spoil(reflect.ValueOf(config))
	if config.ExtraStatements["data"] != nil || config.ServiceRoles[0].RoleArns[0] != "spoilt" {
		t.Fatal("the configuration was not spoilt, so this test shows nothing")
	}
	if diff := cmp.Diff(policies, policiesOf(s)); diff != "" {
		t.Errorf("the policies changed with the configuration:\n%s", diff)
	}
	if diff := cmp.Diff(tags, s.tagsOf(purposeData)); diff != "" {
		t.Errorf("the tags changed with the configuration:\n%s", diff)
	}
	if !s.rotate || !s.preventDestroy {
		t.Error("the flags changed with the configuration")
	}
}

func TestDefaultsAreFilledIn(t *testing.T) {
	s := newSettings(&KmsTierConfig{Environment: "dev"})
	got := map[string]any{
		"data alias": s.alias("data"), "logs alias": s.alias("logs"), "app": s.app, "access": s.accountAccess,
		"rotate": s.rotate, "period": s.rotationPeriodDays, "window": s.deletionWindowDays, "prevent": s.preventDestroy,
		"resources": s.encrypted, "tags": s.tagsOf("logs"), "context": s.encryptionContext(),
	}
	pattern := []string{"nc-dp-dev-*"}
	want := map[string]any{
		"data alias": "alias/nc-dp-data-dev", "logs alias": "alias/nc-dp-logs-dev", "app": "neurocipher-pipeline", "access": DelegateToIam,
		"rotate": true, "period": 365, "window": 30, "prevent": false,
		"resources": EncryptedResources{BucketNames: pattern, TableNames: pattern, SecretNames: []string{"*"}, LogGroupNames: []string{"*"}},
		"tags":      map[string]string{"Name": "nc-dp-logs-dev", "app": "neurocipher-pipeline", "env": "dev"},
		"context":   statements.EncryptionContext{App: "neurocipher-pipeline", Env: "dev"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

func TestTagsOfTheCallerAreAddedToThoseOfTheTier(t *testing.T) {
	want := map[string]string{"Name": "acme-data-prod", "app": "ledger", "env": "prod", "Owner": "data"}
	if diff := cmp.Diff(want, newSettings(fullConfig()).tagsOf("data")); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

// A nil list is a default, an empty one says that there is nothing of the kind.
func TestEmptyListsOfEncryptedResourcesAllowNothing(t *testing.T) {
	empty := EncryptedResources{[]string{}, []string{}, []string{}, []string{}}
	s := newSettings(&KmsTierConfig{Environment: "dev", LambdaRoleArns: []string{role("r")}, EncryptedResources: empty})
	for _, document := range []keypolicy.Document{s.dataKeyPolicy(s.assumedLocation()), s.logsKeyPolicy(s.assumedLocation())} {
		for _, statement := range document.Statements {
			switch statement.Sid {
			case "AllowUseThroughS3", "AllowUseThroughDynamoDb", "AllowUseThroughSecretsManager", "AllowCloudWatchLogs", "AllowApplicationLogsThroughS3":
				t.Errorf("%s is there, for resources that are none", statement.Sid)
			}
		}
	}
}

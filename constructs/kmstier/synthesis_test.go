package kmstier_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/gkampitakis/go-snaps/snaps"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

const roleArn = "arn:aws:iam::123456789012:role/LambdaETLRole"

func newApp(t *testing.T) cdktf.App {
	t.Helper()
	return cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir()), StackTraces: jsii.Bool(false)})
}

func newStack(app cdktf.App, id string) cdktf.TerraformStack {
	stack := cdktf.NewTerraformStack(app, jsii.String(id))
	// The default backend would write an absolute path.
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../" + id + ".tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	return stack
}

func newRole(scope constructs.Construct, id string) iamrole.IamRole {
	return iamrole.NewIamRole(scope, jsii.String(id), &iamrole.IamRoleConfig{AssumeRolePolicy: jsii.String("{}")})
}

// devConfig is a small configuration that looks nothing up.
func devConfig() *kmstier.KmsTierConfig {
	return &kmstier.KmsTierConfig{Environment: "dev", AccountId: "123456789012", Region: "us-east-1", Partition: "aws"}
}

func newTier(t *testing.T, scope constructs.Construct, id string, config *kmstier.KmsTierConfig) *kmstier.KmsTier {
	t.Helper()
	tier, err := kmstier.NewKmsTier(scope, id, config)
	if err != nil {
		t.Fatal(err)
	}
	return tier
}

// synthesized is what the tests read of a stack's cdk.tf.json.
type synthesized struct {
	Data struct {
		Document       map[string]document `json:"aws_iam_policy_document"`
		CallerIdentity map[string]any      `json:"aws_caller_identity"`
		Region         map[string]any      `json:"aws_region"`
		Partition      map[string]any      `json:"aws_partition"`
		RemoteState    map[string]any      `json:"terraform_remote_state"`
	}
	Resource struct {
		Key map[string]struct {
			Description string
			Window      int    `json:"deletion_window_in_days"`
			Rotate      bool   `json:"enable_key_rotation"`
			Period      int    `json:"rotation_period_in_days"`
			Policy      string `json:"policy"`
			Tags        map[string]string
			Lifecycle   struct {
				Prevent bool `json:"prevent_destroy"`
			}
		} `json:"aws_kms_key"`
		Alias map[string]struct {
			Name   string
			Target string `json:"target_key_id"`
		} `json:"aws_kms_alias"`
		Grant map[string]struct {
			Name        string
			KeyId       string `json:"key_id"`
			Grantee     string `json:"grantee_principal"`
			Operations  []string
			Constraints []struct {
				Subset map[string]string `json:"encryption_context_subset"`
			}
		} `json:"aws_kms_grant"`
		EbsKey map[string]struct {
			Arn string `json:"key_arn"`
		} `json:"aws_ebs_default_kms_key"`
		EbsEncryption map[string]struct {
			Enabled   bool
			DependsOn []string `json:"depends_on"`
		} `json:"aws_ebs_encryption_by_default"`
	}
	Output map[string]struct{ Value any }
}

type document struct{ Statement []statement }

type statement struct {
	Sid           string
	Actions       []string
	NotActions    []string `json:"not_actions"`
	Resources     []string
	NotResources  []string `json:"not_resources"`
	Principals    []principals
	NotPrincipals []principals `json:"not_principals"`
	Condition     []condition
}

type principals struct {
	Identifiers any
	Type        string
}

type condition struct {
	Test, Variable string
	Values         any
}

func synthesize(t *testing.T, stack cdktf.TerraformStack) (synthesized, string) {
	t.Helper()
	text := *cdktf.Testing_Synth(stack, jsii.Bool(true))
	var read synthesized
	unmarshal(t, text, &read)
	return read, text
}

func unmarshal(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}

// one is the only value of a map whose key begins with a prefix.
func one[V any](t *testing.T, values map[string]V, prefix string) (string, V) {
	t.Helper()
	var found []string
	for key := range values {
		if strings.HasPrefix(key, prefix) {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d keys begin with %q, want one: %q", len(found), prefix, found)
	}
	return found[0], values[found[0]]
}

func statementOf(t *testing.T, d document, sid string) statement {
	t.Helper()
	i := slices.IndexFunc(d.Statement, func(s statement) bool { return s.Sid == sid })
	if i < 0 {
		t.Fatalf("there is no statement %s", sid)
	}
	return d.Statement[i]
}

// identifiers are the principals of a statement, as Terraform will see them.
func identifiers(s statement) []any {
	var all []any
	for _, block := range s.Principals {
		all = append(all, block.Identifiers)
	}
	return all
}

// prodStack is what the snapshot shows: a role of the same stack, other accounts,
// administrators, and a grant after the outputs.
func prodStack(t *testing.T) cdktf.TerraformStack {
	stack := newStack(newApp(t), "prod")
	tier := newTier(t, stack, "kms", &kmstier.KmsTierConfig{
		Environment:           "prod",
		LambdaRoleArns:        []string{*newRole(stack, "etl").Arn(), roleArn},
		ServiceRoles:          []kmstier.ServiceRole{{Service: "svc-ingest-api", RoleArns: []string{"arn:aws:iam::123456789012:role/FargateTaskRole"}}},
		AdministratorRoleArns: []string{"arn:aws:iam::123456789012:role/PipelineExecutionRole"},
		SecurityAccountId:     "098765432109",
		LogsAccountId:         "111111111111",
		LogsBucketArn:         "arn:aws:s3:::nc-dp-logs-central",
		Tags:                  map[string]string{"Project": "neurocipher-platform"},
	})
	if err := tier.AddOutputs(""); err != nil {
		t.Fatal(err)
	}
	if err := tier.DataKey().GrantEncryptDecrypt(*newRole(stack, "embed").Arn(), "svc-embed"); err != nil {
		t.Fatal(err)
	}
	return stack
}

func TestASynthesizedStackIsAsItsSnapshot(t *testing.T) {
	_, text := synthesize(t, prodStack(t))
	for _, folder := range []string{os.TempDir(), filepath.Dir(must(os.Getwd())), must(os.UserHomeDir())} {
		if folder != "/" && strings.Contains(text, folder) {
			t.Errorf("the stack holds the path %s of this machine", folder)
		}
	}
	snaps.WithConfig(snaps.Filename("prod"), snaps.Ext(".tf.json")).MatchStandaloneSnapshot(t, text)
}

func must(folder string, err error) string {
	if err != nil {
		panic(err)
	}
	return folder
}

func TestTwoRunsSynthesizeTheSameBytes(t *testing.T) {
	_, first := synthesize(t, prodStack(t))
	_, second := synthesize(t, prodStack(t))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the second run differs:\n%s", diff)
	}
}

func TestKeysHaveTheSettingsOfTheConfiguration(t *testing.T) {
	stack := newStack(newApp(t), "stg")
	config := devConfig()
	config.Environment, config.App, config.NamePrefix = "stg", "ledger", "acme"
	config.RotationPeriodDays, config.DeletionWindowDays, config.PreventDestroy = 180, 7, jsii.Bool(true)
	config.Tags = map[string]string{"Owner": "data"}
	newTier(t, stack, "a", config)
	config.Environment, config.EnableKeyRotation, config.PreventDestroy = "dev", jsii.Bool(false), nil
	newTier(t, stack, "b", config)
	read, text := synthesize(t, stack)

	name, data := one(t, read.Resource.Key, "a_data_key_")
	document, _ := one(t, read.Data.Document, "a_data_policy_")
	if data.Description != "Encrypts the data of ledger in stg" || data.Window != 7 || !data.Rotate || data.Period != 180 || !data.Lifecycle.Prevent {
		t.Errorf("the data key is %+v", data)
	}
	if want := "${data.aws_iam_policy_document." + document + ".json}"; data.Policy != want {
		t.Errorf("the data key's policy is %s, want %s", data.Policy, want)
	}
	if diff := cmp.Diff(map[string]string{"Name": "acme-data-stg", "app": "ledger", "env": "stg", "Owner": "data"}, data.Tags); diff != "" {
		t.Errorf("tags of the data key (-want +got):\n%s", diff)
	}
	if _, alias := one(t, read.Resource.Alias, "a_data_alias_"); alias.Name != "alias/acme-data-stg" || alias.Target != "${aws_kms_key."+name+".key_id}" {
		t.Errorf("the data key's alias is %+v", alias)
	}
	if _, logs := one(t, read.Resource.Key, "b_logs_key_"); logs.Rotate || logs.Period != 0 || logs.Lifecycle.Prevent || logs.Tags["Name"] != "acme-logs-dev" {
		t.Errorf("the logs key, not rotated, is %+v", logs)
	}
	// What was given needs no lookup, and nobody asked for a grant.
	if len(read.Data.CallerIdentity)+len(read.Data.Region)+len(read.Data.Partition)+len(read.Resource.Grant) != 0 {
		t.Errorf("there are data sources or grants:\n%s", text)
	}
}

func TestGrantsOfOtherAccountsAreBoundToAContext(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	config.SecurityAccountId, config.LogsAccountId, config.LogsBucketArn = "098765432109", "111111111111", "arn:aws:s3:::central"
	// Two roles of one name, and a third that is named as the second is numbered.
	config.SecurityRoleArns = []string{"arn:aws:iam::098765432109:role/x/a", "arn:aws:iam::098765432109:role/y/a", "arn:aws:iam::098765432109:role/a-2"}
	newTier(t, stack, "kms", config)
	read, _ := synthesize(t, stack)

	key, _ := one(t, read.Resource.Key, "kms_data_key_")
	grantees := map[string]string{}
	for _, grant := range read.Resource.Grant {
		if strings.Contains(grant.Name, "security") {
			grantees[grant.Name] = grant.Grantee
			if grant.KeyId != "${aws_kms_key."+key+".key_id}" {
				t.Errorf("the grant %s is on %s", grant.Name, grant.KeyId)
			}
			if diff := cmp.Diff(map[string]string{"app": "neurocipher-pipeline", "env": "dev"}, grant.Constraints[0].Subset); diff != "" {
				t.Errorf("the grant %s is bound to (-want +got):\n%s", grant.Name, diff)
			}
		}
	}
	want := map[string]string{
		"nc-dp-dev-security-account-a":   "arn:aws:iam::098765432109:role/x/a",
		"nc-dp-dev-security-account-a-2": "arn:aws:iam::098765432109:role/a-2",
		"nc-dp-dev-security-account-a-3": "arn:aws:iam::098765432109:role/y/a",
	}
	if diff := cmp.Diff(want, grantees); diff != "" {
		t.Errorf("grants to the security account (-want +got):\n%s", diff)
	}
	_, logs := one(t, read.Resource.Grant, "kms_logs_grant-logs-account_")
	if logs.Grantee != "arn:aws:iam::111111111111:root" || logs.Constraints[0].Subset["aws:s3:arn"] != "arn:aws:s3:::central" ||
		!slices.Equal(logs.Operations, []string{"Decrypt", "DescribeKey", "GenerateDataKey"}) {
		t.Errorf("the grant to the logs account is %+v", logs)
	}
}

// Elements that Terraform spells in its own way.
func TestExtraStatementsReachTerraformWhole(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	config.ExtraStatements = map[string][]keypolicy.Statement{"data": {{
		Sid: "OwnTeam", Effect: keypolicy.Allow,
		Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("123456789012"), keypolicy.ServicePrincipal("sns.amazonaws.com")},
		Actions:    []string{"kms:Encrypt", "kms:Decrypt"},
		Conditions: []keypolicy.Condition{{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{"123456789012"}}, {Operator: "StringLike", Key: "kms:EncryptionContext:team", Values: []string{"${aws:PrincipalTag/team}", "a${*}", "b${$}${?}"}}},
	}, {
		Sid: "OnlyThese", Effect: keypolicy.Deny,
		NotPrincipals: []keypolicy.Principal{keypolicy.AwsPrincipal(roleArn), keypolicy.AwsPrincipal("arn:aws:iam::123456789012:root")},
		NotActions:    []string{"kms:PutKeyPolicy", "kms:GetKeyPolicy"},
		Resources:     []string{"*"},
	}}}
	newTier(t, stack, "kms", config)
	read, _ := synthesize(t, stack)
	_, policy := one(t, read.Data.Document, "kms_data_policy_")

	want := statement{
		Sid: "OwnTeam", Actions: []string{"kms:Decrypt", "kms:Encrypt"}, Resources: []string{"*"},
		Principals: []principals{{[]any{"123456789012"}, "AWS"}, {[]any{"sns.amazonaws.com"}, "Service"}},
		// The provider writes ${ for &{, which Terraform would take for its own.
		Condition: []condition{{"StringEquals", "aws:SourceAccount", []any{"123456789012"}}, {"StringLike", "kms:EncryptionContext:team", []any{"&{aws:PrincipalTag/team}", "a&{*}", "b&{$}&{?}"}}},
	}
	if diff := cmp.Diff(want, statementOf(t, policy, "OwnTeam")); diff != "" {
		t.Errorf("OwnTeam (-want +got):\n%s", diff)
	}
	want = statement{
		Sid: "OnlyThese", NotActions: []string{"kms:GetKeyPolicy", "kms:PutKeyPolicy"},
		Resources:     []string{"*"},
		NotPrincipals: []principals{{[]any{roleArn, "arn:aws:iam::123456789012:root"}, "AWS"}},
	}
	if diff := cmp.Diff(want, statementOf(t, policy, "OnlyThese")); diff != "" {
		t.Errorf("OnlyThese (-want +got):\n%s", diff)
	}
}

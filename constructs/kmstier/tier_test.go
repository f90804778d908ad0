package kmstier_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

// wantRefusal checks the exact message of an error that must be a ConfigError.
func wantRefusal(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("nothing was refused, want:\n%s", want)
	}
	if _, ok := errors.AsType[*kmstier.ConfigError](err); !ok {
		t.Errorf("the error is a %T, want a ConfigError", err)
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("refused with (-want +got):\n%s", diff)
	}
}

func children(scope constructs.Construct) []string {
	var ids []string
	for _, child := range *scope.Node().Children() {
		ids = append(ids, *child.Node().Id())
	}
	return ids
}

func TestARefusedTierLeavesNothingBehind(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	before, metadata := children(stack), len(*stack.Node().Metadata())

	config := devConfig()
	config.Region, config.LambdaRoleArns = "here", []string{"r"}
	tier, err := kmstier.NewKmsTier(stack, "kms", config)
	wantRefusal(t, err, `KmsTier "kms" was refused, 2 problems:
  Region is "here": must be a Region, such as "us-east-1"
  LambdaRoleArns[0] is "r": must be the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Name"`)
	if tier != nil {
		t.Errorf("a refused tier is %v, want nil", tier)
	}
	if diff := cmp.Diff(before, children(stack)); diff != "" {
		t.Errorf("children of the stack (-want +got):\n%s", diff)
	}
	if got := len(*stack.Node().Metadata()); got != metadata {
		t.Errorf("the stack has %d metadata entries, want %d", got, metadata)
	}
	// The alias is free and so is the id.
	newTier(t, stack, "kms", devConfig())
}

func TestBadPlacesForATierAreRefused(t *testing.T) {
	app := newApp(t)
	stack := newStack(app, "dev")
	const (
		badId  = ": must be letters, digits, hyphens and underscores, at least one"
		noApp  = "\n  scope: is outside of any stack; must be a cdktf.TerraformStack, or a construct of one"
		config = "\n  config: is nil; must be a *KmsTierConfig with at least Environment"
	)
	bad := &kmstier.KmsTierConfig{}
	const missing = "\n  Environment: is missing; must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters"
	tests := map[string]struct {
		scope  constructs.Construct
		id     string
		config *kmstier.KmsTierConfig
		want   string
	}{
		"no scope":               {nil, "kms", devConfig(), "KmsTier \"kms\" was refused, 1 problem:\n  scope: is nil; must be a stack, or a construct of one"},
		"no configuration":       {stack, "kms", nil, `KmsTier "kms" was refused, 1 problem:` + config},
		"nothing at all":         {nil, "", nil, "KmsTier \"\" was refused, 3 problems:\n  scope: is nil; must be a stack, or a construct of one\n  id is \"\"" + badId + config},
		"no id":                  {stack, "", devConfig(), "KmsTier \"\" was refused, 1 problem:\n  id is \"\"" + badId},
		"an id with a space":     {stack, "a b", devConfig(), "KmsTier \"a b\" was refused, 1 problem:\n  id is \"a b\"" + badId},
		"an id with a dot":       {stack, "a.b", devConfig(), "KmsTier \"a.b\" was refused, 1 problem:\n  id is \"a.b\"" + badId},
		"an id that is a path":   {stack, "a/b", devConfig(), "KmsTier \"a/b\" was refused, 1 problem:\n  id is \"a/b\"" + badId},
		"an id that is taken":    {stack, "aws", devConfig(), "KmsTier \"aws\" was refused, 1 problem:\n  id is \"aws\": is the id of another construct in the same scope; must be unique there"},
		"a taken id, and more":   {stack, "aws", bad, "KmsTier \"aws\" was refused, 2 problems:\n  id is \"aws\": is the id of another construct in the same scope; must be unique there" + missing},
		"outside of any stack":   {app, "kms", devConfig(), `KmsTier "kms" was refused, 1 problem:` + noApp},
		"everything wrong there": {app, "a b", bad, "KmsTier \"a b\" was refused, 3 problems:" + noApp + "\n  id is \"a b\"" + badId + missing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := kmstier.NewKmsTier(test.scope, test.id, test.config)
			wantRefusal(t, err, test.want)
		})
	}
	if got, want := children(stack), []string{"backend", "aws"}; !slices.Equal(got, want) {
		t.Errorf("children of the stack are %q, want %q", got, want)
	}
	// What was refused for its id has not taken the aliases.
	newTier(t, stack, "kms", devConfig())
}

func TestTiersOfOneStackNeedTheirOwnAliases(t *testing.T) {
	app := newApp(t)
	stack := newStack(app, "platform")
	newTier(t, stack, "kms", devConfig())

	_, err := kmstier.NewKmsTier(stack, "second", devConfig())
	wantRefusal(t, err, `KmsTier "second" was refused, 2 problems:
  Environment is "dev": gives the alias alias/nc-dp-data-dev, which another tier of this stack has; change Environment or NamePrefix
  Environment is "dev": gives the alias alias/nc-dp-logs-dev, which another tier of this stack has; change Environment or NamePrefix`)

	// Deeper in the stack it is the same account and Region still.
	nested := constructs.NewConstruct(stack, jsii.String("nested"))
	if _, err := kmstier.NewKmsTier(nested, "kms", devConfig()); err == nil {
		t.Error("a nested tier with the same aliases is accepted")
	}

	other := devConfig()
	other.Environment = "stg"
	newTier(t, stack, "second", other)
	other.NamePrefix = "acme"
	newTier(t, nested, "kms", other)
	// Another stack may be another account.
	newTier(t, newStack(app, "elsewhere"), "kms", devConfig())

	read, _ := synthesize(t, stack)
	var names []string
	for _, alias := range read.Resource.Alias {
		names = append(names, alias.Name)
	}
	slices.Sort(names)
	want := []string{"alias/acme-data-stg", "alias/acme-logs-stg", "alias/nc-dp-data-dev", "alias/nc-dp-data-stg", "alias/nc-dp-logs-dev", "alias/nc-dp-logs-stg"}
	if !slices.Equal(names, want) {
		t.Errorf("aliases are %q, want %q", names, want)
	}
}

func TestKeysAreFoundByPurpose(t *testing.T) {
	tier := newTier(t, newStack(newApp(t), "dev"), "kms", devConfig())
	if tier.Key("data") != kmstier.Key(tier.DataKey()) || tier.Key("logs") != kmstier.Key(tier.LogsKey()) {
		t.Error("Key does not give the keys of the tier")
	}
	for _, purpose := range []string{"schema", "", "Data", "data "} {
		// A nil pointer in the interface would not equal nil.
		if key := tier.Key(purpose); key != nil {
			t.Errorf("Key(%q) = %v, want nil", purpose, key)
		}
	}
	var purposes []string
	for _, key := range tier.Keys() {
		purposes = append(purposes, key.Purpose()+" "+key.Alias())
	}
	if want := []string{"data alias/nc-dp-data-dev", "logs alias/nc-dp-logs-dev"}; !slices.Equal(purposes, want) {
		t.Errorf("keys are %q, want %q", purposes, want)
	}
	if first, second := tier.Keys(), tier.Keys(); first[0] != second[0] {
		t.Error("Keys gives other keys each time")
	} else if first[0] = nil; tier.Keys()[0] == nil {
		t.Error("changing what Keys returned changed the tier")
	}
}

func TestGettersAreTheAttributesOfTheResources(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	output := func(name string, value *string) {
		cdktf.NewTerraformOutput(stack, jsii.String(name), &cdktf.TerraformOutputConfig{Value: value})
	}
	for _, key := range tier.Keys() {
		output(key.Purpose()+"_id", key.KeyId())
		output(key.Purpose()+"_arn", key.Arn())
		output(key.Purpose()+"_alias", key.AliasName())
		output(key.Purpose()+"_alias_arn", key.AliasArn())
	}
	read, _ := synthesize(t, stack)
	for _, purpose := range []string{"data", "logs"} {
		key, _ := one(t, read.Resource.Key, "kms_"+purpose+"_key_")
		alias, _ := one(t, read.Resource.Alias, "kms_"+purpose+"_alias_")
		for name, want := range map[string]string{
			"_id": "aws_kms_key." + key + ".key_id", "_arn": "aws_kms_key." + key + ".arn",
			"_alias": "aws_kms_alias." + alias + ".name", "_alias_arn": "aws_kms_alias." + alias + ".arn",
		} {
			if got := read.Output[purpose+name].Value; got != "${"+want+"}" {
				t.Errorf("%s%s is %v, want ${%s}", purpose, name, got, want)
			}
		}
	}
}

func TestEncryptionContextIsWhatAServiceMustPass(t *testing.T) {
	config := devConfig()
	config.App = "ledger"
	tier := newTier(t, newStack(newApp(t), "dev"), "kms", config)
	want := map[string]string{"app": "ledger", "env": "dev", "service": "svc-ingest-api"}
	if diff := cmp.Diff(want, tier.EncryptionContext("svc-ingest-api")); diff != "" {
		t.Errorf("EncryptionContext (-want +got):\n%s", diff)
	}
	tier.EncryptionContext("svc-ingest-api")["app"] = "changed"
	if diff := cmp.Diff(want, tier.EncryptionContext("svc-ingest-api")); diff != "" {
		t.Errorf("EncryptionContext after changing an earlier one (-want +got):\n%s", diff)
	}
}

func TestWarningsBecomeAnnotations(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	quiet := newTier(t, stack, "quiet", config)
	config.Environment, config.EnableKeyRotation, config.DeletionWindowDays = "stg", jsii.Bool(false), 7
	tier := newTier(t, stack, "kms", config)
	want := []string{
		"EnableKeyRotation is false: the key material is never rotated; production would refuse this",
		"DeletionWindowDays is 7: a deleted key can be recovered for that long only; production would refuse less than 30",
	}
	if diff := cmp.Diff(want, tier.Warnings()); diff != "" {
		t.Errorf("Warnings (-want +got):\n%s", diff)
	}
	warned := func(tier *kmstier.KmsTier) []string {
		var warnings []string
		for _, entry := range *tier.Node().Metadata() {
			if *entry.Type == "@cdktf/warn" {
				warnings = append(warnings, entry.Data.(string))
			}
		}
		return warnings
	}
	if diff := cmp.Diff(want, warned(tier)); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
	if got := append(warned(quiet), quiet.Warnings()...); got != nil {
		t.Errorf("a tier with nothing unusual warns of %q", got)
	}
	// Warnings do not stop a synthesis.
	synthesize(t, stack)
}

// jsii takes only what it knows for a construct as a scope.
func TestTiersAndKeysAreScopes(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	newRole(tier, "beside")
	newRole(tier.DataKey(), "below")
	newRole(tier.Key("logs"), "below")
	var paths []string
	for _, node := range *tier.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		paths = append(paths, *node.Node().Path())
	}
	want := []string{
		"dev/kms", "dev/kms/data", "dev/kms/data/policy", "dev/kms/data/key", "dev/kms/data/alias", "dev/kms/data/below",
		"dev/kms/logs", "dev/kms/logs/policy", "dev/kms/logs/key", "dev/kms/logs/alias", "dev/kms/logs/below", "dev/kms/beside",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("the tier's tree (-want +got):\n%s", diff)
	}
	synthesize(t, stack)
}

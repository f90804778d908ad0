package test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// applied is a stack of the shipped environments.yaml as the emulator has it.
type applied struct {
	*terraform.Workspace
	cloud   *emulator.Emulator
	options terraform.Options
	client  *kms.Client
	plan    map[string]terraform.Key
	outputs map[string]string
}

func apply(t *testing.T, environment, accountId string) applied {
	t.Helper()
	tools.Require(t, tools.Terraform, tools.AWSProvider, tools.Emulator)
	stack := synthesizedOnce(t).stack(environment)
	cloud := emulator.Start(t, accountId)
	options := terraform.Options{Env: cloud.Env()}
	workspace := terraform.New(t, stack, options)
	planned := map[string]terraform.Key{}
	plan := workspace.Plan()
	for _, purpose := range []string{"data", "logs"} {
		key, err := terraform.KeyNamed(plan, purpose)
		if err != nil {
			t.Fatal(err)
		}
		planned[purpose] = key
	}
	workspace.Apply()
	workspace.RequireEmptyPlan()
	return applied{workspace, cloud, options, cloud.KMS(), planned, workspace.Outputs()}
}

func TestProductionAppliesAndRefusesItsDestruction(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	prod := apply(t, "prod", "123456789012")
	for _, purpose := range []string{"data", "logs"} {
		t.Run(purpose, func(t *testing.T) { prod.requireKey(t, purpose, "prod") })
	}
	t.Run("data grants", func(t *testing.T) {
		prod.requireGrant(t, "data", types.GrantListEntry{
			GranteePrincipal: aws.String("arn:aws:iam::098765432109:role/SecurityAuditorRole"),
			Operations:       []types.GrantOperation{types.GrantOperationDecrypt, types.GrantOperationDescribeKey},
			Constraints:      &types.GrantConstraints{EncryptionContextSubset: map[string]string{"app": "neurocipher-pipeline", "env": "prod"}},
			Name:             aws.String("nc-dp-prod-security-account-SecurityAuditorRole"),
		})
	})
	t.Run("logs grants", func(t *testing.T) {
		prod.requireGrant(t, "logs", types.GrantListEntry{
			GranteePrincipal: aws.String("arn:aws:iam::111111111111:role/LogArchiverRole"),
			Operations:       []types.GrantOperation{types.GrantOperationDecrypt, types.GrantOperationDescribeKey, types.GrantOperationGenerateDataKey},
			Constraints:      &types.GrantConstraints{EncryptionContextSubset: map[string]string{"aws:s3:arn": "arn:aws:s3:::nc-dp-logs-central"}},
			Name:             aws.String("nc-dp-prod-logs-account-LogArchiverRole"),
		})
	})

	t.Run("HCL", func(t *testing.T) {
		requireNoChangeInHcl(t, prod.Workspace, readFile(t, synthesizedInHclOnce(t).hclStack("prod")), prod.options)
	})

	err := prod.TryDestroy()
	if !refusesDestruction(err) {
		t.Errorf("destroying prod gave %v, want Terraform's refusal by prevent_destroy", err)
	}
	if state := prod.describe(t, "data").KeyState; state != types.KeyStateEnabled {
		t.Errorf("after the refusal the data key is %s, want Enabled", state)
	}

	// As docs/operating.md says: an override beside the stack lifts it.
	lifted := map[string]any{}
	for kind, names := range map[string][]string{
		"aws_kms_key":    {"kms_data_key_098404C7", "kms_logs_key_9A8322C1", "audit_alerts-key_450F0DE6"},
		"aws_cloudtrail": {"audit_trail_91FB908D"},
		"aws_s3_bucket":  {"audit_bucket_85D46CD8"},
	} {
		resources := map[string]any{}
		for _, name := range names {
			resources[name] = map[string]any{"lifecycle": map[string]any{"prevent_destroy": false}}
		}
		lifted[kind] = resources
	}
	override, err := json.Marshal(map[string]any{"resource": lifted})
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(prod.Folder(), "delete_override.tf.json"), string(override))
	prod.Destroy()
	if state := prod.describe(t, "data").KeyState; state != types.KeyStatePendingDeletion {
		t.Errorf("after its destruction the data key is %s, want PendingDeletion", state)
	}
}

func TestDevelopmentEncryptsWithItsContextAndCanBeDestroyed(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	dev := apply(t, "dev", "222222222222")
	for _, purpose := range []string{"data", "logs"} {
		t.Run(purpose, func(t *testing.T) { dev.requireKey(t, purpose, "dev") })
	}
	t.Run("encryption context", func(t *testing.T) {
		right := map[string]string{"app": "neurocipher-pipeline", "env": "dev", "service": "svc-ingest-api"}
		sealed, err := dev.client.Encrypt(context.Background(), &kms.EncryptInput{
			KeyId: aws.String("alias/nc-dp-data-dev"), Plaintext: []byte("a record"), EncryptionContext: right,
		})
		if err != nil {
			t.Fatal(err)
		}
		opened, err := dev.client.Decrypt(context.Background(), &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: right})
		if err != nil || string(opened.Plaintext) != "a record" {
			t.Errorf("decrypting with the right context gave %v", err)
		}
		wrong := maps.Clone(right)
		wrong["env"] = "prod"
		for name, encryptionContext := range map[string]map[string]string{"wrong": wrong, "no": nil} {
			_, err := dev.client.Decrypt(context.Background(), &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: encryptionContext})
			if _, ok := errors.AsType[*types.InvalidCiphertextException](err); !ok {
				t.Errorf("decrypting with %s context gave %v, want InvalidCiphertextException", name, err)
			}
		}
	})

	t.Run("HCL", func(t *testing.T) {
		requireNoChangeInHcl(t, dev.Workspace, readFile(t, synthesizedInHclOnce(t).hclStack("dev")), dev.options)
	})

	dev.Destroy()
	if key := dev.describe(t, "data"); key.KeyState != types.KeyStatePendingDeletion {
		t.Errorf("after destroy the data key is %s, want PendingDeletion", key.KeyState)
	}
	aliases, err := dev.client.ListAliases(context.Background(), &kms.ListAliasesInput{KeyId: aws.String(dev.outputs["data_key_id"])})
	if err != nil {
		t.Fatal(err)
	}
	if len(aliases.Aliases) != 0 {
		t.Errorf("after destroy the data key still has %d aliases", len(aliases.Aliases))
	}
}

// refusesDestruction reports whether an error is that of Terraform, or of OpenTofu,
// about a resource with prevent_destroy.
func refusesDestruction(err error) bool {
	return says(err, "nstance cannot be destroyed") && says(err, "prevent_destroy")
}

func (a applied) describe(t *testing.T, purpose string) *types.KeyMetadata {
	t.Helper()
	out, err := a.client.DescribeKey(context.Background(), &kms.DescribeKeyInput{KeyId: aws.String(a.outputs[purpose+"_key_id"])})
	if err != nil {
		t.Fatal(err)
	}
	return out.KeyMetadata
}

// requireKey asks the emulator itself about a key.
func (a applied) requireKey(t *testing.T, purpose, environment string) {
	ctx := context.Background()
	metadata := a.describe(t, purpose)
	id := metadata.KeyId
	alias := "alias/nc-dp-" + purpose + "-" + environment
	if metadata.KeyState != types.KeyStateEnabled || metadata.KeySpec != types.KeySpecSymmetricDefault || metadata.KeyUsage != types.KeyUsageTypeEncryptDecrypt || aws.ToBool(metadata.MultiRegion) {
		t.Errorf("the key is %s, %s, %s, multi-Region %v", metadata.KeyState, metadata.KeySpec, metadata.KeyUsage, aws.ToBool(metadata.MultiRegion))
	}
	if want := "Encrypts the " + purpose + " of neurocipher-pipeline in " + environment; *metadata.Description != want {
		t.Errorf("the description is %q, want %q", *metadata.Description, want)
	}
	for output, want := range map[string]string{"id": *id, "arn": *metadata.Arn, "alias": alias} {
		if got := a.outputs[purpose+"_key_"+output]; got != want {
			t.Errorf("output %s_key_%s is %q, want %q", purpose, output, got, want)
		}
	}

	rotation, err := a.client.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: id})
	if err != nil {
		t.Fatal(err)
	}
	if !rotation.KeyRotationEnabled || aws.ToInt32(rotation.RotationPeriodInDays) != 365 {
		t.Errorf("rotation is %v every %d days, want true every 365", rotation.KeyRotationEnabled, aws.ToInt32(rotation.RotationPeriodInDays))
	}

	aliases, err := a.client.ListAliases(ctx, &kms.ListAliasesInput{KeyId: id})
	if err != nil {
		t.Fatal(err)
	}
	if len(aliases.Aliases) != 1 || *aliases.Aliases[0].AliasName != alias || *aliases.Aliases[0].TargetKeyId != *id {
		t.Errorf("the key has the aliases %v, want %s alone", aliases.Aliases, alias)
	}

	stored, err := a.client.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: id, PolicyName: aws.String("default")})
	if err != nil {
		t.Fatal(err)
	}
	if *stored.Policy != compact(t, a.plan[purpose].Policy) {
		t.Errorf("the stored policy differs from the planned one:\n%s\n%s", *stored.Policy, a.plan[purpose].Policy)
	}

	tags, err := a.client.ListResourceTags(ctx, &kms.ListResourceTagsInput{KeyId: id})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, tag := range tags.Tags {
		got[*tag.TagKey] = *tag.TagValue
	}
	want := map[string]string{
		"Name": "nc-dp-" + purpose + "-" + environment, "app": "neurocipher-pipeline", "env": environment,
		"Environment": environment, "Project": "neurocipher-platform", "ManagedBy": "terraform",
	}
	if !maps.Equal(got, want) {
		t.Errorf("the tags are %v, want %v", got, want)
	}
}

func (a applied) requireGrant(t *testing.T, purpose string, want types.GrantListEntry) {
	grants, err := a.client.ListGrants(context.Background(), &kms.ListGrantsInput{KeyId: aws.String(a.outputs[purpose+"_key_id"])})
	if err != nil {
		t.Fatal(err)
	}
	if len(grants.Grants) != 1 {
		t.Fatalf("the key has %d grants, want 1", len(grants.Grants))
	}
	got := grants.Grants[0]
	slices.Sort(got.Operations)
	if *got.GranteePrincipal != *want.GranteePrincipal || aws.ToString(got.Name) != *want.Name || !slices.Equal(got.Operations, want.Operations) ||
		!maps.Equal(got.Constraints.EncryptionContextSubset, want.Constraints.EncryptionContextSubset) || len(got.Constraints.EncryptionContextEquals) != 0 {
		t.Errorf("the grant is %s, want %s", asJson(t, got), asJson(t, want))
	}
}

func asJson(t *testing.T, value any) string {
	t.Helper()
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// compact is a JSON text without white space, in one order.
func compact(t *testing.T, text string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return asJson(t, value)
}

package emulator_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

const (
	account  = "123456789012"
	fixture  = "testdata/everything.tf.json"
	alias    = "alias/nc-dp-data-prod"
	recovery = "ca-central-1"
)

// TestLifeCycle applies everything that a correction of the emulator is about
// and looks for what each defect would leave behind. One test, because a key
// takes seconds to create.
func TestLifeCycle(t *testing.T) {
	cloud := emulator.Start(t, account)
	w := terraform.New(t, fixture, terraform.Options{Env: cloud.Env()})
	w.Apply()

	// The defects make this plan fail or list changes.
	w.RequireEmptyPlan()

	outputs := w.Outputs()
	id := outputs["data_key_id"]
	if !strings.HasPrefix(id, "mrk-") || outputs["key_names"] != `["alias/nc-dp-data-prod"]` {
		t.Errorf("outputs: expected the id of a multi-Region key and a list of names, found %v", outputs)
	}

	t.Run("rotation period", func(t *testing.T) {
		status, err := cloud.KMS().GetKeyRotationStatus(t.Context(), &kms.GetKeyRotationStatusInput{KeyId: &id})
		if err != nil {
			t.Fatal(err)
		}
		if !status.KeyRotationEnabled || aws.ToInt32(status.RotationPeriodInDays) != 180 {
			t.Errorf("expected rotation every 180 days, found %v, %d days",
				status.KeyRotationEnabled, aws.ToInt32(status.RotationPeriodInDays))
		}
	})
	t.Run("replica", func(t *testing.T) {
		primary := describe(t, cloud.KMS(), id)
		replica := describe(t, cloud.KMSIn(recovery), id)
		for name, tc := range map[string]struct {
			key         *types.KeyMetadata
			kind        types.MultiRegionKeyType
			description string
		}{
			"primary": {primary, types.MultiRegionKeyTypePrimary, "Data key of prod"},
			"replica": {replica, types.MultiRegionKeyTypeReplica, "Replica of the data key of prod"},
		} {
			if kind := tc.key.MultiRegionConfiguration.MultiRegionKeyType; kind != tc.kind {
				t.Errorf("%s: expected a %s, found a %s", name, tc.kind, kind)
			}
			if found := aws.ToString(tc.key.Description); found != tc.description {
				t.Errorf("%s: expected the description %q, found %q", name, tc.description, found)
			}
		}
		tags, err := cloud.KMSIn(recovery).ListResourceTags(t.Context(), &kms.ListResourceTagsInput{KeyId: &id})
		if err != nil {
			t.Fatal(err)
		}
		if len(tags.Tags) != 3 {
			t.Errorf("expected the three tags of the replica, found %v", tags.Tags)
		}
		grants, err := cloud.KMSIn(recovery).ListGrants(t.Context(), &kms.ListGrantsInput{KeyId: &id})
		if err != nil {
			t.Fatal(err)
		}
		if len(grants.Grants) != 0 {
			t.Errorf("expected no grant of the primary on the replica, found %v", grants.Grants)
		}
	})
	t.Run("the encryption context is checked", func(t *testing.T) {
		right := map[string]string{"app": "neurocipher-pipeline", "env": "prod", "service": "svc-embed"}
		wrong := map[string]string{"app": "neurocipher-pipeline", "env": "dev", "service": "svc-embed"}
		sealed, err := cloud.KMS().Encrypt(t.Context(), &kms.EncryptInput{
			KeyId: aws.String(alias), Plaintext: []byte("secret"), EncryptionContext: right})
		if err != nil {
			t.Fatal(err)
		}
		opened, err := cloud.KMS().Decrypt(t.Context(), &kms.DecryptInput{
			CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: right})
		if err != nil || string(opened.Plaintext) != "secret" {
			t.Errorf("with the context: expected the text back, found %v, %v", opened, err)
		}
		if _, err := cloud.KMS().Decrypt(t.Context(), &kms.DecryptInput{
			CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: wrong}); err == nil {
			t.Error("with another context: expected an error")
		}
	})

	changed := strings.NewReplacer(`"rotation_period_in_days": 180`, `"rotation_period_in_days": 365`)
	w.Configure([]byte(changed.Replace(read(t))), terraform.Options{Env: cloud.Env()})
	want := []string{"aws_kms_key.data: update: rotation_period_in_days: 180 -> 365"}
	if got := terraform.Changes(w.Plan()); !slices.Equal(got, want) {
		t.Errorf("after another rotation period: expected %q, found %q", want, got)
	}

	w.Destroy()
	if state := describe(t, cloud.KMS(), id).KeyState; state != types.KeyStatePendingDeletion {
		t.Errorf("after destroy: expected a key that is pending deletion, found %s", state)
	}
}

func TestEnvSaysAllThatTheProviderNeeds(t *testing.T) {
	cloud := emulator.Start(t, account)
	want := []string{"AWS_ACCESS_KEY_ID", "AWS_EC2_METADATA_DISABLED", "AWS_ENDPOINT_URL", "AWS_SECRET_ACCESS_KEY"}
	if got := slices.Sorted(maps.Keys(cloud.Env())); !slices.Equal(got, want) {
		t.Errorf("expected the variables %v, found %v", want, got)
	}
	// Another emulator has an endpoint and resources of its own.
	if other := emulator.Start(t, "222222222222"); other.Endpoint() == cloud.Endpoint() {
		t.Errorf("expected two endpoints, found %s twice", other.Endpoint())
	}
	made, err := cloud.KMS().CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	if found := aws.ToString(made.KeyMetadata.AWSAccountId); found != cloud.Account() {
		t.Errorf("expected a key in account %s, found %s", cloud.Account(), found)
	}
}

func describe(t *testing.T, client *kms.Client, id string) *types.KeyMetadata {
	t.Helper()
	output, err := client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &id})
	if err != nil {
		t.Fatal(err)
	}
	return output.KeyMetadata
}

func read(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

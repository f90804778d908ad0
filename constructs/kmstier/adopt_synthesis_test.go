package kmstier_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

const adoptedKeyId = "1234abcd-12ab-34cd-56ef-1234567890ab"

// What is imported is imported by the provider that makes the tier.
func TestAdoptedKeysAreImportedByTheTiersProvider(t *testing.T) {
	tools.Require(t, tools.Terraform) // whose version CDKTF asks for where there are imports
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	config.Provider = newProvider(stack, "west", "us-west-2")
	config.Region, config.SecurityAccountId = "us-west-2", "098765432109"
	const grantId = "0000000000000000000000000000000000000000000000000000000000000000"
	config.Adopt = []kmstier.AdoptedKey{{Purpose: "data", KeyId: adoptedKeyId, AliasExists: true,
		Grants: []kmstier.AdoptedGrant{{Grantee: "098765432109", GrantId: grantId}}}}
	newTier(t, stack, "kms", config)
	_, text := synthesize(t, stack)
	type imported struct{ Id, Provider string }
	var read struct {
		Import []imported
		Data   map[string]map[string]struct{ Provider string }
	}
	unmarshal(t, text, &read)
	want := []imported{{adoptedKeyId, "aws.west"}, {"alias/nc-dp-data-dev", "aws.west"}, {adoptedKeyId + ":" + grantId, "aws.west"}}
	if diff := cmp.Diff(want, read.Import); diff != "" {
		t.Errorf("imports (-want +got):\n%s", diff)
	}
	for _, source := range []string{"aws_kms_key", "aws_kms_alias"} {
		if _, data := one(t, read.Data[source], "kms_data_adopted"); data.Provider != "aws.west" {
			t.Errorf("%s is read by %q", source, data.Provider)
		}
	}
}

func TestOneTierOfAStackAdoptsAKey(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	config.Adopt = []kmstier.AdoptedKey{{Purpose: "data", KeyId: adoptedKeyId}}
	newTier(t, stack, "kms", config)
	other := devConfig()
	other.Environment = "stg"
	other.Adopt = []kmstier.AdoptedKey{{Purpose: "logs", KeyId: adoptedKeyId}}
	_, err := kmstier.NewKmsTier(stack, "other", other)
	wantRefusal(t, err, `KmsTier "other" was refused, 1 problem:
  Adopt[0].KeyId is "1234abcd-12ab-34cd-56ef-1234567890ab": is adopted by another tier of this stack; a key has one purpose`)
}

// A late grant changes what must hold of a key, and keeps what adopting asks.
func TestAdoptedKeysKeepTheirConditions(t *testing.T) {
	tools.Require(t, tools.Terraform) // whose version CDKTF asks for where there are imports
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", &kmstier.KmsTierConfig{Environment: "dev", Adopt: []kmstier.AdoptedKey{{Purpose: "data", KeyId: adoptedKeyId}}})
	if err := tier.DataKey().GrantDecrypt(grantedRole("Late"), "svc-a"); err != nil {
		t.Fatal(err)
	}
	_, text := synthesize(t, stack)
	var read struct {
		Resource struct {
			Keys map[string]struct {
				Lifecycle struct {
					PreventDestroy              bool `json:"prevent_destroy"`
					Precondition, Postcondition []any
				}
			} `json:"aws_kms_key"`
		}
	}
	unmarshal(t, text, &read)
	if _, data := one(t, read.Resource.Keys, "kms_data_key_"); !data.Lifecycle.PreventDestroy || len(data.Lifecycle.Precondition) != 4 || len(data.Lifecycle.Postcondition) != 1 {
		t.Errorf("the adopted key has the life cycle %+v", data.Lifecycle)
	}
	if _, logs := one(t, read.Resource.Keys, "kms_logs_key_"); logs.Lifecycle.PreventDestroy || len(logs.Lifecycle.Postcondition) != 0 {
		t.Errorf("the key that is not adopted has the life cycle %+v", logs.Lifecycle)
	}
}

// With replicas an adopted key must be a multi-Region key, which only a new key can
// become: Terraform would plan to replace it.
func TestAnAdoptedKeyWithReplicasMustBeMultiRegion(t *testing.T) {
	tools.Require(t, tools.Terraform) // whose version CDKTF asks for where there are imports
	for _, replicas := range []bool{false, true} {
		stack := newStack(newApp(t), "dev")
		config := devConfig()
		config.Adopt = []kmstier.AdoptedKey{{Purpose: "data", KeyId: adoptedKeyId}}
		if replicas {
			config.ReplicaRegions = []kmstier.ReplicaRegion{{Region: "ca-central-1", Provider: newProvider(stack, "canada", "ca-central-1")}}
		}
		newTier(t, stack, "kms", config)
		_, text := synthesize(t, stack)
		if asks := strings.Contains(text, ".multi_region}"); asks != replicas {
			t.Errorf("with replicas %v the plan asks for a multi-Region key: %v", replicas, asks)
		}
	}
}

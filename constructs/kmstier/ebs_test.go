package kmstier_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

func TestEbsEncryptionByDefaultTakesTheDataKey(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	config.EbsEncryptionByDefault = true
	newTier(t, stack, "kms", config)
	read, text := synthesize(t, stack)
	data, _ := one(t, read.Resource.Key, "kms_data_key_")
	name, key := one(t, read.Resource.EbsKey, "kms_ebs-default-key_")
	if want := "${aws_kms_key." + data + ".arn}"; key.Arn != want {
		t.Errorf("the default key is %s, want %s", key.Arn, want)
	}
	// Encryption is switched on once its key is set.
	_, encryption := one(t, read.Resource.EbsEncryption, "kms_ebs-encryption-by-default_")
	if diff := cmp.Diff([]string{"aws_ebs_default_kms_key." + name}, encryption.DependsOn); diff != "" || !encryption.Enabled {
		t.Errorf("enabled %v, depends on (-want +got):\n%s", encryption.Enabled, diff)
	}
	if strings.Contains(text, "kmstier:") {
		t.Error("the mark on the stack became part of it")
	}
}

func TestNoTierSetsEbsEncryptionUnasked(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	newTier(t, stack, "kms", devConfig())
	if _, text := synthesize(t, stack); strings.Contains(text, "aws_ebs") {
		t.Error("the stack changes how EBS encrypts")
	}
}

func TestASecondTierOfAStackCannotSetEbsEncryption(t *testing.T) {
	app := newApp(t)
	stack := newStack(app, "dev")
	config := func(environment string) *kmstier.KmsTierConfig {
		c := devConfig()
		c.Environment, c.EbsEncryptionByDefault = environment, true
		return c
	}
	// A tier that is refused leaves the setting to others.
	refused := config("dev")
	refused.Region = "here"
	if _, err := kmstier.NewKmsTier(stack, "refused", refused); err == nil {
		t.Fatal("a wrong Region was not refused")
	}
	newTier(t, stack, "kms", config("dev"))
	_, err := kmstier.NewKmsTier(stack, "second", config("stg"))
	wantRefusal(t, err, `KmsTier "second" was refused, 1 problem:
  EbsEncryptionByDefault is true: is set by another tier of this stack; an account has one such setting a Region`)
	// Nothing of the refused tier is left, its aliases included; other stacks are
	// other accounts or Regions.
	second := config("stg")
	second.EbsEncryptionByDefault = false
	newTier(t, stack, "second", second)
	newTier(t, newStack(app, "stg"), "kms", config("stg"))
}

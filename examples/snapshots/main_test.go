package main

import (
	"testing"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier/kmstiertest"
)

func TestDev(t *testing.T) {
	stack, tier, err := newStack(cdktf.Testing_App(nil))
	if err != nil {
		t.Fatal(err)
	}
	got := kmstiertest.Synthesize(t, stack)
	got.MatchesGolden("testdata/dev.tf.json")

	key := got.Key(tier.DataKey())
	key.Can(role("orders"), "kms:Decrypt", tier.EncryptionContext("svc-orders"))
	key.Cannot(role("key-administrator"), "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
	key.Cannot(role("somebody-else"), "kms:Decrypt")
}

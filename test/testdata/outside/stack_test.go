package outside

import (
	"testing"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier/kmstiertest"
)

func TestSnapshot(t *testing.T) {
	stack, tier, err := NewStack(cdktf.Testing_App(nil))
	if err != nil {
		t.Fatal(err)
	}
	got := kmstiertest.Synthesize(t, stack)
	got.MatchesGolden("snapshot.tf.json")

	got.Key(tier.DataKey()).NeedsIam("arn:aws:iam::222222222222:role/other", "kms:Decrypt")
}

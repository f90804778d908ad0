package outside

import (
	"flag"
	"os"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

var update = flag.Bool("update", false, "write the snapshot instead of comparing with it")

func TestSnapshot(t *testing.T) {
	stack, err := NewStack(cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir()), StackTraces: jsii.Bool(false)}))
	if err != nil {
		t.Fatal(err)
	}
	got := *cdktf.Testing_Synth(stack, jsii.Bool(true)) + "\n"
	const golden = "snapshot.tf.json"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the stack differs from %s; run go test -update and read the difference", golden)
	}
}

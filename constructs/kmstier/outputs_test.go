package kmstier_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

func TestOutputsHaveTheirExactNames(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	for _, prefix := range []string{"", "eu_", "_a-b"} {
		if err := tier.AddOutputs(prefix); err != nil {
			t.Fatal(err)
		}
	}
	read, _ := synthesize(t, stack)
	want := []string{
		"_a-bdata_key_alias", "_a-bdata_key_arn", "_a-bdata_key_id", "_a-blogs_key_alias", "_a-blogs_key_arn", "_a-blogs_key_id",
		"data_key_alias", "data_key_arn", "data_key_id",
		"eu_data_key_alias", "eu_data_key_arn", "eu_data_key_id", "eu_logs_key_alias", "eu_logs_key_arn", "eu_logs_key_id",
		"logs_key_alias", "logs_key_arn", "logs_key_id",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(read.Output))); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	for name, getter := range map[string]string{"data_key_id": "key_id", "data_key_arn": "arn", "eu_logs_key_arn": "arn"} {
		purpose := "data"
		if name == "eu_logs_key_arn" {
			purpose = "logs"
		}
		key, _ := one(t, read.Resource.Key, "kms_"+purpose+"_key_")
		if got, want := read.Output[name].Value, "${aws_kms_key."+key+"."+getter+"}"; got != want {
			t.Errorf("%s is %v, want %s", name, got, want)
		}
	}
	alias, _ := one(t, read.Resource.Alias, "kms_logs_alias_")
	if got, want := read.Output["logs_key_alias"].Value, "${aws_kms_alias."+alias+".name}"; got != want {
		t.Errorf("logs_key_alias is %v, want %s", got, want)
	}
}

func TestOutputsThatCannotBeAreRefused(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	const subject = `AddOutputs of KmsTier "dev/kms" was refused, 1 problem:` + "\n  "
	for _, prefix := range []string{"1", "-", "a b", "a.", "ü", "${a}"} {
		wantRefusal(t, tier.AddOutputs(prefix), subject+`prefix is "`+prefix+`": must be empty, or letters, digits, underscores and hyphens that begin with a letter or underscore`)
	}
	// Of six names one is taken: none is added.
	cdktf.NewTerraformOutput(stack, jsii.String("logs_key_arn"), &cdktf.TerraformOutputConfig{Value: "mine"})
	before := children(stack)
	wantRefusal(t, tier.AddOutputs(""), subject+`prefix is "": gives names that the stack has already: logs_key_arn; must be another`)
	if diff := cmp.Diff(before, children(stack)); diff != "" {
		t.Errorf("children of the stack (-want +got):\n%s", diff)
	}

	if err := tier.AddOutputs("a_"); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, tier.AddOutputs("a_"), subject+`prefix is "a_": gives names that the stack has already: a_data_key_id, a_data_key_arn, a_data_key_alias, a_logs_key_id, a_logs_key_arn, a_logs_key_alias; must be another`)
	synthesize(t, stack)
}

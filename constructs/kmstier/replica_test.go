package kmstier_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

// What is granted late reaches the replicas; each resource is of its Region's provider.
func TestReplicasFollowTheirKeys(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	config.SecurityAccountId = "098765432109"
	config.ReplicaRegions = []kmstier.ReplicaRegion{{Region: "ca-central-1", Provider: newProvider(stack, "canada", "ca-central-1")}}
	tier := newTier(t, stack, "kms", config)
	if err := tier.DataKey().GrantDecrypt(grantedRole("Late"), "svc-embed"); err != nil {
		t.Fatal(err)
	}
	replica := tier.DataKey().Replica("ca-central-1")
	if replica == nil || tier.DataKey().Replica("eu-west-1") != nil || replica.Region() != "ca-central-1" {
		t.Fatalf("the replica is %v", replica)
	}
	for name, getter := range map[string]func() *string{"arn": replica.Arn, "key id": replica.KeyId, "alias": replica.AliasName, "alias ARN": replica.AliasArn} {
		if token := *getter(); !strings.Contains(token, "TOKEN") {
			t.Errorf("the %s is %s", name, token)
		}
	}
	if statementWith(replica.Policy(), "AllowDirectDecryptBySvcEmbed") == nil {
		t.Error("the late grant did not reach the replica")
	}
	_, text := synthesize(t, stack)
	var read struct {
		Resource map[string]map[string]map[string]any
		Data     map[string]map[string]map[string]any
	}
	unmarshal(t, text, &read)
	for kind, names := range map[string][]string{
		"aws_kms_replica_key": {"kms_data_replica-ca-central-1_key_", "kms_logs_replica-ca-central-1_key_"},
		"aws_kms_alias":       {"kms_data_replica-ca-central-1_alias_"},
		"aws_kms_grant":       {"kms_data_replica-ca-central-1_grant-security-account_"},
	} {
		for _, name := range names {
			if _, made := one(t, read.Resource[kind], name); made["provider"] != "aws.canada" {
				t.Errorf("%s is of provider %v", name, made["provider"])
			}
		}
	}
	if _, key := one(t, read.Resource["aws_kms_key"], "kms_data_key_"); key["multi_region"] != true {
		t.Error("the data key is of one Region")
	}
	if _, document := one(t, read.Data["aws_iam_policy_document"], "kms_data_replica-ca-central-1_policy_"); !strings.Contains(jsonOf(t, document), "s3.ca-central-1.amazonaws.com") && !strings.Contains(jsonOf(t, document), "logs.ca-central-1.amazonaws.com") {
		t.Errorf("the replica's policy is of another Region: %v", document)
	}
}

func TestProvidersOfReplicasAreChecked(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	with := func(of cdktf.TerraformProvider) error {
		config := devConfig()
		config.ReplicaRegions = []kmstier.ReplicaRegion{{Region: "ca-central-1", Provider: of}}
		_, err := kmstier.NewKmsTier(stack, "kms", config)
		return err
	}
	before := children(stack)
	wantRefusal(t, with(nil), `KmsTier "kms" was refused, 1 problem:
  ReplicaRegions[0].Provider is nil: is missing; must be the AWS provider of ca-central-1, with an alias`)
	west := newProvider(stack, "west", "us-west-2")
	wantRefusal(t, with(west), `KmsTier "kms" was refused, 1 problem:
  ReplicaRegions[0].Provider is "us-west-2": is the Region of the provider; must be ca-central-1, that of the replicas`)
	other := newStack(newApp(t), "other")
	unnamed := provider.NewAwsProvider(other, jsii.String("unnamed"), &provider.AwsProviderConfig{Region: jsii.String("ca-central-1")})
	wantRefusal(t, with(unnamed), `KmsTier "kms" was refused, 1 problem:
  ReplicaRegions[0].Provider is "": is the alias of the provider of the keys themselves; must be another provider's`)
	if after := children(stack); len(after) != len(before)+1 {
		t.Errorf("a refused tier left %q", after)
	}
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A Region has one alias of a name, of a key or of a replica.
func TestReplicasNeedTheirOwnAliases(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	canada := newProvider(stack, "canada", "ca-central-1")
	config := devConfig()
	config.ReplicaRegions = []kmstier.ReplicaRegion{{Region: "ca-central-1", Provider: canada}}
	newTier(t, stack, "kms", config)
	other := devConfig()
	other.Region, other.Provider = "ca-central-1", canada
	_, err := kmstier.NewKmsTier(stack, "other", other)
	if err == nil || !strings.Contains(err.Error(), "gives the alias alias/nc-dp-data-dev of provider canada, which another tier of this stack has") {
		t.Errorf("got %v", err)
	}
}

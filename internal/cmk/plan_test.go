package cmk

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expectRead compares the issues of a file, without advice.
func expectRead(t *testing.T, content []byte, want ...string) {
	t.Helper()
	input, err := Read("p", content)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, issue := range append(input.Notes, Examine(input.Stacks, input.Stacks, nil, nil).Issues...) {
		if !issue.Advice {
			got = append(got, string(issue.Rule)+" "+issue.Address+" "+issue.Attribute)
		}
	}
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
}

// The plans of configurations that call modules, made by Terraform itself.
func TestPlansOfModules(t *testing.T) {
	const ofRule = "rule.apply_server_side_encryption_by_default.kms_master_key_id"
	for folder, want := range map[string][]string{
		"queues": {
			// A plan shows nothing of what a dynamic block refers to, nor local values.
			"unread aws_dynamodb_table.dynamic server_side_encryption.kms_key_arn",
			"no-key aws_dynamodb_table.switched server_side_encryption.kms_key_arn",
			"unread aws_sqs_queue.local kms_master_key_id",
			"aws-managed-key module.managed.aws_sqs_queue.this[0] kms_master_key_id",
			"no-key module.plain.aws_sqs_queue.dlq[0] kms_master_key_id",
			"no-key module.plain.aws_sqs_queue.this[0] kms_master_key_id",
		},
		"buckets": {
			"no-key aws_s3_bucket.two[1] server_side_encryption_configuration",
			"unread aws_s3_object.o kms_key_id",
			"no-key module.bare.aws_s3_bucket.this server_side_encryption_configuration",
			"unread module.good.aws_s3_bucket_server_side_encryption_configuration.this[0] " + ofRule,
			"no-key module.sse.aws_s3_bucket_server_side_encryption_configuration.this[0] " + ofRule,
		},
		"databases": {
			"unread aws_db_instance.legacy snapshot_identifier",
			`no-key module.asymmetric.aws_cloudwatch_log_group.this["error"] kms_key_id`,
			"unusable-key module.asymmetric.aws_db_instance.this kms_key_id",
			`no-key module.default_key.aws_cloudwatch_log_group.this["error"] kms_key_id`,
			"no-key module.default_key.aws_db_instance.this kms_key_id",
			`no-key module.good.aws_cloudwatch_log_group.this["error"] kms_key_id`,
			`no-key module.insights.aws_cloudwatch_log_group.this["error"] kms_key_id`,
			"no-key module.insights.aws_db_instance.this performance_insights_kms_key_id",
			`no-key module.off.aws_cloudwatch_log_group.this["error"] kms_key_id`,
			"no-key module.off.aws_db_instance.this kms_key_id",
		},
	} {
		t.Run(folder, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("testdata", "plans", folder, "plan.json"))
			if err != nil {
				t.Fatal(err)
			}
			expectRead(t, content, want...)
		})
	}
}

// planned is a resource of a plan or state.
func planned(kind, name string, index any, values object) object {
	address := kind + "." + name
	r := object{"address": address, "mode": "managed", "type": kind, "name": name, "values": values}
	if index != nil {
		r["index"] = index
	}
	return r
}

func asJson(t *testing.T, value any) []byte {
	t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

const (
	ownArn   = "arn:aws:kms:eu-west-1:111122223333:key/11111111-1111-1111-1111-111111111111"
	otherArn = "arn:aws:kms:eu-west-1:111122223333:key/22222222-2222-2222-2222-222222222222"
)

func TestStates(t *testing.T) {
	data := func(kind, name string, values object) object {
		return object{"address": "data." + kind + "." + name, "mode": "data", "type": kind, "name": name, "values": values}
	}
	expectRead(t, asJson(t, object{"format_version": "1.0", "values": object{"root_module": object{
		"resources": []any{
			planned("aws_kms_key", "k", nil, object{"arn": ownArn, "key_id": "11111111-1111-1111-1111-111111111111", "is_enabled": true, "key_usage": "ENCRYPT_DECRYPT"}),
			data("aws_kms_key", "theirs", object{"arn": "arn:aws:kms:eu-west-1:111122223333:key/33333333-3333-3333-3333-333333333333", "key_manager": "AWS"}),
			planned("aws_db_instance", "own", nil, object{"arn": "arn:aws:rds:eu-west-1:111122223333:db:a", "storage_encrypted": true, "kms_key_id": ownArn}),
			planned("aws_db_instance", "other", nil, object{"storage_encrypted": true, "kms_key_id": otherArn}),
			planned("aws_db_instance", "theirs", nil, object{"storage_encrypted": true, "kms_key_id": "arn:aws:kms:eu-west-1:111122223333:key/33333333-3333-3333-3333-333333333333"}),
			planned("aws_db_instance", "off", nil, object{"storage_encrypted": false, "kms_key_id": ""}),
			planned("aws_sqs_queue", "far", nil, object{"arn": "arn:aws:sqs:eu-west-2:111122223333:q", "kms_master_key_id": ownArn}),
			planned("aws_sqs_queue", "alias", nil, object{"kms_master_key_id": "alias/own"}),
			planned("aws_sqs_queue", "dollar", nil, object{"kms_master_key_id": "alias/aws/${x}"}),
		}, "child_modules": []any{object{"address": "module.m", "resources": []any{
			planned("aws_sns_topic", "t", nil, object{"kms_master_key_id": "11111111-1111-1111-1111-111111111111"}),
			planned("aws_sns_topic", "u", nil, object{"kms_master_key_id": nil}),
		}}}}}}),
		"no-key aws_db_instance.off kms_key_id",
		"unread aws_db_instance.other kms_key_id",
		"aws-managed-key aws_db_instance.theirs kms_key_id",
		"aws-managed-key aws_sqs_queue.dollar kms_master_key_id",
		"other-region aws_sqs_queue.far kms_master_key_id",
		"no-key module.m.aws_sns_topic.u kms_master_key_id")
}

// plan is one with a key, two queues and what their configuration refers to.
func planWith(expressions object, unknown any, values object, rest object) object {
	content := object{
		"format_version": "1.2",
		"planned_values": object{"root_module": object{"resources": []any{
			planned("aws_kms_key", "k", nil, object{"is_enabled": true}),
			planned("aws_db_instance", "q", nil, values),
		}}},
		"resource_changes": []any{object{"address": "aws_db_instance.q", "type": "aws_db_instance", "change": object{"actions": []any{"create"}, "after_unknown": unknown}}},
		"configuration": object{"root_module": object{"resources": []any{
			object{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "provider_config_key": "aws", "expressions": object{}},
			object{"address": "aws_db_instance.q", "mode": "managed", "type": "aws_db_instance", "name": "q", "provider_config_key": "aws", "expressions": expressions},
		}}},
	}
	maps.Copy(content, rest)
	return content
}

func TestWhatAPlanKnowsAfterApply(t *testing.T) {
	refers := func(references ...any) object { return object{"kms_key_id": object{"references": references}} }
	unknown := object{"kms_key_id": true, "arn": true}
	encrypted := object{"storage_encrypted": true}
	variables := object{"variables": object{"key": object{"value": nil}, "on": object{"value": true}}}
	for name, c := range map[string]struct {
		plan object
		want string
	}{
		"a key of the plan":                {planWith(refers("aws_kms_key.k.arn", "aws_kms_key.k"), unknown, encrypted, nil), ""},
		"nothing is given":                 {planWith(object{}, unknown, encrypted, nil), "no-key"},
		"a variable that is null":          {planWith(refers("var.key"), unknown, encrypted, variables), "no-key"},
		"conditions of variables, so null": {planWith(refers("var.on", "var.key"), unknown, encrypted, variables), "no-key"},
		// It may be null, and the key is then chosen by AWS.
		"a choice that the plan does not show": {planWith(refers("var.on", "aws_kms_key.k.arn", "aws_kms_key.k"), unknown, encrypted, variables), "unread"},
		"something else":                       {planWith(refers("random_id.r.hex", "random_id.r"), unknown, encrypted, nil), "unread"},
		"a key that AWS chose before":          {planWith(object{}, object{}, object{"storage_encrypted": true, "kms_key_id": otherArn}, nil), "unread"},
		"a key that is written":                {planWith(object{"kms_key_id": object{"constant_value": otherArn}}, object{}, object{"storage_encrypted": true, "kms_key_id": otherArn}, nil), ""},
		"a key that the plan deletes": {planWith(object{"kms_key_id": object{"constant_value": ownArn}}, object{}, object{"storage_encrypted": true, "kms_key_id": ownArn},
			object{"prior_state": object{"format_version": "1.0", "values": object{"root_module": object{"resources": []any{planned("aws_kms_key", "gone", nil, object{"arn": ownArn})}}}}}), "unusable-key"},
		"a key of AWS that a data source found": {planWith(refers("data.aws_kms_alias.a.target_key_arn", "data.aws_kms_alias.a"), object{}, object{"storage_encrypted": true, "kms_key_id": ownArn},
			object{"prior_state": object{"format_version": "1.0", "values": object{"root_module": object{"resources": []any{
				object{"address": "data.aws_kms_alias.a", "mode": "data", "type": "aws_kms_alias", "name": "a", "values": object{"name": "alias/aws/rds", "target_key_arn": ownArn}}}}}}}), "aws-managed-key"},
	} {
		t.Run(name, func(t *testing.T) {
			want := []string(nil)
			if c.want != "" {
				want = []string{c.want + " aws_db_instance.q kms_key_id"}
			}
			expectRead(t, asJson(t, c.plan), want...)
		})
	}
}

// Only version 6 gives a key a Region, whatever the configuration allows.
func TestAPlanShowsTheProvidersVersion(t *testing.T) {
	for name, c := range map[string]struct {
		constraint string
		region     any
		want       *Table
	}{
		"6 by its values":         {">= 4.0, < 7.0", "eu-west-1", tables6()},
		"5 by its values":         {">= 5.0", nil, tables5()},
		"5 by values, both might": {">= 5.99, < 7", nil, tables5()},
		"6 by constraint":         {"~> 6.0", "eu-west-1", tables6()},
		"none, 5":                 {"", nil, tables5()},
	} {
		key := object{"is_enabled": true}
		if c.region != nil {
			key["region"] = c.region
		}
		input, err := Read("p", asJson(t, object{"format_version": "1.2",
			"planned_values": object{"root_module": object{"child_modules": []any{object{"address": "module.m", "resources": []any{planned("aws_kms_key", "k", nil, key)}}}}},
			"configuration":  object{"provider_config": object{"aws": object{"name": "aws", "version_constraint": c.constraint}}, "root_module": object{}}}))
		if err != nil {
			t.Fatal(err)
		}
		if got := input.Stacks[0].provider.tables(); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: the tables are %d, the first that of %s", name, len(got), got[0].Version)
		}
	}
}

// What the provider computes is not what somebody has written.
func TestComputedAttributesAreNotUnknown(t *testing.T) {
	values := object{"storage_encrypted": true, "kms_key_id": otherArn, "encryption_news": "x", "master_user_secret": []any{object{"kms_key_id": otherArn}}}
	key := object{"kms_key_id": object{"constant_value": otherArn}}
	plan := planWith(key, object{}, values, nil)
	changes := plan["resource_changes"].([]any)[0].(object)["change"].(object)
	changes["actions"] = []any{"update"}
	expectRead(t, asJson(t, plan))
	changes["actions"] = []any{"create"}
	expectRead(t, asJson(t, plan), "unread aws_db_instance.q encryption_news", "unread aws_db_instance.q master_user_secret.kms_key_id")
	changes["actions"] = []any{"update"}
	key["encryption_news"] = object{"constant_value": "x"}
	expectRead(t, asJson(t, plan), "unread aws_db_instance.q encryption_news")
}

// The provider reads the encryption of a bucket back into the bucket itself.
func TestTheEncryptionThatABucketReadsBackIsNotAsked(t *testing.T) {
	sse := []any{object{"rule": []any{object{"apply_server_side_encryption_by_default": []any{object{"sse_algorithm": "AES256"}}}}}}
	kms := []any{object{"bucket_key_enabled": true, "apply_server_side_encryption_by_default": []any{object{"sse_algorithm": "aws:kms", "kms_master_key_id": ownArn}}}}
	with := func(name string) []byte {
		return asJson(t, object{"format_version": "1.0", "values": object{"root_module": object{"resources": []any{
			planned("aws_kms_key", "k", nil, object{"arn": ownArn}),
			planned("aws_s3_bucket", "b", nil, object{"bucket": "data", "server_side_encryption_configuration": sse}),
			planned(encryptionOfBucket, "c", nil, object{"bucket": name, "rule": kms}),
		}}}})
	}
	expectRead(t, with("data"))
	expectRead(t, with("other"), "no-key aws_s3_bucket.b server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id")
}

func TestAPlanSaysWhatItLeavesOpen(t *testing.T) {
	content := planWith(object{"kms_key_id": object{"references": []any{"aws_kms_key.k.arn"}}}, object{"kms_key_id": true}, object{"storage_encrypted": true}, object{
		"deferred_changes": []any{object{"reason": "resource_config_unknown", "resource_change": object{"address": "aws_sqs_queue.later", "type": "aws_sqs_queue"}}},
	})
	expectRead(t, asJson(t, content), "unread aws_sqs_queue.later ")
	// What is deferred is why the plan is not complete.
	content["complete"] = false
	expectRead(t, asJson(t, content), "unread aws_sqs_queue.later ")
	delete(content, "deferred_changes")
	expectRead(t, asJson(t, content), "unread  ")
}

// Of a dynamic block whose for_each is known after apply a plan shows that the block is
// unknown, as it does of blocks that AWS fills in.
func TestBlocksOfWhichNothingIsKnown(t *testing.T) {
	block := func(kind, name string) []byte {
		plan := asJson(t, planWith(object{}, object{name: true}, object{}, nil))
		return bytes.ReplaceAll(plan, []byte("aws_db_instance"), []byte(kind))
	}
	expectRead(t, block(encryptionOfBucket, "rule"), "unread "+encryptionOfBucket+".q rule.apply_server_side_encryption_by_default.kms_master_key_id")
	expectRead(t, block("aws_ecr_repository", "encryption_configuration"), "unread aws_ecr_repository.q encryption_configuration.kms_key")
	expectRead(t, block("aws_dynamodb_table", "server_side_encryption"), "no-key aws_dynamodb_table.q server_side_encryption.kms_key_arn")
	expectRead(t, block("aws_sqs_queue", "kms_master_key_id"), "no-key aws_sqs_queue.q kms_master_key_id")
	expectRead(t, block("aws_eks_cluster", "encryption_config"), "unread aws_eks_cluster.q encryption_config.provider.key_arn")
}

func TestAnOpenBlockWithinADynamicOne(t *testing.T) {
	const byDefault = "apply_server_side_encryption_by_default"
	plan := asJson(t, planWith(object{}, object{"rule": []any{object{byDefault: []any{true}}}}, object{"rule": []any{object{byDefault: []any{nil}}}}, nil))
	expectRead(t, bytes.ReplaceAll(plan, []byte("aws_db_instance"), []byte(encryptionOfBucket)), "unread "+encryptionOfBucket+".q rule."+byDefault+".kms_master_key_id")
}

func TestADeviceHasTheKeyOfTheSnapshotOfItsId(t *testing.T) {
	expectRead(t, asJson(t, object{"format_version": "1.0", "values": object{"root_module": object{"resources": []any{
		planned("aws_kms_key", "k", nil, object{"arn": ownArn}),
		planned("aws_ebs_volume", "v", nil, object{"id": "vol-1", "encrypted": true, "kms_key_id": ownArn}),
		planned("aws_ebs_snapshot", "s", nil, object{"id": "snap-1", "volume_id": "vol-1"}),
		planned("aws_ami", "a", nil, object{"ebs_block_device": []any{object{"snapshot_id": "snap-1"}}}),
	}}}}))
}

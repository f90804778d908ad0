package cmk

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// largePlan is a plan of modules that each have a key, a queue, a bucket with its
// configuration, a table, a role and what Terraform writes about them.
func largePlan(tb testing.TB, resources int) []byte {
	tb.Helper()
	const each = 8
	expression := func(references ...any) object { return object{"references": references} }
	configs := []any{}
	for kind, expressions := range map[string]object{
		"aws_kms_key":                       {"description": object{"constant_value": "data"}},
		"aws_sqs_queue":                     {"name": expression("var.name"), "kms_master_key_id": expression("aws_kms_key.this.arn", "aws_kms_key.this")},
		"aws_s3_bucket":                     {"bucket": expression("var.name")},
		"aws_s3_bucket_public_access_block": {"bucket": expression("aws_s3_bucket.this.id", "aws_s3_bucket.this")},
		"aws_cloudwatch_log_group":          {"kms_key_id": expression("aws_kms_key.this.arn", "aws_kms_key.this")},
		"aws_iam_role":                      {"name": expression("var.name")},
		encryptionOfBucket:                  {"bucket": expression("aws_s3_bucket.this.id", "aws_s3_bucket.this"), "rule": []any{object{"apply_server_side_encryption_by_default": []any{object{"sse_algorithm": object{"constant_value": "aws:kms"}, "kms_master_key_id": expression("aws_kms_key.this.arn", "aws_kms_key.this")}}}}},
		"aws_dynamodb_table":                {"server_side_encryption": []any{object{"enabled": object{"constant_value": true}, "kms_key_arn": expression("aws_kms_key.this.arn", "aws_kms_key.this")}}},
	} {
		configs = append(configs, object{"address": kind + ".this", "mode": "managed", "type": kind, "name": "this", "provider_config_key": "aws", "expressions": expressions, "schema_version": 0})
	}
	modules, changes := []any{}, []any{}
	for i := range resources / each {
		address := fmt.Sprintf("module.service[%d]", i)
		tags := object{"environment": "prod", "owner": "team", "name": address}
		var all []any
		add := func(kind string, values, unknown object) {
			values["tags"], values["tags_all"], values["region"] = tags, tags, "eu-west-1"
			unknown["arn"], unknown["id"] = true, true
			full := address + "." + kind + ".this"
			all = append(all, object{"address": full, "mode": "managed", "type": kind, "name": "this", "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, "values": values, "sensitive_values": object{"tags": object{}}})
			changes = append(changes, object{"address": full, "module_address": address, "mode": "managed", "type": kind, "name": "this", "provider_name": "registry.terraform.io/hashicorp/aws",
				"change": object{"actions": []any{"create"}, "before": nil, "after": values, "after_unknown": unknown, "before_sensitive": false, "after_sensitive": object{"tags": object{}}}})
		}
		name := fmt.Sprintf("service-%d", i)
		add("aws_kms_key", object{"description": "data", "enable_key_rotation": true, "is_enabled": true, "key_usage": "ENCRYPT_DECRYPT", "deletion_window_in_days": 30}, object{"key_id": true, "policy": true})
		add("aws_sqs_queue", object{"name": name, "delay_seconds": 0, "fifo_queue": false, "max_message_size": 262144, "message_retention_seconds": 345600, "visibility_timeout_seconds": 30}, object{"kms_master_key_id": true, "url": true})
		add("aws_s3_bucket", object{"bucket": name, "force_destroy": false}, object{"bucket_domain_name": true})
		add("aws_s3_bucket_public_access_block", object{"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true}, object{"bucket": true})
		add("aws_cloudwatch_log_group", object{"name": name, "retention_in_days": 365}, object{"kms_key_id": true})
		add("aws_iam_role", object{"name": name, "assume_role_policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}`}, object{"unique_id": true})
		add(encryptionOfBucket, object{"rule": []any{object{"bucket_key_enabled": true, "apply_server_side_encryption_by_default": []any{object{"sse_algorithm": "aws:kms"}}}}},
			object{"bucket": true, "rule": []any{object{"apply_server_side_encryption_by_default": []any{object{"kms_master_key_id": true}}}}})
		add("aws_dynamodb_table", object{"name": name, "hash_key": "id", "billing_mode": "PAY_PER_REQUEST", "attribute": []any{object{"name": "id", "type": "S"}}, "server_side_encryption": []any{object{"enabled": true}}},
			object{"server_side_encryption": []any{object{"kms_key_arn": true}}})
		modules = append(modules, object{"address": address, "resources": all})
	}
	content, err := json.Marshal(object{
		"format_version": "1.2", "terraform_version": "1.11.4",
		"planned_values":   object{"root_module": object{"child_modules": modules}},
		"resource_changes": changes,
		"configuration": object{
			"provider_config": object{"aws": object{"name": "aws", "version_constraint": "6.20.0", "expressions": object{"region": object{"constant_value": "eu-west-1"}}}},
			"root_module": object{"module_calls": object{"service": object{"source": "./service", "expressions": object{"name": expression("count.index")},
				"module": object{"resources": configs, "variables": object{"name": object{}}}}}},
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return content
}

// flatPlan is a plan of one module with as many buckets as configurations and
// keys, all by counts.
func flatPlan(tb testing.TB, resources int) []byte {
	tb.Helper()
	expression := func(references ...any) object { return object{"references": references} }
	all, changes := []any{}, []any{}
	for i := range resources / 3 {
		add := func(kind string, values, unknown object) {
			r := planned(kind, "this", i, values)
			r["address"] = fmt.Sprintf("%s.this[%d]", kind, i)
			all = append(all, r)
			changes = append(changes, object{"address": r["address"], "type": kind, "change": object{"actions": []any{"create"}, "after": values, "after_unknown": unknown}})
		}
		add("aws_kms_key", object{"is_enabled": true, "region": "eu-west-1"}, object{"arn": true})
		add("aws_s3_bucket", object{"region": "eu-west-1"}, object{"bucket": true, "id": true})
		add(encryptionOfBucket, object{"region": "eu-west-1", "rule": []any{object{"bucket_key_enabled": true, "apply_server_side_encryption_by_default": []any{object{"sse_algorithm": "aws:kms"}}}}},
			object{"bucket": true, "rule": []any{object{"apply_server_side_encryption_by_default": []any{object{"kms_master_key_id": true}}}}})
	}
	key := expression("aws_kms_key.this", "count.index")
	config := func(kind string, expressions object) object {
		return object{"address": kind + ".this", "mode": "managed", "type": kind, "name": "this", "provider_config_key": "aws", "expressions": expressions, "count_expression": object{"constant_value": resources / 3}}
	}
	content, err := json.Marshal(object{
		"format_version": "1.2", "planned_values": object{"root_module": object{"resources": all}}, "resource_changes": changes,
		"configuration": object{"provider_config": object{"aws": object{"name": "aws", "version_constraint": "6.20.0"}}, "root_module": object{"resources": []any{
			config("aws_kms_key", object{}), config("aws_s3_bucket", object{}),
			config(encryptionOfBucket, object{"bucket": expression("aws_s3_bucket.this", "count.index"),
				"rule": []any{object{"apply_server_side_encryption_by_default": []any{object{"sse_algorithm": object{"constant_value": "aws:kms"}, "kms_master_key_id": key}}}}}),
		}}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return content
}

// BenchmarkPlan reads and examines plans, and reports how much of the file's size
// the memory takes at its highest.
func BenchmarkPlan(b *testing.B) {
	for _, c := range []struct {
		name  string
		plan  func(testing.TB, int) []byte
		count int
	}{{"modules", largePlan, 5000}, {"modules", largePlan, 20000}, {"counts", flatPlan, 5001}, {"counts", flatPlan, 20001}} {
		b.Run(fmt.Sprintf("%s/resources=%d", c.name, c.count), func(b *testing.B) {
			count := c.count
			content := c.plan(b, count)
			runtime.GC()
			peak, stop := watchMemory()
			b.ResetTimer()
			for b.Loop() {
				input, err := Read("plan.json", content)
				if err != nil {
					b.Fatal(err)
				}
				found := Examine(input.Stacks, input.Stacks, nil, nil)
				if found.Resources != count || len(found.Issues) != 0 {
					b.Fatalf("%d resources, %d issues, such as %+v", found.Resources, len(found.Issues), found.Issues[:min(3, len(found.Issues))])
				}
			}
			b.StopTimer()
			stop()
			b.ReportMetric(float64(len(content))/1e6, "MB/file")
			b.ReportMetric(float64(*peak)/float64(len(content)), "memory/file")
			b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N)/float64(count), "µs/resource")
		})
	}
}

// watchMemory notes the highest use of the heap beyond what there is.
func watchMemory() (peak *uint64, stop func()) {
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	peak = new(uint64)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				runtime.ReadMemStats(&now)
				if now.HeapAlloc > before.HeapAlloc && now.HeapAlloc-before.HeapAlloc > *peak {
					*peak = now.HeapAlloc - before.HeapAlloc
				}
			}
		}
	}()
	return peak, func() { close(done); <-ended }
}

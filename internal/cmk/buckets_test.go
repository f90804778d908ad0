package cmk

import (
	"strings"
	"testing"
)

const (
	ownKms = `{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"}, "bucket_key_enabled": true}`
	sseS3  = `{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}`
	config = "aws_s3_bucket_server_side_encryption_configuration"
	ofRule = "rule.apply_server_side_encryption_by_default.kms_master_key_id"
)

func TestBucketsAreJoinedWithTheirEncryption(t *testing.T) {
	const none = "no-key s/aws_s3_bucket.b server_side_encryption_configuration"
	for name, c := range map[string]struct {
		bucket, config string
		want           []string
	}{
		"none":               {`{}`, ``, []string{none}},
		"by id":              {`{}`, `{"bucket": "${aws_s3_bucket.b.id}", "rule": [` + ownKms + `]}`, nil},
		"by bucket":          {`{"bucket": "${var.name}"}`, `{"bucket": "${aws_s3_bucket.b.bucket}", "rule": ` + ownKms + `}`, nil},
		"by name":            {`{"bucket": "data"}`, `{"bucket": "data", "rule": ` + ownKms + `}`, nil},
		"by one expression":  {`{"bucket": "${var.name}-x"}`, `{"bucket": "${var.name}-x", "rule": ` + ownKms + `}`, nil},
		"by its versioning":  {`{"bucket": "data"}`, `{"bucket": "${aws_s3_bucket_versioning.v.bucket}", "rule": ` + ownKms + `}`, nil},
		"by a local value":   {`{"bucket": "${local.name}"}`, `{"bucket": "local-name", "rule": ` + ownKms + `}`, nil},
		"of another bucket":  {`{"bucket": "data"}`, `{"bucket": "other", "rule": ` + ownKms + `}`, []string{none}},
		"of one by variable": {`{"bucket": "data"}`, `{"bucket": "${var.name}", "rule": ` + ownKms + `}`, []string{"unread s/aws_s3_bucket.b bucket of " + config + ".c"}},
		"SSE-S3":             {`{}`, `{"bucket": "${aws_s3_bucket.b.id}", "rule": ` + sseS3 + `}`, []string{"no-key s/" + config + ".c " + ofRule}},
		"a key of AWS": {`{}`, `{"bucket": "${aws_s3_bucket.b.id}", "rule": ` + strings.ReplaceAll(ownKms, "${aws_kms_key.k.arn}", "alias/aws/s3") + `}`,
			[]string{"aws-managed-key s/" + config + ".c " + ofRule}},
		"no key": {`{}`, `{"bucket": "${aws_s3_bucket.b.id}", "rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}, "bucket_key_enabled": true}}`,
			[]string{"no-key s/" + config + ".c " + ofRule}},
		"no rule": {`{}`, `{"bucket": "${aws_s3_bucket.b.id}"}`, []string{"no-key s/" + config + ".c " + ofRule}},
		"no bucket key": {`{}`, `{"bucket": "${aws_s3_bucket.b.id}", "rule": ` + strings.Replace(ownKms, `, "bucket_key_enabled": true`, "", 1) + `}`,
			[]string{"advice: no-bucket-key s/" + config + ".c rule.bucket_key_enabled"}},
		"two layers, which know no bucket keys": {`{}`, `{"bucket": "${aws_s3_bucket.b.id}", "rule": ` + strings.NewReplacer("aws:kms\"", "aws:kms:dsse\"", "true", "false").Replace(ownKms) + `}`, nil},
		"in the bucket itself":                  {`{"server_side_encryption_configuration": {"rule": ` + ownKms + `}}`, ``, nil},
		"SSE-S3 in the bucket itself": {`{"server_side_encryption_configuration": {"rule": ` + sseS3 + `}}`, ``,
			[]string{"no-key s/aws_s3_bucket.b server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id"}},
		"no bucket key in the bucket itself": {`{"server_side_encryption_configuration": {"rule": ` + strings.Replace(ownKms, `, "bucket_key_enabled": true`, "", 1) + `}}`, ``,
			[]string{"advice: no-bucket-key s/aws_s3_bucket.b server_side_encryption_configuration.rule.bucket_key_enabled"}},
		"an expression": {`{"server_side_encryption_configuration": "${var.x}"}`, ``,
			[]string{"unread s/aws_s3_bucket.b server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id"}},
	} {
		t.Run(name, func(t *testing.T) {
			configs := ""
			if c.config != "" {
				configs = `, "` + config + `": {"c": ` + c.config + `}`
			}
			expect(t, one(`{"locals": {"name": "local-name"}, "resource": {"aws_kms_key": {"k": {}},
				"aws_s3_bucket_versioning": {"v": {"bucket": "${aws_s3_bucket.b.id}"}},
				"aws_s3_bucket": {"b": `+c.bucket+`}`+configs+`}}`), c.want...)
		})
	}
}

func TestABucketOfAnotherStackIsFound(t *testing.T) {
	const buckets = `{"resource": {"aws_s3_bucket": {"b": {"bucket": "data"}}}, "output": {"name": {"value": "${aws_s3_bucket.b.id}"}}}`
	rest := func(bucket string) string {
		return `{"data": {"terraform_remote_state": {"cross-stack-reference-input-a": {}}}, "resource": {"aws_kms_key": {"k": {}}, "` + config + `": {"c": {"bucket": "` + bucket + `", "rule": ` + ownKms + `}}}}`
	}
	expect(t, app{{"a", buckets}, {"b", rest("data")}})
	expect(t, app{{"a", buckets}, {"b", rest("${data.terraform_remote_state.cross-stack-reference-input-a.outputs.name}")}})
	expect(t, app{{"a", buckets}, {"b", rest("other")}}, "no-key a/aws_s3_bucket.b server_side_encryption_configuration")
}

func TestWhatTakesTheEncryptionOfItsBucket(t *testing.T) {
	expect(t, one(`{"resource": {"aws_kms_key": {"k": {}},
		"aws_s3_bucket": {"good": {"bucket": "good"}, "bad": {"bucket": "bad"}},
		"`+config+`": {"good": {"bucket": "good", "rule": `+ownKms+`}, "bad": {"bucket": "bad", "rule": `+sseS3+`}},
		"aws_s3_object": {"good": {"bucket": "${aws_s3_bucket.good.id}"}, "bad": {"bucket": "bad"}, "foreign": {"bucket": "foreign"},
			"aes": {"bucket": "good", "server_side_encryption": "AES256"}, "bare": {"bucket": "good", "server_side_encryption": "aws:kms"},
			"own": {"bucket": "bad", "server_side_encryption": "aws:kms", "kms_key_id": "${aws_kms_key.k.arn}"}},
		"aws_config_delivery_channel": {"good": {"s3_bucket_name": "${aws_s3_bucket.good.bucket}"}, "bad": {"s3_bucket_name": "bad"}},
		"aws_s3_bucket_inventory": {"good": {"destination": {"bucket": {"bucket_arn": "${aws_s3_bucket.good.arn}"}}}, "bad": {"destination": {"bucket": {"bucket_arn": "arn:aws:s3:::bad"}}}},
		"aws_kinesis_firehose_delivery_stream": {"good": {"kinesis_source_configuration": {}, "extended_s3_configuration": {"bucket_arn": "arn:aws:s3:::good"}}}
	}}`),
		"no-key s/aws_config_delivery_channel.bad s3_kms_key_arn",
		"no-key s/aws_s3_bucket_inventory.bad destination.bucket.encryption.sse_kms.key_id",
		"no-key s/"+config+".bad "+ofRule,
		"no-key s/aws_s3_object.aes kms_key_id",
		"no-key s/aws_s3_object.bad kms_key_id",
		"no-key s/aws_s3_object.bare kms_key_id",
		"no-key s/aws_s3_object.foreign kms_key_id")
}

// logsApp has a bucket and a log group under the key whose alias is given.
func logsApp(alias, bucket, senders string) app {
	if senders != "" {
		senders = ", " + senders
	}
	return one(`{"resource": {"aws_kms_key": {"k": {}}, "aws_kms_alias": {"a": {"name": "` + alias + `", "target_key_id": "${aws_kms_key.k.key_id}"}},
		"aws_s3_bucket": {"b": {"bucket": "` + bucket + `"}},
		"` + config + `": {"c": {"bucket": "${aws_s3_bucket.b.id}", "rule": ` + ownKms + `}}` + senders + `}}`)
}

func TestBucketsOfLogsMustNotBeOnTheDataKey(t *testing.T) {
	for _, senders := range []string{
		`"aws_cloudtrail": {"t": {"kms_key_id": "${aws_kms_key.k.arn}", "s3_bucket_name": "${aws_s3_bucket.b.id}"}}`,
		`"aws_flow_log": {"f": {"log_destination": "${aws_s3_bucket.b.arn}/vpc/"}}`,
		`"aws_s3_bucket_logging": {"l": {"bucket": "x", "target_bucket": "data"}}`,
		`"aws_lb": {"l": {"access_logs": {"bucket": "${aws_s3_bucket.b.bucket}", "enabled": true}}}`,
		`"aws_lb": {"l": {"connection_logs": [{"bucket": "data"}]}}`,
		`"aws_config_delivery_channel": {"d": {"s3_bucket_name": "data"}}`,
		`"aws_wafv2_web_acl_logging_configuration": {"w": {"log_destination_configs": ["${aws_s3_bucket.b.arn}"]}}`,
		`"aws_cloudfront_distribution": {"d": {"logging_config": {"bucket": "${aws_s3_bucket.b.bucket_domain_name}"}}}`,
	} {
		expect(t, logsApp("alias/x-data-prod", "data", senders), "logs-on-data-key s/"+config+".c "+ofRule)
		expect(t, logsApp("alias/x-logs-prod", "data", senders))
	}
	for bucket, isLogs := range map[string]bool{
		"nc-dp-logs-central": true, "audit-log": true, "cloudtrail-1": true, "x.accesslogs": true, "${var.prefix}-logs": true, "flow_logs": true,
		"data": false, "catalog": false, "logistics": false, "blog": false, "dialogs-x": false, "prologue": false,
	} {
		if isLogs {
			expect(t, logsApp("alias/x-data-prod", bucket, ""), "logs-on-data-key s/"+config+".c "+ofRule)
		} else {
			expect(t, logsApp("alias/x-data-prod", bucket, ""))
		}
	}
}

func TestALogGroupOnTheDataKeyIsAdvice(t *testing.T) {
	const group = `"aws_cloudwatch_log_group": {"l": {"kms_key_id": "${aws_kms_key.k.arn}"}}`
	expect(t, logsApp("alias/x-data-prod", "data", group), "advice: logs-on-data-key s/aws_cloudwatch_log_group.l kms_key_id")
	expect(t, logsApp("alias/x-logs-prod", "data", group))
	expect(t, one(`{"resource": {"aws_cloudwatch_log_group": {"l": {"kms_key_id": "arn:aws:kms:us-east-1:1:alias/x-data-prod"}}}}`),
		"advice: logs-on-data-key s/aws_cloudwatch_log_group.l kms_key_id")
}

func TestDataKeysAreNamedByPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"alias/*-data-*", "alias/nc-dp-data-prod", true},
		{"alias/*-data-*", "alias/nc-dp-logs-prod", false},
		{"alias/*-data-*", "alias/-data-", true},
		{"alias/*-data-*", "alias-data-x", false},
		{"aws_kms_key.data", "aws_kms_key.data", true},
		{"aws_kms_key.data", "aws_kms_key.data2", false},
		{"*", "anything", true},
		{"a*b", "ab", true},
		{"a*b", "abc", false},
		{"a*b*c", "axbxbc", true},
		{"a*ab", "ab", false},
		{"**a", "a", true},
	} {
		if got := matches(c.pattern, c.name); got != c.want {
			t.Errorf("%q matches %q: %v", c.pattern, c.name, got)
		}
	}
	a := logsApp("alias/other", "logs", "").stacks(t)
	for _, pattern := range []string{"aws_kms_key.k", "alias/oth*"} {
		if found := Examine(a, a, []string{pattern}, nil).Issues; len(found) != 1 || found[0].Rule != LogsOnDataKey {
			t.Errorf("with the data key %s the issues are %+v", pattern, found)
		}
	}
	if found := Examine(a, a, nil, nil).Issues; len(found) != 0 {
		t.Errorf("without data keys the issues are %+v", found)
	}
}

func TestLogsThatNeedSseS3AreSaid(t *testing.T) {
	found := one(`{"resource": {"aws_s3_bucket": {"b": {"bucket": "b"}, "plain": {}}, "aws_lb": {"l": {"access_logs": {"bucket": "b"}}}}}`).examine(t).Issues
	const want = "; aws_lb.l writes logs here that AWS delivers to buckets with SSE-S3 only: if so, except this resource"
	if len(found) != 2 || !strings.HasSuffix(found[0].Fix, want) || strings.HasSuffix(found[1].Fix, want) {
		t.Errorf("the issues are %+v", found)
	}
}

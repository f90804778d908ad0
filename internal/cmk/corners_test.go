package cmk

import "testing"

// Gaps that deliberately broken code slipped through.

func TestAnAliasHasTheNamesOfItsKey(t *testing.T) {
	expect(t, one(`{"resource": {"aws_kms_key": {"k": {}},
		"aws_kms_alias": {"data": {"name": "alias/x-data-prod", "target_key_id": "${aws_kms_key.k.key_id}"}, "other": {"name": "alias/other", "target_key_id": "${aws_kms_key.k.key_id}"}},
		"aws_cloudwatch_log_group": {"l": {"kms_key_id": "${aws_kms_alias.other.target_key_arn}"}}}}`),
		"advice: logs-on-data-key s/aws_cloudwatch_log_group.l kms_key_id")
}

func TestLongWaysToAKeyAreFollowed(t *testing.T) {
	expect(t, one(`{"locals": {"a": "${local.b}", "b": "${aws_sns_topic.t.kms_master_key_id}"}, "resource": {"aws_kms_key": {"k": {}},
		"aws_kms_alias": {"a": {"name": "alias/a", "target_key_id": "${aws_kms_key.k.id}"}},
		"aws_sns_topic": {"t": {"kms_master_key_id": "${data.aws_kms_key.k.arn}"}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${local.a}"}}},
		"data": {"aws_kms_key": {"k": {"key_id": "${aws_kms_alias.a.target_key_arn}"}}}}`))
	// One that never ends.
	expect(t, one(`{"resource": {"aws_sns_topic": {"a": {"kms_master_key_id": "${aws_sns_topic.b.kms_master_key_id}"}, "b": {"kms_master_key_id": "${aws_sns_topic.a.kms_master_key_id}"}}}}`),
		"unread s/aws_sns_topic.a kms_master_key_id", "unread s/aws_sns_topic.b kms_master_key_id")
}

func TestAStateOfAnUnknownPlaceIsNobodys(t *testing.T) {
	expect(t, app{
		{"keys", `{"terraform": {"backend": {"remote": {"hostname": "a"}}}, "resource": {"aws_kms_key": {"k": {}}}, "output": {"key": {"value": "${aws_kms_key.k.arn}"}}}`},
		{"queues", `{"data": {"terraform_remote_state": {"other": {"backend": "remote", "config": {"hostname": "b"}}}},
			"resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": "${data.terraform_remote_state.other.outputs.key}"}}}}`},
	}, "unread queues/aws_sqs_queue.q kms_master_key_id")
}

func TestADataSourceIsNotExamined(t *testing.T) {
	expect(t, one(`{"resource": {"aws_db_instance": {"copy": {"replicate_source_db": "${data.aws_db_instance.main.db_instance_identifier}"}}}, "data": {"aws_db_instance": {"main": {}}}}`),
		"unread s/aws_db_instance.copy replicate_source_db")
}

func TestABucketThatLogsIntoItselfIsNoLogBucket(t *testing.T) {
	expect(t, one(`{"resource": {"aws_kms_key": {"k": {}}, "aws_kms_alias": {"a": {"name": "alias/x-data-prod", "target_key_id": "${aws_kms_key.k.id}"}},
		"aws_s3_bucket": {"b": {"bucket": "data", "logging": {"target_bucket": "data"}, "server_side_encryption_configuration": {"rule": `+ownKms+`}}}}}`))
}

func TestAKeyThatTheAlgorithmIgnoresCoversNoObject(t *testing.T) {
	const rule = `{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256", "kms_master_key_id": "alias/own"}}`
	expect(t, one(`{"resource": {"aws_s3_bucket": {"b": {"bucket": "b"}}, "`+config+`": {"c": {"bucket": "b", "rule": `+rule+`}}, "aws_s3_object": {"o": {"bucket": "b"}}}}`),
		"no-key s/"+config+".c "+ofRule, "no-key s/aws_s3_object.o kms_key_id")
}

func TestDirectoryBucketsAlwaysHaveBucketKeys(t *testing.T) {
	const rule = `{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/own"}}`
	expect(t, one(`{"resource": {"aws_s3_directory_bucket": {"b": {"bucket": "b"}}, "`+config+`": {"c": {"bucket": "${aws_s3_directory_bucket.b.id}", "rule": `+rule+`}}}}`))
}

// The key of its replicas is not the one that a bucket of logs is under.
func TestReplicasOfLogsAreNotTheirBucket(t *testing.T) {
	expect(t, one(`{"resource": {"aws_s3_bucket": {"logs": {"replication_configuration": {"rules": {"destination": {"replica_kms_key_id": "alias/x-data-prod"}}},
		"server_side_encryption_configuration": {"rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/x-logs-prod"}, "bucket_key_enabled": true}}}}}}`))
}

func TestAnEmptyListOfBlocksIsNone(t *testing.T) {
	expect(t, one(`{"resource": {"aws_eks_node_group": {"n": {"launch_template": "${[]}"}}}}`), "no-key s/aws_eks_node_group.n launch_template")
}

func TestEncryptionThatIsOnNeedsNoSource(t *testing.T) {
	expect(t, one(`{"resource": {"aws_rds_global_cluster": {"g": {"source_db_cluster_identifier": "${var.on ? \"x\" : null}", "storage_encrypted": true}}}}`))
}

// Replicas are enabled and disabled by themselves, and share all else. See the KMS
// Developer Guide, "How multi-Region keys work".
func TestAReplicaOfADisabledKey(t *testing.T) {
	replicaOf := func(primary string) app {
		return one(`{"resource": {"aws_kms_key": {"k": ` + primary + `}, "aws_kms_replica_key": {"r": {"primary_key_arn": "${aws_kms_key.k.arn}"}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_replica_key.r.arn}"}}}}`)
	}
	expect(t, replicaOf(`{"is_enabled": false}`))
	expect(t, replicaOf(`{"is_enabled": false, "key_usage": "SIGN_VERIFY"}`), "unusable-key s/aws_sqs_queue.q kms_master_key_id")
}

// An alias that is written out may be that of a key that cannot encrypt.
func TestAnAliasByNameMayBeThatOfAUselessKey(t *testing.T) {
	queueUnder := func(key string) app {
		return one(`{"resource": {"aws_kms_key": {"k": ` + key + `}, "aws_kms_alias": {"a": {"name": "alias/a", "target_key_id": "${aws_kms_key.k.key_id}"}},
			"aws_sqs_queue": {"q": {"kms_master_key_id": "alias/a"}, "r": {"kms_master_key_id": "arn:aws:kms:us-east-1:111122223333:alias/a"}, "other": {"kms_master_key_id": "alias/b"}}}}`)
	}
	expect(t, queueUnder(`{}`))
	for _, key := range []string{`{"customer_master_key_spec": "HMAC_256"}`, `{"is_enabled": false}`, `{"is_enabled": "${var.on}"}`} {
		expect(t, queueUnder(key), "unread s/aws_sqs_queue.q kms_master_key_id", "unread s/aws_sqs_queue.r kms_master_key_id")
	}
}

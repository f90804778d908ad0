package cmk

import (
	"strings"
	"testing"
)

const (
	aKey    = `"aws_kms_key": {"k": {}}`
	ofTable = "server_side_encryption.kms_key_arn"
)

// cases are stacks with what must be said of them, kind by kind: a value that
// hides a violation, language that hides one, and so on.
func TestCases(t *testing.T) {
	for group, cases := range map[string][]struct {
		name, stack string
		want        []string
	}{
		"a violation beside what is not known": {
			{"off, key by variable", `{"resource": {"aws_db_instance": {"d": {"storage_encrypted": false, "kms_key_id": "${var.k}"}}}}`,
				[]string{"no-key s/aws_db_instance.d kms_key_id"}},
			{"switch left out, key by variable", `{"resource": {"aws_efs_file_system": {"f": {"kms_key_id": "${var.k}"}}}}`,
				[]string{"no-key s/aws_efs_file_system.f kms_key_id"}},
			{"wrong mode, key by variable", `{"resource": {"aws_kinesis_stream": {"s": {"encryption_type": "NONE", "kms_key_id": "${var.k}"}}}}`,
				[]string{"no-key s/aws_kinesis_stream.s kms_key_id"}},
			{"switch by variable, no key", `{"resource": {"aws_ebs_volume": {"v": {"encrypted": "${var.on}"}}, "aws_opensearch_domain": {"o": {"encrypt_at_rest": {"enabled": "${var.on}"}}}}}`,
				[]string{"no-key s/aws_ebs_volume.v kms_key_id", "no-key s/aws_opensearch_domain.o encrypt_at_rest.kms_key_id"}},
			{"switch by variable, key of AWS", `{"resource": {"aws_ebs_volume": {"v": {"encrypted": "${var.on}", "kms_key_id": "alias/aws/ebs"}}}}`,
				[]string{"aws-managed-key s/aws_ebs_volume.v kms_key_id"}},
			{"switch by variable, a key", `{"resource": {` + aKey + `, "aws_ebs_volume": {"v": {"encrypted": "${var.on}", "kms_key_id": "${aws_kms_key.k.arn}"}}}}`,
				[]string{"unread s/aws_ebs_volume.v encrypted"}},
			{"both branches wrong", `{"resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": "${var.x ? \"alias/aws/sqs\" : null}"}}}}`,
				[]string{"aws-managed-key s/aws_sqs_queue.q kms_master_key_id"}},
			{"one branch wrong", `{"resource": {` + aKey + `, "aws_sqs_queue": {"q": {"kms_master_key_id": "${var.x ? aws_kms_key.k.arn : null}"}}}}`,
				[]string{"unread s/aws_sqs_queue.q kms_master_key_id"}},
			{"both branches right", `{"resource": {"aws_kms_key": {"a": {}, "b": {}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${var.x ? aws_kms_key.a.arn : aws_kms_key.b.id}"}}}}`, nil},
			{"nothing may be stored", `{"resource": {"aws_ssm_parameter": {"p": {"type": "${var.type}"}, "s": {"type": "Secure${var.rest}"}, "t": {"type": "String${var.rest}"}}}}`,
				[]string{"unread s/aws_ssm_parameter.p type", "unread s/aws_ssm_parameter.s type"}},
			{"what does away with the key may not be there", `{"resource": {"aws_kinesis_firehose_delivery_stream": {"f": {"dynamic": {"kinesis_source_configuration": {"for_each": "${var.on ? [1] : []}", "content": {}}}}}}}`,
				[]string{"unread s/aws_kinesis_firehose_delivery_stream.f kinesis_source_configuration"}},
			{"what asks for the key may not be there", `{"resource": {"aws_lambda_event_source_mapping": {"m": {"filter_criteria": "${var.filters}"}}}}`,
				[]string{"unread s/aws_lambda_event_source_mapping.m filter_criteria"}},
		},
		"blocks that may not be there": {
			{"wrong with and without", `{"resource": {"aws_dynamodb_table": {"t": {"dynamic": {"server_side_encryption": {"for_each": "${var.on ? [1] : []}", "content": {"enabled": true}}}}}}}`,
				[]string{"no-key s/aws_dynamodb_table.t " + ofTable}},
			{"right with, wrong without", `{"resource": {` + aKey + `, "aws_dynamodb_table": {"t": {"dynamic": {"server_side_encryption": {"for_each": "${var.on ? [1] : []}", "content": {"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}}}}}}}`,
				[]string{"unread s/aws_dynamodb_table.t " + ofTable}},
			{"never there", `{"resource": {` + aKey + `, "aws_dynamodb_table": {"t": {"dynamic": {"server_side_encryption": {"for_each": {}, "content": {"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}}}}}}}`,
				[]string{"no-key s/aws_dynamodb_table.t " + ofTable}},
			{"always there", `{"locals": {"on": true}, "resource": {` + aKey + `, "aws_dynamodb_table": {"t": {"dynamic": {"server_side_encryption": {"for_each": "${local.on ? [aws_kms_key.k.arn] : []}", "content": {"enabled": true, "kms_key_arn": "${server_side_encryption.value}"}}}}}}}`, nil},
			{"an iterator of its own", `{"resource": {` + aKey + `, "aws_dynamodb_table": {"t": {"server_side_encryption": {"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"},
				"dynamic": {"replica": {"for_each": {"eu-west-1": "alias/own", "eu-west-2": "alias/aws/dynamodb"}, "iterator": "each_region", "content": {"region_name": "${each_region.key}", "kms_key_arn": "${each_region.value}"}}}}}}}`,
				[]string{"aws-managed-key s/aws_dynamodb_table.t replica[1].kms_key_arn"}},
		},
		"counts": {
			{"no queue", `{"resource": {"aws_sqs_queue": {"a": {"count": 0}, "b": {"for_each": {}}, "c": {"for_each": "${toset([])}"}, "d": {"count": "${0}"}}}}`, nil},
			{"no configuration", `{"resource": {` + aKey + `, "aws_s3_bucket": {"b": {}}, "` + config + `": {"c": {"count": 0, "bucket": "${aws_s3_bucket.b.id}", "rule": ` + ownKms + `}}}}`,
				[]string{"no-key s/aws_s3_bucket.b server_side_encryption_configuration"}},
			{"a configuration by variable", `{"resource": {` + aKey + `, "aws_s3_bucket": {"b": {}}, "` + config + `": {"c": {"count": "${var.on ? 1 : 0}", "bucket": "${aws_s3_bucket.b.id}", "rule": ` + ownKms + `}}}}`,
				[]string{"unread s/aws_s3_bucket.b " + config + ".c"}},
			{"one for two", `{"resource": {` + aKey + `, "aws_s3_bucket": {"b": {"count": 2}}, "` + config + `": {"c": {"bucket": "${aws_s3_bucket.b[1].id}", "rule": ` + ownKms + `}}}}`,
				[]string{"no-key s/aws_s3_bucket.b server_side_encryption_configuration"}},
			{"two for two", `{"resource": {` + aKey + `, "aws_s3_bucket": {"b": {"count": 2}}, "` + config + `": {"c": {"count": 2, "bucket": "${aws_s3_bucket.b[count.index].id}", "rule": ` + ownKms + `}}}}`, nil},
			{"as many by one variable", `{"resource": {` + aKey + `, "aws_s3_bucket": {"b": {"for_each": "${var.all}"}}, "` + config + `": {"c": {"for_each": "${var.all}", "bucket": "${aws_s3_bucket.b[each.key].id}", "rule": ` + ownKms + `}}}}`, nil},
			{"as many by two variables", `{"resource": {` + aKey + `, "aws_s3_bucket": {"b": {"for_each": "${var.all}"}}, "` + config + `": {"c": {"for_each": "${var.some}", "bucket": "${aws_s3_bucket.b[each.key].id}", "rule": ` + ownKms + `}}}}`,
				[]string{"unread s/aws_s3_bucket.b " + config + ".c"}},
			{"chained", `{"resource": {` + aKey + `, "aws_s3_bucket": {"b": {"for_each": {"a": 1, "b": 2}}}, "` + config + `": {"c": {"for_each": "${aws_s3_bucket.b}", "bucket": "${each.value.id}", "rule": ` + ownKms + `}}}}`, nil},
			{"one instance wrong", `{"resource": {"aws_sqs_queue": {"q": {"for_each": {"a": "alias/own", "b": "alias/aws/sqs"}, "kms_master_key_id": "${each.value}"}}}}`,
				[]string{"aws-managed-key s/aws_sqs_queue.q kms_master_key_id"}},
			{"no default key", `{"resource": {` + aKey + `, "aws_ebs_encryption_by_default": {"d": {"count": 0}}, "aws_ebs_default_kms_key": {"d": {"count": 0, "key_arn": "${aws_kms_key.k.arn}"}}, "aws_ebs_volume": {"v": {"encrypted": true}}}}`,
				[]string{"no-key s/aws_ebs_volume.v kms_key_id"}},
			{"a default key by variable", `{"resource": {` + aKey + `, "aws_ebs_default_kms_key": {"d": {"count": "${var.on ? 1 : 0}", "key_arn": "${aws_kms_key.k.arn}"}}, "aws_ebs_volume": {"v": {"encrypted": true}}}}`,
				[]string{"unread s/aws_ebs_volume.v kms_key_id"}},
			{"a module for nothing", `{"module": {"m": {"source": "x", "count": 0}}, "resource": {"aws_vpc": {"v": {}}}}`, nil},
		},
		"language": {
			{"directives", `{"resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": "alias/%{ if true }aws/%{ endif }sqs"}, "r": {"kms_master_key_id": "%{ for p in [\"alias\", \"/aws/\", \"sqs\"] }${p}%{ endfor }"},
				"s": {"kms_master_key_id": "alias/%{ if var.x }aws/sqs%{ else }own%{ endif }"}}}}`,
				[]string{"aws-managed-key s/aws_sqs_queue.q kms_master_key_id", "aws-managed-key s/aws_sqs_queue.r kms_master_key_id", "unread s/aws_sqs_queue.s kms_master_key_id"}},
			{"a directive in a data source", `{"data": {"aws_kms_alias": {"a": {"name": "alias/%{if true}aws%{endif}/sns"}}}, "resource": {"aws_sns_topic": {"t": {"kms_master_key_id": "${data.aws_kms_alias.a.target_key_arn}"}}}}`,
				[]string{"aws-managed-key s/aws_sns_topic.t kms_master_key_id"}},
			{"a directive in a setting", `{"resource": {"aws_ssm_parameter": {"p": {"type": "Secure%{ if true }String%{ endif }"}}}}`, []string{"no-key s/aws_ssm_parameter.p key_id"}},
			{"lists of resources", `{"resource": [{"aws_sqs_queue": [{"a": {}}, {"b": [{}]}]}, {"aws_sns_topic": {"t": {}}}], "module": [{"m": [{"source": "x"}]}]}`,
				[]string{"no-key s/aws_sns_topic.t kms_master_key_id", "no-key s/aws_sqs_queue.a kms_master_key_id", "no-key s/aws_sqs_queue.b kms_master_key_id", "unread s/module.m"}},
			{"lists of locals and outputs", `{"locals": [{"a": "${aws_kms_key.k.arn}"}, {"b": "${local.a}"}], "resource": [{` + aKey + `}, {"aws_sqs_queue": {"q": {"kms_master_key_id": "${local.b}"}}}]}`, nil},
			{"one of a splat", `{"resource": {"aws_kms_key": {"k": {"count": 1}, "none": {"count": 0}}, "aws_sqs_queue": {"a": {"kms_master_key_id": "${one(aws_kms_key.k[*].arn)}"}, "b": {"kms_master_key_id": "${one(aws_kms_key.none[*].arn)}"}, "c": {"kms_master_key_id": "${try(aws_kms_key.none[0].arn, \"alias/aws/sqs\")}"},
				"d": {"kms_master_key_id": "${join(\"\", aws_kms_key.k[*].arn)}"}, "e": {"kms_master_key_id": "${element(aws_kms_key.k[*].arn, 0)}"}}}}`,
				[]string{"no-key s/aws_sqs_queue.b kms_master_key_id", "aws-managed-key s/aws_sqs_queue.c kms_master_key_id", "unread s/aws_sqs_queue.d kms_master_key_id"}},
			{"maps", `{"locals": {"keys": {"a": "${aws_kms_key.k.arn}", "b": "alias/aws/sqs"}, "all": "${{for n, k in aws_kms_key.each : n => k.arn}}"}, "resource": {"aws_kms_key": {"k": {}, "each": {"for_each": "${toset([\"x\"])}"}},
				"aws_sqs_queue": {"a": {"kms_master_key_id": "${local.keys[\"a\"]}"}, "b": {"kms_master_key_id": "${local.keys.b}"}, "c": {"kms_master_key_id": "${lookup(local.keys, \"c\", null)}"}, "d": {"kms_master_key_id": "${local.all[\"x\"]}"},
				"e": {"kms_master_key_id": "${values(aws_kms_key.each)[0].arn}"}, "f": {"kms_master_key_id": "${merge(local.keys, {b = aws_kms_key.k.id}).b}"}, "g": {"kms_master_key_id": "${coalesce(null, \"\", aws_kms_key.k.arn)}"}}}}`,
				[]string{"aws-managed-key s/aws_sqs_queue.b kms_master_key_id", "no-key s/aws_sqs_queue.c kms_master_key_id"}},
			{"iterators of CDKTF", `{"resource": {"aws_kms_key": {"keys": {"for_each": "${toset([\"a\", \"b\"])}"}}, "aws_sqs_queue": {"q": {"for_each": "${aws_kms_key.keys}", "kms_master_key_id": "${each.value.arn}"}, "r": {"for_each": "${{for key, val in aws_kms_key.keys : key => val}}", "kms_master_key_id": "${aws_kms_key.keys[each.key].arn}"}}}}`, nil},
			{"changes that are ignored", `{"resource": {` + aKey + `, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_key.k.arn}", "lifecycle": {"ignore_changes": ["kms_master_key_id"]}}, "r": {"kms_master_key_id": "${aws_kms_key.k.arn}", "lifecycle": {"ignore_changes": "all"}}, "s": {"kms_master_key_id": "${aws_kms_key.k.arn}", "lifecycle": {"ignore_changes": ["tags"]}}, "t": {"lifecycle": {"ignore_changes": ["kms_master_key_id"]}}},
				"aws_ebs_volume": {"v": {"encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}", "lifecycle": [{"ignore_changes": ["encrypted"]}]}}, "aws_dynamodb_table": {"t": {"server_side_encryption": {"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}, "lifecycle": {"ignore_changes": ["server_side_encryption[0].kms_key_arn"]}}}}}`,
				[]string{"unread s/aws_dynamodb_table.t " + ofTable, "unread s/aws_ebs_volume.v kms_key_id", "unread s/aws_sqs_queue.q kms_master_key_id", "unread s/aws_sqs_queue.r kms_master_key_id", "no-key s/aws_sqs_queue.t kms_master_key_id"}},
			{"what never ends", `{"locals": {"a": "${local.b}", "b": "${local.a}"}, "resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": "${local.a}"}}}}`, []string{"unread s/aws_sqs_queue.q kms_master_key_id"}},
			{"what is no expression", `{"resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_key."}, "r": {"kms_master_key_id": "alias/aws/$${x}"}}}}`,
				[]string{"unread s/aws_sqs_queue.q kms_master_key_id", "aws-managed-key s/aws_sqs_queue.r kms_master_key_id"}},
		},
		"encryption off beside a key": {
			{"build artifacts", `{"resource": {` + aKey + `, "aws_codebuild_project": {"b": {"encryption_key": "${aws_kms_key.k.arn}", "artifacts": {"type": "S3"}, "secondary_artifacts": [{"encryption_disabled": "true"}, {}], "logs_config": {"s3_logs": {"encryption_disabled": "${var.off}"}}}}}}`,
				[]string{"unread s/aws_codebuild_project.b logs_config.s3_logs.encryption_disabled", "no-key s/aws_codebuild_project.b secondary_artifacts[0].encryption_disabled"}},
			{"build reports", `{"resource": {` + aKey + `, "aws_codebuild_report_group": {"r": {"export_config": {"s3_destination": {"encryption_key": "${aws_kms_key.k.arn}", "encryption_disabled": true}}}}}}`,
				[]string{"no-key s/aws_codebuild_report_group.r export_config.s3_destination.encryption_key"}},
			{"a workgroup that clients override", `{"resource": {` + aKey + `, "aws_athena_workgroup": {"w": {"configuration": {"enforce_workgroup_configuration": false, "result_configuration": {"encryption_configuration": {"encryption_option": "SSE_KMS", "kms_key_arn": "${aws_kms_key.k.arn}"}}}}}}}`,
				[]string{"not-enforced s/aws_athena_workgroup.w configuration.enforce_workgroup_configuration"}},
			{"logs of sessions", `{"resource": {` + aKey + `, "aws_ecs_cluster": {"c": {"configuration": {"execute_command_configuration": {"kms_key_id": "${aws_kms_key.k.arn}", "log_configuration": {"cloud_watch_log_group_name": "l"}}, "managed_storage_configuration": {"kms_key_id": "${aws_kms_key.k.arn}"}}}, "d": {"configuration": {"managed_storage_configuration": {}}}}}}`,
				[]string{"no-key s/aws_ecs_cluster.c configuration.execute_command_configuration.log_configuration.cloud_watch_encryption_enabled", "no-key s/aws_ecs_cluster.d configuration.managed_storage_configuration.fargate_ephemeral_storage_kms_key_id"}},
			{"error reports", `{"resource": {` + aKey + `, "aws_timestreamquery_scheduled_query": {"q": {"kms_key_id": "${aws_kms_key.k.arn}", "error_report_configuration": {"s3_configuration": {"encryption_option": "SSE_S3"}}}}}}`,
				[]string{"no-key s/aws_timestreamquery_scheduled_query.q error_report_configuration.s3_configuration.encryption_option"}},
		},
		"volumes that nobody asks about": {
			{"a template that names none", `{"resource": {"aws_launch_template": {"t": {"name": "t"}}, "aws_instance": {"i": {"launch_template": {"name": "t"}}, "j": {"launch_template": {"id": "${var.t}"}}}, "aws_autoscaling_group": {"g": {"launch_template": {"id": "${aws_launch_template.t.id}"}}}}}`,
				[]string{"no-key s/aws_autoscaling_group.g launch_template", "no-key s/aws_instance.i launch_template", "unread s/aws_instance.j launch_template.id"}},
			{"a template with an image says it itself", `{"resource": {"aws_launch_template": {"t": {"image_id": "ami-1"}}, "aws_instance": {"i": {"launch_template": {"id": "${aws_launch_template.t.id}"}}}}}`,
				[]string{"no-key s/aws_launch_template.t block_device_mappings.ebs.kms_key_id"}},
			{"a template that does", `{"resource": {` + aKey + `, "aws_launch_template": {"t": {"block_device_mappings": {"ebs": {"encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}}}}, "aws_eks_node_group": {"n": {"launch_template": {"id": "${aws_launch_template.t.id}"}}}, "aws_batch_compute_environment": {"b": {"compute_resources": {"type": "EC2", "launch_template": {"launch_template_id": "${aws_launch_template.t.id}"}}}, "f": {"compute_resources": {"type": "FARGATE"}}}}}`, nil},
			{"none at all", `{"resource": {"aws_eks_node_group": {"n": {}}, "aws_batch_compute_environment": {"b": {"compute_resources": {"type": "SPOT"}}}, "aws_elastic_beanstalk_environment": {"e": {}}, "aws_cloud9_environment_ec2": {"c": {}}}}`,
				[]string{"no-key s/aws_batch_compute_environment.b compute_resources.launch_template", "no-key s/aws_cloud9_environment_ec2.c", "no-key s/aws_eks_node_group.n launch_template", "no-key s/aws_elastic_beanstalk_environment.e"}},
			{"the account's default", `{"resource": {` + aKey + `, "aws_ebs_encryption_by_default": {"e": {}}, "aws_ebs_default_kms_key": {"k": {"key_arn": "${aws_kms_key.k.arn}"}}, "aws_eks_node_group": {"n": {}}, "aws_elastic_beanstalk_environment": {"e": {}}, "aws_ami": {"a": {"ebs_block_device": {"device_name": "a"}}}}}`, nil},
			{"devices of an image", `{"resource": {` + aKey + `, "aws_ebs_volume": {"v": {"encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}}, "aws_ebs_snapshot": {"s": {"volume_id": "${aws_ebs_volume.v.id}"}}, "aws_ami": {"good": {"ebs_block_device": {"snapshot_id": "${aws_ebs_snapshot.s.id}"}}, "foreign": {"ebs_block_device": {"snapshot_id": "snap-1"}}, "bare": {"ebs_block_device": {"encrypted": true}}}}}`,
				[]string{"no-key s/aws_ami.bare ebs_block_device.encrypted", "unread s/aws_ami.foreign ebs_block_device.snapshot_id"}},
			{"layers and fleets", `{"resource": {"aws_opsworks_custom_layer": {"l": {"ebs_volume": {"encrypted": true}}}, "aws_ec2_fleet": {"f": {"launch_template_config": {"launch_template_specification": {"launch_template_id": "lt-1"}}}}, "aws_ecs_capacity_provider": {"c": {"managed_instances_provider": {}}, "d": {}}}}`,
				[]string{"unread s/aws_ec2_fleet.f launch_template_config.launch_template_specification.launch_template_id", "no-key s/aws_ecs_capacity_provider.c", "no-key s/aws_opsworks_custom_layer.l ebs_volume.encrypted"}},
		},
		"restored data": {
			{"from a snapshot of one's own", `{"resource": {` + aKey + `, "aws_db_instance": {"a": {"identifier": "a", "storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}, "b": {"snapshot_identifier": "${aws_db_snapshot.s.id}"}, "c": {"snapshot_identifier": "${data.aws_db_snapshot.last.id}"}, "d": {"restore_to_point_in_time": {"source_db_instance_identifier": "a"}}},
				"aws_db_snapshot": {"s": {"db_instance_identifier": "${aws_db_instance.a.identifier}"}}}, "data": {"aws_db_snapshot": {"last": {"db_instance_identifier": "a"}}}}`, nil},
			{"from one that is not right", `{"resource": {"aws_db_instance": {"a": {}, "b": {"snapshot_identifier": "${aws_db_snapshot.s.id}"}}, "aws_db_snapshot": {"s": {"db_instance_identifier": "${aws_db_instance.a.identifier}"}}}}`,
				[]string{"no-key s/aws_db_instance.a kms_key_id", "no-key s/aws_db_instance.b kms_key_id"}},
			{"a key beside has no effect", `{"resource": {` + aKey + `, "aws_db_instance": {"a": {"storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}", "snapshot_identifier": "old"}, "b": {"storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}", "restore_to_point_in_time": {"source_db_instance_identifier": "other"}}}}}`,
				[]string{"unread s/aws_db_instance.a snapshot_identifier", "unread s/aws_db_instance.b restore_to_point_in_time"}},
			{"clusters take a key of their own", `{"resource": {` + aKey + `, "aws_rds_cluster": {"a": {"storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}", "snapshot_identifier": "old"}, "b": {"snapshot_identifier": "${var.s}"}, "c": {"snapshot_identifier": "old"}}}}`,
				[]string{"unread s/aws_rds_cluster.b snapshot_identifier", "no-key s/aws_rds_cluster.c kms_key_id"}},
			{"volumes", `{"resource": {` + aKey + `, "aws_ebs_volume": {"a": {"encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}, "b": {"snapshot_id": "${aws_ebs_snapshot_copy.c.id}"}, "d": {"snapshot_id": "snap-1"}}, "aws_ebs_snapshot": {"s": {"volume_id": "${aws_ebs_volume.a.id}"}}, "aws_ebs_snapshot_copy": {"c": {"source_snapshot_id": "${aws_ebs_snapshot.s.id}", "encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}}, "aws_ebs_volume_copy": {"v": {"source_volume_id": "${aws_ebs_volume.a.id}"}, "w": {"source_volume_id": "vol-1"}}}}`,
				[]string{"no-key s/aws_ebs_volume.d kms_key_id", "unread s/aws_ebs_volume_copy.w source_volume_id"}},
			{"a replica in another Region", `{"provider": {"aws": [{"region": "eu-west-1"}, {"alias": "dr", "region": "eu-west-2"}]}, "resource": {` + aKey + `, "aws_db_instance": {"a": {"storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}, "b": {"replicate_source_db": "${aws_db_instance.a.arn}"}, "c": {"provider": "aws.dr", "replicate_source_db": "${aws_db_instance.a.arn}"}}}}`,
				[]string{"no-key s/aws_db_instance.c kms_key_id"}},
		},
		"keys that cannot serve": {
			{"states and specs", `{"resource": {"aws_kms_key": {"off": {"is_enabled": false}, "sign": {"key_usage": "SIGN_VERIFY"}, "rsa": {"customer_master_key_spec": "RSA_4096", "key_usage": "ENCRYPT_DECRYPT"}, "mac": {"customer_master_key_spec": "HMAC_256"}, "var": {"is_enabled": "${var.on}"}, "ok": {"is_enabled": true, "customer_master_key_spec": "SYMMETRIC_DEFAULT", "key_usage": "ENCRYPT_DECRYPT"}},
				"aws_kms_external_key": {"e": {"enabled": false}}, "aws_kms_alias": {"a": {"name": "alias/x", "target_key_id": "${aws_kms_key.off.id}"}}, "aws_kms_replica_key": {"r": {"primary_key_arn": "${aws_kms_key.rsa.arn}"}},
				"aws_sqs_queue": {"off": {"kms_master_key_id": "${aws_kms_key.off.arn}"}, "sign": {"kms_master_key_id": "${aws_kms_key.sign.arn}"}, "rsa": {"kms_master_key_id": "${aws_kms_key.rsa.arn}"}, "mac": {"kms_master_key_id": "${aws_kms_key.mac.arn}"}, "ok": {"kms_master_key_id": "${aws_kms_key.ok.arn}"}, "e": {"kms_master_key_id": "${aws_kms_external_key.e.arn}"}, "a": {"kms_master_key_id": "${aws_kms_alias.a.arn}"}, "r": {"kms_master_key_id": "${aws_kms_replica_key.r.arn}"}}}}`,
				[]string{"unusable-key s/aws_sqs_queue.a kms_master_key_id", "unusable-key s/aws_sqs_queue.e kms_master_key_id", "unusable-key s/aws_sqs_queue.mac kms_master_key_id", "unusable-key s/aws_sqs_queue.off kms_master_key_id", "unusable-key s/aws_sqs_queue.r kms_master_key_id", "unusable-key s/aws_sqs_queue.rsa kms_master_key_id", "unusable-key s/aws_sqs_queue.sign kms_master_key_id"}},
		},
		"what no table knows": {
			{"types", `{"resource": {"aws_brandnew_store": {"s": {}}, "awscc_sqs_queue": {"q": {}}, "random_id": {"r": {}}, "aws_vpc": {"v": {}}}}`,
				[]string{"unread s/aws_brandnew_store.s", "unread s/awscc_sqs_queue.q"}},
			{"attributes", `{"resource": {` + aKey + `, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_key.k.arn}", "backup_kms_key_id": null, "encryption_mode": "x", "tags": {"kms_key": "x"}}}, "aws_vpc": {"v": {"flow": {"encrypted": true}, "dynamic": {"archive": {"for_each": [1], "content": {"cmk_arn": "x"}}}}}, "aws_lambda_function": {"f": {"kms_key_arn": "${aws_kms_key.k.arn}", "environment": {"variables": {"kms_key_id": "x"}}}}}}`,
				[]string{"unread s/aws_sqs_queue.q encryption_mode", "unread s/aws_vpc.v archive.cmk_arn", "unread s/aws_vpc.v flow.encrypted"}},
			{"a newer provider", `{"terraform": {"required_providers": {"aws": {"version": "7.1.0"}}}, "resource": {"aws_vpc": {"v": {}}}}`, []string{"unread s/ required_providers.aws"}},
			{"one that is known", `{"terraform": {"required_providers": {"aws": {"version": "~> 6.20"}}}, "resource": {"aws_vpc": {"v": {}}}}`, nil},
		},
		"provider 6": {
			{"a Region of one's own", `{"provider": {"aws": [{"region": "eu-west-1"}, {"alias": "us", "region": "us-east-1"}]}, "resource": {"aws_kms_key": {"us": {"provider": "aws.us"}, "eu": {}, "named": {"region": "us-east-1"}, "var": {"region": "${var.r}"}},
				"aws_sns_topic": {"a": {"region": "us-east-1", "kms_master_key_id": "${aws_kms_key.us.arn}"}, "b": {"region": "us-east-1", "kms_master_key_id": "${aws_kms_key.eu.arn}"}, "c": {"kms_master_key_id": "${aws_kms_key.named.arn}"}, "d": {"region": "us-east-1", "kms_master_key_id": "${aws_kms_key.named.arn}"}, "e": {"region": "${var.r}", "kms_master_key_id": "${aws_kms_key.var.arn}"}, "f": {"region": "${var.q}", "kms_master_key_id": "${aws_kms_key.eu.arn}"}}}}`,
				[]string{"other-region s/aws_sns_topic.b kms_master_key_id", "other-region s/aws_sns_topic.c kms_master_key_id", "unread s/aws_sns_topic.f kms_master_key_id"}},
			{"a Region that cannot be compared with that of an ARN", `{"resource": {"aws_sns_topic": {"t": {"region": "${var.q}", "kms_master_key_id": "arn:aws:kms:eu-west-1:1:alias/own"}}}}`,
				[]string{"unread s/aws_sns_topic.t kms_master_key_id"}},
			{"managed results", `{"resource": {` + aKey + `, "aws_athena_workgroup": {"good": {"configuration": {"managed_query_results_configuration": {"enabled": true, "encryption_configuration": {"kms_key": "${aws_kms_key.k.arn}"}}}}, "bad": {"configuration": {"managed_query_results_configuration": {"enabled": true}}}}}}`,
				[]string{"no-key s/aws_athena_workgroup.bad configuration.managed_query_results_configuration.encryption_configuration.kms_key"}},
			{"vaults, archives, dashboards", `{"resource": {` + aKey + `, "aws_backup_logically_air_gapped_vault": {"a": {"encryption_key_arn": "${aws_kms_key.k.arn}"}, "b": {}}, "aws_cloudwatch_event_archive": {"a": {"kms_key_identifier": "${aws_kms_key.k.arn}"}, "b": {}}, "aws_grafana_workspace": {"a": {"kms_key_id": "${aws_kms_key.k.arn}"}, "b": {}}}}`,
				[]string{"no-key s/aws_backup_logically_air_gapped_vault.b encryption_key_arn", "no-key s/aws_cloudwatch_event_archive.b kms_key_identifier", "no-key s/aws_grafana_workspace.b kms_key_id"}},
			{"before it they take no key", `{"terraform": {"required_providers": {"aws": {"version": "5.100.0"}}}, "resource": {"aws_backup_logically_air_gapped_vault": {"b": {}}, "aws_cloudwatch_event_archive": {"b": {}}, "aws_grafana_workspace": {"b": {}}, "aws_kinesisanalyticsv2_application": {"a": {}}}}`,
				[]string{"no-key s/aws_backup_logically_air_gapped_vault.b", "no-key s/aws_cloudwatch_event_archive.b", "no-key s/aws_grafana_workspace.b", "no-key s/aws_kinesisanalyticsv2_application.a"}},
			{"Redshift encrypts by default", `{"resource": {` + aKey + `, "aws_redshift_cluster": {"a": {"kms_key_id": "${aws_kms_key.k.arn}"}, "b": {"kms_key_id": "${aws_kms_key.k.arn}", "encrypted": "true"}, "c": {"kms_key_id": "${aws_kms_key.k.arn}", "encrypted": "false"}, "d": {}}}}`,
				[]string{"no-key s/aws_redshift_cluster.c kms_key_id", "no-key s/aws_redshift_cluster.d kms_key_id"}},
			{"Redshift did not", `{"terraform": {"required_providers": {"aws": {"version": "~> 5.0"}}}, "resource": {` + aKey + `, "aws_redshift_cluster": {"a": {"kms_key_id": "${aws_kms_key.k.arn}"}}}}`,
				[]string{"no-key s/aws_redshift_cluster.a kms_key_id"}},
			{"versions before 5 are as that", `{"terraform": [{"required_providers": [{"aws": "~> 4.67"}]}], "resource": {` + aKey + `, "aws_redshift_cluster": {"a": {"kms_key_id": "${aws_kms_key.k.arn}"}}}}`,
				[]string{"no-key s/aws_redshift_cluster.a kms_key_id"}},
			{"any newer version will do", `{"terraform": {"required_providers": {"aws": {"version": ">= 5.0"}}}, "resource": {` + aKey + `, "aws_redshift_cluster": {"a": {"kms_key_id": "${aws_kms_key.k.arn}"}}}}`, nil},
			{"but not here", `{"terraform": {"required_providers": {"aws": {"version": ">= 5.0, < 6.0"}}}, "resource": {` + aKey + `, "aws_redshift_cluster": {"a": {"kms_key_id": "${aws_kms_key.k.arn}"}}}}`,
				[]string{"no-key s/aws_redshift_cluster.a kms_key_id"}},
			{"both may be locked: no default of 6", `{"terraform": {"required_providers": {"aws": {"version": ">= 5.99, < 7"}}}, "resource": {` + aKey + `, "aws_redshift_cluster": {"a": {"kms_key_id": "${aws_kms_key.k.arn}"}}}}`,
				[]string{"no-key s/aws_redshift_cluster.a kms_key_id"}},
			{"both may be locked: keys that 6 takes", `{"terraform": {"required_providers": {"aws": {"version": ">= 5.99, < 7"}}}, "resource": {` + aKey + `, "aws_cloudwatch_event_archive": {"a": {"kms_key_identifier": "${aws_kms_key.k.arn}"}, "b": {}}, "aws_s3vectors_vector_bucket": {"c": {}}}}`,
				[]string{"no-key s/aws_cloudwatch_event_archive.b kms_key_identifier", "no-key s/aws_s3vectors_vector_bucket.c encryption_configuration.kms_key_arn"}},
			{"both may be locked: the Region of a resource", `{"terraform": {"required_providers": {"aws": {"version": ">= 5.99, < 7"}}}, "provider": {"aws": {"region": "eu-west-1"}}, "resource": {` + aKey + `, "aws_sqs_queue": {"q": {"region": "us-east-1", "kms_master_key_id": "${aws_kms_key.k.arn}"}}}}`,
				[]string{"other-region s/aws_sqs_queue.q kms_master_key_id"}},
			{"Regions of incidents", `{"resource": {` + aKey + `, "aws_ssmincidents_replication_set": {"r": {"regions": [{"name": "eu-west-1"}, {"name": "eu-west-2", "kms_key_arn": "arn:aws:kms:eu-west-1:1:key/mrk-1"}]}}}}`,
				[]string{"no-key s/aws_ssmincidents_replication_set.r regions[0].kms_key_arn", "other-region s/aws_ssmincidents_replication_set.r regions[1].kms_key_arn"}},
			{"the default key of incidents", `{"resource": {"aws_ssmincidents_replication_set": {"r": {"region": {"name": "eu-west-1", "kms_key_arn": "DefaultKey"}}}}}`,
				[]string{"aws-managed-key s/aws_ssmincidents_replication_set.r region.kms_key_arn"}},
		},
		"resources made by others": {
			{"CloudFormation", `{"resource": {` + aKey + `, "aws_cloudformation_stack": {
				"bad": {"template_body": "{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\"}, \"T\": {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\"KmsMasterKeyId\": \"alias/aws/sns\"}}}}"},
				"good": {"template_body": "{\"Resources\": {\"K\": {\"Type\": \"AWS::KMS::Key\"}, \"Q\": {\"Type\": \"AWS::SQS::Queue\", \"Properties\": {\"KmsMasterKeyId\": {\"Fn::GetAtt\": [\"K\", \"Arn\"]}}}, \"T\": {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\"KmsMasterKeyId\": \"${aws_kms_key.k.arn}\"}}, \"R\": {\"Type\": \"AWS::IAM::Role\"}}}"},
				"param": {"template_body": "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      KmsMasterKeyId: !Ref Key\n  X:\n    Type: AWS::New::Store\n"},
				"yaml": {"template_body": "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketEncryption:\n        ServerSideEncryptionConfiguration:\n        - ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}\n"},
				"url": {"template_url": "https://x"}, "var": {"template_body": "${var.t}"}}}}`,
				[]string{"no-key s/aws_cloudformation_stack.bad template_body.Q.kms_master_key_id", "aws-managed-key s/aws_cloudformation_stack.bad template_body.T.kms_master_key_id", "unread s/aws_cloudformation_stack.param template_body.Q.kms_master_key_id", "unread s/aws_cloudformation_stack.param template_body.X",
					"unread s/aws_cloudformation_stack.url template_body", "unread s/aws_cloudformation_stack.var template_body", "no-key s/aws_cloudformation_stack.yaml template_body.B.server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id"}},
			{"properties that are no value, and conditions", `{"resource": {"aws_cloudformation_stack": {"s": {"template_body": "{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\", \"Properties\": {\"KmsMasterKeyId\": {\"Ref\": \"AWS::NoValue\"}}}, \"T\": {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\"KmsMasterKeyId\": {\"Fn::If\": [\"C\", \"alias/own\", \"alias/aws/sns\"]}}}}}"}}}}`,
				[]string{"no-key s/aws_cloudformation_stack.s template_body.Q.kms_master_key_id", "unread s/aws_cloudformation_stack.s template_body.T.kms_master_key_id"}},
			{"stack sets", `{"resource": {"aws_cloudformation_stack_set": {"s": {"template_body": "{\"Resources\": {\"L\": {\"Type\": \"AWS::Logs::LogGroup\"}}}"}}}}`, []string{"no-key s/aws_cloudformation_stack_set.s template_body.L.kms_key_id"}},
			{"Cloud Control", `{"resource": {` + aKey + `, "aws_cloudcontrolapi_resource": {"a": {"type_name": "AWS::DynamoDB::Table", "desired_state": "{\"SSESpecification\": {\"SSEEnabled\": true}}"}, "b": {"type_name": "AWS::DynamoDB::Table", "desired_state": "${jsonencode({SSESpecification = {SSEEnabled = true, KMSMasterKeyId = \"alias/own\"}})}"}, "c": {"type_name": "AWS::New::Store", "desired_state": "{}"}, "d": {"type_name": "${var.t}", "desired_state": "{}"}}}}`,
				[]string{"no-key s/aws_cloudcontrolapi_resource.a desired_state.server_side_encryption.kms_key_arn", "unread s/aws_cloudcontrolapi_resource.c desired_state", "unread s/aws_cloudcontrolapi_resource.d"}},
			{"products and applications", `{"resource": {"aws_servicecatalog_provisioned_product": {"p": {}}, "aws_serverlessapplicationrepository_cloudformation_stack": {"a": {}}, "aws_amplify_backend_environment": {"b": {}}}}`,
				[]string{"unread s/aws_amplify_backend_environment.b", "unread s/aws_serverlessapplicationrepository_cloudformation_stack.a", "unread s/aws_servicecatalog_provisioned_product.p"}},
		},
	} {
		for _, c := range cases {
			t.Run(group+"/"+c.name, func(t *testing.T) { expect(t, one(c.stack), c.want...) })
		}
	}
}

func TestWhatIsNoStackOfTerraformIsRefused(t *testing.T) {
	for content, want := range map[string]string{
		`{}`: "holds nothing of Terraform",
		`{"format_version": "1.2", "planned_values": {}}`:                                                                    "is a plan or a state",
		`{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}`:                                                                  "holds nothing of Terraform",
		`{"terraform": {}, "provider": {"aws": [{}]}}`:                                                                       "without a resource or a module",
		`{"format_version": "1.2", "planned_values": {"root_module": {}}}`:                                                   "without a resource or a module",
		`{"format_version": "1.2", "planned_values": {}}` + " ":                                                              "holds no values",
		`{"format_version": "2.0", "planned_values": {"root_module": {}}}`:                                                   "must be 0.x or 1.x",
		`{"format_version": "1.2", "errored": true, "planned_values": {"root_module": {"resources": [{"address": "a.b"}]}}}`: "a plan that failed",
		`[`: "is no JSON",
	} {
		_, err := Read("x.json", []byte(content))
		if content == `{"format_version": "1.2", "planned_values": {}}` {
			_, err = func() (*Stack, error) {
				return NewStack("x.json", object{"format_version": "1.2", "planned_values": object{}})
			}()
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.json") {
			t.Errorf("%s: the error is %v, want %q", content, err, want)
		}
	}
}

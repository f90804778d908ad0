package cmk

// situation is a configuration that is right or wrong as a whole: what is found at
// its address, or at one of several, decides. Blocks are lists, so that it can be written as HCL.
type situation struct {
	name, address string
	isWrong       bool
	resources     string
}

const situationKey = `"aws_kms_key": {"k": {"enable_key_rotation": true}}`

// situations are what real configurations do beside naming a key or not: of each
// kind that a scanner or this guard once had wrong.
var situations = []situation{
	{"a bucket without a configuration of its encryption", "aws_s3_bucket.it", true, `{"aws_s3_bucket": {"it": {"bucket": "it"}}}`},
	{"a bucket with AES256 in a resource of its own", "aws_s3_bucket_server_side_encryption_configuration.it", true, `{"aws_s3_bucket": {"b": {"bucket": "it"}}, "aws_s3_bucket_server_side_encryption_configuration": {"it": {"bucket": "${aws_s3_bucket.b.id}", "rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]}}}`},
	{"a bucket with KMS and no key in a resource of its own", "aws_s3_bucket_server_side_encryption_configuration.it", true, `{"aws_s3_bucket": {"b": {"bucket": "it"}}, "aws_s3_bucket_server_side_encryption_configuration": {"it": {"bucket": "${aws_s3_bucket.b.id}", "rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]}}}`},
	{"a bucket whose configuration has the count 0", "aws_s3_bucket.it", true, `{` + situationKey + `, "aws_s3_bucket": {"it": {"bucket": "it"}}, "aws_s3_bucket_server_side_encryption_configuration": {"e": {"count": 0, "bucket": "${aws_s3_bucket.it.id}", "rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"}]}]}}}`},
	{"a bucket with a key in a resource of its own", "aws_s3_bucket.it", false, `{` + situationKey + `, "aws_s3_bucket": {"it": {"bucket": "it"}}, "aws_s3_bucket_server_side_encryption_configuration": {"e": {"bucket": "${aws_s3_bucket.it.id}", "rule": [{"bucket_key_enabled": true, "apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"}]}]}}}`},
	{"an object in a bucket under a key", "aws_s3_object.it", false, `{` + situationKey + `, "aws_s3_bucket": {"b": {"bucket": "it"}}, "aws_s3_object": {"it": {"bucket": "${aws_s3_bucket.b.id}", "key": "a"}}, "aws_s3_bucket_server_side_encryption_configuration": {"e": {"bucket": "${aws_s3_bucket.b.id}", "rule": [{"bucket_key_enabled": true, "apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"}]}]}}}`},
	{"an object of the older type in a bucket under a key", "aws_s3_bucket_object.it", false, `{` + situationKey + `, "aws_s3_bucket": {"b": {"bucket": "it"}}, "aws_s3_bucket_object": {"it": {"bucket": "${aws_s3_bucket.b.id}", "key": "a"}}, "aws_s3_bucket_server_side_encryption_configuration": {"e": {"bucket": "${aws_s3_bucket.b.id}", "rule": [{"bucket_key_enabled": true, "apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"}]}]}}}`},
	{"a condition between no key and one of AWS", "aws_sqs_queue.it", true, `{"aws_sqs_queue": {"it": {"kms_master_key_id": "${var.on ? \"alias/aws/sqs\" : null}"}}}`},
	{"a condition between two keys", "aws_sqs_queue.it", false, `{"aws_kms_key": {"a": {"enable_key_rotation": true}, "b": {"enable_key_rotation": true}}, "aws_sqs_queue": {"it": {"kms_master_key_id": "${var.on ? aws_kms_key.a.arn : aws_kms_key.b.arn}"}}}`},
	{"a local value that is null", "aws_sns_topic.it", true, `{"aws_sns_topic": {"it": {"kms_master_key_id": "${local.none}"}}}`},
	{"a local value that is a key of AWS", "aws_sns_topic.it", true, `{"aws_sns_topic": {"it": {"kms_master_key_id": "${local.theirs}"}}}`},
	{"a key of AWS through a data source", "aws_sns_topic.it", true, `{"aws_sns_topic": {"it": {"kms_master_key_id": "${data.aws_kms_alias.theirs.target_key_arn}"}}}`},
	{"a key of AWS by a directive in a text", "aws_sqs_queue.it", true, `{"aws_sqs_queue": {"it": {"kms_master_key_id": "alias/%{ if true }aws/%{ endif }sqs"}}}`},
	{"one instance of two without a key", "aws_sqs_queue.it", true, `{` + situationKey + `, "aws_sqs_queue": {"it": {"for_each": "${{a = aws_kms_key.k.arn, b = \"\"}}", "kms_master_key_id": "${each.value}"}}}`},
	{"a key of each instance", "aws_sqs_queue.it", false, `{"aws_kms_key": {"k": {"for_each": "${toset([\"a\", \"b\"])}", "enable_key_rotation": true}}, "aws_sqs_queue": {"it": {"for_each": "${aws_kms_key.k}", "kms_master_key_id": "${each.value.arn}"}}}`},
	{"a queue whose count is 0", "aws_sqs_queue.it", false, `{"aws_sqs_queue": {"it": {"count": 0}}}`},
	{"a key for signatures", "aws_sqs_queue.it", true, `{"aws_kms_key": {"k": {"customer_master_key_spec": "RSA_4096", "key_usage": "SIGN_VERIFY"}}, "aws_sqs_queue": {"it": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}}`},
	{"a key that is disabled", "aws_sqs_queue.it aws_kms_key.k", true, `{"aws_kms_key": {"k": {"enable_key_rotation": true, "is_enabled": false}}, "aws_sqs_queue": {"it": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}}`},
	{"a secret with a replica without a key", "aws_secretsmanager_secret.it", true, `{` + situationKey + `, "aws_secretsmanager_secret": {"it": {"kms_key_id": "${aws_kms_key.k.arn}", "replica": [{"region": "eu-west-2"}]}}}`},
	{"performance data without a key", "aws_db_instance.it", true, `{` + situationKey + `, "aws_db_instance": {"it": {"storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}", "performance_insights_enabled": true}}}`},
	{"a database that is not encrypted, beside a key", "aws_db_instance.it", true, `{` + situationKey + `, "aws_db_instance": {"it": {"storage_encrypted": false, "kms_key_id": "${aws_kms_key.k.arn}"}}}`},
	{"an encrypted database without a key", "aws_db_instance.it", true, `{"aws_db_instance": {"it": {"storage_encrypted": true}}}`},
	{"a database from a snapshot of one's own", "aws_db_instance.it", false, `{` + situationKey + `, "aws_db_instance": {"a": {"identifier": "a", "storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}, "it": {"snapshot_identifier": "${aws_db_snapshot.s.id}"}}, "aws_db_snapshot": {"s": {"db_instance_identifier": "${aws_db_instance.a.identifier}", "db_snapshot_identifier": "s"}}}`},
	{"a replica of a database under a key", "aws_db_instance.it", false, `{` + situationKey + `, "aws_db_instance": {"a": {"identifier": "a", "storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}, "it": {"replicate_source_db": "${aws_db_instance.a.identifier}"}}}`},
	{"a volume without a key", "aws_ebs_volume.it", true, `{"aws_ebs_volume": {"it": {"encrypted": true}}}`},
	{"a volume under the account's default key", "aws_ebs_volume.it", false, `{` + situationKey + `, "aws_ebs_encryption_by_default": {"e": {"enabled": true}}, "aws_ebs_default_kms_key": {"d": {"key_arn": "${aws_kms_key.k.arn}"}}, "aws_ebs_volume": {"it": {"size": 8}}}`},
	{"an image from a snapshot under a key", "aws_ami.it", false, `{` + situationKey + `, "aws_ebs_volume": {"v": {"encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}}, "aws_ebs_snapshot": {"s": {"volume_id": "${aws_ebs_volume.v.id}"}}, "aws_ami": {"it": {"name": "it", "ebs_block_device": [{"device_name": "/dev/sda1", "snapshot_id": "${aws_ebs_snapshot.s.id}"}]}}}`},
	{"a node group whose volumes nobody asks about", "aws_eks_node_group.it", true, `{"aws_eks_node_group": {"it": {"cluster_name": "c"}}}`},
	{"a dynamic block that is right", "aws_dynamodb_table.it", false, `{` + situationKey + `, "aws_dynamodb_table": {"it": {"name": "it", "dynamic": [{"server_side_encryption": {"for_each": [1], "content": [{"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}]}}]}}}`},
	{"a dynamic block that is not there", "aws_dynamodb_table.it", true, `{` + situationKey + `, "aws_dynamodb_table": {"it": {"name": "it", "dynamic": [{"server_side_encryption": {"for_each": "${[]}", "content": [{"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}]}}]}}}`},
	{"a workgroup that clients override", "aws_athena_workgroup.it", true, `{` + situationKey + `, "aws_athena_workgroup": {"it": {"name": "it", "configuration": [{"enforce_workgroup_configuration": false, "result_configuration": [{"encryption_configuration": [{"encryption_option": "SSE_KMS", "kms_key_arn": "${aws_kms_key.k.arn}"}]}]}]}}}`},
	{"artifacts of builds that are not encrypted", "aws_codebuild_project.it", true, `{` + situationKey + `, "aws_codebuild_project": {"it": {"name": "it", "encryption_key": "${aws_kms_key.k.arn}", "artifacts": [{"type": "S3", "encryption_disabled": true}]}}}`},
	{"sessions on containers whose logs are not encrypted", "aws_ecs_cluster.it", true, `{` + situationKey + `, "aws_ecs_cluster": {"it": {"name": "it", "configuration": [{"execute_command_configuration": [{"kms_key_id": "${aws_kms_key.k.arn}", "logging": "OVERRIDE", "log_configuration": [{"cloud_watch_log_group_name": "l"}]}]}]}}}`},
	{"a cluster of EMR under keys of S3", "aws_emr_security_configuration.it", true, `{"aws_emr_security_configuration": {"it": {"configuration": "{\"EncryptionConfiguration\": {\"EnableInTransitEncryption\": false, \"EnableAtRestEncryption\": true, \"AtRestEncryptionConfiguration\": {\"S3EncryptionConfiguration\": {\"EncryptionMode\": \"SSE-S3\"}}}}"}}}`},
	{"a queue in a template of CloudFormation", "aws_cloudformation_stack.it", true, `{"aws_cloudformation_stack": {"it": {"name": "it", "template_body": "{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\"}}}"}}}`},
	{"a secret parameter without a key", "aws_ssm_parameter.it", true, `{"aws_ssm_parameter": {"it": {"name": "it", "type": "SecureString", "value": "x"}}}`},
	{"a parameter that is no secret", "aws_ssm_parameter.it", false, `{"aws_ssm_parameter": {"it": {"name": "it", "type": "String", "value": "x"}}}`},
	{"a function with variables and without a key", "aws_lambda_function.it", true, `{"aws_lambda_function": {"it": {"function_name": "it", "environment": [{"variables": {"a": "b"}}]}}}`},
	{"a key of another Region", "aws_sqs_queue.it", true, `{"aws_kms_key": {"k": {"provider": "${aws.other}", "enable_key_rotation": true}}, "aws_sqs_queue": {"it": {"kms_master_key_id": "${aws_kms_key.k.arn}"}}}`},
}

// situationsBeside is what they refer to.
const situationsBeside = `"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}},
	"provider": {"aws": [{"region": "eu-west-1"}, {"alias": "other", "region": "eu-west-2"}]}, "variable": {"on": {}},
	"locals": {"none": null, "theirs": "alias/aws/sns"}, "data": {"aws_kms_alias": {"theirs": {"name": "alias/aws/sns"}}}`

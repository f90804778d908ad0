package cmk

import (
	"slices"
	"strings"
	"testing"
)

// What stands several times where one is expected, or in another shape than is
// expected, is read or unread, never passed over.
func TestShapesThatAreNotExpected(t *testing.T) {
	const (
		instance = `"aws_kms_key": {"k": {}}, "aws_db_instance": {"a": {"identifier": "a", "storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"}, "b": `
		bare     = `"aws_launch_template": {"bare": {"name": "bare"}, "full": {"name": "full", "image_id": "ami-1", "block_device_mappings": {"ebs": {"encrypted": true, "kms_key_id": "alias/own"}}}}`
		ofEbs    = `"aws_ebs_encryption_by_default": {"on": {}}, "aws_ebs_default_kms_key": {"key": {"key_arn": "alias/own"}}`
	)
	stackSet := func(properties string) string {
		return `"aws_cloudformation_stack": {"s": {"template_body": {"Resources": {"R": ` + properties + `}}}}`
	}
	for name, c := range map[string]struct {
		resources string
		want      []string
	}{
		"several blocks of what is restored": {instance + `{"restore_to_point_in_time": [{"source_db_instance_identifier": "a"}, {"source_db_instance_identifier": "other"}]}}`,
			[]string{"unread s/aws_db_instance.b restore_to_point_in_time"}},
		"a dynamic block of what is restored": {instance + `{"dynamic": {"restore_to_point_in_time": {"for_each": ["a"], "content": {"source_db_instance_identifier": "${restore_to_point_in_time.value}"}}}}}`, nil},
		"a dynamic block of another":          {instance + `{"dynamic": {"restore_to_point_in_time": {"for_each": ["z"], "content": {"source_db_instance_identifier": "${restore_to_point_in_time.value}"}}}}}`, []string{"no-key s/aws_db_instance.b kms_key_id"}},
		"a dynamic block that may be there":   {instance + `{"storage_encrypted": true, "kms_key_id": "alias/own", "dynamic": {"restore_to_point_in_time": {"for_each": "${var.on ? [1] : []}", "content": {"source_db_instance_identifier": "a"}}}}}`, []string{"unread s/aws_db_instance.b restore_to_point_in_time"}},
		"a snapshot called like an instance":  {instance + `{"snapshot_identifier": "a"}}`, []string{"no-key s/aws_db_instance.b kms_key_id"}},
		"a key beside a snapshot called so":   {instance + `{"storage_encrypted": true, "kms_key_id": "alias/own", "snapshot_identifier": "a"}}`, []string{"unread s/aws_db_instance.b snapshot_identifier"}},
		"a replica of what is called so":      {instance + `{"replicate_source_db": "a"}}`, nil},

		"a conditional block, without either way":               {`"aws_dynamodb_table": {"t": {"dynamic": {"server_side_encryption": {"for_each": "${var.on ? [] : []}", "content": {"enabled": true, "kms_key_arn": "alias/own"}}}}}`, []string{"no-key s/aws_dynamodb_table.t " + ofTable}},
		"an expression for a block, without either way":         {`"aws_dynamodb_table": {"t": {"server_side_encryption": "${var.on ? [] : []}"}}`, []string{"no-key s/aws_dynamodb_table.t " + ofTable}},
		"a global cluster that is encrypted, whatever it is of": {`"aws_rds_global_cluster": {"g": {"storage_encrypted": true, "source_db_cluster_identifier": "${var.on ? \"x\" : null}"}}`, nil},
		"a replica of a disabled key":                           {`"aws_kms_key": {"k": {"multi_region": true, "is_enabled": false}}, "aws_kms_replica_key": {"r": {"primary_key_arn": "${aws_kms_key.k.arn}"}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_replica_key.r.arn}"}}`, nil},
		"a replica of a key for signatures":                     {`"aws_kms_key": {"k": {"multi_region": true, "key_usage": "SIGN_VERIFY"}}, "aws_kms_replica_key": {"r": {"primary_key_arn": "${aws_kms_key.k.arn}"}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_replica_key.r.arn}"}}`, []string{"unusable-key s/aws_sqs_queue.q kms_master_key_id"}},
		"devices of an image from a snapshot":                   {`"aws_ami": {"a": {"ebs_block_device": {"device_name": "x", "snapshot_id": "snap-1"}}}`, []string{"unread s/aws_ami.a ebs_block_device.snapshot_id"}},

		"an encryption for one of two buckets":       {`"aws_s3_bucket": {"a": {"bucket": "a"}, "b": {"bucket": "b"}}, "aws_s3_bucket_server_side_encryption_configuration": {"e": {"bucket": "${var.on ? aws_s3_bucket.a.id : aws_s3_bucket.b.id}", "rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/own"}}}}`, []string{"unread s/aws_s3_bucket.a aws_s3_bucket_server_side_encryption_configuration.e", "unread s/aws_s3_bucket.b aws_s3_bucket_server_side_encryption_configuration.e", "advice: no-bucket-key s/aws_s3_bucket_server_side_encryption_configuration.e rule.bucket_key_enabled"}},
		"an object of one of two buckets":            {`"aws_s3_bucket": {"a": {"bucket": "a"}, "b": {"bucket": "b"}}, "aws_s3_object": {"o": {"bucket": "${var.on ? aws_s3_bucket.a.id : aws_s3_bucket.b.id}"}}, "aws_s3_bucket_server_side_encryption_configuration": {"e": {"bucket": "a", "rule": {"bucket_key_enabled": true, "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/own"}}}}`, []string{"no-key s/aws_s3_bucket.b server_side_encryption_configuration", "unread s/aws_s3_object.o kms_key_id"}},
		"a replica of a key that may sign":           {`"aws_kms_key": {"k": {"multi_region": true, "key_usage": "${var.usage}"}}, "aws_kms_replica_key": {"r": {"primary_key_arn": "${aws_kms_key.k.arn}"}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_replica_key.r.arn}"}}`, []string{"unread s/aws_sqs_queue.q kms_master_key_id"}},
		"a replica of a key whose state is disabled": {`"aws_kms_replica_key": {"r": {"primary_key_arn": "${data.aws_kms_key.d.arn}"}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_replica_key.r.arn}"}}`, nil},
		"an object under a rule that may be there":   {`"aws_s3_bucket": {"a": {"bucket": "a"}}, "aws_s3_object": {"o": {"bucket": "${aws_s3_bucket.a.id}"}}, "aws_s3_bucket_server_side_encryption_configuration": {"e": {"bucket": "a", "dynamic": {"rule": {"for_each": "${var.on ? [1] : []}", "content": {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/own"}}}}}}`, []string{"unread s/aws_s3_bucket_server_side_encryption_configuration.e rule.apply_server_side_encryption_by_default.kms_master_key_id", "advice: no-bucket-key s/aws_s3_bucket_server_side_encryption_configuration.e rule.bucket_key_enabled", "unread s/aws_s3_object.o kms_key_id"}},
		"a replica of a disabled key for signatures": {`"aws_kms_key": {"k": {"multi_region": true, "is_enabled": false, "key_usage": "SIGN_VERIFY"}}, "aws_kms_replica_key": {"r": {"primary_key_arn": "${aws_kms_key.k.arn}"}}, "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_replica_key.r.arn}"}}`, []string{"unusable-key s/aws_sqs_queue.q kms_master_key_id"}},

		"a number for a block":                                        {`"aws_dynamodb_table": {"t": {"server_side_encryption": 1}}`, []string{"unread s/aws_dynamodb_table.t " + ofTable}},
		"a truth value for a block":                                   {`"aws_dynamodb_table": {"t": {"server_side_encryption": [true]}}`, []string{"unread s/aws_dynamodb_table.t " + ofTable}},
		"a text for a dynamic block":                                  {`"aws_dynamodb_table": {"t": {"dynamic": {"server_side_encryption": "${var.x}"}}}`, []string{"unread s/aws_dynamodb_table.t " + ofTable}},
		"a text for its content":                                      {`"aws_dynamodb_table": {"t": {"dynamic": {"server_side_encryption": {"for_each": [1], "content": "${var.x}"}}}}`, []string{"unread s/aws_dynamodb_table.t " + ofTable}},
		"dynamic blocks in a list":                                    {`"aws_dynamodb_table": {"t": {"dynamic": [{"server_side_encryption": [{"for_each": [1], "content": [{"enabled": true, "kms_key_arn": "alias/aws/dynamodb"}]}]}]}}`, []string{"aws-managed-key s/aws_dynamodb_table.t " + ofTable}},
		"truth as a number in a text":                                 {`"aws_db_instance": {"d": {"storage_encrypted": "1", "kms_key_id": "alias/own", "performance_insights_enabled": "1"}, "e": {"storage_encrypted": "0", "kms_key_id": "alias/own"}}`, []string{"no-key s/aws_db_instance.d performance_insights_kms_key_id", "no-key s/aws_db_instance.e kms_key_id"}},
		"an expression for a block where a key is looked at if given": {`"aws_cognito_user_pool": {"p": {"lambda_config": "${var.l}"}}`, []string{"unread s/aws_cognito_user_pool.p lambda_config.kms_key_id"}},
		"a list for a key":                                            {`"aws_sqs_queue": {"q": {"kms_master_key_id": ["alias/own"]}}`, []string{"unread s/aws_sqs_queue.q kms_master_key_id"}},
		"settings elsewhere that differ":                              {`"aws_athena_workgroup": {"w": {"configuration": [{"managed_query_results_configuration": {"enabled": true, "encryption_configuration": {"kms_key": "alias/own"}}}, {"managed_query_results_configuration": {"enabled": false}}]}}`, []string{"unread s/aws_athena_workgroup.w configuration.managed_query_results_configuration.enabled"}},
		"more instances than are looked at":                           {`"aws_sqs_queue": {"q": {"count": 150, "kms_master_key_id": "${count.index > 120 ? \"alias/aws/sqs\" : \"alias/own\"}"}}`, []string{"unread s/aws_sqs_queue.q kms_master_key_id"}},
		"more instances that are all wrong":                           {`"aws_sqs_queue": {"q": {"count": 150}}`, []string{"no-key s/aws_sqs_queue.q kms_master_key_id"}},
		"a bucket that nobody can tell":                               {`"aws_s3_object": {"o": {"bucket": "${var.b}"}, "p": {"bucket": "elsewhere"}}`, []string{"unread s/aws_s3_object.o kms_key_id", "no-key s/aws_s3_object.p kms_key_id"}},
		"a key that may not serve":                                    {`"aws_kms_key": {"a": {"is_enabled": "${var.on}"}, "b": {"key_usage": "${var.x ? \"SIGN_VERIFY\" : \"GENERATE_VERIFY_MAC\"}"}, "c": {"is_enabled": "${var.x ? true : true}"}}, "aws_sqs_queue": {"a": {"kms_master_key_id": "${aws_kms_key.a.arn}"}, "b": {"kms_master_key_id": "${aws_kms_key.b.arn}"}, "c": {"kms_master_key_id": "${aws_kms_key.c.arn}"}}`, []string{"unread s/aws_sqs_queue.a kms_master_key_id", "unusable-key s/aws_sqs_queue.b kms_master_key_id"}},
		"an alias of a key that may not serve":                        {`"aws_kms_key": {"a": {"is_enabled": "${var.on}"}}, "aws_kms_alias": {"a": {"name": "alias/a", "target_key_id": "${aws_kms_key.a.id}"}}, "aws_sqs_queue": {"a": {"kms_master_key_id": "${aws_kms_alias.a.arn}"}}`, []string{"unread s/aws_sqs_queue.a kms_master_key_id"}},
		"a security configuration":                                    {`"aws_glue_security_configuration": {"c": {"name": "c", "encryption_configuration": {"cloudwatch_encryption": {"cloudwatch_encryption_mode": "SSE-KMS", "kms_key_arn": "alias/own"}, "job_bookmarks_encryption": {"job_bookmarks_encryption_mode": "CSE-KMS", "kms_key_arn": "alias/own"}, "s3_encryption": {"s3_encryption_mode": "SSE-KMS", "kms_key_arn": "alias/own"}}}}, "aws_glue_job": {"a": {"security_configuration": "c"}, "b": {"security_configuration": "${aws_glue_security_configuration.c.name}"}, "d": {"security_configuration": "other"}, "e": {"security_configuration": "${var.x ? \"c\" : \"other\"}"}}`, []string{"unread s/aws_glue_job.d security_configuration", "unread s/aws_glue_job.e security_configuration"}},
		"a global cluster of another, perhaps":                        {`"aws_rds_global_cluster": {"g": {"source_db_cluster_identifier": "${var.on ? \"x\" : null}"}, "h": {"source_db_cluster_identifier": "x"}}`, []string{"unread s/aws_rds_global_cluster.g source_db_cluster_identifier"}},
		"caches by expression":                                        {`"aws_api_gateway_method_settings": {"m": {"settings": "${var.s}"}}`, []string{"unread s/aws_api_gateway_method_settings.m settings.caching_enabled"}},
		"imports by variable":                                         {`"aws_quicksight_data_set": {"d": {"import_mode": "${var.m}"}}`, []string{"unread s/aws_quicksight_data_set.d import_mode"}},
		"encryption at rest of EMR by variable":                       {`"aws_emr_security_configuration": {"c": {"configuration": "{\"EncryptionConfiguration\": {\"EnableAtRestEncryption\": \"${var.on}\"}}"}}`, []string{"unread s/aws_emr_security_configuration.c configuration.EncryptionConfiguration.EnableAtRestEncryption"}},
		"buckets that EMR makes an exception of": {`"aws_emr_security_configuration": {"c": {"configuration": "{\"EncryptionConfiguration\": {\"EnableAtRestEncryption\": true, \"AtRestEncryptionConfiguration\": {\"LocalDiskEncryptionConfiguration\": {\"EncryptionKeyProviderType\": \"AwsKms\", \"AwsKmsKey\": \"alias/own\"}, \"S3EncryptionConfiguration\": {\"EncryptionMode\": \"SSE-KMS\", \"AwsKmsKey\": \"alias/own\", \"Overrides\": [{\"BucketName\": \"a\", \"EncryptionMode\": \"SSE-KMS\", \"AwsKmsKey\": \"alias/own\"}, {\"BucketName\": \"b\", \"EncryptionMode\": \"SSE-S3\"}]}}}}"}}`,
			[]string{"no-key s/aws_emr_security_configuration.c configuration.EncryptionConfiguration.AtRestEncryptionConfiguration.S3EncryptionConfiguration.Overrides[1].AwsKmsKey"}},

		"two templates by condition":       {bare + `, "aws_eks_node_group": {"n": {"launch_template": {"id": "${var.x ? aws_launch_template.full.id : aws_launch_template.bare.id}"}}}`, []string{"no-key s/aws_eks_node_group.n launch_template"}},
		"a template of the app or another": {bare + `, "aws_eks_node_group": {"n": {"launch_template": {"name": "${var.x ? \"full\" : \"other\"}"}, "provider": "aws"}}`, []string{"unread s/aws_eks_node_group.n launch_template.name"}},
		"one of two without a template":    {bare + `, "aws_ec2_fleet": {"f": {"launch_template_config": [{"launch_template_specification": {"launch_template_id": "${aws_launch_template.full.id}"}}, {}]}}`, []string{"no-key s/aws_ec2_fleet.f launch_template_config.launch_template_specification"}},
		"no block around a template":       {`"aws_ec2_fleet": {"f": {}}`, []string{"no-key s/aws_ec2_fleet.f launch_template_config.launch_template_specification"}},
		"a template that may be there":     {bare + `, "aws_eks_node_group": {"n": {"dynamic": {"launch_template": {"for_each": "${var.on ? [1] : []}", "content": {"id": "${aws_launch_template.full.id}"}}}}}`, []string{"unread s/aws_eks_node_group.n launch_template"}},
		"a policy of templates": {bare + `, "aws_autoscaling_group": {
			"good": {"mixed_instances_policy": {"launch_template": {"launch_template_specification": {"launch_template_id": "${aws_launch_template.full.id}"}, "override": [{"instance_type": "m"}]}}},
			"bad": {"mixed_instances_policy": {"launch_template": {"launch_template_specification": {"launch_template_id": "${aws_launch_template.bare.id}"}}}},
			"override": {"mixed_instances_policy": {"launch_template": {"launch_template_specification": {"launch_template_id": "${aws_launch_template.full.id}"}, "override": [{"instance_type": "m"}, {"launch_template_specification": {"launch_template_name": "bare"}}]}}}}`,
			[]string{"no-key s/aws_autoscaling_group.bad mixed_instances_policy.launch_template.launch_template_specification", "no-key s/aws_autoscaling_group.override mixed_instances_policy.launch_template.override[1].launch_template_specification"}},
		"launch configurations elsewhere": {ofEbs + `, "aws_launch_configuration": {"c": {"name": "c"}}, "aws_autoscaling_group": {"a": {"launch_configuration": "${aws_launch_configuration.c.name}"}, "b": {"launch_configuration": "old"}, "c": {"launch_configuration": "${var.c}"}}`,
			[]string{"unread s/aws_autoscaling_group.b launch_configuration", "unread s/aws_autoscaling_group.c launch_configuration"}},
		"a launch configuration's device by expression": {`"aws_ebs_default_kms_key": {"key": {"key_arn": "alias/own"}}, "aws_launch_configuration": {"a": {"root_block_device": "${var.d}"}, "b": {"root_block_device": {"encrypted": true}}, "c": {"root_block_device": {"encrypted": true}, "ebs_block_device": [{"encrypted": true}, {"encrypted": false}]}}`,
			[]string{"unread s/aws_launch_configuration.a root_block_device.encrypted", "no-key s/aws_launch_configuration.c root_block_device.encrypted"}},
		"compute resources by expression": {`"aws_batch_compute_environment": {"b": {"compute_resources": "${var.r}"}}`, []string{"unread s/aws_batch_compute_environment.b compute_resources.type"}},
		"a layer's volumes by expression": {`"aws_opsworks_custom_layer": {"l": {"ebs_volume": "${var.v}"}}`, []string{"unread s/aws_opsworks_custom_layer.l ebs_volume.encrypted"}},
		"an exception to the logs of a cluster by expression": {`"aws_ecs_cluster": {"c": {"configuration": {"execute_command_configuration": {"log_configuration": "${var.l}"}}}}`,
			[]string{"unread s/aws_ecs_cluster.c configuration.execute_command_configuration.log_configuration.cloud_watch_encryption_enabled", "unread s/aws_ecs_cluster.c configuration.execute_command_configuration.log_configuration.s3_bucket_encryption_enabled"}},

		"what is restored from a snapshot is not called so": {instance + `{"identifier": "b", "snapshot_identifier": "a"}, "c": {"replicate_source_db": "a"}}`, []string{"no-key s/aws_db_instance.b kms_key_id"}},
		"a policy of templates that may be there":           {`"aws_autoscaling_group": {"g": {"dynamic": {"mixed_instances_policy": {"for_each": "${var.on ? [1] : []}", "content": {}}}}}`, []string{"unread s/aws_autoscaling_group.g mixed_instances_policy"}},
		"a registered key that may be there":                {`"aws_quicksight_key_registration": {"k": {"count": "${var.n}", "key_registration": {"key_arn": "alias/own"}}}, "aws_quicksight_data_set": {"d": {"import_mode": "SPICE"}}`, []string{"unread s/aws_quicksight_data_set.d import_mode"}},
		"a function for a block":                            {jsonText(stackSet(`{"Type": "AWS::DynamoDB::Table", "Properties": {"SSESpecification": {"Fn::If": ["a", {}, {}]}}}`)), []string{"unread s/aws_cloudformation_stack.s template_body.R.server_side_encryption.enabled"}},
		"properties by macro":                               {jsonText(stackSet(`{"Type": "AWS::SQS::Queue", "Properties": {"Fn::Transform": {"Name": "AWS::Include"}, "KmsMasterKeyId": "alias/own"}}`)), []string{"unread s/aws_cloudformation_stack.s template_body.R"}},
		"properties by function":                            {jsonText(stackSet(`{"Type": "AWS::SQS::Queue", "Properties": {"Fn::If": ["a", {}, {}]}}`)), []string{"unread s/aws_cloudformation_stack.s template_body.R"}},
		"properties in a list":                              {jsonText(stackSet(`{"Type": "AWS::SQS::Queue", "Properties": []}`)), []string{"unread s/aws_cloudformation_stack.s template_body.R"}},
		"a block of two":                                    {jsonText(stackSet(`{"Type": "AWS::DynamoDB::Table", "Properties": {"SSESpecification": [{"SSEEnabled": true, "KMSMasterKeyId": "alias/own"}, {}]}}`)), []string{"unread s/aws_cloudformation_stack.s template_body.R.server_side_encryption.enabled"}},
		"a text for a block":                                {jsonText(stackSet(`{"Type": "AWS::DynamoDB::Table", "Properties": {"SSESpecification": "x"}}`)), []string{"unread s/aws_cloudformation_stack.s template_body.R.server_side_encryption.enabled"}},
		"no value for a block":                              {jsonText(stackSet(`{"Type": "AWS::DynamoDB::Table", "Properties": {"SSESpecification": {"Ref": "AWS::NoValue"}}}`)), []string{"no-key s/aws_cloudformation_stack.s template_body.R." + ofTable}},
		"an instance of a cluster":                          {jsonText(stackSet(`{"Type": "AWS::RDS::DBInstance", "Properties": {"DBClusterIdentifier": "c"}}`)), nil},
		"a template with a macro":                           {`"aws_cloudformation_stack": {"s": {"template_body": "{\"Transform\": \"Mine\", \"Resources\": {}}"}}`, []string{"unread s/aws_cloudformation_stack.s template_body.Transform"}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, one(`{"resource": {`+c.resources+`}}`), c.want...) })
	}
}

// jsonText writes the object of a template_body as a text.
func jsonText(resources string) string {
	before, body, _ := strings.Cut(resources, `"template_body": `)
	body = strings.TrimSuffix(body, "}}")
	return before + `"template_body": "` + strings.ReplaceAll(body, `"`, `\"`) + `"}}`
}

func TestSectionsThatAreNotRead(t *testing.T) {
	const queue = `"resource": {"//": "a comment", "aws_sqs_queue": [{"//": "another", "q": [{"kms_master_key_id": "alias/own"}]}]}`
	expect(t, one(`{`+queue+`, "ephemeral": {"aws_secretsmanager_secret_version": {"s": {}}}, "import": [{}], "moved": [{}], "removed": [{}], "check": {}, "//": {}}`))
	expect(t, one(`{`+queue+`, "action": {"aws_lambda_invoke": {"a": {}}}, "newer": {}}`), "unread s/action", "unread s/newer")
	for content, want := range map[string]string{
		`{"resource": "x"}`: `resource holds "x"`,
		`{"resource": [1]}`: `resource holds "1"`,
		`{"resource": {"aws_sqs_queue": "${var.queues}"}}`:     `resource.aws_sqs_queue holds "${var.queues}"`,
		`{"resource": {"aws_sqs_queue": {"q": "x"}}}`:          `resource.aws_sqs_queue.q holds "x"`,
		`{"resource": {"aws_sqs_queue": {"q": [{}, "x"]}}}`:    `resource.aws_sqs_queue.q holds "[map[] x]"`,
		`{"data": {"aws_kms_key": {"k": 1}}, "resource": {}}`:  `data.aws_kms_key.k holds "1"`,
		`{"module": "x", "resource": {"aws_vpc": {"v": {}}}}`:  `module holds "x"`,
		`{"module": [[]], "resource": {"aws_vpc": {"v": {}}}}`: `module holds "[]"`,
	} {
		if _, err := Read("x.json", []byte(content)); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "must be an object") {
			t.Errorf("%s: the error is %v, want %q", content, err, want)
		}
	}
}

func TestConstraintsOfSeveralPlaces(t *testing.T) {
	const cluster = `"resource": {"aws_redshift_cluster": {"a": {"kms_key_id": "alias/own"}}}}` // without encrypted, right since 6
	bad := []string{"no-key s/aws_redshift_cluster.a kms_key_id"}
	for providers, want := range map[string][]string{
		`[{"aws": "~> 5.0"}, {"aws": ">= 4.0"}]`:                                             bad,
		`[{"aws": ">= 4.0"}, {"aws": "~> 5.0"}]`:                                             bad,
		`[{"aws": "~> 6.1"}, {"aws": "~> 6.0"}]`:                                             nil,
		`{"amazon": {"source": "registry.terraform.io/hashicorp/aws", "version": "~> 5.0"}}`: bad,
		`{"amazon": {"source": "hashicorp/aws", "version": "~> 5.0"}}`:                       bad,
		`{"amazon": {"source": "else/aws", "version": "~> 5.0"}}`:                            nil,
	} {
		t.Run(providers, func(t *testing.T) {
			expect(t, one(`{"terraform": {"required_providers": `+providers+`}, `+cluster), want...)
		})
	}
	newer := readVersion("~> 6.2")
	for _, both := range []providerVersion{newer.and(readVersion("~> 6.1")), readVersion("~> 6.1").and(newer), newer.and(readVersion("")), readVersion("").and(newer), readVersion(">= 7").and(newer), newer.and(readVersion(">= 7"))} {
		if both != newer {
			t.Errorf("the version is %+v, want %+v", both, newer)
		}
	}
}

// What a plan says of itself, and values in shapes that Terraform writes seldom.
func TestPlansInOtherShapes(t *testing.T) {
	const queue = `"planned_values": {"root_module": {"resources": [{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "values": {"kms_master_key_id": "alias/own"}}]}}`
	expectRead(t, []byte(`{"format_version": "1.2", "complete": true, `+queue+`}`))
	expectRead(t, []byte(`{"format_version": "1.2", "complete": false, `+queue+`}`), "unread  ")
	expectRead(t, []byte(`{"format_version": "1.2", "action_invocations": [{"address": "action.aws_lambda_invoke.a", "type": "aws_lambda_invoke"}], `+queue+`}`), "unread action.aws_lambda_invoke.a ")
	table := func(values, unknown, config string) []byte {
		return []byte(`{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_dynamodb_table.t", "mode": "managed", "type": "aws_dynamodb_table", "name": "t", "values": ` + values + `}]}},
			"resource_changes": [{"address": "aws_dynamodb_table.t", "type": "aws_dynamodb_table", "change": {"actions": ["create"], "after_unknown": ` + unknown + `}}],
			"configuration": {"root_module": {"resources": [{"address": "aws_dynamodb_table.t", "mode": "managed", "type": "aws_dynamodb_table", "name": "t", "expressions": ` + config + `}]}}}`)
	}
	const open = `[{"kms_key_arn": true, "enabled": true}]`
	for name, c := range map[string]struct{ values, unknown, config, want string }{
		"blocks without values":    {`{}`, `{"server_side_encryption": ` + open + `}`, `{}`, "unread"},
		"blocks that are null":     {`{"server_side_encryption": null}`, `{"server_side_encryption": ` + open + `}`, `{}`, "unread"},
		"an object without values": {`{}`, `{"server_side_encryption": {"kms_key_arn": true, "enabled": true}}`, `{}`, "unread"},
		"blocks of nothing":        {`{}`, `{"server_side_encryption": []}`, `{}`, "no-key"},
		"two blocks, told from their order": {`{"server_side_encryption": [{"enabled": true, "kms_key_arn": "alias/own"}, {"enabled": true}]}`, `{"server_side_encryption": [{}, {"kms_key_arn": true}]}`,
			`{"server_side_encryption": [{"enabled": {"constant_value": true}, "kms_key_arn": {"constant_value": "alias/own"}}, {"enabled": {"constant_value": true}, "kms_key_arn": {"references": ["var.k"]}}]}`, "unread"},
	} {
		t.Run(name, func(t *testing.T) {
			label := "server_side_encryption"
			if strings.HasPrefix(name, "two") {
				label += "[1]"
			}
			if c.want == "unread" && !strings.HasPrefix(name, "two") {
				label += ".enabled"
			} else {
				label += ".kms_key_arn"
			}
			expectRead(t, table(c.values, c.unknown, c.config), c.want+" aws_dynamodb_table.t "+label)
		})
	}
}

// The key of a module's instance may hold what indexes are made of.
func TestKeysOfModules(t *testing.T) {
	for _, key := range []string{`a`, `a]b`, `x["y"].module.z`} {
		quoted := strings.ReplaceAll(key, `"`, `\"`)
		address := `module.m[\"` + strings.ReplaceAll(quoted, `\`, `\\\`) + `\"]`
		expectRead(t, []byte(`{"format_version": "1.2", "planned_values": {"root_module": {"child_modules": [{"address": "`+address+`", "resources": [{"address": "`+address+`.aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "values": {}}]}]}},
			"resource_changes": [{"address": "`+address+`.aws_sqs_queue.q", "type": "aws_sqs_queue", "change": {"actions": ["create"], "after_unknown": {"kms_master_key_id": true}}}],
			"configuration": {"root_module": {"resources": [{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k"}], "module_calls": {"m": {"expressions": {"key": {"constant_value": "alias/aws/sqs"}}, "module": {"variables": {"key": {}},
				"resources": [{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "expressions": {"kms_master_key_id": {"references": ["var.key"]}}}]}}}}}}`),
			"no-key module.m[\""+strings.ReplaceAll(key, `"`, `\"`)+"\"].aws_sqs_queue.q kms_master_key_id")
	}
}

// Which majors of the provider a constraint allows says what a stack is held against.
func TestConstraintsSayWhichMajorsTheyAllow(t *testing.T) {
	five, six, both := []*Table{tables5()}, []*Table{tables6()}, Tables()
	for constraint, want := range map[string][]*Table{
		"":             six,
		"5.99.1":       five,
		"= 6.25.0":     six,
		"~> 5.99":      five,
		"~> 6.0":       six,
		">= 5.99, < 7": both,
		"< 7, >= 5.99": both,
		">= 5.99,<6.0": five,
		">= 5, < 6.1":  both,
		"> 5.0, <= 6":  both,
		"< 6":          five,
		"< 6.0.1":      both,
		"< 7":          both,
		">= 6.0, < 7":  six,
		">= 5.0":       six,
		">= 5, != 6.1": six,
		"!= 5.1":       six,
		"~> 4.67":      five,
	} {
		if got := readVersion(constraint).tables(); !slices.Equal(got, want) {
			t.Errorf("%q: held against %d tables, the first of %s", constraint, len(got), got[0].Version)
		}
	}
	wide := readVersion(">= 5.99, < 7")
	for other, want := range map[string][]*Table{"~> 5.0": five, "~> 6.1": six, ">= 6.2": six, ">= 5.0": both, "": both, "< 6": five} {
		for _, got := range []providerVersion{wide.and(readVersion(other)), readVersion(other).and(wide)} {
			if !slices.Equal(got.tables(), want) {
				t.Errorf("with %q: held against %d tables, the first of %s: %+v", other, len(got.tables()), got.tables()[0].Version, got)
			}
		}
	}
}

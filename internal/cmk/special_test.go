package cmk

import (
	"maps"
	"slices"
	"testing"
)

func TestTypesWithoutKeys(t *testing.T) {
	const own, theirs = "arn:aws:kms:us-east-1:1:key/mrk-1", "arn:aws:kms:us-east-1:1:alias/aws/x"
	emr := func(s3, disk string) string {
		return `{"configuration": "{\"EncryptionConfiguration\": {\"EnableAtRestEncryption\": true, \"AtRestEncryptionConfiguration\": {` +
			`\"S3EncryptionConfiguration\": {` + s3 + `}, \"LocalDiskEncryptionConfiguration\": {` + disk + `}}}}"}`
	}
	const (
		s3Own   = `\"EncryptionMode\": \"SSE-KMS\", \"AwsKmsKey\": \"` + own + `\"`
		diskOwn = `\"EncryptionKeyProviderType\": \"AwsKms\", \"AwsKmsKey\": \"` + own + `\"`
		atRest  = "configuration.EncryptionConfiguration.AtRestEncryptionConfiguration."
	)
	tested := map[string]bool{}
	for _, c := range []struct {
		kind, values string
		want         []string // "rule attribute"
	}{
		{"aws_s3_directory_bucket", `{}`, []string{"no-key server_side_encryption_configuration"}},
		{"aws_glacier_vault", `{}`, []string{"no-key"}},
		{"aws_ebs_encryption_by_default", `{}`, nil},
		{"aws_ebs_encryption_by_default", `{"enabled": true}`, nil},
		{"aws_ebs_encryption_by_default", `{"enabled": false}`, []string{"no-key enabled"}},
		{"aws_ebs_encryption_by_default", `{"enabled": "${var.e}"}`, []string{"unread enabled"}},
		{"aws_launch_configuration", `{"root_block_device": {"encrypted": true}}`, []string{"no-key root_block_device.encrypted"}},
		{"aws_backup_logically_air_gapped_vault", `{}`, []string{"no-key encryption_key_arn"}},
		{"aws_rds_global_cluster", `{}`, []string{"no-key storage_encrypted"}},
		{"aws_rds_global_cluster", `{"storage_encrypted": true}`, nil},
		{"aws_rds_global_cluster", `{"source_db_cluster_identifier": "x"}`, nil},
		{"aws_docdb_global_cluster", `{}`, []string{"no-key storage_encrypted"}},
		{"aws_neptune_global_cluster", `{"storage_encrypted": "${var.e}"}`, []string{"unread storage_encrypted"}},
		{"aws_quicksight_data_set", `{"import_mode": "DIRECT_QUERY"}`, nil},
		{"aws_dax_cluster", `{"server_side_encryption": {"enabled": true}}`, []string{"no-key"}},
		{"aws_elasticache_cluster", `{}`, []string{"no-key"}},
		{"aws_elasticache_cluster", `{"replication_group_id": "x"}`, nil},
		{"aws_simpledb_domain", `{}`, []string{"no-key"}},
		{"aws_msk_serverless_cluster", `{}`, []string{"no-key"}},
		{"aws_api_gateway_method_settings", `{"settings": {"metrics_enabled": true}}`, nil},
		{"aws_api_gateway_method_settings", `{"settings": [{"caching_enabled": true, "cache_data_encrypted": true}]}`, []string{"no-key"}},
		{"aws_appsync_api_cache", `{}`, []string{"no-key"}},
		{"aws_glue_crawler", `{}`, []string{"no-key security_configuration"}},
		{"aws_glue_crawler", `{"security_configuration": "kms"}`, []string{"unread security_configuration"}},
		{"aws_glue_dev_endpoint", `{}`, []string{"no-key security_configuration"}},
		{"aws_glue_job", `{}`, []string{"no-key security_configuration"}},
		{"aws_opensearchserverless_security_policy", `{"type": "network", "policy": "[]"}`, nil},
		{"aws_opensearchserverless_security_policy", `{"type": "encryption", "policy": "{\"AWSOwnedKey\": true}"}`, []string{"no-key policy.KmsARN"}},
		{"aws_opensearchserverless_security_policy", `{"type": "encryption", "policy": "{\"KmsARN\": \"` + own + `\"}"}`, nil},
		{"aws_opensearchserverless_security_policy", `{"type": "encryption", "policy": "{\"KmsARN\": \"` + theirs + `\"}"}`, []string{"aws-managed-key policy.KmsARN"}},
		{"aws_opensearchserverless_security_policy", `{"type": "encryption", "policy": "${jsonencode({})}"}`, []string{"no-key policy.KmsARN"}},
		{"aws_opensearchserverless_security_policy", `{"type": "encryption", "policy": "${var.policy}"}`, []string{"unread policy"}},
		{"aws_emr_security_configuration", emr(s3Own, diskOwn), nil},
		{"aws_emr_security_configuration", emr(`\"EncryptionMode\": \"SSE-S3\"`, diskOwn), []string{"no-key " + atRest + "S3EncryptionConfiguration.AwsKmsKey"}},
		{"aws_emr_security_configuration", emr(s3Own, ``), []string{"no-key " + atRest + "LocalDiskEncryptionConfiguration.AwsKmsKey"}},
		{"aws_emr_security_configuration", `{"configuration": "{}"}`, []string{"no-key configuration.EncryptionConfiguration.EnableAtRestEncryption"}},
		{"aws_emr_security_configuration", `{"configuration": "${file(1)}"}`, []string{"unread configuration"}},
	} {
		tested[c.kind] = true
		want := make([]string, len(c.want))
		for i, issue := range c.want {
			rule, attribute := issue, ""
			for j := range issue {
				if issue[j] == ' ' {
					rule, attribute = issue[:j], issue[j:]
					break
				}
			}
			want[i] = rule + " s/" + c.kind + ".it" + attribute
		}
		t.Run(c.kind, func(t *testing.T) { expect(t, one(`{"resource": {"`+c.kind+`": {"it": `+c.values+`}}}`), want...) })
	}
	for kind := range withoutKeys {
		want := []string{"no-key s/" + kind + ".it"}
		values := "{}"
		if kind == "aws_gamelift_game_server_group" {
			want[0] += " launch_template"
		}
		if kind == "aws_quicksight_data_set" {
			values = `{"import_mode": "SPICE"}`
		}
		tested[kind] = true
		t.Run(kind, func(t *testing.T) { expect(t, one(`{"resource": {"`+kind+`": {"it": `+values+`}}}`), want...) })
	}
	// Those of TestCases.
	for _, table := range []map[string]rule{withVolumes, makingOthers} {
		for kind := range table {
			tested[kind] = true
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(rules6())) {
		if rule := rules6()[kind]; rule.ignored == "" && len(rule.keys) == 0 && !tested[kind] {
			t.Errorf("nothing tests %s", kind)
		}
	}
}

// What is read in a log must say what to do.
func TestIssuesSayWhatToDo(t *testing.T) {
	for values, want := range map[string][3]string{
		`"aws_db_instance": {"it": {"storage_encrypted": false}}`: {
			"stores a database without a customer managed key: storage_encrypted is false, not true and kms_key_id is not set",
			"set storage_encrypted to true and kms_key_id to the ARN of a customer managed key", "RDS.3"},
		`"aws_db_instance": {"it": {"storage_encrypted": true, "kms_key_id": "mrk-0123456789abcdef0123456789abcdef", "performance_insights_enabled": true}}`: {
			"stores performance data without a customer managed key: performance_insights_kms_key_id is not set",
			"set performance_insights_kms_key_id to the ARN of a customer managed key", ""},
		`"aws_ecr_repository": {"it": {}}`: {
			"stores images without a customer managed key: encryption_configuration.kms_key is not set",
			"set encryption_configuration.encryption_type to KMS and encryption_configuration.kms_key to the ARN of a customer managed key", "ECR.5"},
		`"aws_sqs_queue": {"it": {"kms_master_key_id": "alias/aws/sqs"}}`: {
			"stores messages under a key of AWS, alias/aws/sqs, whose policy nobody can change",
			"set kms_master_key_id to the ARN of a customer managed key", "SQS.1"},
		`"aws_sqs_queue": {"it": {"kms_master_key_id": "${var.key}"}}`: {
			"whether it stores messages under a customer managed key cannot be read: kms_master_key_id is ${var.key}",
			"refer to a key of the app or write its ARN, or except the resource with what you know of it", ""},
		`"aws_ecs_service": {"it": {"volume_configuration": {"managed_ebs_volume": {"encrypted": false, "kms_key_id": "alias/x"}}}}`: {
			"stores volumes without a customer managed key: volume_configuration.managed_ebs_volume.encrypted is false, not true",
			"set volume_configuration.managed_ebs_volume.encrypted to true", ""},
		`"aws_dax_cluster": {"it": {}}`: {
			"stores cached items without a customer managed key: DAX takes no key; turn on its server_side_encryption at least",
			"store them elsewhere, or except the resource", "DynamoDB.3"},
	} {
		found := one(`{"resource": {` + values + `}}`).examine(t).Issues
		if len(found) != 1 {
			t.Errorf("%s: the issues are %+v", values, found)
			continue
		}
		if got := [3]string{found[0].Problem, found[0].Fix, found[0].Control}; got != want {
			t.Errorf("%s:\ngot  %q\nwant %q", values, got, want)
		}
	}
}

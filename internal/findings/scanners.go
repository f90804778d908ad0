package findings

// scannerIds are the checks of public scanners that ask for encryption or for a
// customer managed key of a type. They are those of the scanners' own lists:
// Checkov, "terraform resource scans", and Trivy's misconfiguration ids. The
// lists are not complete: what is not here may still have one.
var scannerIds = map[string][]string{
	"aws_athena_database":                                {"CKV_AWS_77"},
	"aws_athena_workgroup":                               {"CKV_AWS_82", "CKV_AWS_159"},
	"aws_backup_vault":                                   {"CKV_AWS_166"},
	"aws_cloudtrail":                                     {"CKV_AWS_35"},
	"aws_cloudwatch_log_group":                           {"CKV_AWS_158", "AVD-AWS-0017"},
	"aws_codebuild_project":                              {"CKV_AWS_78", "CKV_AWS_147"},
	"aws_dax_cluster":                                    {"CKV_AWS_47"},
	"aws_db_instance":                                    {"CKV_AWS_16"},
	"aws_docdb_cluster":                                  {"CKV_AWS_74"},
	"aws_dynamodb_table":                                 {"CKV_AWS_119"},
	"aws_ebs_encryption_by_default":                      {"CKV_AWS_106"},
	"aws_ebs_volume":                                     {"CKV_AWS_3", "CKV2_AWS_2"},
	"aws_ecr_repository":                                 {"CKV_AWS_136"},
	"aws_efs_file_system":                                {"CKV_AWS_42"},
	"aws_eks_cluster":                                    {"CKV_AWS_58", "CKV_AWS_151"},
	"aws_elasticache_replication_group":                  {"CKV_AWS_29"},
	"aws_elasticsearch_domain":                           {"CKV_AWS_5"},
	"aws_glue_data_catalog_encryption_settings":          {"CKV_AWS_94"},
	"aws_glue_security_configuration":                    {"CKV_AWS_99"},
	"aws_instance":                                       {"CKV_AWS_8"},
	"aws_kinesis_stream":                                 {"CKV_AWS_43"},
	"aws_launch_configuration":                           {"CKV_AWS_8"},
	"aws_msk_cluster":                                    {"CKV_AWS_81"},
	"aws_neptune_cluster":                                {"CKV_AWS_44"},
	"aws_rds_cluster":                                    {"CKV_AWS_96"},
	"aws_rds_global_cluster":                             {"CKV_AWS_140"},
	"aws_redshift_cluster":                               {"CKV_AWS_64", "CKV_AWS_142"},
	"aws_s3_bucket":                                      {"CKV_AWS_19", "CKV_AWS_145", "AVD-AWS-0088"},
	"aws_s3_bucket_server_side_encryption_configuration": {"CKV_AWS_145"},
	"aws_sagemaker_endpoint_configuration":               {"CKV_AWS_98"},
	"aws_sagemaker_notebook_instance":                    {"CKV_AWS_22"},
	"aws_secretsmanager_secret":                          {"CKV_AWS_149", "AVD-AWS-0098"},
	"aws_sns_topic":                                      {"CKV_AWS_26"},
	"aws_sqs_queue":                                      {"CKV_AWS_27", "AVD-AWS-0135"},
	"aws_timestreamwrite_database":                       {"CKV_AWS_160"},
	"aws_workspaces_workspace":                           {"CKV_AWS_155", "CKV_AWS_156"},
}

// ScannerIds are the checks of public scanners that ask for what the finding
// misses.
func (f Finding) ScannerIds() []string {
	switch f.Rule {
	case "no-key", "aws-managed-key", "not-enforced":
		return scannerIds[f.Type]
	}
	return nil
}

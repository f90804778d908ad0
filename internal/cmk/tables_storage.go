package cmk

const (
	kms = "aws:kms"
	// ownKey is what several services call a customer managed key.
	ownKey = "CUSTOMER_MANAGED_KMS_KEY"
)

var objectStorage = map[string]rule{
	"aws_s3_bucket": stores("objects",
		at("server_side_encryption_configuration?.rule!.apply_server_side_encryption_by_default!.kms_master_key_id").on("sse_algorithm", kms, "aws:kms:dsse").
			unlessTrue(isReadBack),
		at("replication_configuration.rules.destination.replica_kms_key_id").of("replicas").ifGiven().anyRegion(),
	).control("S3.17").checked(bucket),
	"aws_s3_directory_bucket": stores("objects").control("S3.17").checked(bucket),
	"aws_s3_bucket_server_side_encryption_configuration": stores("objects",
		at("rule!.apply_server_side_encryption_by_default!.kms_master_key_id").on("sse_algorithm", kms, "aws:kms:dsse"),
	).control("S3.17").checked(bucketEncryption),
	"aws_s3_bucket_inventory": stores("lists of objects",
		at("destination.bucket.encryption.sse_kms.key_id").orBucket("destination.bucket.bucket_arn").anyRegion()),
	// Objects that are encrypted with KMS are not replicated without this.
	"aws_s3_bucket_replication_configuration": stores("replicas",
		at("rule.destination.encryption_configuration?.replica_kms_key_id").ifGiven().anyRegion()),
	"aws_s3_bucket_object": stores("an object", at("kms_key_id").unless("server_side_encryption").orBucket("bucket")).checked(storedObject),
	"aws_s3_object":        stores("an object", at("kms_key_id").unless("server_side_encryption").orBucket("bucket")).checked(storedObject),
	"aws_s3_object_copy": stores("an object", at("kms_key_id").unless("server_side_encryption").orBucket("bucket"),
		at("kms_encryption_context").noKey("is the encryption context")).checked(storedObject),
	"aws_s3control_storage_lens_configuration": stores("metrics",
		at("storage_lens_configuration.data_export.s3_bucket_destination.encryption.sse_kms.key_id").
			orBucket("storage_lens_configuration.data_export.s3_bucket_destination.arn").anyRegion()),
	"aws_s3tables_table_bucket": stores("tables", at("encryption_configuration.kms_key_arn").on("sse_algorithm", kms)),
	// Without, a table has the encryption of its bucket.
	"aws_s3tables_table": stores("a table", at("encryption_configuration?.kms_key_arn").on("sse_algorithm", kms)),
	"aws_glacier_vault":  stores("archives").checked(notPossible("a vault takes no key")),
}

var blockAndFileStorage = map[string]rule{
	"aws_ebs_volume":          stores("a volume", at("kms_key_id").on("encrypted").orEbsDefault().inherits("snapshot_id")).control("EC2.3"),
	"aws_ebs_snapshot_copy":   stores("a snapshot", at("kms_key_id").on("encrypted").orEbsDefault()),
	"aws_ebs_snapshot_import": stores("a snapshot", at("kms_key_id").on("encrypted").orEbsDefault()),
	"aws_ebs_default_kms_key": stores("volumes"),
	"aws_ebs_encryption_by_default": stores("volumes").control("EC2.7").checked(func(x *examination, s *scope, r *resource) {
		if isSet(r.values, "enabled") { // true if not
			switched("enabled")(x, s, r)
		}
	}),
	"aws_ami_copy": stores("an image", at("kms_key_id").on("encrypted").orEbsDefault()),
	"aws_instance": stores("volumes",
		at("root_block_device!.kms_key_id").on("encrypted").orEbsDefault().unless("launch_template"),
		at("ebs_block_device.kms_key_id").on("encrypted").orEbsDefault()).control("EC2.3").checked(instanceTemplate),
	"aws_spot_instance_request": stores("volumes",
		at("root_block_device!.kms_key_id").on("encrypted").orEbsDefault().unless("launch_template"),
		at("ebs_block_device.kms_key_id").on("encrypted").orEbsDefault()).control("EC2.3").checked(instanceTemplate),
	"aws_spot_fleet_request": stores("volumes",
		at("launch_specification.root_block_device!.kms_key_id").on("encrypted").orEbsDefault(),
		at("launch_specification.ebs_block_device.kms_key_id").on("encrypted").orEbsDefault()).control("EC2.3").
		checked(fromTemplate("launch_template_config.launch_template_specification", "no launch template is given", "launch_specification")),
	// A template without an image is for others to complete.
	"aws_launch_template": stores("volumes",
		at("block_device_mappings!.ebs!.kms_key_id").on("encrypted").orEbsDefault().whenSet("image_id", "block_device_mappings")).control("EC2.3"),
	"aws_launch_configuration": stores("volumes").control("EC2.3").checked(launchConfiguration),
	"aws_dlm_lifecycle_policy": stores("copies of snapshots",
		at("policy_details.action.cross_region_copy.encryption_configuration.cmk_arn").on("encrypted").anyRegion(),
		at("policy_details.schedule.cross_region_copy_rule.cmk_arn").on("encrypted").anyRegion()),
	"aws_drs_replication_configuration_template": stores("volumes", at("ebs_encryption_key_arn").on("ebs_encryption", "CUSTOM")),
	"aws_efs_file_system":                        stores("files", at("kms_key_id").on("encrypted")).control("EFS.1"),
	"aws_efs_replication_configuration":          stores("files", at("destination.kms_key_id").regionOf("region")),
	"aws_fsx_file_cache":                         stores("files"),
	"aws_fsx_lustre_file_system":                 stores("files", at("kms_key_id")),
	"aws_fsx_ontap_file_system":                  stores("files"),
	"aws_fsx_openzfs_file_system":                stores("files"),
	"aws_fsx_windows_file_system":                stores("files"),
	"aws_storagegateway_cached_iscsi_volume":     stores("a volume", at("kms_key").on("kms_encrypted")),
	"aws_storagegateway_nfs_file_share":          stores("files", at("kms_key_arn").on("kms_encrypted")),
	"aws_storagegateway_smb_file_share":          stores("files", at("kms_key_arn").on("kms_encrypted")),
	"aws_storagegateway_stored_iscsi_volume":     stores("a volume", at("kms_key").on("kms_encrypted")),
	"aws_backup_vault":                           stores("recovery points").control("Backup.1"),
	"aws_backup_logically_air_gapped_vault":      stores("recovery points", at("encryption_key_arn")).checked(notPossibleBefore6("such a vault takes no key", "encryption_key_arn")),
	"aws_workspaces_workspace": stores("volumes",
		at("volume_encryption_key").on("root_volume_encryption_enabled").on("user_volume_encryption_enabled")).control("WorkSpaces.1"),
}

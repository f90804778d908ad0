package cmk

// withoutKeys are types that store what applications or people write and that
// take no key, neither themselves nor from another resource. One rule holds for
// all of them: they are reported, to be excepted with a reason. Those that are
// left out are in leftOut.
var withoutKeys = map[string]rule{
	"aws_cloudsearch_domain":               stores("documents").checked(notPossible("a search domain takes no key")),
	"aws_codecatalyst_source_repository":   stores("sources").checked(notPossible("a repository takes no key")),
	"aws_datapipeline_pipeline":            stores("the data of a pipeline").checked(notPossible("a pipeline takes no key")),
	"aws_devicefarm_upload":                stores("an upload").checked(notPossible("Device Farm takes no key")),
	"aws_gamelift_build":                   stores("a build").checked(notPossible("GameLift takes no key")),
	"aws_gamelift_fleet":                   stores("volumes").checked(notPossible("a fleet takes no key")),
	"aws_gamelift_game_server_group":       stores("volumes").checked(fromTemplate("launch_template", "no launch template is given")),
	"aws_glue_ml_transform":                stores("a model").checked(notPossible("this resource takes no key for its transform")),
	"aws_kinesis_analytics_application":    stores("the state of an application").checked(notPossible("an application of this version takes no key")),
	"aws_lightsail_bucket":                 stores("objects").checked(notPossible("Lightsail takes no key")),
	"aws_lightsail_database":               stores("a database").checked(notPossible("Lightsail takes no key")),
	"aws_lightsail_disk":                   stores("a volume").checked(notPossible("Lightsail takes no key")),
	"aws_lightsail_instance":               stores("volumes").checked(notPossible("Lightsail takes no key")),
	"aws_media_store_container":            stores("media").checked(notPossible("a container takes no key")),
	"aws_odb_cloud_autonomous_vm_cluster":  stores("databases").checked(notPossible("this resource takes no key")),
	"aws_odb_cloud_vm_cluster":             stores("databases").checked(notPossible("this resource takes no key")),
	"aws_pinpoint_app":                     stores("endpoints of users").checked(notPossible("Pinpoint takes no key")),
	"aws_quicksight_data_set":              stores("a data set").checked(dataSet),
	"aws_rekognition_collection":           stores("vectors of faces").checked(notPossible("a collection takes no key")),
	"aws_s3control_bucket":                 stores("objects").checked(notPossible("this resource takes no key for a bucket on Outposts")),
	"aws_sagemaker_mlflow_tracking_server": stores("records of experiments").checked(notPossible("a tracking server takes no key")),
	"aws_sesv2_contact_list":               stores("contacts").checked(notPossible("a contact list takes no key")),
	"aws_swf_domain":                       stores("histories of workflows").checked(notPossible("a domain takes no key")),
	"aws_timestreaminfluxdb_db_cluster":    stores("time series").checked(notPossible("a cluster takes no key")),
	"aws_timestreaminfluxdb_db_instance":   stores("time series").checked(notPossible("an instance takes no key")),
}

// withVolumes are types whose volumes nobody asks about: they are those of a
// launch template, or of the account's default.
var withVolumes = map[string]rule{
	"aws_ami":                                       stores("volumes").checked(imageDevices),
	"aws_autoscaling_group":                         stores("volumes").checked(groupVolumes),
	"aws_batch_compute_environment":                 stores("volumes").checked(batchVolumes),
	"aws_cloud9_environment_ec2":                    stores("a volume").checked(accountsVolumes("an environment")),
	"aws_ebs_volume_copy":                           stores("a volume").checked(copiedVolume),
	"aws_ec2_fleet":                                 stores("volumes").checked(fromTemplate("launch_template_config.launch_template_specification", "no launch template is given")),
	"aws_ecs_capacity_provider":                     stores("volumes").checked(capacityVolumes),
	"aws_eks_node_group":                            stores("volumes").checked(fromTemplate("launch_template", "a node group without a launch template has the account's default key only")),
	"aws_elastic_beanstalk_environment":             stores("volumes").checked(accountsVolumes("an environment")),
	"aws_imagebuilder_infrastructure_configuration": ignored("builds images on instances that it terminates"),
	"aws_opsworks_custom_layer":                     layer,
	"aws_opsworks_ecs_cluster_layer":                layer,
	"aws_opsworks_ganglia_layer":                    layer,
	"aws_opsworks_haproxy_layer":                    layer,
	"aws_opsworks_instance":                         stores("volumes").checked(accountsVolumes("an instance")),
	"aws_opsworks_java_app_layer":                   layer,
	"aws_opsworks_memcached_layer":                  layer,
	"aws_opsworks_mysql_layer":                      layer,
	"aws_opsworks_nodejs_app_layer":                 layer,
	"aws_opsworks_php_app_layer":                    layer,
	"aws_opsworks_rails_app_layer":                  layer,
	"aws_opsworks_static_web_layer":                 layer,
}

var layer = stores("volumes").checked(layerVolumes)

// makingOthers are types that make resources which Terraform does not see.
var makingOthers = map[string]rule{
	"aws_amplify_backend_environment":                          {special: hiddenMaking("a backend")},
	"aws_cloudcontrolapi_resource":                             {special: cloudControl},
	"aws_cloudformation_stack":                                 {special: cloudFormation},
	"aws_cloudformation_stack_set":                             {special: cloudFormation},
	"aws_imagebuilder_image":                                   ignored("is stored as its recipe and its distribution say"),
	"aws_servicecatalog_provisioned_product":                   {special: hiddenMaking("a product of Service Catalog")},
	"aws_serverlessapplicationrepository_cloudformation_stack": {special: hiddenMaking("a serverless application")},
}

// leftOut are types that hold data and are not reported, with the reason. It is
// written into the docs.
var leftOut = map[string]string{
	"aws_ami_from_instance":                       "is of the volumes of an instance, and under their keys",
	"aws_amplify_app":                             "serves code, which is public",
	"aws_appstream_fleet":                         "has volumes for the time of a session only",
	"aws_cloudwatch_log_stream":                   "is under the key of its log group",
	"aws_cognito_identity_pool":                   "holds identities, for which Cognito takes no key",
	"aws_db_cluster_snapshot":                     "is under the key of its cluster",
	"aws_db_snapshot":                             "is under the key of its instance",
	"aws_directory_service_directory":             "holds identities, for which Directory Service takes no key",
	"aws_docdb_cluster_snapshot":                  "is under the key of its cluster",
	"aws_dynamodb_global_table":                   "is made of tables that are examined themselves",
	"aws_dynamodb_table_item":                     "is under the key of its table",
	"aws_ebs_snapshot":                            "is under the key of its volume",
	"aws_ecrpublic_repository":                    "holds images that are public",
	"aws_elastic_beanstalk_application_version":   "is an object of a bucket that is examined itself",
	"aws_eks_fargate_profile":                     "has storage for the time of a pod only",
	"aws_finspace_kx_database":                    "is under the key of its environment",
	"aws_finspace_kx_volume":                      "is under the key of its environment",
	"aws_fsx_backup":                              "is under the key of its file system",
	"aws_fsx_ontap_volume":                        "is under the key of its file system",
	"aws_fsx_openzfs_snapshot":                    "is under the key of its file system",
	"aws_fsx_openzfs_volume":                      "is under the key of its file system",
	"aws_glue_catalog_database":                   "is under the key of aws_glue_data_catalog_encryption_settings",
	"aws_glue_catalog_table":                      "is under the key of aws_glue_data_catalog_encryption_settings",
	"aws_kendra_data_source":                      "is under the key of its index",
	"aws_kinesisanalyticsv2_application_snapshot": "is under the key of its application",
	"aws_lambda_layer_version":                    "holds code, not data",
	"aws_lightsail_container_service":             "holds code, not data",
	"aws_neptune_cluster_snapshot":                "is under the key of its cluster",
	"aws_opensearch_package":                      "is under the key of its domain",
	"aws_redshift_cluster_snapshot":               "is under the key of its cluster",
	"aws_redshiftserverless_snapshot":             "is under the key of its namespace",
	"aws_rum_app_monitor":                         "holds telemetry of pages, for which RUM takes no key",
	"aws_sagemaker_space":                         "is under the key of its domain",
	"aws_secretsmanager_secret_version":           "is under the key of its secret",
	"aws_ssmcontacts_contact":                     "is under the key of aws_ssmincidents_replication_set",
	"aws_transfer_server":                         "stores in a bucket or file system that is examined itself",
	"aws_workmail_user":                           "is under the key of its organization",
}

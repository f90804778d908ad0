package statements

import (
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// computeServices run code and move events.
var computeServices = []service{
	{
		name: "Kinesis", title: "Kinesis data streams", page: `Kinesis Data Streams Developer Guide, "Permissions to use user-generated KMS keys"`, keys: dataKeys,
		stores: []Stored{{"aws_kinesis_stream", "kms_key_id", "name"}},
		takes:  &ResourceNames{Of: "streams", Parameter: "streamNames", Limit: limits.StreamNames},
		stops:  "Producers and consumers call KMS through Kinesis with the stream's ARN in the context.",
		via:    "kinesis", roleActions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		resource: inArn("kinesis", "stream/"),
		context:  []contextPair{{"aws:kinesis:arn", "ArnLike", theResources}},
	},
	{
		name: "LambdaCode", title: "Lambda, code of functions", page: `Lambda Developer Guide, "Encrypting Lambda .zip deployment packages"`, keys: dataKeys,
		stores:     []Stored{{"aws_lambda_function", "source_kms_key_arn", "function_name"}},
		takes:      &ResourceNames{Of: "functions", Parameter: "functionNames", Limit: limits.FunctionNames},
		stops:      "Lambda decrypts code under its own name: only for the named functions of this account.",
		principals: everywhere("lambda.amazonaws.com"), actions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		via: "lambda", deploys: true,
		resource: inArn("lambda", "function:"),
		context:  []contextPair{{"aws:lambda:FunctionArn", "ArnLike", theResources}},
	},
	{
		name: "StepFunctions", title: "Step Functions", page: `Step Functions Developer Guide, "Data at rest encryption in Step Functions"`, keys: dataKeys,
		stores: []Stored{{"aws_sfn_state_machine", "encryption_configuration.kms_key_id", "name"}},
		takes:  &ResourceNames{Of: "state machines", Parameter: "stateMachineNames", Limit: limits.StateMachineNames},
		stops:  "The role of a state machine calls KMS through Step Functions with its ARN in the context. Activities have another context and are not served.",
		via:    "states", roleActions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, deploys: true,
		resource: inArn("states", "stateMachine:"),
		context:  []contextPair{{"aws:states:stateMachineArn", "ArnLike", theResources}},
	},
	{
		name: "EventBridge", title: "EventBridge event buses", page: `EventBridge User Guide, "Encrypting event buses with AWS KMS keys" and "Security when using customer managed keys for EventBridge encryption"`, keys: dataKeys,
		stores:    []Stored{{"aws_cloudwatch_event_bus", "kms_key_identifier", "name"}},
		unchecked: "The page's example allows DescribeKey without a condition; that EventBridge sends `aws:SourceArn` with it is not said.",
		takes:     &ResourceNames{Of: "event buses", Parameter: "eventBusNames", Limit: limits.EventBusNames},
		stops:     "EventBridge acts for every account: only the named buses of this one use the key. Archives send no source and are not served.",
		// Whoever makes the bus re-encrypts, too.
		via: "events", deploys: true, deployActions: []string{"kms:ReEncrypt*"},
		principals: everywhere("events.amazonaws.com"), actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, describes: true,
		resource: inArn("events", "event-bus/"), source: fromResources,
		context: []contextPair{{"aws:events:event-bus:arn", "ArnLike", theResources}},
	},
	{
		name: "FargateStorage", title: "ephemeral storage of Fargate tasks", page: `ECS Developer Guide, "Create an encryption key for Fargate ephemeral storage for Amazon ECS"`, keys: dataKeys,
		stores:       []Stored{{"aws_ecs_cluster", "configuration.managed_storage_configuration.fargate_ephemeral_storage_kms_key_id", "name"}},
		singleRegion: true,
		unchecked:    "That the grants of Fargate count as made for an AWS resource, which the deny of grants to other accounts asks for.",
		takes:        &ResourceNames{Of: "clusters", Parameter: "clusterNames", Limit: limits.ClusterNames},
		stops:        "A cluster's name is not unique; the pair with the account binds it. Grants are for Decrypt alone. Fargate takes no multi-Region key.",
		principals:   everywhere("fargate.amazonaws.com"), actions: []string{"kms:GenerateDataKeyWithoutPlaintext"}, grantOperations: []string{"Decrypt"},
		resource: asNamed,
		context: []contextPair{
			{"aws:ecs:clusterAccount", "StringEquals", func(l Location, _ []string) []string { return []string{l.AccountId} }},
			{"aws:ecs:clusterName", "StringLike", theResources},
		},
	},
	{
		name: "AutoScaling", title: "Auto Scaling, by its service-linked role", page: `EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted volumes"`, keys: dataKeys,
		unchecked: "The page allows the role's use without a condition. Here it has it through EC2, for volumes and snapshots: launch an instance of a group before you rely on it.",
		stops:     "The role exists once a group was made in the account; KMS refuses a policy that names a role that does not exist.",
		via:       "ec2", roleActions: []string{"kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"},
		linkedRole: "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
		context:    []contextPair{{"aws:ebs:id", "StringLike", anyOf("snap-*", "vol-*")}},
	},
	{
		name: "Backup", title: "AWS Backup", page: `AWS Backup Developer Guide, "Encryption for backups in AWS Backup"; managed policy AWSBackupFullAccess`, keys: dataKeys,
		stores:    []Stored{{"aws_backup_vault", "kms_key_arn", ""}},
		also:      []string{"*"},
		unchecked: "The value of `aws:backup:backup-vault`: any is let through.",
		stops:     "The role of a backup plan, which must be among the roles that use the key, has it through AWS Backup alone.",
		via:       "backup", roleActions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, grants: true, deploys: true,
		context: []contextPair{{"aws:backup:backup-vault", "StringLike", anyOf("*")}},
	},
}

// deliveryServices read or write buckets under their own names.
var deliveryServices = []service{
	{
		name: "CloudFront", title: "CloudFront origin access to S3", page: `CloudFront Developer Guide, "Restrict access to an Amazon S3 origin"`, keys: dataKeys,
		takes:      &ResourceNames{Of: "distributions (their ids)", Parameter: "distributionIds", Limit: limits.DistributionIds},
		stops:      "CloudFront reads for every account: only the named distributions of this one use the key. For reading alone, as origins are; an origin that is written through CloudFront needs an extra statement.",
		principals: everywhere("cloudfront.amazonaws.com"), actions: []string{"kms:Decrypt"},
		resource: func(l Location, id string) string { return l.arnIn("", "cloudfront", "distribution/"+id) }, source: fromResources,
	},
	{
		name: "Config", title: "AWS Config, delivery to S3", page: `AWS Config Developer Guide, "Permissions for the KMS Key for the AWS Config Delivery Channel"`, keys: dataKeys | logsKeys,
		stops:      "AWS Config delivers for every account: only for this one. Where its recorder has a role of its own, the role needs the key through S3 as well.",
		principals: everywhere("config.amazonaws.com"), actions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		source: func(l Location, _ []string) []keypolicy.Condition {
			return []keypolicy.Condition{when("StringEquals", keySourceAccount, l.AccountId)}
		},
	},
	{
		name: "GuardDuty", title: "GuardDuty, export of findings", page: `GuardDuty User Guide, "Exporting generated findings to Amazon S3"`, keys: dataKeys | logsKeys,
		stores:     []Stored{{"aws_guardduty_publishing_destination", "kms_key_arn", ""}},
		stops:      "GuardDuty exports for every account: only detectors of this one write under the key. Regions that must be opted into have another principal and are not served.",
		principals: everywhere("guardduty.amazonaws.com"), actions: []string{"kms:GenerateDataKey"},
		source: func(l Location, _ []string) []keypolicy.Condition {
			return []keypolicy.Condition{when("StringEquals", keySourceAccount, l.AccountId), when("ArnLike", keySourceArn, l.arn("guardduty", "detector/*"))}
		},
	},
}

// grantedServices use a key by a grant that they make for whoever creates the
// resource. Roles that use the resource afterwards need nothing of the key.
var grantedServices = []service{
	granted("Ecr", "ECR", "ecr", `ECR User Guide, "Encryption at rest"`, Stored{"aws_ecr_repository", "encryption_configuration.kms_key", ""}),
	granted("Efs", "EFS", "elasticfilesystem", `EFS User Guide, "Encrypting data at rest"`, Stored{"aws_efs_file_system", "kms_key_id", ""}),
	granted("Firehose", "Firehose", "firehose", kmsVia, Stored{"aws_kinesis_firehose_delivery_stream", "server_side_encryption.key_arn", ""}),
	granted("OpenSearch", "OpenSearch", "es", kmsVia, Stored{"aws_opensearch_domain", "encrypt_at_rest.kms_key_id", ""}, Stored{"aws_elasticsearch_domain", "encrypt_at_rest.kms_key_id", ""}),
	granted("Redshift", "Redshift", "redshift", kmsVia, Stored{"aws_redshift_cluster", "kms_key_id", ""}),
	granted("ElastiCache", "ElastiCache", "elasticache", kmsVia, Stored{"aws_elasticache_replication_group", "kms_key_id", ""}),
	granted("Msk", "MSK", "kafka", kmsVia, Stored{"aws_msk_cluster", "encryption_info.encryption_at_rest_kms_key_arn", ""}),
	granted("Dms", "DMS", "dms", kmsVia, Stored{"aws_dms_replication_instance", "kms_key_arn", ""}),
}

const (
	kmsVia   = `KMS Developer Guide, "kms:ViaService"`
	grantUse = "The name of the service in `kms:ViaService`; under which principal and with which context the service uses its grant. Should it call KMS as a role, directly, the denies of direct use would stop it: test such a resource before you rely on it."
)

func granted(name, title, via, page string, stores ...Stored) service {
	return service{
		name: name, title: title, page: page, unchecked: grantUse, keys: dataKeys, via: via, deploys: true, stores: stores,
		stops: title + " uses the key by a grant that it makes for whoever creates the resource, a deployer; grants are for AWS resources alone.",
	}
}

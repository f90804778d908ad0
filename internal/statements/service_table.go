package statements

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// services are the AWS services that keys can serve, one row each, by their names. To
// serve another, add its row to the table of its kind.
var services = slices.SortedFunc(slices.Values(slices.Concat(firstServices, messageServices, computeServices, analyticsServices, deliveryServices, grantedServices)),
	func(a, b service) int { return strings.Compare(a.name, b.name) })

// firstServices are those that a tier serves without being told, and those of an audit.
var firstServices = []service{
	{
		name:  "AlertsToTopic",
		title: "alerts of an audit",
		stops: "EventBridge sends no source to the key of a topic, so the topic itself is the condition.",
		// EventBridge passes no aws:SourceArn to the key of a topic; which rules and
		// alarms may publish is for the topic's own policy.
		page:       `SNS Developer Guide, "Managing Amazon SNS encryption keys and costs", "Enable compatibility between event sources from AWS services and encrypted topics"`,
		principals: everywhere("cloudwatch.amazonaws.com", "events.amazonaws.com"),
		actions:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		resource:   asNamed,
		context:    []contextPair{{"aws:sns:topicArn", "StringEquals", theResources}},
	},
	{
		name:   "CloudTrail",
		title:  "CloudTrail",
		stores: []Stored{{"aws_cloudtrail", "kms_key_id", "name"}},
		must:   []string{"kms:GenerateDataKey*"},
		also:   []string{"aws:s3:arn"},
		keys:   logsKeys,
		stops:  "A trail of another account encrypts nothing with the key, and the key opens nothing that such a trail wrote.",
		// Decrypt serves buckets with bucket keys on. A trail writes from every Region,
		// whatever its home Region is.
		page:       `CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"`,
		principals: everywhere("cloudtrail.amazonaws.com"),
		actions:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		describes:  true,
		source: func(l Location, named []string) []keypolicy.Condition {
			return []keypolicy.Condition{when("ArnLike", keySourceArn, trails(l, named)...)}
		},
		one:     func(l Location, name string) string { return l.arnIn("*", "cloudtrail", "trail/"+name) },
		context: []contextPair{{"aws:cloudtrail:arn", "StringLike", trails}},
	},
	{
		name:   "CloudWatchLogs",
		title:  "CloudWatch Logs",
		stores: []Stored{{"aws_cloudwatch_log_group", "kms_key_id", "name"}},
		keys:   dataKeys | logsKeys,
		takes:  &ResourceNames{Of: "log groups", Parameter: "logGroupNames", Limit: limits.LogGroupNames},
		stops:  "The context names the log group, so that CloudWatch Logs cannot be asked to open another account's with the key.",
		// The page's example allows kms:Describe* as well, to no effect: DescribeKey
		// carries no encryption context.
		page:       `CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS"`,
		principals: inRegion("logs"),
		actions:    cryptographicActions,
		resource:   func(l Location, name string) string { return l.arn("logs", "log-group:"+name) },
		context:    []contextPair{{"aws:logs:arn", "ArnLike", theResources}},
	},
	{
		name:        "DynamoDb",
		title:       "DynamoDB",
		stores:      []Stored{{"aws_dynamodb_table", "server_side_encryption.kms_key_arn", "name"}},
		keys:        dataKeys,
		takes:       &ResourceNames{Of: "tables", Parameter: "tableNames", Limit: limits.TableNames},
		stops:       "A table's name is not unique; `aws:dynamodb:subscriberId` binds it to the account.",
		page:        `DynamoDB Developer Guide, "DynamoDB encryption at rest: usage notes"`,
		via:         "dynamodb",
		roleActions: cryptographicActions,
		grants:      true,
		deploys:     true,
		resource:    asNamed,
		context: []contextPair{
			{"aws:dynamodb:tableName", "StringLike", theResources},
			{"aws:dynamodb:subscriberId", "StringEquals", func(l Location, _ []string) []string { return []string{l.AccountId} }},
		},
	},
	{
		name:        "Ebs",
		title:       "EBS",
		stores:      []Stored{{"aws_ebs_volume", "kms_key_id", ""}, {"aws_ebs_default_kms_key", "key_arn", ""}, {"aws_ebs_snapshot_copy", "kms_key_id", ""}, {"aws_instance", "root_block_device.kms_key_id", ""}, {"aws_instance", "ebs_block_device.kms_key_id", ""}, {"aws_launch_template", "block_device_mappings.ebs.kms_key_id", ""}},
		keys:        dataKeys,
		stops:       "Volumes and snapshots have generated ids, so all of the account are meant.",
		page:        `KMS Developer Guide, "How Amazon EBS uses AWS KMS"`,
		via:         "ec2",
		roleActions: []string{"kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"},
		grants:      true,
		deploys:     true,
		context:     []contextPair{{"aws:ebs:id", "StringLike", anyOf("snap-*", "vol-*")}},
		// To attach a volume, EC2 decrypts its key as the role aws:ec2-infrastructure.
		directContextKeys: []string{"aws:ebs:id"},
	},
	{
		name:    "Lambda",
		title:   "Lambda, environment variables",
		stores:  []Stored{{"aws_lambda_function", "kms_key_arn", ""}},
		keys:    dataKeys,
		stops:   "A function's role needs nothing of the key: it decrypts by a grant that Lambda makes for the deployer.",
		page:    `Lambda Developer Guide, "Securing Lambda environment variables"`,
		via:     "lambda",
		deploys: true,
		// To start a function, Lambda decrypts its variables as the function's role.
		directContextKeys: []string{"aws:lambda:FunctionArn"},
	},
	{
		name:       "LogDelivery",
		title:      "log delivery",
		keys:       logsKeys,
		stops:      "VPC flow logs and other vended logs. Log delivery writes for whoever asks it; source and account keep other accounts' logs off the key.",
		page:       `VPC User Guide, "Publish flow logs to Amazon S3"`,
		principals: everywhere("delivery.logs.amazonaws.com"),
		actions:    cryptographicActions,
		describes:  true,
		source: func(l Location, _ []string) []keypolicy.Condition {
			return []keypolicy.Condition{
				when("StringEquals", keySourceAccount, l.AccountId),
				when("ArnLike", keySourceArn, l.arn("logs", "*")),
			}
		},
	},
	{
		name:    "Rds",
		title:   "RDS and Aurora",
		stores:  []Stored{{"aws_db_instance", "kms_key_id", ""}, {"aws_rds_cluster", "kms_key_id", ""}},
		keys:    dataKeys,
		stops:   "A database uses the key by a grant that RDS makes for the deployer; roles that only connect to it need nothing of the key.",
		page:    `RDS User Guide, "AWS KMS key management"; KMS Developer Guide, "How Amazon RDS uses AWS KMS"`,
		via:     "rds",
		deploys: true,
		// RDS decrypts the keys of volumes as roles of AWS's accounts. Whoever reads an
		// activity stream calls KMS directly with the same context: RDS User Guide,
		// "Monitoring a database activity stream".
		directContextKeys: []string{"aws:rds:db-id", "aws:rds:dbc-id"},
	},
	{
		name:        "S3",
		title:       "S3",
		stores:      []Stored{{"aws_s3_bucket_server_side_encryption_configuration", "rule.apply_server_side_encryption_by_default.kms_master_key_id", "bucket"}, {"aws_s3_bucket", "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id", "bucket"}, {"aws_s3_object", "kms_key_id", "bucket"}},
		writers:     &otherWriters{with: []string{"aws:cloudtrail:arn"}, read: true},
		clientPairs: true,
		keys:        dataKeys | logsKeys,
		takes:       buckets,
		stops:       "The context names the bucket or the object, so that a role reads no other bucket that uses the key.",
		page:        `S3 User Guide, "Using server-side encryption with AWS KMS keys" and "Configuring S3 Bucket Keys"`,
		via:         "s3",
		roleActions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		deploys:     true,
		resource:    bucketArn,
		context:     []contextPair{{"aws:s3:arn", "ArnLike", bucketsAndObjects}},
	},
	{
		name:        "SecretsManager",
		title:       "Secrets Manager",
		stores:      []Stored{{"aws_secretsmanager_secret", "kms_key_id", "name"}},
		also:        []string{"SecretVersionId"},
		keys:        dataKeys,
		takes:       &ResourceNames{Of: "secrets", Parameter: "secretNames", Limit: limits.SecretNames},
		stops:       "A secret's name is the beginning of others: only the six characters that Secrets Manager adds may follow.",
		page:        `Secrets Manager User Guide, "Secret encryption and decryption"`,
		via:         "secretsmanager",
		roleActions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		deploys:     true,
		resource: func(l Location, name string) string {
			// Secrets Manager adds a hyphen and six random characters to every name.
			if !strings.HasSuffix(name, "*") {
				name += "-??????"
			}
			return l.arn("secretsmanager", "secret:"+name)
		},
		context: []contextPair{{"SecretARN", "ArnLike", theResources}},
	},
	{
		name:   "Ssm",
		title:  "Systems Manager parameters",
		stores: []Stored{{"aws_ssm_parameter", "key_id", "name"}},
		keys:   dataKeys,
		takes:  &ResourceNames{Of: "parameters", Parameter: "parameterNames", Limit: limits.ParameterNames},
		stops:  "The context is the parameter's ARN, so that a role reads no other secure string under the key.",
		// Standard parameters are encrypted by KMS itself, advanced ones with a data key.
		roleActions: []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
		// A name in a hierarchy begins with the slash that follows "parameter" in the ARN.
		resource: func(l Location, name string) string { return l.arn("ssm", "parameter/"+strings.TrimPrefix(name, "/")) },
		context:  []contextPair{{"PARAMETER_ARN", "ArnLike", theResources}},
		page:     `Systems Manager User Guide, "How AWS Systems Manager Parameter Store uses AWS KMS"`,
		via:      "ssm",
		deploys:  true,
	},
}

// inRegion is the name of a service that has another principal in each Region.
func inRegion(service string) func(Location) []string {
	return func(l Location) []string { return []string{l.regionalService(service)} }
}

// everywhere are names that are the same in each Region and partition.
func everywhere(names ...string) func(Location) []string {
	return func(Location) []string { return names }
}

func asNamed(_ Location, name string) string { return name }

func theResources(_ Location, resources []string) []string { return resources }

func anyOf(values ...string) func(Location, []string) []string {
	return func(Location, []string) []string { return values }
}

// trails are those named, or all of the account.
func trails(l Location, named []string) []string {
	if len(named) > 0 {
		return named
	}
	return []string{l.arnIn("*", "cloudtrail", "trail/*")}
}

// bucketsAndObjects are what S3 may say of the buckets: the bucket's ARN where
// bucket keys are on, else the object's. Objects written before bucket keys were
// switched on keep the object's ARN, so both are named.
func bucketsAndObjects(_ Location, buckets []string) []string {
	var arns []string
	for _, bucket := range buckets {
		arns = append(arns, bucket)
		if !strings.HasSuffix(bucket, "*") {
			arns = append(arns, bucket+"/*")
		}
	}
	return arns
}

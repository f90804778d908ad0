package aws

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/aws-sdk-go-base/v2/endpoints"
)

// service is an AWS service by what its names begin with.
type service struct {
	// label is "logs" in "logs.us-east-1.amazonaws.com".
	label string
	// name is what people call it.
	name string
}

// services are those that reports call by the name that people know. Of most the
// label begins the principal's name and that of kms:ViaService; some have one of the
// two only.
var services = []service{
	{"athena", "Athena"},
	{"backup", "AWS Backup"},
	{"cloudtrail", "CloudTrail"},
	{"cloudwatch", "CloudWatch"},
	{"config", "AWS Config"},
	{"delivery.logs", "log delivery"},
	// Route 53 Developer Guide, "Working with customer managed keys for DNSSEC".
	{"dnssec-route53", "Route 53 DNSSEC"},
	{"dynamodb", "DynamoDB"},
	{"ebs", "EBS"},
	{"ec2", "EC2"},
	{"ecr", "ECR"},
	{"elasticfilesystem", "EFS"},
	{"es", "OpenSearch"},
	{"events", "EventBridge"},
	{"firehose", "Firehose"},
	{"glue", "Glue"},
	{"guardduty", "GuardDuty"},
	{"kinesis", "Kinesis"},
	{"lambda", "Lambda"},
	{"logs", "CloudWatch Logs"},
	{"rds", "RDS"},
	{"redshift", "Redshift"},
	{"s3", "S3"},
	{"secretsmanager", "Secrets Manager"},
	{"sns", "SNS"},
	{"sqs", "SQS"},
	{"ssm", "Systems Manager"},
	{"states", "Step Functions"},
}

// otherLabels begin the names of further service principals in AWS's user guides and
// managed policies, as of October 2026.
const otherLabels = `
a4b access-analyzer access-grants.s3 account acm acm-pca agentless.inspector2 aiops airflow airflow-env airflow-serverless
amplify apidestinations.events apigateway app-integrations appfabric appflow application-autoscaling application-insights
application-signals.cloudwatch appmesh apprunner appstream appstream.application-autoscaling appsync aps artifact auditmanager
automation autoscaling autoscaling-plans batch bedrock bedrock-agentcore braket budgets cassandra
cassandra.application-autoscaling channels.lex channels.lexv2 chatbot chime cleanrooms cleanrooms-ml cloud9 clouddirectory
cloudformation cloudfront cloudhsm cloudsearch cloudwatch-crossaccount codeartifact codebuild codecatalyst codecatalyst-runner
codecommit codedeploy codeguru-profiler codeguru-reviewer codeguru-security codepipeline codestar codestar-notifications
cognito-idp cognito-sync comprehend comprehend.application-autoscaling compute-optimizer config-conforms
config-multiaccountsetup connect connect-campaigns context.cloudtrail continuousexport.discovery contributorinsights.dynamodb
controltower cost-optimization-hub.bcm costalerts credentials.iot custom-resource.application-autoscaling custom.rds databrew
dataexchange datapipeline datasync datazone dax detective devops-guru directconnect directquery.opensearchservice discovery dlm
dms dmsintegration.migrationhub docdb-elastic drs ds dsql dynamodb.application-autoscaling ec2-images ec2-instance-connect
ec2.application-autoscaling ec2fastlaunch ec2fleet ec2scheduled ecs ecs-compute ecs-tasks ecs.application-autoscaling edgelambda
eks eks-connector eks-fargate eks-fargate-pods eks-nodegroup elasticache elasticache.application-autoscaling elasticbeanstalk
elasticloadbalancing elasticmapreduce elastictranscoder email.cognito-idp emr-containers emr-serverless entityresolution
event-processor.health events.managedservices events.workmail evs fargate finspace fis fms forecast frauddetector fsx gamelift
glacier globalaccelerator grafana greengrass groundstation health healthlake iam imagebuilder importexport inspector inspector2
internetmonitor iot iotanalytics iotevents iotmanagedintegrations iotsitewise iotthingsgraph iottwinmaker ivs job.sagemaker
justintimeaccess.ssm kafka kafka.application-autoscaling kafkaconnect kendra kinesisanalytics kinesisreplication.dynamodb kms
lakeformation lambda.application-autoscaling launchwizard lex lexv2 license-management.marketplace license-manager
license-manager-user-subscriptions license-manager.member-account lightsail logger.cloudfront logging.s3 lookoutequipment
lookoutmetrics m2 machinelearning macie maintenance.elasticbeanstalk malware-protection-plan.guardduty
malware-protection.guardduty managedblockchain managedservices managedupdates.elasticbeanstalk mediaconnect mediaconvert
mediapackage mediastore mediatailor medical-imaging meetings.chime member.org.stacksets.cloudformation memorydb mgn migrationhub
migrationhub-orchestrator migrationhub-strategy mobileanalytics monitoring monitoring.rds monitron mpa mq neptune-graph
neptune.application-autoscaling network-firewall networkmanager notifications notifications.ssm observabilityadmin odb omics
opensearchservice ops.apigateway ops.emr-serverless opsworks opsworks-cm organizations orgsdatasync.servicecatalog osis outposts
panorama pcs permission.iq personalize pinpoint pipes pods.eks private-marketplace.marketplace profile proton purchaseorders q
qapps qbusiness qldb quicksight ram rds-preview rds.application-autoscaling redshift-data redshift-serverless refactor-spaces
rekognition remediation.config replication.cassandra replication.dynamodb replication.ecr replicator.lambda
reporting.trustedadvisor repostspace resource-explorer-2 resource-groups restore-testing.backup robomaker rolesanywhere route53
route53domains route53resolver s3-outposts s3.data-source.lustre.fsx sagemaker sagemaker-geospatial
sagemaker.application-autoscaling scheduler schema-conversion.dms schemas scraper.aps security-ir securityhub securityhubv2
securitylake serverlessrepo servicecatalog servicecatalog-appregistry servicediscovery servicequotas ses shield signer signin sms
sms-voice smsintegration.migrationhub social-messaging spot spotfleet sqlworkbench ssm-guiconnect ssm-incidents ssm-quicksetup
ssm-sap ssm.integrations sso storagegateway streams.metrics.cloudwatch sts support supportplans swf sync.proton synthetics
tagpolicies.tag textract thirdparty.config timestream timestream-influxdb transcribe transfer transitgateway translate
trustedadvisor tts vmie vpc-flow-logs vpc-lattice vpcorigin.cloudfront waf waf-regional wafv2 wellarchitected workdocs workmail
workspaces workspaces.application-autoscaling xray
`

// labels are all that names of AWS services begin with: those above, and the
// services of the AWS SDKs' endpoint data, in which newer ones come.
var labels = func() map[string]bool {
	known := map[string]bool{}
	for _, s := range services {
		known[s.label] = true
	}
	for label := range strings.FieldsSeq(otherLabels) {
		known[label] = true
	}
	for _, partition := range endpoints.DefaultPartitions() {
		for label := range partition.Services() {
			known[label] = true
		}
	}
	return known
}()

// ServiceDoubt says why AWS may have no service of that name, with the nearest name
// that it has, or "" where nothing is doubtful: the service or its Region may also be
// newer than the tables. A regional name has a Region, as those of kms:ViaService do;
// others may have one. Placeholders and wildcards stand for what would fit.
func ServiceDoubt(name string, regional bool) string {
	open := openParts(name)
	label, region, suffix := splitServiceName(open)
	if strings.Contains(label, "*") || suffix == "*" {
		return ""
	}
	partition, isRegion := PartitionOf(region)
	suggest := func(label, region string) string {
		if label == "" || region == "*" || region == "" && regional {
			return ""
		}
		end := "." + defaultSuffix
		if isRegion {
			end = "." + partition.DnsSuffix
		}
		if region != "" {
			end = "." + region + end
		}
		return DidYouMean(label + end)
	}
	switch {
	case !labels[label]:
		return "no AWS service is known whose name begins with " + strconv.Quote(label) + suggest(Nearest(label, slices.Sorted(maps.Keys(labels))), region)
	case region != "" && region != "*" && !IsKnownRegion(region):
		return "no Region " + strconv.Quote(region) + " is known" + suggest(label, NearestRegion(region))
	case !slices.Contains(dnsSuffixes, suffix) || isRegion && suffix != partition.DnsSuffix && suffix != defaultSuffix:
		return "names of AWS services do not end in " + strconv.Quote(suffix) + suggest(label, region)
	case regional && region == "":
		return `names no Region; must be like "` + label + ".us-east-1." + suffix + `"`
	}
	return ""
}

// IsHostName reports whether a name is labels of lower-case letters, digits and
// hyphens with dots between them, as those of services and identity providers are. It
// is asked of requests, for which a regular expression would take long.
func IsHostName(name string) bool {
	dots, label := 0, 0
	for i := range len(name) {
		switch c := name[i]; {
		case c == '.' && label > 0:
			dots++
			label = 0
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
			label++
		default:
			return false
		}
	}
	return dots > 0 && label > 0
}

// openParts puts "*" for each placeholder and wildcard.
func openParts(name string) string {
	var open strings.Builder
	for i := 0; i < len(name); i++ {
		switch {
		case strings.HasPrefix(name[i:], "${"):
			i += PlaceholderLength(name[i:]) - 1
			open.WriteByte('*')
		case name[i] == '?':
			open.WriteByte('*')
		default:
			open.WriteByte(name[i])
		}
	}
	return open.String()
}

// splitServiceName takes a name apart: from the end where that is a DNS suffix of
// AWS, else by the longest label that is known.
func splitServiceName(name string) (label, region, suffix string) {
	for _, suffix := range dnsSuffixes {
		label, found := strings.CutSuffix(name, "."+suffix)
		if !found {
			continue
		}
		if at := strings.LastIndexByte(label, '.'); at >= 0 && !labels[label] && (labels[label[:at]] || isRegionOrOpen(label[at+1:])) {
			return label[:at], label[at+1:], suffix
		}
		return label, "", suffix
	}
	label, suffix, _ = strings.Cut(name, ".")
	for at := range len(name) {
		if name[at] == '.' && labels[name[:at]] {
			label, suffix = name[:at], name[at+1:]
		}
	}
	if first, rest, found := strings.Cut(suffix, "."); found && isRegionOrOpen(first) {
		return label, first, rest
	}
	return label, "", suffix
}

func isRegionOrOpen(text string) bool {
	_, isRegion := PartitionOf(text)
	return isRegion || text == "*"
}

// defaultSuffix ends names of services in every partition: most have no other there.
const defaultSuffix = "amazonaws.com"

var dnsSuffixes = func() (suffixes []string) {
	for _, partition := range partitions {
		if !slices.Contains(suffixes, partition.DnsSuffix) {
			suffixes = append(suffixes, partition.DnsSuffix)
		}
	}
	return suffixes
}()

// serviceNames has the name that people know of each label that has one.
var serviceNames = func() map[string]string {
	names := map[string]string{}
	for _, s := range services {
		names[s.label] = s.name
	}
	return names
}()

// ServiceInWords is a service's name as people say it, such as "S3 in us-east-1"; one
// without such a name is left as it is.
func ServiceInWords(name string) string {
	label, region, suffix := splitServiceName(name)
	known := serviceNames[label]
	switch {
	case known == "" || !slices.Contains(dnsSuffixes, suffix) && (region == "" || !IsToken(suffix) && suffix != "*"):
		return name
	case region == "":
		return known
	case region == "*":
		return known + " in any Region"
	}
	return known + " in " + region
}

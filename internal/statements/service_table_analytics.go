package statements

import "github.com/neurocipher-io/kmstier/internal/config/limits"

// analyticsServices keep catalogues, models and agents.
var analyticsServices = []service{
	{
		name: "BedrockAgents", title: "Bedrock agents", page: `Bedrock User Guide, "Encryption of agent resources with customer managed keys (CMK)"`, keys: dataKeys,
		takes:     &ResourceNames{Of: "agents (their ids)", Parameter: "agentIds", Limit: limits.AgentIds},
		stores:    []Stored{{"aws_bedrockagent_agent", "customer_encryption_key_arn", "agent_id"}},
		unchecked: "That `kms:ViaService` names `bedrock`. Custom models, guardrails and knowledge bases have contexts of their own and are not served.",
		stops:     "An agent's ARN in the context keeps its callers from other agents' instructions. An agent has an id once it is made: name it then, or all by `*`.",
		via:       "bedrock", roleActions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, deploys: true,
		resource: inArn("bedrock", "agent/"),
		context:  []contextPair{{"aws:bedrock:arn", "ArnLike", theResources}},
	},
	{
		name: "GlueCatalog", title: "the Glue Data Catalog", page: `Glue Developer Guide, "Encrypting your Data Catalog"`, keys: dataKeys,
		stores: []Stored{
			{"aws_glue_data_catalog_encryption_settings", "data_catalog_encryption_settings.encryption_at_rest.sse_aws_kms_key_id", ""},
			{"aws_glue_data_catalog_encryption_settings", "data_catalog_encryption_settings.connection_password_encryption.aws_kms_key_id", ""},
		},
		unchecked: "The encryption context `glue_catalog_id`: the guide names none. Encrypt the catalogue of an account that you can do without first. Job bookmarks, which the guide says no more of, call KMS directly and are not served.",
		stops:     "A catalogue is an account's: its id in the context keeps out that of another account.",
		via:       "glue", roleActions: []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}, deploys: true,
		context: []contextPair{{"glue_catalog_id", "StringEquals", func(l Location, _ []string) []string { return []string{l.AccountId} }}},
	},
	{
		name: "SageMaker", title: "storage volumes of SageMaker", page: `SageMaker API Reference, "RecommendationJobInputConfig", VolumeKmsKeyId`, keys: dataKeys,
		stores:    []Stored{{"aws_sagemaker_notebook_instance", "kms_key_id", ""}, {"aws_sagemaker_endpoint_configuration", "kms_key_arn", ""}, {"aws_sagemaker_domain", "kms_key_id", ""}},
		unchecked: "That SageMaker's grants count as made for an AWS resource, and with which context it uses them. Feature stores and other encryption by SageMaker, whose callers need more than a grant, are not served.",
		stops:     "The role of a job or an endpoint, among those that use the key, makes the grant for its volumes; grants are for AWS resources alone. What jobs read and write in S3 is S3's.",
		via:       "sagemaker", grants: true, deploys: true,
	},
}

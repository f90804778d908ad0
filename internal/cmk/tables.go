package cmk

// tables say, by area, what the schema cannot: what each type stores, which
// settings make a key count, and which attributes are no keys for data. Every
// type and attribute of the schema is decided here, by an entry or by being
// required where its block is; a test sees to it.
var tables = []map[string]rule{
	keysThemselves, objectStorage, blockAndFileStorage, databases, messaging, logsAndTrails,
	secretsAndConfiguration, computeAndDelivery, analytics, machineLearning, applications,
	sinceProvider6, withoutKeys, withVolumes, makingOthers,
}

var keysThemselves = map[string]rule{
	"aws_kms_alias":                                   ignored("names a key"),
	"aws_kms_ciphertext":                              ignored("is encrypted data in the state, under the key that it names"),
	"aws_kms_custom_key_store":                        ignored("holds keys"),
	"aws_kms_grant":                                   ignored("permits the use of a key"),
	"aws_kms_key":                                     ignored("is a key"),
	"aws_kms_key_policy":                              ignored("says who may use a key"),
	"aws_kms_replica_external_key":                    ignored("is a key"),
	"aws_kms_replica_key":                             ignored("is a key"),
	"aws_paymentcryptography_key_alias":               ignored("names a key of another service"),
	"aws_api_gateway_usage_plan_key":                  ignored("takes a key for an API, not for encryption"),
	"aws_cloudfront_field_level_encryption_profile":   ignored("encrypts in transit, with a public key"),
	"aws_datasync_location_hdfs":                      ignored("names the key server of a Hadoop cluster"),
	"aws_dataexchange_revision_assets":                ignored("names keys that buyers of the data may use"),
	"aws_bedrockagentcore_oauth2_credential_provider": ignored("takes a key for signing"),
	"aws_kms_external_key":                            ignored("is a key"),
	"aws_pinpoint_apns_channel":                       ignored("takes a key of Apple's, for signing"),
	"aws_pinpoint_apns_sandbox_channel":               ignored("takes a key of Apple's, for signing"),
	"aws_pinpoint_apns_voip_channel":                  ignored("takes a key of Apple's, for signing"),
	"aws_pinpoint_apns_voip_sandbox_channel":          ignored("takes a key of Apple's, for signing"),
}

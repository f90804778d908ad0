package cmk

import (
	"strings"
)

// all joins checks.
func all(checks ...func(*examination, *scope, *resource)) func(*examination, *scope, *resource) {
	return func(x *examination, s *scope, r *resource) {
		for _, check := range checks {
			check(x, s, r)
		}
	}
}

// mustBe reports a setting that lets data be stored without the key beside it.
// where its block is.
func mustBe(path, what string, values ...string) func(*examination, *scope, *resource) {
	wanted := setting{name: path[strings.LastIndex(path, ".")+1:], values: values}
	return func(x *examination, s *scope, r *resource) {
		for _, leaf := range leaves(s, r.values, path) {
			if leaf.unread != "" {
				x.report(r, unreadIssue(what, leaf.label, leaf.unread))
				continue
			}
			if leaf.block == nil {
				continue
			}
			x.setting(r, wanted, leaf, what)
		}
	}
}

// setting reports a setting that is not as it must be.
func (x *examination) setting(r *resource, wanted setting, leaf leaf, what string) {
	switch holds, expression := wanted.is(leaf.scope, leaf.block); holds {
	case maybe:
		x.report(r, unreadIssue(what, leaf.label, expression))
	case no:
		prefix := strings.TrimSuffix(leaf.label, leaf.name)
		x.report(r, Issue{Rule: NoKey, Attribute: leaf.label, aside: true,
			Problem: "stores " + what + " without a customer managed key: " + notAsWanted(prefix, wanted, text(leaf.block[wanted.name])),
			Fix:     "set " + leaf.label + " to " + wanted.values[0]})
	}
}

// notPossibleBefore6 reports what takes a key since version 6 of the provider
// only.
func notPossibleBefore6(why, path string) func(*examination, *scope, *resource) {
	return func(x *examination, s *scope, r *resource) {
		if !r.stack.provider.mayBe6() && !x.mayBeSet(s, r.values, path) {
			notPossible("before version 6 of the provider "+why)(x, s, r)
		}
	}
}

const managedResults = "configuration.managed_query_results_configuration.enabled"

// workgroup checks that clients cannot decide otherwise than the workgroup, whose
// managed results nobody can redirect. See the Athena User Guide, "Override
// client-side settings".
func workgroup(x *examination, s *scope, r *resource) {
	rule := x.ruleOf(r)
	if asked, _ := x.isAsked(s, r, key{}.ifNotOn(managedResults)); asked == no {
		return
	}
	enforced := setting{name: "enforce_workgroup_configuration", values: []string{"true", ""}}
	for _, leaf := range leaves(s, r.values, "configuration.enforce_workgroup_configuration") {
		if leaf.unread != "" {
			x.report(r, unreadIssue(rule.what, leaf.label, leaf.unread))
		}
		if leaf.block == nil {
			continue
		}
		switch holds, expression := enforced.is(leaf.scope, leaf.block); holds {
		case maybe:
			x.report(r, unreadIssue(rule.what, leaf.label, expression))
		case no:
			x.report(r, Issue{Rule: NotEnforced, Attribute: leaf.label,
				Problem: "lets clients decide how results of queries are encrypted: " + leaf.label + " is false",
				Fix:     "set " + leaf.label + " to true"})
		}
	}
}

// clusterLogs checks the logs of ECS Exec and the storage that ECS manages. See
// the ECS API, ExecuteCommandLogConfiguration and ManagedStorageConfiguration.
func clusterLogs(x *examination, s *scope, r *resource) {
	const logs = "configuration.execute_command_configuration.log_configuration."
	for name, target := range map[string]string{
		"s3_bucket_encryption_enabled":   "s3_bucket_name",
		"cloud_watch_encryption_enabled": "cloud_watch_log_group_name",
	} {
		for _, leaf := range leaves(s, r.values, logs+name) {
			if leaf.unread != "" {
				x.report(r, unreadIssue("logs of sessions", leaf.label, leaf.unread))
			} else if leaf.block != nil && isSet(leaf.block, target) {
				x.setting(r, setting{name: name, values: []string{"true"}}, leaf, "logs of sessions")
			}
		}
	}
	const storage = "configuration.managed_storage_configuration."
	for _, leaf := range leaves(s, r.values, storage+"fargate_ephemeral_storage_kms_key_id") {
		if leaf.block != nil && !isSet(leaf.block, leaf.name) && !isSet(leaf.block, "kms_key_id") {
			x.report(r, Issue{Rule: NoKey, Attribute: leaf.label,
				Problem: "stores task storage without a customer managed key: " + leaf.label + " is not set",
				Fix:     "set " + leaf.label + customerKey})
		}
	}
}

// dataSet checks data sets of QuickSight, which are under the key that the
// account registers.
func dataSet(x *examination, s *scope, r *resource) {
	registered := x.besides(s, r, "aws_quicksight_key_registration", func(*scope, *resource) answer { return yes })
	imports := setting{name: "import_mode", values: []string{"SPICE"}}
	holds, expression := imports.is(s, r.values)
	switch {
	case registered == no && holds == maybe:
		x.report(r, unreadIssue(x.ruleOf(r).what, "import_mode", expression))
	case registered == maybe && holds != no:
		x.report(r, unreadIssue(x.ruleOf(r).what, "import_mode", "under the key of aws_quicksight_key_registration, if that is there"))
	case registered == no && holds == yes:
		notPossible("data sets take no key; register one with aws_quicksight_key_registration")(x, s, r)
	}
}

// settingsAside are the attributes that speak of keys or encryption and decide
// nothing about data at rest, with the reason. Those with "*" are patterns.
var settingsAside = map[string]string{
	"*node_to_node_encryption*":                               "encrypts in transit",
	"*transit_encryption*":                                    "encrypts in transit",
	"*encryption_in_transit*":                                 "encrypts in transit",
	"*in_transit_encryption*":                                 "encrypts in transit",
	"*inter_container_traffic_encryption":                     "encrypts in transit",
	"*encryption_context*":                                    "is an encryption context",
	"*_reuse_period_seconds":                                  "says how long a data key is used again",
	"*customer_managed_policy_reference.*":                    "names a policy",
	"*field_level_encryption*":                                "encrypts fields in transit",
	"aws_vpn_connection *":                                    "encrypts in transit",
	"aws_dx_connection encryption_mode":                       "encrypts in transit",
	"aws_ec2_transit_gateway *":                               "encrypts in transit",
	"aws_chime_voice_connector *":                             "encrypts in transit",
	"aws_transfer_connector *":                                "encrypts messages in transit",
	"aws_medialive_channel *":                                 "encrypts a stream for its viewers",
	"aws_cleanrooms_collaboration *":                          "says what members may do with encrypted columns",
	"aws_cloudfront_field_level_encryption_profile *":         "encrypts in transit, with a public key",
	"aws_dms_data_provider *":                                 "is the setting of a source database",
	"aws_dms_endpoint oracle_settings.*":                      "is the setting of a source database",
	"aws_dax_cluster cluster_endpoint_encryption_type":        "encrypts in transit",
	"aws_eks_cluster encryption_config.resources":             "can be secrets only",
	"aws_codepipeline artifact_store.encryption_key.type":     "can be KMS only",
	"aws_glue_data_catalog_encryption_settings *service_role": "is a role",
	"aws_kms_*":                     "is of a key",
	"aws_paymentcryptography_key *": "is of a key of another service",
	"aws_odb_network *":             "lets a network reach KMS",
	"aws_observabilityadmin_centralization_rule_for_organization *":                    "says which logs are copied",
	"aws_s3_bucket *sse_kms_encrypted_objects.*":                                       "says what is replicated",
	"aws_s3_bucket_replication_configuration *sse_kms_encrypted_objects.*":             "says what is replicated",
	"aws_s3_bucket_server_side_encryption_configuration rule.blocked_encryption_types": "forbids kinds of encryption",
	"aws_s3_bucket server_side_encryption_configuration.rule.bucket_key_enabled":       "saves requests to KMS, which is advice",
	"aws_sqs_queue sqs_managed_sse_enabled":                                            "has no effect beside a key, and is no customer's key without",
	"aws_athena_workgroup configuration.enable_minimum_encryption_configuration":       "raises what clients may do, where the workgroup is not enforced",
	"aws_api_gateway_method_settings settings.cache_data_encrypted":                    "is under a key of AWS in any case, which is reported",
	"aws_appsync_api_cache at_rest_encryption_enabled":                                 "is under a key of AWS in any case, which is reported",
	"aws_dax_cluster server_side_encryption.enabled":                                   "is under a key of AWS in any case, which is reported",
	"aws_opsworks_*": "is under the account's default key in any case, which is examined",
}

// isAside tells whether an attribute is one of settingsAside.
func isAside(kind, path string) bool {
	for pattern := range settingsAside {
		if matches(pattern, kind+" "+path) || !strings.Contains(pattern, " ") && matches(pattern, path) {
			return true
		}
	}
	return false
}

package keyalert

import (
	"fmt"
	"slices"
)

// Watcher sees in the trail's log group what rules see on the event bus, a few
// minutes later: so that it takes two paths to silence one alert. The log group
// has the calls of every Region, so a watcher sees those that no rule sees here.
type Watcher struct {
	// Name ends the name of the alarm.
	Name     string
	Severity Severity
	// Metric is what the filters count.
	Metric string
	// Says is the beginning of the alarm's description.
	Says string
	// Filters are the patterns, by the ends of their names.
	Filters map[string]string
}

// keyLossFilter counts disabled keys and scheduled deletions, worded as Security
// Hub's control CloudWatch.7 (CIS 1.4: 4.7) looks for it: mistyped ids count, too.
const keyLossFilter = `{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}`

// FilterLimit is how long a filter pattern may be. See "CloudWatch Logs quotas" in
// the CloudWatch Logs User Guide, and PutMetricFilter in its API Reference.
const FilterLimit = 1024

// Watchers are those of an audit.
func Watchers(names Names) []Watcher {
	return []Watcher{{
		Name: "use-denied", Severity: High, Metric: "KeyUseDenied", Says: "The use of a KMS key was denied.",
		Filters: map[string]string{"use-denied": filter(source("kms"), wasRefused, wasInEarnest, isOneOf("eventName", useOperations...))},
	}, {
		Name: "key-loss", Severity: Critical, Metric: "KeyDisabledOrDeletionScheduled",
		Says:    "A KMS key was disabled or scheduled for deletion, in whatever Region, or somebody tried to.",
		Filters: map[string]string{"key-loss": keyLossFilter},
	}, {
		Name: "key-changed", Severity: High, Metric: "KeyChanged",
		Says:    "A KMS key, its policy, alias, tags or grants were changed in a way that may put it at risk, in whatever Region.",
		Filters: keyChangeFilters(names),
	}, {
		Name: "change-refused", Severity: High, Metric: "KeyChangeRefused",
		Says: "A change that threatens a KMS key was attempted and refused, in whatever Region.",
		Filters: map[string]string{
			"denied":     filter(source("kms"), wasRefused, wasInEarnest, isOneOf("eventName", changeOperations...)),
			"locked-out": filter(source("kms"), is("eventName", "PutKeyPolicy"), is("errorMessage", lockedOut+"*")),
		},
	}, {
		Name: "key-misused", Severity: Critical, Metric: "KeyMisused",
		Says:    "A KMS key that is disabled or pending deletion is still needed, or data was encrypted with the key of another account, in whatever Region.",
		Filters: misuseFilters(names),
	}, {
		Name: "audit-changed", Severity: Critical, Metric: "AuditChanged",
		Says:    "What records the use of KMS keys, or tells people about it, was changed, or somebody tried to.",
		Filters: auditFilters(names),
	}}
}

func keyChangeFilters(names Names) map[string]string {
	filters := map[string]string{
		"keys": filter(source("kms"), wasDone, isOneOf("eventName",
			"DeleteCustomKeyStore", "DeleteExpiredKeyMaterial", "DeleteImportedKeyMaterial", "DeleteKey", "DisableKeyRotation", "DisconnectCustomKeyStore",
			"ImportKeyMaterial", "PutKeyPolicy", "ReplicateKey", "UpdateCustomKeyStore", "UpdatePrimaryRegion")),
		"aliases": filter(source("kms"), wasTried, isOneOf("eventName", "DeleteAlias", "UpdateAlias"),
			matches("requestParameters.aliasName", "^alias/"+names.NamePrefix+"-.+-"+names.Environment+"$")),
		"tags": filter(source("kms"), wasTried, isOneOf("eventName", "TagResource", "UntagResource"),
			either(matches("requestParameters.tags[*].tagKey", trustedTags), matches("requestParameters.tagKeys[*]", trustedTags))),
		"new-keys":         filter(source("kms"), wasTried, is("eventName", "CreateKey"), `($.requestParameters.bypassPolicyLockoutSafetyCheck IS TRUE)`),
		"sources":          filter(source("kms"), wasDone, is("eventName", "CreateGrant"), outside("requestParameters.constraints.sourceArn", "*:", names, ":*")),
		"grants":           filter(source("kms"), wasDone, is("eventName", "CreateGrant"), isMissing("userIdentity.invokedBy"), foreignPrincipal(names)),
		"grants-forwarded": filter(source("kms"), wasDone, is("eventName", "CreateGrant"), matches("userIdentity.invokedBy", forwarders), foreignPrincipal(names)),
	}
	for i, ids := range chunks(names.GrantIds, 3) {
		filters[fmt.Sprintf("grant-ends-%d", i)] = filter(source("kms"), wasDone, isOneOf("eventName", "RetireGrant", "RevokeGrant"),
			either(isOneOf("requestParameters.grantId", ids...), isOneOf("additionalEventData.grantId", ids...)))
	}
	return filters
}

// forwarders begin the names of services that run calls of their users. The rule
// takes for such every service that is not known for grants of its own, a list
// that is too long for a filter.
const forwarders = `^cloudformation\.|^codepipeline\.|^scheduler\.|^ssm\.|^states\.`

// foreignPrincipal is a grantee of no known account.
func foreignPrincipal(names Names) string {
	const grantee = "requestParameters.granteePrincipal"
	return both(
		either(is(grantee, "arn:*"), isNot(grantee, "*.amazonaws.com*")),
		isNot(grantee, names.AccountId+":aws:*"),
		outside(grantee, "*::", names, ":*"),
	)
}

// outside is a text that names none of the known accounts.
func outside(property, before string, names Names, after string) string {
	var terms []string
	for _, account := range names.accounts() {
		terms = append(terms, isNot(property, before+account+after))
	}
	return both(terms...)
}

// trustedTags are the tags that permissions boundaries rely on.
const trustedTags = "^app$|^env$"

func misuseFilters(names Names) map[string]string {
	// The key that encrypts is the last of those that the call names.
	foreign := func(resource string) string { return outside(resource, "", names, "") }
	ours := is("userIdentity.accountId", names.AccountId)
	once := slices.DeleteFunc(slices.Clone(encryptOperations), func(operation string) bool { return operation == "ReEncrypt" })
	return map[string]string{
		"unusable": filter(source("kms"), isOneOf("errorCode", unusable...), isOneOf("eventName", slices.Concat(useOperations, losing)...)),
		"foreign":  filter(source("kms"), wasDone, ours, isOneOf("eventName", once...), foreign("resources[0].accountId")),
		"foreign-copy": filter(source("kms"), wasDone, ours, is("eventName", "ReEncrypt"),
			foreign("resources[1].accountId")),
	}
}

func auditFilters(names Names) map[string]string {
	own, group := names.Prefix+"-*", names.arn("logs", "log-group:"+names.LogGroup)
	topics := []string{names.TopicArn, CriticalTopicArn(names)}
	filters := map[string]string{
		"rules": filter(source("events"), isOneOf("eventName", "DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"),
			either(is("requestParameters.name", own), is("requestParameters.rule", own))),
		"alarms": filter(source("monitoring"),
			isOneOf("eventName", "DeleteAlarms", "DisableAlarmActions", "PutCompositeAlarm", "PutMetricAlarm", "SetAlarmState"),
			either(is("requestParameters.alarmName", own), is("requestParameters.alarmNames[*]", own))),
		"topics": filter(source("sns"),
			isOneOf("eventName", "AddPermission", "DeleteTopic", "PutDataProtectionPolicy", "RemovePermission", "SetTopicAttributes", "Subscribe"),
			either(isOneOf("requestParameters.topicArn", topics...), isOneOf("requestParameters.resourceArn", topics...))),
		"subscriptions": filter(source("sns"), isOneOf("eventName", "SetSubscriptionAttributes", "Unsubscribe"),
			isOneOf("requestParameters.subscriptionArn", topics[0]+":*", topics[1]+":*")),
		"queue": filter(source("sqs"),
			isOneOf("eventName", "AddPermission", "DeleteQueue", "PurgeQueue", "RemovePermission", "SetQueueAttributes", "StartMessageMoveTask"),
			either(is("requestParameters.queueUrl", "*/"+names.Queue), is("requestParameters.sourceArn", "*:"+names.Queue))),
		"trail":     filter(source("cloudtrail"), wasTried, isOneOf("eventName", "DeleteTrail", "StopLogging", "UpdateTrail")),
		"selectors": filter(source("cloudtrail"), wasTried, is("eventName", "PutEventSelectors"), narrowedSelectors),
		"detectors": filter(either(source("config"), source("ec2"), source("guardduty")), wasTried,
			isOneOf("eventName", "DeleteConfigurationRecorder", "DeleteDeliveryChannel", "DeleteDetector", "DisableEbsEncryptionByDefault",
				"ModifyEbsDefaultKmsKeyId", "PutConfigurationRecorder", "PutDeliveryChannel", "ResetEbsDefaultKmsKeyId", "StopConfigurationRecorder")),
		"config-rules": filter(source("config"), isOneOf("eventName", "DeleteConfigRule", "DeleteEvaluationResults", "PutConfigRule"),
			either(is("requestParameters.configRuleName", own), is("requestParameters.configRule.configRuleName", own))),
		"guardduty": filter(source("guardduty"), wasTried, either(
			isOneOf("eventName", "CreateFilter", "CreateIPSet", "DeletePublishingDestination", "DisassociateFromAdministratorAccount", "DisassociateFromMasterAccount", "UpdateIPSet"),
			"("+both(is("eventName", "UpdateDetector"), `($.requestParameters.enable IS FALSE)`)+")")),
	}
	if names.Bucket != "" {
		filters["bucket"] = filter(source("s3"), either(is("eventName", "PutBucket*"), is("eventName", "DeleteBucket*")), is("requestParameters.bucketName", names.Bucket))
	}
	if names.LogGroup != "" {
		filters["logs"] = filter(source("logs"), isOneOf("eventName", logChangesByName...), is("requestParameters.logGroupName", names.LogGroup))
		filters["logs-by-identifier"] = filter(source("logs"), isOneOf("eventName", logChangesByIdentifier...),
			isOneOf("requestParameters.logGroupIdentifier", names.LogGroup, group+"*"))
		filters["logs-by-arn"] = filter(source("logs"), isOneOf("eventName", "AssociateKmsKey", "DisassociateKmsKey"), is("requestParameters.resourceIdentifier", group+"*"))
		filters["role"] = filter(source("iam"), isOneOf("eventName", roleChanges...), is("requestParameters.roleName", names.Role))
	}
	return filters
}

// narrowedSelectors are event selectors that leave out management events, as far
// as the first of them tells.
var narrowedSelectors = either(
	is("requestParameters.advancedEventSelectors[0].fieldSelectors[0].field", "*"),
	`($.requestParameters.eventSelectors[0].includeManagementEvents IS FALSE)`,
	isOneOf("requestParameters.eventSelectors[0].readWriteType", "ReadOnly", "WriteOnly"),
	is("requestParameters.eventSelectors[0].excludeManagementEventSources[0]", "*"),
)

func chunks(values []string, size int) [][]string {
	var all [][]string
	for chunk := range slices.Chunk(values, size) {
		all = append(all, chunk)
	}
	return all
}

// Query is a CloudWatch Logs Insights query that tells who did what a watcher
// counts, with which key.
func (w Watcher) Query() string {
	what := map[string]string{
		"use-denied":     `eventSource = "kms.amazonaws.com" and errorCode like /^` + deniedPrefix + `/`,
		"change-refused": `eventSource = "kms.amazonaws.com" and errorCode like /^(` + deniedPrefix + `|Malformed)/`,
		"key-misused":    `eventSource = "kms.amazonaws.com" and (errorCode like /^(Disabled|KMSInvalidState)/ or resources.0.accountId != recipientAccountId)`,
		"audit-changed":  `eventSource like /^(cloudtrail|config|ec2|events|guardduty|iam|logs|monitoring|s3|sns|sqs)\./ and readOnly = 0`,
	}[w.Name]
	if what == "" {
		what = `eventSource = "kms.amazonaws.com" and readOnly = 0`
	}
	return `fields @timestamp, awsRegion, userIdentity.arn, eventName, requestParameters.keyId, errorMessage, sourceIPAddress | filter ` + what + ` | sort @timestamp desc`
}

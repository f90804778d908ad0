package cmk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

var kmsAlgorithm = setting{"sse_algorithm", []string{"aws:kms", "aws:kms:dsse"}}

// bucket checks that something encrypts a bucket. The rule of whatever does so
// checks how.
func bucket(x *examination, r *resource) {
	const inline = "server_side_encryption_configuration"
	if found := blocksNamed(r.values, inline); len(found.blocks) > 0 || len(x.buckets.encryption[r]) > 0 {
		bucketKeys(x, r, inline+"?.rule")
		return
	} else if found.unread != "" {
		return // reported with the attribute
	}
	if unjoined := x.buckets.unjoined[r.stack]; len(unjoined) > 0 {
		x.report(r, unreadIssue("objects", "bucket of "+unjoined[0].address(), text(unjoined[0].values["bucket"])))
		return
	}
	x.report(r, Issue{Rule: NoKey, Attribute: inline,
		Problem: "stores objects without a customer managed key: no " + encryptionOfBucket + " is for this bucket",
		Fix:     "add one with sse_algorithm aws:kms, kms_master_key_id and bucket_key_enabled"})
}

// bucketKeys advises bucket keys: without, S3 asks KMS for every object.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
func bucketKeys(x *examination, r *resource, rules string) {
	if owner := x.buckets.bucketOf(r); owner != nil && owner.kind == "aws_s3_directory_bucket" {
		return // always has them
	}
	for _, leaf := range leaves(r.values, rules+".bucket_key_enabled") {
		for _, algorithm := range blocks(leaf.block["apply_server_side_encryption_by_default"]) {
			if text(algorithm["sse_algorithm"]) == "aws:kms" && text(leaf.block[leaf.name]) != "true" {
				x.report(r, Issue{Rule: NoBucketKey, Advice: true, Attribute: leaf.label,
					Problem: "S3 asks KMS for each object, which costs more and can be throttled",
					Fix:     "set " + leaf.label + " to true"})
			}
		}
	}
}

func bucketEncryption(x *examination, r *resource) { bucketKeys(x, r, "rule") }

// storedObject checks an object that says by itself how it is encrypted. One that does
// not is encrypted as its bucket says.
func storedObject(x *examination, r *resource) {
	if isSet(r.values, "server_side_encryption") {
		x.key(r, x.rules[r.kind], at("kms_key_id").on("server_side_encryption", "aws:kms", "aws:kms:dsse"))
	}
}

// logsOnDataKey reports logs under a key for data.
func (x *examination) logsOnDataKey(r *resource, leaf leaf, value judged) {
	name := x.dataKeyAmong(value.names)
	if name == "" {
		return
	}
	switch {
	case r.kind == "aws_cloudwatch_log_group":
		x.report(r, Issue{Rule: LogsOnDataKey, Advice: true, Attribute: leaf.label,
			Problem: "stores logs under the data key " + name + ": whoever may decrypt data with it may read them",
			Fix:     "set " + leaf.label + " to the key for logs, unless the data key is meant for this log group"})
	case leaf.name == "kms_master_key_id" && strings.HasPrefix(r.kind, "aws_s3_bucket"):
		if why := x.buckets.whyLogs(x.buckets.bucketOf(r)); why != "" {
			x.report(r, Issue{Rule: LogsOnDataKey, Attribute: leaf.label,
				Problem: fmt.Sprintf("stores logs in a bucket (%s) under the data key %s: whoever may decrypt data with it may read them", why, name),
				Fix:     "set " + leaf.label + " to the key for logs"})
		}
	}
}

func (x *examination) dataKeyAmong(names []string) string {
	for _, name := range names {
		for _, pattern := range x.dataKeys {
			if matches(pattern, name) {
				return name
			}
		}
	}
	return ""
}

// matches compares a name with a pattern, in which "*" is any text.
func matches(pattern, name string) bool {
	first, rest, more := strings.Cut(pattern, "*")
	if !more {
		return pattern == name
	}
	if !strings.HasPrefix(name, first) {
		return false
	}
	parts := strings.Split(rest, "*")
	name = name[len(first):]
	for _, part := range parts[:len(parts)-1] {
		at := strings.Index(name, part)
		if at < 0 {
			return false
		}
		name = name[at+len(part):]
	}
	return strings.HasSuffix(name, parts[len(parts)-1])
}

// encryptionPolicy checks an encryption policy of OpenSearch Serverless.
// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-encryption.html
func encryptionPolicy(x *examination, r *resource) {
	if text(r.values["type"]) != "encryption" {
		return
	}
	var policy struct {
		KmsARN string
	}
	if !x.document(r, "policy", "collections", &policy) {
		return
	}
	block := object{}
	if policy.KmsARN != "" {
		block["policy.KmsARN"] = policy.KmsARN
	}
	x.leaf(r, key{}, leaf{block: block, name: "policy.KmsARN", label: "policy.KmsARN"}, "collections")
}

// emrSecurity checks a security configuration of EMR.
// https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html
func emrSecurity(x *examination, r *resource) {
	var configuration struct {
		EncryptionConfiguration object
	}
	if !x.document(r, "configuration", "data of clusters", &configuration) {
		return
	}
	const root = "configuration.EncryptionConfiguration"
	wrapped := object{"configuration": object{"EncryptionConfiguration": configuration.EncryptionConfiguration}}
	enabled := setting{"EnableAtRestEncryption", []string{"true"}}
	if holds, _ := enabled.is(x, r.stack, configuration.EncryptionConfiguration); !holds {
		x.report(r, Issue{Rule: NoKey, Attribute: root + ".EnableAtRestEncryption",
			Problem: "stores data of clusters without a customer managed key: EnableAtRestEncryption is not true",
			Fix:     "set it to true, with AwsKmsKey for S3 and for local disks"})
		return
	}
	for _, key := range []key{
		at(root+"!.AtRestEncryptionConfiguration!.S3EncryptionConfiguration!.AwsKmsKey").on("EncryptionMode", "SSE-KMS", "CSE-KMS").of("objects in S3"),
		at(root+"!.AtRestEncryptionConfiguration!.LocalDiskEncryptionConfiguration!.AwsKmsKey").on("EncryptionKeyProviderType", "AwsKms").of("data on local disks"),
	} {
		for _, leaf := range leaves(wrapped, key.path) {
			x.leaf(r, key, leaf, key.what)
		}
	}
}

// document reads an attribute that holds JSON, and reports one that cannot be
// read.
func (x *examination) document(r *resource, attribute, what string, into any) bool {
	value := text(r.values[attribute])
	if found := x.follow(r.stack, value); found.resource == nil {
		value = found.text
	}
	if strings.HasPrefix(strings.TrimSpace(value), "{") && json.Unmarshal([]byte(value), into) == nil {
		return true
	}
	x.report(r, unreadIssue(what, attribute, value))
	return false
}

// notPossible reports what stores data and takes no key at all.
func notPossible(why string, unless ...string) func(*examination, *resource) {
	return func(x *examination, r *resource) {
		if slices.ContainsFunc(unless, func(name string) bool { return isSet(r.values, name) }) {
			return
		}
		x.report(r, Issue{Rule: NoKey,
			Problem: "stores " + x.rules[r.kind].what + " without a customer managed key: " + why,
			Fix:     "store them elsewhere, or except the resource"})
	}
}

// needs reports what is encrypted by another resource and names none.
func needs(attribute string) func(*examination, *resource) {
	return func(x *examination, r *resource) {
		if !isSet(r.values, attribute) {
			x.report(r, Issue{Rule: NoKey, Attribute: attribute,
				Problem: "stores " + x.rules[r.kind].what + " without a customer managed key: " + attribute + " is not set",
				Fix:     "set " + attribute + " to the name of one with KMS keys"})
		}
	}
}

// switched reports a resource whose encryption is not turned on, and whose key is
// that of other resources.
func switched(name string, unless ...string) func(*examination, *resource) {
	return func(x *examination, r *resource) {
		if slices.ContainsFunc(unless, func(name string) bool { return isSet(r.values, name) }) {
			return
		}
		on := setting{name, []string{"true"}}
		what := x.rules[r.kind].what
		switch holds, unread := on.is(x, r.stack, r.values); {
		case unread != "":
			x.report(r, unreadIssue(what, name, unread))
		case !holds:
			x.report(r, Issue{Rule: NoKey, Attribute: name,
				Problem: "stores " + what + " without a customer managed key: " + notAsWanted("", on, text(r.values[name])),
				Fix:     "set " + name + " to true"})
		}
	}
}

// launchConfiguration checks a type that takes no key, only that of the account.
func launchConfiguration(x *examination, r *resource) {
	encrypted := setting{"encrypted", []string{"true"}}
	all := x.ebsEncryptedByDefault(r)
	if !all {
		all = len(blocksNamed(r.values, "root_block_device").blocks) > 0
		for _, path := range []string{"root_block_device.encrypted", "ebs_block_device.encrypted"} {
			for _, leaf := range leaves(r.values, path) {
				holds, _ := encrypted.is(x, r.stack, leaf.block)
				all = all && holds
			}
		}
	}
	if !all || !x.ebsDefaultKey(r) {
		x.report(r, Issue{Rule: NoKey, Attribute: "root_block_device.encrypted",
			Problem: "stores volumes without a customer managed key: a launch configuration encrypts with the account's default key only",
			Fix:     "use an aws_launch_template, or set encrypted and add an aws_ebs_default_kms_key"})
	}
}

// cachedResponses checks the cache of an API, which takes no key.
func cachedResponses(x *examination, r *resource) {
	caching := setting{"caching_enabled", []string{"true"}}
	for _, leaf := range leaves(r.values, "settings.caching_enabled") {
		if holds, _ := caching.is(x, r.stack, leaf.block); holds {
			notPossible("a cache takes no key; turn on cache_data_encrypted at least")(x, r)
			return
		}
	}
}

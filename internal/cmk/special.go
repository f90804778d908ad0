package cmk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

var kmsAlgorithm = setting{name: "sse_algorithm", values: []string{"aws:kms", "aws:kms:dsse"}}

// bucket checks that something encrypts a bucket. The rule of whatever does so
// checks how.
func bucket(x *examination, s *scope, r *resource) {
	const inline = "server_side_encryption_configuration"
	found := blocksNamed(s, r.values, inline)
	certain, possible := x.buckets.encryptionOf(x, s, r)
	switch {
	case isReadBack(x, s, r):
		return
	case len(certain) > 0:
		bucketKeys(x, s, r, inline+"?.rule")
		return
	case len(found.blocks) > 0 && found.conditional == "":
		bucketKeys(x, s, r, inline+"?.rule")
		return
	case len(found.blocks) > 0:
		x.report(r, unreadIssue("objects", inline, "there if "+found.conditional))
		return
	case found.unread != "":
		return // reported with the attribute
	case len(possible) > 0:
		how := text(possible[0].values["count"]) + text(possible[0].values["for_each"])
		x.report(r, unreadIssue("objects", possible[0].address(), cmp.Or(how, text(possible[0].values["bucket"]))))
		return
	}
	if unjoined := x.buckets.unjoined[r.stack]; len(unjoined) > 0 {
		x.report(r, unreadIssue("objects", "bucket of "+unjoined[0].address(), text(unjoined[0].values["bucket"])))
		return
	}
	x.report(r, Issue{Rule: NoKey, Attribute: inline,
		Problem: "stores objects without a customer managed key: no " + encryptionOfBucket + " is for this bucket",
		Fix:     "add one with sse_algorithm aws:kms, kms_master_key_id and bucket_key_enabled"})
}

// isReadBack tells whether the encryption in a bucket itself is what the provider
// has read from AWS: in a plan or state, where another resource sets it.
func isReadBack(x *examination, s *scope, r *resource) bool {
	certain, _ := x.buckets.encryptionOf(x, s, r)
	return r.stack.isResolved && len(certain) > 0
}

// bucketKeys advises bucket keys: without, S3 asks KMS for every object.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
func bucketKeys(x *examination, s *scope, r *resource, rules string) {
	if owner := x.buckets.bucketOf(r); owner != nil && owner.kind == "aws_s3_directory_bucket" {
		return // always has them
	}
	on := setting{name: "bucket_key_enabled", values: []string{"true"}}
	kms := setting{name: "sse_algorithm", values: []string{"aws:kms"}}
	for _, leaf := range leaves(s, r.values, rules+".bucket_key_enabled") {
		if leaf.block == nil {
			continue
		}
		for _, algorithm := range blocks(leaf.block["apply_server_side_encryption_by_default"]) {
			isKms, _ := kms.is(leaf.scope, algorithm)
			isOn, _ := on.is(leaf.scope, leaf.block)
			if isKms == yes && isOn == no {
				x.report(r, Issue{Rule: NoBucketKey, Advice: true, Attribute: leaf.label,
					Problem: "S3 asks KMS for each object, which costs more and can be throttled",
					Fix:     "set " + leaf.label + " to true"})
			}
		}
	}
}

func bucketEncryption(x *examination, s *scope, r *resource) { bucketKeys(x, s, r, "rule") }

// storedObject checks an object that says by itself how it is encrypted. One that does
// not is encrypted as its bucket says.
func storedObject(x *examination, s *scope, r *resource) {
	if x.mayBeSet(s, r.values, "server_side_encryption") {
		x.key(s, r, x.ruleOf(r), at("kms_key_id").on("server_side_encryption", "aws:kms", "aws:kms:dsse"))
	}
}

// logsOnDataKey reports logs under a key for data.
func (x *examination) logsOnDataKey(r *resource, leaf leaf, value judged) []Issue {
	name := x.dataKeyAmong(value.names)
	if name == "" {
		return nil
	}
	switch {
	case r.kind == "aws_cloudwatch_log_group":
		return []Issue{{Rule: LogsOnDataKey, Advice: true, Attribute: leaf.label,
			Problem: "stores logs under the data key " + name + ": whoever may decrypt data with it may read them",
			Fix:     "set " + leaf.label + " to the key for logs, unless the data key is meant for this log group"}}
	case leaf.name == "kms_master_key_id" && strings.HasPrefix(r.kind, "aws_s3_bucket"):
		if why := x.buckets.whyLogs(x.buckets.bucketOf(r)); why != "" {
			return []Issue{{Rule: LogsOnDataKey, Attribute: leaf.label,
				Problem: fmt.Sprintf("stores logs in a bucket (%s) under the data key %s: whoever may decrypt data with it may read them", why, name),
				Fix:     "set " + leaf.label + " to the key for logs"}}
		}
	}
	return nil
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
func encryptionPolicy(x *examination, s *scope, r *resource) {
	isPolicy := setting{name: "type", values: []string{"encryption"}}
	switch holds, expression := isPolicy.is(s, r.values); holds {
	case no:
		return
	case maybe:
		x.report(r, unreadIssue("collections", "type", expression))
		return
	}
	var policy struct {
		KmsARN string
	}
	if !x.document(s, r, "policy", "collections", &policy) {
		return
	}
	block := object{}
	if policy.KmsARN != "" {
		block["policy.KmsARN"] = policy.KmsARN
	}
	for _, issue := range x.leafIssues(r, key{}, leaf{scope: s, block: block, name: "policy.KmsARN", label: "policy.KmsARN"}, "collections") {
		x.report(r, issue)
	}
}

// emrSecurity checks a security configuration of EMR.
// https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html
func emrSecurity(x *examination, s *scope, r *resource) {
	var configuration struct {
		EncryptionConfiguration object
	}
	if !x.document(s, r, "configuration", "data of clusters", &configuration) {
		return
	}
	const root = "configuration.EncryptionConfiguration"
	wrapped := object{"configuration": object{"EncryptionConfiguration": configuration.EncryptionConfiguration}}
	enabled := setting{name: "EnableAtRestEncryption", values: []string{"true"}}
	switch holds, expression := enabled.is(s, configuration.EncryptionConfiguration); holds {
	case maybe:
		x.report(r, unreadIssue("data of clusters", root+".EnableAtRestEncryption", expression))
		return
	case no:
		x.report(r, Issue{Rule: NoKey, Attribute: root + ".EnableAtRestEncryption",
			Problem: "stores data of clusters without a customer managed key: EnableAtRestEncryption is not true",
			Fix:     "set it to true, with AwsKmsKey for S3 and for local disks"})
		return
	}
	for _, key := range []key{
		at(root+"!.AtRestEncryptionConfiguration!.S3EncryptionConfiguration!.AwsKmsKey").on("EncryptionMode", "SSE-KMS", "CSE-KMS").of("objects in S3"),
		at(root+"!.AtRestEncryptionConfiguration!.LocalDiskEncryptionConfiguration!.AwsKmsKey").on("EncryptionKeyProviderType", "AwsKms").of("data on local disks"),
		at(root+"!.AtRestEncryptionConfiguration!.S3EncryptionConfiguration!.Overrides?.AwsKmsKey").on("EncryptionMode", "SSE-KMS", "CSE-KMS").of("objects in a bucket"),
	} {
		for _, leaf := range leaves(s, wrapped, key.path) {
			for _, issue := range x.leafIssues(r, key, leaf, key.what) {
				x.report(r, issue)
			}
		}
	}
}

// document reads an attribute that holds JSON, and reports one that cannot be
// read. Expressions within it stay as they are.
func (x *examination) document(s *scope, r *resource, attribute, what string, into any) bool {
	value := text(r.values[attribute])
	if plain, known := s.values(r.values[attribute]).Plain(); known {
		value = text(plain)
	}
	if strings.HasPrefix(strings.TrimSpace(value), "{") && json.Unmarshal([]byte(value), into) == nil {
		return true
	}
	x.report(r, unreadIssue(what, attribute, value))
	return false
}

// notPossible reports what stores data and takes no key at all.
func notPossible(why string, unless ...string) func(*examination, *scope, *resource) {
	return func(x *examination, s *scope, r *resource) {
		switch found, name := x.isAnySet(s, r.values, unless); found {
		case yes:
			return
		case maybe:
			x.report(r, unreadIssue(x.ruleOf(r).what, name, text(r.values[name])))
			return
		}
		x.report(r, Issue{Rule: NoKey,
			Problem: "stores " + x.ruleOf(r).what + " without a customer managed key: " + why,
			Fix:     "store them elsewhere, or except the resource"})
	}
}

// needsSecurityConfiguration reports what is encrypted by a security configuration, a
// resource of a type, and names none; one that is not of the app is not known.
func needsSecurityConfiguration(kind string) func(*examination, *scope, *resource) {
	const attribute = "security_configuration"
	return func(x *examination, s *scope, r *resource) {
		switch x.isSet(s, r.values, attribute) {
		case maybe:
			x.report(r, unreadIssue(x.ruleOf(r).what, attribute, text(r.values[attribute])))
		case no:
			x.report(r, Issue{Rule: NoKey, Attribute: attribute,
				Problem: "stores " + x.ruleOf(r).what + " without a customer managed key: " + attribute + " is not set",
				Fix:     "set " + attribute + " to the name of one with KMS keys"})
		case yes:
			if _, all := x.named(s, r.values[attribute], "name", kind); !all {
				x.report(r, unreadIssue(x.ruleOf(r).what, attribute, text(r.values[attribute])))
			}
		}
	}
}

// switched reports a resource whose encryption is not turned on, and whose key is
// that of other resources.
func switched(name string, unless ...string) func(*examination, *scope, *resource) {
	return func(x *examination, s *scope, r *resource) {
		instead, other := x.isAnySet(s, r.values, unless)
		if instead == yes {
			return
		}
		on := setting{name: name, values: []string{"true"}}
		what := x.ruleOf(r).what
		switch holds, unread := on.is(s, r.values); {
		case instead == maybe && holds != yes:
			x.report(r, unreadIssue(what, other, text(r.values[other])))
		case holds == maybe:
			x.report(r, unreadIssue(what, name, unread))
		case holds == no:
			x.report(r, Issue{Rule: NoKey, Attribute: name,
				Problem: "stores " + what + " without a customer managed key: " + notAsWanted("", on, text(r.values[name])),
				Fix:     "set " + name + " to true"})
		}
	}
}

// cachedResponses checks the cache of an API, which takes no key.
func cachedResponses(x *examination, s *scope, r *resource) {
	caching := setting{name: "caching_enabled", values: []string{"true"}}
	for _, leaf := range leaves(s, r.values, "settings.caching_enabled") {
		if leaf.unread != "" {
			x.report(r, unreadIssue("cached responses", leaf.label, leaf.unread))
			continue
		}
		switch holds, expression := caching.is(leaf.scope, leaf.block); holds {
		case yes:
			notPossible("a cache takes no key; turn on cache_data_encrypted at least")(x, s, r)
			return
		case maybe:
			x.report(r, unreadIssue("cached responses", leaf.label, expression))
		}
	}
}

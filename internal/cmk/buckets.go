package cmk

import (
	"regexp"
	"slices"
	"strings"
)

// buckets are those of the app, with the resources that say how they encrypt and
// those that write logs into them.
type buckets struct {
	all    []*resource
	byName map[string]*resource
	// encryption are the resources that encrypt a bucket, of those that are the
	// bucket's own resource.
	encryption map[*resource][]*resource
	// unjoined are the resources of a stack that encrypt a bucket which cannot be
	// told.
	unjoined map[*Stack][]*resource
	// logs are the resources that write logs into a bucket.
	logs map[*resource][]*resource
}

const encryptionOfBucket = "aws_s3_bucket_server_side_encryption_configuration"

var bucketKinds = []string{"aws_s3_bucket", "aws_s3_directory_bucket"}

// logSenders are the resources that write logs into buckets, and where they name
// them.
var logSenders = map[string][]string{
	"aws_alb":                     {"access_logs.bucket", "connection_logs.bucket"},
	"aws_cloudfront_distribution": {"logging_config.bucket"},
	"aws_cloudtrail":              {"s3_bucket_name"},
	"aws_cloudwatch_log_delivery_destination": {"delivery_destination_configuration.destination_resource_arn"},
	"aws_codebuild_project":                   {"logs_config.s3_logs.location"},
	"aws_config_delivery_channel":             {"s3_bucket_name"},
	"aws_elb":                                 {"access_logs.bucket"},
	"aws_emr_cluster":                         {"log_uri"},
	"aws_flow_log":                            {"log_destination"},
	"aws_globalaccelerator_accelerator":       {"attributes.flow_logs_s3_bucket"},
	"aws_lb":                                  {"access_logs.bucket", "connection_logs.bucket"},
	"aws_msk_cluster":                         {"logging_info.broker_logs.s3.bucket"},
	"aws_redshift_logging":                    {"bucket_name"},
	"aws_route53_resolver_query_log_config":   {"destination_arn"},
	"aws_s3_bucket":                           {"logging.target_bucket"},
	"aws_s3_bucket_logging":                   {"target_bucket"},
	"aws_wafv2_web_acl_logging_configuration": {"log_destination_configs"},
}

// plainSenders deliver to buckets with SSE-S3 only: the server access logs of S3
// and the access logs of load balancers.
//   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
//   - https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
var plainSenders = []string{"aws_alb", "aws_elb", "aws_lb", "aws_s3_bucket", "aws_s3_bucket_logging"}

func (x *examination) findBuckets() *buckets {
	b := &buckets{
		byName:     map[string]*resource{},
		encryption: map[*resource][]*resource{},
		unjoined:   map[*Stack][]*resource{},
		logs:       map[*resource][]*resource{},
	}
	for _, stack := range x.stacks {
		for _, kind := range bucketKinds {
			b.all = append(b.all, stack.ofKind[kind]...)
		}
	}
	for _, bucket := range b.all {
		if name := bucket.stack.literal(bucket.values["bucket"]); name != "" {
			b.byName[name] = bucket
		}
	}
	for _, stack := range x.stacks {
		for _, r := range stack.ofKind[encryptionOfBucket] {
			if bucket := b.in(x, stack, r.values["bucket"]); bucket != nil {
				b.encryption[bucket] = append(b.encryption[bucket], r)
			} else if isExpression(text(r.values["bucket"])) {
				b.unjoined[stack] = append(b.unjoined[stack], r)
			}
		}
		for kind, paths := range logSenders {
			for _, r := range stack.ofKind[kind] {
				for _, path := range paths {
					b.addLogs(x, r, path)
				}
			}
		}
	}
	return b
}

func (b *buckets) addLogs(x *examination, r *resource, path string) {
	for _, leaf := range leaves(r.values, path) {
		values, isList := leaf.block[leaf.name].([]any)
		if !isList {
			values = []any{leaf.block[leaf.name]}
		}
		for _, value := range values {
			if bucket := b.in(x, r.stack, value); bucket != nil && bucket != r {
				b.logs[bucket] = append(b.logs[bucket], r)
			}
		}
	}
}

var nameInText = regexp.MustCompile(`^(?:s3://|arn:[^:]*:s3:::)?([^/]*)`)

// in is the bucket of the app that a value names: a reference, a name, an ARN or
// a place within the bucket.
func (b *buckets) in(x *examination, stack *Stack, value any) *resource {
	raw := text(value)
	if raw == "" {
		return nil
	}
	found := x.follow(stack, raw)
	if found.resource == nil {
		if parts := anyReference.FindStringSubmatch(found.text); parts != nil {
			found.resource = found.stack.resources[parts[1]]
		}
	}
	switch r := found.resource; {
	case r == nil:
	case slices.Contains(bucketKinds, r.kind) && !r.isData:
		return r
	case strings.HasPrefix(r.kind, "aws_s3_bucket") && text(r.values["bucket"]) != raw:
		// A data source, or a resource about a bucket, such as its versioning.
		return b.in(x, r.stack, r.values["bucket"])
	}
	if name := nameInText.FindStringSubmatch(hidden(found.text))[1]; name != "" && !strings.Contains(name, "?") {
		return b.byName[name]
	}
	// Two resources may be given one name that only Terraform knows.
	for _, bucket := range b.all {
		if bucket.stack == stack && text(bucket.values["bucket"]) == raw {
			return bucket
		}
	}
	return nil
}

// isUnderCustomerKey tells whether a bucket of the app encrypts with a customer
// managed key by default.
func (x *examination) isUnderCustomerKey(bucket *resource) bool {
	if bucket == nil {
		return false
	}
	holds := func(r *resource, path string) bool {
		for _, leaf := range leaves(r.values, path+"apply_server_side_encryption_by_default.kms_master_key_id") {
			if ok, _ := kmsAlgorithm.is(x, r.stack, leaf.block); ok && x.judge(r.stack, leaf.block[leaf.name]).holder == customer {
				return true
			}
		}
		return false
	}
	return holds(bucket, "server_side_encryption_configuration?.rule.") ||
		slices.ContainsFunc(x.buckets.encryption[bucket], func(r *resource) bool { return holds(r, "rule.") })
}

// bucketOf is the bucket that a resource is, or that it encrypts.
func (b *buckets) bucketOf(r *resource) *resource {
	if slices.Contains(bucketKinds, r.kind) {
		return r
	}
	for bucket, encryption := range b.encryption {
		if slices.Contains(encryption, r) {
			return bucket
		}
	}
	return nil
}

// exceptionFor says why a bucket cannot have a customer managed key.
func (b *buckets) exceptionFor(r *resource) string {
	if !slices.Contains(bucketKinds, r.kind) && r.kind != encryptionOfBucket {
		return ""
	}
	for _, sender := range b.logs[b.bucketOf(r)] {
		if slices.Contains(plainSenders, sender.kind) {
			return "; " + sender.address() + " writes logs here that AWS delivers to buckets with SSE-S3 only: if so, except this resource"
		}
	}
	return ""
}

// logWords are what buckets of logs are called.
var logWords = regexp.MustCompile(`(?i)(^|[^a-z])(access|audit|flow)?(logs?|logging|cloudtrail)([^a-z]|$)`)

// whyLogs says why a bucket holds logs, or is "".
func (b *buckets) whyLogs(bucket *resource) string {
	if bucket == nil {
		return ""
	}
	if senders := b.logs[bucket]; len(senders) > 0 {
		return senders[0].address() + " writes logs into it"
	}
	for _, name := range []string{text(bucket.values["bucket"]), text(bucket.values["bucket_prefix"]), bucket.name} {
		if logWords.MatchString(hidden(name)) {
			return "its name speaks of logs"
		}
	}
	return ""
}

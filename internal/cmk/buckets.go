package cmk

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// buckets are those of the app, with the resources that say how they encrypt and
// those that write logs into them.
type buckets struct {
	all    []*resource
	byName map[string]*resource
	// encryption are the resources that encrypt a bucket.
	encryption map[*resource][]encrypting
	// byText finds buckets of a stack by a name that only Terraform knows.
	byText map[*Stack]map[string]*resource
	// encrypted are the buckets of the resources in encryption.
	encrypted map[*resource]*resource
	// unjoined are the resources of a stack that encrypt a bucket which cannot be
	// told.
	unjoined map[*Stack][]*resource
	// logs are the resources that write logs into a bucket.
	logs map[*resource][]*resource
}

// encrypting is one instance of a resource that encrypts a bucket.
type encrypting struct {
	resource *resource
	// key is that of the bucket's instance; nil where the bucket is one.
	key alternatives.Values
	// certain is false where it may not be there.
	certain bool
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
		encryption: map[*resource][]encrypting{},
		byText:     map[*Stack]map[string]*resource{},
		encrypted:  map[*resource]*resource{},
		unjoined:   map[*Stack][]*resource{},
		logs:       map[*resource][]*resource{},
	}
	for _, stack := range x.stacks {
		for _, kind := range bucketKinds {
			b.all = append(b.all, stack.ofKind[kind]...)
		}
	}
	for _, bucket := range b.all {
		if written := text(bucket.values["bucket"]); isExpression(written) {
			if b.byText[bucket.stack] == nil {
				b.byText[bucket.stack] = map[string]*resource{}
			}
			if b.byText[bucket.stack][written] == nil {
				b.byText[bucket.stack][written] = bucket
			}
		}
		for _, each := range x.scopesOf(bucket) {
			if name := x.literal(each, bucket.values["bucket"]); name != "" {
				b.byName[name] = bucket
			}
		}
	}
	for _, stack := range x.stacks {
		for _, r := range stack.ofKind[encryptionOfBucket] {
			b.addEncryption(x, r)
		}
		for _, kind := range slices.Sorted(maps.Keys(logSenders)) {
			for _, r := range stack.ofKind[kind] {
				for _, path := range logSenders[kind] {
					b.addLogs(x, r, path)
				}
			}
		}
	}
	return b
}

// addEncryption joins a configuration with the bucket that it is for.
func (b *buckets) addEncryption(x *examination, r *resource) {
	all := x.instancesOf(r)
	for _, each := range x.scopesOf(r) {
		found := b.in(x, each, r.values["bucket"])
		for _, bucket := range found {
			b.encrypted[r] = bucket.resource
			b.encryption[bucket.resource] = append(b.encryption[bucket.resource],
				encrypting{resource: r, key: bucket.key, certain: all.known && len(found) == 1})
		}
		if len(found) == 0 && isExpression(text(r.values["bucket"])) {
			b.unjoined[r.stack] = append(b.unjoined[r.stack], r)
		}
	}
}

func (b *buckets) addLogs(x *examination, r *resource, path string) {
	for _, each := range x.scopesOf(r) {
		for _, leaf := range leaves(each, r.values, path) {
			values, isList := leaf.value().([]any)
			if !isList {
				values = []any{leaf.value()}
			}
			for _, value := range values {
				for _, bucket := range b.in(x, leaf.scope, value) {
					if bucket.resource != r && !slices.Contains(b.logs[bucket.resource], r) {
						b.logs[bucket.resource] = append(b.logs[bucket.resource], r)
					}
				}
			}
		}
	}
}

// namedBucket is a bucket of the app, with the key of its instance.
type namedBucket struct {
	resource *resource
	key      alternatives.Values
}

var nameInText = regexp.MustCompile(`^(?:s3://|arn:[^:]*:s3:::)?([^/]*)`)

// in are the buckets of the app that a value may name: by a reference, a name, an
// ARN or a place within the bucket.
func (b *buckets) in(x *examination, s *scope, value any) []namedBucket {
	if text(value) == "" || x.hops > maxHops {
		return nil
	}
	x.hops++
	defer func() { x.hops-- }()
	var found []namedBucket
	values := s.values(value)
	for _, one := range values {
		found = append(found, b.named(x, s, one, text(value))...)
	}
	if len(found) > 0 {
		return found
	}
	// Two resources may be given one name that only Terraform knows.
	if bucket := b.byText[s.stack][text(value)]; bucket != nil {
		return []namedBucket{{resource: bucket, key: s.instance.key}}
	}
	return nil
}

func (b *buckets) named(x *examination, s *scope, value alternatives.Value, raw string) []namedBucket {
	written := ""
	parts := value.Parts
	if value.Kind != alternatives.Template {
		parts = []alternatives.Value{value}
	}
	for _, part := range parts {
		if part.Kind == alternatives.Literal {
			written += part.Text()
			continue
		}
		written += gap
		if part.Kind != alternatives.Refer {
			continue
		}
		one, ok := x.follow(s.stack, part.Reference)
		switch {
		case !ok:
		case slices.Contains(bucketKinds, one.resource.kind) && !one.resource.isData:
			return []namedBucket{{one.resource, one.scope.instance.key}}
		case strings.HasPrefix(one.resource.kind, "aws_s3_bucket") && text(one.resource.values["bucket"]) != raw:
			// A data source, or a resource about a bucket, such as its versioning.
			return b.in(x, one.scope, one.resource.values["bucket"])
		}
	}
	name := nameInText.FindStringSubmatch(written)[1]
	if bucket := b.byName[name]; bucket != nil && name != "" {
		for _, each := range x.scopesOf(bucket) {
			if x.literal(each, bucket.values["bucket"]) == name {
				return []namedBucket{{bucket, each.instance.key}}
			}
		}
		return []namedBucket{{resource: bucket}}
	}
	return nil
}

// encryptionOf are the resources that encrypt an instance of a bucket: those that
// do for certain, and those that may.
func (b *buckets) encryptionOf(x *examination, s *scope, bucket *resource) (certain, possible []*resource) {
	for _, one := range b.encryption[bucket] {
		matches, isCertain := true, one.certain
		if len(s.instance.key) > 0 {
			own, ownKnown := s.instance.key.Plain()
			other, otherKnown := one.key.Plain()
			switch {
			case ownKnown && otherKnown:
				matches = reflect.DeepEqual(own, other)
			case !ownKnown && len(one.key) > 0 && !otherKnown:
				// Both are there as often as the other, if that is written alike.
				all := x.instancesOf(one.resource)
				isCertain = all.text == s.instance.group
			default:
				isCertain = false
			}
		}
		switch {
		case matches && isCertain:
			certain = append(certain, one.resource)
		case matches:
			possible = append(possible, one.resource)
		}
	}
	return certain, possible
}

// isUnderCustomerKey tells whether a bucket of the app encrypts with a customer
// managed key by default.
func (x *examination) isUnderCustomerKey(bucket namedBucket) answer {
	holds := func(r *resource, path string) answer {
		var answers []answer
		for _, each := range x.scopesOf(r) {
			for _, leaf := range leaves(each, r.values, path+"apply_server_side_encryption_by_default.kms_master_key_id") {
				switch {
				case leaf.unread != "":
					answers = append(answers, maybe)
					continue
				case leaf.block == nil:
					answers = append(answers, no)
					continue
				}
				algorithm, _ := kmsAlgorithm.is(leaf.scope, leaf.block)
				key := isCustomers(x.judge(leaf.scope, leaf.value()))
				switch {
				case algorithm == no || key == no:
					answers = append(answers, no)
				case algorithm == yes && key == yes && leaf.conditional == "":
					answers = append(answers, yes)
				default:
					answers = append(answers, maybe)
				}
			}
		}
		return alike(answers)
	}
	best := holds(bucket.resource, "server_side_encryption_configuration?.rule!.")
	scope := x.scopeOf(bucket.resource.stack)
	scope.instance.key = bucket.key
	certain, possible := x.buckets.encryptionOf(x, scope, bucket.resource)
	if len(certain) > 0 {
		var answers []answer
		for _, r := range certain {
			answers = append(answers, holds(r, "rule!."))
		}
		best = alike(answers)
	}
	if len(possible) > 0 && best == no {
		best = maybe
	}
	return best
}

// bucketOf is the bucket that a resource is, or that it encrypts.
func (b *buckets) bucketOf(r *resource) *resource {
	if slices.Contains(bucketKinds, r.kind) {
		return r
	}
	return b.encrypted[r]
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
		if logWords.MatchString(placeholder.ReplaceAllString(name, "?")) {
			return "its name speaks of logs"
		}
	}
	return ""
}

// placeholder is an expression within a name.
var placeholder = regexp.MustCompile(`\$\{[^{}]*\}`)

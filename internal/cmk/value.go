package cmk

import (
	"regexp"
	"slices"
	"strings"
)

// holder says whose key a value is.
type holder int

const (
	nobody holder = iota // no value
	customer
	amazon
	unknown
)

// judged is what is known of the value of a key's attribute.
type judged struct {
	holder holder
	// text is the value, to show.
	text string
	// names are what the key is known as: its address, aliases, ARN.
	names []string
	// place is where the key is.
	place place
}

// place is where something is: a Region, or the provider that knows it. It is
// empty where nothing is known.
type place struct {
	stack    *Stack
	provider string
	region   string
}

func (r *resource) place() place {
	provider := r.provider()
	return place{stack: r.stack, provider: provider, region: r.stack.region(provider)}
}

var (
	keyArn   = regexp.MustCompile(`^arn:[^:]*:kms:([^:]*):[^:]*:key/(.+)$`)
	aliasArn = regexp.MustCompile(`^arn:[^:]*:kms:([^:]*):[^:]*:(alias/.+)$`)
	keyId    = regexp.MustCompile(`^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
	// placeholders are no obstacle to what is compared with colons.
	placeholder = regexp.MustCompile(`\$\{[^{}]*\}`)
)

const awsAlias = "alias/aws/"

// ownedByAws are what services take in the place of a key to say that they use
// their own.
var ownedByAws = map[string]bool{"AWS_OWNED_KMS_KEY": true, "AWS_OWNED_KEY": true, "AWS_OWNED_CMK": true, "S3_MANAGED_KEY": true}

// judge says whose key a value is.
func (x *examination) judge(stack *Stack, value any) judged {
	return x.judgeAt(stack, value, 0)
}

func (x *examination) judgeAt(stack *Stack, value any, depth int) judged {
	shown := text(value)
	switch value.(type) {
	case nil, string:
	default:
		return judged{holder: unknown, text: shown}
	}
	if shown == "" {
		return judged{}
	}
	if depth > maxHops {
		return judged{holder: unknown, text: shown}
	}
	found := x.follow(stack, value)
	result := x.judgeReferred(found, depth)
	result.text = shown
	return result
}

func (x *examination) judgeReferred(found referred, depth int) judged {
	r := found.resource
	if r == nil {
		return x.judgeText(found.stack, found.text, depth)
	}
	again := func(value any) judged { return x.judgeAt(r.stack, value, depth+1) }
	switch r.kind {
	case "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key":
		if !slices.Contains([]string{"arn", "id", "key_id"}, found.attribute) {
			return judged{holder: unknown}
		}
		if r.isData {
			inner := again(r.values["key_id"])
			if inner.holder == customer && inner.place == (place{}) {
				inner.place = r.place()
			}
			return inner
		}
		return judged{holder: customer, names: append([]string{r.address()}, x.aliasesOf[r]...), place: r.place()}
	case "aws_kms_alias":
		if !slices.Contains([]string{"arn", "id", "name", "target_key_arn", "target_key_id"}, found.attribute) {
			return judged{holder: unknown}
		}
		name := text(r.values["name"])
		if r.isData {
			result := again(name)
			if result.holder == customer {
				result.place = r.place()
			}
			return result
		}
		target := again(r.values["target_key_id"])
		if target.holder == customer {
			target.names = append([]string{r.address(), name}, target.names...)
			return target
		}
		// An alias of one's own can only stand for a key of one's own.
		return judged{holder: customer, names: []string{r.address(), name}, place: r.place()}
	}
	// Another resource's key, such as ${aws_sns_topic.a.kms_master_key_id}.
	if value, isText := r.values[found.attribute].(string); isText && x.isKeyAttribute(r, found.attribute) {
		return again(value)
	}
	return judged{holder: unknown}
}

func (x *examination) isKeyAttribute(r *resource, attribute string) bool {
	for _, key := range x.rules[r.kind].keys {
		if key.plainPath() == attribute && key.ignored == "" {
			return true
		}
	}
	return r.kind == "aws_ebs_default_kms_key" && attribute == "key_arn"
}

// judgeText judges a text, in which expressions may stand.
func (x *examination) judgeText(stack *Stack, value string, depth int) judged {
	// What matters must be written out; what only says where the key is may be
	// an expression.
	value = strings.TrimSpace(value)
	name := value
	region := ""
	if parts := aliasArn.FindStringSubmatch(hidden(value)); parts != nil {
		region, name = parts[1], value[strings.LastIndex(value, ":alias/")+1:]
	} else if parts := keyArn.FindStringSubmatch(hidden(value)); parts != nil {
		region, name = parts[1], value[strings.LastIndex(value, ":key/")+len(":key/"):]
		if isExpression(name) {
			return x.judgeAt(stack, name, depth+1)
		}
		return judged{holder: customer, names: []string{value, name}, place: literalPlace(region)}
	}
	switch {
	case ownedByAws[strings.ToUpper(name)], strings.HasPrefix(name, awsAlias):
		return judged{holder: amazon, place: literalPlace(region)}
	case strings.HasPrefix(name, "alias/") && !startsWithExpression(strings.TrimPrefix(name, "alias/")) && name != "alias/":
		return judged{holder: customer, names: []string{value, name}, place: literalPlace(region)}
	case keyId.MatchString(name):
		return judged{holder: customer, names: []string{name}}
	}
	return judged{holder: unknown}
}

// startsWithExpression tells whether a text could, once Terraform knows it, be
// the rest of alias/aws/...
func startsWithExpression(rest string) bool {
	fixed, _, has := strings.Cut(rest, "${")
	return has && (strings.HasPrefix("aws/", fixed) || strings.HasPrefix(fixed, "aws/"))
}

// hidden is the text with "?" for each expression, which may hold colons.
func hidden(text string) string { return placeholder.ReplaceAllString(text, "?") }

func literalPlace(region string) place {
	if strings.Contains(region, "?") {
		return place{}
	}
	return place{region: region}
}

// farApart compares where a key is with where it is used: "" where they are at
// one place or nothing is known, else what to say.
func farApart(key, use place) (problem string, unread bool) {
	switch {
	case key == (place{}) || use == (place{}):
		return "", false
	case key.region != "" && use.region != "":
		if key.region != use.region {
			return "is a key of " + key.region + ", and what it encrypts is in " + use.region + ": a KMS key works in its own Region only", false
		}
		return "", false
	case key.stack == nil || use.stack == nil:
		// A Region in an ARN against a provider that gets its own elsewhere.
		return "", false
	case key.provider == use.provider && (key.stack == use.stack || key.region == use.region):
		return "", false
	}
	return "is a key of the provider " + key.provider + ", and what it encrypts of " + use.provider + ", whose Regions cannot both be read", true
}

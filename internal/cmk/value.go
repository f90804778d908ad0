package cmk

import (
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// holder says whose key a value is.
type holder int

const (
	nobody holder = iota // no value
	customer
	amazon
	unknown
)

// judged is what is known of one value that a key's attribute may have.
type judged struct {
	holder holder
	// text is the value, to show.
	text string
	// names are what the key is known as: its address, aliases, ARN.
	names []string
	// place is where the key is.
	place place
	// key is the key itself, where the stacks make it.
	key *resource
	// useless is why the key cannot encrypt, reason why that is not known.
	useless, reason string
}

// place is where something is: a Region, or the provider that knows it. It is
// empty where nothing is known.
type place struct {
	stack    *Stack
	provider string
	region   string
	// expression is a Region that only Terraform knows, instance the key of the one
	// instance whose it is.
	expression, instance string
}

func (p place) isUnknown() bool { return p == place{} }

// placeOf is where a resource is: in the Region that it names itself, as provider
// 6 lets it, or in its provider's. See the provider's guide "Enhanced Region
// Support".
func (x *examination) placeOf(s *scope, r *resource) place {
	if value, isText := r.values["region"].(string); isText && value != "" && r.stack.provider.mayBe6() {
		if region := x.literal(s, value); region != "" {
			return place{region: region}
		}
		own, _ := s.instance.key.Plain()
		if !ofInstance.MatchString(value) {
			own = nil
		}
		return place{stack: r.stack, expression: value, instance: text(own)}
	}
	provider, stack := r.provider(), r.stack
	if stack.around != nil {
		stack = stack.around
	}
	for stack.parent != nil {
		stack = stack.parent // the modules of a plan are given their providers
	}
	region := stack.region(x, provider)
	if region == "" && stack.isResolved {
		if parts := strings.Split(text(r.values["arn"]), ":"); len(parts) > 5 {
			region = parts[3]
		}
	}
	return place{stack: stack, provider: provider, region: region}
}

var (
	keyArn   = regexp.MustCompile(`^arn:[^:]*:kms:([^:]*):[^:]*:key/(.+)$`)
	aliasArn = regexp.MustCompile(`^arn:[^:]*:kms:([^:]*):[^:]*:(alias/.+)$`)
	keyId    = regexp.MustCompile(`^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
)

const awsAlias = "alias/aws/"

// ownedByAws are what services take in the place of a key to say that they use
// their own, in capital letters.
var ownedByAws = map[string]bool{"AWS_OWNED_KMS_KEY": true, "AWS_OWNED_KEY": true, "AWS_OWNED_CMK": true, "S3_MANAGED_KEY": true, "DEFAULTKEY": true}

// judge says whose key a value is, for each value that it may come down to.
func (x *examination) judge(s *scope, value any) []judged {
	shown := text(value)
	if shown == "" {
		return []judged{{}}
	}
	switch value := value.(type) {
	case string, opaque:
	case computed:
		if known := x.keyByArn(s.stack, string(value)); known != nil {
			known.text = shown
			return []judged{*known}
		}
		return []judged{{holder: unknown, text: shown + ", which is not written in the configuration"}}
	default:
		return []judged{{holder: unknown, text: shown}}
	}
	var all []judged
	for _, one := range s.values(value) {
		for _, result := range x.judgeValue(s, one) {
			result.text = shown
			if result.reason != "" {
				result.text += " (" + result.reason + ")"
			}
			all = append(all, result)
		}
	}
	return all
}

// judgeValue judges a value that has been read.
func (x *examination) judgeValue(s *scope, value alternatives.Value) []judged {
	if x.hops > maxHops {
		return []judged{{holder: unknown}}
	}
	x.hops++
	defer func() { x.hops-- }()
	switch value.Kind {
	case alternatives.Null:
		return []judged{{}}
	case alternatives.Literal:
		literal, isText := value.Literal.(string)
		switch {
		case isText && literal == "":
			return []judged{{}}
		case isText:
			return x.judgeText(s, []alternatives.Value{value})
		}
	case alternatives.Template:
		return x.judgeText(s, value.Parts)
	case alternatives.Refer:
		if found, ok := x.follow(s.stack, value.Reference); ok {
			return x.judgeReferred(found)
		}
	}
	return []judged{{holder: unknown}}
}

func (x *examination) judgeReferred(found referred) []judged {
	r := found.resource
	again := func(name string) []judged { return x.judge(found.scope, r.values[name]) }
	isOneOf := func(names ...string) bool { return slices.Contains(names, found.attribute) }
	switch r.kind {
	case "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key":
		if !isOneOf("arn", "id", "key_id") {
			return []judged{{holder: unknown}}
		}
		if r.isData {
			return x.judgeDataKey(found)
		}
		return []judged{x.customersKey(found.scope, r, append([]string{r.address()}, x.aliasesOf[r]...)...)}
	case "aws_kms_alias":
		if !isOneOf("arn", "id", "name", "target_key_arn", "target_key_id") {
			return []judged{{holder: unknown}}
		}
		if r.isData {
			return x.at(x.placeOf(found.scope, r), again("name"))
		}
		own := []string{r.address(), x.literal(found.scope, r.values["name"])}
		target := again("target_key_id")
		for i := range target {
			if target[i].holder != customer && target[i].reason == "" {
				// An alias of one's own can only stand for a key of one's own.
				target[i] = judged{holder: customer, place: x.placeOf(found.scope, r)}
			}
			target[i].names = append(slices.Clone(own), target[i].names...)
		}
		return target
	}
	// Another resource's key, such as ${aws_sns_topic.a.kms_master_key_id}.
	if _, isText := r.values[found.attribute].(string); isText && x.isKeyAttribute(r, found.attribute) {
		return again(found.attribute)
	}
	return []judged{{holder: unknown}}
}

// judgeDataKey judges a key that a data source looks up. A plan or state has read
// who manages it.
func (x *examination) judgeDataKey(found referred) []judged {
	r := found.resource
	where := x.placeOf(found.scope, r)
	switch text(r.values["key_manager"]) {
	case "AWS":
		return []judged{{holder: amazon, place: where}}
	case "CUSTOMER":
		return []judged{x.customersKey(found.scope, r, r.address())}
	}
	return x.at(where, x.judge(found.scope, r.values["key_id"]))
}

// at gives keys whose place is not known that of what looked them up.
func (x *examination) at(where place, keys []judged) []judged {
	for i := range keys {
		if keys[i].holder == customer && keys[i].place.isUnknown() {
			keys[i].place = where
		}
	}
	return keys
}

func (x *examination) isKeyAttribute(r *resource, attribute string) bool {
	for _, key := range x.ruleOf(r).keys {
		if key.plainPath() == attribute && key.ignored == "" {
			return true
		}
	}
	return r.kind == "aws_ebs_default_kms_key" && attribute == "key_arn"
}

// judgeText judges a text, of which parts may not be known. What matters must be
// written out; what only says where the key is need not.
func (x *examination) judgeText(s *scope, parts []alternatives.Value) []judged {
	written, gaps := "", []alternatives.Value(nil)
	for _, part := range parts {
		if part.Kind == alternatives.Literal {
			written += part.Text()
		} else {
			written += gap
			gaps = append(gaps, part)
		}
	}
	written = strings.TrimSpace(written)
	name, region := written, ""
	if parts := aliasArn.FindStringSubmatch(written); parts != nil {
		region, name = parts[1], parts[2]
	} else if parts := keyArn.FindStringSubmatch(written); parts != nil {
		region, name = parts[1], parts[2]
		switch {
		case name == gap:
			return x.judgeValue(s, gaps[len(gaps)-1])
		case strings.Contains(name, gap):
			return []judged{{holder: unknown}}
		}
		if known := x.keyByArn(s.stack, written); known != nil {
			return []judged{*known}
		}
		return []judged{{holder: customer, names: []string{written, name}, place: literalPlace(region)}}
	}
	switch {
	case ownedByAws[strings.ToUpper(name)], strings.HasPrefix(name, awsAlias):
		return []judged{{holder: amazon, place: literalPlace(region)}}
	case strings.HasPrefix(name, "alias/") && !mayBeOfAws(name) && name != "alias/":
		if doubt := x.doubtOf(name); doubt != "" {
			return []judged{{holder: unknown, reason: doubt}}
		}
		return []judged{{holder: customer, names: []string{written, name}, place: literalPlace(region)}}
	case keyId.MatchString(name):
		if known := x.keyByArn(s.stack, name); known != nil {
			return []judged{*known}
		}
		return []judged{{holder: customer, names: []string{name}}}
	}
	return []judged{{holder: unknown}}
}

// gap stands for a part of a text that is not known.
const gap = "\x00"

// mayBeOfAws tells whether the name of an alias could, once its gaps are filled,
// become alias/aws/...
func mayBeOfAws(name string) bool {
	before, _, hasGap := strings.Cut(name, gap)
	return hasGap && strings.HasPrefix(awsAlias, before)
}

func literalPlace(region string) place {
	if strings.Contains(region, gap) {
		return place{}
	}
	return place{region: region}
}

// farApart compares where a key is with where it is used: "" where they are at
// one place or nothing is known, else what to say.
func farApart(key, use place) (problem string, unread bool) {
	switch {
	case key.isUnknown() || use.isUnknown() || key == use:
		return "", false
	case key.region != "" && use.region != "":
		if key.region != use.region {
			return "is a key of " + key.region + ", and what it encrypts is in " + use.region + ": a KMS key works in its own Region only", false
		}
		return "", false
	case key.expression != "" || use.expression != "":
		return "is a key of " + key.words() + ", and what it encrypts is in " + use.words() + ", which cannot be compared", true
	case key.stack == nil || use.stack == nil:
		// A Region in an ARN against a provider that gets its own elsewhere.
		return "", false
	case key.provider == use.provider && (key.stack == use.stack || key.region == use.region):
		return "", false
	}
	return "is a key of the provider " + key.provider + ", and what it encrypts of " + use.provider + ", whose Regions cannot both be read", true
}

func (p place) words() string {
	switch {
	case p.region != "":
		return p.region
	case p.expression != "":
		return p.expression
	}
	return "the Region of the provider " + p.provider
}

package cmk

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// findKeys notes which aliases each key of the app has, and the keys of plans and
// states by what AWS calls them.
func (x *examination) findKeys() {
	x.aliasesOf, x.keysByArn, x.keysByAlias = map[*resource][]string{}, map[string]judged{}, map[string][]referred{}
	for _, stack := range x.stacks {
		if stack.isResolved {
			x.indexKeys(stack)
		}
	}
	for _, stack := range x.stacks {
		for _, r := range stack.ofKind["aws_kms_alias"] {
			scope := x.scopeOf(stack)
			if !stack.isResolved {
				scope = scope.withInstance(x.instancesOf(r).any())
			}
			name := x.literal(scope, r.values["name"])
			for _, key := range x.resourcesIn(scope, r.values["target_key_id"]) {
				x.aliasesOf[key.resource] = append(x.aliasesOf[key.resource], name)
				x.keysByAlias[name] = append(x.keysByAlias[name], key)
			}
		}
	}
}

// indexKeys notes the keys of a plan or state by id and ARN, and those that data
// sources and aliases have looked up.
func (x *examination) indexKeys(stack *Stack) {
	for _, all := range stack.resources {
		for _, r := range all {
			scope := x.scopeOf(stack)
			var key judged
			var names []string
			switch r.kind {
			case "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key":
				key = x.customersKey(scope, r, r.address())
				if text(r.values["key_manager"]) == "AWS" {
					key = judged{holder: amazon}
				}
				if r.isData && r.values["key_manager"] == nil {
					continue
				}
				names = []string{"arn", "id", "key_id"}
			case "aws_kms_alias":
				if strings.HasPrefix(text(r.values["name"]), awsAlias) {
					key = judged{holder: amazon}
				} else {
					key = judged{holder: customer, names: []string{text(r.values["name"])}, place: x.placeOf(scope, r)}
				}
				names = []string{"target_key_arn", "target_key_id"}
			}
			for _, name := range names {
				if value := text(r.values[name]); value != "" && !isExpression(value) {
					if _, found := x.keysByArn[value]; !found || r.kind != "aws_kms_alias" {
						x.keysByArn[value] = key
					}
				}
			}
		}
	}
}

// doubtOf says of an alias that is written out why its key may not serve, or nothing:
// the stacks make such an alias for a key that cannot encrypt, which may be this one or
// another Region's or account's of the same name.
func (x *examination) doubtOf(alias string) string {
	for _, key := range x.keysByAlias[alias] {
		if !isKeyType(key.resource.kind) {
			continue
		}
		why, unsure := x.uselessKey(key.scope, key.resource)
		if why == "" {
			why = unsure
		}
		if why != "" {
			return alias + " may be that of " + key.resource.address() + ", of which " + why
		}
	}
	return ""
}

func isKeyType(kind string) bool {
	return slices.Contains([]string{"aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key"}, kind)
}

// keyByArn is a key of a plan or state, by its ARN or id.
func (x *examination) keyByArn(stack *Stack, arn string) *judged {
	if !stack.isResolved {
		return nil
	}
	if found, known := x.keysByArn[arn]; known {
		return &found
	}
	return nil
}

// resourcesIn are the resources that a value refers to, wherever in it.
func (x *examination) resourcesIn(s *scope, value any) []referred {
	var found []referred
	var look func(value alternatives.Value)
	look = func(value alternatives.Value) {
		if value.Kind == alternatives.Refer {
			if one, ok := x.follow(s.stack, value.Reference); ok {
				found = append(found, one)
			}
		}
		for _, part := range value.Parts {
			look(part)
		}
	}
	for _, one := range s.values(value) {
		look(one)
	}
	return found
}

// uselessKey says why a key cannot encrypt: it is disabled, for signatures, or
// about to be deleted. unsure is the setting that may be why. See the KMS
// Developer Guide, "Key states of AWS KMS keys" and "Key spec reference".
func (x *examination) uselessKey(s *scope, r *resource) (why, unsure string) {
	if why, unsure = x.failing(s, r, append(slices.Clip(ofEachReplica), ofAllReplicas...)); why != "" {
		return why, ""
	}
	if r.deleted {
		return "the plan deletes it", ""
	}
	if primary := r.values["primary_key_arn"]; primary != nil && r.kind == "aws_kms_replica_key" {
		for _, one := range x.resourcesIn(s, primary) {
			// A replica has its own state, and the usage and spec of its primary, which is
			// there as long as it. See the KMS Developer Guide, "Multi-Region keys in AWS KMS".
			switch why, maybe := x.failing(one.scope, one.resource, ofAllReplicas); {
			case why != "":
				return "of its primary, " + why, ""
			case one.resource.deleted:
				return "of its primary, the plan deletes it", ""
			case maybe != "":
				unsure = "of its primary, " + maybe
			}
		}
	}
	return "", unsure
}

// usable is what a setting of a key must be for the key to encrypt.
type usable struct {
	names   []string
	setting setting
	why     func(name, value string) string
}

// ofEachReplica are the settings that each replica of a key has by itself, and
// ofAllReplicas those that it has from its primary.
var (
	ofEachReplica = []usable{
		{[]string{"is_enabled", "enabled"}, setting{values: []string{"true", ""}}, func(name, _ string) string { return "it is disabled (" + name + " is false)" }},
		{[]string{"key_state"}, setting{values: []string{"Enabled", "Creating", "Updating", ""}}, func(_, value string) string { return "its state is " + value }},
	}
	ofAllReplicas = []usable{
		{[]string{"key_usage"}, setting{values: []string{"ENCRYPT_DECRYPT", ""}}, func(_, value string) string { return "its key_usage is " + value }},
		{[]string{"customer_master_key_spec", "key_spec"}, setting{values: []string{"SYMMETRIC_DEFAULT", ""}}, func(_, value string) string {
			return "its spec is " + value + ", and only symmetric keys encrypt data at rest"
		}},
	}
)

// failing finds a setting of a key that is not as it must be, or may not be.
func (x *examination) failing(s *scope, r *resource, all []usable) (why, unsure string) {
	for _, must := range all {
		for _, name := range must.names {
			must.setting.name = name
			switch holds, expression := must.setting.is(s, r.values); holds {
			case no:
				return must.why(name, text(r.values[name])), ""
			case maybe:
				unsure = name + " is " + expression
			}
		}
	}
	return "", unsure
}

// customersKey is a key of a customer's: unusable, or unknown, where it may not
// serve.
func (x *examination) customersKey(s *scope, r *resource, names ...string) judged {
	why, unsure := x.uselessKey(s, r)
	key := judged{holder: customer, names: names, place: x.placeOf(s, r), useless: why}
	if !r.isData && !r.deleted {
		key.key = r
	}
	if unsure != "" {
		key = judged{holder: unknown, reason: "of " + r.address() + ", " + unsure}
	}
	return key
}

package cmk

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Settings of an account hold in one Region of it. Two configurations of the
// provider may lead to the same: what decides that is in the provider's
// documentation, "Provider Configuration" and "AWS Configuration Reference".

// indifferent are the arguments of the provider that decide neither the account
// nor the Region, and those that are compared for themselves. Any other may.
var indifferent = []string{"//", "alias", "version", "region", "allowed_account_ids", "forbidden_account_ids", "default_tags", "ignore_tags",
	"custom_ca_bundle", "http_proxy", "https_proxy", "insecure", "max_retries", "no_proxy", "retry_mode", "s3_us_east_1_regional_endpoint",
	"s3_use_path_style", "skip_credentials_validation", "skip_region_validation", "skip_requesting_account_id", "sts_region",
	"tag_policy_compliance", "token_bucket_rate_limiter_capacity", "use_dualstack_endpoint", "use_fips_endpoint", "user_agent"}

// sameAccountAndRegion tells whether two instances are in one Region of one
// account.
func (x *examination) sameAccountAndRegion(s *scope, r *resource, otherScope *scope, other *resource) answer {
	account, isAlike := x.sameProviderAccount(r, other)
	here, there := x.placeOf(s, r), x.placeOf(otherScope, other)
	region := maybe
	switch {
	case here.region != "" && there.region != "":
		region = isTrue(here.region == there.region)
	case here.expression != "" || there.expression != "":
		if here == there && (s.instance.group == otherScope.instance.group || !ofInstance.MatchString(here.expression)) {
			region = yes
		}
	case here.region == "" && there.region == "" && isAlike:
		region = yes
	}
	if account == no || region == no {
		return no
	}
	return alike([]answer{account, region})
}

// ofInstance is what differs from one instance to another.
var ofInstance = regexp.MustCompile(`\b(each|count)\.`)

func isTrue(is bool) answer {
	if is {
		return yes
	}
	return no
}

// sameProviderAccount tells whether the providers of two resources lead to one
// account. isAlike is true where all that decides account and Region is written
// alike.
func (x *examination) sameProviderAccount(a, b *resource) (account answer, isAlike bool) {
	if a.stack.root() != b.stack.root() {
		return maybe, false
	}
	switch {
	case a.stack.root().mixed:
		return maybe, false
	case a.provider() == b.provider():
		return yes, true
	}
	one, other := x.providerOf(a), x.providerOf(b)
	if one == nil || other == nil {
		return maybe, false
	}
	scope := x.scopeOf(a.stack.root())
	sameCredentials := scope.isAlike(deciding(one), deciding(other))
	isAlike = sameCredentials && scope.isAlike(one["region"], other["region"])
	ours, theirs := x.accountsOf(scope, one), x.accountsOf(scope, other)
	if len(ours) > 0 && len(theirs) > 0 {
		switch {
		case !slices.ContainsFunc(ours, func(id string) bool { return slices.Contains(theirs, id) }):
			return no, false
		case len(ours) == 1 && len(theirs) == 1:
			return yes, isAlike
		}
	}
	if sameCredentials {
		return yes, isAlike
	}
	return maybe, false
}

// root is the stack that has the configurations of the providers: the modules of a
// plan are given theirs.
func (s *Stack) root() *Stack {
	if s.around != nil {
		s = s.around
	}
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// providerOf is the configuration of a resource's provider, or nil where it is
// not known. A provider without an alias needs none.
func (x *examination) providerOf(r *resource) object {
	name := r.provider()
	if configs := r.stack.root().providerConfigs(name); len(configs) > 0 {
		return configs[0]
	}
	if strings.Contains(name, ".") {
		return nil
	}
	return object{}
}

func deciding(config object) object {
	found := object{}
	for name, value := range config {
		if !slices.Contains(indifferent, name) && value != nil {
			found[name] = value
		}
	}
	return found
}

// accountsOf are the accounts that a provider may lead to: those that it allows,
// or that of the role which it assumes, the last of several. There are none where
// nothing is known.
func (x *examination) accountsOf(s *scope, config object) []string {
	if allowed, isSet := config["allowed_account_ids"]; isSet && allowed != nil {
		plain, _ := s.values(allowed).Plain()
		list, _ := plain.([]any)
		var accounts []string
		for _, id := range list {
			accounts = append(accounts, text(id))
		}
		return accounts
	}
	for _, name := range []string{"assume_role", "assume_role_with_web_identity"} {
		roles := blocks(config[name])
		if len(roles) == 0 || config["dynamic"] != nil {
			continue
		}
		if parts := strings.Split(x.literal(s, roles[len(roles)-1]["role_arn"]), ":"); len(parts) > 5 {
			return []string{parts[4]}
		}
		return nil
	}
	return nil
}

// isAlike tells whether two values of a configuration are the same for certain:
// known and equal, or one expression.
func (s *scope) isAlike(a, b any) bool {
	switch a := a.(type) {
	case opaque:
		return false
	case object:
		other, isObject := b.(object)
		if !isObject || len(a) != len(other) {
			return false
		}
		for name := range a {
			if !s.isAlike(a[name], other[name]) {
				return false
			}
		}
		return true
	case []any:
		other, isList := b.([]any)
		return isList && slices.EqualFunc(a, other, s.isAlike)
	}
	if reflect.DeepEqual(a, b) {
		return true
	}
	one, known := s.values(a).Plain()
	other, otherKnown := s.values(b).Plain()
	return known && otherKnown && reflect.DeepEqual(one, other)
}

// providerOfState is the provider of a state, which does not show any: that of the
// one Region which all of its resources speak of. mixed is true where they are of
// several accounts.
func providerOfState(root *tfjson.StateModule) (provider object, mixed bool) {
	regions, accounts := map[string]bool{}, map[string]bool{}
	var look func(*tfjson.StateModule)
	look = func(module *tfjson.StateModule) {
		for _, r := range module.Resources {
			for name, value := range r.AttributeValues {
				written, _ := value.(string)
				parts := strings.SplitN(written, ":", 7)
				if r.Mode != tfjson.ManagedResourceMode || parts[0] != "arn" || len(parts) < 6 {
					continue
				}
				if parts[3] != "" {
					regions[parts[3]] = true
				}
				if name == "arn" && parts[4] != "" {
					accounts[parts[4]] = true
				}
			}
		}
		for _, child := range module.ChildModules {
			look(child)
		}
	}
	look(root)
	config := object{}
	if len(regions) == 1 {
		config["region"] = slices.Collect(maps.Keys(regions))[0]
	}
	return object{"aws": config}, len(accounts) > 1
}

package terraform

import (
	"fmt"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Key is a KMS key of a plan.
type Key struct {
	// Address is the resource's address, for example aws_kms_key.kms_data_key_1A2B3C4D.
	Address string
	// Aliases are the names of the aliases that the configuration gives the key.
	Aliases []string
	// Policy is the rendered key policy, empty where the plan does not know it yet.
	Policy string
	// Values are all planned attributes, by their names in Terraform.
	Values map[string]any
}

// String returns the address and the aliases.
func (k Key) String() string {
	return fmt.Sprintf("%s %v", k.Address, k.Aliases)
}

// Keys returns the keys of a plan, replicas included, in the order of their
// addresses.
func Keys(plan *tfjson.Plan) []Key {
	if plan.PlannedValues == nil || plan.PlannedValues.RootModule == nil {
		return nil
	}
	names := aliases(plan)
	var keys []Key
	for _, resource := range plan.PlannedValues.RootModule.Resources {
		if resource.Type != "aws_kms_key" && resource.Type != "aws_kms_replica_key" {
			continue
		}
		policy, _ := resource.AttributeValues["policy"].(string)
		keys = append(keys, Key{
			Address: resource.Address,
			Aliases: names[resource.Address],
			Policy:  policy,
			Values:  resource.AttributeValues,
		})
	}
	slices.SortFunc(keys, func(a, b Key) int { return strings.Compare(a.Address, b.Address) })
	return keys
}

// KeyNamed returns the key with this address or alias, or the only one whose
// alias has the name among its parts: "data" for alias/nc-dp-data-prod.
func KeyNamed(plan *tfjson.Plan, name string) (Key, error) {
	keys := Keys(plan)
	for _, matches := range []func(Key) bool{
		func(k Key) bool { return k.Address == name || slices.Contains(k.Aliases, name) },
		func(k Key) bool {
			return slices.ContainsFunc(k.Aliases, func(alias string) bool {
				return strings.Contains(strings.TrimPrefix(alias, "alias/")+"-", "-"+name+"-")
			})
		},
	} {
		var found []Key
		for _, key := range keys {
			if matches(key) {
				found = append(found, key)
			}
		}
		switch len(found) {
		case 0:
			continue
		case 1:
			return found[0], nil
		}
		return Key{}, fmt.Errorf("expected one key named %q, found %d: %v", name, len(found), found)
	}
	return Key{}, fmt.Errorf("expected a key named %q, found %v", name, keys)
}

// KeyPolicy returns the rendered policy of the key that [KeyNamed] finds.
func KeyPolicy(plan *tfjson.Plan, name string) (string, error) {
	key, err := KeyNamed(plan, name)
	if err != nil {
		return "", err
	}
	if key.Policy == "" {
		return "", fmt.Errorf("the plan does not know the policy of %s yet: "+
			"it depends on something that is known only after apply", key)
	}
	return key.Policy, nil
}

// aliases returns the names of aliases by the address of their key. A plan does
// not know the ids of keys that are yet to be created, so they are read from
// the references of the configuration.
func aliases(plan *tfjson.Plan) map[string][]string {
	names := map[string][]string{}
	if plan.Config == nil || plan.Config.RootModule == nil {
		return names
	}
	targets := map[string]string{}
	for _, resource := range plan.Config.RootModule.Resources {
		target := resource.Expressions["target_key_id"]
		if resource.Type != "aws_kms_alias" || target == nil || target.ExpressionData == nil {
			continue
		}
		for _, reference := range target.References {
			if parts := strings.Split(reference, "."); len(parts) == 2 {
				targets[resource.Address] = reference
			}
		}
	}
	for _, resource := range plan.PlannedValues.RootModule.Resources {
		key, ok := targets[resource.Address]
		if !ok {
			continue
		}
		if name, ok := resource.AttributeValues["name"].(string); ok {
			names[key] = append(names[key], name)
		}
	}
	return names
}

package cmk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// examination is one look at the stacks of an app.
type examination struct {
	rules    map[string]rule
	stacks   []*Stack
	dataKeys []string
	found    Examination

	aliasesOf map[*resource][]string
	buckets   *buckets
}

// Examine looks at the stacks. all are those of the app, through which
// references are followed; those of dataKeys are names of keys, with "*" for any
// text, on which no logs should be.
func Examine(stacks, all []*Stack, dataKeys []string) Examination {
	x := &examination{rules: rules(), stacks: all, dataKeys: dataKeys}
	x.findAliases()
	x.buckets = x.findBuckets()
	for _, stack := range stacks {
		for _, r := range stack.sorted {
			x.found.Resources++
			x.resource(r)
		}
		for _, name := range stack.modules {
			x.found.Issues = append(x.found.Issues, Issue{
				Rule: Unread, Stack: stack.Name, Address: "module." + name,
				Problem: "the resources of a module cannot be seen before Terraform reads it",
				Fix:     "look at them yourself and except the module with what you found",
			})
		}
	}
	slices.SortStableFunc(x.found.Issues, func(a, b Issue) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Attribute, b.Attribute))
	})
	return x.found
}

// findAliases notes which aliases each key of the app has.
func (x *examination) findAliases() {
	x.aliasesOf = map[*resource][]string{}
	for _, stack := range x.stacks {
		for _, r := range stack.sorted {
			if r.kind != "aws_kms_alias" {
				continue
			}
			if key := x.follow(stack, r.values["target_key_id"]).resource; key != nil {
				x.aliasesOf[key] = append(x.aliasesOf[key], text(r.values["name"]))
			}
		}
	}
}

func (x *examination) resource(r *resource) {
	rule, known := x.rules[r.kind]
	if !known || rule.ignored != "" {
		return
	}
	x.found.Storing++
	for _, key := range rule.keys {
		if key.ignored == "" {
			x.key(r, rule, key)
		}
	}
	if rule.special != nil {
		rule.special(x, r)
	}
}

func (x *examination) report(r *resource, issue Issue) {
	issue.Stack, issue.Address, issue.Path = r.stack.Name, r.address(), r.path()
	if (issue.Rule == NoKey || issue.Rule == AwsManagedKey) && !issue.aside {
		issue.Control = x.rules[r.kind].hub
	}
	if issue.Rule == NoKey {
		issue.Fix += x.buckets.exceptionFor(r)
	}
	x.found.Issues = append(x.found.Issues, issue)
}

// key checks one attribute of a resource, wherever it is.
func (x *examination) key(r *resource, rule rule, key key) {
	what := cmp.Or(key.what, rule.what)
	anySet := func(names []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return isSet(r.values, name) })
	}
	if anySet(key.unlessSet) || len(key.whereSet) > 0 && !anySet(key.whereSet) {
		return
	}
	for _, leaf := range leaves(r.values, key.path) {
		x.leaf(r, key, leaf, what)
	}
}

func (x *examination) leaf(r *resource, key key, leaf leaf, what string) {
	unread := func(attribute, value string) {
		x.report(r, unreadIssue(what, attribute, value))
	}
	if leaf.unread != "" {
		unread(leaf.label, leaf.unread)
		return
	}
	prefix := strings.TrimSuffix(leaf.label, leaf.name)
	if leaf.block != nil {
		for _, setting := range key.where {
			holds, expression := setting.is(x, r.stack, leaf.block)
			if expression != "" {
				unread(prefix+setting.name, expression)
				return
			}
			if !holds {
				return
			}
		}
	}
	value := x.judge(r.stack, leaf.block[leaf.name])
	if value.holder == nobody && (key.optional || x.isCovered(r, key)) {
		return
	}
	// Where the account gives volumes a key, or encrypts them at all, the resource
	// need not say so.
	defaultKey := key.ebs && value.holder == nobody && x.ebsDefaultKey(r)
	byDefault := key.ebs && x.ebsEncryptedByDefault(r)
	var reasons, fixes []string
	for _, setting := range key.with {
		holds, expression := setting.is(x, r.stack, leaf.block)
		switch {
		case expression != "":
			unread(prefix+setting.name, expression)
			return
		case holds || byDefault:
			continue
		case leaf.block != nil || defaultKey:
			reasons = append(reasons, notAsWanted(prefix, setting, text(leaf.block[setting.name])))
		}
		fixes = append(fixes, fmt.Sprintf("%s%s to %s", prefix, setting.name, setting.values[0]))
	}
	switch {
	case value.holder == unknown:
		unread(leaf.label, value.text)
		return
	case value.holder == amazon:
		x.report(r, Issue{Rule: AwsManagedKey, Attribute: leaf.label, aside: key.what != "",
			Problem: fmt.Sprintf("stores %s under a key of AWS, %s, whose policy nobody can change", what, value.text),
			Fix:     setTo(append(fixes, leaf.label+customerKey))})
		return
	case value.holder == nobody && !defaultKey:
		reasons = append(reasons, leaf.label+" is not set")
		fixes = append(fixes, leaf.label+customerKey)
	}
	if len(reasons) > 0 {
		x.report(r, Issue{Rule: NoKey, Attribute: leaf.label, aside: key.what != "",
			Problem: fmt.Sprintf("stores %s without a customer managed key: %s", what, strings.Join(reasons, " and ")),
			Fix:     setTo(fixes)})
		return
	}
	if value.holder == customer {
		x.distance(r, key, leaf, value)
		x.logsOnDataKey(r, leaf, value)
	}
}

const customerKey = " to the ARN of a customer managed key"

func setTo(fixes []string) string { return "set " + strings.Join(fixes, " and ") }

func notAsWanted(prefix string, setting setting, value string) string {
	wanted := strings.Join(slices.DeleteFunc(slices.Clone(setting.values), func(value string) bool { return value == "" }), " or ")
	if value == "" {
		return fmt.Sprintf("%s%s is not %s", prefix, setting.name, wanted)
	}
	return fmt.Sprintf("%s%s is %s, not %s", prefix, setting.name, value, wanted)
}

const maxShown = 100

func unreadIssue(what, attribute, value string) Issue {
	if runes := []rune(value); len(runes) > maxShown {
		value = string(runes[:maxShown]) + "..."
	}
	return Issue{Rule: Unread, Attribute: attribute,
		Problem: fmt.Sprintf("whether it stores %s under a customer managed key cannot be read: %s is %s", what, attribute, value),
		Fix:     "refer to a key of the app or write its ARN, or except the resource with what you know of it"}
}

// isCovered tells whether what has no key of its own gets one from elsewhere.
func (x *examination) isCovered(r *resource, key key) bool {
	if key.bucket != "" {
		for _, leaf := range leaves(r.values, key.bucket) {
			if leaf.block != nil && x.isUnderCustomerKey(x.buckets.in(x, r.stack, leaf.block[leaf.name])) {
				return true
			}
		}
	}
	for _, name := range key.from {
		if isSet(r.values, name) && x.referToExamined(r, name) {
			return true
		}
	}
	return false
}

// referToExamined tells whether an attribute, or something within a block,
// refers to a resource of the app that is examined itself.
func (x *examination) referToExamined(r *resource, name string) bool {
	var texts []string
	if value, isText := r.values[name].(string); isText {
		texts = append(texts, value)
	}
	for _, block := range blocksNamed(r.values, name).blocks {
		for _, value := range block {
			if value, isText := value.(string); isText {
				texts = append(texts, value)
			}
		}
	}
	return slices.ContainsFunc(texts, func(value string) bool {
		source := x.follow(r.stack, value).resource
		return source != nil && !source.isData && len(x.rules[source.kind].keys) > 0
	})
}

// distance reports a key that is elsewhere than what it encrypts.
func (x *examination) distance(r *resource, key key, leaf leaf, value judged) {
	if key.region == anyRegion {
		return
	}
	use := r.place()
	if key.region != "" {
		for _, block := range append(slices.Clip(leaf.around), leaf.block) {
			if isSet(block, key.region) {
				use = place{region: r.stack.literal(block[key.region])}
			}
		}
	}
	problem, isUnread := farApart(value.place, use)
	switch {
	case problem == "":
	case isUnread:
		x.report(r, Issue{Rule: Unread, Attribute: leaf.label, Problem: leaf.label + " " + problem,
			Fix: "write the Region into both providers, or use a key of the same provider"})
	default:
		x.report(r, Issue{Rule: OtherRegion, Attribute: leaf.label, Problem: leaf.label + " " + problem,
			Fix: "use a key of that Region, or a replica there of a multi-Region key"})
	}
}

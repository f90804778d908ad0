package cmk

import (
	"fmt"
	"slices"
	"strings"
)

// leafIssues are what is wrong with one place of a key. What can be right with
// one value of what is not known is unread; what cannot be is an error.
func (x *examination) leafIssues(r *resource, key key, leaf leaf, what string) []Issue {
	if leaf.unread != "" {
		return []Issue{unreadIssue(what, leaf.label, leaf.unread)}
	}
	issues := x.blockIssues(r, key, leaf, what)
	if leaf.conditional == "" || key.optional || x.isCovered(leaf.scope, r, key) != no {
		return issues
	}
	// Without the block there is no key.
	if slices.ContainsFunc(issues, func(issue Issue) bool { return issue.isViolation() }) {
		return issues
	}
	return append(slices.DeleteFunc(issues, func(issue Issue) bool { return issue.Rule == Unread }), unreadIssue(what, leaf.label, "there if "+leaf.conditional))
}

func (i Issue) isViolation() bool { return !i.Advice && i.Rule != Unread }

// blockIssues are what is wrong with an attribute in a block that is there, or
// with a block that is missing.
func (x *examination) blockIssues(r *resource, key key, leaf leaf, what string) []Issue {
	prefix := strings.TrimSuffix(leaf.label, leaf.name)
	stored := ""
	for _, setting := range key.where {
		if leaf.block == nil {
			continue
		}
		switch holds, expression := setting.is(leaf.scope, leaf.block); holds {
		case no:
			return nil
		case maybe:
			stored = prefix + setting.name + "\x00" + expression
		}
	}
	found := x.assess(r, key, leaf, what)
	if name, expression, uncertain := strings.Cut(stored, "\x00"); uncertain && slices.ContainsFunc(found, Issue.isViolation) {
		return []Issue{unreadIssue(what, name, expression)}
	}
	return found
}

// assess holds the value of a key and the switches beside it against what they
// must be.
func (x *examination) assess(r *resource, key key, leaf leaf, what string) []Issue {
	prefix := strings.TrimSuffix(leaf.label, leaf.name)
	values := x.judge(leaf.scope, leaf.value())
	none := !slices.ContainsFunc(values, func(value judged) bool { return value.holder != nobody })
	if none && key.optional {
		return nil
	}
	if len(key.from) > 0 {
		if issues, inherits := x.inherited(leaf.scope, r, key, leaf, what, none); inherits {
			return issues
		}
	}
	covered := no
	if none {
		covered = x.isCovered(leaf.scope, r, key)
	}
	if covered == yes {
		return nil
	}
	// Where the account gives volumes a key, or encrypts them at all, the resource
	// need not say so.
	defaultKey, byDefault := no, no
	if key.ebs {
		byDefault = x.ebsEncryptedByDefault(leaf.scope, r)
		if none {
			defaultKey = x.ebsDefaultKey(leaf.scope, r)
		}
	}
	wrong := &findings{leaf: leaf, what: what, aside: key.what != ""}
	for _, setting := range key.with {
		holds, expression := setting.is(leaf.scope, leaf.block)
		switch {
		case holds == yes || byDefault == yes:
			continue
		case holds == maybe:
			wrong.unread(prefix+setting.name, expression)
			continue
		case byDefault == maybe:
			wrong.unread(prefix+setting.name, "set by default, if "+"aws_ebs_encryption_by_default is there")
			continue
		case leaf.block != nil || defaultKey == yes:
			wrong.reasons = append(wrong.reasons, notAsWanted(prefix, setting, text(leaf.block[setting.name])))
		}
		wrong.certain = true
		wrong.fixes = append(wrong.fixes, fmt.Sprintf("%s%s to %s", prefix, setting.name, setting.values[0]))
	}
	if none && (covered == maybe || defaultKey == maybe) {
		wrong.unread(leaf.label, "not set, and what it may have instead cannot be read")
		return wrong.issues()
	}
	if !(none && defaultKey == yes) {
		wrong.add(values)
	}
	if issues := wrong.issues(); len(issues) > 0 {
		return issues
	}
	x.uses(r, key, leaf, what, values)
	var issues []Issue
	for _, value := range values {
		if value.holder == customer {
			issues = append(issues, x.distance(r, key, leaf, value)...)
			issues = append(issues, x.logsOnDataKey(r, leaf, value)...)
		}
	}
	return distinctIssues(issues)
}

func distinctIssues(issues []Issue) []Issue {
	var kept []Issue
	for _, issue := range issues {
		if !slices.Contains(kept, issue) {
			kept = append(kept, issue)
		}
	}
	return kept
}

// findings collects what is wrong with one key.
type findings struct {
	leaf    leaf
	what    string
	aside   bool
	certain bool
	// reasons are why there is no key, fixes what to set.
	reasons, fixes []string
	// amazon is the key of AWS, useless why a key cannot encrypt.
	amazon, useless string
	uncertain       []Issue
}

func (f *findings) unread(attribute, value string) {
	f.uncertain = append(f.uncertain, unreadIssue(f.what, attribute, value))
}

// add takes in the values of the key: it is wrong where each of them is, and
// unread where one is not.
func (f *findings) add(values []judged) {
	bad := 0
	for _, value := range values {
		if value.holder == nobody || value.holder == amazon || value.holder == customer && value.useless != "" {
			bad++
		}
	}
	if bad == 0 && !slices.ContainsFunc(values, func(value judged) bool { return value.holder == unknown }) {
		return
	}
	if bad < len(values) {
		if f.certain && bad == 0 {
			return // the switch decides
		}
		for _, value := range values {
			f.unread(f.leaf.label, value.text)
			break
		}
		return
	}
	f.certain = true
	for _, value := range values {
		switch {
		case value.holder == amazon:
			f.amazon = value.text
		case value.holder == customer:
			f.useless = value.useless
		default:
			if reason := f.leaf.label + " is not set"; !slices.Contains(f.reasons, reason) {
				f.reasons = append(f.reasons, reason)
			}
		}
	}
	f.fixes = append(f.fixes, f.leaf.label+customerKey)
}

func (f *findings) issues() []Issue {
	base := Issue{Attribute: f.leaf.label, aside: f.aside, Fix: setTo(f.fixes)}
	switch {
	case !f.certain && len(f.uncertain) > 0:
		return f.uncertain[:1]
	case !f.certain:
		return nil
	case f.amazon != "":
		base.Rule = AwsManagedKey
		base.Problem = fmt.Sprintf("stores %s under a key of AWS, %s, whose policy nobody can change", f.what, f.amazon)
	case f.useless != "":
		base.Rule = UselessKey
		base.Problem = fmt.Sprintf("stores %s under a key that cannot encrypt: %s", f.what, f.useless)
	default:
		base.Rule = NoKey
		base.Problem = fmt.Sprintf("stores %s without a customer managed key: %s", f.what, strings.Join(f.reasons, " and "))
	}
	return []Issue{base}
}

func setTo(fixes []string) string {
	if len(fixes) == 0 {
		return ""
	}
	return "set " + strings.Join(fixes, " and ")
}

func notAsWanted(prefix string, setting setting, value string) string {
	wanted := strings.Join(slices.DeleteFunc(slices.Clone(setting.values), func(value string) bool { return value == "" }), " or ")
	if value == "" {
		return fmt.Sprintf("%s%s is not %s", prefix, setting.name, wanted)
	}
	return fmt.Sprintf("%s%s is %s, not %s", prefix, setting.name, value, wanted)
}

// isCovered tells whether what has no key of its own gets one from the bucket
// that it is in.
func (x *examination) isCovered(s *scope, r *resource, key key) answer {
	if key.bucket == "" {
		return no
	}
	var answers []answer
	for _, leaf := range leaves(s, r.values, key.bucket) {
		if leaf.block == nil {
			if leaf.unread != "" {
				answers = append(answers, maybe)
			}
			continue
		}
		found := x.buckets.in(x, leaf.scope, leaf.value())
		if _, known := s.values(leaf.value()).Plain(); len(found) == 0 && !known {
			answers = append(answers, maybe) // nobody knows which bucket it is
		}
		for _, bucket := range found {
			answers = append(answers, x.isUnderCustomerKey(bucket))
		}
	}
	return alike(answers)
}

// alike is the answer that all of some have, or no where there are none.
func alike(answers []answer) answer {
	if len(answers) == 0 {
		return no
	}
	for _, other := range answers {
		if other != answers[0] {
			return maybe
		}
	}
	return answers[0]
}

// distance reports a key that is elsewhere than what it encrypts.
func (x *examination) distance(r *resource, key key, leaf leaf, value judged) []Issue {
	if key.region == anyRegion {
		return nil
	}
	use := x.placeOf(leaf.scope, r)
	if key.region != "" {
		for _, block := range append(slices.Clip(leaf.around), leaf.block) {
			if isSet(block, key.region) {
				if use = (place{region: x.literal(leaf.scope, block[key.region])}); use.region == "" {
					use = place{stack: r.stack, expression: text(block[key.region])}
				}
			}
		}
	}
	problem, isUnread := farApart(value.place, use)
	switch {
	case problem == "":
		return nil
	case isUnread:
		return []Issue{{Rule: Unread, Attribute: leaf.label, Problem: leaf.label + " " + problem,
			Fix: "write the Region into both providers, or use a key of the same provider"}}
	}
	return []Issue{{Rule: OtherRegion, Attribute: leaf.label, Problem: leaf.label + " " + problem,
		Fix: "use a key of that Region, or a replica there of a multi-Region key"}}
}

package cmk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// examination is one look at the stacks of an app.
type examination struct {
	stacks   []*Stack
	dataKeys []string
	found    Examination
	// rulesOf are the rules in a version of the provider.
	rulesOf func(providerVersion) map[string]rule

	// ofKind are the resources of all stacks by type, byName by what names them in
	// AWS: those of a stack, or of all modules of a plan or state.
	ofKind    map[string][]*resource
	byName    map[*Stack]map[string]*resource
	aliasesOf map[*resource][]string
	// keysByAlias are the keys that aliases of the app, by their names, are for.
	keysByAlias map[string][]referred
	keysByArn   map[string]judged
	instances   map[*resource]instances
	buckets     *buckets
	// speaking are names of which it is known whether they speak of encryption.
	speaking map[string]bool
	// hops is how far values are being followed.
	hops int
	// seen are the issues of the resource that is examined, of which several
	// instances have the same.
	seen map[Issue]bool
}

// Examine looks at the stacks. all are those of the app, through which
// references are followed; those of dataKeys are names of keys, with "*" for any
// text, on which no logs should be. progress, if it is not nil, is told how many
// resources have been examined.
func Examine(stacks, all []*Stack, dataKeys []string, progress func(examined int)) Examination {
	return examineBy(rulesOf, stacks, all, dataKeys, progress)
}

func examineBy(rulesOf func(providerVersion) map[string]rule, stacks, all []*Stack, dataKeys []string, progress func(examined int)) Examination {
	x := &examination{rulesOf: rulesOf, stacks: all, dataKeys: dataKeys, instances: map[*resource]instances{}, speaking: map[string]bool{}}
	x.index()
	x.findKeys()
	x.buckets = x.findBuckets()
	for _, stack := range stacks {
		for _, r := range stack.sorted {
			x.found.Resources++
			x.resource(r)
			if progress != nil {
				progress(x.found.Resources)
			}
		}
		for _, name := range stack.modules {
			if x.isNever(stack, name) {
				continue
			}
			x.found.Issues = append(x.found.Issues, Issue{
				Rule: Unread, Stack: stack.Name, Address: stack.module + "module." + name,
				Problem: "the resources of a module cannot be seen before Terraform reads it",
				Fix:     "examine the plan, in which modules are resolved, with the command cmkguard, or except the module with what you found",
			})
		}
		for _, section := range stack.unknown {
			x.found.Issues = append(x.found.Issues, Issue{Rule: Unread, Stack: stack.Name, Address: stack.module + section,
				Problem: "the guard does not know what a section " + section + " stores",
				Fix:     "look at it yourself, and except it with what you found"})
		}
		if problem := stack.provider.newerThanTables(); problem != "" {
			x.found.Issues = append(x.found.Issues, Issue{Rule: Unread, Stack: stack.Name, Attribute: "required_providers.aws",
				Problem: problem, Fix: "update kmstier, or look at the provider's list of changes"})
		}
	}
	SortIssues(x.found.Issues)
	return x.found
}

// SortIssues puts issues in the order of stacks, addresses and attributes.
func SortIssues(issues []Issue) {
	slices.SortStableFunc(issues, func(a, b Issue) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Attribute, b.Attribute))
	})
}

// index notes resources by their types and names.
func (x *examination) index() {
	x.ofKind, x.byName = map[string][]*resource{}, map[*Stack]map[string]*resource{}
	ofFile := map[string]map[string]*resource{}
	for _, stack := range x.stacks {
		for kind, all := range stack.ofKind {
			x.ofKind[kind] = append(x.ofKind[kind], all...)
		}
		names := stack.byName
		if stack.isResolved {
			if ofFile[stack.Name] == nil {
				ofFile[stack.Name] = map[string]*resource{}
			}
			names = ofFile[stack.Name]
			maps.Copy(names, stack.byName)
		}
		x.byName[stack] = names
	}
}

// isNever tells whether a module is called for nothing: its count is 0.
func (x *examination) isNever(stack *Stack, name string) bool {
	for _, modules := range blocks(stack.content["module"]) {
		for _, call := range blocks(modules[name]) {
			all := x.findInstances(&resource{stack: stack, values: call})
			if !all.known || len(all.each) > 0 {
				return false
			}
		}
	}
	return true
}

// ruleOf is the rule for a resource in the version of its provider.
func (x *examination) ruleOf(r *resource) rule { return x.rulesOf(r.stack.provider)[r.kind] }

// resource examines each instance of a resource. A type that is not known, or an
// attribute, is said.
func (x *examination) resource(r *resource) {
	rule, decided := x.rulesOf(r.stack.provider)[r.kind]
	if !decided {
		x.unknownType(r)
		return
	}
	if rule.ignored != "" {
		return
	}
	x.seen = map[Issue]bool{}
	counted := false
	for _, each := range x.scopesOf(r) {
		if !counted && rule.what != "" {
			x.found.Storing++
			counted = true
		}
		for _, key := range rule.keys {
			if key.ignored == "" {
				x.key(each, r, rule, key)
			}
		}
		if rule.special != nil {
			rule.special(x, each, r)
		}
	}
	if counted || rule.what == "" {
		x.unknownAttributes(r)
	}
}

// scopesOf are those of the instances of a resource.
func (x *examination) scopesOf(r *resource) []*scope {
	if r.stack.isResolved || r.madeBy != nil {
		return []*scope{x.scopeOf(r.stack)}
	}
	var scopes []*scope
	for _, each := range x.instancesOf(r).each {
		scopes = append(scopes, x.scopeOf(r.stack).withInstance(each))
	}
	return scopes
}

func (x *examination) report(r *resource, issue Issue) {
	issue.Stack, issue.Address, issue.Path, issue.Type = r.stack.Name, r.address(), r.path(), r.kind
	if issue.Rule != Unread && !issue.Advice && !issue.aside {
		issue.Control = x.ruleOf(r).hub
	}
	if issue.Rule == OtherRegion || issue.Rule == LogsOnDataKey {
		issue.Control = ""
	}
	if issue.Rule == NoKey {
		issue.Fix += x.buckets.exceptionFor(r)
	}
	if r.madeBy != nil {
		issue.Attribute = r.placeInTemplate + "." + issue.Attribute
	}
	if !x.seen[issue] {
		x.found.Issues = append(x.found.Issues, issue)
		x.seen[issue] = true
	}
}

// key checks one attribute of a resource, wherever it is.
func (x *examination) key(s *scope, r *resource, rule rule, key key) {
	if key.skipped != nil && key.skipped(x, s, r) {
		return
	}
	what := cmp.Or(key.what, rule.what)
	unless, without := x.isAnySet(s, r.values, key.unlessSet)
	where, within := yes, ""
	if len(key.whereSet) > 0 {
		where, within = x.isAnySet(s, r.values, key.whereSet)
	}
	if unless == yes || where == no {
		return
	}
	asked, expression := x.isAsked(s, r, key)
	if asked == no {
		return
	}
	reported, used := len(x.found.Issues), len(x.found.Uses)
	defer func() {
		for i := range x.found.Uses[used:] {
			use := &x.found.Uses[used+i]
			use.IsCertain = use.IsCertain && asked == yes && unless == no && where == yes
		}
	}()
	for _, leaf := range leaves(s, r.values, key.path) {
		for _, issue := range x.leafIssues(r, key, leaf, what) {
			switch violates := issue.isViolation(); {
			case violates && asked == maybe:
				issue = unreadIssue(what, key.onlyIf[0].path, expression)
			case violates && unless == maybe:
				issue = unreadIssue(what, without, text(r.values[without]))
			case violates && where == maybe:
				issue = unreadIssue(what, within, text(r.values[within]))
			}
			x.report(r, issue)
		}
	}
	if name := ignoredChanges(r, key); name != "" && len(x.found.Issues) == reported && !key.optional {
		x.report(r, Issue{Rule: Unread, Attribute: key.plainPath(),
			Problem: "whether it stores " + what + " under a customer managed key cannot be read: changes to " + name + " are ignored, so what is there already keeps what it has",
			Fix:     "take " + name + " out of ignore_changes, or examine the plan"})
	}
}

// ignoredChanges is the attribute or block of a key to which changes are ignored. A plan
// knows what becomes of it.
func ignoredChanges(r *resource, key key) string {
	top, _, _ := strings.Cut(key.plainPath(), ".")
	names := []string{top}
	if !strings.Contains(key.plainPath(), ".") {
		for _, setting := range key.with {
			names = append(names, setting.name)
		}
	}
	for _, lifecycle := range blocks(r.values["lifecycle"]) {
		if lifecycle["ignore_changes"] == "all" {
			return "everything"
		}
		list, _ := lifecycle["ignore_changes"].([]any)
		for _, item := range list {
			name, _, _ := strings.Cut(text(item), "[")
			name, _, _ = strings.Cut(name, ".")
			if slices.Contains(names, name) {
				return name
			}
		}
	}
	return ""
}

// isAsked tells whether the settings elsewhere in the resource ask for a key.
func (x *examination) isAsked(s *scope, r *resource, key key) (asked answer, expression string) {
	for _, condition := range key.onlyIf {
		wanted := setting{name: condition.path[strings.LastIndex(condition.path, ".")+1:], values: condition.values}
		holds := no
		for i, leaf := range leaves(s, r.values, condition.path) {
			here, how := no, ""
			if leaf.block != nil {
				here, how = wanted.is(leaf.scope, leaf.block)
			} else if leaf.unread != "" {
				here, how = maybe, leaf.unread
			}
			if i > 0 && here != holds {
				here, how = maybe, cmp.Or(how, expression, "set differently in several blocks")
			}
			holds, expression = here, how
		}
		switch {
		case holds == maybe:
			return maybe, expression
		case (holds == yes) == condition.not:
			return no, ""
		}
	}
	return yes, ""
}

// isAnySet tells whether one of some attributes or blocks is there; name is the
// one that may be.
func (x *examination) isAnySet(s *scope, values object, paths []string) (found answer, name string) {
	for _, path := range paths {
		switch x.isSet(s, values, path) {
		case yes:
			return yes, path
		case maybe:
			found, name = maybe, path
		}
	}
	return found, name
}

// isSet tells whether an attribute or block is there, at a path of blocks.
func (x *examination) isSet(s *scope, values object, path string) answer {
	name, rest, more := strings.Cut(path, ".")
	if written, isText := values[name].(string); isText {
		return isTextSet(s, written)
	}
	switch values[name].(type) {
	case bool, float64:
		return map[bool]answer{false: yes, true: maybe}[more]
	}
	found := blocksNamed(s, values, name)
	if found.unread != "" || more && found.conditional != "" {
		return maybe
	}
	if more {
		best := no
		for _, block := range found.blocks {
			if inner := x.isSet(block.scope, block.values, rest); inner == yes || best == no {
				best = inner
			}
		}
		return best
	}
	switch {
	case len(found.blocks) > 0 && found.conditional != "":
		return maybe
	case len(found.blocks) > 0:
		return yes
	case blocks(values[name]) == nil && isSet(values, name) && values[name] != nil:
		return yes
	}
	return no
}

func isTextSet(s *scope, written string) answer {
	set, unset := false, false
	for _, one := range s.values(written) {
		switch plain, known := one.Plain(); {
		case one.Kind == alternatives.Refer || one.Kind == alternatives.Template || known && text(plain) != "":
			set = true
		case known:
			unset = true
		default:
			set, unset = true, true
		}
	}
	switch {
	case set && unset:
		return maybe
	case set:
		return yes
	}
	return no
}

// mayBeSet tells whether an attribute or block is there, or may be.
func (x *examination) mayBeSet(s *scope, values object, path string) bool {
	return x.isSet(s, values, path) != no
}

const customerKey = " to the ARN of a customer managed key"

const maxShown = 100

func unreadIssue(what, attribute, value string) Issue {
	if runes := []rune(value); len(runes) > maxShown {
		value = string(runes[:maxShown]) + "..."
	}
	return Issue{Rule: Unread, Attribute: attribute,
		Problem: fmt.Sprintf("whether it stores %s under a customer managed key cannot be read: %s is %s", what, attribute, value),
		Fix:     "refer to a key of the app or write its ARN, or except the resource with what you know of it"}
}

package keyalert

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
)

// condition is a metric filter pattern, read: a comparison, or several conditions
// of which all or one must hold.
type condition struct {
	all, any []condition
	path     string
	operator string
	value    string
}

// token is a part of a filter pattern: a text in quotes, a regular expression
// between percent signs, a property, a sign or a word.
var token = regexp.MustCompile(`"[^"]*"|%[^%]*%|\$\.[\w.\[\]*]+|&&|\|\||!=|[=(){}]|[\w.:/*-]+`)

// read parses a filter pattern as "Filter pattern syntax for metric filters" in
// the CloudWatch Logs User Guide describes it.
func read(t *testing.T, filter string) condition {
	t.Helper()
	tokens := token.FindAllString(filter, -1)
	next := func() string {
		if len(tokens) == 0 {
			t.Fatalf("the filter %s ends too early", filter)
		}
		first := tokens[0]
		tokens = tokens[1:]
		return first
	}
	expect := func(want string) {
		if got := next(); got != want {
			t.Fatalf("the filter %s has %q where %q must be", filter, got, want)
		}
	}
	var list func() condition
	one := func() condition {
		first := next()
		if first == "(" {
			inner := list()
			expect(")")
			return inner
		}
		path, ok := strings.CutPrefix(first, "$.")
		if !ok {
			t.Fatalf("the filter %s has %q where a property must be", filter, first)
		}
		c := condition{path: path, operator: next()}
		switch c.operator {
		case "NOT":
			expect("EXISTS")
		case "IS", "=", "!=":
			c.value = strings.Trim(next(), `"`)
		default:
			t.Fatalf("the filter %s has the operator %q", filter, c.operator)
		}
		return c
	}
	list = func() condition {
		found := []condition{one()}
		sign := ""
		for len(tokens) > 0 && (tokens[0] == "&&" || tokens[0] == "||") {
			if sign == "" {
				sign = tokens[0]
			}
			expect(sign) // both in one list would be a matter of precedence
			found = append(found, one())
		}
		switch {
		case len(found) == 1:
			return found[0]
		case sign == "&&":
			return condition{all: found}
		default:
			return condition{any: found}
		}
	}
	expect("{")
	c := list()
	expect("}")
	if len(tokens) > 0 {
		t.Fatalf("the filter %s goes on with %q", filter, tokens)
	}
	return c
}

// holds says whether a log event meets the condition. A comparison with what the
// event lacks does not hold.
func (c condition) holds(event map[string]any) bool {
	switch {
	case c.all != nil:
		return !slices.ContainsFunc(c.all, func(one condition) bool { return !one.holds(event) })
	case c.any != nil:
		return slices.ContainsFunc(c.any, func(one condition) bool { return one.holds(event) })
	}
	values := properties(event, strings.Split(c.path, "."))
	if c.operator == "NOT" {
		return len(values) == 0
	}
	return slices.ContainsFunc(values, func(value any) bool {
		text, isText := value.(string)
		switch c.operator {
		case "IS":
			return value == (c.value == "TRUE")
		case "=":
			return isText && like(text, c.value)
		default:
			return isText && !like(text, c.value)
		}
	})
}

func like(text, value string) bool {
	if expression, ok := strings.CutPrefix(value, "%"); ok {
		return regexp.MustCompile(strings.TrimSuffix(expression, "%")).MatchString(text)
	}
	pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(value), `\*`, ".*") + "$"
	return regexp.MustCompile(pattern).MatchString(text)
}

// properties are the parts of an event at a path such as resources[0].accountId,
// in which [*] is every element.
func properties(value any, steps []string) []any {
	if len(steps) == 0 {
		return []any{value}
	}
	name, index, indexed := strings.Cut(strings.TrimSuffix(steps[0], "]"), "[")
	members, _ := value.(map[string]any)
	child, found := members[name]
	if !found || child == nil {
		return nil
	}
	if !indexed {
		return properties(child, steps[1:])
	}
	var all []any
	elements, _ := child.([]any)
	for i, element := range elements {
		if index == "*" || index == strconv.Itoa(i) {
			all = append(all, properties(element, steps[1:])...)
		}
	}
	return all
}

// removals are the conditions that lack one part, by what they lack.
func (c condition) removals(at string) map[string]condition {
	all := map[string]condition{}
	parts := c.all
	if parts == nil {
		parts = c.any
	}
	rebuild := func(parts []condition) condition {
		if c.all != nil {
			return condition{all: parts}
		}
		return condition{any: parts}
	}
	for i, part := range parts {
		here := fmt.Sprintf("%s[%d %s %s]", at, i, part.path, part.value)
		all[here] = rebuild(slices.Delete(slices.Clone(parts), i, i+1))
		for without, smaller := range part.removals(here) {
			changed := slices.Clone(parts)
			changed[i] = smaller
			all[without] = rebuild(changed)
		}
	}
	return all
}

// inTheTrail says whether CloudTrail records the event.
func inTheTrail(e eventbus.Event) bool {
	return strings.HasPrefix(e.Source, "aws.") && slices.Contains([]string{"AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"}, e.DetailType)
}

// countedBy are the watchers that must count a case: those of the alerts that it
// raises, unless the case says otherwise.
func countedBy(t *testing.T, c eventbus.Case) []string {
	t.Helper()
	if c.Counted != nil {
		return c.Counted
	}
	var watchers []string
	for _, name := range c.Raises {
		watcher := alertNamed(t, name).SecondWatcher
		if inTheTrail(c.Event) && !slices.Contains(watchers, watcher) {
			watchers = append(watchers, watcher)
		}
	}
	return watchers
}

// The metric filters count what raises an alert, and nothing else.
func TestTheSecondWatcherSeesWhatTheAlertSees(t *testing.T) {
	filters := map[string]condition{}
	for _, watcher := range Watchers(prod) {
		var parts []condition
		for _, filter := range watcher.Filters {
			parts = append(parts, read(t, filter))
		}
		filters[watcher.Name] = condition{any: parts}
	}
	for _, c := range load(t) {
		if !inTheTrail(c.Event) {
			continue
		}
		want := countedBy(t, c)
		for _, watcher := range Watchers(prod) {
			if counted := filters[watcher.Name].holds(c.Event.Detail); counted != slices.Contains(want, watcher.Name) {
				t.Errorf("%s: %s: %s counts it: %v, want that %q do", c.File, c.Name, watcher.Name, counted, want)
			}
		}
	}
}

// Without a part of a filter, some event is counted that must not be, or is not.
func TestEveryPartOfAFilterMatters(t *testing.T) {
	cases := slices.DeleteFunc(load(t), func(c eventbus.Case) bool { return !inTheTrail(c.Event) })
	var unnoticed []string
	for _, watcher := range Watchers(prod) {
		for name, whole := range watcher.Filters {
			if whole == keyLossFilter {
				continue // worded by Security Hub
			}
			filter := read(t, whole)
			for without, smaller := range filter.removals(watcher.Name + " " + name) {
				if !slices.ContainsFunc(cases, func(c eventbus.Case) bool { return smaller.holds(c.Event.Detail) != filter.holds(c.Event.Detail) }) {
					unnoticed = append(unnoticed, without)
				}
			}
		}
	}
	slices.Sort(unnoticed)
	if len(unnoticed) > 0 {
		t.Errorf("no event notices:\n%s", strings.Join(unnoticed, "\n"))
	}
}

// Every alert has a second watcher, and every watcher is one's.
func TestEveryAlertHasASecondWatcher(t *testing.T) {
	used, withExpressions := map[string]bool{}, 0
	for _, alert := range Of(prod) {
		used[alert.SecondWatcher] = true
		known := alert.SecondWatcher == OwnConsole && alert.message.event == "" ||
			slices.ContainsFunc(Watchers(prod), func(w Watcher) bool { return w.Name == alert.SecondWatcher })
		if !known {
			t.Errorf("%s is watched by %q", alert.Name, alert.SecondWatcher)
		}
	}
	for _, watcher := range Watchers(prod) {
		if !used[watcher.Name] {
			t.Errorf("%s watches over no alert", watcher.Name)
		}
		for name, filter := range watcher.Filters {
			if len(filter) > FilterLimit {
				t.Errorf("the filter %s has %d characters, CloudWatch Logs takes %d", name, len(filter), FilterLimit)
			}
			expressions := regexp.MustCompile(`%[^%]*%`).FindAllString(filter, -1)
			if len(expressions) > 0 {
				withExpressions++
			}
			if len(expressions) > 2 || strings.ContainsAny(strings.Join(expressions, ""), "()!") {
				t.Errorf("the filter %s has regular expressions that CloudWatch Logs refuses: %s", name, filter)
			}
		}
	}
	if withExpressions > 5 {
		t.Errorf("%d filters have regular expressions, a log group takes 5", withExpressions)
	}
}

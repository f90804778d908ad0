package keyalert

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
)

// Every event that threatens a key reaches its rule, and ordinary use reaches
// none.
func TestEventsRaiseTheirAlerts(t *testing.T) {
	cases := load(t)
	alerts := Of(prod)
	var patterns []string
	for _, alert := range alerts {
		patterns = append(patterns, alert.Pattern.JSON())
	}
	raisedOnce := map[string]bool{}
	matches := eventbus.Match(t, patterns, cases)
	for i, c := range cases {
		var raised []string
		for j, alert := range alerts {
			if matches[j][i] {
				raised = append(raised, alert.Name)
				raisedOnce[alert.Name] = true
			}
		}
		if !slices.Equal(raised, c.Raises) {
			t.Errorf("%s: %s: raises %q, want %q", c.File, c.Name, raised, c.Raises)
		}
		// EventBridge keeps calls that only read from the other rules.
		for _, alert := range alerts {
			if readOnly, _ := c.Event.Detail["readOnly"].(bool); readOnly && slices.Contains(c.Raises, alert.Name) && !alert.ReadOnlyToo {
				t.Errorf("%s: %s: the call only reads, and %s does not ask for those", c.File, c.Name, alert.Name)
			}
		}
	}
	for _, alert := range alerts {
		if !raisedOnce[alert.Name] {
			t.Errorf("no event raises %s", alert.Name)
		}
		// What looks like it is among the cases.
		if len(alert.NearMisses) == 0 {
			t.Errorf("%s has no near miss", alert.Name)
		}
		for _, name := range alert.NearMisses {
			if !slices.ContainsFunc(cases, func(c eventbus.Case) bool { return c.Name == name && !slices.Contains(c.Raises, alert.Name) }) {
				t.Errorf("%s: %q is no case that stays quiet", alert.Name, name)
			}
		}
	}
	t.Logf("%d events, %d patterns", len(cases), len(patterns))
}

// Every part of every pattern matters: without it, some event raises an alert
// that it must not raise, or raises none.
func TestEveryPartOfAPatternMatters(t *testing.T) {
	cases := load(t)
	type mutation struct{ alert, without, pattern string }
	var mutations []mutation
	for _, alert := range Of(prod) {
		var tree any
		if err := json.Unmarshal([]byte(alert.Pattern.JSON()), &tree); err != nil {
			t.Fatal(err)
		}
		for without, smaller := range removals(tree, "") {
			text, err := json.Marshal(smaller)
			if err != nil {
				t.Fatal(err)
			}
			mutations = append(mutations, mutation{alert.Name, without, string(text)})
		}
	}
	var patterns []string
	for _, m := range mutations {
		patterns = append(patterns, m.pattern)
	}
	matches := eventbus.Match(t, patterns, cases)
	var unnoticed []string
	for j, m := range mutations {
		noticed := false
		for i, c := range cases {
			noticed = noticed || matches[j][i] != slices.Contains(c.Raises, m.alert)
		}
		if !noticed {
			unnoticed = append(unnoticed, m.alert+" without "+m.without)
		}
	}
	slices.Sort(unnoticed)
	if len(unnoticed) > 0 {
		t.Errorf("no event notices:\n%s", strings.Join(unnoticed, "\n"))
	}
	t.Logf("%d patterns with a part taken away", len(mutations))
}

var comparisons = []string{"anything-but", "exists", "numeric", "prefix", "suffix", "wildcard"}

// removals are the copies of a JSON value that lack one member or element, by
// what they lack. An array that would be empty goes as a whole, and so does a
// comparison such as {"prefix": ...}.
func removals(value any, path string) map[string]any {
	all := map[string]any{}
	switch value := value.(type) {
	case map[string]any:
		for key, child := range value {
			if !slices.Contains(comparisons, key) {
				smaller := maps.Clone(value)
				delete(smaller, key)
				all[path+"."+key] = smaller
			}
			for without, replaced := range removals(child, path+"."+key) {
				changed := maps.Clone(value)
				changed[key] = replaced
				all[without] = changed
			}
		}
	case []any:
		if _, number := value[len(value)-1].(float64); number {
			return all // the two parts of a numeric comparison
		}
		for i, child := range value {
			at := fmt.Sprintf("%s[%d]", path, i)
			if len(value) > 1 {
				all[at] = slices.Delete(slices.Clone(value), i, i+1)
			}
			for without, replaced := range removals(child, at) {
				changed := slices.Clone(value)
				changed[i] = replaced
				all[without] = changed
			}
		}
	}
	return all
}

// EventBridge refuses an empty list and a null, also where nothing is trusted.
func TestAnAuditOfNothingElseHasWholePatterns(t *testing.T) {
	alone := prod
	alone.TrustedAccountIds, alone.KeyArns, alone.GrantIds, alone.Bucket, alone.LogGroup, alone.Role = nil, nil, nil, "", "", ""
	for _, alert := range Of(alone) {
		if pattern := alert.Pattern.JSON(); strings.Contains(pattern, "null") || strings.Contains(pattern, "[]") || strings.Contains(pattern, `""`) {
			t.Errorf("%s has a part that chooses nothing: %s", alert.Name, pattern)
		}
	}
}

package kmsaudit_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// control is one thing that the audit guarantees: parts of the synthesized stack
// that must be there and what they must be, and by which ids auditors ask for it.
type control struct {
	name        string
	securityHub string
	// earlier and later are the ids of the CIS AWS Foundations Benchmark 3.0 and 5.0,
	// and of 6.0 and 7.0.
	earlier, later string
	wants          map[string]string
}

// heading is the name of a control, with its ids in parentheses.
var heading = regexp.MustCompile(`^(.+?)(?: \(([A-Z][A-Za-z0-9]+\.[^;]+)(?:; CIS 3\.0 and 5\.0: ([^;]+))?(?:; CIS 6\.0 and 7\.0: ([^;]+))?\))?$`)

// loadControls reads testdata/controls.txt: the name of a control on a line, and
// below it, indented, each part as "path = value". No flag rewrites that file.
func loadControls(t *testing.T) []control {
	t.Helper()
	content, err := os.ReadFile("testdata/controls.txt")
	if err != nil {
		t.Fatal(err)
	}
	var controls []control
	for line := range strings.SplitSeq(string(content), "\n") {
		path, value, isPart := strings.Cut(strings.TrimLeft(line, " "), " = ")
		switch {
		case line == "":
		case !strings.HasPrefix(line, " "):
			found := heading.FindStringSubmatch(line)
			controls = append(controls, control{name: found[1], securityHub: found[2], earlier: found[3], later: found[4], wants: map[string]string{}})
		case isPart:
			controls[len(controls)-1].wants[path] = value
		default:
			t.Fatalf("testdata/controls.txt: %q is no part", line)
		}
	}
	return controls
}

// failures are the controls that the parts of a stack do not keep.
func failures(controls []control, parts map[string]string) []string {
	var failed []string
	for _, c := range controls {
		for path, want := range c.wants {
			if got, ok := parts[path]; !ok || got != want {
				failed = append(failed, c.name)
				break
			}
		}
	}
	return failed
}

// parsed is a synthesized stack with the texts of JSON in it, policies and
// patterns, as values.
func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	var stack map[string]any
	if err := json.Unmarshal([]byte(text), &stack); err != nil {
		t.Fatal(err)
	}
	// The backend and the provider are the test's own.
	return map[string]any{"resource": unfold(stack["resource"]), "locals": unfold(stack["locals"])}
}

// hashed is the name that CDKTF makes of a construct's path.
var hashed = regexp.MustCompile(`audit_([A-Za-z0-9-]+)_[0-9A-F]{8}`)

func unfold(value any) any {
	switch value := value.(type) {
	case map[string]any:
		unfolded := map[string]any{}
		for key, child := range value {
			unfolded[hashed.ReplaceAllString(key, "$1")] = unfold(child)
		}
		return unfolded
	case []any:
		for i, child := range value {
			value[i] = unfold(child)
		}
		return value
	case string:
		var inner any
		if strings.HasPrefix(value, `{"`) && json.Unmarshal([]byte(value), &inner) == nil {
			return unfold(inner)
		}
		return hashed.ReplaceAllString(value, "$1")
	}
	return value
}

// partsOf are the leaves of a value by their paths. Statements go by their Sid,
// and a list of texts is one part.
func partsOf(value any, path string, parts map[string]string) map[string]string {
	switch value := value.(type) {
	case map[string]any:
		for key, child := range value {
			partsOf(child, strings.TrimPrefix(path+"."+key, "."), parts)
		}
	case []any:
		var texts []string
		for i, child := range value {
			if text, ok := child.(string); ok {
				texts = append(texts, text)
				continue
			}
			at := fmt.Sprintf("%s[%d]", path, i)
			if statement, ok := child.(map[string]any); ok && statement["Sid"] != nil {
				at = fmt.Sprintf("%s[%v]", path, statement["Sid"])
			}
			partsOf(child, at, parts)
		}
		if texts != nil {
			parts[path] = strings.Join(texts, ", ")
		}
	default:
		parts[path] = fmt.Sprint(value)
		if number, ok := value.(float64); ok {
			parts[path] = fmt.Sprintf("%.0f", number)
		}
	}
	return parts
}

func resources(stack map[string]any) map[string]string {
	return partsOf(stack["resource"], "", map[string]string{})
}

// What an auditor may ask for is a row of the documentation, and no row is without a
// control that the stack is held to.
func TestControlsAreDocumented(t *testing.T) {
	content, err := os.ReadFile("../../docs/kmsaudit.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(content), "| What is guaranteed | Security Hub | CIS 3.0, 5.0 | CIS 6.0, 7.0 |\n| --- | --- | --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var rows []string
	for _, c := range loadControls(t) {
		if c.securityHub != "" {
			rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |", c.name, c.securityHub, c.earlier, c.later))
		}
	}
	if diff := cmp.Diff(rows, strings.Split(table, "\n")); diff != "" {
		t.Errorf("rows (-controls +docs):\n%s", diff)
	}
}

func TestTheStackKeepsEveryControl(t *testing.T) {
	parts := resources(parsed(t, synthesize(t, prodConfig())))
	for _, c := range loadControls(t) {
		got := map[string]string{}
		for path := range c.wants {
			if value, ok := parts[path]; ok {
				got[path] = value
			}
		}
		if diff := cmp.Diff(c.wants, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Whatever is taken away from the stack, a control fails.
func TestEveryPartOfTheStackIsPartOfAControl(t *testing.T) {
	controls := loadControls(t)
	stack := parsed(t, synthesize(t, prodConfig()))
	if failed := failures(controls, resources(stack)); failed != nil {
		t.Fatalf("the whole stack fails %q", failed)
	}
	// These say nothing that anybody relies on.
	meaningless := regexp.MustCompile(`(\.description|\.Version|\.tags(\..+)?)$`)
	removed := 0
	var unnoticed []string
	for without, smaller := range withoutOne(stack["resource"], "") {
		if meaningless.MatchString(without) {
			continue
		}
		removed++
		if failures(controls, partsOf(smaller, "", map[string]string{})) == nil {
			unnoticed = append(unnoticed, without)
		}
	}
	slices.Sort(unnoticed)
	if len(unnoticed) > 0 {
		t.Errorf("no control fails without:\n%s", strings.Join(unnoticed, "\n"))
	}
	if removed < 250 {
		t.Errorf("only %d parts were taken away; the stack has more", removed)
	}
	t.Logf("%d parts were taken away, one at a time", removed)
}

// withoutOne are the copies of a value that lack one member or element, at any
// depth, by the path of what they lack.
func withoutOne(value any, path string) map[string]any {
	all := map[string]any{}
	within := func(at string, child any, replace func(any) any) {
		for without, smaller := range withoutOne(child, at) {
			all[without] = replace(smaller)
		}
	}
	switch value := value.(type) {
	case map[string]any:
		for key, child := range value {
			at := path + "." + key
			smaller := maps.Clone(value)
			delete(smaller, key)
			all[at] = smaller
			within(at, child, func(replaced any) any {
				changed := maps.Clone(value)
				changed[key] = replaced
				return changed
			})
		}
	case []any:
		for i, child := range value {
			at := fmt.Sprintf("%s[%d]", path, i)
			all[at] = slices.Delete(slices.Clone(value), i, i+1)
			within(at, child, func(replaced any) any {
				changed := slices.Clone(value)
				changed[i] = replaced
				return changed
			})
		}
	}
	return all
}

// What makes the production stack strict is off elsewhere.
func TestOtherEnvironmentsAreNotLocked(t *testing.T) {
	config := prodConfig()
	config.Environment, config.EnableGuardDuty = "dev", false
	parts := resources(parsed(t, synthesize(t, config)))
	for path, want := range map[string]string{
		"aws_s3_bucket.bucket.object_lock_enabled":                                                                        "false",
		"aws_s3_bucket.bucket.force_destroy":                                                                              "true",
		"aws_s3_bucket_lifecycle_configuration.bucket-lifecycle.rule[0].expiration[0].days":                               "7",
		"aws_s3_bucket_lifecycle_configuration.bucket-lifecycle.rule[0].noncurrent_version_expiration[0].noncurrent_days": "7",
		"aws_cloudwatch_log_group.log-group.retention_in_days":                                                            "7",
	} {
		if parts[path] != want {
			t.Errorf("%s is %q, want %q", path, parts[path], want)
		}
	}
	for path := range parts {
		for _, absent := range []string{"object_lock_configuration", "DenyUnlockingFiles", "prevent_destroy", "aws_guardduty_detector"} {
			if strings.Contains(path, absent) {
				t.Errorf("dev has %s", path)
			}
		}
	}
}

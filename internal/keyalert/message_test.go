package keyalert

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
)

// A message is quoted lines, every one of which EventBridge can fill.
func TestMessagesAreQuotedLines(t *testing.T) {
	line := regexp.MustCompile(`^"[^"\\]+"$`)
	for _, alert := range allAlerts() {
		template := alert.Template("prod")
		for _, text := range strings.Split(template, "\n") {
			if !line.MatchString(text) {
				t.Errorf("%s: %s is no quoted line", alert.Name, text)
			}
		}
		for name, path := range alert.Paths() {
			if !strings.Contains(template, "<"+name+">") || !regexp.MustCompile(`^\$(\.\w+(\[0\])?)+$`).MatchString(path) {
				t.Errorf("%s: <%s> is %s", alert.Name, name, path)
			}
		}
	}
}

// No part is known that no message shows.
func TestEveryPartIsShown(t *testing.T) {
	shown := map[string]bool{}
	for _, alert := range allAlerts() {
		for name := range alert.Paths() {
			shown[name] = true
		}
	}
	for name := range parts {
		if !shown[name] {
			t.Errorf("no message shows <%s>", name)
		}
	}
}

func TestAMessageReadsAsInTheDocumentation(t *testing.T) {
	alerts := allAlerts()
	disabled := alerts[slices.IndexFunc(alerts, func(a Alert) bool { return a.Name == "key-disabled" })]
	const want = `"prod: A KMS key was disabled."
"Key: <key> (named as <named>)"
"What: <call>"
"By: <who> (<type> of account <account>)"
"From: <ip>"
"When: <time> in <region>"
"Event: <id>"
"Nothing can be encrypted or decrypted with the key until it is enabled again (EnableKey)."`
	if diff := cmp.Diff(want, disabled.Template("prod")); diff != "" {
		t.Errorf("template (-want +got):\n%s", diff)
	}
}

func TestAPartThatIsNoneIsAMistake(t *testing.T) {
	defer func() {
		if thrown := recover(); thrown == nil || !strings.Contains(fmt.Sprint(thrown), "shows <nothing>") {
			t.Errorf("Paths gave %v, want a panic that names the part", thrown)
		}
	}()
	Alert{Name: "x", Lines: []string{"<nothing>"}}.Paths()
}

var filterTerm = regexp.MustCompile(`^\(?\(?\$\.(\w+) = "([^"*]+)(\*?)"\)?\)?$`)

// The metric filter counts the events that raise the alert.
func TestTheMetricFilterSeesWhatTheAlertSees(t *testing.T) {
	filter := DeniedUseFilter()
	if len(filter) > 1024 {
		t.Errorf("the filter has %d characters, CloudWatch Logs takes 1024", len(filter))
	}
	matches := func(event map[string]any) bool {
		for _, clause := range strings.Split(strings.Trim(filter, "{} "), " && ") {
			if !slices.ContainsFunc(strings.Split(clause, " || "), func(text string) bool {
				term := filterTerm.FindStringSubmatch(text)
				if term == nil {
					t.Fatalf("%q is no term of a filter", text)
				}
				value, _ := event[term[1]].(string)
				return value == term[2] || term[3] != "" && strings.HasPrefix(value, term[2])
			}) {
				return false
			}
		}
		return true
	}
	counted := 0
	for _, c := range eventbus.Load(t, "testdata/events") {
		want := slices.Contains(c.Raises, "key-use-denied")
		if got := matches(c.Event.Detail); got != want {
			t.Errorf("%s: %s: counted %v, want %v", c.File, c.Name, got, want)
		}
		if want {
			counted++
		}
	}
	if counted == 0 {
		t.Error("no event is counted")
	}
}

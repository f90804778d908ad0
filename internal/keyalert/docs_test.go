package keyalert

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
)

func documentation(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../../docs/kmsaudit.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestEveryAlertIsDocumented(t *testing.T) {
	text := documentation(t)
	for _, alert := range allAlerts() {
		if !strings.Contains(text, "`"+alert.Name+"`") {
			t.Errorf("docs/kmsaudit.md does not name %s", alert.Name)
		}
	}
}

// The message in the documentation is what comes of an event of testdata.
func TestTheDocumentedMessageIsReal(t *testing.T) {
	_, rest, _ := strings.Cut(documentation(t), "to which key, by whom:\n\n```\n")
	documented, _, found := strings.Cut(rest, "\n```")
	if !found {
		t.Fatal("docs/kmsaudit.md has no message")
	}
	alerts := allAlerts()
	alert := alerts[slices.IndexFunc(alerts, func(a Alert) bool { return a.Name == "key-deletion-scheduled" })]
	cases := eventbus.Load(t, "testdata/events")
	event := cases[slices.IndexFunc(cases, func(c eventbus.Case) bool { return c.Name == "a key's deletion is scheduled" })].Event

	message := alert.Template("prod")
	for name, path := range alert.Paths() {
		message = strings.ReplaceAll(message, "<"+name+">", at(t, event, path))
	}
	if diff := cmp.Diff(message, documented); diff != "" {
		t.Errorf("the message (-real +documented):\n%s", diff)
	}
}

// at is the part of an event at a path such as $.detail.resources[0].ARN.
func at(t *testing.T, event eventbus.Event, path string) string {
	t.Helper()
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	for _, step := range strings.Split(path, ".")[1:] {
		name, first := strings.CutSuffix(step, "[0]")
		value = value.(map[string]any)[name]
		if first {
			value = value.([]any)[0]
		}
	}
	return fmt.Sprint(value)
}

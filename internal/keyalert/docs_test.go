package keyalert

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
)

func documentation(t *testing.T, page string) string {
	t.Helper()
	content, err := os.ReadFile("../../docs/" + page)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// pages are those of the runbook, by their headings.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, page := range strings.Split(documentation(t, "kmsaudit-runbook.md"), "\n### ")[1:] {
		heading, text, _ := strings.Cut(page, "\n")
		text, _, _ = strings.Cut(text, "\n## ")
		found[heading] = text
	}
	return found
}

// What an alert is, how severe and what watches over it stands in one row of the
// table, and what to do on one page of the runbook.
func TestEveryAlertIsDocumented(t *testing.T) {
	text, runbook := documentation(t, "kmsaudit.md"), pages(t)
	for _, alert := range Of(prod) {
		watcher := "`" + alert.SecondWatcher + "`"
		if alert.SecondWatcher == OwnConsole {
			watcher = "its console"
		}
		row := fmt.Sprintf("| [`%s`](kmsaudit-runbook.md#%s) | %s | ", alert.Name, alert.Name, alert.Severity)
		found := slices.IndexFunc(strings.Split(text, "\n"), func(line string) bool {
			return strings.HasPrefix(line, row) && strings.HasSuffix(line, " | "+watcher+" |")
		})
		if found < 0 {
			t.Errorf("docs/kmsaudit.md has no row that begins with %s and ends with %s", row, watcher)
		}
		requirePage(t, runbook, alert.Name, alert.Severity)
	}
	for _, watcher := range Watchers(prod) {
		requirePage(t, runbook, watcher.Name, watcher.Severity)
	}
}

// requirePage wants a page of at most a screen: how severe, three commands, whom to
// tell, when it is harmless.
func requirePage(t *testing.T, runbook map[string]string, name string, severity Severity) {
	t.Helper()
	page := runbook[name]
	_, rest, _ := strings.Cut(page, "```sh\n")
	commands, _, found := strings.Cut(rest, "\n```")
	if count := len(strings.Split(commands, "\n")); !found || count != 3 {
		t.Errorf("the page %s has %d commands, want 3", name, count)
	}
	for _, part := range []string{"**" + strings.ToUpper(string(severity)[:1]) + string(severity)[1:] + ".** ", "\nTell: ", "\nHarmless when "} {
		if !strings.Contains(page, part) {
			t.Errorf("the page %s has no %q", name, part)
		}
	}
	if lines := strings.Count(page, "\n"); lines > 24 {
		t.Errorf("the page %s has %d lines, a screen 24", name, lines)
	}
}

// The message in the documentation is what comes of an event of testdata.
func TestTheDocumentedMessageIsReal(t *testing.T) {
	_, rest, _ := strings.Cut(documentation(t, "kmsaudit.md"), "with links:\n\n```\n")
	documented, _, found := strings.Cut(rest, "\n```")
	if !found {
		t.Fatal("docs/kmsaudit.md has no message")
	}
	cases := eventbus.Load(t, "testdata/events")
	event := cases[slices.IndexFunc(cases, func(c eventbus.Case) bool { return c.Name == "a key's deletion is scheduled" })].Event
	if diff := cmp.Diff(filled(t, alertNamed(t, "key-deletion-scheduled"), event), documented); diff != "" {
		t.Errorf("the message (-real +documented):\n%s", diff)
	}
}

package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Our own messages that the page explains are in the source.
func TestMessagesAreInTheSource(t *testing.T) {
	var ours string
	for _, p := range pages(t) {
		if p.path == "docs/troubleshooting.md" {
			_, ours, _ = strings.Cut(p.text, "\n## From the root app")
			ours, _, _ = strings.Cut(ours, "\n## ")
		}
	}
	messages := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(ours, -1)
	if len(messages) < 10 {
		t.Fatalf("only %d messages", len(messages))
	}
	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.go")
	list.Dir = repository
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for path := range strings.FieldsSeq(string(out)) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		// A file may be deleted and not yet committed so.
		content, err := os.ReadFile(filepath.Join(repository, path))
		if err != nil {
			continue
		}
		source.Write(content)
	}
	for _, message := range messages {
		for fragment := range strings.SplitSeq(message[1], "…") {
			if !strings.Contains(source.String(), strings.TrimSpace(fragment)) {
				t.Errorf("nothing says %q", fragment)
			}
		}
	}
}

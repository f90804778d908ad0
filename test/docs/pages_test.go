// Package docs tests what the pages say: links lead somewhere, Go compiles, commands have
// the flags that they are given.
package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is the folder of the pages.
const repository = "../.."

// page is a Markdown file of the repository.
type page struct {
	// path is relative to the repository.
	path, text string
}

// pages are all Markdown files that git knows or would add.
func pages(t *testing.T) []page {
	t.Helper()
	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md")
	list.Dir = repository
	out, err := list.Output()
	if err != nil {
		t.Skipf("git does not list the pages: %v", err)
	}
	var all []page
	for path := range strings.FieldsSeq(string(out)) {
		// Parts of pages, which are tested as those.
		if strings.Contains(path, "testdata/") {
			continue
		}
		if content, err := os.ReadFile(filepath.Join(repository, path)); err == nil {
			all = append(all, page{path, string(content)})
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d pages", len(all))
	}
	return all
}

// block is a block of code in a page.
type block struct {
	language, code string
	// line is that of the page at which the code begins.
	line int
}

// blocks are the fenced blocks of code of a page.
func (p page) blocks() []block {
	var all []block
	var open *block
	fence := ""
	for i, line := range strings.Split(p.text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case open == nil && strings.HasPrefix(trimmed, "```"):
			fence = line[:strings.Index(line, "`")]
			open = &block{language: strings.TrimPrefix(trimmed, "```"), line: i + 2}
		case open != nil && trimmed == "```":
			all = append(all, *open)
			open = nil
		case open != nil:
			open.code += strings.TrimPrefix(line, fence) + "\n"
		}
	}
	return all
}

// prose is the text of a page without its blocks of code.
func (p page) prose() string {
	var lines []string
	inCode := false
	for line := range strings.Lines(p.text) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			inCode = !inCode
			continue
		}
		if !inCode {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

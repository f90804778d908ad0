package docs

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	link     = regexp.MustCompile(`\[[^\]]*\]\(([^)\s]+)\)`)
	heading  = regexp.MustCompile(`(?m)^#+ (.*)$`)
	anchor   = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
	markings = regexp.MustCompile("[`*]|\\[([^\\]]*)\\]\\([^)]*\\)")
)

// Every link within the repository leads to a file or folder, and to a heading where it
// names one.
func TestLinksLeadSomewhere(t *testing.T) {
	headings := map[string]map[string]bool{}
	all := pages(t)
	for _, p := range all {
		headings[p.path] = p.headings()
	}
	links := 0
	for _, p := range all {
		for _, found := range link.FindAllStringSubmatch(p.prose(), -1) {
			target, fragment, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			links++
			file := p.path
			if target != "" {
				file = path.Join(path.Dir(p.path), target)
			}
			if _, err := os.Stat(filepath.Join(repository, file)); err != nil {
				t.Errorf("%s: %s leads nowhere", p.path, found[0])
			} else if fragment != "" && strings.HasSuffix(file, ".md") && !headings[file][fragment] {
				t.Errorf("%s: %s: %s has no such heading", p.path, found[0], file)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links were looked at", links)
	}
}

// headings are the anchors of a page, as GitHub derives them from its headings.
func (p page) headings() map[string]bool {
	anchors := map[string]bool{}
	for _, found := range heading.FindAllStringSubmatch(p.prose(), -1) {
		anchors[slug(found[1])] = true
	}
	for _, found := range anchor.FindAllStringSubmatch(p.prose(), -1) {
		anchors[found[1]] = true
	}
	return anchors
}

func slug(heading string) string {
	heading = markings.ReplaceAllString(heading, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(heading))
}

func TestSlugsAreGitHubs(t *testing.T) {
	for heading, want := range map[string]string{
		"What it reports":                  "what-it-reports",
		"`AwsServices`, by [key](keys.md)": "awsservices-by-key",
		"Roles & users: who?":              "roles--users-who",
	} {
		if got := slug(heading); got != want {
			t.Errorf("%q became %q, want %q", heading, got, want)
		}
	}
}

// A page that nothing links to is found by nobody.
func TestEveryPageIsLinked(t *testing.T) {
	all := pages(t)
	linked := map[string]bool{}
	for _, p := range all {
		for _, found := range link.FindAllStringSubmatch(p.prose(), -1) {
			target, _, _ := strings.Cut(found[1], "#")
			linked[path.Join(path.Dir(p.path), target)] = true
		}
	}
	for _, p := range all {
		if strings.HasPrefix(p.path, "docs/") && !linked[p.path] {
			t.Errorf("no page links to %s", p.path)
		}
	}
}

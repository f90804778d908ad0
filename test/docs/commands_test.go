package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// command is a command line in a page: in a block of code or within a sentence.
type command struct {
	page  string
	words []string
}

var inlineCode = regexp.MustCompile("`([^`\n]+)`")

// commands are the command lines of all pages that begin with one of the words.
func commands(t *testing.T, first ...string) []command {
	t.Helper()
	var all []command
	for _, p := range pages(t) {
		var lines []string
		for _, b := range p.blocks() {
			if !slices.Contains([]string{"go", "yaml", "json", "hcl"}, b.language) {
				lines = append(lines, strings.Split(strings.ReplaceAll(b.code, "\\\n", " "), "\n")...)
			}
		}
		for line := range strings.Lines(p.text) {
			if code, indented := strings.CutPrefix(line, "    "); indented {
				lines = append(lines, code)
			}
		}
		for _, found := range inlineCode.FindAllStringSubmatch(p.prose(), -1) {
			lines = append(lines, found[1])
		}
		for _, line := range lines {
			line, _, _ = strings.Cut(line, " #")
			line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
			for _, part := range regexp.MustCompile(`&&|\||>|;`).Split(line, -1) {
				words := strings.Fields(strings.ReplaceAll(part, "'", ""))
				// Environment variables of the one command.
				for len(words) > 0 && regexp.MustCompile(`^[A-Z_0-9]+=`).MatchString(words[0]) {
					words = words[1:]
				}
				if len(words) >= len(first) && slices.Equal(words[:len(first)], first) {
					all = append(all, command{p.path, words})
				}
			}
		}
	}
	return all
}

func (c command) String() string { return c.page + ": " + strings.Join(c.words, " ") }

// flags are the names of the flags that a command is given.
func (c command) flags() []string {
	var names []string
	for _, word := range c.words {
		if found := regexp.MustCompile(`^--?([a-z][\w.-]*)(=.*)?$`).FindStringSubmatch(word); found != nil {
			names = append(names, found[1])
		}
	}
	return names
}

// Programs of the repository that pages run are there.
func TestProgramsAreThere(t *testing.T) {
	found := commands(t, "go", "run")
	if len(found) < 10 {
		t.Fatalf("only %d commands", len(found))
	}
	for _, c := range found {
		for _, word := range c.words[2:] {
			if strings.HasPrefix(word, "-") {
				continue
			}
			folder := strings.TrimPrefix(word, "github.com/neurocipher-io/kmstier")
			folder, _, _ = strings.Cut(folder, "@")
			if strings.HasPrefix(folder, "github.com/") || strings.HasPrefix(folder, "golang.org/") {
				break
			}
			if _, err := os.Stat(filepath.Join(repository, folder)); err != nil {
				t.Errorf("%s: there is no %s", c, word)
			}
			break
		}
	}
}

// The flags that pages give to our commands are flags of these commands.
func TestFlagsAreKnown(t *testing.T) {
	for name, path := range map[string]string{"kmsaccess": "./cmd/kmsaccess", "cmkguard": "./cmd/cmkguard", ".": "."} {
		t.Run(name, func(t *testing.T) {
			binary := filepath.Join(t.TempDir(), "program")
			build := exec.Command("go", "build", "-o", binary, path)
			build.Dir = repository
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			found := append(commands(t, "go", "run", path), commands(t, name)...)
			if len(found) < 3 {
				t.Errorf("only %d commands", len(found))
			}
			for _, c := range found {
				arguments := c.words[1:]
				if c.words[0] == "go" {
					arguments = c.words[3:]
				}
				help := []string{"-h"}
				if len(arguments) > 0 && regexp.MustCompile(`^[a-z]+$`).MatchString(arguments[0]) {
					help = []string{arguments[0], "-h"}
				}
				out, _ := exec.Command(binary, help...).CombinedOutput()
				for _, flag := range c.flags() {
					if flag != "h" && !regexp.MustCompile(`(?m)[ \[]--?`+flag+`\b`).Match(out) {
						t.Errorf("%s: -%s is no flag:\n%s", c, flag, out)
					}
				}
			}
		})
	}
}

// testFlags are those of go test.
var testFlags = []string{"v", "run", "bench", "benchtime", "count", "timeout", "fuzz", "fuzztime", "short", "cpu", "benchmem", "race",
	"kmstiertest.update", "parallel",
}

// Tests that pages name are there, with the flags that they are given.
func TestTestsAreThere(t *testing.T) {
	found := commands(t, "go", "test")
	if len(found) < 10 {
		t.Fatalf("only %d commands", len(found))
	}
	for _, c := range found {
		path := slices.IndexFunc(c.words, func(word string) bool { return strings.HasPrefix(word, "./") || word == "." })
		if path < 0 {
			t.Errorf("%s names no package", c)
			continue
		}
		if strings.HasSuffix(c.words[path], "...") {
			continue
		}
		source := testsIn(t, c.words[path])
		if source == "" {
			t.Errorf("%s: no tests in %s", c, c.words[path])
			continue
		}
		for i, word := range c.words[:len(c.words)-1] {
			kind := map[string]string{"-run": "Test", "-bench": "Benchmark", "-fuzz": "Fuzz"}[word]
			pattern := c.words[i+1]
			if kind == "" || pattern == "^$" || pattern == "-" || pattern == "." {
				continue
			}
			matching := 0
			top, _, _ := strings.Cut(strings.Trim(pattern, `"`), "/")
			for _, function := range regexp.MustCompile(`(?m)^func (\w+)\(`).FindAllStringSubmatch(source, -1) {
				if strings.HasPrefix(function[1], kind) && regexp.MustCompile(top).MatchString(function[1]) {
					matching++
				}
			}
			if matching == 0 {
				t.Errorf("%s: no %s is named so", c, strings.ToLower(kind))
			}
		}
		for _, name := range c.flags() {
			if !slices.Contains(testFlags, name) && !strings.Contains(source, `("`+name+`",`) {
				t.Errorf("%s: -%s is no flag of these tests", c, name)
			}
		}
	}
}

// testsIn is the source of the tests of a package, and of what declares flags beside it.
func testsIn(t *testing.T, path string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository, path, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(content)
	}
	return source.String()
}

package tierapp

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

// spoken runs the app in a new folder, or in this one, and returns what it said.
func spoken(t *testing.T, folder string, args ...string) (out, err string, status int) {
	t.Helper()
	t.Chdir(folder)
	open := func(name string) *os.File {
		file, err := os.Create(filepath.Join(t.TempDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { file.Close() })
		return file
	}
	c := console{open("out"), open("err")}
	status = run(args, c, nil)
	read := func(file *os.File) string {
		content, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	return read(c.out), read(c.err), status
}

func initArgs(more ...string) []string {
	return append([]string{"init", "--prefix", "acme", "--app", "billing", "--region", "eu-central-1", "--account", "dev=011122223333"}, more...)
}

func TestInitWritesAFileThatIsAccepted(t *testing.T) {
	folder := t.TempDir()
	out, stderr, status := spoken(t, folder, initArgs("--account", "prod=444455556666")...)
	if status != exitOk || stderr != "" {
		t.Fatalf("status %d:\n%s", status, stderr)
	}
	want := "environments.yaml is written: dev, prod in eu-central-1. Name the roles that use the keys there, then synthesize:\n  go run .\n"
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	file, err := environments.Load(environmentsFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkFile(file); err != nil {
		t.Error(err)
	}
	got := []string{file.NamePrefix, file.App}
	for _, environment := range file.Environments {
		got = append(got, environment.Name, environment.AccountId, environment.Region, environment.Backend.Local.Path)
	}
	if diff := cmp.Diff([]string{"acme", "billing", "dev", "011122223333", "eu-central-1", "state/dev.tfstate", "prod", "444455556666", "eu-central-1", "state/prod.tfstate"}, got); diff != "" {
		t.Errorf("what the file says (-want +got):\n%s", diff)
	}
}

var commentedField = regexp.MustCompile(`(?m)^( *)# ([a-z0-9_]+: .*)$`)

// What the file offers in comments is right as it stands, too.
func TestWhatInitCommentsOutIsAccepted(t *testing.T) {
	for _, region := range []string{"eu-central-1", "us-gov-west-1", "cn-north-1"} {
		file := newFile{Prefix: "acme", App: "billing", Region: region, Environments: []newEnvironment{{"dev", "111122223333"}, {"prod", "444455556666"}}}
		content, err := file.render()
		if err != nil {
			t.Fatalf("%s: %v", region, err)
		}
		fields := map[string]bool{}
		for _, found := range commentedField.FindAllStringSubmatch(string(content), -1) {
			fields[strings.SplitN(found[2], ":", 2)[0]] = true
		}
		// A comment that reads like a field and is none would be refused below.
		if len(fields) != 9 {
			t.Errorf("%s: %d fields in comments, want 9: %v", region, len(fields), fields)
		}
		all := commentedField.ReplaceAllString(string(content), "$1$2")
		all = regexp.MustCompile(`(?m)^ *(local|yaml-language-server): .*\n`).ReplaceAllString(all, "")
		parsed, err := environments.Parse("environments.yaml", []byte(all))
		if err == nil {
			err = checkFile(parsed)
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", region, err, all)
		}
	}
}

// Any text that is an app's name stands in the file as it was given.
func TestInitQuotesWhatYamlWouldReadOtherwise(t *testing.T) {
	for _, app := range []string{"yes", "null", "12", "a: b", "x@y", "1e3", "2026-11-26", "a - b"} {
		file := newFile{Prefix: "acme", App: app, Region: "eu-central-1", Environments: []newEnvironment{{"on", "111122223333"}, {"null", "111122223333"}}}
		content, err := file.render()
		if err != nil {
			t.Errorf("%s: %v", app, err)
			continue
		}
		parsed, err := environments.Parse("environments.yaml", content)
		if err != nil {
			t.Fatal(err)
		}
		if parsed.App != app || parsed.Environments[0].Name != "on" || parsed.Environments[1].Name != "null" {
			t.Errorf("%q became %q, with environments %v", app, parsed.App, parsed.Environments)
		}
	}
}

func TestInitWritesOverNothing(t *testing.T) {
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{"environments.yaml": "mine"})
	_, stderr, status := spoken(t, folder, initArgs()...)
	want := "environments.yaml exists: init writes over nothing; name another file by --file, or move this one away\n"
	if status != exitRefused || stderr != want {
		t.Errorf("status %d, got\n%swant\n%s", status, stderr, want)
	}
	if content, err := os.ReadFile("environments.yaml"); err != nil || string(content) != "mine" {
		t.Errorf("the file holds %q, %v", content, err)
	}
	out, stderr, status := spoken(t, folder, initArgs("--file", "company/acme.yaml")...)
	if status != exitOk || !strings.HasSuffix(out, "\n  go run . --file company/acme.yaml\n") {
		t.Errorf("status %d:\n%s%s", status, out, stderr)
	}
	if _, err := environments.Load("company/acme.yaml"); err != nil {
		t.Error(err)
	}
}

func TestInitSaysWhichFlagIsWrong(t *testing.T) {
	tests := map[string]struct {
		args []string
		want string
	}{
		"nothing": {[]string{"init"}, `--prefix is missing: such as --prefix acme
--app is missing: such as --app billing
--region is missing: such as --region eu-central-1
--account is missing: one for each environment, such as --account dev=111122223333
`},
		"accounts": {initArgs("--account", "prod", "--account", "=444455556666", "--account", "dev=444455556666"), `--account is "prod": must be NAME=ID, such as dev=111122223333
--account is "=444455556666": must be NAME=ID, such as dev=111122223333
--account names "dev" twice: must be one account an environment
`},
		"values": {[]string{"init", "--prefix", "Acme", "--app", "a#", "--region", "eu", "--account", "Dev=1"}, `--region: got "eu": must be a Region, such as "us-east-1"
--account Dev: got the name "Dev": must be a slug: lowercase letters and digits in words joined by single hyphens, a letter first
--account Dev: got "1": must be twelve digits, like "098765432109"
--prefix is "Acme": must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters
--app is "a#": must be letters, digits, spaces and _ . : / = + @ -, beginning with a letter or digit, at most 256 characters, since it is a tag as well
`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			_, stderr, status := spoken(t, folder, test.args...)
			if status != exitUsage {
				t.Errorf("status %d", status)
			}
			if diff := cmp.Diff(test.want, stderr); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
				t.Errorf("the folder holds %v, %v", entries, err)
			}
		})
	}
}

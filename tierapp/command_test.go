package tierapp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

const twoEnvironments = `environments:
  dev:
    account_id: "222222222222"
    region: us-east-1
    backend: {local: {path: state/dev.tfstate}}
  prod:
    account_id: "123456789012"
    region: us-east-1
    backend: {local: {path: state/prod.tfstate}}
`

func TestArgumentsThatAreNone(t *testing.T) {
	tests := map[string]struct {
		args []string
		want string
	}{
		"a flag":         {[]string{"--outdir", "x"}, "flag provided but not defined: -outdir; go run . -h lists the flags\n"},
		"a command":      {[]string{"plan"}, "\"plan\" is neither a flag nor a command: must be init, schema or flags, which go run . -h lists\n"},
		"an environment": {[]string{"--environment", "prd", "--environment", "dev"}, "--environment is \"prd\": must be one of the file's: dev, prod\n"},
		"of a command":   {[]string{"schema", "--file", "x"}, "flag provided but not defined: -file; go run . schema -h lists the flags\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			writeFiles(t, folder, map[string]string{"environments.yaml": twoEnvironments})
			out, stderr, status := spoken(t, folder, test.args...)
			if status != exitUsage || out != "" {
				t.Errorf("status %d, output %q", status, out)
			}
			if diff := cmp.Diff(test.want, stderr); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHelpListsTheFlags(t *testing.T) {
	for args, flag := range map[string]string{"-h": "-check", "--help": "-environment", "init -h": "-account"} {
		out, stderr, status := spoken(t, t.TempDir(), strings.Fields(args)...)
		if status != exitOk || stderr != "" || !strings.HasPrefix(out, "usage: go run . ") || !strings.Contains(out, "\n  "+flag) {
			t.Errorf("%s: status %d:\n%s%s", args, status, out, stderr)
		}
	}
}

func TestSchemaIsTheFilesOwn(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("..", "internal", "environments", "environments.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	out, stderr, status := spoken(t, t.TempDir(), "schema")
	if status != exitOk || stderr != "" || out != string(want) {
		t.Errorf("status %d:\n%s", status, stderr)
	}
}

func TestAnotherFileIsRead(t *testing.T) {
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{"acme.yaml": "environments: {}\n"})
	_, stderr, status := spoken(t, folder, "--file", "acme.yaml")
	if status != exitRefused || !strings.HasPrefix(stderr, "acme.yaml:1: environments: ") {
		t.Errorf("status %d:\n%s", status, stderr)
	}
}

// One environment is not made from a file in which another is wrong.
func TestAllEnvironmentsAreCheckedWhenOneIsChosen(t *testing.T) {
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{"environments.yaml": twoEnvironments + "    deletion_window_days: 7\n"})
	_, stderr, status := spoken(t, folder, "--environment", "dev", "--check")
	if status != exitRefused || !strings.HasPrefix(stderr, "environments.yaml:10: environments.prod.deletion_window_days is 7: ") {
		t.Errorf("status %d:\n%s", status, stderr)
	}
}

func TestChooseKeepsTheFilesOrder(t *testing.T) {
	file, err := environments.Parse("environments.yaml", []byte(twoEnvironments))
	if err != nil {
		t.Fatal(err)
	}
	for names, want := range map[string][]string{"": {"dev", "prod"}, "prod": {"prod"}, "prod dev prod": {"dev", "prod"}} {
		chosen, err := choose(file, strings.Fields(names))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, environment := range chosen {
			got = append(got, environment.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", names, diff)
		}
	}
}

// Nothing of the line is left on the terminal, and a file gets none of it.
func TestProgressLeavesNothingBehind(t *testing.T) {
	terminal, err := os.Create(filepath.Join(t.TempDir(), "terminal"))
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	p := newProgress(terminal)
	p.say("a step")
	p.end()
	if info, err := terminal.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("a file got %d bytes, %v", info.Size(), err)
	}
	p = &progress{terminal: terminal}
	p.say("long step")
	p.say("step")
	p.end()
	p.end()
	content, err := os.ReadFile(terminal.Name())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("long step\r         \rstep\r    \r", string(content)); diff != "" {
		t.Errorf("on the terminal (-want +got):\n%s", diff)
	}
}

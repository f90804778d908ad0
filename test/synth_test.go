package test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gkampitakis/go-snaps/snaps"
)

var environmentNames = []string{"dev", "stg", "prod"}

// The snapshots are what the shipped environments.yaml becomes. Update them
// with UPDATE_SNAPS=true, and say in the commit why they change.
func TestRootAppSynthesizesEveryEnvironment(t *testing.T) {
	r := synthesizedOnce(t)
	for _, name := range environmentNames {
		snaps.WithConfig(snaps.Filename(name), snaps.Ext(".tf.json")).
			MatchStandaloneSnapshot(t, readFile(t, r.stack(name)))
	}
	snaps.WithConfig(snaps.Filename("stdout"), snaps.Ext(".txt")).MatchStandaloneSnapshot(t, r.stdout)
	if r.stderr != "" {
		t.Errorf("standard error is not empty:\n%s", r.stderr)
	}
}

func TestStacksHaveTheSixOutputs(t *testing.T) {
	r := synthesizedOnce(t)
	want := []string{"data_key_alias", "data_key_arn", "data_key_id", "logs_key_alias", "logs_key_arn", "logs_key_id"}
	for _, name := range environmentNames {
		var stack struct{ Output map[string]any }
		if err := json.Unmarshal([]byte(readFile(t, r.stack(name))), &stack); err != nil {
			t.Fatal(err)
		}
		if len(stack.Output) != len(want) {
			t.Errorf("%s has %d outputs, want %d", name, len(stack.Output), len(want))
		}
		for _, output := range want {
			if _, ok := stack.Output[output]; !ok {
				t.Errorf("%s has no output %s", name, output)
			}
		}
	}
}

func TestSynthesisGivesTheSameBytesInAnyFolder(t *testing.T) {
	first := synthesizedOnce(t)
	second := synthesize(t, shipped(t))
	again := runRootAppIn(t, second.folder)
	for _, name := range environmentNames {
		want := readFile(t, first.stack(name))
		if got := readFile(t, second.stack(name)); got != want {
			t.Errorf("%s differs in another folder", name)
		}
		if got := readFile(t, again.stack(name)); got != want {
			t.Errorf("%s differs when synthesized again", name)
		}
	}
	if again.stdout != first.stdout {
		t.Errorf("the report differs:\n%s\n%s", first.stdout, again.stdout)
	}
}

func TestNoStackHoldsAnAbsolutePath(t *testing.T) {
	r := synthesize(t, shipped(t)+localEnvironment)
	home, _ := os.UserHomeDir()
	// Any path of the machine would lie below one of its top folders.
	absolute := regexp.MustCompile(`"(/[A-Za-z0-9._-]+)+"`)
	for _, name := range append([]string{"local"}, environmentNames...) {
		text := readFile(t, r.stack(name))
		for _, folder := range []string{r.folder, home, os.TempDir()} {
			if folder != "" && folder != "/" && strings.Contains(text, folder) {
				t.Errorf("%s holds the path %s", name, folder)
			}
		}
		for _, found := range absolute.FindAllString(text, -1) {
			if !strings.HasPrefix(found, `"/aws/`) { // a log group
				t.Errorf("%s holds the absolute path %s", name, found)
			}
		}
	}
}

// localEnvironment is one more environment, with its state in a file.
const localEnvironment = `
  local:
    account_id: "222222222222"
    region: us-east-1
    backend:
      local: {path: state/local.tfstate}
`

// The next synthesis rewrites the output folder, so state must not lie there.
func TestLocalStateLiesBesideTheOutputFolder(t *testing.T) {
	r := synthesize(t, "environments:"+localEnvironment)
	var stack struct {
		Terraform struct {
			Backend struct{ Local struct{ Path string } }
		}
	}
	if err := json.Unmarshal([]byte(readFile(t, r.stack("local"))), &stack); err != nil {
		t.Fatal(err)
	}
	path := stack.Terraform.Backend.Local.Path
	if filepath.IsAbs(path) {
		t.Errorf("the state's path %s is absolute", path)
	}
	got := filepath.Join(filepath.Dir(r.stack("local")), path)
	if want := filepath.Join(r.folder, "state", "local.tfstate"); got != want {
		t.Errorf("the state lies at %s, want %s", got, want)
	}
}

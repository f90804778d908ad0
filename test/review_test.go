package test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// The workflow that reviews plans does what it says, with a Terraform and a GitHub that
// are scripts: a good plan passes, and one with a queue without a key does not.
func TestReviewWorkflow(t *testing.T) {
	t.Parallel() // waits for Terraform
	tools.Require(t, tools.Node, tools.Terraform, tools.AWSProvider)
	plan := terraform.New(t, runExample(t, "roles").stack("dev"), terraform.Options{Offline: true}).Plan()
	good, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	const first = `"root_module":{"resources":[`
	bad := strings.Replace(string(good), first, first+`{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q",
		"provider_name": "registry.terraform.io/hashicorp/aws", "values": {"name": "q"}},`, 1)

	scripts := reviewScripts(t)
	programs := t.TempDir()
	for _, name := range []string{"kmsaccess", "cmkguard"} {
		binary, err := build("./cmd/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(binary, filepath.Join(programs, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, script := range map[string]string{
		"terraform": `case "$*" in *"show -json plan") cat "$PLAN" ;; *"show -json") echo '{"format_version": "1.0"}' ;; esac`,
		"go":        "",
		"gh":        `cp review/comment.md comment.md; echo "$*" > gh.txt`,
	} {
		writeFile(t, filepath.Join(programs, name), "#!/bin/sh\n"+script+"\n")
		if err := os.Chmod(filepath.Join(programs, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		plan string
		// stops is the step that fails, and says what.
		stops, says string
	}{
		"a good plan":           {plan: string(good)},
		"a queue without a key": {bad, "Refuse what must not pass", "stores messages without a customer managed key"},
	} {
		folder := t.TempDir()
		writeFile(t, filepath.Join(folder, "plan.json"), test.plan)
		stopped, said := "", ""
		for _, step := range scripts {
			command := exec.Command("bash", "-eo", "pipefail", "-c", step.Run)
			command.Dir = folder
			command.Env = []string{"PATH=" + programs + string(os.PathListSeparator) + os.Getenv("PATH"), "PLAN=" + filepath.Join(folder, "plan.json"), "STACKS=dev prod", "KMSTIER=v0", "NUMBER=7"}
			if out, err := command.CombinedOutput(); err != nil {
				stopped, said = step.Name, string(out)
				break
			}
		}
		if stopped != test.stops || !strings.Contains(said, test.says) {
			t.Errorf("%s: step %q stopped, want %q:\n%s", name, stopped, test.stops, said)
			continue
		}
		for file, want := range map[string]string{
			"comment.md":     "role orders",
			"gh.txt":         "pr comment 7 --edit-last --create-if-none --body-file review/comment.md",
			"cmkguard.sarif": `"2.1.0"`,
		} {
			if content := readFile(t, filepath.Join(folder, file)); !strings.Contains(content, want) {
				t.Errorf("%s: %s has no %q:\n%s", name, file, want, content)
			}
		}
	}
}

type reviewStep struct{ Name, Run string }

// reviewScripts are the scripts of the example's workflow.
func reviewScripts(t *testing.T) []reviewStep {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct{ Steps []reviewStep }
	}
	if err := yaml.Unmarshal([]byte(readFile(t, filepath.Join(repository, "examples", "review", "kms-review.yml"))), &workflow); err != nil {
		t.Fatal(err)
	}
	var scripts []reviewStep
	for _, step := range workflow.Jobs["review"].Steps {
		if step.Run != "" {
			scripts = append(scripts, step)
		}
	}
	if len(scripts) != 5 {
		t.Fatalf("%d scripts in the workflow, want 5", len(scripts))
	}
	return scripts
}

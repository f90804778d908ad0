package test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// The root app under the real CDKTF command line, from synthesis to destruction.
func TestCdktfCommandLine(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	tools.Require(t, tools.Node, tools.CDKTFCLI, tools.Terraform, tools.AWSProvider)
	cloud := emulator.Start(t, "222222222222")
	project := newProject(t, `environments:
  dev:
    account_id: "222222222222"
    region: us-east-1
    security_account_id: "098765432109"
    audit: {enabled: false}
    backend:
      local: {path: state/dev.tfstate}
`)
	env := tools.TerraformEnv(t)
	maps.Copy(env, cloud.Env())
	cli := func(arguments ...string) string {
		t.Helper()
		return runCdktf(t, project, env, arguments...)
	}

	requireText(t, cli("synth"), "Generated Terraform code for the stacks: dev")
	requireText(t, cli("diff", "dev", "--skip-synth", "--skip-provider-lock"), "Plan: 5 to add, 0 to change, 0 to destroy.")
	requireText(t, cli("deploy", "dev", "--auto-approve", "--skip-provider-lock"), "Apply complete! Resources: 5 added, 0 changed, 0 destroyed.")
	if _, err := os.Stat(filepath.Join(project, "state", "dev.tfstate")); err != nil {
		t.Errorf("the state is not where environments.yaml puts it: %v", err)
	}
	outputs := cli("output", "dev", "--skip-synth", "--skip-provider-lock")
	for _, line := range []string{"data_key_alias = alias/nc-dp-data-dev", "logs_key_alias = alias/nc-dp-logs-dev"} {
		requireText(t, outputs, line)
	}
	for _, key := range []string{"data", "logs"} {
		// The command line breaks long lines after the equals sign.
		if want := regexp.MustCompile(key + `_key_arn =\s+arn:aws:kms:us-east-1:222222222222:key/[0-9a-f-]{36}`); !want.MatchString(outputs) {
			t.Errorf("no %s in:\n%s", want, outputs)
		}
	}
	requireText(t, cli("destroy", "dev", "--auto-approve", "--skip-provider-lock"), "Destroy complete! Resources: 5 destroyed.")
}

// newProject is a folder in which the command line finds the built root app, as
// it finds "go run ." in the repository.
func newProject(t *testing.T, environments string) string {
	t.Helper()
	binary, err := rootApp()
	if err != nil {
		t.Fatalf("building the root app: %v", err)
	}
	folder := t.TempDir()
	config := readFile(t, filepath.Join(repository, "cdktf.json"))
	withBinary := strings.Replace(config, `"go run ."`, `"`+binary+`"`, 1)
	if withBinary == config {
		t.Fatalf(`cdktf.json does not run the app by "go run .":`+"\n%s", config)
	}
	writeFile(t, filepath.Join(folder, "cdktf.json"), withBinary)
	writeFile(t, filepath.Join(folder, "environments.yaml"), environments)
	return folder
}

func runCdktf(t *testing.T, project string, env map[string]string, arguments ...string) string {
	t.Helper()
	var out bytes.Buffer
	command := exec.Command(tools.Node.Path(t), append([]string{tools.CDKTFCLI.Path(t)}, arguments...)...)
	command.Dir = project
	command.Stdout, command.Stderr = &out, &out
	for name, value := range env {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Env = append(command.Env, "CHECKPOINT_DISABLE=1", "CI=1", "FORCE_COLOR=0", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	if err := command.Run(); err != nil {
		t.Fatalf("cdktf %s: %v\n%s", strings.Join(arguments, " "), err, out.String())
	}
	return out.String()
}

func requireText(t *testing.T, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("no %q in:\n%s", want, text)
	}
}

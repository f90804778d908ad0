package test

import (
	"fmt"
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

// Every command of docs/leaving.md does what the page says, one after another, in a
// project that the CDKTF command line has deployed.
func TestTheWaysOutWork(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	tools.Require(t, tools.Node, tools.CDKTFCLI, tools.Terraform, tools.AWSProvider, tools.Emulator)
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(readFile(t, filepath.Join(repository, "docs", "leaving.md")), -1)
	if len(blocks) != 5 {
		t.Fatalf("the page has %d blocks of commands, want 5", len(blocks))
	}
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
	maps.Copy(env, emulator.Start(t, "222222222222").Env())
	runCdktf(t, project, env, "deploy", "dev", "--auto-approve", "--skip-provider-lock")

	programs := programsFor(t)
	for _, block := range blocks {
		shell := exec.Command("sh", "-e", "-x", "-c", block[1])
		shell.Dir = project
		for name, value := range env {
			if name != "PATH" {
				shell.Env = append(shell.Env, name+"="+value)
			}
		}
		shell.Env = append(shell.Env, "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"), "CI=1", "FORCE_COLOR=0")
		out, err := shell.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if strings.Contains(block[1], "state list") && !strings.Contains(string(out), "aws_kms_key.kms_data_key_") {
			t.Errorf("the state lists no key:\n%s", out)
		}
	}
	if cleaned := readFile(t, filepath.Join(project, "infrastructure", "dev", "main.tf.json")); strings.Contains(cleaned, `"//"`) {
		t.Error("the notes of CDKTF are still there")
	}
}

// programsFor is a folder with the programs that the page calls, for PATH.
func programsFor(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	script := func(name string, command ...string) {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, fmt.Appendf(nil, "#!/bin/sh\nexec '%s' \"$@\"\n", strings.Join(command, "' '")), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	script("terraform", tools.Terraform.Path(t))
	script("cdktf", tools.Node.Path(t), tools.CDKTFCLI.Path(t))
	for _, name := range []string{"kmsaccess", "cmkguard"} {
		binary, err := build("./cmd/" + name)
		if err != nil {
			t.Fatal(err)
		}
		script(name, binary)
	}
	return folder
}

package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// The page for newcomers is true: its commands, in their order, in an empty folder, do
// what it says.
func TestGettingStarted(t *testing.T) {
	t.Parallel() // waits for other processes
	tools.Require(t, tools.Node, tools.Terraform, tools.AWSProvider)
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script := "set -euo pipefail\n"
	for _, block := range shellBlock.FindAllStringSubmatch(readFile(t, filepath.Join(repository, "docs", "getting-started.md")), -1) {
		script += block[1]
	}
	// This version of the library in the place of the published one.
	for line, here := range map[string]string{
		"go get github.com/neurocipher-io/kmstier@latest": "go mod edit -require github.com/neurocipher-io/kmstier@v0.0.0 -replace github.com/neurocipher-io/kmstier=" + root +
			"\ncp " + filepath.Join(root, "go.sum") + " .",
		// Tidying asks for modules of which only other modules' tests know.
		"go mod tidy": ":",
		"go install github.com/neurocipher-io/kmstier/cmd/kmsaccess@latest": "go build -C " + root + " -o " + filepath.Join(bin, "kmsaccess") + " ./cmd/kmsaccess",
	} {
		if strings.Count(script, line+"\n") != 1 {
			t.Fatalf("the page has no line %q", line)
		}
		script = strings.Replace(script, line+"\n", here+"\n", 1)
	}
	folder := t.TempDir()
	command := exec.Command("bash", "-c", script)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "TF_CLI_ARGS=-no-color")
	for name, value := range tools.TerraformEnv(t) {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Env = append(command.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	unlock, err := tools.LockPluginCache()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"environments.yaml is written: dev, prod in eu-central-1.",
		"alias/acme-data-prod",
		"0 findings, 1 excepted",
		"Plan: ",
		"ALLOWED: arn:aws:iam::444455556666:role/orders may kms:Decrypt",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}

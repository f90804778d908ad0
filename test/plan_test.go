package test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// What the library says about a policy is true of what Terraform renders: it
// parses, KMS has nothing to refuse in it, and its size is the one reported.
func TestPlansRenderThePoliciesThatWereReported(t *testing.T) {
	tools.Require(t, tools.Terraform, tools.AWSProvider)
	r := synthesizedOnce(t)
	for _, name := range environmentNames {
		t.Run(name, func(t *testing.T) {
			workspace := terraform.New(t, r.stack(name), terraform.Options{Offline: true})
			for _, diagnostic := range workspace.Validate() {
				t.Errorf("terraform validate: %s", diagnostic)
			}
			plan := workspace.Plan()
			for _, purpose := range []string{"data", "logs"} {
				policy, err := terraform.KeyPolicy(plan, purpose)
				if err != nil {
					t.Fatal(err)
				}
				document, err := keypolicy.Parse([]byte(policy))
				if err != nil {
					t.Fatal(err)
				}
				if problems := document.Validate(); len(problems) > 0 {
					t.Errorf("%s key: %v", purpose, problems)
				}
				size := len(compact(t, policy))
				if got := document.Size(); got != size {
					t.Errorf("%s key: Size is %d, the rendered policy has %d bytes", purpose, got, size)
				}
				line := fmt.Sprintf("%-24s policy %6d of 32768 bytes", "alias/nc-dp-"+purpose+"-"+name, size)
				if !strings.Contains(r.stdout, line) {
					t.Errorf("the report lacks %q:\n%s", line, r.stdout)
				}
			}
		})
	}
}

// Every example is an app that people copy: each synthesizes and validates.
func TestExamplesSynthesizeAndValidate(t *testing.T) {
	tools.Require(t, tools.Node)
	for _, example := range examples(t) {
		t.Run(example, func(t *testing.T) {
			if example == "adopting" {
				tools.Require(t, tools.Terraform) // whose version CDKTF asks for where there are imports
			}
			binary, err := build("./examples/" + example)
			if err != nil {
				t.Fatal(err)
			}
			r := runProgram(t, t.TempDir(), binary)
			if r.exitCode != 0 {
				t.Fatalf("status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
			}
			stacks, err := os.ReadDir(filepath.Join(r.folder, "cdktf.out", "stacks"))
			if err != nil {
				t.Fatal(err)
			}
			for _, stack := range stacks {
				for _, diagnostic := range terraform.New(t, r.stack(stack.Name()), terraform.Options{}).Validate() {
					t.Errorf("terraform validate of %s: %s", stack.Name(), diagnostic)
				}
			}
		})
	}
}

// examples are the apps below the folder of that name.
func examples(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(repository, "examples"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		// One is a workflow, and no app.
		if _, err := os.Stat(filepath.Join(repository, "examples", entry.Name(), "main.go")); err == nil {
			names = append(names, entry.Name())
		}
	}
	return names
}

// runExample synthesizes an example in a new folder.
func runExample(t *testing.T, name string, env ...string) run {
	t.Helper()
	tools.Require(t, tools.Node)
	binary, err := build("./examples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(filepath.Dir(binary))
	r := runProgram(t, t.TempDir(), binary, env...)
	if r.exitCode != 0 {
		t.Fatalf("status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
	return r
}

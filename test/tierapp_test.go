package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// A company that has nothing but its name and accounts gets an app that plans, in a
// Region that the shipped file does not allow.
func TestANewCompanyGetsAPlan(t *testing.T) {
	tools.Require(t, tools.Node, tools.Terraform, tools.AWSProvider)
	binary, err := rootApp()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, args := range [][]string{
		{"init", "--prefix", "acme", "--app", "billing", "--region", "eu-central-1", "--account", "dev=111122223333", "--account", "prod=444455556666"},
		{},
	} {
		r := runCommand(t, folder, exec.Command(binary, args...))
		if r.exitCode != 0 || r.stderr != "" {
			t.Fatalf("%v: status %d:\n%s%s", args, r.exitCode, r.stdout, r.stderr)
		}
	}
	for _, environment := range []string{"dev", "prod"} {
		stack := run{folder: folder}.stack(environment)
		for _, want := range []string{`"alias/acme-data-` + environment + `"`, `"region": "eu-central-1"`} {
			if !strings.Contains(readFile(t, stack), want) {
				t.Errorf("%s: the stack has no %s", environment, want)
			}
		}
	}
	stack := run{folder: folder}.stack("prod")
	policy, err := terraform.KeyPolicy(terraform.New(t, stack, terraform.Options{Offline: true}).Plan(), "data")
	if err != nil {
		t.Fatal(err)
	}
	if want := `"kms:EncryptionContext:app":"billing"`; !strings.Contains(policy, want) {
		t.Errorf("the policy has no %s: %s", want, policy)
	}
}

func TestCheckWritesNothing(t *testing.T) {
	tools.Require(t, tools.Node)
	binary, err := rootApp()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "environments.yaml"), shipped(t))
	r := runCommand(t, folder, exec.Command(binary, "--check"))
	if r.exitCode != 0 || !strings.HasSuffix(r.stdout, "\nAll is accepted; nothing was written.\n") || strings.Contains(r.stdout, "terraform -chdir") {
		t.Errorf("status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

// What is chosen is made as it is among all.
func TestOneEnvironmentInAFolderOfItsOwn(t *testing.T) {
	all := synthesizedOnce(t)
	binary, err := rootApp()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "platform.yaml"), shipped(t))
	r := runCommand(t, folder, exec.Command(binary, "--file", "platform.yaml", "--environment", "stg", "--out", "made/here"))
	if r.exitCode != 0 || !strings.Contains(r.stdout, "terraform -chdir=made/here/stacks/stg init") {
		t.Fatalf("status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
	entries, err := os.ReadDir(filepath.Join(folder, "made", "here", "stacks"))
	if err != nil || len(entries) != 1 {
		t.Fatalf("the stacks are %v, %v", entries, err)
	}
	if readFile(t, filepath.Join(folder, "made", "here", "stacks", "stg", "cdk.tf.json")) != readFile(t, all.stack("stg")) {
		t.Error("the stack differs from that which is made with all others")
	}
}

// What an app of one's own adds to the stacks is in them, and examined with them.
func TestAppsExtendTheStacks(t *testing.T) {
	tools.Require(t, tools.Node)
	binary, err := build("./test/programs/extendedapp")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(filepath.Dir(binary))
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "environments.yaml"), shipped(t))

	for env, want := range map[string]string{
		"REFUSED=prod":     "environment prod: no bucket may be here\n",
		"UNENCRYPTED=prod": "error: aws_s3_bucket.uploads (prod/uploads): ",
	} {
		r := runProgram(t, folder, binary, env)
		if r.exitCode != 1 || !strings.HasPrefix(r.stderr, want) {
			t.Errorf("%s: status %d:\n%s", env, r.exitCode, r.stderr)
		}
		if _, err := os.Stat(filepath.Join(folder, "cdktf.out")); !os.IsNotExist(err) {
			t.Errorf("%s: something was written", env)
		}
	}

	r := runProgram(t, folder, binary)
	if r.exitCode != 0 {
		t.Fatalf("status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
	for _, environment := range environmentNames {
		stack := readFile(t, r.stack(environment))
		for _, part := range []string{`"acme-` + environment + `-uploads"`, `:role/terraform"`} {
			if !strings.Contains(stack, part) {
				t.Errorf("the stack of %s has no %s", environment, part)
			}
		}
	}
}

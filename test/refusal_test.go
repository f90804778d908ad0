package test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// requireRefusal checks that the root app ended as it does for a person: status
// 1, just this message, nothing written and no trace of a crash.
func requireRefusal(t *testing.T, r run, want string) {
	t.Helper()
	if r.exitCode != 1 {
		t.Errorf("status %d, want 1", r.exitCode)
	}
	if r.stderr != want {
		t.Errorf("standard error is\n%s\nwant\n%s", r.stderr, want)
	}
	if r.stdout != "" {
		t.Errorf("standard output is not empty:\n%s", r.stdout)
	}
	if _, err := os.Stat(filepath.Join(r.folder, "cdktf.out")); err == nil {
		t.Errorf("cdktf.out was created")
	}
}

func TestRefusedConfigurationNamesEveryProblemInTheFile(t *testing.T) {
	r := runRootApp(t, `services: [svc-embed]
environments:
  dev:
    account_id: "222222222222"
    region: us-east-1
    deletion_window_days: 5
    lambda_role_arns:
      - arn:aws:iam::222222222222:role/LambdaETLRole
      - arn:aws:iam::123456789012:role/LambdaETLRole
    administrator_role_arns: [arn:aws:iam::222222222222:role/LambdaETLRole]
    backend:
      local: {path: state/dev.tfstate}
  prod:
    account_id: "123456789012"
    region: us-east-1
    enable_key_rotation: false
    logs_bucket_arn: arn:aws:s3:::nc-dp-logs-central
    backend:
      local: {path: state/prod.tfstate}
`)
	requireRefusal(t, r, `environments.yaml:9: environments.dev.lambda_role_arns[1] is "arn:aws:iam::123456789012:role/LambdaETLRole": is of account 123456789012; must be of 222222222222, which is account_id; other accounts are for shared_with
environments.yaml:10: environments.dev.administrator_role_arns[0] is "arn:aws:iam::222222222222:role/LambdaETLRole": is in lambda_role_arns[0] too; administrators manage the keys and are denied every use, so a role must not be both
environments.yaml:6: environments.dev.deletion_window_days is 5: must be from 7 to 30
environments.yaml:17: environments.prod.logs_bucket_arn is "arn:aws:s3:::nc-dp-logs-central": needs logs_account_id, the account that archives into the bucket
environments.yaml:16: environments.prod.enable_key_rotation is false: must be true in production, which the name "prod" says this is; set production to false if it is not
`)
}

// The audit's queue is the one resource of the root app without a key of its
// own; an environment that excepts something else is told of what it excepts.
func TestGuardReportsAnExceptionThatMatchesNothing(t *testing.T) {
	r := runRootApp(t, `environments:
  dev:
    account_id: "222222222222"
    region: us-east-1
    guard:
      exceptions:
        - {resource: aws_sqs_queue.jobs, reason: holds no data}
    backend:
      local: {path: state/dev.tfstate}
`)
	if r.exitCode != 0 || !strings.Contains(r.stdout, "stale-exception") || !strings.Contains(r.stdout, "aws_sqs_queue.jobs") {
		t.Errorf("status %d:\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
}

func TestUnreadableEnvironmentsFile(t *testing.T) {
	r := runRootAppIn(t, t.TempDir())
	requireRefusal(t, r, "cannot read the environments: open environments.yaml: no such file or directory in "+r.folder+"\n")
}

func TestMisspeltEnvironmentsFile(t *testing.T) {
	r := runRootApp(t, "environments:\n  dev:\n    account_id: 98765432109\n    regoin: us-east-1\n")
	if r.exitCode != 1 || !strings.Contains(r.stderr, "YAML dropped its leading zero") || !strings.Contains(r.stderr, "did you mean region?") {
		t.Errorf("status %d, standard error:\n%s", r.exitCode, r.stderr)
	}
}

const advice = "install Node.js 22 or newer and put it in PATH (https://nodejs.org)\n"

func TestNodeJsIsMissing(t *testing.T) {
	r := runRootApp(t, shipped(t), "PATH="+t.TempDir())
	requireRefusal(t, r, `CDKTF needs Node.js, and there is no "node" in PATH: `+advice)
}

// fakeNode puts a program named node into a folder.
func fakeNode(t *testing.T, script string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "node"), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestNodeJsIsTooOld(t *testing.T) {
	folder := fakeNode(t, "echo v16.20.2")
	r := runRootApp(t, shipped(t), "PATH="+folder)
	requireRefusal(t, r, "CDKTF needs Node.js 20 or newer, and "+filepath.Join(folder, "node")+" is v16.20.2: "+advice)
}

func TestNodeJsDoesNotRun(t *testing.T) {
	folder := fakeNode(t, "echo 'libnode.so: cannot open' >&2; exit 127")
	r := runRootApp(t, shipped(t), "PATH="+folder)
	requireRefusal(t, r, "CDKTF needs Node.js, and "+filepath.Join(folder, "node")+" --version failed: libnode.so: cannot open: "+advice)
}

// What breaks later, inside CDKTF, ends in a message as well.
func TestFailureInsideCdktf(t *testing.T) {
	folder := fakeNode(t, `[ "$1" = --version ] && echo v22.0.0 && exit 0; exit 3`)
	r := runRootApp(t, shipped(t), "PATH="+folder)
	if r.exitCode != 1 || !strings.HasPrefix(lastLine(r.stderr), "CDKTF could not synthesize: ") || strings.Contains(r.stderr, "goroutine") {
		t.Errorf("status %d, standard error:\n%s", r.exitCode, r.stderr)
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

package tierapp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

// aQueue is a stack with one finding.
const aQueue = `{"resource": {"aws_sqs_queue": {"jobs": {"name": "jobs"}}}}`

const aFinding = ": stores messages without a customer managed key: kms_master_key_id is not set; set kms_master_key_id to the ARN of a customer managed key [no-key, Security Hub SQS.1]"

// made are environments without an audit.
func made(names ...string) []Stack {
	var made []Stack
	for _, name := range names {
		made = append(made, Stack{Environment: name, settings: environments.Environment{Name: name, Audit: environments.Audit{Enabled: new(false)}}})
	}
	return made
}

func writeFiles(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExamineRefusesWhatTheGuardsDo(t *testing.T) {
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{
		"stacks/dev/cdk.tf.json":  aQueue,
		"stacks/prod/cdk.tf.json": aQueue,
		"stacks/stg/cdk.tf.json":  aQueue,
	})
	all := made("dev", "stg", "prod")
	all[1].settings.Guard.Exceptions = []environments.GuardException{{Resource: "aws_sqs_queue.jobs", Reason: "holds ids only"}}
	err := examine(all, folder)
	want := "error: aws_sqs_queue.jobs (stack prod)" + aFinding + `
environment prod: data must be under customer managed keys: correct what is named above, or name the resource and a reason under guard.exceptions of the environment`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	for i, want := range []string{"1 findings, 0 excepted", "0 findings, 1 excepted", "1 findings, 0 excepted"} {
		if got := verdict(all[i].found); got != want {
			t.Errorf("%s: %s, want %s", all[i].Environment, got, want)
		}
	}

	all[2].settings.Guard.Enforcement = "warn"
	if err := examine(all, folder); err != nil {
		t.Errorf("with warnings only: %v", err)
	}
	if err := examine(made("absent"), folder); err == nil {
		t.Error("a stack that was not written is passed")
	}
}

func TestPublishLeavesAloneWhatElseIsThere(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	writeFiles(t, from, map[string]string{"manifest.json": "new", "stacks/dev/cdk.tf.json": "new"})
	writeFiles(t, to, map[string]string{"stacks/dev/cdk.tf.json": "old, and longer", "stacks/dev/.terraform.lock.hcl": "lock"})
	if err := publish(from, to); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, name := range []string{"manifest.json", "stacks/dev/cdk.tf.json", "stacks/dev/.terraform.lock.hcl"} {
		content, err := os.ReadFile(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = string(content)
	}
	want := map[string]string{"manifest.json": "new", "stacks/dev/cdk.tf.json": "new", "stacks/dev/.terraform.lock.hcl": "lock"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestWhatStandsInTheWayOfTheOutputIsFoundBefore(t *testing.T) {
	const (
		isFile   = " is a file: must be a folder, which the stacks are written to; move the file away, or name another folder by --out"
		isBelow  = " cannot be made, since a folder above it is a file; move the file away, or name another folder by --out"
		isFolder = " is a folder: must be a file, which is written anew; move the folder away, or name another by --out"
	)
	tests := map[string]struct {
		files  map[string]string
		outdir string
		want   []string // without the folder
	}{
		"nothing":                  {nil, "cdktf.out", nil},
		"an earlier synthesis":     {map[string]string{"cdktf.out/manifest.json": "", "cdktf.out/stacks/dev/cdk.tf.json": "", "cdktf.out/stacks/old": ""}, "cdktf.out", nil},
		"a file":                   {map[string]string{"cdktf.out": ""}, "cdktf.out", []string{"cdktf.out" + isFile}},
		"a file above":             {map[string]string{"a": ""}, "a/b/out", []string{"a/b/out" + isBelow}},
		"a file for all stacks":    {map[string]string{"out/stacks": ""}, "out", []string{"out/stacks" + isFile}},
		"files for single stacks":  {map[string]string{"out/stacks/dev": "", "out/stacks/prod": ""}, "out", []string{"out/stacks/dev" + isFile, "out/stacks/prod" + isFile}},
		"folders instead of files": {map[string]string{"out/manifest.json/x": "", "out/stacks/dev/cdk.tf.json/x": ""}, "out", []string{"out/manifest.json" + isFolder, "out/stacks/dev/cdk.tf.json" + isFolder}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			writeFiles(t, folder, test.files)
			var got []string
			file := &environments.File{Environments: []environments.Environment{{Name: "dev"}, {Name: "prod"}}}
			if err := checkOutdir(filepath.Join(folder, test.outdir), file.Environments); err != nil {
				got = strings.Split(strings.ReplaceAll(err.Error(), folder+string(filepath.Separator), ""), "\n")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutdirIsTheCommandLines(t *testing.T) {
	t.Setenv("CDKTF_OUTDIR", "")
	if got := defaultOutdir(); got != "cdktf.out" {
		t.Errorf("without CDKTF_OUTDIR it is %s", got)
	}
	t.Setenv("CDKTF_OUTDIR", "elsewhere")
	if got := defaultOutdir(); got != "elsewhere" {
		t.Errorf("with CDKTF_OUTDIR it is %s", got)
	}
}

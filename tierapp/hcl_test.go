package tierapp

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/environments"
	"github.com/neurocipher-io/kmstier/internal/hcloutput"
)

func TestExamineReadsHcl(t *testing.T) {
	t.Setenv(hcloutput.Variable, "true")
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{
		"stacks/dev/cdk.tf":        "resource \"aws_sqs_queue\" \"jobs\" {\n  name = \"jobs\"\n}\n",
		"stacks/dev/metadata.json": `{"resource": {"aws_sqs_queue": {"jobs": {"//": {"metadata": {"path": "dev/jobs"}}}}}}`,
	})
	all := made("dev")
	if err := examine(all, folder); err != nil {
		t.Fatal(err)
	}
	if found := all[0].found.String(); !strings.Contains(found, "aws_sqs_queue.jobs (dev/jobs)") {
		t.Errorf("found %s", found)
	}
	for _, broken := range [][2]string{{"cdk.tf", "the stack dev is no HCL"}, {"metadata.json", "the metadata of the stack dev is no JSON"}} {
		file, want := broken[0], broken[1]
		writeFiles(t, folder, map[string]string{"stacks/dev/" + file: "x {"})
		if err := examine(made("dev"), folder); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with a broken %s: %v, want %q", file, err, want)
		}
	}
}

// Terraform reads JSON and HCL in one folder together, and finds everything twice.
func TestPublishLeavesNoOtherForm(t *testing.T) {
	json := map[string]string{"stacks/dev/cdk.tf.json": "{}", "manifest.json": "{}"}
	hcl := map[string]string{"stacks/dev/cdk.tf": "", "stacks/dev/metadata.json": "{}", "manifest.json": "{}"}
	outdir := t.TempDir()
	writeFiles(t, outdir, map[string]string{"stacks/dev/.terraform.lock.hcl": ""})
	for _, files := range []map[string]string{json, hcl, json} {
		staging := t.TempDir()
		writeFiles(t, staging, files)
		if err := publish(staging, outdir); err != nil {
			t.Fatal(err)
		}
		want := []string{".terraform.lock.hcl"}
		for name := range files {
			if filepath.Dir(name) == "stacks/dev" {
				want = append(want, filepath.Base(name))
			}
		}
		slices.Sort(want)
		entries, err := os.ReadDir(filepath.Join(outdir, "stacks", "dev"))
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, entry := range entries {
			found = append(found, entry.Name())
		}
		if !slices.Equal(found, want) {
			t.Errorf("there is %v, want %v", found, want)
		}
	}
}

func TestCheckForm(t *testing.T) {
	for _, value := range []string{"", "true", "false"} {
		t.Setenv(hcloutput.Variable, value)
		if err := checkForm(); err != nil {
			t.Errorf("%q: %v", value, err)
		}
	}
	t.Setenv(hcloutput.Variable, "1")
	if err := checkForm(); err == nil || err.Error() != `SYNTH_HCL_OUTPUT is "1": must be "true" or "false", which the CDKTF command line sets; or unset it` {
		t.Errorf("got %v", err)
	}
}

func TestCheckOutdirKnowsTheFilesOfHcl(t *testing.T) {
	t.Setenv(hcloutput.Variable, "true")
	outdir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(outdir, "stacks", "dev", "cdk.tf"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := checkOutdir(outdir, []environments.Environment{{Name: "dev"}}); err == nil || !strings.Contains(err.Error(), "cdk.tf is a folder") {
		t.Errorf("got %v", err)
	}
}

package cmkguard_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
	"github.com/neurocipher-io/kmstier/internal/hcloutput"
)

// In an app that CDKTF asks for HCL, the guard reads HCL. CDKTF learns of it when its
// process starts, so the test runs in a process of its own.
func TestTheGuardReadsHcl(t *testing.T) {
	if !hcloutput.IsWanted() {
		again := exec.Command(os.Args[0], "-test.run", "^TestTheGuardReadsHcl$", "-test.v")
		again.Env = append(os.Environ(), hcloutput.Variable+"=true")
		out, err := again.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS: TestTheGuardReadsHcl") {
			t.Fatalf("in HCL: %v\n%s", err, out)
		}
		return
	}
	app, folder := newApp(t)
	stack := newStack(app, "prod")
	config := cmkguard.Config{Environment: "prod", Exceptions: []cmkguard.Exception{{Resource: "prod/scratch", Reason: "holds nothing"}}}
	guard := newGuard(t, app, config)
	jobs := newQueue(stack, "jobs", nil)
	newQueue(stack, "scratch", nil)
	written := func() []string {
		files, err := filepath.Glob(filepath.Join(folder, "stacks", "prod", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for i, file := range files {
			files[i] = filepath.Base(file)
		}
		return files
	}

	if failure := synthesize(app); !strings.Contains(failure, "aws_sqs_queue.jobs (prod/jobs)") || strings.Contains(failure, "scratch") {
		t.Errorf("the failure is %q", failure)
	}
	if files := written(); len(files) > 0 {
		t.Errorf("after a refusal there is %v", files)
	}
	before, err := guard.Examine()
	if err != nil || before.String() != guard.Result().String() || len(before.Excepted) != 1 {
		t.Errorf("before synthesis: %v, %v\nof what was written: %v", before, err, guard.Result())
	}

	jobs.SetKmsMasterKeyId(newKey(stack, "key").Arn())
	if failure := synthesize(app); failure != "" || len(guard.Result().Findings) != 0 || guard.Result().Resources != 3 {
		t.Errorf("synthesis ends with %q and %v", failure, guard.Result())
	}
	if files := written(); !slices.Equal(files, []string{"cdk.tf", "metadata.json"}) {
		t.Errorf("there is %v, want HCL", files)
	}
}

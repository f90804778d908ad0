package test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// The command cmkguard lets the stacks of the root app pass with
// the file of exceptions that is shipped, and says what it lets pass. Another queue
// without a key does not pass.
func TestTheCommandPassesWhatTheAppMakes(t *testing.T) {
	tools.Require(t, tools.Node)
	command, err := build("./cmd/cmkguard")
	if err != nil {
		t.Fatal(err)
	}
	exceptions, err := filepath.Abs(filepath.Join(repository, "cmkguard.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	environments, err := os.ReadFile(filepath.Join(repository, "environments.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	stacks := runRootApp(t, string(environments)).folder
	guard := func(arguments ...string) (status int, excepted, findings []string) {
		t.Helper()
		run := exec.Command(command, append(arguments, "--format", "json", filepath.Join(stacks, "cdktf.out"))...)
		out, err := run.Output()
		if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
			t.Fatal(err)
		}
		var report struct {
			Findings []struct{ Rule, Address string }
			Excepted []struct{ Address, Reason string }
		}
		if err := json.Unmarshal(out, &report); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for _, one := range report.Excepted {
			excepted = append(excepted, one.Address+": "+one.Reason)
		}
		for _, one := range report.Findings {
			findings = append(findings, one.Rule+" "+one.Address)
		}
		return run.ProcessState.ExitCode(), excepted, findings
	}
	isQueue := func(text string) bool { return strings.Contains(text, "aws_sqs_queue.audit_undelivered_") }

	status, _, found := guard()
	if status != 3 || len(found) != 3 || !slices.ContainsFunc(found, isQueue) {
		t.Errorf("without the file: status %d, %q; want that the queue of each environment is found", status, found)
	}
	status, excepted, found := guard("--exceptions", exceptions)
	if status != 0 || len(found) != 0 || len(excepted) != 3 {
		t.Errorf("with the file: status %d, found %q, excepted %q", status, found, excepted)
	}
	for _, one := range excepted {
		if !isQueue(one) || !strings.Contains(one, "must outlive the alerts key") {
			t.Errorf("excepted is %s", one)
		}
	}

	own := filepath.Join(stacks, "cdktf.out", "stacks", "dev", "own.tf.json")
	writeFile(t, own, `{"resource": {"aws_sqs_queue": {"undelivered": {}}}}`)
	if status, _, found := guard("--exceptions", exceptions); status != 3 || !slices.Equal(found, []string{"no-key aws_sqs_queue.undelivered"}) {
		t.Errorf("with a queue of one's own: status %d, %q", status, found)
	}
}

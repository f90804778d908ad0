package test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

var sid = regexp.MustCompile(`\b(Allow|Deny|Enable)[A-Z]\w+`)

// The commands say the same of a plan and of the stack that it was made of, whichever
// program made it: Terraform and OpenTofu name the provider by different registries.
func TestCommandsReadPlansAsStacks(t *testing.T) {
	tools.Require(t, tools.Terraform, tools.AWSProvider)
	stack := synthesizedOnce(t).stack("dev")
	plan := filepath.Join(t.TempDir(), "plan.json")
	content := terraform.New(t, stack, terraform.Options{Offline: true}).PlanJSON()
	writeFile(t, plan, string(content))
	exceptions, err := filepath.Abs(filepath.Join(repository, "cmkguard.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	output := func(name string, arguments ...string) string {
		t.Helper()
		command, err := build("./cmd/" + name)
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(command, arguments...).Output()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, out)
		}
		return string(out)
	}

	type guarded struct {
		Findings, Excepted []struct{ Rule, Address string }
	}
	guard := func(file string) (found guarded) {
		t.Helper()
		if err := json.Unmarshal([]byte(output("cmkguard", "--exceptions", exceptions, "--format", "json", file)), &found); err != nil {
			t.Fatal(err)
		}
		return found
	}
	var sids [][]string
	for _, file := range []string{stack, plan} {
		found := guard(file)
		if len(found.Findings) > 0 || len(found.Excepted) != 1 || !strings.HasPrefix(found.Excepted[0].Address, "aws_sqs_queue.audit_undelivered_") {
			t.Errorf("cmkguard finds in %s %v", filepath.Base(file), found)
		}
		named := sid.FindAllString(output("kmsaccess", file), -1)
		slices.Sort(named)
		sids = append(sids, slices.Compact(named))
	}
	if diff := cmp.Diff(sids[0], sids[1]); diff != "" || len(sids[0]) < 10 {
		t.Errorf("kmsaccess names %d statements of the stack, and of the plan (-stack +plan):\n%s", len(sids[0]), diff)
	}
	if !strings.Contains(string(content), "/hashicorp/aws") {
		t.Error("the plan names no provider")
	}
}

package test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// The example of keys has one of every kind that the provider of the bindings makes,
// with the guard on: nothing is found, and what is applied stays as it is.
func TestKeysExampleApplies(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	r := runExample(t, "keys")
	for _, word := range []string{"[Warning", "[Error", "no-key", "unread"} {
		if strings.Contains(r.stdout+r.stderr, word) {
			t.Errorf("something was found:\n%s%s", r.stdout, r.stderr)
		}
	}
	if manifest := readFile(t, filepath.Join(filepath.Dir(r.stack("dev")), "..", "..", "manifest.json")); strings.Contains(manifest, "advice:") {
		t.Errorf("there is advice: %s", manifest)
	}
	var stack struct{ Resource map[string]map[string]any }
	if err := json.Unmarshal([]byte(readFile(t, r.stack("dev"))), &stack); err != nil {
		t.Fatal(err)
	}
	usages := map[any]bool{}
	for _, key := range stack.Resource["aws_kms_key"] {
		usages[key.(map[string]any)["key_usage"]] = true
	}
	for _, usage := range []any{nil, "ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"} {
		if !usages[usage] {
			t.Errorf("there is no key of usage %v", usage)
		}
	}
	cloud := emulator.Start(t, "222222222222")
	workspace := terraform.New(t, r.stack("dev"), terraform.Options{Env: cloud.Env()})
	workspace.Apply()
	workspace.RequireEmptyPlan()
}

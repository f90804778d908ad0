package terraform

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tier = "testdata/tier.tf.json"

// edited returns the fixture with one text put in the place of another.
func edited(t *testing.T, old, new string) []byte {
	t.Helper()
	content, err := os.ReadFile(tier)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content, []byte(old)) {
		t.Fatalf("expected %q in %s", old, tier)
	}
	return bytes.Replace(content, []byte(old), []byte(new), 1)
}

func TestOfflinePlanRendersTheKeyPolicy(t *testing.T) {
	w := New(t, tier, Options{Offline: true})
	plan := w.Plan()

	policy, err := KeyPolicy(plan, "data")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Statement []struct{ Sid string }
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		t.Fatalf("expected a policy in JSON, found %q: %v", policy, err)
	}
	if len(document.Statement) != 2 || document.Statement[1].Sid != "AllowCloudWatchLogs" {
		t.Errorf("expected two statements, the last AllowCloudWatchLogs, found %s", policy)
	}
	for _, name := range []string{"aws_kms_key.data", "alias/nc-dp-data-prod"} {
		if other, err := KeyPolicy(plan, name); err != nil || other != policy {
			t.Errorf("by %q: expected the same policy, found %q, %v", name, other, err)
		}
	}
	if _, err := KeyPolicy(plan, "logs"); err == nil || !strings.Contains(err.Error(), "alias/nc-dp-data-prod") {
		t.Errorf("for a key that is not there: expected an error that lists the keys, found %v", err)
	}

	want := []string{
		"aws_kms_alias.data: create",
		"aws_kms_grant.security: create",
		"aws_kms_key.data: create",
		"output aliases: create",
		"output data_key_arn: create",
	}
	if got := Changes(plan); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("changes: expected\n%s\nfound\n%s", list(want), list(got))
	}
}

func TestConfigurationIsCopiedUnmodified(t *testing.T) {
	w := New(t, tier, Options{})
	content, err := os.ReadFile(filepath.Join(w.Folder(), "cdk.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	if want := edited(t, "", ""); !bytes.Equal(content, want) {
		t.Errorf("expected the fixture byte for byte, found\n%s", content)
	}
}

func TestLaterWorkspacesShareInit(t *testing.T) {
	New(t, tier, Options{}).Init()
	w := New(t, edited(t, "Data key of prod", "The same providers, another key"), Options{})

	runner := w.terraform
	w.terraform = nil // running terraform init would panic
	w.Init()
	w.terraform = runner
	if found := w.Validate(); len(found) != 0 {
		t.Errorf("expected a valid configuration, found %v", found)
	}
}

func TestValidateReportsWhatIsWrong(t *testing.T) {
	w := New(t, edited(t, `"enable_key_rotation"`, `"enable_rotation"`), Options{})
	found := w.Validate()
	if len(found) != 1 || !found[0].IsError() {
		t.Fatalf("expected one error, found %v", found)
	}
	for _, part := range []string{"error: ", "enable_rotation", "cdk.tf.json"} {
		if !strings.Contains(found[0].String(), part) {
			t.Errorf("expected %q in the diagnostic, found %q", part, found[0])
		}
	}
}

func TestRefusalsCarryTerraformsMessage(t *testing.T) {
	w := New(t, edited(t, `"deletion_window_in_days": 30`, `"deletion_window_in_days": 3`), Options{Offline: true})
	_, err := w.TryPlan()
	if err == nil {
		t.Fatal("expected the plan to be refused for a deletion window of 3 days")
	}
	for _, part := range []string{"terraform plan", "deletion_window_in_days", "(7 - 30)"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("expected %q in the error, found %v", part, err)
		}
	}
}

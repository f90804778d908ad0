package kmstier_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

func TestUsePolicyDocumentsNameTheKey(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	document, err := tier.DataKey().UsePolicyDocument(stack, "embed-kms", kmstier.OneService("svc-embed"))
	if err != nil {
		t.Fatal(err)
	}
	// It holds for roles that are granted the use later.
	if err := tier.DataKey().GrantEncryptDecrypt(*newRole(stack, "embed").Arn(), "svc-embed"); err != nil {
		t.Fatal(err)
	}
	read, _ := synthesize(t, stack)
	_, policy := one(t, read.Data.Document, "kms_data_policy_")
	data, _ := one(t, read.Resource.Key, "kms_data_key_")
	rendered, found := read.Data.Document["embed-kms"]
	if !found || *document.Json() == "" {
		t.Fatalf("no document embed-kms among %v", read.Data.Document)
	}
	if len(rendered.Statement) != len(document.Policy().Statements) {
		t.Errorf("Policy() has %d statements, Terraform gets %d", len(document.Policy().Statements), len(rendered.Statement))
	}
	for _, got := range rendered.Statement {
		want := statementOf(t, policy, got.Sid)
		want.Principals, want.Resources = nil, []string{"${aws_kms_key." + data + ".arn}"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s differs from the key policy (-want +got):\n%s", got.Sid, diff)
		}
	}
}

func TestLogsKeyDocumentsAreForThoseWhoWriteLogs(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	document, err := tier.Key("logs").UsePolicyDocument(stack, "logs", kmstier.AnyService)
	if err != nil {
		t.Fatal(err)
	}
	statements := document.Policy().Statements
	if len(statements) != 1 || statements[0].Sid != "AllowApplicationLogsThroughS3" {
		t.Errorf("got %v", statements)
	}
	// Nobody can change the document through what it hands out.
	statements[0].Actions[0] = "kms:*"
	if document.Policy().Statements[0].Actions[0] == "kms:*" {
		t.Error("the document changed")
	}
}

func TestRefusedDocumentsLeaveNothingBehind(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	before := children(stack)
	_, err := tier.LogsKey().UsePolicyDocument(stack, "kms", kmstier.Deployer)
	wantRefusal(t, err, `UsePolicyDocument "kms" of the logs key was refused, 2 problems:
  id is "kms": is the id of another construct in the same scope; must be unique there
  consumer is "deployer": may do nothing with the logs key`)
	_, err = kmstier.NewBoundaryPolicyDocument(stack, "pb", devConfig(), kmstier.LogsAccount)
	wantRefusal(t, err, `NewBoundaryPolicyDocument "pb" was refused, 1 problem:
  consumers[0] is "logs account": is of another account; a boundary of this account does not limit its roles`)
	if _, err = kmstier.NewBoundaryPolicyDocument(stack, "p b", devConfig(), kmstier.AnyService); err == nil {
		t.Error("a bad id was not refused")
	}
	if _, err = kmstier.NewBoundaryPolicyDocument(stack, "pb", nil, kmstier.AnyService); err == nil {
		t.Error("no configuration was not refused")
	}
	if diff := cmp.Diff(before, children(stack)); diff != "" {
		t.Errorf("children of the stack (-want +got):\n%s", diff)
	}
}

// A boundary comes before the tier, and depends on none of its keys.
func TestBoundaryDocumentsDependOnNoKey(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	known, err := kmstier.NewBoundaryPolicyDocument(stack, "pb-etl", config, kmstier.AnyService)
	if err != nil {
		t.Fatal(err)
	}
	open := &kmstier.KmsTierConfig{Environment: "stg"}
	if _, err := kmstier.NewBoundaryPolicyDocument(stack, "pb-open", open, kmstier.AnyService); err != nil {
		t.Fatal(err)
	}
	newTier(t, stack, "kms", config)
	read, _ := synthesize(t, stack)
	_, document := one(t, read.Data.Document, "pb-etl_")
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "aws_kms_key") {
		t.Errorf("the boundary depends on a key: %s", text)
	}
	use := statementOf(t, document, "AllowDataKey")
	if diff := cmp.Diff([]string{"arn:aws:kms:us-east-1:123456789012:key/*"}, use.Resources); diff != "" || len(use.Principals) > 0 {
		t.Errorf("principals %v, resources (-want +got):\n%s", use.Principals, diff)
	}
	want, err := config.BoundaryPolicy(kmstier.AnyService)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, known.Policy()); diff != "" {
		t.Errorf("Policy() and BoundaryPolicy differ (-want +got):\n%s", diff)
	}
	// What the configuration leaves open is looked up.
	_, document = one(t, read.Data.Document, "pb-open_")
	for _, part := range []string{"data.aws_partition.", "data.aws_region.", "data.aws_caller_identity."} {
		if resource := statementOf(t, document, "AllowDataKey").Resources[0]; !strings.Contains(resource, part) {
			t.Errorf("%s does not come from %s", resource, part)
		}
	}
}

// A role that was granted the use late is asked about, and none before.
func TestBoundariesAreCheckedWithLateGrants(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	boundary := []byte(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": "kms:Decrypt", "Resource": "*"}}`)
	roles := func() []string {
		t.Helper()
		report, err := tier.CheckBoundary(boundary, kmstier.OneService("svc-embed"))
		if err != nil || len(report.Blocked) == 0 {
			t.Fatalf("%v, %v", report, err)
		}
		return report.Blocked[0].Roles
	}
	if diff := cmp.Diff([]string{"arn:aws:iam::123456789012:role/kmstier-consumer"}, roles()); diff != "" {
		t.Errorf("without roles (-want +got):\n%s", diff)
	}
	token := *newRole(stack, "embed").Arn()
	if err := tier.DataKey().GrantEncryptDecrypt(token, "svc-embed"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{token}, roles()); diff != "" {
		t.Errorf("with a granted role (-want +got):\n%s", diff)
	}
}

package test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// The ids that stand in the example of adopting for those of its reader.
const (
	exampleDataKey   = "11111111-1111-4111-8111-111111111111"
	exampleGrant     = "2222222222222222222222222222222222222222222222222222222222222222"
	exampleLogsKey   = "33333333-3333-4333-8333-333333333333"
	exampleSchemaKey = "44444444-4444-4444-8444-444444444444"
)

// Keys made by plain HCL become those of the example's tier. The plan imports them and
// changes what the tier says otherwise, in place; keys, alias and grant stay the same,
// and after it there is nothing more to change.
func TestKeysThatExistAreAdopted(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	tools.Require(t, tools.Terraform, tools.AWSProvider, tools.Emulator)
	r, inHcl := runExample(t, "adopting"), runExample(t, "adopting", asHcl)
	cloud := emulator.Start(t, "222222222222")
	options := terraform.Options{Env: cloud.Env()}
	before := terraform.New(t, "testdata/adopting/before.tf.json", options)
	before.Apply()
	ids := before.Outputs()
	// adopted is the example with other keys than its own.
	adoptedBy := func(stack, data, logs, schema string) string {
		return strings.NewReplacer(exampleDataKey, data, exampleGrant, ids["grant"], exampleLogsKey, logs, exampleSchemaKey, schema).Replace(readFile(t, stack))
	}
	adopted := func(data, logs, schema string) string { return adoptedBy(r.stack("dev"), data, logs, schema) }
	adopting := func(data, logs, schema string) *terraform.Workspace {
		return terraform.New(t, []byte(adopted(data, logs, schema)), options)
	}

	for name, c := range map[string]struct{ data, logs, schema, want string }{
		"another spec":      {ids["data"], ids["logs"], ids["rsa"], "the schema key: it is RSA_3072, SIGN_VERIFY, and must be ECC_NIST_P256, SIGN_VERIFY"},
		"another usage":     {ids["data"], ids["schema"], ids["schema"], "the logs key: it is ECC_NIST_P256, SIGN_VERIFY, and must be SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT"},
		"imported material": {ids["data"], ids["imported"], ids["schema"], "the logs key: it is of the origin EXTERNAL, and must be of AWS_KMS"},
		"another alias":     {ids["logs"], ids["data"], ids["schema"], "The alias alias/nc-dp-data-dev is that of the key " + ids["data"] + ", and must be that of " + ids["logs"]},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := adopting(c.data, c.logs, c.schema).TryPlan(); !says(err, c.want) {
				t.Errorf("got %v, want an error that says %q", err, c.want)
			}
		})
	}

	workspace := adopting(ids["data"], ids["logs"], ids["schema"])
	plan := workspace.Plan()
	imported := map[string]int{}
	for _, change := range plan.ResourceChanges {
		if change.Change.Importing != nil {
			imported[change.Type]++
		}
		if change.Change.Actions.Replace() || change.Change.Actions.Delete() {
			t.Errorf("%s is destroyed", change.Address)
		}
	}
	if diff := cmp.Diff(map[string]int{"aws_kms_key": 3, "aws_kms_alias": 1, "aws_kms_grant": 1}, imported); diff != "" {
		t.Errorf("imports (-want +got):\n%s", diff)
	}
	// The window and the flag are of Terraform alone: KMS keeps neither.
	meant := regexp.MustCompile(`^(aws_kms_key\.kms_(data|logs|schema)_key_\w+: update: (policy|description|tags|tags_all|enable_key_rotation|rotation_period_in_days|deletion_window_in_days|bypass_policy_lockout_safety_check)\b.*|aws_kms_alias\.kms_(logs|schema)_alias_\w+: create|output \w+: create)$`)
	for _, change := range terraform.Changes(plan) {
		if !meant.MatchString(change) {
			t.Errorf("the plan has a change that was not meant: %s", change)
		}
	}
	workspace.Apply()
	workspace.RequireEmptyPlan()
	for _, purpose := range []string{"data", "logs", "schema"} {
		if got := workspace.Outputs()[purpose+"_key_id"]; got != ids[purpose] {
			t.Errorf("the %s key is %s, want %s", purpose, got, ids[purpose])
		}
	}

	requireNoChangeInHcl(t, workspace, adoptedBy(inHcl.hclStack("dev"), ids["data"], ids["logs"], ids["schema"]), options)

	// What Terraform has is not exchanged for another, and not destroyed outside of
	// production either. HCL says so, too.
	for _, stack := range []string{r.stack("dev"), inHcl.hclStack("dev")} {
		workspace.Configure([]byte(adoptedBy(stack, ids["logs"], ids["logs"], ids["schema"])), options)
		if _, err := workspace.TryPlan(); !says(err, "The data key is "+ids["data"]+" in Terraform's state already, so "+ids["logs"]+" is not adopted") {
			t.Errorf("adopting another key where there is one, by %s, gave %v", stack, err)
		}
	}
	if err := workspace.TryDestroy(); !refusesDestruction(err) {
		t.Errorf("destroying adopted keys gave %v", err)
	}
}

// says reports whether an error of Terraform has the words, wherever it breaks lines.
func says(err error, words string) bool {
	return err != nil && strings.Contains(strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ").Replace(err.Error())), " "), words)
}

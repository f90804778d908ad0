package cmkguard_test

import (
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
)

const administeredOnly = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["kms:PutKeyPolicy","kms:DescribeKey"],"Resource":"*"},` + ofTier + `]}`

// ofTier are statements by which the policy of a KmsTier is known.
const ofTier = `{"Sid":"DenyEarlyKeyDeletion","Effect":"Deny","Principal":"*","Action":"kms:ScheduleKeyDeletion","Resource":"*","Condition":{"NumericLessThan":{"kms:ScheduleKeyDeletionPendingWindowInDays":"30"}}},` +
	`{"Sid":"DenyPolicyLockoutBypass","Effect":"Deny","Principal":"*","Action":"kms:PutKeyPolicy","Resource":"*","Condition":{"Bool":{"kms:BypassPolicyLockoutSafetyCheck":"true"}}}`

// A queue under a key whose policy lets nobody use it through SQS is an error in
// production, a warning elsewhere, and may be excepted like all else.
func TestAKeyThatDoesNotServe(t *testing.T) {
	for name, c := range map[string]struct {
		config cmkguard.Config
		want   []string
	}{
		"production": {cmkguard.Config{Environment: "prod"}, []string{"error key-does-not-serve s/aws_sqs_queue.jobs kms_master_key_id"}},
		"elsewhere":  {cmkguard.Config{Environment: "dev"}, []string{"warning key-does-not-serve s/aws_sqs_queue.jobs kms_master_key_id"}},
		"excepted": {cmkguard.Config{Environment: "prod", Exceptions: []cmkguard.Exception{
			{Resource: "aws_sqs_queue.jobs", Rule: string(cmkguard.KeyDoesNotServe), Reason: "its key is opened next week"}}}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			app, _ := newApp(t)
			stack := newStack(app, "s")
			key := kmskey.NewKmsKey(stack, jsii.String("key"), &kmskey.KmsKeyConfig{Policy: jsii.String(administeredOnly)})
			newQueue(stack, "jobs", key.Arn())
			guard := newGuard(t, app, c.config)
			before, err := guard.Examine()
			if err != nil {
				t.Fatal(err)
			}
			diff(t, "before synthesis", c.want, summary(before.Findings))
			failure := synthesize(app)
			if refused := strings.Contains(failure, "whose policy does not serve SQS"); refused != (name == "production") {
				t.Errorf("the synthesis ends with %q", failure)
			}
			diff(t, "at synthesis", c.want, summary(guard.Result().Findings))
		})
	}
}

// What is under a key of another stack is held against the policy there.
func TestAKeyOfAnotherStackDoesNotServe(t *testing.T) {
	app, _ := newApp(t)
	keys, queues := newStack(app, "keys"), newStack(app, "queues")
	key := kmskey.NewKmsKey(keys, jsii.String("key"), &kmskey.KmsKeyConfig{Policy: jsii.String(administeredOnly)})
	newQueue(queues, "jobs", key.Arn())
	guard := newGuard(t, app, cmkguard.Config{Environment: "dev"})
	if failure := synthesize(app); failure != "" {
		t.Fatal(failure)
	}
	diff(t, "findings", []string{"warning key-does-not-serve queues/aws_sqs_queue.jobs kms_master_key_id"}, summary(guard.Result().Findings))
}

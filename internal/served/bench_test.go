package served_test

import (
	"fmt"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/served"
	"github.com/neurocipher-io/kmstier/internal/statements"
)

// BenchmarkAdd compares thousands of queues with their key, beside what it takes to
// find them: whatever they are called, the policy is asked a few times only.
func BenchmarkAdd(b *testing.B) {
	const count = 2000
	policy := policyOf(statements.EnableIamUserPermissions(location), serving(statements.Serve("Sqs", "orders-*", "mail")), serving(statements.Serve("S3", "b")))
	for naming, name := range map[string]string{"named": "orders-%d", "not served": "payroll-%d", "not named": "", "by a variable": "orders-${var.x}-%d"} {
		queues := object{}
		for i := range count {
			queue := object{"kms_master_key_id": "${aws_kms_key.data.arn}"}
			if name != "" {
				queue["name"] = fmt.Sprintf(name, i)
			}
			queues[fmt.Sprintf("q%d", i)] = queue
		}
		content := encoded(object{"resource": object{"aws_kms_key": object{"data": object{"policy": policy}}, "aws_sqs_queue": queues},
			"provider": object{"aws": []any{object{"region": "us-east-1", "allowed_account_ids": []any{account}}}}})
		input, err := cmk.Read("file", content)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(naming+"/examine", func(b *testing.B) {
			for b.Loop() {
				cmk.Examine(input.Stacks, input.Stacks, nil, nil)
			}
		})
		b.Run(naming+"/serve", func(b *testing.B) {
			found := cmk.Examine(input.Stacks, input.Stacks, nil, nil)
			for b.Loop() {
				again := found
				served.AddOf(&again, input.Stacks)
			}
		})
	}
}

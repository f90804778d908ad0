package analysis

import (
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tierpolicies"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// through are the conditions of requests through a service, with one pair as their
// encryption context.
func through(service, pair, value string) []keypolicy.Condition {
	return []keypolicy.Condition{
		{Operator: "StringEquals", Key: "kms:ViaService", Values: []string{service + ".us-east-1.amazonaws.com"}},
		{Operator: "ForAllValues:StringEquals", Key: "kms:EncryptionContextKeys", Values: []string{pair}},
		{Operator: "ArnLike", Key: "kms:EncryptionContext:" + pair, Values: []string{value}},
	}
}

func BenchmarkInquiry(b *testing.B) {
	for name, policy := range tierpolicies.All(b) {
		key := Key{Address: "key", Arn: tierpolicies.Key, Policy: policy}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Inquire(key); err != nil {
					b.Fatal(err)
				}
			}
		})
		for bucket, arn := range map[string]string{"served": "arn:aws:s3:::nc-dp-prod-*", "not served": "arn:aws:s3:::payroll"} {
			b.Run(name+"/"+bucket, func(b *testing.B) {
				for b.Loop() {
					inquiry, err := Inquire(key)
					if err != nil {
						b.Fatal(err)
					}
					callers, err := inquiry.Callers(Requests{Action: "kms:Decrypt", When: through("s3", "aws:s3:arn", arn)})
					if err != nil {
						b.Fatal(err)
					}
					for caller := range callers {
						if caller.Verdict == Conditional && caller.Principal.Kind != KindRoot {
							break
						}
					}
				}
			})
		}
	}
}

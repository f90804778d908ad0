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

// A role may use what is served through S3, and nobody what is not; a Deny that takes
// it away is named, and statements that do not count allow nothing.
func TestInquiry(t *testing.T) {
	role := keypolicy.AwsPrincipal("arn:aws:iam::123456789012:role/app")
	use := keypolicy.Statement{Sid: "Use", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{role}, Actions: []string{"kms:Decrypt"},
		Conditions: through("s3", "aws:s3:arn", "arn:aws:s3:::served")}
	root := keypolicy.Statement{Sid: "Root", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::123456789012:root")}, Actions: []string{"kms:*"}}
	deny := keypolicy.Statement{Sid: "No", Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:Decrypt"}}
	ofRole := func(p Principal) bool { return p.Id == role.Id }
	for name, c := range map[string]struct {
		policy  []keypolicy.Statement
		bucket  string
		without []string
		want    Verdict
		blocks  int
	}{
		"served":          {[]keypolicy.Statement{use}, "served", nil, Conditional, 0},
		"another":         {[]keypolicy.Statement{use}, "other", nil, No, 0},
		"another, by IAM": {[]keypolicy.Statement{use, root}, "other", nil, Delegated, 0},
		"denied":          {[]keypolicy.Statement{use, deny}, "served", nil, No, 1},
		"does not count":  {[]keypolicy.Statement{use}, "served", []string{"Use"}, No, 0},
		"only IAM counts": {[]keypolicy.Statement{use, root}, "served", []string{"Use"}, Delegated, 0},
	} {
		inquiry, err := Inquire(Key{Address: "key", Arn: tierpolicies.Key, Policy: keypolicy.Document{Statements: c.policy}}, role.Id)
		if err != nil {
			t.Fatal(err)
		}
		requests := Requests{Action: "kms:Decrypt", When: through("s3", "aws:s3:arn", "arn:aws:s3:::"+c.bucket), Without: c.without}
		callers, err := inquiry.Callers(requests)
		if err != nil {
			t.Fatal(err)
		}
		var got []Verdict
		for caller := range callers {
			if ofRole(caller.Principal) {
				got = append(got, caller.Verdict)
			}
		}
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
		if blocks, err := inquiry.Blocks(requests, ofRole); err != nil || len(blocks) != c.blocks {
			t.Errorf("%s: blocked by %v, %v", name, blocks, err)
		}
		if _, err := inquiry.Callers(Requests{Action: "kms:*"}); err == nil {
			t.Error("an action with a wildcard is asked about")
		}
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

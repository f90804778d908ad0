package analysis

import (
	"fmt"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tierpolicies"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// manyRoles is a policy of that many roles and denies, about as large as KMS takes.
func manyRoles(roles, denies int) keypolicy.Document {
	var policy keypolicy.Document
	var arns []string
	for i := range roles {
		arns = append(arns, fmt.Sprintf("arn:aws:iam::123456789012:role/application-role-%04d", i))
	}
	policy.Statements = append(policy.Statements,
		keypolicy.Statement{Sid: "Root", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::123456789012:root")}, Actions: []string{"kms:*"}},
		keypolicy.Statement{Sid: "Use", Effect: keypolicy.Allow, Principals: keypolicy.AwsPrincipals(arns), Actions: []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"}},
	)
	for i := range denies {
		policy.Statements = append(policy.Statements, keypolicy.Statement{
			Sid: fmt.Sprintf("Deny%d", i), Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:Decrypt"},
			Conditions: []keypolicy.Condition{
				{Operator: "StringNotEquals", Key: fmt.Sprintf("aws:PrincipalTag/t%d", i), Values: []string{"a"}},
				{Operator: "StringEquals", Key: fmt.Sprintf("kms:EncryptionContext:c%d", i), Values: []string{"b"}},
			},
		})
	}
	return policy
}

func BenchmarkManyRoles(b *testing.B) {
	key := Key{Address: "key", Arn: tierpolicies.Key, Policy: manyRoles(300, 60)}
	b.ReportMetric(float64(key.Policy.Size()), "bytes")
	for b.Loop() {
		if _, err := Analyze(key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTier(b *testing.B) {
	for name, policy := range tierpolicies.All(b) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Analyze(Key{Address: "key", Arn: tierpolicies.Key, Policy: policy}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/findings", func(b *testing.B) {
			for b.Loop() {
				if _, err := Findings(Key{Address: "key", Arn: tierpolicies.Key, Policy: policy}, Expectation{}, LockOut, ForeignAccount, AdministratorDataAccess, UseWithoutContext); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package analysis_test

import (
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// A grant that cannot be read is named once, by its place among all.
func TestGrantsThatCannotBeReadAreNamedOnce(t *testing.T) {
	policy, err := keypolicy.Parse([]byte(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	right := evaluation.Grant{Name: "a", GranteePrincipal: "arn:aws:iam::111122223333:role/R", Operations: []string{"Decrypt"}}
	wrong := right
	wrong.Name, wrong.Operations = "b", []string{"Decript"}
	_, err = analysis.Findings(analysis.Key{Address: "key", Arn: "arn:aws:kms:us-east-1:111122223333:key/k", Policy: policy, Grants: []evaluation.Grant{right, wrong}}, analysis.Expectation{}, analysis.LockOut)
	const want = `grant 1 (b): operation "Decript": must be an operation that a grant can give, such as "Decrypt" or "ReEncryptFrom"`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

package evaluation_test

import (
	"errors"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// What AWS does not say of whom a statement names matters where all else of it matches.
func TestMatchTellsNamingFromMatching(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/R"
	policy, err := keypolicy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny",
		"NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:root", "` + role + `", "arn:aws:sts::111122223333:assumed-role/R/x"]},
		"Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:EncryptionContext:app": "a"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := evaluation.Compile(policy)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		action, app string
		undecided   bool
	}{
		"all matches":    {"kms:Decrypt", "a", true},
		"no condition":   {"kms:Decrypt", "b", false},
		"another action": {"kms:Encrypt", "a", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			matches, err := compiled.Match(evaluation.Request{Principal: role, Action: test.action,
				Key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", EncryptionContext: map[string]string{"app": test.app}})
			if err != nil {
				t.Fatal(err)
			}
			m := matches[0]
			if !errors.Is(m.NamedUndecided, evaluation.ErrUndecided) || errors.Is(m.Undecided, evaluation.ErrUndecided) != test.undecided || m.Matched != evaluation.NoMatch {
				t.Errorf("got %+v", m)
			}
		})
	}
}

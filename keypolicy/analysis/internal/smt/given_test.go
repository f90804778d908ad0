package smt

import (
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// A solver says of a request whether it is one, and is not led to say so of another.
func TestAGivenRequestIsJudged(t *testing.T) {
	tools.Require(t, tools.Cvc5)
	const key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	policy := keypolicy.Document{Statements: []keypolicy.Statement{{
		Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:Decrypt"},
		Conditions: []keypolicy.Condition{
			{Operator: "ArnLike", Key: "aws:PrincipalArn", Values: []string{"arn:aws:iam::*:role/team-*"}},
			{Operator: "StringEquals", Key: "aws:PrincipalTag/env", Values: []string{"prod"}},
			{Operator: "StringLike", Key: "kms:EncryptionContext:app", Values: []string{"a*"}},
		},
	}}}
	translated, err := Translate(Question{Key: key, Policy: policy, Class: Class{Kind: "role", NotAccounts: []string{"111122223333"}}, Action: "kms:Decrypt", WithIam: true})
	if err != nil {
		t.Fatal(err)
	}
	right := evaluation.Request{
		Principal: "arn:aws:iam::444455556666:role/team-a", Action: "kms:Decrypt", Key: key,
		Context: map[string][]string{"aws:principaltag/ENV": {"prod"}}, EncryptionContext: map[string]string{"App": "abc"},
	}
	for name, change := range map[string]func(*evaluation.Request){
		"":                func(*evaluation.Request) {},
		"another role":    func(r *evaluation.Request) { r.Principal = "arn:aws:iam::444455556666:role/x" },
		"of the account":  func(r *evaluation.Request) { r.Principal = "arn:aws:iam::111122223333:role/team-a" },
		"another tag":     func(r *evaluation.Request) { r.Context = map[string][]string{"aws:PrincipalTag/env": {"dev"}} },
		"no tag":          func(r *evaluation.Request) { r.Context = nil },
		"another context": func(r *evaluation.Request) { r.EncryptionContext = map[string]string{"app": "b"} },
		"no context":      func(r *evaluation.Request) { r.EncryptionContext = nil },
	} {
		r := right
		change(&r)
		want := Never
		if name == "" {
			want = Allowed
		}
		if answer, err := run(Cvc5Seconds, translated.Given(r), cvc5); err != nil || answer != want {
			t.Errorf("%s: %s, %v, want %s\n%s", name, answer, err, want, translated.Given(r))
		}
	}
}

package exact

import (
	"fmt"
	"os"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// largePolicy is near KMS's limit: so many roles in one statement, and denies of
// three conditions each.
func largePolicy(roles, denies int) keypolicy.Document {
	allow := keypolicy.Statement{
		Effect: keypolicy.Allow, Actions: []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"},
		Conditions: []keypolicy.Condition{{Operator: "StringLike", Key: "kms:ViaService", Values: []string{"s3.*.amazonaws.com", "dynamodb.*.amazonaws.com"}}},
	}
	for i := range roles {
		allow.Principals = append(allow.Principals, keypolicy.AwsPrincipal(fmt.Sprintf("%sservice-%03d", roleArn, i)))
	}
	document := keypolicy.Document{Statements: []keypolicy.Statement{
		{Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::" + account + ":root")}, Actions: []string{"kms:*"}},
		allow,
	}}
	for i := range denies {
		document.Statements = append(document.Statements, keypolicy.Statement{
			Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*crypt", "kms:GenerateDataKey*"},
			Conditions: []keypolicy.Condition{
				{Operator: "StringNotLike", Key: fmt.Sprintf("kms:EncryptionContext:k%d", i%12), Values: []string{fmt.Sprintf("v%d-*", i)}},
				{Operator: "StringEquals", Key: fmt.Sprintf("aws:PrincipalTag/t%d", i%7), Values: []string{fmt.Sprintf("w%d", i)}},
			},
		})
	}
	return document
}

// report asks of everybody and every action whether it is allowed with and without
// an IAM policy, and by each Deny whether it takes anything away.
func report(tb testing.TB, document keypolicy.Document, classes []Class) (cells, unknown int) {
	e, err := New(Key{Arn: keyArn})
	if err != nil {
		tb.Fatal(err)
	}
	parts, err := e.Policy(document, evaluation.KeyPolicy)
	if err != nil {
		tb.Fatal(err)
	}
	var fail []Term
	for i, s := range document.Statements {
		if s.Effect == keypolicy.Deny {
			fail = append(fail, Term{Part: parts[i]})
		}
	}
	for _, class := range classes {
		for _, action := range aws.KeyActions.Names() {
			cells++
			cell, err := e.Cell(class, action)
			if err != nil {
				tb.Fatal(err)
			}
			for i, s := range document.Statements {
				if s.Effect == keypolicy.Deny {
					continue
				}
				for _, strength := range []evaluation.Strength{evaluation.ThroughAccount, evaluation.AsRole} {
					q := Question{Match: []Term{{Part: parts[i], AtLeast: strength}}, Fail: fail}
					if cell.Ask(q).Answer == Unknown {
						unknown++
					}
					cell.Simplify(q)
				}
			}
		}
	}
	return cells, unknown
}

func rolesOf(document keypolicy.Document) (classes []Class) {
	for _, s := range document.Statements {
		for _, p := range s.Principals {
			if form, _ := p.Form(); form.Kind == keypolicy.RoleKind {
				classes = append(classes, Class{Kind: Role, Principal: p.Id})
			}
		}
	}
	return append(classes, Class{Kind: Root, Account: account}, Class{Kind: Role, Account: account}, Class{Kind: User, Account: account}, foreignRoles)
}

// tierPolicy is the policy of a key of ours.
func tierPolicy(tb testing.TB, name string) keypolicy.Document {
	text, err := os.ReadFile("../../../../internal/testing/tierpolicies/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return parse(tb, string(text))
}

// Our own policies leave nothing unknown, and nothing that the evaluator does not
// confirm.
func TestTierPolicies(t *testing.T) {
	for _, name := range []string{"data-key.AdministerOnly.policy.json", "data-key.DelegateToIam.policy.json"} {
		document := tierPolicy(t, name)
		classes := append(rolesOf(document), anyService, foreignUsers, foreignFeds, foreignRoots, Class{Kind: Anonymous})
		if cells, unknown := report(t, document, classes); unknown > 0 || cells < 400 {
			t.Errorf("%s: %d unknown of %d cells", name, unknown, cells)
		}
	}
}

func BenchmarkDataKey(b *testing.B) {
	document := tierPolicy(b, "data-key.DelegateToIam.policy.json")
	classes := rolesOf(document)
	for b.Loop() {
		cells, _ := report(b, document, classes)
		b.ReportMetric(float64(cells), "cells")
	}
}

func BenchmarkReport(b *testing.B) {
	for _, size := range []struct{ roles, denies int }{{300, 60}, {30, 60}, {300, 6}} {
		document := largePolicy(size.roles, size.denies)
		classes := rolesOf(document)
		b.Run(fmt.Sprintf("%d roles, %d denies", size.roles, size.denies), func(b *testing.B) {
			b.ReportMetric(float64(document.Size())/1024, "KB")
			for b.Loop() {
				cells, unknown := report(b, document, classes)
				if unknown > 0 {
					b.Fatalf("%d of %d cells unknown", unknown, cells)
				}
				b.ReportMetric(float64(cells), "cells")
			}
		})
	}
}

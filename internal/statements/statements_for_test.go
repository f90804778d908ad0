package statements

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

const (
	testRole = "arn:aws:iam::111122223333:role/ExampleRole"
	testKey  = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

var offerLocation = Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: "111122223333"}

func TestOffersAreTheAllowsThatNameThePrincipal(t *testing.T) {
	const other = "arn:aws:iam::111122223333:role/Other"
	roles := Roles{Arns: []string{testRole, other}, ArnPatterns: []string{"arn:aws:iam::111122223333:role/etl-*"}}
	policy := keypolicy.Document{Statements: append(EnableIamUserPermissions(offerLocation),
		append(AllowUseThroughServices(offerLocation, MustVerb("EncryptDecrypt"), roles, Serve("Ebs")),
			append(DenyPolicyLockoutBypass(),
				keypolicy.Statement{Sid: "DenyRole", Effect: keypolicy.Deny, Principals: keypolicy.AwsPrincipals([]string{testRole}), Actions: []string{"kms:Sign"}},
				keypolicy.Statement{Sid: "AllowService", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.ServicePrincipal("sns.amazonaws.com")}, Actions: []string{"kms:Decrypt"}},
			)...)...)}
	before := policy.Clone()
	offers := For(policy, testRole)
	want := AllowUseThroughServices(offerLocation, MustVerb("EncryptDecrypt"), Roles{Arns: []string{testRole}}, Serve("Ebs"))
	if diff := cmp.Diff(want, offers); diff != "" {
		t.Errorf("offers (-want +got):\n%s", diff)
	}
	offers[0].Conditions[0].Values[0] = "spoilt"
	if diff := cmp.Diff(before, policy); diff != "" {
		t.Errorf("the policy changed with its offers:\n%s", diff)
	}
}

func TestOffersOfGrantsBindWhatCarriesAContext(t *testing.T) {
	grants := DeclaredGrants{
		Grantees: []string{testRole}, Operations: []string{"Decrypt", "DescribeKey", "GenerateDataKey"},
		EncryptionContextSubset: map[string]string{"env": "prod", "app": "a"},
	}
	principals := keypolicy.AwsPrincipals([]string{testRole})
	want := []keypolicy.Statement{
		{Sid: "Grant", Effect: keypolicy.Allow, Principals: principals, Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Conditions: []keypolicy.Condition{
			{Operator: "StringEquals", Key: "kms:EncryptionContext:app", Values: []string{"a"}},
			{Operator: "StringEquals", Key: "kms:EncryptionContext:env", Values: []string{"prod"}},
		}},
		{Sid: "GrantMetadata", Effect: keypolicy.Allow, Principals: principals, Actions: []string{"kms:DescribeKey"}},
	}
	if diff := cmp.Diff(want, grants.For("Grant", testRole)); diff != "" {
		t.Errorf("offers (-want +got):\n%s", diff)
	}
	if offers := grants.For("Grant", testRole+"2"); offers != nil {
		t.Errorf("whoever is no grantee is offered %v", offers)
	}
	grants.Operations = []string{"DescribeKey"}
	if offers := grants.For("Grant", testRole); len(offers) != 1 || len(offers[0].Conditions) != 0 {
		t.Errorf("a grant of DescribeKey alone offers %v", offers)
	}
}

func TestUsePolicyBindsEachOfferToTheKey(t *testing.T) {
	offers := AllowGrantsForAwsResources(offerLocation, Roles{Arns: []string{testRole}}, testServices...)
	policy := UsePolicy(testKey, offers)
	want := offers[0].Clone()
	want.Principals, want.Resources = nil, []string{testKey}
	if diff := cmp.Diff(keypolicy.Document{Statements: []keypolicy.Statement{want}}, policy); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	if len(offers[0].Principals) != 1 || offers[0].Resources != nil {
		t.Errorf("the offers changed: %v", offers)
	}
}

// A boundary is short: one statement for all use, and one for each kind of grant,
// whose conditions stay.
func TestBoundaryStatementsKeepTheConditionsOfGrantsAlone(t *testing.T) {
	roles := Roles{Arns: []string{testRole}}
	grants := DeclaredGrants{Grantees: []string{"arn:aws:iam::444455556666:root"}, Operations: []string{"Decrypt"}, EncryptionContextSubset: map[string]string{"app": "a"}}
	var offers []keypolicy.Statement
	for _, more := range [][]keypolicy.Statement{
		AllowUseThroughServices(offerLocation, MustVerb("EncryptDecrypt"), roles, Serve("S3", "b"), Serve("DynamoDb", "t")),
		AllowGrantsForAwsResources(offerLocation, roles, testServices...),
		AllowDeploymentThroughServices(offerLocation, roles, testServices...),
		AllowDeclaredGrants(offerLocation, roles, grants),
	} {
		offers = append(offers, more...)
	}
	got := BoundaryStatements(offerLocation, "AllowKey", map[string]string{"env": "prod", "app": "a"}, offers)
	tags := []keypolicy.Condition{
		{Operator: "StringEquals", Key: "aws:ResourceTag/app", Values: []string{"a"}},
		{Operator: "StringEquals", Key: "aws:ResourceTag/env", Values: []string{"prod"}},
	}
	keys := []string{"arn:aws:kms:us-east-1:111122223333:key/*"}
	want := []keypolicy.Statement{
		{Sid: "AllowKey", Effect: keypolicy.Allow, Resources: keys, Conditions: tags,
			Actions: []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}},
		{Sid: "AllowKeyGrants", Effect: keypolicy.Allow, Resources: keys, Actions: []string{"kms:CreateGrant"},
			Conditions: append([]keypolicy.Condition{{Operator: "Bool", Key: "kms:GrantIsForAWSResource", Values: []string{"true"}}}, tags...)},
		{Sid: "AllowKeyGrants2", Effect: keypolicy.Allow, Resources: keys, Actions: []string{"kms:CreateGrant"},
			Conditions: append([]keypolicy.Condition{
				{Operator: "StringEquals", Key: "kms:GranteePrincipal", Values: []string{"arn:aws:iam::444455556666:root"}},
				{Operator: "ForAllValues:StringEquals", Key: "kms:GrantOperations", Values: []string{"Decrypt"}},
				{Operator: "StringEquals", Key: "kms:GrantConstraintType", Values: []string{"EncryptionContextSubset"}},
				{Operator: "StringEquals", Key: "kms:EncryptionContext:app", Values: []string{"a"}},
			}, tags...)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	for _, statement := range got {
		if len(statement.Principals) > 0 || strings.ContainsAny(statement.Sid, " -_") {
			t.Errorf("%s: not for a boundary", statement.Sid)
		}
	}
}

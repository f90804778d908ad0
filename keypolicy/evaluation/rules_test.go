package evaluation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// A variable with dots before its colon is no expression of Terraform's: a Deny on
// it denies.
func TestDenyOnAVariableWithDots(t *testing.T) {
	policy := mustParse(t, `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"},
		{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
			"Condition": {"StringNotEquals": {"kms:EncryptionContext:identity": "${cognito-identity.amazonaws.com:sub}"}}}]}`)
	for identity, want := range map[string]bool{"us-east-1:1234": true, "us-east-1:5678": false, "${cognito-identity.amazonaws.com:sub}": false} {
		decision, err := Evaluate(policy, Request{Principal: testRole, Action: "kms:Decrypt", Key: testKey,
			EncryptionContext: map[string]string{"identity": identity}, Context: map[string][]string{"cognito-identity.amazonaws.com:sub": {"us-east-1:1234"}}})
		if err != nil || decision.Allowed != want {
			t.Errorf("identity %s: got %v, %v", identity, decision, err)
		}
	}
}

// TestRetireGrant has what the KMS Developer Guide says in "AWS KMS permissions",
// "Retiring and revoking grants" and "Resource control policies in AWS KMS".
func TestRetireGrant(t *testing.T) {
	const everyone, deny = `{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}`, `{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}`
	identity := mustParse(t, `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:RetireGrant", "Resource": "*"}}`)
	identityDeny := mustParse(t, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
		{"Effect": "Deny", "Action": "kms:RetireGrant", "Resource": "*", "Condition": {"StringEquals": {"kms:EncryptionContext:app": "x"}}}]}`)
	grants := []Grant{{GranteePrincipal: testRole, Operations: []string{"RetireGrant"}, EncryptionContextSubset: map[string]string{"app": "x"}}}
	controlled := [][]keypolicy.Document{{mustParse(t, `{"Version": "2012-10-17", "Statement": `+deny+`}`)}}
	tests := map[string]struct {
		policy  string
		request Request
		want    Reason
	}{
		"an Allow of the key policy":           {everyone, Request{Principal: testRole}, DeniedByIdentity},
		"a Deny of the key policy":             {deny, Request{Principal: testRole, IdentityPolicies: []keypolicy.Document{identity}}, AllowedToRetire},
		"an identity policy":                   {everyone, Request{Principal: testRole, IdentityPolicies: []keypolicy.Document{identity}}, AllowedToRetire},
		"the root user of the grant's account": {deny, Request{Principal: testRoot}, AllowedToRetire},
		"a principal of another account":       {everyone, Request{Principal: otherRole, IdentityPolicies: []keypolicy.Document{identity}}, DeniedByDefault},
		"a grant of it":                        {deny, Request{Principal: testRole, Grants: grants}, AllowedByGrant},
		"a service":                            {everyone, Request{Principal: "rds.amazonaws.com"}, DeniedByDefault},
		"a resource control policy":            {everyone, Request{Principal: testRoot, ResourceControlPolicies: controlled}, AllowedToRetire},
		"an identity policy about the grant's encryption context": {everyone,
			Request{Principal: testRole, EncryptionContext: map[string]string{"app": "x"}, IdentityPolicies: []keypolicy.Document{identityDeny}}, DeniedByStatement},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.request.Action, test.request.Key = "kms:RetireGrant", testKey
			decision, err := Evaluate(mustParse(t, `{"Version": "2012-10-17", "Statement": `+test.policy+`}`), test.request)
			if err != nil || decision.Reason != test.want {
				t.Errorf("got %v, %v; want %q", decision, err, test.want)
			}
		})
	}
}

// TestResourceControlPolicies has what the AWS Organizations User Guide says in
// "Resource control policies (RCPs)", "RCP evaluation" and "RCP syntax".
func TestResourceControlPolicies(t *testing.T) {
	const (
		serviceLinked = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
		full          = `{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}`
		describe      = `{"Effect": "Allow", "Principal": "*", "Action": "kms:DescribeKey", "Resource": "*"}`
		deny          = `{"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}`
		foreign       = `{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}}`
	)
	tests := map[string]struct {
		caller string
		levels [][]string
		want   Reason
	}{
		"every level allows":                 {testRole, [][]string{{full}, {full}}, AllowedByKeyPolicy},
		"a level does not":                   {testRole, [][]string{{full}, {describe}}, DeniedByResourceControl},
		"a level is a union":                 {testRole, [][]string{{describe, full}}, AllowedByKeyPolicy},
		"a Deny":                             {testRole, [][]string{{full}, {full, deny}}, DeniedByStatement},
		"the root user":                      {testRoot, [][]string{{full, deny}}, DeniedByStatement},
		"an AWS service":                     {"logs.us-east-1.amazonaws.com", [][]string{{full, deny}}, DeniedByStatement},
		"a request that nobody signed":       {Anonymous, [][]string{{full, deny}}, DeniedByStatement},
		"a principal of another account":     {otherRole, [][]string{{full, foreign}}, DeniedByStatement},
		"one of the key's account":           {testRole, [][]string{{full, foreign}}, AllowedByKeyPolicy},
		"a service-linked role":              {serviceLinked, [][]string{{deny}}, AllowedByKeyPolicy},
		"a session of such a role":           {"arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s", [][]string{{deny}}, AllowedByKeyPolicy},
		"none, as of the management account": {testRole, nil, AllowedByKeyPolicy},
	}
	policy := mustParse(t, `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}}`)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request := Request{Principal: test.caller, Action: "kms:Decrypt", Key: testKey}
			if strings.Contains(test.caller, "AWSServiceRoleForX/s") {
				request.Context = map[string][]string{"aws:PrincipalArn": {serviceLinked}}
			}
			for _, level := range test.levels {
				var documents []keypolicy.Document
				for _, statement := range level {
					documents = append(documents, mustParse(t, `{"Version": "2012-10-17", "Statement": `+statement+`}`))
				}
				request.ResourceControlPolicies = append(request.ResourceControlPolicies, documents)
			}
			decision, err := Evaluate(policy, request)
			if err != nil || decision.Reason != test.want {
				t.Errorf("got %v, %v; want %q", decision, err, test.want)
			}
		})
	}
	_, err := Evaluate(policy, Request{Principal: testRole, Action: "kms:Decrypt", Key: testKey, ResourceControlPolicies: [][]keypolicy.Document{
		{mustParse(t, `{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": {"AWS": "`+testRole+`"}, "Action": "kms:*", "Resource": "*"}}`)}}})
	if err == nil || !strings.Contains(err.Error(), `resource control policy 0: Statements[0].Principals: names somebody`) {
		t.Errorf("got %v", err)
	}
}

func TestAGroupIsNoPrincipal(t *testing.T) {
	_, err := Compile(mustParse(t, `{"Version": "2012-10-17", "Statement": {"Sid": "G", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:group/admins"}, "Action": "kms:*", "Resource": "*"}}`))
	const want = `key policy: Statements[0](G).Principals[0] is "arn:aws:iam::111122223333:group/admins": is an IAM group, which cannot be a principal; name its users or a role`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What exists already may hold actions newer than the table. They decide nothing,
// and [keypolicy.Document.Doubts] tells of them.
func TestUnknownActionsDecideNothing(t *testing.T) {
	policy := mustParse(t, `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": "*", "Action": ["kms:Decrypt", "kms:Decript"], "Resource": "*"},
		{"Effect": "Deny", "Principal": "*", "Action": ["kms:Decript", "kms=Decrypt", "s3:GetObject"], "Resource": "*"}]}`)
	decision, err := Evaluate(policy, Request{Principal: testRole, Action: "kms:Decrypt", Key: testKey})
	if err != nil || !decision.Allowed {
		t.Errorf("got %v, %v", decision, err)
	}
	if doubts := policy.Doubts(); len(doubts) != 4 {
		t.Errorf("got %v", doubts)
	}
}

func TestValuesCountOnce(t *testing.T) {
	statement := keypolicy.Statement{Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"}, Conditions: []keypolicy.Condition{
		{Operator: "StringEquals", Key: "kms:ViaService", Values: []string{"b", "a", "b"}},
		{Operator: "StringEquals", Key: "kms:ViaService", Values: []string{"a", "${aws_x.y.z}", "${aws_x.y.z}"}},
	}}
	request := Request{Principal: testRole, Action: "kms:Decrypt", Key: testKey}
	built, err := Explain(keypolicy.Document{Statements: []keypolicy.Statement{statement}}, request)
	if err != nil {
		t.Fatal(err)
	}
	// Two tokens may become different values, so both stay.
	want := []ConditionExplanation{{Condition: keypolicy.Condition{Operator: "StringEquals", Key: "kms:ViaService", Values: []string{"a", "b", "${aws_x.y.z}", "${aws_x.y.z}"}}}}
	if diff := cmp.Diff(want, built.Statements[0].Conditions); diff != "" {
		t.Errorf("built in Go (-want +got):\n%s", diff)
	}
	parsed, err := Explain(mustParse(t, keypolicy.Document{Statements: []keypolicy.Statement{statement}}.Indented()), request)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parsed, built); diff != "" {
		t.Errorf("parsed and built differ (-parsed +built):\n%s", diff)
	}
}

// KMS takes no larger policy than 32,768 bytes, so there is nothing to decide; what
// tokens become may still be shorter.
func TestAnOversizedPolicyIsRefused(t *testing.T) {
	of := func(count int, arn string) (document keypolicy.Document) {
		for range count {
			document.Statements = append(document.Statements, keypolicy.Statement{Effect: keypolicy.Allow, Actions: []string{"kms:Decrypt"},
				Principals: []keypolicy.Principal{keypolicy.AwsPrincipal(arn)}})
		}
		return document
	}
	small := len(testRole) + len(`{"Effect":"Allow","Principal":{"AWS":""},"Action":"kms:Decrypt","Resource":"*"},`)
	most := keypolicy.MaxSize / small
	if _, err := Compile(of(most-1, testRole)); err != nil {
		t.Errorf("within the quota: %v", err)
	}
	document := of(most+1, testRole)
	_, err := Compile(document)
	if err == nil || !strings.HasPrefix(err.Error(), "key policy: Statements is ") || !strings.Contains(err.Error(), "a key policy may have 32768 bytes at most") {
		t.Errorf("over the quota, %d bytes: %v", document.Size(), err)
	}
	if _, err := Compile(of(most+1, "${"+strings.Repeat("x", len(testRole))+"}")); err != nil {
		t.Errorf("tokens: %v", err)
	}
}

func TestTheAccountOfAnUnsignedRequest(t *testing.T) {
	for condition, want := range map[string]bool{
		`{"StringEquals": {"aws:PrincipalAccount": "anonymous"}}`:    true,
		`{"Null": {"aws:PrincipalAccount": "true"}}`:                 false,
		`{"StringEquals": {"kms:CallerAccount": "anonymous"}}`:       false,
		`{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}`: false,
	} {
		decision, err := Evaluate(policyWithCondition(t, "Allow", condition), Request{Principal: Anonymous, Action: "kms:Decrypt", Key: testKey})
		if err != nil || decision.Allowed != want {
			t.Errorf("%s: got %v, %v", condition, decision, err)
		}
	}
}

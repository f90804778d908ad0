package kmstier

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

const testKey = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

// Extra statements that name a consumer's roles are in its document: all of them in
// that of the kind, some in that of the role.
func TestExtraStatementsAreInTheDocumentsOfWhomTheyName(t *testing.T) {
	app := cond("StringEquals", "kms:EncryptionContext:app", DefaultApp)
	to := func(sid string, arns ...string) keypolicy.Statement {
		return keypolicy.Statement{Sid: sid, Effect: keypolicy.Allow, Principals: keypolicy.AwsPrincipals(arns), Actions: []string{"kms:Decrypt"}, Conditions: []keypolicy.Condition{app}}
	}
	const auditor = "arn:aws:iam::098765432109:role/Audit"
	c := &KmsTierConfig{
		Environment: "dev", AccountId: testAccount, Region: "us-east-1",
		LambdaRoleArns:    []string{role("a"), role("b")},
		ServiceRoles:      []ServiceRole{{Service: "svc", RoleArns: []string{role("c")}, RoleArnPatterns: []string{role("c-*")}}},
		DeployerRoleArns:  []string{role("d")},
		SecurityAccountId: "098765432109", SecurityRoleArns: []string{auditor},
		ExtraStatements: map[string][]keypolicy.Statement{
			"data": {to("ForBoth", role("b"), role("a")), to("ForOne", role("a")), to("ForBound", role("c")), to("ForDeployer", role("d"), role("a")), to("ForAuditor", auditor),
				{Sid: "NotThem", Effect: keypolicy.Deny, Principals: keypolicy.AwsPrincipals([]string{role("a"), role("b")}), Actions: []string{"kms:ReplicateKey"}}},
			"logs": {to("ForLogs", role("a"), role("b"))},
		},
	}
	extras := func(purpose string, consumer Consumer) []string {
		t.Helper()
		policy, err := c.UsePolicy(purpose, testKey, consumer)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range policy.Statements {
			if len(s.Principals) > 0 || !slices.Equal(s.Resources, []string{testKey}) {
				t.Errorf("%s is for %v on %v", s.Sid, s.Principals, s.Resources)
			}
		}
		return slices.DeleteFunc(sids(policy), func(sid string) bool { return !strings.HasPrefix(sid, "For") })
	}
	for _, test := range []struct {
		purpose  string
		consumer Consumer
		want     []string
	}{
		{"data", AnyService, []string{"ForBoth"}},
		{"logs", AnyService, []string{"ForLogs"}},
		// Its roles by pattern are not named.
		{"data", OneService("svc"), nil},
		{"data", Deployer, []string{"ForDeployer"}},
		{"data", SecurityAccount, []string{"ForAuditor"}},
		{"data", OneRole(role("a")), []string{"ForBoth", "ForOne", "ForDeployer"}},
		{"data", OneRole(role("c")), []string{"ForBound"}},
		{"logs", OneRole(role("b")), []string{"ForLogs"}},
	} {
		if diff := cmp.Diff(test.want, extras(test.purpose, test.consumer), cmp.Transformer("nil", func(list []string) []string { return append([]string{}, list...) })); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", test.purpose, test.consumer, diff)
		}
	}
	// A role's own document has what its kind has.
	kind, err := c.UsePolicy("data", testKey, AnyService)
	if err != nil {
		t.Fatal(err)
	}
	own, err := c.UsePolicy("data", testKey, OneRole(role("a")))
	if err != nil {
		t.Fatal(err)
	}
	for _, sid := range sids(kind) {
		if !slices.Contains(sids(own), sid) {
			t.Errorf("the role's document has no %s: %q", sid, sids(own))
		}
	}
	for arn, want := range map[string]string{
		role("nobody"): "may do nothing with the data key",
		"nobody":       "must be the ARN of an IAM role or user",
		role("c-1"):    "may do nothing with the data key",
	} {
		if _, err := c.UsePolicy("data", testKey, OneRole(arn)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", arn, err, want)
		}
	}
	// A boundary that lets through what the role has fits it.
	boundary := boundaryOf(t, c, OneRole(role("a")))
	if report := reportOn(t, c, boundary, OneRole(role("a"))); len(report.Blocked) > 0 {
		t.Errorf("the role's own boundary blocks:\n%s", report)
	}
}

// An extra statement on the logs key that names every deployer is in their policy,
// though the tier itself gives deployers nothing of logs.
func TestAStatementForAllDeployersIsInTheirPolicyOfLogs(t *testing.T) {
	statement := keypolicy.Statement{
		Sid: "AllowDeployersToReadLogs", Effect: keypolicy.Allow, Principals: keypolicy.AwsPrincipals([]string{role("Deploy")}), Actions: []string{"kms:Decrypt"},
		Conditions: []keypolicy.Condition{cond("StringEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com"), cond("StringLike", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::logs*")},
	}
	config := &KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: "us-east-1", Partition: "aws",
		DeployerRoleArns: []string{role("Deploy")}, ExtraStatements: map[string][]keypolicy.Statement{"logs": {statement}}}
	policy, err := config.UsePolicy("logs", "arn:aws:kms:us-east-1:"+testAccount+":key/1234abcd-12ab-34cd-56ef-1234567890ab", Deployer)
	if err != nil || len(policy.Statements) != 1 || policy.Statements[0].Sid != statement.Sid {
		t.Errorf("got %v, %v", policy, err)
	}
}

package kmstier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

func grantedRole(name string) string { return "arn:aws:iam::123456789012:role/" + name }

func statementWith(policy keypolicy.Document, sid string) *keypolicy.Statement {
	for _, statement := range policy.Statements {
		if statement.Sid == sid {
			return &statement
		}
	}
	return nil
}

func TestLateGrantsReachThePolicyWhateverCameBefore(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	if err := tier.AddOutputs(""); err != nil {
		t.Fatal(err)
	}
	role := newRole(stack, "embed")
	for _, grant := range []struct{ arn, service string }{
		{*role.Arn(), "svc-embed"}, {grantedRole("Query"), "svc-query"}, {grantedRole("Embed"), "svc-embed"}, {grantedRole("Embed"), "svc-embed"},
		// One role may serve two services when it is granted both.
		{grantedRole("Query"), "svc-embed"},
	} {
		if err := tier.DataKey().GrantEncryptDecrypt(grant.arn, grant.service); err != nil {
			t.Fatal(err)
		}
	}
	read, _ := synthesize(t, stack)
	_, policy := one(t, read.Data.Document, "kms_data_policy_")
	embed := statementOf(t, policy, "AllowDirectUseBySvcEmbed")
	want := []any{[]any{grantedRole("Embed"), grantedRole("Query"), "${aws_iam_role.embed.arn}"}}
	if diff := cmp.Diff(want, identifiers(embed)); diff != "" {
		t.Errorf("roles of svc-embed (-want +got):\n%s", diff)
	}
	service := condition{"StringEquals", "kms:EncryptionContext:service", []any{"svc-embed"}}
	if !slices.ContainsFunc(embed.Condition, func(c condition) bool { return cmp.Equal(c, service) }) {
		t.Errorf("the grant is not bound to its service: %v", embed.Condition)
	}
	if diff := cmp.Diff([]any{[]any{grantedRole("Query")}}, identifiers(statementOf(t, policy, "AllowDirectUseBySvcQuery"))); diff != "" {
		t.Errorf("roles of svc-query (-want +got):\n%s", diff)
	}
	for _, sid := range []string{"AllowUseThroughS3", "AllowUseThroughDynamoDb", "AllowUseThroughEbs", "AllowUseThroughSecretsManager", "AllowGrantsForAwsResources", "AllowServiceRoleDescribeKey"} {
		if text := fmt.Sprint(identifiers(statementOf(t, policy, sid))); !strings.Contains(text, "${aws_iam_role.embed.arn}") || !strings.Contains(text, grantedRole("Query")) {
			t.Errorf("%s is for %s, without a granted role", sid, text)
		}
	}
	// The policy in Go is the one that was synthesized.
	if got, want := len(tier.DataKey().Policy().Statements), len(policy.Statement); got != want {
		t.Errorf("Policy() has %d statements, Terraform gets %d", got, want)
	}
	if len(read.Resource.Grant) > 0 {
		t.Error("a grant in the policy became a KMS grant too")
	}
	// What a role may do with data says nothing of logs.
	if _, logs := one(t, read.Data.Document, "kms_logs_policy_"); strings.Contains(fmt.Sprint(logs), "aws_iam_role.embed") {
		t.Error("the grant on the data key reached the logs key")
	}
}

func TestLateGrantsOfApplicationLogsReachTheLogsKeyAlone(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	config.LambdaRoleArns = []string{roleArn}
	tier := newTier(t, stack, "kms", config)
	before := tier.DataKey().Policy().Indented()
	role := newRole(stack, "writer")
	// A role that uses the data key may write logs, too, and the other way round.
	for _, arn := range []string{*role.Arn(), grantedRole("Writer"), roleArn} {
		if err := tier.LogsKey().GrantApplicationLogs(arn); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(before, tier.DataKey().Policy().Indented()); diff != "" {
		t.Errorf("the data key's policy changed:\n%s", diff)
	}
	if err := tier.DataKey().GrantEncryptDecrypt(grantedRole("Writer"), "svc-write"); err != nil {
		t.Error(err)
	}
	read, _ := synthesize(t, stack)
	_, policy := one(t, read.Data.Document, "kms_logs_policy_")
	want := []any{[]any{roleArn, grantedRole("Writer"), "${aws_iam_role.writer.arn}"}}
	if diff := cmp.Diff(want, identifiers(statementOf(t, policy, "AllowApplicationLogsThroughS3"))); diff != "" {
		t.Errorf("writers of logs (-want +got):\n%s", diff)
	}
}

func TestRefusedGrantsLeaveThePoliciesUnchanged(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	config.Services = []string{"svc-a", "svc-b", "svc-c", "svc.c", "svc-c-by-pattern", "svc-taken"}
	config.LambdaRoleArns = []string{roleArn}
	config.AdministratorRoleArns = []string{grantedRole("Admin")}
	config.AdministratorRoleArnPatterns = []string{grantedRole("admin-*")}
	config.ServiceRoles = []kmstier.ServiceRole{
		{Service: "svc-a", RoleArns: []string{grantedRole("A")}},
		{Service: "svc-c", RoleArns: []string{grantedRole("C")}, Shared: true},
	}
	config.ExtraStatements = map[string][]keypolicy.Statement{"data": {{
		Sid: "AllowDirectUseBySvcTaken", Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:ReplicateKey"},
	}}}
	tier := newTier(t, stack, "kms", config)
	data, logs := tier.DataKey().Policy().Indented(), tier.LogsKey().Policy().Indented()

	const (
		both    = "; administrators manage the keys and are denied every use, so a role must not be both"
		name    = `must be a service's name, such as "svc-ingest-api": letters and digits with single hyphens, underscores or dots between them, at most 128 characters`
		arn     = `must be the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Name"`
		allowed = "must be one of Services: svc-a, svc-b, svc-c, svc-c-by-pattern, svc-taken, svc.c; did you mean \"svc-a\"?"
	)
	for test, c := range map[string]struct{ arn, service, want string }{
		"no role":                  {"", "svc-b", "  role: is empty; " + arn},
		"no service":               {grantedRole("B"), "", `  service is "": ` + name},
		"neither":                  {"B", "svc b", `  service is "svc b": ` + name + "\n" + `  role is "B": ` + arn},
		"a service that is token":  {grantedRole("B"), "${a}", `  service is "${a}": must be known when the app runs, since it names a statement; a token is not`},
		"another account":          {"arn:aws:iam::111111111111:role/B", "svc-b", `  role is "arn:aws:iam::111111111111:role/B": is of account 111111111111; must be of 123456789012, which is AccountId; other accounts are for SharedWith`},
		"another partition":        {"arn:aws-cn:iam::123456789012:role/B", "svc-b", `  role is "arn:aws-cn:iam::123456789012:role/B": is of partition "aws-cn"; must be of "aws", the key's`},
		"a pattern":                {grantedRole("B-*"), "svc-b", `  role is "arn:aws:iam::123456789012:role/B-*": must not hold wildcards, which KMS refuses in a principal; give patterns as kmstier.RolePattern`},
		"an administrator":         {grantedRole("Admin"), "svc-b", `  role is "arn:aws:iam::123456789012:role/Admin": is in AdministratorRoleArns[0] too` + both},
		"an administrator matched": {grantedRole("admin-1"), "svc-b", `  role is "arn:aws:iam::123456789012:role/admin-1": overlaps with "arn:aws:iam::123456789012:role/admin-*" in AdministratorRoleArnPatterns[0]` + both},
		"a role of any service":    {roleArn, "svc-b", `  role is "arn:aws:iam::123456789012:role/LambdaETLRole": is in LambdaRoleArns[0] too, which is not bound to a service, so binding it here would mean nothing; leave it out of one of the two`},
		"a role of its service":    {grantedRole("A"), "svc-b", `  role is "arn:aws:iam::123456789012:role/A": is in ServiceRoles[0].RoleArns[0] too, for service "svc-a"; set Shared on both if the role serves both`},
		"none of Services":         {grantedRole("B"), "svc-d", `  service is "svc-d": ` + allowed},
		"a service of one Sid":     {grantedRole("B"), "svc.c", `  service is "svc.c": gives the same Sid, AllowDirectUseBySvcC, as service "svc-c"`},
		"a service of patterns":    {grantedRole("B"), "svc-c-by-pattern", `  service is "svc-c-by-pattern": gives the same Sid, AllowDirectUseBySvcCByPattern, as service "svc-c"`},
		"an extra statement's Sid": {grantedRole("B"), "svc-taken", `  ExtraStatements[data][0].Sid is "AllowDirectUseBySvcTaken": is the Sid of another statement of the policy; a Sid must be unique within it`},
	} {
		t.Run(test, func(t *testing.T) {
			count := fmt.Sprintf("%d problems", strings.Count(c.want, "\n")+1)
			if count == "1 problems" {
				count = "1 problem"
			}
			wantRefusal(t, tier.DataKey().GrantEncryptDecrypt(c.arn, c.service), `GrantEncryptDecrypt on "dev/kms/data" was refused, `+count+":\n"+c.want)
		})
	}
	wantRefusal(t, tier.LogsKey().GrantApplicationLogs("root"), "GrantApplicationLogs on \"dev/kms/logs\" was refused, 1 problem:\n  role is \"root\": "+arn)
	wantRefusal(t, tier.LogsKey().GrantApplicationLogs(grantedRole("Admin")), "GrantApplicationLogs on \"dev/kms/logs\" was refused, 1 problem:\n  role is \""+grantedRole("Admin")+"\": is in AdministratorRoleArns[0] too"+both)

	if diff := cmp.Diff(data, tier.DataKey().Policy().Indented()); diff != "" {
		t.Errorf("the data key's policy changed:\n%s", diff)
	}
	if diff := cmp.Diff(logs, tier.LogsKey().Policy().Indented()); diff != "" {
		t.Errorf("the logs key's policy changed:\n%s", diff)
	}
	// A refused grant leaves no trace that stands in the way of the right one.
	for arn, service := range map[string]string{grantedRole("A"): "svc-a", grantedRole("C"): "svc-b", grantedRole("B"): "svc-b"} {
		if err := tier.DataKey().GrantEncryptDecrypt(arn, service); err != nil {
			t.Error(err)
		}
	}
}

func TestGrantsStopAtTheSizeThatKmsAllows(t *testing.T) {
	// With everything looked up, the policy in Go is longer than the real one: it
	// must not be what is measured.
	open := &kmstier.KmsTierConfig{Environment: "dev"}
	tier := newTier(t, newStack(newApp(t), "dev"), "kms", open)
	var arns []string
	var err error
	for err == nil && len(arns) < 200 {
		arns = append(arns, grantedRole(fmt.Sprintf("Role%03d", len(arns))))
		err = tier.DataKey().GrantEncryptDecrypt(arns[len(arns)-1], "svc")
	}
	if err == nil || !strings.Contains(err.Error(), "bytes: a key policy may have 32768 bytes at most; the largest statements are ") {
		t.Fatalf("after %d grants: %v", len(arns), err)
	}
	if direct := statementWith(tier.DataKey().Policy(), "AllowDirectUseBySvc"); len(direct.Principals) != len(arns)-1 {
		t.Errorf("the policy names %d roles, want those of the %d grants that were taken", len(direct.Principals), len(arns)-1)
	}
	// Late or not, as many roles fit.
	open.ServiceRoles = []kmstier.ServiceRole{{Service: "svc", RoleArns: arns}}
	if open.Validate() == nil {
		t.Errorf("%d roles are refused when granted and taken when configured", len(arns))
	}
	open.ServiceRoles[0].RoleArns = arns[:len(arns)-1]
	if err := open.Validate(); err != nil {
		t.Errorf("what was granted is refused when configured: %v", err)
	}
}

// A service in a stack of its own grants itself the keys of the platform's.
func TestGrantsFromASecondStackBecomeReferences(t *testing.T) {
	app := newApp(t)
	platform, service := newStack(app, "platform"), newStack(app, "service")
	tier := newTier(t, platform, "kms", devConfig())
	role := newRole(service, "embed")
	if err := tier.DataKey().GrantEncryptDecrypt(*role.Arn(), "svc-embed"); err != nil {
		t.Fatal(err)
	}
	for _, stack := range []cdktf.TerraformStack{platform, service} {
		stack.PrepareStack()
	}
	read, _ := synthesize(t, platform)
	_, policy := one(t, read.Data.Document, "kms_data_policy_")
	got := fmt.Sprint(identifiers(statementOf(t, policy, "AllowDirectUseBySvcEmbed")))
	if want := "[[${data.terraform_remote_state.cross-stack-reference-input-service.outputs.cross-stack-output-aws_iam_roleembedarn}]]"; got != want {
		t.Errorf("the role is %s, want %s", got, want)
	}
	if len(read.Data.RemoteState) != 1 {
		t.Errorf("remote states are %v, want that of the service", read.Data.RemoteState)
	}
	other, _ := synthesize(t, service)
	if _, ok := other.Output["cross-stack-output-aws_iam_roleembedarn"]; !ok {
		t.Errorf("outputs of the service are %v", other.Output)
	}
}

func TestPolicyIsACopy(t *testing.T) {
	tier := newTier(t, newStack(newApp(t), "dev"), "kms", devConfig())
	before := tier.DataKey().Policy().Indented()
	policy := tier.DataKey().Policy()
	policy.Statements[0].Sid = "Changed"
	policy.Statements[0].Actions[0] = "kms:Decrypt"
	policy.Statements[0].Principals[0].Id = "*"
	policy.Statements[1].Conditions[0].Values[0] = "0"
	if diff := cmp.Diff(before, tier.DataKey().Policy().Indented()); diff != "" {
		t.Errorf("changing the copy changed the key's policy:\n%s", diff)
	}
}

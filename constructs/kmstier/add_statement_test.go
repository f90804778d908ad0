package kmstier_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

func forTopics(sid, account string) keypolicy.Statement {
	return keypolicy.Statement{
		Sid: sid, Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.ServicePrincipal("sns.amazonaws.com")}, Actions: []string{"kms:Decrypt"},
		Conditions: []keypolicy.Condition{{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{account}}},
	}
}

func TestStatementsAreAddedUnderTheChecksOfTheConfiguration(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := devConfig()
	config.AccountId = ""
	config.AdministratorRoleArns = []string{grantedRole("Admin")}
	config.ExtraStatements = map[string][]keypolicy.Statement{"data": {forTopics("First", "123456789012")}}
	tier := newTier(t, stack, "kms", config)
	if err := tier.DataKey().AddStatement(forTopics("Second", *tier.AccountId())); err != nil {
		t.Fatal(err)
	}
	statement := forTopics("Second", *tier.AccountId())
	if err := tier.Key("logs").AddStatement(statement); err != nil {
		t.Fatal(err)
	}
	statement.Actions[0] = "kms:Encrypt"
	if err := tier.DataKey().GrantEncryptDecrypt(grantedRole("Embed"), "svc-embed"); err != nil {
		t.Fatal(err)
	}

	data, logs := tier.DataKey().Policy().Indented(), tier.LogsKey().Policy().Indented()
	admin := forTopics("ForAdmin", "123456789012")
	admin.Principals = keypolicy.AwsPrincipals([]string{grantedRole("Admin")})
	admin.Conditions = []keypolicy.Condition{{Operator: "StringEquals", Key: "kms:EncryptionContext:app", Values: []string{"x"}}}
	lockOut := keypolicy.Statement{Sid: "Sealed", Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:PutKeyPolicy"}}
	wrong := forTopics("Wrong", "123456789012")
	wrong.Conditions[0].Operator = "StringEqual"
	for name, test := range map[string]struct {
		statement keypolicy.Statement
		want      string
	}{
		"no account":      {forTopics("Third", "*"), `statement.Conditions[0].Values[0] is "*": is a pattern that other accounts match`},
		"another account": {forTopics("Third", "999999999999"), `statement.Conditions[0].Values[0] is "999999999999": is another account than the key's, 123456789012`},
		"an operator":     {wrong, `statement.Conditions[0].Operator is "StringEqual"`},
		"a taken Sid":     {forTopics("Second", "123456789012"), `statement.Sid is "Second": is the Sid of another statement of the policy`},
		"the tier's Sid":  {forTopics("AllowCloudWatchLogs", "123456789012"), `statement.Sid is "AllowCloudWatchLogs"`},
		"administrators":  {admin, `statement.Principals[0] is "arn:aws:iam::123456789012:role/Admin": is an administrator`},
		"a lock-out":      {lockOut, `statement is "Sealed": nobody of the key's account could call kms:PutKeyPolicy`},
	} {
		err := tier.DataKey().AddStatement(test.statement)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), `AddStatement "`+test.statement.Sid+`" on the data key of "dev/kms" was refused`) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
	if tier.DataKey().Policy().Indented() != data || tier.LogsKey().Policy().Indented() != logs {
		t.Error("a refused statement changed a policy")
	}
	read, _ := synthesize(t, stack)
	_, policy := one(t, read.Data.Document, "kms_data_policy_")
	account, _ := one(t, read.Data.CallerIdentity, "kms_caller-identity_")
	want := []condition{{"StringEquals", "aws:SourceAccount", []any{"${data.aws_caller_identity." + account + ".account_id}"}}}
	if diff := cmp.Diff(want, statementOf(t, policy, "Second").Condition); diff != "" {
		t.Errorf("the added statement (-want +got):\n%s", diff)
	}
	statementOf(t, policy, "First")
	statementOf(t, policy, "AllowDirectUseBySvcEmbed")
	if _, policy := one(t, read.Data.Document, "kms_logs_policy_"); statementOf(t, policy, "Second").Actions[0] != "kms:Decrypt" {
		t.Error("what was added changed with the caller's statement")
	}
	// An added statement is in the documents of whom it names.
	forRole := admin
	forRole.Sid, forRole.Principals = "ForEmbed", keypolicy.AwsPrincipals([]string{grantedRole("Embed")})
	if err := tier.DataKey().AddStatement(forRole); err != nil {
		t.Fatal(err)
	}
	document, err := tier.DataKey().UsePolicyDocument(stack, "embed", kmstier.OneRole(grantedRole("Embed")))
	if err != nil || statementWith(document.Policy(), "ForEmbed") == nil {
		t.Errorf("the document of a role without its statement: %v", err)
	}
}

func TestTheAccountIsGivenOrLookedUp(t *testing.T) {
	tier := newTier(t, newStack(newApp(t), "dev"), "kms", devConfig())
	if got := *tier.AccountId(); got != "123456789012" {
		t.Errorf("AccountId() = %s", got)
	}
	*tier.AccountId() = "changed"
	if got := *tier.AccountId(); got != "123456789012" {
		t.Errorf("the tier's account changed to %s", got)
	}
}

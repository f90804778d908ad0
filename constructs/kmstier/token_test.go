package kmstier_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

// listToken is a list of ARNs whose length only Terraform knows.
func listToken(stack cdktf.TerraformStack, name string) []string {
	local := cdktf.NewTerraformLocal(stack, jsii.String(name), []string{"arn:aws:iam::123456789012:role/a"})
	var list []string
	for _, entry := range *cdktf.Token_AsList(local.Expression(), nil) {
		list = append(list, *entry)
	}
	return list
}

func TestRolesMayBeTokensAndListTokens(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	role := newRole(stack, "etl")
	config := devConfig()
	config.LambdaRoleArns = []string{*role.Arn(), roleArn}
	config.FargateRoleArns = listToken(stack, "fargate")
	config.GlueRoleArns = listToken(stack, "glue")
	config.RoleArnPatterns = append(listToken(stack, "patterns"), "arn:aws:iam::123456789012:role/etl-*")
	config.Services = listToken(stack, "services")
	config.AdministratorRoleArns = listToken(stack, "administrators")
	newTier(t, stack, "kms", config)
	read, _ := synthesize(t, stack)
	_, policy := one(t, read.Data.Document, "kms_data_policy_")

	// A list token is a block of its own, for nothing can be added to it.
	direct := statementOf(t, policy, "AllowServiceRoleDirectUse")
	want := []any{[]any{roleArn, "${aws_iam_role.etl.arn}"}, "${local.fargate}", "${local.glue}"}
	if diff := cmp.Diff(want, identifiers(direct)); diff != "" {
		t.Errorf("principals (-want +got):\n%s", diff)
	}
	if services := (condition{"StringEquals", "kms:EncryptionContext:service", "${local.services}"}); !slices.ContainsFunc(direct.Condition, func(c condition) bool { return cmp.Equal(c, services) }) {
		t.Errorf("conditions are %v, without %v", direct.Condition, services)
	}
	byPattern := statementOf(t, policy, "AllowServiceRoleDirectUseByPattern")
	wantConditions := []condition{
		{"ArnLike", "aws:PrincipalArn", []any{"arn:aws:iam::123456789012:role/etl-*"}},
		{"ArnLike", "aws:PrincipalArn", "${local.patterns}"},
	}
	if diff := cmp.Diff(wantConditions, byPattern.Condition[:2]); diff != "" {
		t.Errorf("conditions by pattern (-want +got):\n%s", diff)
	}
	deny := statementOf(t, policy, "DenyKeyAdministratorsCryptographicUse")
	if diff := cmp.Diff([]condition{{"ArnLike", "aws:PrincipalArn", "${local.administrators}"}}, deny.Condition); diff != "" {
		t.Errorf("conditions for administrators (-want +got):\n%s", diff)
	}
}

func TestAListTokenMayBeGrantedLate(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", devConfig())
	if err := tier.DataKey().GrantEncryptDecrypt(listToken(stack, "late")[0], "svc"); err != nil {
		t.Fatal(err)
	}
	read, _ := synthesize(t, stack)
	_, policy := one(t, read.Data.Document, "kms_data_policy_")
	if diff := cmp.Diff([]any{"${local.late}"}, identifiers(statementOf(t, policy, "AllowDirectUseBySvc"))); diff != "" {
		t.Errorf("principals (-want +got):\n%s", diff)
	}
}

func TestAccountsMayBeTokens(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	variable := func(name string) string {
		return *cdktf.NewTerraformVariable(stack, jsii.String(name), &cdktf.TerraformVariableConfig{Type: jsii.String("string")}).StringValue()
	}
	newTier(t, stack, "kms", &kmstier.KmsTierConfig{
		Environment: "dev",
		AccountId:   variable("account"), Region: variable("region"), Partition: "aws",
		LambdaRoleArns:    []string{"arn:aws:iam::" + variable("other") + ":role/r"},
		SecurityAccountId: variable("security"), SecurityRoleArns: []string{*newRole(stack, "audit").Arn(), *newRole(stack, "read").Arn()},
		LogsAccountId: variable("logs"), LogsBucketArn: variable("bucket"),
	})
	read, text := synthesize(t, stack)
	_, data := one(t, read.Data.Document, "kms_data_policy_")
	for sid, want := range map[string]string{
		"EnableIamUserPermissions":  "[[arn:aws:iam::${var.account}:root]]",
		"AllowServiceRoleDirectUse": "[[arn:aws:iam::${var.other}:role/r]]",
		"AllowCloudWatchLogs":       "[[logs.${var.region}.amazonaws.com]]",
		"AllowSecurityAccountAudit": "[[${aws_iam_role.audit.arn} ${aws_iam_role.read.arn}]]",
	} {
		if got := fmt.Sprint(identifiers(statementOf(t, data, sid))); got != want {
			t.Errorf("%s is for %s, want %s", sid, got, want)
		}
	}
	grants := map[string]string{}
	for _, grant := range read.Resource.Grant {
		grants[grant.Name] = grant.Grantee
	}
	want := map[string]string{
		"nc-dp-dev-security-account-role":   "${aws_iam_role.audit.arn}",
		"nc-dp-dev-security-account-role-2": "${aws_iam_role.read.arn}",
		"nc-dp-dev-logs-account":            "arn:aws:iam::${var.logs}:root",
	}
	if diff := cmp.Diff(want, grants); diff != "" {
		t.Errorf("grants (-want +got):\n%s", diff)
	}
	if len(read.Data.CallerIdentity)+len(read.Data.Region)+len(read.Data.Partition) > 0 {
		t.Errorf("what was given is looked up:\n%s", text)
	}
}

func TestPlacesThatAreLeftOutAreLookedUpOnce(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	newTier(t, stack, "kms", &kmstier.KmsTierConfig{Environment: "dev"})
	read, text := synthesize(t, stack)
	account, _ := one(t, read.Data.CallerIdentity, "kms_caller-identity_")
	region, _ := one(t, read.Data.Region, "kms_region_")
	partition, _ := one(t, read.Data.Partition, "kms_partition_")
	_, data := one(t, read.Data.Document, "kms_data_policy_")
	for sid, want := range map[string]string{
		"EnableIamUserPermissions": "[[arn:${data.aws_partition." + partition + ".partition}:iam::${data.aws_caller_identity." + account + ".account_id}:root]]",
		"AllowCloudWatchLogs":      "[[logs.${data.aws_region." + region + ".id}.${data.aws_partition." + partition + ".dns_suffix}]]",
	} {
		if got := fmt.Sprint(identifiers(statementOf(t, data, sid))); got != want {
			t.Errorf("%s is for %s, want %s", sid, got, want)
		}
	}
	if strings.Contains(text, "TfToken") {
		t.Errorf("a token was not resolved:\n%s", text)
	}
	if names := slices.Sorted(maps.Keys(read.Data.Document)); len(names) != 2 {
		t.Errorf("policy documents are %q, want two", names)
	}
}

package kmstiertest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/constructs/kmstier/kmstiertest"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

const (
	etl   = "arn:aws:iam::222222222222:role/etl"
	admin = "arn:aws:iam::222222222222:role/Admin"
	other = "arn:aws:iam::222222222222:role/Other"
)

// newStack is a stack of a user, with a role of its own.
func newStack(t testing.TB, access kmstier.AccountAccess) (stack cdktf.TerraformStack, tier *kmstier.KmsTier, embed string) {
	t.Helper()
	stack = cdktf.NewTerraformStack(cdktf.Testing_App(nil), jsii.String("prod"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	role := iamrole.NewIamRole(stack, jsii.String("embed"), &iamrole.IamRoleConfig{AssumeRolePolicy: jsii.String(`{"Version":"2012-10-17","Statement":[]}`)})
	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: "prod", AccountId: "222222222222", Region: "us-east-1", Partition: "aws", AccountAccess: access,
		LambdaRoleArns: []string{etl, *role.Arn()}, AdministratorRoleArns: []string{admin},
	})
	if err != nil {
		t.Fatal(err)
	}
	return stack, tier, *role.Arn()
}

// failures is a test that notes what it is told instead of failing.
type failures struct {
	testing.TB
	lines []string
}

func (f *failures) Helper()      {}
func (f *failures) Name() string { return "TestProd" }
func (f *failures) Errorf(format string, args ...any) {
	f.lines = append(f.lines, fmt.Sprintf(format, args...))
}
func (f *failures) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

// told is what a test is told.
func told(test func(t testing.TB)) string {
	f := &failures{}
	done := make(chan bool)
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	return strings.Join(f.lines, "\n")
}

func TestDecisions(t *testing.T) {
	stack, tier, embed := newStack(t, kmstier.AdministerOnly)
	context := tier.EncryptionContext("svc-etl")
	if err := tier.DataKey().AddStatement(keypolicy.Statement{
		Sid: "Session", Effect: keypolicy.Allow, Actions: []string{"kms:DescribeKey"},
		Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:sts::222222222222:assumed-role/Other/ann")},
	}); err != nil {
		t.Fatal(err)
	}
	keyOf := func(t testing.TB) *kmstiertest.Key { return kmstiertest.Synthesize(t, stack).Key(tier.DataKey()) }
	tests := map[string]struct {
		test func(k *kmstiertest.Key)
		want string
	}{
		"can":                      {func(k *kmstiertest.Key) { k.Can(etl, "kms:Decrypt", context) }, ""},
		"can, a role of the stack": {func(k *kmstiertest.Key) { k.Can(embed, "kms:Decrypt", context) }, ""},
		"can without a context":    {func(k *kmstiertest.Key) { k.Can(etl, "kms:Decrypt", nil) }, `aws_kms_key\.\w+: kms:Decrypt by ` + etl + ` is denied: .*`},
		"denies":                   {func(k *kmstiertest.Key) { k.Denies(evaluation.Request{Principal: etl, Action: "kms:Decrypt"}) }, ""},
		"denies what is allowed": {func(k *kmstiertest.Key) {
			k.Denies(evaluation.Request{Principal: etl, Action: "kms:Decrypt", EncryptionContext: context})
		}, `is allowed: `},
		"allows through S3": {func(k *kmstiertest.Key) {
			k.Allows(evaluation.Request{Principal: etl, Action: "kms:Decrypt", EncryptionContext: map[string]string{"aws:s3:arn": "arn:aws:s3:::nc-dp-prod-raw"},
				Context: map[string][]string{"kms:ViaService": {"s3.us-east-1.amazonaws.com"}}})
		}, ""},
		"cannot": {func(k *kmstiertest.Key) {
			k.Cannot(admin, "kms:Decrypt", "kms:Encrypt")
			k.Cannot(other, "kms:Decrypt")
		}, ""},
		"cannot, but can":       {func(k *kmstiertest.Key) { k.Cannot(etl, "kms:GenerateDataKey") }, `role/etl can call kms:GenerateDataKey directly, with app=.* \(allowed by AllowServiceRoleDirectUse\), for example kms:GenerateDataKey with the encryption context map\[app:.*\]`},
		"cannot, but a session": {func(k *kmstiertest.Key) { k.Cannot(other, "kms:DescribeKey") }, `assumed-role/Other/ann can call kms:DescribeKey`},
		"needs an IAM policy":   {func(k *kmstiertest.Key) { k.NeedsIam(other, "kms:PutKeyPolicy") }, ""},
		"needs none":            {func(k *kmstiertest.Key) { k.NeedsIam(admin, "kms:GetKeyPolicy") }, `role/Admin can call kms:GetKeyPolicy always \(allowed by AllowKeyAdministration\)`},
		"no action":             {func(k *kmstiertest.Key) { k.Cannot(etl) }, `no action is given: name those that .*role/etl cannot`},
		"no such action":        {func(k *kmstiertest.Key) { k.Cannot(etl, "kms:Decript") }, `action is "kms:Decript": must be one action of KMS on a key, such as "kms:Decrypt"; did you mean "kms:Decrypt"\?`},
		"several principals":    {func(k *kmstiertest.Key) { k.Cannot("arn:aws:iam::222222222222:role/*", "kms:Decrypt") }, `principal is "arn:aws:iam::222222222222:role/\*": must be the ARN of one role`},
		"no principal":          {func(k *kmstiertest.Key) { k.Can("etl", "kms:Decrypt", nil) }, `principal "etl": must be the ARN of`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := told(func(t testing.TB) { test.test(keyOf(t)) })
			if test.want == "" && got != "" || test.want != "" && !regexp.MustCompile(test.want).MatchString(got) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// What the account's IAM policies may allow is no proof of "cannot".
func TestDelegationIsNoCannot(t *testing.T) {
	stack, tier, _ := newStack(t, kmstier.DelegateToIam)
	got := told(func(t testing.TB) {
		key := kmstiertest.Synthesize(t, stack).Key(tier.DataKey())
		key.NeedsIam(other, "kms:Decrypt")
		key.Cannot(other, "kms:Decrypt")
	})
	if !strings.Contains(got, "role/Other can call kms:Decrypt") || strings.Count(got, "kmstiertest:") != 1 {
		t.Errorf("got %s", got)
	}
}

// A principal may be a role that the policy names by its token: what Terraform makes of
// the stack decides, and what is not known of it proves nothing.
func TestRolesOfTheStackAreKnownByTheirNames(t *testing.T) {
	const ofAccount = "arn:aws:iam::222222222222:"
	stack := cdktf.NewTerraformStack(cdktf.Testing_App(nil), jsii.String("prod"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	trust := jsii.String(`{"Version":"2012-10-17","Statement":[]}`)
	named := iamrole.NewIamRole(stack, jsii.String("named"), &iamrole.IamRoleConfig{Name: jsii.String("named"), Path: jsii.String("/team/"), AssumeRolePolicy: trust})
	prefixed := iamrole.NewIamRole(stack, jsii.String("prefixed"), &iamrole.IamRoleConfig{NamePrefix: jsii.String("etl-"), AssumeRolePolicy: trust})
	unnamed := iamrole.NewIamRole(stack, jsii.String("unnamed"), &iamrole.IamRoleConfig{AssumeRolePolicy: trust})
	administrator := iamrole.NewIamRole(stack, jsii.String("admin"), &iamrole.IamRoleConfig{Name: jsii.String("admin"), AssumeRolePolicy: trust})
	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: "prod", AccountId: "222222222222", Region: "us-east-1", Partition: "aws", AccountAccess: kmstier.AdministerOnly,
		LambdaRoleArns: []string{*named.Arn(), *prefixed.Arn(), *unnamed.Arn()}, AdministratorRoleArns: []string{*administrator.Arn()},
	})
	if err != nil {
		t.Fatal(err)
	}
	context := tier.EncryptionContext("svc-etl")
	tests := map[string]struct {
		test func(k *kmstiertest.Key)
		want string
	}{
		"a role by its ARN": {func(k *kmstiertest.Key) { k.Cannot(ofAccount+"role/team/named", "kms:Decrypt") }, `aws_iam_role\.named\.arn} can call kms:Decrypt`},
		"a session of it":   {func(k *kmstiertest.Key) { k.Cannot("arn:aws:sts::222222222222:assumed-role/named/x", "kms:Decrypt") }, `aws_iam_role\.named\.arn} can call kms:Decrypt`},
		"one request of it": {func(k *kmstiertest.Key) {
			k.Denies(evaluation.Request{Principal: ofAccount + "role/team/named", Action: "kms:Decrypt", EncryptionContext: context})
		}, `is allowed`},
		"a user of that name":            {func(k *kmstiertest.Key) { k.Cannot(ofAccount+"user/named", "kms:Decrypt") }, ""},
		"a role of that name elsewhere":  {func(k *kmstiertest.Key) { k.Cannot("arn:aws:iam::333333333333:role/team/named", "kms:Decrypt") }, ""},
		"a name that the prefix begins":  {func(k *kmstiertest.Key) { k.Cannot(ofAccount+"role/etl-1", "kms:Decrypt") }, `is not known: it may be \$\{aws_iam_role\.prefixed\.arn\}`},
		"a name that Terraform makes up": {func(k *kmstiertest.Key) { k.NeedsIam(ofAccount+"role/terraform-2026", "kms:Decrypt") }, `is not known: it may be \$\{aws_iam_role\.unnamed\.arn\}`},
		"another name":                   {func(k *kmstiertest.Key) { k.Cannot(other, "kms:Decrypt") }, ""},
		"a service":                      {func(k *kmstiertest.Key) { k.Cannot("sns.amazonaws.com", "kms:Decrypt") }, ""},
		"a token with a name":            {func(k *kmstiertest.Key) { k.Cannot(*administrator.Arn(), "kms:Decrypt") }, ""},
		"a token without":                {func(k *kmstiertest.Key) { k.Cannot(*unnamed.Arn(), "kms:PutKeyPolicy") }, `its ARN is not known before apply`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := told(func(t testing.TB) { test.test(kmstiertest.Synthesize(t, stack).Key(tier.DataKey())) })
			if test.want == "" && got != "" || test.want != "" && !regexp.MustCompile(test.want).MatchString(got) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// In an account that only Terraform knows, a role of it looks like one of another.
func TestNothingIsProvenInAnUnknownAccount(t *testing.T) {
	stack := cdktf.NewTerraformStack(cdktf.Testing_App(nil), jsii.String("prod"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{Environment: "prod", LambdaRoleArns: []string{etl}})
	if err != nil {
		t.Fatal(err)
	}
	got := told(func(t testing.TB) {
		kmstiertest.Synthesize(t, stack).Key(tier.DataKey()).Cannot(other, "kms:PutKeyPolicy")
	})
	if !strings.Contains(got, "give the tier its AccountId") {
		t.Errorf("got %q", got)
	}
}

// A grant of which something is not known may be for anybody.
func TestWhatIsLeftOutProvesNothing(t *testing.T) {
	stack, tier, _ := newStack(t, kmstier.AdministerOnly)
	stack.AddOverride(jsii.String("resource.aws_kms_grant.g"), map[string]any{
		"key_id": *tier.DataKey().KeyId(), "grantee_principal": other, "operations": "${var.operations}",
	})
	got := told(func(t testing.TB) { kmstiertest.Synthesize(t, stack).Key(tier.DataKey()).Cannot(admin, "kms:Decrypt") })
	if !strings.Contains(got, "is not known: the grant aws_kms_grant.g is left out") {
		t.Errorf("got %q", got)
	}
}

func TestGoldenFiles(t *testing.T) {
	stack, _, _ := newStack(t, kmstier.DelegateToIam)
	path := filepath.Join(t.TempDir(), "testdata", "prod.tf.json")
	compare := func() string {
		return told(func(t testing.TB) { kmstiertest.Synthesize(t, stack).MatchesGolden(path) })
	}
	if got := compare(); !strings.Contains(got, "there is no ") || !strings.Contains(got, "go test -run TestProd -kmstiertest.update") {
		t.Errorf("without a file: %s", got)
	}
	if err := flag.Set("kmstiertest.update", "true"); err != nil {
		t.Fatal(err)
	}
	got := compare()
	if err := flag.Set("kmstiertest.update", "false"); err != nil {
		t.Fatal(err)
	}
	if got != "" || compare() != "" {
		t.Errorf("written anew: %s%s", got, compare())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if workingFolder, _ := os.Getwd(); strings.Contains(string(text), workingFolder) || strings.Contains(string(text), "0.21") {
		t.Error("the golden file has a path or a version in it")
	}
	changed := strings.Replace(string(text), `"deletion_window_in_days": 30`, `"deletion_window_in_days": 29`, 1)
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := compare(); !strings.Contains(got, "-        \"deletion_window_in_days\": 29,\n+        \"deletion_window_in_days\": 30,\n") || strings.Count(got, "\n") > 15 {
		t.Errorf("after a change: %s", got)
	}
}

func TestKeyOfAnotherStack(t *testing.T) {
	stack, _, _ := newStack(t, kmstier.DelegateToIam)
	elsewhere := cdktf.NewTerraformStack(cdktf.Testing_App(nil), jsii.String("elsewhere"))
	provider.NewAwsProvider(elsewhere, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	tier, err := kmstier.NewKmsTier(elsewhere, "keys", &kmstier.KmsTierConfig{Environment: "dev", AccountId: "222222222222", Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	got := told(func(t testing.TB) { kmstiertest.Synthesize(t, stack).Key(tier.LogsKey()) })
	if got != `kmstiertest: the logs key is not in the stack "prod"` {
		t.Error(got)
	}
}

package kmstier_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

const (
	ownerAccount = "999999999999"
	ownersKey    = "arn:aws:kms:us-east-1:" + ownerAccount + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

// rootOnly is the policy of a key that was made without one.
func rootOnly() keypolicy.Document {
	return keypolicy.Document{Statements: []keypolicy.Statement{{
		Sid: "EnableIamUserPermissions", Effect: keypolicy.Allow, Actions: []string{"kms:*"},
		Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::" + ownerAccount + ":root")},
	}}}
}

func existingKey(t *testing.T, stack cdktf.TerraformStack, config kmstier.ExistingKeyConfig) *kmstier.ExistingKey {
	t.Helper()
	config.Environment = "dev"
	key, err := kmstier.FromKeyArn(stack, "theirs", ownersKey, &config)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// With what a verb returns, and with the identity policy for it, the owner's policy lets
// the role do what the verb says and nothing else; without either, and for others,
// nothing. It is the same beside the default policy and in the policy of another tier.
func TestStatementsForTheOwnerAllowExactlyTheVerb(t *testing.T) {
	mine := map[string]string{"app": "neurocipher-pipeline", "env": "dev", "service": "svc-a"}
	symmetric := kmstier.ExistingKeyConfig{AwsServices: []kmstier.AwsService{kmstier.S3("lake-*")}}
	ofSpec := func(spec, usage string) kmstier.ExistingKeyConfig {
		return kmstier.ExistingKeyConfig{Spec: spec, Usage: usage}
	}
	type grant = func(*kmstier.ExistingKey, any) ([]keypolicy.Statement, error)
	for name, c := range map[string]struct {
		config  kmstier.ExistingKeyConfig
		grant   grant
		verb    kmstier.Verb
		service string
		want    string
		through string
	}{
		"encrypt, decrypt": {symmetric, func(k *kmstier.ExistingKey, r any) ([]keypolicy.Statement, error) {
			return k.GrantEncryptDecrypt(r, "svc-a")
		},
			kmstier.EncryptDecrypt, "svc-a", "Decrypt DescribeKey Encrypt GenerateDataKey", "Decrypt GenerateDataKey"},
		"encrypt": {symmetric, func(k *kmstier.ExistingKey, r any) ([]keypolicy.Statement, error) { return k.GrantEncrypt(r, "svc-a") },
			kmstier.Encrypt, "svc-a", "DescribeKey Encrypt GenerateDataKey", "GenerateDataKey"},
		"decrypt": {symmetric, func(k *kmstier.ExistingKey, r any) ([]keypolicy.Statement, error) { return k.GrantDecrypt(r, "svc-a") },
			kmstier.Decrypt, "svc-a", "Decrypt DescribeKey", "Decrypt"},
		"RSA": {ofSpec("RSA_4096", "ENCRYPT_DECRYPT"), func(k *kmstier.ExistingKey, r any) ([]keypolicy.Statement, error) { return k.GrantDecrypt(r, "") },
			kmstier.Decrypt, "", "Decrypt DescribeKey GetPublicKey", ""},
		"sign":   {ofSpec("ECC_NIST_P256", "SIGN_VERIFY"), (*kmstier.ExistingKey).GrantSign, kmstier.Sign, "", "DescribeKey GetPublicKey Sign", ""},
		"verify": {ofSpec("ECC_NIST_P256", "SIGN_VERIFY"), (*kmstier.ExistingKey).GrantVerify, kmstier.Verify, "", "DescribeKey GetPublicKey Verify", ""},
		"make":   {ofSpec("HMAC_256", ""), (*kmstier.ExistingKey).GrantGenerateMac, kmstier.GenerateMac, "", "DescribeKey GenerateMac", ""},
		"check":  {ofSpec("HMAC_256", ""), (*kmstier.ExistingKey).GrantVerifyMac, kmstier.VerifyMac, "", "DescribeKey VerifyMac", ""},
		"agree": {ofSpec("ECC_NIST_P384", "KEY_AGREEMENT"), (*kmstier.ExistingKey).GrantDeriveSharedSecret, kmstier.DeriveSharedSecret, "",
			"DeriveSharedSecret DescribeKey GetPublicKey", ""},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack(newApp(t), "dev")
			key := existingKey(t, stack, c.config)
			role := grantedRole("Reader")
			added, err := c.grant(key, role)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := key.OwnerPolicy().Indented(), (keypolicy.Document{Statements: added}).Indented(); got != want {
				t.Errorf("OwnerPolicy is %s, want what the verb returned: %s", got, want)
			}
			use, err := key.UsePolicyDocument(stack, "use", c.verb, c.service)
			if err != nil {
				t.Fatal(err)
			}
			through := map[string][]string{"kms:ViaService": {"s3.us-east-1.amazonaws.com"}}
			elsewhere := map[string][]string{"kms:ViaService": {"s3.us-west-2.amazonaws.com"}}
			bucket := map[string]string{"aws:s3:arn": "arn:aws:s3:::lake-1"}
			owners := map[string]keypolicy.Document{"the default policy": rootOnly(), "a tier's policy": ownersTier(t, c.config)}
			for owner, policy := range owners {
				if err := append(policy.Validate(), (keypolicy.Document{Statements: slices.Concat(policy.Statements, added)}).Validate()...); len(err) > 0 {
					t.Fatalf("%s: %v", owner, err)
				}
				with := keypolicy.Document{Statements: slices.Concat(policy.Statements, added)}
				can := func(policy keypolicy.Document, principal string, identity []keypolicy.Document, encryption map[string]string, context map[string][]string) string {
					var actions []string
					for _, action := range (aws.MatchActions("kms:*") & aws.KeyActions).Names() {
						decision, err := evaluation.Evaluate(policy, evaluation.Request{Principal: principal, Action: action, Key: ownersKey,
							EncryptionContext: encryption, Context: context, IdentityPolicies: identity})
						if err != nil {
							t.Fatal(err)
						}
						if decision.Allowed {
							actions = append(actions, strings.TrimPrefix(action, "kms:"))
						}
					}
					return strings.Join(slices.Sorted(slices.Values(actions)), " ")
				}
				whole := []keypolicy.Document{use.Policy()}
				other := maps.Clone(mine)
				other["service"] = "svc-b"
				context := mine
				without := "DescribeKey"
				if c.service == "" {
					context, without = nil, c.want
				}
				for request, got := range map[string][2]string{
					"as meant":                    {can(with, role, whole, context, nil), c.want},
					"through S3":                  {can(with, role, whole, bucket, through), strings.TrimSpace(join(c.through, without, c.service))},
					"through S3, another bucket":  {can(with, role, whole, map[string]string{"aws:s3:arn": "arn:aws:s3:::other"}, through), without},
					"through S3, another Region":  {can(with, role, whole, bucket, elsewhere), without},
					"through S3, its own context": {can(with, role, whole, context, through), without},
					"with another service":        {can(with, role, whole, other, nil), without},
					"without a context":           {can(with, role, whole, nil, nil), without},
					"without the owner":           {can(policy, role, whole, context, nil), ""},
					"without the identity policy": {can(with, role, nil, context, nil), ""},
					"another role of the account": {can(with, grantedRole("Other"), whole, context, nil), ""},
					"a role of the owner's":       {can(with, "arn:aws:iam::"+ownerAccount+":role/Reader", nil, context, nil), ""},
					"a role of a third account":   {can(with, "arn:aws:iam::888888888888:role/Reader", whole, context, nil), ""},
					"with whatever IAM policy":    {can(with, role, []keypolicy.Document{everything()}, context, nil), c.want},
				} {
					if got[0] != got[1] {
						t.Errorf("%s, %s: the role can %q, want %q", owner, request, got[0], got[1])
					}
				}
			}
		})
	}
}

// join are the actions through a service, and what needs none.
func join(through, without, service string) string {
	if service == "" {
		return without
	}
	words := append(strings.Fields(through), without)
	slices.Sort(words)
	return strings.Join(words, " ")
}

func everything() keypolicy.Document {
	return keypolicy.Document{Statements: []keypolicy.Statement{{Sid: "All", Effect: keypolicy.Allow, Actions: []string{"kms:*"}, Resources: []string{"*"}}}}
}

// ownersTier is the policy of a key of that kind in a tier of the owner's.
func ownersTier(t *testing.T, config kmstier.ExistingKeyConfig) keypolicy.Document {
	t.Helper()
	given := devConfig()
	given.AccountId = ownerAccount
	given.LambdaRoleArns = nil
	given.AdditionalKeys = []kmstier.AdditionalKey{{Purpose: "theirs", Spec: config.Spec, Usage: config.Usage}}
	return newTier(t, newStack(newApp(t), "owner"), "kms", given).Key("theirs").Policy()
}

// Roles of one verb share a statement, and Sids stay apart however many services,
// verbs and patterns there are.
func TestStatementsForTheOwnerAreCollected(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	key := existingKey(t, stack, kmstier.ExistingKeyConfig{AwsServices: []kmstier.AwsService{kmstier.S3("lake-*"), kmstier.DynamoDb("t-*")}})
	for _, grant := range []func() ([]keypolicy.Statement, error){
		func() ([]keypolicy.Statement, error) { return key.GrantDecrypt(grantedRole("A"), "svc-a") },
		func() ([]keypolicy.Statement, error) { return key.GrantDecrypt(grantedRole("B"), "svc-b") },
		func() ([]keypolicy.Statement, error) { return key.GrantDecrypt(newRole(stack, "made"), "svc-a") },
		func() ([]keypolicy.Statement, error) {
			return key.GrantEncryptDecrypt(kmstier.RolePattern(grantedRole("etl-*")), "svc-a")
		},
	} {
		if _, err := grant(); err != nil {
			t.Fatal(err)
		}
	}
	policy := key.OwnerPolicy()
	if problems := policy.Validate(); len(problems) > 0 {
		t.Error(problems)
	}
	const begin = "AllowNeurocipherPipelineDev"
	var got []string
	for _, statement := range policy.Statements {
		sid, ours := strings.CutPrefix(statement.Sid, begin)
		if !ours {
			t.Errorf("the Sid %s does not say whose it is", statement.Sid)
		}
		got = append(got, sid)
	}
	want := "DirectUseBySvcAByPattern DirectDecryptBySvcA DirectDecryptBySvcB UseThroughS3ByPattern UseThroughDynamoDbByPattern DecryptThroughS3 DecryptThroughDynamoDb " +
		"GrantsForAwsResourcesByPattern ServiceRoleDescribeKey ServiceRoleDescribeKeyByPattern"
	if strings.Join(got, " ") != want {
		t.Errorf("the Sids are %s, want %s", strings.Join(got, " "), want)
	}
	if direct := statementWith(policy, begin+"DirectDecryptBySvcA"); direct == nil || len(direct.Principals) != 2 {
		t.Errorf("the roles of a service have not one statement: %v", direct)
	}
	if _, err := key.OwnerPolicyDocument(stack, "for-owner"); err != nil {
		t.Fatal(err)
	}
	_, text := synthesize(t, stack)
	if !strings.Contains(text, "${aws_iam_role.made.arn}") {
		t.Errorf("the document has no token of a role:\n%s", text)
	}
	// The account is that of the first role, so nothing is looked up.
	for _, source := range []string{"aws_caller_identity", "aws_region", "aws_partition"} {
		if strings.Contains(text, source) {
			t.Errorf("%s is looked up", source)
		}
	}
}

// In one account the statement is enough for a role that it names.
func TestStatementsForAnOwnerOfTheSameAccountAreEnough(t *testing.T) {
	const arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	key, err := kmstier.FromKeyArn(newStack(newApp(t), "dev"), "theirs", arn, &kmstier.ExistingKeyConfig{Environment: "dev", Spec: "HMAC_256"})
	if err != nil {
		t.Fatal(err)
	}
	for role, enough := range map[any]bool{grantedRole("Checker"): true, kmstier.RolePattern(grantedRole("check*")): false} {
		added, err := key.GrantVerifyMac(role)
		if err != nil {
			t.Fatal(err)
		}
		principal := map[bool]string{true: grantedRole("Checker"), false: grantedRole("checks")}[enough]
		decision, err := evaluation.Evaluate(keypolicy.Document{Statements: added}, evaluation.Request{Principal: principal, Action: "kms:VerifyMac", Key: arn})
		if err != nil || decision.Allowed != enough {
			t.Errorf("%v: %v, %v; want it allowed: %v", role, decision, err, enough)
		}
	}
}

// A token tells neither account nor Region: what a statement needs is looked up.
func TestKeysByTokenAreLookedUpWhereNeeded(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	variable := cdktf.NewTerraformVariable(stack, jsii.String("key"), &cdktf.TerraformVariableConfig{Type: jsii.String("string")})
	role := newRole(stack, "made")
	for id, services := range map[string][]kmstier.AwsService{"direct": nil, "through": {kmstier.Sqs("jobs")}} {
		key, err := kmstier.FromKeyArn(stack, id, *variable.StringValue(), &kmstier.ExistingKeyConfig{Environment: "dev", AwsServices: services})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := key.GrantDecrypt(role, "svc-a"); err != nil {
			t.Fatal(err)
		}
		if _, err := key.UsePolicyDocument(stack, "use-"+id, kmstier.Decrypt, "svc-a"); err != nil {
			t.Fatal(err)
		}
		cdktf.NewTerraformOutput(stack, jsii.String(id+"-id"), &cdktf.TerraformOutputConfig{Value: key.KeyId()})
		if key.AliasName() != nil {
			t.Errorf("the key has the alias %s", *key.AliasName())
		}
	}
	_, text := synthesize(t, stack)
	for _, want := range []string{`"resources": [
              "${var.key}"`, `"value": "${element(split(\"/\", var.key), 1)}"`, `"through_caller-identity_`, `"through_region_`} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, `"direct_caller-identity_`) {
		t.Error("an account is looked up that no statement has")
	}
}

func TestKeysAreFoundByAlias(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	west := newProvider(stack, "west", "us-west-2")
	for id, alias := range map[string]string{"own": "alias/payments", "theirs": "arn:aws:kms:us-east-1:" + ownerAccount + ":alias/payments"} {
		key, err := kmstier.FromAlias(stack, id, alias, &kmstier.ExistingKeyConfig{Environment: "dev", Spec: "RSA_3072", Usage: "SIGN_VERIFY", Provider: west})
		if err != nil {
			t.Fatal(err)
		}
		if got := *key.AliasName(); got != "alias/payments" {
			t.Errorf("%s: the alias is %s", id, got)
		}
		if !aws.IsToken(*key.Arn()) || !aws.IsToken(*key.KeyId()) {
			t.Errorf("%s: %s, %s are no tokens", id, *key.Arn(), *key.KeyId())
		}
	}
	_, text := synthesize(t, stack)
	for _, want := range []string{`"provider": "aws.west"`, `"key_id": "alias/payments"`, `"key_id": "arn:aws:kms:us-east-1:999999999999:alias/payments"`,
		`"condition": "${self.customer_master_key_spec == \"RSA_3072\" && self.key_usage == \"SIGN_VERIFY\"}"`} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
}

func TestWrongExistingKeysAreRefused(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	const arn = `the ARN of a key, such as "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"`
	const name = `an alias, such as "alias/payments": letters, digits and / _ -, at most 256 characters with the prefix alias/`
	const anAlias = ": is an alias, which policies do not take for its key; must be " + arn + ". For the key of an alias there is FromAlias"
	from := func(keyArn string) error {
		_, err := kmstier.FromKeyArn(stack, "k", keyArn, &kmstier.ExistingKeyConfig{Environment: "dev"})
		return err
	}
	by := func(alias string) error {
		_, err := kmstier.FromAlias(stack, "k", alias, &kmstier.ExistingKeyConfig{Environment: "dev"})
		return err
	}
	with := func(config *kmstier.ExistingKeyConfig) error {
		_, err := kmstier.FromKeyArn(stack, "k", ownersKey, config)
		return err
	}
	key := func(reason string) string { return "FromKeyArn \"k\" was refused, 1 problem:\n  keyArn" + reason }
	alias := func(reason string) string { return "FromAlias \"k\" was refused, 1 problem:\n  alias" + reason }
	before := strings.Join(children(stack), " ")
	for what, c := range map[string]struct {
		err  error
		want string
	}{
		"nothing":                 {from(""), key(": is missing; must be " + arn)},
		"an alias":                {from("alias/a"), key(` is "alias/a"` + anAlias)},
		"an alias's ARN":          {from("arn:aws:kms:us-east-1:999999999999:alias/a"), key(` is "arn:aws:kms:us-east-1:999999999999:alias/a"` + anAlias)},
		"an alias's ARN, in part": {from("arn:aws:kms:us-east-1:${var.a}:alias/a"), key(` is "arn:aws:kms:us-east-1:${var.a}:alias/a"` + anAlias)},
		"an alias by expression":  {from("${aws_kms_alias.a.arn}"), key(` is "${aws_kms_alias.a.arn}"` + anAlias)},
		"an id":                   {from("1234abcd-12ab-34cd-56ef-1234567890ab"), key(` is "1234abcd-12ab-34cd-56ef-1234567890ab": is the id of a key, which does not tell its account; must be ` + arn)},
		"another service":         {from("arn:aws:s3:::bucket"), key(` is "arn:aws:s3:::bucket": must be ` + arn)},
		"wildcards":               {from("arn:aws:kms:us-east-1:999999999999:key/*"), key(` is "arn:aws:kms:us-east-1:999999999999:key/*": must be ` + arn)},
		"a short account":         {from("arn:aws:kms:us-east-1:9:key/${var.a}"), key(` is "arn:aws:kms:us-east-1:9:key/${var.a}": must be ` + arn)},
		"another partition":       {from("arn:aws-cn:kms:us-east-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab"), key(` is "arn:aws-cn:kms:us-east-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab": is of partition "aws-cn"; must be of "aws", that of Region us-east-1`)},
		"a list":                  {from("#{TfToken[TOKEN.0]}"), key(` is "#{TfToken[TOKEN.0]}": is a list that only Terraform knows; must be one value (which may be a token)`)},
		"no alias":                {by(""), alias(": is missing; must be " + name)},
		"a bare name":             {by("payments"), alias(` is "payments": must be ` + name + ", or the ARN of one")},
		"an alias of AWS":         {by("alias/aws/s3"), alias(` is "alias/aws/s3": is that of a key that AWS manages, to whose policy nobody can add; must be that of a customer managed key`)},
		"a key for an alias":      {by(ownersKey), alias(` is "` + ownersKey + `": is a key and no alias; must be ` + name + ". For a key by its ARN there is FromKeyArn")},
		"an alias elsewhere":      {by("arn:aws-cn:kms:us-east-1:999999999999:alias/a"), alias(` is "arn:aws-cn:kms:us-east-1:999999999999:alias/a": is of partition "aws-cn"; must be of "aws", that of Region us-east-1`)},
		"no configuration":        {with(nil), "FromKeyArn \"k\" was refused, 1 problem:\n  config: is nil; must be an *ExistingKeyConfig with at least Environment"},
		"everything wrong at once": {with(&kmstier.ExistingKeyConfig{Environment: "Dev", App: "*", AccountId: "1", Spec: "RSA_1024", AwsServices: []kmstier.AwsService{kmstier.SnsToSqs("a"), {Service: "Sqz"}}}), `FromKeyArn "k" was refused, 6 problems:
  Environment is "Dev": must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters
  App is "*": must be letters, digits, spaces and _ . : / = + @ -, beginning with a letter or digit, at most 256 characters, since it is a tag as well
  AccountId is "1": must be an account id of twelve digits, such as "123456789012"
  Spec is "RSA_1024": must be a key spec: SYMMETRIC_DEFAULT, RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, ECC_NIST_EDWARDS25519, ML_DSA_44, ML_DSA_65, ML_DSA_87, SM2, HMAC_224, HMAC_256, HMAC_384, HMAC_512
  AwsServices[0].Service is "SnsToSqs": SNS topics that deliver to encrypted queues calls KMS by itself and not for a role, so a statement for roles would not let it in; the key's owner must
  AwsServices[1].Service is "Sqz": is no AWS service that a key can serve; must be one of docs/services.md; did you mean "Sqs"?`},
		"services of HMAC": {with(&kmstier.ExistingKeyConfig{Environment: "dev", Spec: "HMAC_256", AwsServices: []kmstier.AwsService{kmstier.Sqs("a")}}), `FromKeyArn "k" was refused, 1 problem:
  AwsServices is "Sqs": must be left out: AWS services encrypt with symmetric keys only, and the key is HMAC_256`},
	} {
		t.Run(what, func(t *testing.T) { wantRefusal(t, c.err, c.want) })
	}
	if after := strings.Join(children(stack), " "); after != before {
		t.Errorf("refused keys left something behind: %s, before %s", after, before)
	}
}

func TestWrongGrantsOnExistingKeysAreRefused(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	key := existingKey(t, stack, kmstier.ExistingKeyConfig{})
	if _, err := key.GrantDecrypt(grantedRole("First"), "svc-a"); err != nil {
		t.Fatal(err)
	}
	before := key.OwnerPolicy().Indented()
	signing, err := kmstier.FromKeyArn(stack, "signing", ownersKey, &kmstier.ExistingKeyConfig{Environment: "dev", Spec: "RSA_3072", Usage: "SIGN_VERIFY", AccountId: "123456789012"})
	if err != nil {
		t.Fatal(err)
	}
	encrypting, err := kmstier.FromKeyArn(stack, "encrypting", ownersKey, &kmstier.ExistingKeyConfig{Environment: "dev", Spec: "RSA_3072", Usage: "ENCRYPT_DECRYPT"})
	if err != nil {
		t.Fatal(err)
	}
	refused := func(_ any, err error) error { return err }
	r := grantedRole("R")
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a verb that does not fit": {refused(key.GrantSign(r)), "GrantSign on \"dev/theirs\" was refused, 1 problem:\n  role is \"Sign\": does not fit the key, which is ENCRYPT_DECRYPT (SYMMETRIC_DEFAULT); must be EncryptDecrypt, Encrypt, Decrypt"},
		"no service":               {refused(key.GrantDecrypt(nil, "")), "GrantDecrypt on \"dev/theirs\" was refused, 2 problems:\n  service is \"\": must be a service's name, such as \"svc-ingest-api\": letters and digits with single hyphens, underscores or dots between them, at most 128 characters\n  role is nil: must be the ARN of an IAM role or user (a string, literal or token), a kmstier.RolePattern, or a resource of the bindings that has an ARN, such as an iamrole.IamRole"},
		"a service of RSA":         {refused(encrypting.GrantDecrypt(r, "svc-a")), "GrantDecrypt on \"dev/encrypting\" was refused, 1 problem:\n  service is \"svc-a\": must be left out: KMS takes no encryption context for a key of spec RSA_3072"},
		"another account":          {refused(key.GrantDecrypt("arn:aws:iam::888888888888:role/R", "svc-a")), "GrantDecrypt on \"dev/theirs\" was refused, 1 problem:\n  role is \"arn:aws:iam::888888888888:role/R\": is of account 888888888888; must be of 123456789012, which is that of the roles before it. Roles of another account need an ExistingKey of their own"},
		"not AccountId":            {refused(signing.GrantSign("arn:aws:iam::888888888888:role/R")), "GrantSign on \"dev/signing\" was refused, 1 problem:\n  role is \"arn:aws:iam::888888888888:role/R\": is of account 888888888888; must be of 123456789012, which is AccountId. Roles of another account need an ExistingKey of their own"},
		"another partition":        {refused(signing.GrantSign("arn:aws-cn:iam::123456789012:role/R")), "GrantSign on \"dev/signing\" was refused, 1 problem:\n  role is \"arn:aws-cn:iam::123456789012:role/R\": is of partition \"aws-cn\"; must be of \"aws\", the key's"},
		"a pattern as text":        {refused(signing.GrantSign(grantedRole("r-*"))), "GrantSign on \"dev/signing\" was refused, 1 problem:\n  role is \"arn:aws:iam::123456789012:role/r-*\": must not hold wildcards, which KMS refuses in a principal; give patterns as kmstier.RolePattern"},
		"two services of one Sid":  {refused(key.GrantDecrypt(r, "svc.a")), "GrantDecrypt on \"dev/theirs\" was refused, 1 problem:\n  service is \"svc.a\": gives the same Sid, AllowDirectUseBySvcA, as service \"svc-a\""},
		"use of what does not fit": {refused(signing.UsePolicyDocument(stack, "use", kmstier.Decrypt, "")), "UsePolicyDocument \"use\" of \"dev/signing\" was refused, 1 problem:\n  verb is \"Decrypt\": does not fit the key, which is SIGN_VERIFY (RSA_3072); must be Sign, Verify"},
		"nothing to hand over":     {refused(signing.OwnerPolicyDocument(stack, "a b")), "OwnerPolicyDocument \"a b\" of \"dev/signing\" was refused, 2 problems:\n  id is \"a b\": must be letters, digits, hyphens and underscores, at least one\n  roles: are none so far; grant something first"},
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, c.err, c.want) })
	}
	if after := key.OwnerPolicy().Indented(); after != before {
		t.Errorf("refused grants changed the policy for the owner:\n%s", after)
	}
}

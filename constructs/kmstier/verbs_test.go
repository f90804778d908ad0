package kmstier_test

import (
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsiamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamuser"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// kindsConfig has a key of each kind.
func kindsConfig() *kmstier.KmsTierConfig {
	config := devConfig()
	config.AccountAccess = kmstier.AdministerOnly
	config.AdditionalKeys = []kmstier.AdditionalKey{
		{Purpose: "app", AwsServices: []kmstier.AwsService{kmstier.SecretsManager("app-*")}},
		{Purpose: "schema", Spec: "ECC_NIST_P256", Usage: "SIGN_VERIFY"},
		{Purpose: "mac", Spec: "HMAC_256"},
		{Purpose: "agree", Spec: "ECC_NIST_P384", Usage: "KEY_AGREEMENT"},
		{Purpose: "mail", Spec: "RSA_4096", Usage: "ENCRYPT_DECRYPT"},
	}
	return config
}

// Each verb lets its role do what it says, as seen by deciding requests, and nothing
// else that uses a key.
func TestVerbsLetARoleDoWhatTheySay(t *testing.T) {
	context := map[string]string{"app": "neurocipher-pipeline", "env": "dev", "service": "svc-a"}
	grants := map[string]struct {
		key     string
		grant   func(kmstier.Key, any) error
		context map[string]string
		want    string
	}{
		"data, both":    {"data", func(k kmstier.Key, r any) error { return k.GrantEncryptDecrypt(r, "svc-a") }, context, "Decrypt Encrypt GenerateDataKey"},
		"data, encrypt": {"data", func(k kmstier.Key, r any) error { return k.GrantEncrypt(r, "svc-a") }, context, "Encrypt GenerateDataKey"},
		"data, decrypt": {"data", func(k kmstier.Key, r any) error { return k.GrantDecrypt(r, "svc-a") }, context, "Decrypt"},
		"app, encrypt":  {"app", func(k kmstier.Key, r any) error { return k.GrantEncrypt(r, "svc-a") }, context, "Encrypt GenerateDataKey"},
		"sign":          {"schema", kmstier.Key.GrantSign, nil, "Sign"},
		"verify":        {"schema", kmstier.Key.GrantVerify, nil, "Verify"},
		"make":          {"mac", kmstier.Key.GrantGenerateMac, nil, "GenerateMac"},
		"check":         {"mac", kmstier.Key.GrantVerifyMac, nil, "VerifyMac"},
		"agree":         {"agree", kmstier.Key.GrantDeriveSharedSecret, nil, "DeriveSharedSecret"},
		"mail, both":    {"mail", func(k kmstier.Key, r any) error { return k.GrantEncryptDecrypt(r, "") }, nil, "Decrypt Encrypt"},
		"mail, encrypt": {"mail", func(k kmstier.Key, r any) error { return k.GrantEncrypt(r, "") }, nil, "Encrypt"},
		"mail, decrypt": {"mail", func(k kmstier.Key, r any) error { return k.GrantDecrypt(r, "") }, nil, "Decrypt"},
		"administer":    {"mac", kmstier.Key.GrantAdminister, nil, "PutKeyPolicy"},
	}
	for name, g := range grants {
		t.Run(name, func(t *testing.T) {
			tier := newTier(t, newStack(newApp(t), "dev"), "kms", kindsConfig())
			before := map[string]string{}
			for _, key := range tier.Keys() {
				before[key.Purpose()] = key.Policy().Indented()
			}
			arn := grantedRole("Granted")
			if err := g.grant(tier.Key(g.key), arn); err != nil {
				t.Fatal(err)
			}
			var can []string
			for _, action := range []string{"Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateMac", "PutKeyPolicy", "Sign", "Verify", "VerifyMac"} {
				decision, err := evaluation.Evaluate(tier.Key(g.key).Policy(), evaluation.Request{
					Principal: arn, Action: "kms:" + action, EncryptionContext: g.context,
					Key: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
				})
				if err != nil {
					t.Fatal(err)
				}
				if decision.Allowed {
					can = append(can, action)
				}
			}
			if got := strings.Join(can, " "); got != g.want {
				t.Errorf("the role can %q, want %q", got, g.want)
			}
			for _, key := range tier.Keys() {
				if changed := key.Policy().Indented() != before[key.Purpose()]; changed != (key.Purpose() == g.key) {
					t.Errorf("the policy of the %s key changed: %v", key.Purpose(), changed)
				}
			}
		})
	}
}

// A role is named by its ARN, by a token, by a pattern, or by what the bindings make.
func TestVerbsTakeRolesHoweverTheyAreNamed(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	tier := newTier(t, stack, "kms", kindsConfig())
	found := dataawsiamrole.NewDataAwsIamRole(stack, jsii.String("found"), &dataawsiamrole.DataAwsIamRoleConfig{Name: jsii.String("found")})
	made := newRole(stack, "made")
	for _, role := range []any{grantedRole("Text"), made.Arn(), *made.Arn(), made, found, kmstier.RolePattern(grantedRole("etl-*")),
		iamuser.NewIamUser(stack, jsii.String("user"), &iamuser.IamUserConfig{Name: jsii.String("u")})} {
		if err := tier.Key("schema").GrantSign(role); err != nil {
			t.Error(err)
		}
	}
	read, _ := synthesize(t, stack)
	_, policy := one(t, read.Data.Document, "kms_schema_policy_")
	want := []any{[]any{grantedRole("Text"), "${aws_iam_role.made.arn}", "${aws_iam_role.made.arn}", "${aws_iam_role.made.arn}", "${data.aws_iam_role.found.arn}", "${aws_iam_user.user.arn}"}}
	if diff := cmp.Diff(want, identifiers(statementOf(t, policy, "AllowSign"))); diff != "" {
		t.Errorf("signers (-want +got):\n%s", diff)
	}
	if by := statementOf(t, policy, "AllowSignByPattern").Condition; len(by) != 1 || by[0].Variable != "aws:PrincipalArn" {
		t.Errorf("signers by pattern: %v", by)
	}
}

func TestVerbsThatDoNotFitAreRefused(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := kindsConfig()
	config.AdministratorRoleArns = []string{grantedRole("Admin")}
	config.AdditionalKeys[1].Users = []kmstier.KeyUser{{Verb: kmstier.Sign, RoleArns: []string{grantedRole("Signer")}}}
	tier := newTier(t, stack, "kms", config)
	before := map[string]string{}
	for _, key := range tier.Keys() {
		before[key.Purpose()] = key.Policy().Indented()
	}
	queue := sqsqueue.NewSqsQueue(stack, jsii.String("queue"), &sqsqueue.SqsQueueConfig{})
	var none *string
	const must = "must be the ARN of an IAM role or user (a string, literal or token), a kmstier.RolePattern, or a resource of the bindings that has an ARN, such as an iamrole.IamRole"
	const both = "; administrators manage the keys and are denied every use, so a role must not be both"
	r := grantedRole("R")
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"signing data": {tier.DataKey().GrantSign(r), `GrantSign on "dev/kms/data" was refused, 1 problem:
  role: cannot be granted this on the data key, which is ENCRYPT_DECRYPT (SYMMETRIC_DEFAULT); must be GrantEncryptDecrypt, GrantEncrypt, GrantDecrypt`},
		"decrypting by a signing key": {tier.Key("schema").GrantDecrypt(r, "svc-a"), `GrantDecrypt on "dev/kms/schema" was refused, 1 problem:
  role: cannot be granted this on the schema key, which is SIGN_VERIFY (ECC_NIST_P256); must be GrantSign, GrantVerify`},
		"MACs by a signing key": {tier.Key("schema").GrantGenerateMac(r), `GrantGenerateMac on "dev/kms/schema" was refused, 1 problem:
  role: cannot be granted this on the schema key, which is SIGN_VERIFY (ECC_NIST_P256); must be GrantSign, GrantVerify`},
		"decrypting logs": {tier.LogsKey().GrantDecrypt(r, "svc-a"), `GrantDecrypt on "dev/kms/logs" was refused, 1 problem:
  role: cannot use the logs key directly, which nobody but AWS services does; roles write and read logs through S3 by GrantApplicationLogs, other accounts by SharedWith`},
		"data without a service": {tier.DataKey().GrantDecrypt(r, ""), `GrantDecrypt on "dev/kms/data" was refused, 1 problem:
  service is "": must be a service's name, such as "svc-ingest-api": letters and digits with single hyphens, underscores or dots between them, at most 128 characters`},
		"RSA with a service": {tier.Key("mail").GrantEncrypt(r, "svc-a"), `GrantEncrypt on "dev/kms/mail" was refused, 1 problem:
  service is "svc-a": must be left out: KMS takes no encryption context for a key of spec RSA_4096`},
		"nil":              {tier.Key("mac").GrantVerifyMac(nil), "GrantVerifyMac on \"dev/kms/mac\" was refused, 1 problem:\n  role is nil: " + must},
		"no text":          {tier.Key("mac").GrantVerifyMac(none), "GrantVerifyMac on \"dev/kms/mac\" was refused, 1 problem:\n  role is nil: " + must},
		"a number":         {tier.Key("mac").GrantVerifyMac(7), "GrantVerifyMac on \"dev/kms/mac\" was refused, 1 problem:\n  role is int: " + must},
		"a queue":          {tier.Key("mac").GrantVerifyMac(queue), "GrantVerifyMac on \"dev/kms/mac\" was refused, 1 problem:\n  role is aws_sqs_queue: is no IAM role or user; " + must},
		"a key":            {tier.Key("mac").GrantVerifyMac(tier.DataKey()), "GrantVerifyMac on \"dev/kms/mac\" was refused, 1 problem:\n  role is *kmstier.DataKey: " + must},
		"an administrator": {tier.Key("mac").GrantVerifyMac(grantedRole("Admin")), "GrantVerifyMac on \"dev/kms/mac\" was refused, 1 problem:\n  role is \"arn:aws:iam::123456789012:role/Admin\": is in AdministratorRoleArns[0] too" + both},
		"a signer":         {tier.Key("schema").GrantAdminister(grantedRole("Signer")), "GrantAdminister on \"dev/kms/schema\" was refused, 1 problem:\n  role is \"arn:aws:iam::123456789012:role/Signer\": is in AdditionalKeys[1].Users[0].RoleArns[0] too" + both},
		"a user":           {tier.Key("schema").GrantAdminister("arn:aws:iam::123456789012:user/u"), "GrantAdminister on \"dev/kms/schema\" was refused, 1 problem:\n  role is \"arn:aws:iam::123456789012:user/u\": is an IAM user; an administrator must be a role, since a user gets sessions under names of its own choice by sts:GetFederationToken, to which no statement could deny the data. Name a role that the user assumes"},
		"another account":  {tier.Key("schema").GrantSign("arn:aws:iam::999999999999:role/R"), "GrantSign on \"dev/kms/schema\" was refused, 1 problem:\n  role is \"arn:aws:iam::999999999999:role/R\": is of account 999999999999; must be of 123456789012, which is AccountId; other accounts are for SharedWith"},
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, c.err, c.want) })
	}
	for _, key := range tier.Keys() {
		if diff := cmp.Diff(before[key.Purpose()], key.Policy().Indented()); diff != "" {
			t.Errorf("a refused verb changed the policy of the %s key:\n%s", key.Purpose(), diff)
		}
	}
	// A signer may administer another key.
	if err := tier.Key("mac").GrantAdminister(grantedRole("Signer")); err != nil {
		t.Error(err)
	}
}

func TestAdditionalKeysAreSynthesizedAsTheirKind(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	config := kindsConfig()
	config.AdditionalKeys = append(config.AdditionalKeys, kmstier.AdditionalKey{Purpose: "vault", CustomKeyStoreId: "cks-1234567890abcdef0", XksKeyId: "k-1"})
	tier := newTier(t, stack, "kms", config)
	if err := tier.AddOutputs(""); err != nil {
		t.Fatal(err)
	}
	_, text := synthesize(t, stack)
	var read struct {
		Resource struct {
			Keys map[string]map[string]any `json:"aws_kms_key"`
		}
		Output map[string]any
	}
	unmarshal(t, text, &read)
	for purpose, want := range map[string]map[string]any{
		"app":    {"enable_key_rotation": true, "rotation_period_in_days": 365.0, "customer_master_key_spec": nil, "key_usage": nil},
		"schema": {"enable_key_rotation": false, "rotation_period_in_days": nil, "customer_master_key_spec": "ECC_NIST_P256", "key_usage": "SIGN_VERIFY"},
		"mac":    {"enable_key_rotation": false, "rotation_period_in_days": nil, "customer_master_key_spec": "HMAC_256", "key_usage": "GENERATE_VERIFY_MAC"},
		"agree":  {"customer_master_key_spec": "ECC_NIST_P384", "key_usage": "KEY_AGREEMENT"},
		"mail":   {"customer_master_key_spec": "RSA_4096", "key_usage": "ENCRYPT_DECRYPT"},
		"vault":  {"enable_key_rotation": false, "custom_key_store_id": "cks-1234567890abcdef0", "xks_key_id": "k-1", "customer_master_key_spec": nil},
	} {
		_, key := one(t, read.Resource.Keys, "kms_"+purpose+"_key_")
		for argument, value := range want {
			if got := key[argument]; got != value {
				t.Errorf("%s of the %s key is %v, want %v", argument, purpose, got, value)
			}
		}
		if read.Output[purpose+"_key_alias"] == nil {
			t.Errorf("there is no output of the %s key", purpose)
		}
		if got, want := tier.Key(purpose).Alias(), "alias/nc-dp-"+purpose+"-dev"; got != want {
			t.Errorf("the alias is %s, want %s", got, want)
		}
	}
}

// What a statement added later may say of a key that takes no context.
func TestStatementsOfKeysWithoutContextNeedNone(t *testing.T) {
	tier := newTier(t, newStack(newApp(t), "dev"), "kms", kindsConfig())
	statement := keypolicy.Statement{Sid: "AllowDnssec", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.ServicePrincipal("dnssec-route53.amazonaws.com")},
		Actions: []string{"kms:GetPublicKey", "kms:Sign"}, Conditions: []keypolicy.Condition{{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{"123456789012"}}}}
	if err := tier.Key("schema").AddStatement(statement); err != nil {
		t.Error(err)
	}
	statement.Sid, statement.Principals = "AllowStranger", []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::999999999999:role/Stranger")}
	statement.Conditions = nil
	if err := tier.Key("schema").AddStatement(statement); err == nil || !strings.Contains(err.Error(), "the key promises other accounts what is declared") {
		t.Errorf("a stranger who signs is not refused: %v", err)
	}
}

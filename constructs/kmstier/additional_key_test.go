package kmstier

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// signing is a key of the documented kind, with a user for each verb that fits.
func keyOf(spec aws.KeySpec, usage aws.KeyUsage) AdditionalKey {
	key := AdditionalKey{Purpose: "extra", Spec: spec.Name, Usage: string(usage)}
	for _, name := range statements.VerbNames(usage) {
		key.Users = append(key.Users, KeyUser{Verb: Verb(name), RoleArns: []string{role(name)}, RoleArnPatterns: []string{role(name + "-*")}})
	}
	return key
}

// partitionOf is one in which there are keys of the spec.
func partitionOf(spec aws.KeySpec) (partition, region string) {
	if spec.Partition == "aws-cn" {
		return "aws-cn", "cn-north-1"
	}
	return "aws", "us-east-1"
}

// KMS Developer Guide, "Key spec reference", cell by cell: the usages of a spec are
// taken, all others refused; without one, the only one is taken.
func TestSpecsHaveTheUsagesThatAwsDocuments(t *testing.T) {
	const e, s, m, k = "ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"
	documented := map[string][]string{
		"SYMMETRIC_DEFAULT": {e},
		"RSA_2048":          {e, s}, "RSA_3072": {e, s}, "RSA_4096": {e, s},
		"ECC_NIST_P256": {s, k}, "ECC_NIST_P384": {s, k}, "ECC_NIST_P521": {s, k},
		"ECC_SECG_P256K1": {s}, "ECC_NIST_EDWARDS25519": {s},
		"ML_DSA_44": {s}, "ML_DSA_65": {s}, "ML_DSA_87": {s},
		"SM2":      {e, s, k},
		"HMAC_224": {m}, "HMAC_256": {m}, "HMAC_384": {m}, "HMAC_512": {m},
	}
	for _, spec := range aws.KeySpecs() {
		fits, known := documented[spec.Name]
		if !known {
			t.Errorf("%s is not documented", spec.Name)
		}
		delete(documented, spec.Name)
		partition, region := partitionOf(spec)
		for _, usage := range []string{"", e, s, m, k, "ENCRYPT"} {
			config := &KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: region, Partition: partition,
				AdditionalKeys: []AdditionalKey{{Purpose: "extra", Spec: spec.Name, Usage: usage}}}
			err := config.Validate()
			right := slices.Contains(fits, usage) || usage == "" && len(fits) == 1
			if (err == nil) != right {
				t.Errorf("%s, %s: %v, want it accepted: %v", spec.Name, usage, err, right)
			}
			if err != nil && (!strings.Contains(err.Error(), "AdditionalKeys[0].Usage") || !strings.Contains(err.Error(), fits[0])) {
				t.Errorf("%s, %s: the error names not the field and what is allowed: %v", spec.Name, usage, err)
			}
		}
	}
	if len(documented) > 0 {
		t.Errorf("no spec %v", documented)
	}
}

// Of a key of every kind, each action of cryptography is for the roles of its verbs, and
// for nobody else whom IAM policies do not let in; never for administrators or other
// accounts, whatever these let in.
func TestKeysOfEveryKindAreUsedByTheirUsersAlone(t *testing.T) {
	// Which verb does what: AWS KMS API Reference.
	does := map[string][]string{
		"kms:Encrypt": {"EncryptDecrypt", "Encrypt"}, "kms:Decrypt": {"EncryptDecrypt", "Decrypt"}, "kms:GenerateDataKey": {"EncryptDecrypt", "Encrypt"},
		"kms:Sign": {"Sign"}, "kms:Verify": {"Verify"}, "kms:GenerateMac": {"GenerateMac"}, "kms:VerifyMac": {"VerifyMac"}, "kms:DeriveSharedSecret": {"DeriveSharedSecret"},
		"kms:GenerateDataKeyPair": nil, "kms:ReEncryptFrom": nil, "kms:ReEncryptTo": nil,
	}
	decided := 0
	for _, spec := range aws.KeySpecs() {
		for _, usage := range spec.Usages {
			for _, access := range []AccountAccess{DelegateToIam, AdministerOnly} {
				partition, region := partitionOf(spec)
				inPartition := func(arn string) string { return strings.Replace(arn, "arn:aws:", "arn:"+partition+":", 1) }
				key := keyOf(spec, usage)
				for i, user := range key.Users {
					key.Users[i].RoleArns[0], key.Users[i].RoleArnPatterns[0] = inPartition(user.RoleArns[0]), inPartition(user.RoleArnPatterns[0])
				}
				config := &KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: region, Partition: partition, AccountAccess: access,
					LambdaRoleArns: []string{inPartition(role("Lambda"))}, AdministratorRoleArns: []string{inPartition(role("Admin"))}, AdditionalKeys: []AdditionalKey{key}}
				s, problems := parse(config)
				if len(problems) > 0 {
					t.Fatal(problems)
				}
				if findings := s.everyFinding(); len(findings) > 0 {
					t.Errorf("%s, %s, %s: %v", spec.Name, usage, access, findings)
				}
				of, _ := s.findPurpose("extra")
				policy := of.policy(s, s.assumedLocation())
				context := map[string]string{}
				if of.takesContext() {
					context = map[string]string{"app": DefaultApp, "env": "dev", "service": "svc-a"}
				}
				for action, verbs := range does {
					if !of.takesContext() && action == "kms:GenerateDataKey" {
						verbs = nil // Asymmetric keys make no data keys.
					}
					callers := map[string]bool{role("Admin"): false, role("Lambda"): false, role("Rogue"): false, "arn:aws:iam::999999999999:role/Encrypt": false}
					for _, user := range key.Users {
						callers[role(string(user.Verb))] = slices.Contains(verbs, string(user.Verb))
						// By pattern, IAM policies must let them in as well.
						callers[role(string(user.Verb)+"-1")] = false
					}
					for caller, want := range callers {
						decided++
						decision, err := evaluation.Evaluate(policy, evaluation.Request{
							Principal: inPartition(caller), Action: action, EncryptionContext: context,
							Key: "arn:" + partition + ":kms:" + region + ":" + testAccount + ":key/1234abcd-12ab-34cd-56ef-1234567890ab",
						})
						if err != nil || decision.Allowed != want {
							t.Errorf("%s, %s, %s: %s by %s is %+v, %v; want allowed %v", spec.Name, usage, access, action, caller, decision, err, want)
						}
					}
				}
			}
		}
	}
	t.Logf("%d requests", decided)
}

func TestAdditionalKeysAreChecked(t *testing.T) {
	with := func(keys ...AdditionalKey) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) { c.AdditionalKeys = keys }
	}
	const slug = "must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters"
	signs := func(user KeyUser) func(*KmsTierConfig) {
		return with(AdditionalKey{Purpose: "schema", Spec: "RSA_3072", Usage: "SIGN_VERIFY", Users: []KeyUser{user}})
	}
	encrypts := func(users ...KeyUser) func(*KmsTierConfig) { return with(AdditionalKey{Purpose: "app", Users: users}) }
	a, b := []string{role("a")}, []string{role("b")}
	runChecks(t, map[string]checkCase{
		"one of each":      {with(AdditionalKey{Purpose: "a"}, AdditionalKey{Purpose: "b", Spec: "HMAC_256"}), nil},
		"no purpose":       {with(AdditionalKey{}), []string{"AdditionalKeys[0].Purpose: is missing; " + slug}},
		"the data key":     {with(AdditionalKey{Purpose: "data"}), []string{`AdditionalKeys[0].Purpose is "data": is a key that every tier has; must be another`}},
		"one purpose":      {with(AdditionalKey{Purpose: "a"}, AdditionalKey{Purpose: "a"}), []string{`AdditionalKeys[1].Purpose is "a": is the purpose of another additional key; must be another, or it would have the same alias`}},
		"one Sid":          {with(AdditionalKey{Purpose: "a-1"}, AdditionalKey{Purpose: "a1"}), []string{`AdditionalKeys[1].Purpose is "a1": gives the same Sids as "a-1"; must be another`}},
		"a construct's id": {with(AdditionalKey{Purpose: "region"}), []string{`AdditionalKeys[0].Purpose is "region": is the id of another construct of the tier; must be another`}},
		"a spec of China": {with(AdditionalKey{Purpose: "a", Spec: "SM2", Usage: "SIGN_VERIFY"}),
			[]string{`AdditionalKeys[0].Spec is "SM2": is a spec of partition "aws-cn" only, and the key's is "aws"`}},
		"rotation of a signing key": {with(AdditionalKey{Purpose: "a", Spec: "HMAC_256", EnableKeyRotation: jsii.Bool(true), RotationPeriodDays: 90}), []string{
			"AdditionalKeys[0].EnableKeyRotation is true: must be false or left out: AWS rotates symmetric keys only, and the key is HMAC_256",
			"AdditionalKeys[0].RotationPeriodDays is 90: must be left out: AWS rotates symmetric keys only, and the key is HMAC_256"}},
		"no rotation of one": {with(AdditionalKey{Purpose: "a", Spec: "HMAC_256", EnableKeyRotation: jsii.Bool(false)}), nil},
		"no rotation in production": {func(c *KmsTierConfig) {
			c.Environment, c.AdditionalKeys = "prod", []AdditionalKey{{Purpose: "a", EnableKeyRotation: jsii.Bool(false)}}
		}, []string{"AdditionalKeys[0].EnableKeyRotation is false: must be true in production"}},
		"keys that cannot be rotated in production": {func(c *KmsTierConfig) {
			c.Environment, c.AdditionalKeys = "prod", []AdditionalKey{{Purpose: "a", Spec: "HMAC_256"}, {Purpose: "b", CustomKeyStoreId: "cks-1234567890abcdef0"}}
		}, nil},
		"rotation in a key store": {with(AdditionalKey{Purpose: "a", CustomKeyStoreId: "cks-1234567890abcdef0", EnableKeyRotation: jsii.Bool(true)}),
			[]string{"AdditionalKeys[0].EnableKeyRotation is true: must be false or left out: AWS rotates no keys in custom key stores"}},
		"a signing key in a key store": {with(AdditionalKey{Purpose: "a", Spec: "HMAC_256", CustomKeyStoreId: "cks-1234567890abcdef0"}),
			[]string{`AdditionalKeys[0].CustomKeyStoreId is "cks-1234567890abcdef0": is for symmetric keys only, and the key is HMAC_256`}},
		"an external key without a store": {with(AdditionalKey{Purpose: "a", XksKeyId: "k"}), []string{`AdditionalKeys[0].XksKeyId is "k": needs CustomKeyStoreId, the external key store`}},
		"S3 under a signing key": {with(AdditionalKey{Purpose: "a", Spec: "HMAC_256", AwsServices: []AwsService{S3("b")}}),
			[]string{`AdditionalKeys[0].AwsServices is "S3": must be left out: AWS services encrypt with symmetric keys only, and the key is HMAC_256`}},
		"logs under another key": {with(AdditionalKey{Purpose: "a", AwsServices: []AwsService{CloudTrail()}}),
			[]string{`AdditionalKeys[0].AwsServices[0].Service is "CloudTrail": cannot be served by the a key; CloudTrail writes logs, which are the logs key's: give it in AwsServices.Logs`}},
		"buckets of two keys": {func(c *KmsTierConfig) {
			c.EncryptedResources.BucketNames = []string{"a-*"}
			c.AdditionalKeys = []AdditionalKey{{Purpose: "a", AwsServices: []AwsService{S3("b-*")}}}
		}, nil},
		"a verb of another usage": {signs(KeyUser{Verb: Decrypt, RoleArns: a}),
			[]string{`AdditionalKeys[0].Users[0].Verb is "Decrypt": does not fit the schema key, which is SIGN_VERIFY (RSA_3072); must be Sign, Verify`}},
		"a misspelt verb": {signs(KeyUser{Verb: "Verfiy", RoleArns: a}),
			[]string{`AdditionalKeys[0].Users[0].Verb is "Verfiy": does not fit the schema key, which is SIGN_VERIFY (RSA_3072); must be Sign, Verify; did you mean "Verify"?`}},
		"a context of a signing key": {signs(KeyUser{Verb: Sign, Service: "svc-a", RoleArns: a}),
			[]string{`AdditionalKeys[0].Users[0].Service is "svc-a": must be left out: KMS takes no encryption context for a key of spec RSA_3072`}},
		"no roles": {signs(KeyUser{Verb: Sign}), []string{`AdditionalKeys[0].Users[0] is "Sign": has no roles; give RoleArns or RoleArnPatterns, or leave it out`}},
		"a role of another account": {signs(KeyUser{Verb: Sign, RoleArns: []string{"arn:aws:iam::999999999999:role/a"}}),
			[]string{`AdditionalKeys[0].Users[0].RoleArns[0] is "arn:aws:iam::999999999999:role/a": is of account 999999999999; must be of 123456789012, which is AccountId; other accounts are for SharedWith`}},
		"a pattern among names": {signs(KeyUser{Verb: Sign, RoleArns: []string{role("a-*")}}),
			[]string{`AdditionalKeys[0].Users[0].RoleArns[0] is "arn:aws:iam::123456789012:role/a-*": must not hold wildcards, which KMS refuses in a principal; give patterns in the RoleArnPatterns beside it`}},
		"an administrator who signs": {func(c *KmsTierConfig) { signs(KeyUser{Verb: Sign, RoleArns: a})(c); c.AdministratorRoleArns = a },
			[]string{`AdditionalKeys[0].Users[0].RoleArns[0] is "arn:aws:iam::123456789012:role/a": is in AdministratorRoleArns[0] too; administrators manage the keys and are denied every use, so a role must not be both`}},
		"a Lambda role that signs":     {func(c *KmsTierConfig) { signs(KeyUser{Verb: Sign, RoleArns: a})(c); c.LambdaRoleArns = a }, nil},
		"one role, two verbs":          {encrypts(KeyUser{Verb: Encrypt, RoleArns: a}, KeyUser{Verb: Decrypt, Service: "svc-a", RoleArns: a}), nil},
		"one role, two services":       {encrypts(KeyUser{Verb: Encrypt, Service: "svc-b", RoleArns: a}, KeyUser{Verb: Encrypt, Service: "svc-a", RoleArns: a}), nil},
		"two services that look alike": {encrypts(KeyUser{Verb: Encrypt, Service: "svc-b", RoleArns: a}, KeyUser{Verb: Encrypt, Service: "svc.b", RoleArns: b}), []string{`AdditionalKeys[0].Users[1].Service is "svc.b": gives the same Sid, AllowDirectUseBySvcB, as service "svc-b"`}},
		"a share of a signing key": {func(c *KmsTierConfig) {
			signs(KeyUser{Verb: Sign, RoleArns: a})(c)
			c.SharedWith = partner(func(s *Share) { s.Key = "schema" })
		}, []string{`SharedWith[0].Key is "schema": is an asymmetric or HMAC key, of which no use is bound to a context, so none is shared; give the other account the public key of an asymmetric one`}},
		"a share of another key": {func(c *KmsTierConfig) {
			c.AdditionalKeys = []AdditionalKey{{Purpose: "app"}}
			c.SharedWith = partner(func(s *Share) { s.Key = "app" })
		}, nil},
	})
}

// AWS rotates what the spec lets it rotate, by the key's period.
func TestAdditionalKeysAreRotatedBySpec(t *testing.T) {
	s := newSettings(&KmsTierConfig{Environment: "prod", RotationPeriodDays: 200, AdditionalKeys: []AdditionalKey{
		{Purpose: "app", RotationPeriodDays: 180}, {Purpose: "backup"}, {Purpose: "schema", Spec: "RSA_2048", Usage: "SIGN_VERIFY"}, {Purpose: "hsm", CustomKeyStoreId: "cks-1234567890abcdef0"},
	}})
	got := map[string]string{}
	for _, of := range s.purposes() {
		rotate, days := s.rotation(of)
		got[of.name] = fmt.Sprint(rotate, days)
	}
	for name, want := range map[string]string{"data": "true 200", "app": "true 180", "backup": "true 200", "schema": "false 0", "hsm": "false 0"} {
		if got[name] != want {
			t.Errorf("%s is rotated %s, want %s", name, got[name], want)
		}
	}
}

// Terraform's AWS provider of the bindings refuses some specs at plan, which is said
// before.
func TestSpecsThatTheProviderDoesNotKnowAreWarnedOf(t *testing.T) {
	for _, spec := range aws.KeySpecs() {
		s := newSettings(&KmsTierConfig{Environment: "dev", AdditionalKeys: []AdditionalKey{keyOf(spec, spec.Usages[0])}})
		warned := slices.ContainsFunc(s.warnings, func(text string) bool { return strings.Contains(text, spec.Name) })
		if want := strings.HasPrefix(spec.Name, "ML_DSA") || strings.Contains(spec.Name, "EDWARDS"); warned != want {
			t.Errorf("%s: warned %v, want %v", spec.Name, warned, want)
		}
	}
}

// A role that lives by IAM gets by the policy of a verb, or of a service, just what the
// verb says, and its boundary lets it through.
func TestUsersOfAdditionalKeysGetPoliciesOfTheirOwn(t *testing.T) {
	config := &KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: "us-east-1", Partition: "aws", AdditionalKeys: []AdditionalKey{
		{Purpose: "schema", Spec: "RSA_3072", Usage: "SIGN_VERIFY"},
		{Purpose: "app", Users: []KeyUser{{Verb: Decrypt, Service: "svc-a", RoleArns: []string{role("A")}}}},
	}}
	s, problems := parse(config)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	const arn = "arn:aws:kms:us-east-1:" + testAccount + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	for _, c := range []struct {
		purpose  string
		consumer Consumer
		context  map[string]string
		want     []string
	}{
		{"schema", Using(Sign), nil, []string{"kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"}},
		{"schema", Using(Verify), nil, []string{"kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"}},
		{"app", OneService("svc-a"), map[string]string{"app": DefaultApp, "env": "dev", "service": "svc-a"}, []string{"kms:Decrypt", "kms:DescribeKey"}},
		{"app", OneRole(role("A")), map[string]string{"app": DefaultApp, "env": "dev", "service": "svc-a"}, []string{"kms:Decrypt", "kms:DescribeKey"}},
	} {
		identity, err := config.UsePolicy(c.purpose, arn, c.consumer)
		if err != nil {
			t.Fatal(err)
		}
		boundary, err := config.BoundaryPolicy(c.consumer)
		if err != nil {
			t.Fatal(err)
		}
		of, _ := s.findPurpose(c.purpose)
		var can []string
		for _, action := range []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GetPublicKey", "kms:PutKeyPolicy", "kms:Sign", "kms:Verify"} {
			request := evaluation.Request{
				Principal: role("Unlisted"), Action: action, Key: arn, EncryptionContext: c.context,
				IdentityPolicies: []keypolicy.Document{identity}, PermissionsBoundary: &boundary, Context: map[string][]string{},
			}
			if action == "kms:DescribeKey" || action == "kms:PutKeyPolicy" {
				request.EncryptionContext = nil
			}
			for name, value := range s.tagsOf(c.purpose) {
				request.Context["aws:ResourceTag/"+name] = []string{value}
			}
			decision, err := evaluation.Evaluate(of.policy(s, s.assumedLocation()), request)
			if err != nil {
				t.Fatal(err)
			}
			if decision.Allowed {
				can = append(can, action)
			}
		}
		if !slices.Equal(can, c.want) {
			t.Errorf("%s of the %s key can %q, want %q", c.consumer, c.purpose, can, c.want)
		}
	}
	for consumer, want := range map[Consumer]string{Using(GenerateMac): "is what no additional key is for", AnyService: "may do nothing with the schema key"} {
		if _, err := config.UsePolicy("schema", arn, consumer); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", consumer, err, want)
		}
	}
}

// A key that serves no AWS service lets its users and deployers make no grants: there is
// no service for whose resources they could be.
func TestKeysThatServeNothingHaveNoGrantsForServices(t *testing.T) {
	config := &KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: "us-east-1", Partition: "aws", AccountAccess: AdministerOnly, DeployerRoleArns: []string{role("Deploy")},
		AdditionalKeys: []AdditionalKey{{Purpose: "app", Users: []KeyUser{{Verb: EncryptDecrypt, RoleArns: []string{role("A")}}}}}}
	s := newSettings(config)
	of, _ := s.findPurpose("app")
	for _, caller := range []string{"A", "Deploy"} {
		decision, err := evaluation.Evaluate(of.policy(s, s.assumedLocation()), evaluation.Request{
			Principal: role(caller), Action: "kms:CreateGrant", Key: "arn:aws:kms:us-east-1:" + testAccount + ":key/1234abcd-12ab-34cd-56ef-1234567890ab",
			Context: map[string][]string{"kms:GrantIsForAWSResource": {"true"}, "kms:ViaService": {"rds.us-east-1.amazonaws.com"}, "kms:GranteePrincipal": {role("R")}, "kms:GrantOperations": {"Decrypt"}},
		})
		if err != nil || decision.Allowed {
			t.Errorf("%s: %+v, %v, want denied", caller, decision, err)
		}
	}
}

package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// change is the change of a resource in a plan.
func change(kind, name, actions, after, unknown string) string {
	before := "null"
	if !strings.Contains(actions, "create") {
		before = after
	}
	if strings.Contains(actions, "forget") {
		after = "null"
	}
	return `{"address": "` + kind + `.` + name + `", "mode": "managed", "type": "` + kind + `", "name": "` + name + `",
		"change": {"actions": [` + actions + `], "before": ` + before + `, "after": ` + after + `, "after_unknown": ` + unknown + `}}`
}

func planOf(changes ...string) string {
	return `{"format_version": "1.2", "resource_changes": [` + strings.Join(changes, ",") + `]}`
}

const (
	knownKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-09fe-87dc-65ba-ab0987654321"
	otherKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/22222222-09fe-87dc-65ba-ab0987654321"
)

// TestLeftOut says what decides about a key, and is not known or not in the file.
func TestLeftOut(t *testing.T) {
	known := change("aws_kms_key", "k", `"no-op"`, `{"arn": "`+knownKeyArn+`", "policy": `+rootOnly+`}`, "{}")
	policy := func(name, actions, keyId string) string {
		return change("aws_kms_key_policy", name, actions, `{"key_id": "`+keyId+`", "policy": `+rootOnly+`}`, "{}")
	}
	grant := func(after, unknown string) string {
		return planOf(known, change("aws_kms_grant", "g", `"create"`, `{"grantee_principal": "arn:aws:iam::111122223333:role/r", `+after+`}`, unknown))
	}
	onKey, decrypt := `"key_id": "`+knownKeyArn+`"`, `"operations": ["Decrypt"]`
	condition := func(text string) string {
		return stackWith(`"{\"Statement\":{\"Sid\":\"S\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\",\"Condition\":{`+strings.ReplaceAll(text, `"`, `\"`)+`}}}"`, "}")
	}
	open := func(condition, token string) string {
		return "what statement 0 (S) decides is not known: its condition " + condition + " has " + token + ", which is not known before apply"
	}
	tests := map[string]struct {
		content   string
		key, file []string
		problem   string
	}{
		"nothing": {content: planOf(known)},
		"operations of a grant": {content: grant(onKey, `{"operations": true}`),
			key: []string{"the grant aws_kms_grant.g is left out: operations ${unknown aws_kms_grant.g.operations} is not known before apply"}},
		"no operations": {content: grant(onKey, "{}"), key: []string{"the grant aws_kms_grant.g is left out: operations is missing"}},
		"constraints": {content: grant(onKey+","+decrypt, `{"constraints": true}`),
			key: []string{"the grant aws_kms_grant.g is left out: constraints ${unknown aws_kms_grant.g.constraints} is not known before apply"}},
		"the key of a grant":         {content: grant(decrypt, `{"key_id": true}`), key: []string{"the grant aws_kms_grant.g is left out: for which key it is, is not known before apply"}},
		"the key of a grant by name": {content: grant(`"key_id": "alias/a", `+decrypt, "{}"), key: []string{"the grant aws_kms_grant.g is left out: for which key it is, is not known before apply"}},
		"the key of a grant is another": {content: grant(`"key_id": "`+otherKeyArn+`", `+decrypt, "{}"),
			file: []string{"the grant aws_kms_grant.g is left out: its key " + otherKeyArn + " is not in the file"}},
		"the key of a grant by its id": {content: grant(`"key_id": "`+otherKeyArn[len(otherKeyArn)-36:]+`", `+decrypt, "{}"),
			file: []string{"the grant aws_kms_grant.g is left out: its key " + otherKeyArn[len(otherKeyArn)-36:] + " is not in the file"}},
		"the key of a grant in a stack": {content: `{"resource": {"aws_kms_key": {"k": {"policy": ` + rootOnly + `}}, "aws_kms_grant": {"g": {"key_id": "` + otherKeyArn + `", "grantee_principal": "arn:aws:iam::111122223333:role/r", "operations": ["Decrypt"]}}}}`,
			key: []string{"the grant aws_kms_grant.g is left out: for which key it is, is not known before apply"}},
		"two policies": {content: planOf(known, policy("p", `"no-op"`, knownKeyArn), policy("q", `"no-op"`, knownKeyArn)),
			problem: "aws_kms_key_policy.p and aws_kms_key_policy.q both set the policy, and which of them comes last is not known"},
		"a policy and one that goes": {content: planOf(known, policy("p", `"no-op"`, knownKeyArn), policy("q", `"delete"`, knownKeyArn))},
		"a policy for some key": {content: planOf(known, policy("p", `"create"`, "alias/a")),
			key: []string{"the policy aws_kms_key_policy.p may be this key's: for which key it is, is not known before apply"}},
		"a policy for another key":   {content: planOf(known, policy("p", `"create"`, otherKeyArn))},
		"a policy that is forgotten": {content: planOf(change("aws_kms_key", "k", `"no-op"`, `{"arn": "`+knownKeyArn+`"}`, "{}"), policy("p", `"forget"`, knownKeyArn))},
		"no policy of a key that exists": {content: planOf(change("aws_kms_key", "k", `"update"`, `{"arn": "`+knownKeyArn+`"}`, "{}")),
			problem: "the file does not hold the policy that the key has"},
		"no policy in a state": {content: `{"format_version": "1.0", "values": {"root_module": {"resources": [{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "values": {"arn": "` + knownKeyArn + `"}}]}}}`,
			problem: "the file does not hold the policy that the key has"},
		"no configuration": {content: planOf(change("aws_kms_key", "k", `"create"`, "{}", `{"policy": true}`)),
			problem: "the policy is not known before apply; the plan lacks the configuration, which would tell what it depends on"},
		"no changes": {content: `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "values": {}}]}}}`,
			problem: "the policy is not known before apply; the plan lacks the configuration, which would tell what it depends on"},
		"keys of Cloud Control": {content: planOf(known, change("awscc_kms_key", "c", `"no-op"`, "{}", "{}")),
			file: []string{"awscc_kms_key.c is not looked into: keys are aws_kms_key, aws_kms_replica_key, aws_kms_external_key, aws_kms_replica_external_key, aws_kms_key_policy"}},
		"deferred": {content: strings.Replace(planOf(known), "{", `{"deferred_changes": [{"reason": "x"}], `, 1),
			file: []string{"the plan is a part, by -target or since changes are deferred; other keys and policies may be missing in it"}},
		"with errors": {content: strings.Replace(planOf(known), "{", `{"errored": true, `, 1),
			file: []string{"Terraform ended this plan with errors, so keys and policies may be missing in it"}},
		"a module of a stack": {content: strings.Replace(stackWith(rootOnly, "}"), "{", `{"module": {"m": {}}, `, 1), file: []string{"the module m is not looked into; a plan shows its keys"}},
		"changes that are ignored": {content: `{"resource": {"aws_kms_key": {"k": {"policy": ` + rootOnly + `, "lifecycle": {"ignore_changes": ["policy"]}}}}}`,
			key: []string{"changes of the policy of aws_kms_key.k are ignored (ignore_changes): a key that exists may have another one than the stack says; a plan or state shows it"}},
		"changes of tags that are ignored": {content: `{"resource": {"aws_kms_key": {"k": {"policy": ` + rootOnly + `, "lifecycle": {"ignore_changes": ["tags"]}}}}}`},
		"an imported key": {content: `{"import": [{"to": "aws_kms_key.k", "id": "x"}], "resource": {"aws_kms_key": {"k": {}}}}`,
			problem: "the key is imported with the policy that it has, which the stack does not hold; a plan shows it"},
		"a dynamic constraint": {content: `{"resource": {"aws_kms_key": {"k": {"policy": ` + rootOnly + `}}, "aws_kms_grant": {"g": {"key_id": "${aws_kms_key.k.key_id}", "grantee_principal": "arn:aws:iam::111122223333:role/r", "operations": ["Decrypt"], "dynamic": {"constraints": {"for_each": [1]}}}}}}`,
			key: []string{"the grant aws_kms_grant.g is left out: it has a dynamic block constraints, which only Terraform can work out; a plan shows what it comes to"}},
		"an action":              {content: strings.Replace(stackWith(rootOnly, "}"), "kms:*", "${var.a}", 1), problem: "statement 0 (Root) has the action ${var.a}, which is not known before apply"},
		"an account":             {content: condition(`"StringEquals": {"kms:CallerAccount": "${var.a}"}`), key: []string{open("StringEquals on kms:CallerAccount", "${var.a}")}},
		"a type of principal":    {content: condition(`"StringNotLike": {"aws:PrincipalType": "${var.a}"}`), key: []string{open("StringNotLike on aws:PrincipalType", "${var.a}")}},
		"a principal":            {content: condition(`"ArnLike": {"aws:PrincipalArn": "${var.a}"}`), key: []string{open("ArnLike on aws:PrincipalArn", "${var.a}")}},
		"a principal's account":  {content: condition(`"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${var.a}:role/*"}`), key: []string{open("ArnLike on aws:PrincipalArn", "arn:aws:iam::${var.a}:role/*")}},
		"a name in the account":  {content: condition(`"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/${var.a}"}`)},
		"an address":             {content: condition(`"IpAddress": {"aws:SourceIp": "${var.a}"}`), key: []string{open("IpAddress on aws:SourceIp", "${var.a}")}},
		"whether there is one":   {content: condition(`"Null": {"kms:ViaService": "${var.a}"}`), key: []string{open("Null on kms:ViaService", "${var.a}")}},
		"a value of a context":   {content: condition(`"StringEquals": {"kms:EncryptionContext:a": "${var.a}"}`)},
		"the account of the key": {content: `{"resource": {"aws_kms_key": {"k": {"policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::${var.a}:root\"},\"Action\":\"kms:*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"kms:CallerAccount\":\"${var.a}\"}}}}"}}}}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file, err := Read("in", strings.NewReader(test.content), Defaults{})
			if err != nil {
				t.Fatal(err)
			}
			key := file.Keys[0]
			if diff := cmp.Diff(test.key, key.LeftOut); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.file, file.LeftOut); diff != "" {
				t.Error(diff)
			}
			if key.Problem != test.problem {
				t.Errorf("problem %q, want %q", key.Problem, test.problem)
			}
			for _, text := range append(test.key, test.file...) {
				if !strings.Contains(strings.Join(append(key.Notes, file.Notes...), "\n"), text) {
					t.Errorf("no note says: %s", text)
				}
			}
		})
	}
}

// TestProvidersOfTwoAccounts does not take the account of one provider for that of
// another, of which something is not known.
func TestProvidersOfTwoAccounts(t *testing.T) {
	plan := func(own, other string) string {
		config := func(kind, name, provider string) string {
			return `{"address": "` + kind + `.` + name + `", "mode": "managed", "type": "` + kind + `", "name": "` + name + `", "provider_config_key": "` + provider + `", "expressions": {}}`
		}
		return `{"format_version": "1.2", "resource_changes": [` + change("aws_kms_key", "k", `"create"`, `{"policy": `+rootOnly+`}`, "{}") + `], "configuration": {
			"provider_config": {"aws": {"name": "aws", "expressions": {` + own + `}}, "aws.o": {"name": "aws", "alias": "o", "expressions": {"allowed_account_ids": {"constant_value": ["444455556666"]}, ` + other + `}}},
			"root_module": {"resources": [` + config("aws_kms_key", "k", "aws") + `]}}}`
	}
	const same, local, role = `"profile": {"constant_value": "p"}`, `"profile": {"references": ["local.p"]}`, `"assume_role": [{"role_arn": {"references": ["local.r"]}}]`
	tests := map[string]struct{ own, other, account string }{
		"the same":           {same, same, "444455556666"},
		"another":            {same, strings.Replace(same, `"p"`, `"q"`, 1), "111122223333"},
		"one not known":      {local, same, "111122223333"},
		"both not known":     {local, local, "111122223333"},
		"roles not known":    {role, role, "111122223333"},
		"nothing beside one": {`"region": {"constant_value": "eu-west-1"}`, local, "111122223333"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if account := strings.Split(readOne(t, plan(test.own, test.other)).Arn, ":")[4]; account != test.account {
				t.Errorf("account %s, want %s", account, test.account)
			}
		})
	}
}

// TestRolesOfOtherProviders does not take a role for one of the key's account where
// neither account is known and another provider makes it.
func TestRolesOfOtherProviders(t *testing.T) {
	stack := func(role string) string {
		return `{"provider": {"aws": [{"region": "eu-west-1"}, {"alias": "o", "region": "eu-west-1", "profile": "p"}]},
			"resource": {"aws_iam_role": {"r": {` + role + `"name": "n"}}, "aws_kms_key": {"k": {"policy": "${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = aws_iam_role.r.arn}, Action = \"kms:*\", Resource = \"*\"}})}"}}}}`
	}
	if key := readOne(t, stack("")); len(key.Strangers) != 0 {
		t.Errorf("strangers %q", key.Strangers)
	}
	if key := readOne(t, stack(`"provider": "aws.o", `)); len(key.Strangers) != 1 {
		t.Error("a role of another provider is taken for one of the key's account")
	}
}

// TestModulesWithDotsInKeys finds the module that calls another one.
func TestModulesWithDotsInKeys(t *testing.T) {
	for module, want := range map[string]string{
		"module.a": "", `module.a["module.x"]`: "", "module.a.module.b": "module.a", `module.a["x.y"].module.b["module.\"q"]`: `module.a["x.y"]`,
	} {
		if got := parentOf(module); got != want {
			t.Errorf("%s: got %q, want %q", module, got, want)
		}
	}
}

package source

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told is what a file says of a key, but its policy.
type told struct {
	Arn       string
	Change    Change
	AppliedBy string
	Notes     []string
	Problem   string
}

func toldOf(file File) map[string]told {
	all := map[string]told{}
	for _, key := range file.Keys {
		all[key.Address] = told{key.Arn, key.Change, key.AppliedBy, key.Notes, key.Problem}
	}
	return all
}

func readTestdata(t *testing.T, name string) File {
	t.Helper()
	in, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	file, err := Read(name, in, Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

const (
	caller     = "arn:aws:sts::123456789012:user/moto"
	deployRole = "arn:aws:iam::444455556666:role/deploy"
	noPolicy   = "no policy is given, so KMS sets its default: IAM policies of the account decide"
	replaced   = "the plan destroys the key and creates another one: what was encrypted with the old one cannot be read once it is deleted"
)

// TestPlanOfProviders reads a plan that Terraform made of testdata/providers:
// providers with aliases, one with an assumed role, one handed to a module, and
// policies that refer to their own keys.
func TestPlanOfProviders(t *testing.T) {
	file := readTestdata(t, "providers.plan.json")
	want := map[string]told{
		`aws_kms_key.each["a"]`: {"arn:aws:kms:us-west-2:444455556666:key/not-known-before-apply", Create, deployRole, []string{`the policy is that of aws_kms_key_policy.each["a"]`}, ""},
		`aws_kms_key.each["b"]`: {"arn:aws:kms:us-west-2:444455556666:key/not-known-before-apply", Create, deployRole, []string{`the policy is that of aws_kms_key_policy.each["b"]`}, ""},
		"aws_kms_key.plain":     {"arn:aws:kms:eu-west-1:123456789012:key/mrk-not-known-before-apply", Create, caller, []string{noPolicy}, ""},
		// The default provider's region is a variable.
		"aws_kms_replica_key.copy":  {"arn:aws:kms:us-east-1:123456789012:key/mrk-not-known-before-apply", Create, caller, []string{noPolicy}, ""},
		"module.m.aws_kms_key.this": {"arn:aws:kms:eu-west-1:123456789012:key/not-known-before-apply", Create, caller, []string{"the policy is that of aws_kms_key_policy.m"}, ""},
	}
	if diff := cmp.Diff(want, toldOf(file)); diff != "" {
		t.Error(diff)
	}
	policies := map[string]string{
		// The role is of another account than the key: its provider has another.
		`aws_kms_key.each["b"]`: `{"Version":"2012-10-17","Statement":[` +
			`{"Sid":"Root","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"kms:*","Resource":"arn:aws:kms:us-west-2:444455556666:key/not-known-before-apply"},` +
			`{"Sid":"Use","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/app","Service":"logs.us-west-2.amazonaws.com"},"Action":["kms:Decrypt","kms:Encrypt"],"Resource":"*",` +
			`"Condition":{"ArnLike":{"kms:EncryptionContext:role":["arn:aws:iam::123456789012:role/app","arn:aws:iam::444455556666:role/ops"]},"StringEquals":{"kms:EncryptionContext:a":"b"}}}]}`,
		// By the output of the module.
		"module.m.aws_kms_key.this": `{"Version":"2012-10-17","Statement":[{"Sid":"Root","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"arn:aws:kms:eu-west-1:123456789012:key/not-known-before-apply"}]}`,
	}
	for _, key := range file.Keys {
		want, asked := policies[key.Address]
		if !asked {
			continue
		}
		got, err := key.Policy.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s:\ngot  %s\nwant %s", key.Address, got, want)
		}
	}
}

// TestStateOfProviders reads the state after that plan.
func TestStateOfProviders(t *testing.T) {
	file := readTestdata(t, "providers.state.json")
	got := map[string]string{}
	for _, key := range file.Keys {
		got[key.Address] = key.Arn
		if key.Problem != "" || key.Change != "" {
			t.Errorf("%s: problem %s, change %s", key.Address, key.Problem, key.Change)
		}
	}
	want := map[string]string{
		`aws_kms_key.each["a"]`:     "arn:aws:kms:us-west-2:444455556666:key/793c91a2-5612-480a-a8fa-b92860fd9cf4",
		`aws_kms_key.each["b"]`:     "arn:aws:kms:us-west-2:444455556666:key/ef914c3f-45b8-4398-9123-029c45d1bb63",
		"aws_kms_key.plain":         "arn:aws:kms:eu-west-1:123456789012:key/mrk-01ca4847-71d8-446f-b80f-02cf2f8705b2",
		"aws_kms_replica_key.copy":  "arn:aws:kms:us-east-1:123456789012:key/mrk-01ca4847-71d8-446f-b80f-02cf2f8705b2",
		"module.m.aws_kms_key.this": "arn:aws:kms:eu-west-1:123456789012:key/4d59fb15-f9d8-4d1e-9ddf-0a3076f842e6",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPlanOfChanges reads a plan that replaces a key and its replica, destroys a
// key, changes one's policy and destroys the policy of another.
func TestPlanOfChanges(t *testing.T) {
	file := readTestdata(t, "changes.plan.json")
	want := map[string]told{
		`aws_kms_key.each["a"]`:     {"arn:aws:kms:us-west-2:444455556666:key/793c91a2-5612-480a-a8fa-b92860fd9cf4", None, deployRole, []string{`the policy is that of aws_kms_key_policy.each["a"]`}, ""},
		"aws_kms_key.plain":         {"arn:aws:kms:eu-west-1:123456789012:key/mrk-not-known-before-apply", Replace, caller, []string{replaced, noPolicy}, ""},
		"aws_kms_replica_key.copy":  {"arn:aws:kms:us-east-1:123456789012:key/mrk-not-known-before-apply", Replace, caller, []string{replaced, noPolicy}, ""},
		"module.m.aws_kms_key.this": {"arn:aws:kms:eu-west-1:123456789012:key/4d59fb15-f9d8-4d1e-9ddf-0a3076f842e6", None, caller, []string{"the plan destroys aws_kms_key_policy.m, which set the policy", noPolicy}, ""},
	}
	if diff := cmp.Diff(want, toldOf(file)); diff != "" {
		t.Error(diff)
	}
	lost := []LostKey{
		{`aws_kms_key.each["b"]`, "arn:aws:kms:us-west-2:444455556666:key/ef914c3f-45b8-4398-9123-029c45d1bb63", Delete},
		{"aws_kms_key.plain", "arn:aws:kms:eu-west-1:123456789012:key/mrk-01ca4847-71d8-446f-b80f-02cf2f8705b2", Replace},
		{"aws_kms_replica_key.copy", "arn:aws:kms:us-east-1:123456789012:key/mrk-01ca4847-71d8-446f-b80f-02cf2f8705b2", Replace},
	}
	if diff := cmp.Diff(lost, file.Lost); diff != "" {
		t.Error(diff)
	}
	notes := []string{`the plan destroys aws_kms_key.each["b"] (arn:aws:kms:us-west-2:444455556666:key/ef914c3f-45b8-4398-9123-029c45d1bb63): what was encrypted with it cannot be read once it is deleted`}
	if diff := cmp.Diff(notes, file.Notes); diff != "" {
		t.Error(diff)
	}
}

// TestPlans reads small plans, by what they say of one key or of the file.
func TestPlans(t *testing.T) {
	const root = `{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}}`
	change := func(actions, before, after, unknown string) string {
		return `{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "change": {"actions": [` + actions + `], "before": ` + before + `, "after": ` + after + `, "after_unknown": ` + unknown + `}}`
	}
	plan := func(changes, rest string) string {
		return `{"format_version": "1.2", "resource_changes": [` + changes + `]` + rest + `}`
	}
	known := `{"arn": "arn:aws:kms:eu-west-1:111122223333:key/1", "policy": "` + root + `"}`
	tests := map[string]struct {
		content string
		change  Change
		arn     string
		lost    int
		note    string
	}{
		"create": {plan(change(`"create"`, "null", `{"policy": "`+root+`"}`, `{"arn": true}`), ""), Create, "arn:aws:kms:unknown-region-1:111122223333:key/not-known-before-apply", 0, ""},
		"update": {plan(change(`"update"`, known, known, "{}"), ""), Update, "arn:aws:kms:eu-west-1:111122223333:key/1", 0, ""},
		"create before destroy": {plan(change(`"create", "delete"`, known, `{"policy": "`+root+`"}`, `{"arn": true}`), ""), Replace,
			"arn:aws:kms:unknown-region-1:111122223333:key/not-known-before-apply", 1, ""},
		"delete":                {plan(change(`"delete"`, known, "null", "{}"), ""), "", "", 1, "the plan destroys aws_kms_key.k (arn:aws:kms:eu-west-1:111122223333:key/1): what was encrypted with it cannot be read once it is deleted"},
		"delete what is hidden": {plan(change(`"delete"`, "null", "null", "{}"), ""), "", "", 1, "the plan destroys aws_kms_key.k: what was encrypted with it cannot be read once it is deleted"},
		"forget":                {plan(change(`"forget"`, known, "null", "{}"), ""), Forget, "arn:aws:kms:eu-west-1:111122223333:key/1", 0, "the plan forgets aws_kms_key.k, which stays as it is"},
		"forget what is hidden": {plan(change(`"forget"`, "null", "null", "{}")+","+strings.ReplaceAll(change(`"no-op"`, known, known, "{}"), "aws_kms_key.k", "aws_kms_key.l"), ""), None,
			"arn:aws:kms:eu-west-1:111122223333:key/1", 0, "aws_kms_key.k is left out: the plan lets it be and forgets it, and does not show it"},
		"a deposed object": {plan(strings.Replace(change(`"delete"`, known, "null", "{}"), `"name"`, `"deposed": "1", "name"`, 1)+","+change(`"no-op"`, known, known, "{}"), ""), None,
			"arn:aws:kms:eu-west-1:111122223333:key/1", 1, "the plan destroys aws_kms_key.k (arn:aws:kms:eu-west-1:111122223333:key/1): what was encrypted with it cannot be read once it is deleted"},
		"with errors":              {plan(change(`"no-op"`, known, known, "{}"), `, "errored": true`), None, "arn:aws:kms:eu-west-1:111122223333:key/1", 0, "Terraform ended this plan with errors, so keys and policies may be missing in it"},
		"a part":                   {plan(change(`"no-op"`, known, known, "{}"), `, "complete": false`), None, "arn:aws:kms:eu-west-1:111122223333:key/1", 0, "the plan is a part, by -target or since changes are deferred; other keys and policies may be missing in it"},
		"without the version":      {`{"resource_changes": [` + change(`"no-op"`, known, known, "{}") + `]}`, None, "arn:aws:kms:eu-west-1:111122223333:key/1", 0, ""},
		"the region of provider 6": {plan(change(`"create"`, "null", `{"region": "eu-north-1", "policy": "`+root+`"}`, `{"arn": true}`), ""), Create, "arn:aws:kms:eu-north-1:111122223333:key/not-known-before-apply", 0, ""},
		"null in lists": {plan("null, "+change(`"no-op"`, known, known, "{}"), `, "configuration": {"provider_config": {"aws": null}, "root_module": {"resources": [null]}}`), None,
			"arn:aws:kms:eu-west-1:111122223333:key/1", 0, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file, err := Read("in", strings.NewReader(test.content), Defaults{})
			if err != nil {
				t.Fatal(err)
			}
			if len(file.Lost) != test.lost || strings.Join(file.Notes, "; ") != test.note {
				t.Errorf("lost %v, notes %q", file.Lost, file.Notes)
			}
			if test.arn == "" {
				if len(file.Keys) != 0 {
					t.Errorf("%d keys", len(file.Keys))
				}
				return
			}
			if key := file.Keys[0]; key.Change != test.change || key.Arn != test.arn || key.Problem != "" {
				t.Errorf("got %s %s %s", key.Change, key.Arn, key.Problem)
			}
		})
	}
}

// TestUnknownValues puts a token in the place of each member that is not known.
func TestUnknownValues(t *testing.T) {
	content := `{"format_version": "1.2", "resource_changes": [
		{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k",
			"change": {"actions": ["create"], "after": {"tags": {"a": "b"}, "tags_all": {"a": "b"}}, "after_unknown": {"arn": true, "policy": true, "tags_all": {"c": true}}}},
		{"address": "data.aws_iam_policy_document.d", "mode": "data", "type": "aws_iam_policy_document", "name": "d",
			"change": {"actions": ["read"], "after": {"statement": [
				{"sid": "A", "actions": ["kms:Encrypt"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": []}, {"type": "Service", "identifiers": ["s3.amazonaws.com"]}],
					"condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": []}, {"test": "StringEquals", "variable": "kms:CallerAccount", "values": ["1"]}]},
				{"actions": ["kms:Decrypt"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": []}]}]},
			"after_unknown": {"json": true, "statement": [
				{"principals": [{"identifiers": [true]}, {"identifiers": [false]}], "condition": [{"values": [true]}, {"values": [false]}]},
				{"principals": [{"identifiers": [true, true]}]}]}}}],
		"configuration": {"root_module": {"resources": [
			{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "expressions": {"policy": {"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]}}},
			{"address": "data.aws_iam_policy_document.d", "mode": "data", "type": "aws_iam_policy_document", "name": "d", "expressions": {"statement": [
				{"sid": {"constant_value": "A"},
					"condition": [{"variable": {"constant_value": "kms:CallerAccount"}}, {"variable": {"constant_value": "aws:SourceAccount"}, "values": {"references": ["var.account"]}}],
					"principals": [{"type": {"constant_value": "Service"}}, {"type": {"constant_value": "AWS"}, "identifiers": {"references": ["aws_iam_role.a.arn", "aws_iam_role.a"]}}]},
				{"principals": [{"type": {"constant_value": "AWS"}, "identifiers": {"references": ["aws_iam_role.b.arn", "aws_iam_role.b", "aws_iam_role.c.arn", "aws_iam_role.c"]}}]}]}}]}}}`
	key := readOne(t, content)
	if key.Problem != "" {
		t.Fatal(key.Problem)
	}
	got, err := key.Policy.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"A","Effect":"Allow","Principal":{"AWS":"${aws_iam_role.a.arn}","Service":"s3.amazonaws.com"},"Action":"kms:Encrypt","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"${var.account}","kms:CallerAccount":"1"}}},` +
		`{"Effect":"Allow","Principal":{"AWS":["${aws_iam_role.b.arn}","${aws_iam_role.c.arn}"]},"Action":"kms:Decrypt","Resource":"*"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if key.AllTags || key.Tags["a"] != "b" || len(key.Tags) != 1 {
		t.Errorf("tags %v, all %t", key.Tags, key.AllTags)
	}
}

package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const rootOnly = `"{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"Root\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}}"`

func readStackText(t *testing.T, content string) File {
	t.Helper()
	file, err := Read("in", strings.NewReader(content), Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestProvidersOfStacks holds each key to the account, Region and caller of its
// own provider.
func TestProvidersOfStacks(t *testing.T) {
	const key = `"resource": {"aws_kms_key": {"k": {"policy": ` + rootOnly
	tests := map[string]struct{ content, arn, appliedBy string }{
		"the default": {`{"provider": {"aws": {"region": "sa-east-1", "allowed_account_ids": ["999988887777"]}}, ` + key + `}}}}`,
			"arn:aws:kms:sa-east-1:999988887777:key/not-known-before-apply", ""},
		"an alias": {`{"provider": {"aws": [{"region": "sa-east-1"}, {"alias": "x", "region": "ca-central-1", "allowed_account_ids": ["999988887777"]}]}, ` + key + `, "provider": "aws.x"}}}}`,
			"arn:aws:kms:ca-central-1:999988887777:key/not-known-before-apply", ""},
		"an alias as an expression": {`{"provider": [{"aws": {"alias": "x", "region": "ca-central-1"}}], ` + key + `, "provider": "${aws.x}"}}}}`,
			"arn:aws:kms:ca-central-1:111122223333:key/not-known-before-apply", ""},
		"the key's own region": {`{"provider": {"aws": {"region": "sa-east-1", "allowed_account_ids": ["999988887777"]}}, ` + key + `, "region": "eu-north-1"}}}}`,
			"arn:aws:kms:eu-north-1:999988887777:key/not-known-before-apply", ""},
		"a region that is not known": {`{"provider": {"aws": {"region": "sa-east-1"}}, ` + key + `, "region": "${var.region}"}}}}`,
			"arn:aws:kms:unknown-region-1:111122223333:key/not-known-before-apply", ""},
		"an assumed role": {`{"provider": {"aws": {"region": "sa-east-1", "allowed_account_ids": ["999988887777", "111122223333"], "assume_role": [{"role_arn": "arn:aws:iam::999988887777:role/deploy"}]}}, ` + key + `}}}}`,
			"arn:aws:kms:sa-east-1:999988887777:key/not-known-before-apply", "arn:aws:iam::999988887777:role/deploy"},
		"one role after the other": {`{"provider": {"aws": {"region": "sa-east-1", "assume_role": [{"role_arn": "arn:aws:iam::111111111111:role/a"}, {"role_arn": "arn:aws:iam::222222222222:role/b"}]}}, ` + key + `}}}}`,
			"arn:aws:kms:sa-east-1:222222222222:key/not-known-before-apply", "arn:aws:iam::222222222222:role/b"},
		"the account of another provider with the same credentials": {`{"provider": {"aws": [{"region": "sa-east-1", "allowed_account_ids": [999988887777]}, {"alias": "x", "region": "ca-central-1"}]}, ` + key + `, "provider": "aws.x"}}}}`,
			"arn:aws:kms:ca-central-1:999988887777:key/not-known-before-apply", ""},
		"not of one with others": {`{"provider": {"aws": [{"region": "sa-east-1", "allowed_account_ids": ["999988887777"]}, {"alias": "x", "profile": "p", "region": "ca-central-1"}]}, ` + key + `, "provider": "aws.x"}}}}`,
			"arn:aws:kms:ca-central-1:111122223333:key/not-known-before-apply", ""},
		"settings by local values": {`{"locals": {"where": {"region": "ap-south-1"}, "ids": ["999988887777"]}, "provider": {"aws": {"region": "${local.where.region}", "allowed_account_ids": "${local.ids}"}}, ` + key + `}}}}`,
			"arn:aws:kms:ap-south-1:999988887777:key/not-known-before-apply", ""},
		"a provider that is not configured": {`{"provider": {"aws": {"region": "sa-east-1"}}, ` + key + `, "provider": "aws.none"}}}}`,
			"arn:aws:kms:unknown-region-1:111122223333:key/not-known-before-apply", ""},
		"a provider that depends on itself": {`{"data": {"aws_region": {"r": {}}}, "provider": {"aws": {"region": "${data.aws_region.r.name}", "allowed_account_ids": ["999988887777"]}}, ` + key + `}}}}`,
			"arn:aws:kms:unknown-region-1:999988887777:key/not-known-before-apply", ""},
		"China":         {`{"provider": {"aws": {"region": "cn-north-1", "allowed_account_ids": ["999988887777"]}}, ` + key + `}}}}`, "arn:aws-cn:kms:cn-north-1:999988887777:key/not-known-before-apply", ""},
		"isolated":      {`{"provider": {"aws": {"region": "us-iso-east-1", "allowed_account_ids": ["999988887777"]}}, ` + key + `}}}}`, "arn:aws-iso:kms:us-iso-east-1:999988887777:key/not-known-before-apply", ""},
		"multi-Region":  {`{"provider": {"aws": {"region": "sa-east-1"}}, ` + key + `, "multi_region": true}}}}`, "arn:aws:kms:sa-east-1:111122223333:key/mrk-not-known-before-apply", ""},
		"blocks, lists": {`{"provider": {"aws": {"region": "sa-east-1"}}, "resource": [{"aws_kms_key": [{"k": [{"policy": ` + rootOnly + `}]}]}]}`, "arn:aws:kms:sa-east-1:111122223333:key/not-known-before-apply", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := readStackText(t, test.content)
			if len(file.Keys) != 1 {
				t.Fatalf("%d keys", len(file.Keys))
			}
			if key := file.Keys[0]; key.Arn != test.arn || key.AppliedBy != test.appliedBy || key.Problem != "" {
				t.Errorf("got  %s %q %s\nwant %s %q", key.Arn, key.AppliedBy, key.Problem, test.arn, test.appliedBy)
			}
		})
	}
}

// TestReplicas holds a replica to its own Region, in the account of its primary.
func TestReplicas(t *testing.T) {
	file := readStackText(t, `{
		"provider": {"aws": [{"region": "us-east-1", "allowed_account_ids": ["999988887777"]}, {"alias": "eu", "region": "eu-west-1", "profile": "other"}]},
		"resource": {
			"aws_kms_key": {"p": {"multi_region": true}},
			"aws_kms_replica_key": {
				"r": {"provider": "aws.eu", "primary_key_arn": "${aws_kms_key.p.arn}"},
				"given": {"provider": "aws.eu", "primary_key_arn": "arn:aws:kms:us-west-2:444455556666:key/mrk-1"}},
			"aws_kms_external_key": {"e": {"multi_region": true}},
			"aws_kms_replica_external_key": {"s": {"region": "eu-north-1", "primary_key_arn": "${aws_kms_external_key.e.arn}"}}}}`)
	got := map[string]string{}
	for _, key := range file.Keys {
		got[key.Address] = key.Arn
	}
	want := map[string]string{
		"aws_kms_key.p":                  "arn:aws:kms:us-east-1:999988887777:key/mrk-not-known-before-apply",
		"aws_kms_replica_key.r":          "arn:aws:kms:eu-west-1:999988887777:key/mrk-not-known-before-apply",
		"aws_kms_replica_key.given":      "arn:aws:kms:eu-west-1:444455556666:key/mrk-not-known-before-apply",
		"aws_kms_external_key.e":         "arn:aws:kms:us-east-1:999988887777:key/mrk-not-known-before-apply",
		"aws_kms_replica_external_key.s": "arn:aws:kms:eu-north-1:999988887777:key/mrk-not-known-before-apply",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestOwnKeyInStacks reads a Resource that refers to a key.
func TestOwnKeyInStacks(t *testing.T) {
	const own, other = "arn:aws:kms:eu-west-1:111122223333:key/not-known-before-apply", "arn:aws:another:::"
	// policy is a separate one, for the key of key_id; document a data source for it.
	policy := func(keyId, resource, beside string) string {
		return `{"provider": {"aws": {"region": "eu-west-1", "allowed_account_ids": ["111122223333"]}}` + beside + `,
			"resource": {"aws_kms_key": {"k": {}, "other": {}, "many": {"count": 2}},
				"aws_kms_alias": {"a": {"name": "alias/a", "target_key_id": "${aws_kms_key.k.key_id}"}},
				"aws_kms_key_policy": {"p": {"key_id": "` + keyId + `", "policy": "${data.aws_iam_policy_document.d.json}"}}},
			"data": {"aws_iam_policy_document": {"d": {"statement": {"sid": "A", "actions": ["kms:*"], "resources": ["` + resource + `"],
				"principals": {"type": "AWS", "identifiers": ["arn:aws:iam::111122223333:root"]}}}}}}`
	}
	tests := map[string]struct {
		content, key, resource, problem string
	}{
		"its ARN":             {policy("${aws_kms_key.k.key_id}", "${aws_kms_key.k.arn}", ""), "aws_kms_key.k", own, ""},
		"an ARN with its id":  {policy("${aws_kms_key.k.id}", "arn:aws:kms:eu-west-1:111122223333:key/${aws_kms_key.k.id}", ""), "aws_kms_key.k", own, ""},
		"with its key_id":     {policy("${aws_kms_key.k.arn}", "arn:aws:kms:${data.aws_region.r.name}:${data.aws_caller_identity.c.account_id}:key/${aws_kms_key.k.key_id}", ""), "aws_kms_key.k", own, ""},
		"by a local value":    {policy("${local.id}", "${local.arn}", `, "locals": {"id": "${aws_kms_key.k.id}", "arn": "${aws_kms_key.k.arn}"}`), "aws_kms_key.k", own, ""},
		"by an alias":         {policy("${aws_kms_alias.a.target_key_id}", "${aws_kms_key.k.arn}", ""), "aws_kms_key.k", own, ""},
		"of the same number":  {policy("${aws_kms_key.many[count.index].id}", "${aws_kms_key.many[count.index].arn}", ""), "aws_kms_key.many[*]", own, ""},
		"of another number":   {policy("${aws_kms_key.many[0].id}", "${aws_kms_key.many[1].arn}", ""), "aws_kms_key.many[*]", other + "${aws_kms_key.many[1].arn}", ""},
		"another key":         {policy("${aws_kms_key.k.id}", "${aws_kms_key.other.arn}", ""), "aws_kms_key.k", other + "${aws_kms_key.other.arn}", ""},
		"a bucket":            {policy("${aws_kms_key.k.id}", "${aws_s3_bucket.b.arn}/*", ""), "aws_kms_key.k", other + "${aws_s3_bucket.b.arn}/*", ""},
		"a bucket by its ARN": {policy("${aws_kms_key.k.id}", "arn:aws:s3:::${var.bucket}", ""), "aws_kms_key.k", "arn:aws:s3:::${var.bucket}", ""},
		"a variable": {policy("${aws_kms_key.k.id}", "${var.key_arn}", ""), "aws_kms_key.k", "",
			"statement 0 (A) has the Resource ${var.key_arn}, of which is not known whether it is this key; * is the key itself"},
		"a variable as id": {policy("${aws_kms_key.k.id}", "arn:aws:kms:eu-west-1:111122223333:key/${var.id}", ""), "aws_kms_key.k", "",
			"statement 0 (A) has the Resource arn:aws:kms:eu-west-1:111122223333:key/${var.id}, of which is not known whether it is this key; * is the key itself"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, key := range readStackText(t, test.content).Keys {
				if key.Address != test.key {
					continue
				}
				if key.Problem != test.problem {
					t.Fatalf("problem %s", key.Problem)
				}
				if test.problem != "" {
					return
				}
				if got := key.Policy.Statements[0].Resources[0]; got != test.resource {
					t.Errorf("got %s, want %s", got, test.resource)
				}
				noted := strings.Contains(strings.Join(key.Notes, "\n"), "statement 0 (A) covers no key and has no effect")
				if noted != (test.resource != own) {
					t.Errorf("notes: %q", key.Notes)
				}
				return
			}
			t.Fatal("the key is missing")
		})
	}
}

// TestExpressionsOfStacks reads policies as Terraform would: each comes to the
// same statement.
func TestExpressionsOfStacks(t *testing.T) {
	const want = `{"Version":"2012-10-17","Statement":[{"Sid":"R","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/r"},"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:EncryptionContext:a":"${aws:username}"}}}]}`
	stack := func(policy, beside string) string {
		return `{"provider": {"aws": {"region": "eu-west-1", "allowed_account_ids": ["111122223333"]}}, ` + beside + `"resource": {"aws_kms_key": {"k": {"policy": "` + policy + `"}}}}`
	}
	const statement = `{Sid = \"R\", Effect = \"Allow\", Principal = {AWS = \"arn:aws:iam::111122223333:role/r\"}, Action = \"kms:Decrypt\", Resource = \"*\", Condition = {StringEquals = {\"kms:EncryptionContext:a\" = \"$${aws:username}\"}}}`
	tests := map[string]string{
		"comments":                stack(`${jsonencode({ # one\n /* two */ Version = \"2012-10-17\" // three\n Statement = [`+statement+`,]})}`, ""),
		"names":                   stack(`${jsonencode({(\"Version\"): \"2012-10-17\", \"Statement\" = [{(local.sid) = \"R\", Effect = \"Allow\", Principal = {AWS = \"arn:aws:iam::111122223333:role/r\"}, Action = \"kms:Decrypt\", Resource = \"*\", Condition = {StringEquals = {(\"kms:EncryptionContext:${local.pair}\") = \"$${aws:username}\"}}}]})}`, `"locals": {"sid": "Sid", "pair": "a"}, `),
		"heredoc":                 stack(`${jsonencode({Version = \"2012-10-17\", Statement = [{Sid = trimspace(<<EOT\nR\nEOT\n), Effect = \"Allow\", Principal = {AWS = \"arn:aws:iam::111122223333:role/r\"}, Action = \"kms:Decrypt\", Resource = \"*\", Condition = {StringEquals = {\"kms:EncryptionContext:a\" = \"$${aws:username}\"}}}]})}`, ""),
		"a local document":        stack(`${jsonencode(local.p)}`, `"locals": {"p": {"Version": "2012-10-17", "Statement": ["${local.s}"]}, "s": "${`+statement+`}"}, `),
		"concat":                  stack(`${jsonencode({Version = \"2012-10-17\", Statement = concat([`+statement+`], [])})}`, ""),
		"a conditional":           stack(`${local.on ? jsonencode({Version = \"2012-10-17\", Statement = [`+statement+`]}) : null}`, `"locals": {"on": true}, `),
		"a loop":                  stack(`${jsonencode({Version = \"2012-10-17\", Statement = [for r in [\"r\"] : {Sid = upper(r), Effect = \"Allow\", Principal = {AWS = \"arn:aws:iam::111122223333:role/${r}\"}, Action = \"kms:Decrypt\", Resource = \"*\", Condition = {StringEquals = {\"kms:EncryptionContext:a\" = \"$${aws:username}\"}}}]})}`, ""),
		"text with an expression": stack(`{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"R\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:${data.aws_partition.p.partition}:iam::${data.aws_caller_identity.c.account_id}:role/r\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"kms:EncryptionContext:a\":\"$${aws:username}\"}}}]}`, ""),
		"a directive":             stack(`%{ if true }{\"Version\":\"2012-10-17\",\"Statement\":%{ endif }${jsonencode([`+statement+`])}}`, ""),
		"a data source": stack(`${data.aws_iam_policy_document.d.minified_json}`,
			`"data": {"aws_iam_policy_document": {"d": {"statement": [{"sid": "R", "actions": ["kms:Decrypt"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": ["arn:aws:iam::111122223333:role/r"]}], "condition": [{"test": "StringEquals", "variable": "kms:EncryptionContext:a", "values": ["&{aws:username}"]}]}]}}}, `),
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			key := readOne(t, content)
			got, err := key.Policy.MarshalJSON()
			if err != nil || key.Problem != "" {
				t.Fatal(err, key.Problem)
			}
			if string(got) != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// TestTokensOfStacks keeps what only Terraform knows in its place.
func TestTokensOfStacks(t *testing.T) {
	stranger := "who %s is, is not known before apply; it is taken for a role or user of the key's account"
	token := "%s is not known before apply; it is compared as a whole, and matches only itself"
	tests := map[string]struct{ policy, principal, note string }{
		"in text":        {`{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"${aws_iam_role.r[\"x\"].arn}\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}}`, `${aws_iam_role.r["x"].arn}`, token},
		"in jsonencode":  {`${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = aws_iam_role.r[\"x\"].arn}, Action = \"kms:*\", Resource = \"*\"}})}`, `${aws_iam_role.r["x"].arn}`, token},
		"within an ARN":  {`${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = \"arn:aws:iam::111122223333:role/${var.name}\"}, Action = \"kms:*\", Resource = \"*\"}})}`, "arn:aws:iam::111122223333:role/${var.name}", token},
		"an account":     {`${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = \"arn:aws:iam::${var.account}:root\"}, Action = \"kms:*\", Resource = \"*\"}})}`, "arn:aws:iam::${var.account}:root", stranger},
		"anybody of one": {`${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = \"arn:aws:iam::111122223333:${var.name}\"}, Action = \"kms:*\", Resource = \"*\"}})}`, "arn:aws:iam::111122223333:${var.name}", stranger},
		"a conditional":  {`${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = var.x ? \"arn:a\" : \"arn:b\"}, Action = \"kms:*\", Resource = \"*\"}})}`, `${var.x ? "arn:a" : "arn:b"}`, stranger},
		"a function":     {`${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = try(var.x, \"b\")}, Action = \"kms:*\", Resource = \"*\"}})}`, `${try(var.x, "b")}`, stranger},
		"another region": {`${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = data.aws_caller_identity.c.arn}, Action = \"kms:*\", Resource = \"*\"}})}`, `${data.aws_caller_identity.c.arn}`, token},
		"another's id":   {`${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = aws_organizations_account.a.id}, Action = \"kms:*\", Resource = \"*\"}})}`, `${aws_organizations_account.a.id}`, stranger},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			key := readOne(t, stackWith(`"`+test.policy+`"`, `, "aws_iam_role": {"r": {"for_each": {"x": {}}, "name": "n"}}}, "data": {"aws_caller_identity": {"c": {}}}`))
			if key.Problem != "" {
				t.Fatal(key.Problem)
			}
			if got := key.Policy.Statements[0].Principals[0].Id; got != test.principal {
				t.Errorf("got %s, want %s", got, test.principal)
			}
			if len(key.Notes) != 1 || key.Notes[0] != fmt.Sprintf(test.note, test.principal) || (len(key.Strangers) == 1) != (test.note == stranger) {
				t.Errorf("notes %q, strangers %q", key.Notes, key.Strangers)
			}
		})
	}
}

// TestForeignRolesOfStacks names a role by the account of its own provider, where
// that is not the key's.
func TestForeignRolesOfStacks(t *testing.T) {
	const rest = `"provider": {"aws": [{"region": "eu-west-1", "allowed_account_ids": ["111122223333"]}, {"alias": "o", "region": "eu-west-1", "allowed_account_ids": ["444455556666"]}]}}`
	stack := func(role, reference string) string {
		return `{"resource": {` + role + `, "aws_kms_key": {"k": {"policy": "${jsonencode({Statement = {Effect = \"Allow\", Principal = {AWS = ` + reference + `}, Action = \"kms:*\", Resource = \"*\", Condition = {ArnEquals = {\"aws:PrincipalArn\" = ` + reference + `}}}})}"}}}, ` + rest
	}
	tests := map[string]struct{ content, want string }{
		"own":                {stack(`"aws_iam_role": {"r": {"name": "n"}}`, "aws_iam_role.r.arn"), "${aws_iam_role.r.arn}"},
		"another account":    {stack(`"aws_iam_role": {"r": {"provider": "aws.o", "name": "n"}}`, "aws_iam_role.r.arn"), "arn:aws:iam::444455556666:role/n"},
		"with a path":        {stack(`"aws_iam_user": {"r": {"provider": "aws.o", "name": "n", "path": "/p/"}}`, "aws_iam_user.r.arn"), "arn:aws:iam::444455556666:user/p/n"},
		"the name not known": {stack(`"aws_iam_role": {"r": {"provider": "aws.o", "name_prefix": "n"}}`, "aws_iam_role.r.arn"), "arn:aws:iam::444455556666:role/${aws_iam_role.r.arn}"},
		"the key's account by its root": {`{"resource": {"aws_iam_role": {"r": {"provider": "aws.o", "name": "n"}}, "aws_kms_key": {"k": {"policy": "${jsonencode({Statement = [` +
			`{Effect = \"Allow\", Principal = {AWS = aws_iam_role.r.arn}, Action = \"kms:Decrypt\", Resource = \"*\", Condition = {ArnEquals = {\"aws:PrincipalArn\" = aws_iam_role.r.arn}}},` +
			`{Effect = \"Allow\", Principal = {AWS = \"111122223333\"}, Action = \"kms:*\", Resource = \"*\"}]})}"}}},
			"provider": {"aws": [{"region": "eu-west-1", "profile": "p"}, {"alias": "o", "region": "eu-west-1", "allowed_account_ids": ["444455556666"]}]}}`, "arn:aws:iam::444455556666:role/n"},
		"its id": {stack(`"aws_iam_role": {"r": {"provider": "aws.o", "name": "n"}}`, "aws_iam_role.r.unique_id"), "arn:aws:iam::444455556666:role/n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			statement := readOne(t, test.content).Policy.Statements[0]
			if got := statement.Principals[0].Id; got != test.want {
				t.Errorf("principal %s, want %s", got, test.want)
			}
			if got := statement.Conditions[0].Values[0]; got != test.want && name != "its id" {
				t.Errorf("condition %s, want %s", got, test.want)
			}
		})
	}
}

// TestWhatStacksHide says what is not looked into.
func TestWhatStacksHide(t *testing.T) {
	document := func(block string) string {
		return stackWith(`"${data.aws_iam_policy_document.d.json}"`, `}, "data": {"aws_iam_policy_document": {"d": {`+block+`}}}`)
	}
	problems := map[string]struct{ content, want string }{
		"a policy that is no text":  {stackWith(`{"Statement": []}`, "}"), `the policy is "map[Statement:[]]"; must be an object of JSON in a text`},
		"other text":                {stackWith(`"none"`, "}"), `the policy is "none"; must be an object of JSON in a text`},
		"a choice":                  {stackWith(`"${var.x ? local.a : local.b}"`, "}"), "the policy is ${var.x ? local.a : local.b}, which only Terraform can work out; a plan shows what it comes to"},
		"dynamic statements":        {document(`"dynamic": {"statement": {"for_each": [1], "content": {}}}`), "data.aws_iam_policy_document.d: it has a dynamic block statement, which only Terraform can work out; a plan shows what it comes to"},
		"statements by expression":  {document(`"statement": "${local.statements}"`), "data.aws_iam_policy_document.d: its statement blocks are ${local.statements}, which is not known before apply"},
		"principals by expression":  {document(`"statement": {"actions": ["kms:*"], "resources": ["*"], "principals": "${var.principals}"}`), "data.aws_iam_policy_document.d: its principals blocks are ${var.principals}, which is not known before apply"},
		"dynamic conditions":        {document(`"statement": {"actions": ["kms:*"], "resources": ["*"], "dynamic": {"condition": {"for_each": [1]}}}`), "data.aws_iam_policy_document.d: it has a dynamic block condition, which only Terraform can work out; a plan shows what it comes to"},
		"the effect by expression":  {document(`"statement": {"effect": "${var.e}", "actions": ["kms:*"], "resources": ["*"]}`), "data.aws_iam_policy_document.d: its effect is ${var.e}, which is not known before apply"},
		"sources by expression":     {document(`"source_policy_documents": "${var.documents}"`), "data.aws_iam_policy_document.d: its source_policy_documents are ${var.documents}, which is not known before apply"},
		"a source by expression":    {document(`"source_policy_documents": ["${var.document}"]`), "data.aws_iam_policy_document.d: source_policy_documents: the policy is ${var.document}, which only Terraform can work out; a plan shows what it comes to"},
		"a statement without it":    {document(`"statement": {"sid": "S", "actions": ["kms:*"]}`), `data.aws_iam_policy_document.d: statement "S": resources is missing; without it a statement has no effect`},
		"no actions":                {document(`"statement": {"sid": "S", "resources": ["*"]}`), `data.aws_iam_policy_document.d: statement "S": actions is missing; AWS refuses a statement without it`},
		"a local value of itself":   {stackWith(`"${local.a}"`, `}, "locals": {"a": "${local.b}", "b": "${local.a}"}`), "the policy is ${local.a}, which only Terraform can work out; a plan shows what it comes to"},
		"an expression with errors": {stackWith(`"${jsonencode({a b})}"`, "}"), "the policy is no expression of Terraform: line 1, column 17: Missing key/value separator: Expected an equals sign (\"=\") to mark the beginning of the attribute value. If you intended to given an attribute name containing periods or spaces, write the name in quotes to create a string literal."},
	}
	for name, test := range problems {
		t.Run(name, func(t *testing.T) {
			if got := readOne(t, test.content).Problem; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	notes := map[string]struct {
		content string
		want    []string
	}{
		"modules":  {`{"module": [{"a": {}}, {"b": {}}], "resource": {"aws_kms_key": {"k": {}}}}`, []string{"the module a is not looked into; a plan shows its keys", "the module b is not looked into; a plan shows its keys"}},
		"count":    {`{"resource": {"aws_kms_key": {"k": {}, "none": {"count": 0}}}}`, []string{"aws_kms_key.none has no instance: its count or for_each is empty"}},
		"for_each": {`{"locals": {"n": []}, "resource": {"aws_kms_key": {"k": {}, "none": {"for_each": "${toset(local.n)}"}}}}`, []string{"aws_kms_key.none has no instance: its count or for_each is empty"}},
		"unknown":  {`{"resource": {"aws_kms_key": {"k": {}, "some": {"count": "${var.n}"}}}}`, nil},
	}
	for name, test := range notes {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, readStackText(t, test.content).Notes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestGrantsOfStacks attaches a grant to its key, and names a grantee of another
// account.
func TestGrantsOfStacks(t *testing.T) {
	file := readStackText(t, `{"provider": {"aws": [{"region": "eu-west-1", "allowed_account_ids": ["111122223333"]}, {"alias": "o", "region": "eu-west-1", "allowed_account_ids": ["444455556666"]}]},
		"resource": {"aws_kms_key": {"k": {}}, "aws_iam_role": {"r": {"provider": "aws.o", "name": "n"}},
			"aws_kms_grant": {
				"a": {"key_id": "${aws_kms_key.k.key_id}", "grantee_principal": "${aws_iam_role.r.arn}", "operations": ["Decrypt"], "constraints": {"encryption_context_equals": {"a": "b"}}},
				"b": {"key_id": "${aws_kms_key.k.key_id}", "grantee_principal": "${aws_iam_role.q.arn}", "operations": ["Decrypt"], "constraints": "${var.c}"},
				"c": {"key_id": "${aws_kms_key.k.key_id}", "grantee_principal": "${aws_iam_role.q.arn}", "operations": ["Decrypt"], "constraints": {"encryption_context_subset": "${var.pairs}"}},
				"d": {"key_id": "${var.key}", "grantee_principal": "${aws_iam_role.q.arn}", "operations": ["Decrypt"]}}}}`)
	key := file.Keys[0]
	if len(key.Grants) != 1 || key.Grants[0].GranteePrincipal != "arn:aws:iam::444455556666:role/n" || key.Grants[0].EncryptionContextEquals["a"] != "b" {
		t.Errorf("grants %+v", key.Grants)
	}
	want := []string{
		"the grant aws_kms_grant.b is left out: constraints ${var.c} is not known before apply",
		"the grant aws_kms_grant.c is left out: constraints encryption_context_subset ${var.pairs} is not known before apply",
		"the grant aws_kms_grant.d is left out: for which key it is, is not known before apply",
		"no policy is given, so KMS sets its default: IAM policies of the account decide",
	}
	if diff := cmp.Diff(want, key.Notes); diff != "" {
		t.Error(diff)
	}
}

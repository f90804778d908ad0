package evaluation

import (
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

const (
	testKey  = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	testRole = "arn:aws:iam::111122223333:role/ExampleRole"
)

func mustParse(t testing.TB, policy string) keypolicy.Document {
	t.Helper()
	document, err := keypolicy.Parse([]byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// statement is a key policy of one statement for everyone, with conditions as
// JSON.
func policyWithCondition(t testing.TB, effect, condition string) keypolicy.Document {
	t.Helper()
	return mustParse(t, `{"Version": "2012-10-17", "Statement": {"Sid": "Tested", "Effect": "`+effect+`",
		"Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": `+condition+`}}`)
}

func TestEvaluatePrincipals(t *testing.T) {
	const account = "arn:aws:iam::111122223333:root"
	allowAll := keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}}
	tests := map[string]struct {
		principal string
		caller    string
		identity  bool
		context   map[string][]string
		want      Reason
	}{
		"role by its ARN":                 {principal: `{"AWS": "` + testRole + `"}`, caller: testRole, want: AllowedByKeyPolicy},
		"other role":                      {principal: `{"AWS": "` + testRole + `"}`, caller: testRole + "2", want: DeniedByDefault},
		"case of a role":                  {principal: `{"AWS": "` + testRole + `"}`, caller: strings.ToUpper(testRole[:3]) + testRole[3:], want: ""},
		"session of the role":             {principal: `{"AWS": "` + testRole + `"}`, caller: "arn:aws:sts::111122223333:assumed-role/ExampleRole/s", want: AllowedByKeyPolicy},
		"session of a role with path":     {principal: `{"AWS": "arn:aws:iam::111122223333:role/team/data/ExampleRole"}`, caller: "arn:aws:sts::111122223333:assumed-role/ExampleRole/s", want: AllowedByKeyPolicy},
		"session, its role given":         {principal: `{"AWS": "` + testRole + `"}`, caller: "arn:aws:sts::111122223333:assumed-role/ExampleRole/s", context: map[string][]string{"aws:PrincipalArn": {"arn:aws:iam::111122223333:role/team/ExampleRole"}}, want: DeniedByDefault},
		"session in another account":      {principal: `{"AWS": "` + testRole + `"}`, caller: "arn:aws:sts::444455556666:assumed-role/ExampleRole/s", want: DeniedByDefault},
		"session by its ARN":              {principal: `{"AWS": "arn:aws:sts::111122223333:assumed-role/ExampleRole/s"}`, caller: "arn:aws:sts::111122223333:assumed-role/ExampleRole/s", want: AllowedByKeyPolicy},
		"another session":                 {principal: `{"AWS": "arn:aws:sts::111122223333:assumed-role/ExampleRole/s"}`, caller: "arn:aws:sts::111122223333:assumed-role/ExampleRole/t", want: DeniedByDefault},
		"role, a session named":           {principal: `{"AWS": "arn:aws:sts::111122223333:assumed-role/ExampleRole/s"}`, caller: testRole, want: DeniedByDefault},
		"user":                            {principal: `{"AWS": "arn:aws:iam::111122223333:user/ann"}`, caller: "arn:aws:iam::111122223333:user/ann", want: AllowedByKeyPolicy},
		"federated user":                  {principal: `{"AWS": "arn:aws:sts::111122223333:federated-user/ann"}`, caller: "arn:aws:sts::111122223333:federated-user/ann", want: AllowedByKeyPolicy},
		"account root itself":             {principal: `{"AWS": "` + account + `"}`, caller: account, want: AllowedByKeyPolicy},
		"root delegates, IAM silent":      {principal: `{"AWS": "` + account + `"}`, caller: testRole, want: DeniedByIdentity},
		"root delegates, IAM allows":      {principal: `{"AWS": "` + account + `"}`, caller: testRole, identity: true, want: AllowedThroughIam},
		"account id delegates":            {principal: `{"AWS": "111122223333"}`, caller: testRole, identity: true, want: AllowedThroughIam},
		"no delegation, IAM allows":       {principal: `{"AWS": "` + testRole + `2"}`, caller: testRole, identity: true, want: DeniedByDefault},
		"everyone as text":                {principal: `"*"`, caller: testRole, want: AllowedByKeyPolicy},
		"everyone as AWS":                 {principal: `{"AWS": "*"}`, caller: testRole, want: AllowedByKeyPolicy},
		"everyone takes in services":      {principal: `"*"`, caller: "logs.us-east-1.amazonaws.com", want: AllowedByKeyPolicy},
		"everyone takes in the anonymous": {principal: `"*"`, caller: Anonymous, want: AllowedByKeyPolicy},
		"anonymous is no account":         {principal: `{"AWS": "` + account + `"}`, caller: Anonymous, want: DeniedByDefault},
		"service":                         {principal: `{"Service": "logs.us-east-1.amazonaws.com"}`, caller: "logs.us-east-1.amazonaws.com", want: AllowedByKeyPolicy},
		"service of another Region":       {principal: `{"Service": "logs.us-east-1.amazonaws.com"}`, caller: "logs.eu-west-1.amazonaws.com", want: DeniedByDefault},
		"service is not the account":      {principal: `{"AWS": "` + account + `"}`, caller: "logs.us-east-1.amazonaws.com", want: DeniedByDefault},
		"other account, both sides":       {principal: `{"AWS": "arn:aws:iam::444455556666:root"}`, caller: "arn:aws:iam::444455556666:role/Other", identity: true, want: AllowedOnBothSides},
		"other account, one side":         {principal: `{"AWS": "arn:aws:iam::444455556666:role/Other"}`, caller: "arn:aws:iam::444455556666:role/Other", want: DeniedByIdentity},
		"other account not named":         {principal: `{"AWS": "` + account + `"}`, caller: "arn:aws:iam::444455556666:role/Other", identity: true, want: DeniedByDefault},
		"other account's root":            {principal: `{"AWS": "444455556666"}`, caller: "arn:aws:iam::444455556666:root", want: AllowedByKeyPolicy},
		"token, the same":                 {principal: `{"AWS": "${aws_iam_role.a.arn}"}`, caller: "${aws_iam_role.a.arn}", want: AllowedByKeyPolicy},
		"token, another":                  {principal: `{"AWS": "${aws_iam_role.a.arn}"}`, caller: "${aws_iam_role.b.arn}", want: DeniedByDefault},
		"token against literal":           {principal: `{"AWS": "${aws_iam_role.a.arn}"}`, caller: testRole, want: DeniedByDefault},
		"literal against token":           {principal: `{"AWS": "` + testRole + `"}`, caller: "${aws_iam_role.a.arn}", want: DeniedByDefault},
		"list token":                      {principal: `{"AWS": "#{TfToken[TOKEN.7]}"}`, caller: "#{TfToken[TOKEN.7]}", want: AllowedByKeyPolicy},
		"token is of the key's account":   {principal: `{"AWS": "` + account + `"}`, caller: "${aws_iam_role.a.arn}", identity: true, want: AllowedThroughIam},
		"token of another account":        {principal: `{"AWS": "` + account + `"}`, caller: "${aws_iam_role.a.arn}", identity: true, context: map[string][]string{"aws:PrincipalAccount": {"444455556666"}}, want: DeniedByDefault},
		"deleted role":                    {principal: `{"AWS": "AROAEXAMPLEID"}`, caller: testRole, want: DeniedByDefault},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			policy := mustParse(t, `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": `+test.principal+`, "Action": "kms:Decrypt", "Resource": "*"}}`)
			request := Request{Principal: test.caller, Action: "kms:Decrypt", Key: testKey, Context: test.context}
			if test.identity {
				request.IdentityPolicies = []keypolicy.Document{allowAll}
			}
			decision, err := Evaluate(policy, request)
			if (err != nil) != (test.want == "") {
				t.Fatal(err)
			}
			if decision.Reason != test.want {
				t.Errorf("got %v, want %q", decision, test.want)
			}
		})
	}
}

// FuzzEvaluate: no policy and no request panics.
func FuzzEvaluate(f *testing.F) {
	f.Add(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "${a}"}, "Action": "kms:*", "Resource": "arn:aws:kms",
		"Condition": {"StringLike": {"kms:EncryptionContext:a": "${aws:username, 'x'}*?"}}}}`, testRole, "kms:Decrypt", testKey, "aws:username", "x")
	f.Add(denyDecrypt, Anonymous, "kms:CreateGrant", testKey, "kms:EncryptionContext:a", "\xff")
	f.Fuzz(func(t *testing.T, policy, principal, action, key, name, value string) {
		document, err := keypolicy.Parse([]byte(policy))
		if err != nil {
			return
		}
		request := Request{
			Principal: principal, Action: action, Key: key,
			Context:           map[string][]string{name: {value, value}, "aws:PrincipalTag/x": {value}},
			EncryptionContext: map[string]string{name: value},
			Grants:            []Grant{{GranteePrincipal: principal, Operations: []string{"Decrypt"}, EncryptionContextSubset: map[string]string{name: value}}},
		}
		if _, err := Explain(document, request); err != nil {
			return
		}
		request.IdentityPolicies = []keypolicy.Document{document}
		_, _ = Evaluate(document, request)
	})
}

package access

import (
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

const boundaryKey = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

func boundaryReport(t *testing.T, policy, boundary string, principals ...string) (BoundaryReport, error) {
	t.Helper()
	parse := func(statements string) keypolicy.Document {
		document, err := keypolicy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [` + statements + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		return document
	}
	return CheckBoundary(parse(boundary), []Key{{Address: "key", Arn: boundaryKey, Policy: parse(policy)}}, principals...)
}

// A boundary limits whom a key policy names as a role; a user by name it does not
// limit, and what is left to the account is granted to nobody.
func TestBoundariesLimitWhomTheyLimit(t *testing.T) {
	const nothing = `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`
	allow := func(principal, condition string) string {
		return `{"Effect": "Allow", "Principal": ` + principal + `, "Action": "kms:Decrypt", "Resource": "*"` + condition + `}`
	}
	const byArn = `, "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/etl-*"}}`
	const role, user, root = "arn:aws:iam::111122223333:role/A", "arn:aws:iam::111122223333:user/jane", "arn:aws:iam::111122223333:root"
	tests := map[string]struct {
		policy string
		want   []string
	}{
		"a role":                      {allow(`{"AWS": "`+role+`"}`, ""), []string{role}},
		"a user":                      {allow(`{"AWS": "`+user+`"}`, ""), nil},
		"a pattern":                   {allow(`{"AWS": "`+root+`"}`, byArn), []string{"arn:aws:iam::111122223333:role/etl-*"}},
		"a role and one by pattern":   {allow(`{"AWS": "`+role+`"}`, "") + "," + allow(`{"AWS": "`+root+`"}`, byArn), []string{role, "arn:aws:iam::111122223333:role/etl-*"}},
		"the account":                 {allow(`{"AWS": "`+root+`"}`, ""), nil},
		"the account by its id":       {allow(`{"AWS": "111122223333"}`, ""), nil},
		"a service":                   {allow(`{"Service": "sns.amazonaws.com"}`, ""), nil},
		"a role of another account":   {allow(`{"AWS": "arn:aws:iam::444455556666:role/A"}`, ""), nil},
		"a token":                     {allow(`{"AWS": "${aws_iam_role.a.arn}"}`, ""), []string{"${aws_iam_role.a.arn}"}},
		"a role that is denied, too":  {allow(`{"AWS": "`+role+`"}`, "") + `, {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}`, nil},
		"a grant of nothing but that": {allow(`{"AWS": ["`+role+`", "`+root+`"]}`, ""), []string{role}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report, err := boundaryReport(t, test.policy, nothing)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, blocked := range report.Blocked {
				if blocked.Action != "kms:Decrypt" || blocked.Partly {
					t.Errorf("got %v", blocked)
				}
				got = append(got, blocked.Principals...)
			}
			if !slices.Equal(got, test.want) || len(report.Blocked) > 1 || len(report.Excess) > 0 {
				t.Errorf("blocked for %q, want %q\n%v", got, test.want, report)
			}
		})
	}
}

func TestBoundariesThatCannotBeDecidedAreErrors(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/A"
	policy := `{"Effect": "Allow", "Principal": {"AWS": "` + role + `"}, "Action": "kms:Decrypt", "Resource": "*"}`
	const allow = `{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}`
	tests := map[string]struct {
		boundary  string
		principal string
		want      string
	}{
		"operator":        {strings.Replace(allow, `"Action"`, `"Condition": {"StringIs": {"kms:ViaService": "x"}}, "Action"`, 1), role, "is no condition operator"},
		"another account": {allow, "arn:aws:iam::444455556666:role/A", `key: principal "arn:aws:iam::444455556666:role/A": must be a role or user of the key's account`},
		"nobody":          {allow, "jane", `principal "jane": must be a role or user`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report, err := boundaryReport(t, policy, test.boundary, test.principal)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want %s", report, err, test.want)
			}
		})
	}
}

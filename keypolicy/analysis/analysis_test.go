package analysis

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/tierpolicies"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

const (
	ownAccount = "111122223333"
	keyArn     = "arn:aws:kms:us-east-1:" + ownAccount + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

func parse(t testing.TB, statements string) keypolicy.Document {
	t.Helper()
	policy, err := keypolicy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [` + statements + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// allow is an Allow of kms:Decrypt with that Principal element and conditions.
func allow(sid, principal, condition string) string {
	return `{"Sid": "` + sid + `", "Effect": "Allow", "Principal": ` + principal + `, "Action": "kms:Decrypt", "Resource": "*", "Condition": {` + condition + `}}`
}

func deny(sid, condition string) string {
	return `{"Sid": "` + sid + `", "Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", "Condition": {` + condition + `}}`
}

const (
	everyone = `"*"`
	roleR    = `{"AWS": "arn:aws:iam::111122223333:role/R"}`
)

// rows are the rows that say more than "no" of an action: id, whether it is of
// another account, verdict and words.
func rows(t *testing.T, policy keypolicy.Document, action string) []string {
	t.Helper()
	report, err := Analyze(Key{Address: "key", Arn: keyArn, Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for i, principal := range report.Principals {
		answer := report.Answers[i][action]
		if answer.Verdict == No {
			continue
		}
		text := principal.Id
		if principal.Foreign {
			text = "other " + text
		}
		text += ": " + string(answer.Verdict)
		for _, path := range answer.Paths {
			text += "; " + path.Words()
		}
		rows = append(rows, text)
	}
	return rows
}

// TestRowsTellPrincipalsApart has who is let in by conditions on the principal:
// each is covered by a row, and nobody else is.
func TestRowsTellPrincipalsApart(t *testing.T) {
	const rest = "account 111122223333"
	tests := map[string]struct {
		statements string
		want       []string
	}{
		"accounts by first digits":         {allow("A", everyone, `"StringLike": {"aws:PrincipalAccount": "55*"}`), []string{"other arn:aws:iam::55*:root: iam; always"}},
		"accounts but by first digits":     {allow("A", everyone, `"StringNotLike": {"kms:CallerAccount": ["55*", "111122223333"]}`), []string{"*.amazonaws.com: always; always", "other anonymous: always; always", "other *: iam; always"}},
		"accounts as numbers":              {allow("A", everyone, `"NumericGreaterThan": {"aws:PrincipalAccount": "900000000000"}`), []string{"other *: iam; if aws:PrincipalAccount is over 900000000000"}},
		"one digit open":                   {allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::22222222222?:role/z"}`), []string{"other arn:aws:iam::22222222222?:role/z: iam; always"}},
		"a role name in every account":     {allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Landing"}`), []string{"arn:aws:iam::111122223333:role/Landing: always; always", "other arn:aws:iam::*:role/Landing: iam; always"}},
		"a pattern of the own account":     {allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci-*"}`), []string{"arn:aws:iam::111122223333:role/ci-*: always; always"}},
		"a session is its role":            {allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:sts::*:assumed-role/R/*"}`), nil},
		"a federated user":                 {allow("A", everyone, `"StringLike": {"aws:PrincipalArn": "arn:aws:sts::*:federated-user/ann"}`), []string{"arn:aws:sts::111122223333:federated-user/ann: always; always", "other arn:aws:sts::*:federated-user/ann: iam; always"}},
		"users by type":                    {allow("A", everyone, `"StringEquals": {"aws:PrincipalType": "User", "aws:PrincipalAccount": "111122223333"}`), []string{"arn:aws:iam::111122223333:user/*: always; always"}},
		"foreign root users":               {allow("A", everyone, `"StringEquals": {"aws:PrincipalType": "Account"}, "StringNotEquals": {"aws:PrincipalAccount": "111122223333"}`), []string{"other arn:aws:iam::*:root: always; always"}},
		"users by name":                    {allow("A", everyone, `"StringLike": {"aws:username": "ops-*"}, "StringEquals": {"kms:CallerAccount": "111122223333"}`), []string{"arn:aws:iam::111122223333:user/*: conditional; if aws:username is like ops-*"}},
		"services by name":                 {allow("A", everyone, `"StringLike": {"aws:PrincipalServiceName": "sns.*"}`), []string{"sns.*: always; always"}},
		"services in a list":               {allow("A", everyone, `"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "sqs.amazonaws.com"}`), []string{"sqs.amazonaws.com: conditional; if aws:PrincipalServiceNamesList in some value is sqs.amazonaws.com", "*.amazonaws.com: conditional; if aws:PrincipalServiceNamesList in some value is sqs.amazonaws.com"}},
		"the account in a variable":        {allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/scan-*"}`), []string{"arn:aws:iam::111122223333:role/scan-*: always; always", "other arn:aws:iam::*:role/scan-*: iam; always"}},
		"an organization":                  {allow("A", everyone, `"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}`), nil},
		"a star that is a letter":          {allow("A", everyone, `"StringEquals": {"aws:PrincipalAccount": "*"}`), nil},
		"nested patterns, inner denied":    {allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/a*"}`) + "," + deny("D", `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ab*"}`), []string{"arn:aws:iam::111122223333:role/ab*: denied", "arn:aws:iam::111122223333:role/a*: always; always"}},
		"a role and its session":           {allow("A", `{"AWS": "arn:aws:sts::111122223333:assumed-role/R/s"}`, ``), []string{"arn:aws:sts::111122223333:assumed-role/R/s: always; always"}},
		"everybody but one role":           {allow("A", everyone, `"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/R"}`), []string{"arn:aws:iam::111122223333:root: always; always", "*.amazonaws.com: always; always", "other anonymous: always; always", rest + ": always; always", "other *: iam; always"}},
		"users and federated users":        {allow("A", everyone, `"StringEquals": {"aws:PrincipalType": ["User", "FederatedUser"], "aws:PrincipalAccount": "111122223333"}`), []string{"arn:aws:sts::111122223333:federated-user/*: always; always", "arn:aws:iam::111122223333:user/*: always; always"}},
		"an account by name and in text":   {allow("A", `{"AWS": "arn:aws:iam::444455556666:root"}`, `"StringLike": {"aws:PrincipalArn": "*444455556666*"}`), []string{"other arn:aws:iam::444455556666:root: always; always", "other *444455556666*: iam; if aws:PrincipalAccount is 444455556666"}},
		"a role whatever the case":         {allow("A", everyone, `"StringEqualsIgnoreCase": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/R"}`), []string{rest + ": conditional; if aws:PrincipalArn is arn:aws:iam::111122223333:role/R"}},
		"a user by name, any path":         {allow("A", everyone, `"StringEquals": {"aws:username": "ann", "aws:PrincipalAccount": "111122223333"}`), []string{"arn:aws:iam::111122223333:user/*: conditional; if aws:username is ann"}},
		"the account beside the role":      {allow("A", `{"AWS": ["arn:aws:iam::111122223333:role/team/R", "111122223333"]}`, ``) + "," + allow("B", `{"AWS": "arn:aws:sts::111122223333:assumed-role/R/s"}`, `"StringEquals": {"aws:PrincipalTag/a": "b"}`), []string{"arn:aws:iam::111122223333:root: always; always", "arn:aws:iam::111122223333:role/team/R: always; always", "arn:aws:sts::111122223333:assumed-role/R/s: conditional; if aws:PrincipalArn is like arn:aws:iam::111122223333:role/team/R; if the principal's tag a is b; always", rest + ": iam; always"}},
		"what AWS does not say of another": {allow("A", everyone, `"StringEqualsIfExists": {"kms:EncryptionContextKeys": "app"}`) + `,{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111122223333:role/Q"}, "Action": "kms:*", "Resource": "*", "Condition": {"StringNotEquals": {"kms:EncryptionContextKeys": "env"}}}`, []string{"arn:aws:iam::111122223333:role/Q: denied", "arn:aws:iam::111122223333:root: conditional; if kms:EncryptionContextKeys is absent or is app", "*.amazonaws.com: conditional; if kms:EncryptionContextKeys is absent or is app", "other anonymous: conditional; if kms:EncryptionContextKeys is absent or is app", rest + ": conditional; if kms:EncryptionContextKeys is absent or is app", "other *: iam; if kms:EncryptionContextKeys is absent or is app"}},
		"patterns that overlap":            {allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*/Analyst"}, "StringEquals": {"aws:PrincipalAccount": "111122223333"}`) + "," + deny("D", `"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/team/*"}`), []string{"arn:aws:iam::111122223333:role/*/Analyst: conditional; if aws:PrincipalArn is like arn:aws:iam::111122223333:role/team/*"}},
		"services like others, and others": {allow("A", everyone, `"StringLike": {"aws:PrincipalServiceName": "*.amazonaws.com"}`) + "," + deny("D", `"StringLike": {"aws:PrincipalServiceName": ["logs.*", "sns.*.amazonaws.com"]}`), []string{"logs.*: denied", "sns.*.amazonaws.com: denied", "*.amazonaws.com: always; always"}},
		"a session that is listed apart":   {allow("A", `{"AWS": "arn:aws:sts::111122223333:assumed-role/R/s"}`, ``) + `,{"Sid": "D", "Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:sts::111122223333:assumed-role/R/s", "arn:aws:iam::111122223333:role/team/R", "111122223333", "444455556666"]}, "Action": "kms:*", "Resource": "*", "Condition": {"Null": {"aws:PrincipalTag/a": "true"}}}`, []string{"arn:aws:sts::111122223333:assumed-role/R/s: conditional; always, except without aws:PrincipalTag/a, if aws:PrincipalArn is not like arn:aws:iam::111122223333:role/team/R (D)"}},
		"users listed apart":               {allow("A", `{"AWS": "111122223333"}`, `"StringEquals": {"aws:PrincipalType": "User"}`) + `,{"Sid": "D", "Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:user/eve", "arn:aws:iam::444455556666:user/eve", "111122223333"]}, "Action": "kms:*", "Resource": "*"}`, []string{"arn:aws:iam::111122223333:user/eve: iam; always", "arn:aws:iam::111122223333:user/*: denied"}},
		"a role that is not here":          {allow("A", `{"AWS": "arn:aws:iam::444455556666:role/R"}`, ``), []string{"other arn:aws:iam::444455556666:role/R: iam; always"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := rows(t, parse(t, test.statements), "kms:Decrypt")
			if name == "an organization" {
				// The key's own principals are of its organization if it is in one, and others
				// may be of the same.
				if len(got) == 0 || !slices.ContainsFunc(got, func(row string) bool { return strings.HasPrefix(row, "other *: iam") }) {
					t.Errorf("got %q", got)
				}
				return
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPathsAreExact has what is allowed of one role, in words.
func TestPathsAreExact(t *testing.T) {
	tests := map[string]struct{ statements, want string }{
		"always":                           {allow("A", roleR, ``), "always; always"},
		"directly or through others":       {allow("A", roleR, `"Null": {"kms:ViaService": "true"}`) + "," + allow("B", roleR, `"Null": {"kms:ViaService": "false"}`), "always; directly; through an AWS service"},
		"two patterns":                     {allow("A", roleR, `"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}`) + "," + deny("D", `"StringNotLike": {"kms:ViaService": "*.eu-west-1.amazonaws.com"}`), "conditional; through S3 in any Region, through *.eu-west-1.amazonaws.com"},
		"two ranges":                       {allow("A", roleR, `"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}`) + "," + deny("D", `"IpAddress": {"aws:SourceIp": "10.0.0.0/16"}`), "conditional; if aws:SourceIp is within 10.0.0.0/8, if aws:SourceIp is not within 10.0.0.0/16"},
		"nested ranges, all denied":        {allow("A", roleR, `"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}`) + "," + deny("D", `"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}`), "denied"},
		"a variable":                       {allow("A", roleR, `"StringEquals": {"kms:EncryptionContext:team": "${aws:PrincipalTag/team}"}`), "conditional; with team=${aws:PrincipalTag/team}"},
		"a Deny of other teams":            {allow("A", roleR, ``) + "," + deny("D", `"StringNotEquals": {"kms:EncryptionContext:team": "${aws:PrincipalTag/team}"}`), "conditional; with team=${aws:PrincipalTag/team}"},
		"with the pair or none":            {allow("A", roleR, `"StringEqualsIfExists": {"kms:EncryptionContext:app": "x"}`) + "," + deny("D", `"Null": {"kms:EncryptionContextKeys": "true"}`), "conditional; with an encryption context, if kms:EncryptionContext:app is absent or is x"},
		"an exception":                     {allow("A", roleR, ``) + "," + deny("D", `"StringEquals": {"kms:EncryptionContext:a": "x", "kms:EncryptionContext:b": "y"}`), "conditional; always, except with a=x, b=y (D)"},
		"a condition in vain":              {allow("A", roleR, `"StringEquals": {"aws:PrincipalAccount": "111122223333"}`), "always; always"},
		"times that exclude":               {allow("A", roleR, `"DateLessThan": {"aws:CurrentTime": "2030-01-01"}`) + "," + deny("D", `"DateLessThan": {"aws:EpochTime": "2031-01-01"}`), "denied"},
		"a Deny of less than one of two":   {allow("A", roleR, ``) + "," + deny("D", `"NumericLessThan": {"aws:MultiFactorAuthAge": ["300", "600"]}`), "conditional; if aws:MultiFactorAuthAge fails: is under 300 or 600"},
		"a Deny by a key of every request": {allow("A", roleR, ``) + "," + deny("D", `"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}`), "conditional; if aws:CurrentTime is at latest 2030-01-01T00:00:00Z"},
		"a Deny without TLS":               {allow("A", roleR, ``) + "," + deny("D", `"Bool": {"aws:SecureTransport": "false"}`), "conditional; if aws:SecureTransport is true"},
		"a Deny of more than one":          {allow("A", roleR, ``) + "," + deny("D", `"NumericGreaterThan": {"aws:MultiFactorAuthAge": "300"}`), "conditional; if aws:MultiFactorAuthAge is absent or is at most 300"},
		"a Deny by a number in a tag":      {allow("A", roleR, ``) + "," + deny("D", `"NumericLessThan": {"aws:PrincipalTag/level": "3"}`), "conditional; if aws:PrincipalTag/level fails: is under 3"},
		"another Region's call":            {allow("A", roleR, `"StringEquals": {"aws:RequestedRegion": "eu-west-1"}`), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, row := range rows(t, parse(t, test.statements), "kms:Decrypt") {
				if text, found := strings.CutPrefix(row, "arn:aws:iam::111122223333:role/R: "); found {
					got = text
				}
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestCompareFindsWhatIsDecidedOtherwise has pairs of policies, each with what the
// change does to the role R, or to others by their row.
func TestCompareFindsWhatIsDecidedOtherwise(t *testing.T) {
	root := `{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:Put*", "Resource": "*"}`
	tests := map[string]struct {
		old, new string
		want     []string
	}{
		"a sole Allow":          {root, root + "," + allow("A", roleR, ``), []string{"arn:aws:iam::111122223333:role/R decrypt gained"}},
		"a sole Allow taken":    {root + "," + allow("A", roleR, ``), root, []string{"arn:aws:iam::111122223333:role/R decrypt lost"}},
		"behind an earlier one": {allow("A", roleR, `"StringEquals": {"kms:EncryptionContext:a": "x"}`), allow("A", roleR, `"StringEquals": {"kms:EncryptionContext:a": "x"}`) + "," + allow("B", roleR, `"StringEquals": {"kms:EncryptionContext:a": ["x", "y"]}`), []string{"arn:aws:iam::111122223333:role/R decrypt conditions changed"}},
		"the same in other words": {allow("A", roleR, `"StringEquals": {"kms:EncryptionContext:a": ["x", "y"]}`),
			allow("B", roleR, `"StringEquals": {"kms:EncryptionContext:a": "y"}`) + "," + allow("C", roleR, `"StringLike": {"kms:EncryptionContext:a": "x"}`), nil},
		"a Deny said twice":       {allow("A", roleR, ``) + "," + deny("D", `"Null": {"kms:ViaService": "true"}`), allow("A", roleR, `"Null": {"kms:ViaService": "false"}`), nil},
		"a Deny of nothing":       {allow("A", roleR, ``), allow("A", roleR, ``) + "," + deny("D", `"StringEquals": {"aws:SourceAccount": "1"}`), nil},
		"a pattern that is wider": {allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/r-*"}`), allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/r-*"}`), []string{"other arn:aws:iam::*:role/r-* decrypt gained"}},
		"a role instead of all":   {allow("A", roleR, ``), allow("A", `{"AWS": ["arn:aws:iam::111122223333:role/R", "arn:aws:iam::111122223333:role/S"]}`, ``), []string{"arn:aws:iam::111122223333:role/S decrypt gained"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			old, new := parse(t, test.old), parse(t, test.new)
			differences, err := Compare(Key{Arn: keyArn, Policy: old}, Key{Arn: keyArn, Policy: new})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range differences {
				text := d.Principal.Id + " " + d.Operation.Id + " " + string(d.Effect)
				if d.Principal.Foreign {
					text = "other " + text
				}
				got = append(got, text)
				checkExample(t, d, old, new)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

// checkExample lets the evaluator decide the example of a difference by both
// policies.
func checkExample(t *testing.T, d Difference, old, new keypolicy.Document) {
	t.Helper()
	decide := func(policy keypolicy.Document) bool {
		request := d.Example
		if d.NeedsIam {
			request.IdentityPolicies = allowEverything
		}
		decision, err := evaluation.Evaluate(policy, request)
		if err != nil {
			t.Fatal(err)
		}
		return decision.Allowed
	}
	if decide(new) != d.Allowed || decide(old) == d.Allowed {
		t.Errorf("the example is decided alike: %+v", d.Example)
	}
}

func findings(t *testing.T, key Key, expected Expectation, checks ...Check) []string {
	t.Helper()
	found, err := Findings(key, expected, checks...)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, finding := range found {
		lines = append(lines, finding.String())
	}
	return lines
}

func TestFindings(t *testing.T) {
	root := `{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"}`
	seal := func(condition string) string {
		return `{"Sid": "Seal", "Effect": "Deny", "Principal": "*", "Action": "kms:PutKeyPolicy", "Resource": "*", "Condition": {` + condition + `}}`
	}
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		statements string
		check      Check
		expected   Expectation
		want       []string
	}{
		"nobody is locked out":                      {statements: root, check: LockOut},
		"sealed":                                    {statements: root + "," + seal(``), check: LockOut, want: []string{"lock-out: key: nobody of the key's account could call kms:PutKeyPolicy (denied by Seal)"}},
		"sealed from a day on":                      {statements: root + "," + seal(`"DateGreaterThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}`), check: LockOut, want: []string{"lock-out: key: nobody of the key's account could call kms:PutKeyPolicy at 2027-01-01T00:00:01Z (denied by Seal)"}},
		"was sealed until":                          {statements: root + "," + seal(`"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}`), check: LockOut},
		"open from a day on":                        {statements: root + "," + seal(`"DateLessThan": {"aws:CurrentTime": "2026-07-01T00:00:00Z"}`), check: LockOut, want: []string{"lock-out: key: nobody of the key's account could call kms:PutKeyPolicy (denied by Seal)"}},
		"sealed for the account":                    {statements: root + "," + seal(`"StringEquals": {"aws:PrincipalAccount": "111122223333"}`), check: LockOut, want: []string{"lock-out: key: nobody of the key's account could call kms:PutKeyPolicy (denied by Seal)"}},
		"whoever applies is denied":                 {statements: root + "," + seal(`"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Deploy"}`), check: LockOut, expected: Expectation{Applying: "arn:aws:iam::111122223333:role/Deploy"}, want: []string{`lock-out: key: arn:aws:iam::111122223333:role/Deploy applies the policy and could not change it again: KMS refuses that with "The new key policy will not allow you to update the key policy in the future"`}},
		"a declared account":                        {statements: allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}`), check: ForeignAccount, expected: Expectation{Accounts: []string{"444455556666"}}},
		"an account not declared":                   {statements: allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}`), check: ForeignAccount, want: []string{"foreign-account: key: roles like * of account 444455556666 may call kms:Decrypt (allowed by A)"}},
		"declared among all":                        {statements: allow("A", everyone, ``), check: ForeignAccount, expected: Expectation{Accounts: []string{"444455556666"}}, want: []string{"foreign-account: key: anyone without credentials may call kms:Decrypt (allowed by A)", "foreign-account: key: any principal of any other account may call kms:Decrypt (allowed by A)"}},
		"a pattern of declared accounts":            {statements: allow("A", `{"AWS": "arn:aws:iam::444455556666:root"}`, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}`), check: ForeignAccount, expected: Expectation{Accounts: []string{"444455556666"}}},
		"a pattern of declared accounts and others": {statements: allow("A", everyone, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}`), check: ForeignAccount, expected: Expectation{Accounts: []string{"444455556666"}}, want: []string{"foreign-account: key: roles like team/* of any other account may call kms:Decrypt (allowed by A)"}},
		"an administrator's kind": {statements: root + "," + `{"Sid": "P", "Effect": "Allow", "Principal": "*", "Action": "kms:PutKeyPolicy", "Resource": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:*/team/*", "aws:PrincipalType": "User"}}}`, check: AdministratorDataAccess, want: []string{
			"administrator-data-access: key: principals like arn:aws:iam::111122223333:*/team/*, users may change the policy, and may call kms:Encrypt, with an IAM policy that allows it (allowed by Root)",
			"administrator-data-access: key: principals like arn:aws:iam::111122223333:*/team/*, users may change the policy, and may grant itself kms:Decrypt by kms:CreateGrant, with an IAM policy that allows it (allowed by Root)",
		}},
		"an administrator who may grant itself signing": {statements: `{"Sid": "P", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/R"}, "Action": "kms:PutKeyPolicy", "Resource": "*"},` +
			`{"Sid": "G", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/R"}, "Action": "kms:CreateGrant", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"kms:GrantOperations": ["Sign", "DescribeKey"]}}}`,
			check: AdministratorDataAccess, want: []string{"administrator-data-access: key: role R may change the policy, and may grant itself the use of the key by kms:CreateGrant (allowed by G)"}},
		"an administrator who may grant itself reading": {statements: `{"Sid": "P", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/R"}, "Action": "kms:PutKeyPolicy", "Resource": "*"},` +
			`{"Sid": "G", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/R"}, "Action": "kms:CreateGrant", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"kms:GrantOperations": ["DescribeKey"]}, "Null": {"kms:GrantOperations": "false"}}}`,
			check: AdministratorDataAccess},
		"a service for anybody":    {statements: allow("A", `{"Service": "sns.amazonaws.com"}`, ``), check: UseWithoutContext, want: []string{"use-without-context: key: sns.amazonaws.com may call kms:Decrypt for anybody, without an encryption context (allowed by A)"}},
		"a service with a source":  {statements: allow("A", `{"Service": "sns.amazonaws.com"}`, `"StringEquals": {"aws:SourceAccount": "111122223333"}`), check: UseWithoutContext},
		"users without a context":  {statements: allow("A", everyone, `"StringEquals": {"aws:PrincipalType": "User", "aws:PrincipalAccount": "111122223333"}`), check: UseWithoutContext, want: []string{"use-without-context: key: users of account 111122223333 may call kms:Decrypt directly, without an encryption context (allowed by A)"}},
		"tags that agree":          {statements: allow("A", roleR, `"StringEquals": {"aws:PrincipalTag/env": "${aws:ResourceTag/env}"}`), check: UseWithoutContext, want: []string{"use-without-context: key: role R may call kms:Decrypt directly, without an encryption context (allowed by A)"}},
		"misspelt":                 {statements: `{"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": "kms:Decript", "Resource": "*"},` + root, check: NeverMatches, want: []string{`never-matches: key: Statements[0](D).Actions[0] is "kms:Decript": matches no action of KMS; must be like "kms:Decrypt" or "kms:GenerateDataKey*"; did you mean "kms:Decrypt"?`}},
		"a Deny of services":       {statements: root + `,{"Sid": "D", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:logs:*:*:*"}, "Null": {"aws:PrincipalServiceNamesList": "false"}}}`, check: NeverMatches},
		"a Deny of the unsigned":   {statements: root + `,{"Sid": "D", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalType": "Anonymous"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}`, check: NeverMatches},
		"a Deny of nobody's":       {statements: root + `,{"Sid": "D", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"Null": {"aws:PrincipalServiceNamesList": "false"}, "StringEquals": {"aws:PrincipalAccount": "111122223333"}}}`, check: NeverMatches, want: []string{"never-matches: key: D denies nothing of kms:Decrypt: its conditions contradict each other"}},
		"another Region's service": {statements: allow("A", roleR, `"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}`), check: NeverMatches, want: []string{"never-matches: key: A allows nothing of kms:Decrypt: StringEquals on kms:ViaService is never met there"}},
		"no Region": {statements: allow("A", roleR, `"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}`), check: NeverMatches, want: []string{
			"never-matches: key: A allows nothing of kms:Decrypt: StringEquals on kms:ViaService is never met there",
			`never-matches: key: Statements[0](A).Conditions[0].Values[0] is "s3.amazonaws.com": names no Region; must be like "s3.us-east-1.amazonaws.com"`}},
		"a bucket": {statements: `{"Sid": "A", "Effect": "Allow", "Principal": ` + roleR + `, "Action": "kms:Decrypt", "Resource": "arn:aws:s3:::b"}`, check: NeverMatches, want: []string{"never-matches: key: A allows nothing of kms:Decrypt: its Resource does not cover the key"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.expected.Now = now
			got := findings(t, Key{Address: "key", Arn: keyArn, Policy: parse(t, test.statements)}, test.expected, test.check)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTierHasNoFindings holds the policies that are shipped to all checks.
func TestTierHasNoFindings(t *testing.T) {
	for name, policy := range tierpolicies.All(t) {
		got := findings(t, Key{Address: name, Arn: tierpolicies.Key, Policy: policy}, Expectation{
			Accounts:       []string{"098765432109", "111111111111"},
			Administrators: []string{"arn:aws:iam::123456789012:role/PipelineExecutionRole"},
		}, Checks...)
		for _, line := range got {
			t.Error(line)
		}
	}
}

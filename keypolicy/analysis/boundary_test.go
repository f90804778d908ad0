package analysis_test

import (
	"slices"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// A boundary blocks by what it lacks and denies, and by being there: a Deny with
// NotPrincipal excepts nobody who has one.
func TestBoundaryBlocks(t *testing.T) {
	const (
		key    = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
		role   = "arn:aws:iam::111122223333:role/etl"
		user   = "arn:aws:iam::111122223333:user/ann"
		grants = `{"Sid": "A", "Effect": "Allow", "Principal": {"AWS": ["` + role + `", "` + user + `"]}, "Action": "kms:Decrypt", "Resource": "*"}`
		others = `{"Sid": "Others", "Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:root", "` + role + `", "` + user + `"]}, "Action": "kms:Decrypt", "Resource": "*"`
	)
	const everything = `{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}`
	const excepts = "the NotPrincipal of the key policy's statement Others excepts nobody who has a boundary, so it denies it"
	tests := map[string]struct {
		policy, boundary string
		principals       []string
		want             []string
	}{
		"nothing":   {grants, everything, nil, nil},
		"by a Deny": {grants, everything + `,{"Sid": "No", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}`, nil, []string{"role etl and user ann: the policy of key grants kms:Decrypt always (A); the boundary blocks it: its statement No denies it"}},
		"by being there": {grants + "," + others + "}", everything, nil, []string{
			"user ann: the policy of key grants kms:Decrypt always (A); the boundary blocks it: " + excepts}},
		"by being there, of some": {grants + "," + others + `, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}`, everything, []string{user}, []string{
			"user ann: the policy of key grants kms:Decrypt always (A); the boundary blocks some of it: if the principal's tag team is red: " + excepts}},
		"who is denied anyway": {grants + "," + `{"Sid": "Others", "Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:root"]}, "Action": "kms:Decrypt", "Resource": "*"}`, everything, nil, nil},
		// Its sessions are not listed.
		"a role that is denied anyway": {grants + "," + others + "}", everything, []string{role}, nil},
		// They have rows of their own, and the boundary of the role or of the pattern.
		"by a pattern of which a user is": {grants, `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, []string{"arn:aws:iam::111122223333:role/*"}, []string{
			"role etl: the policy of key grants kms:Decrypt always (A); the boundary blocks it: no statement of it allows the action"}},
		"by two patterns that overlap": {`{"Sid": "Team", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*-team"}}}`,
			`{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, []string{"arn:aws:iam::111122223333:role/a*"}, []string{
				"roles like *-team: the policy of key grants kms:Decrypt always (Team); the boundary blocks it: no statement of it allows the action"}},
		"a session, by its role": {`{"Sid": "S", "Effect": "Allow", "Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/etl/x"}, "Action": "kms:Decrypt", "Resource": "*"}`,
			everything + `,{"Sid": "No", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}`, []string{role}, []string{
				"session etl/x: the policy of key grants kms:Decrypt always (S); the boundary blocks it: its statement No denies it"}},
		"a session of another role": {`{"Sid": "S", "Effect": "Allow", "Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/other/x"}, "Action": "kms:Decrypt", "Resource": "*"}`,
			everything + `,{"Sid": "No", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}`, []string{role}, nil},
		"kinds apart": {`{"Sid": "All", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:*"}}}`,
			everything + `,{"Sid": "No", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalType": "User"}}}`, []string{"arn:aws:iam::111122223333:*/x*"}, []string{
				"principals like arn:aws:iam::111122223333:*/x*, users: the policy of key grants kms:Decrypt always (All); the boundary blocks it: its statement No denies it"}},
		// What IAM policies give is not granted by the key's policy, whoever stands beside.
		"the account beside a service": {`{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root", "Service": "logs.us-east-1.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}`,
			`{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, []string{role}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report, err := analysis.CheckBoundary(parse(t, `{"Version": "2012-10-17", "Statement": [`+test.boundary+`]}`),
				[]analysis.Key{{Address: "key", Arn: key, Policy: parse(t, `{"Version": "2012-10-17", "Statement": [`+test.policy+`]}`)}}, test.principals...)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, blocked := range report.Blocked {
				got = append(got, blocked.String())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func parse(t *testing.T, text string) keypolicy.Document {
	t.Helper()
	document, err := keypolicy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

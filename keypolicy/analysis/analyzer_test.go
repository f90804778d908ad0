package analysis

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/testing/tierpolicies"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// told is what a report says, line by line, whatever the order.
func told(r *Report) []string {
	var lines []string
	for i, principal := range r.Principals {
		for action, answer := range r.Answers[i] {
			line := fmt.Sprint(principal.Id, " ", principal.Name, " ", principal.Kind, " ", principal.Foreign, " ", action, " ", answer.Verdict, answer.Why, answer.Blocks)
			for _, path := range answer.Paths {
				conditions := slices.Clone(path.Conditions)
				for _, except := range path.Except {
					conditions = append(conditions, except.Conditions...)
				}
				for _, c := range conditions {
					slices.Sort(c.Values)
				}
				words := strings.Split(path.Words(), " ")
				slices.Sort(words)
				line += fmt.Sprint("; ", path.NeedsIam, path.Statement, words)
			}
			lines = append(lines, line)
		}
	}
	for _, ineffective := range r.Ineffective {
		lines = append(lines, ineffective.String())
	}
	slices.Sort(lines)
	return lines
}

// TestAnalyzerOnTiers analyzes the tier's policies under many names, and holds the
// answers against those of each by itself.
func TestAnalyzerOnTiers(t *testing.T) {
	analyzer := NewAnalyzer()
	for name, policy := range tierpolicies.All(t) {
		for _, environment := range []string{"prod17", "prod18", "test99"} {
			names := map[string]string{"prod": environment, "LambdaETLRole": "LambdaETLRole" + environment, "SecurityAuditorRole": "Auditor" + environment}
			key := Key{Address: environment, Arn: tierpolicies.Key, Policy: policy.Clone()}
			texts := textsOf(&key, &Expectation{})
			texts(func(text string, from int) string { return replaceWords(text, names) })
			alone, err := Analyze(key)
			if err != nil {
				t.Fatal(err)
			}
			shared, err := analyzer.Analyze(key)
			if err != nil {
				t.Fatal(err)
			}
			if shared.Key.Address != environment {
				t.Errorf("%s: the report is of key %s", name, shared.Key.Address)
			}
			if diff := cmp.Diff(told(alone), told(shared)); diff != "" {
				t.Errorf("%s %s: alone (-), among others (+):\n%s", name, environment, diff)
			}
			expected := Expectation{Accounts: []string{"098765432109"}, Administrators: []string{"arn:aws:iam::123456789012:role/LambdaETLRole" + environment}}
			want, err := Findings(key, expected, Checks...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := analyzer.Findings(key, expected, Checks...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
				t.Errorf("%s %s: findings alone (-), among others (+):\n%s", name, environment, diff)
			}
		}
	}
	// The environments differ in their names only, the policies in more.
	if count := len(analyzer.reports.answers); count != len(tierpolicies.All(t)) {
		t.Errorf("%d analyses", count)
	}
}

// TestAnalyzerOnLikeNames gives policies of names that are parts of one another,
// beside wildcards, in other cases and in variables to one analyzer.
func TestAnalyzerOnLikeNames(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	word := func() string {
		return pick("prod1", "prod2", "prod12", "prod", "Prod1", "p1", "aa1", "12", "123456789012", "pr", "role1")
	}
	text := func() string {
		return pick(word(), word()+"-"+word(), word()+"*", "*"+word(), word()+"-*", "?"+word(), "nc-"+word()+"-?", "x-${aws:PrincipalTag/"+word()+"}", "${aws_iam_role."+word()+".arn}")
	}
	arn := func() string { return "arn:aws:iam::" + pick(ownAccount, "444455556666") + ":role/" + text() }
	condition := func() keypolicy.Condition {
		if random.IntN(3) == 0 {
			return keypolicy.Condition{Operator: pick("ArnLike", "StringLike", "StringNotEquals", "ArnEquals"), Key: pick("aws:PrincipalArn", "kms:GranteePrincipal"), Values: []string{arn(), arn()}}
		}
		return keypolicy.Condition{
			Operator: pick("StringEquals", "StringLike", "StringNotLike", "StringNotEquals", "StringEqualsIgnoreCase", "ForAllValues:StringLike"),
			Key:      pick("kms:EncryptionContext:app", "aws:PrincipalTag/team", "aws:PrincipalTag/env", "aws:username", "kms:EncryptionContextKeys"), Values: []string{text(), text()},
		}
	}
	analyzer := NewAnalyzer()
	shared := 0
	for range 300 {
		policy := keypolicy.Document{Version: "2012-10-17"}
		for i := range 1 + random.IntN(2) {
			role := "arn:aws:iam::" + ownAccount + ":role/" + word()
			statement := keypolicy.Statement{Sid: "S" + fmt.Sprint(i) + pick("prod1", "prod2"), Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.AwsPrincipal(pick("*", role, role))},
				Actions: []string{"kms:Decrypt", "kms:CreateGrant"}}
			if i > 0 && random.IntN(2) == 0 {
				statement.Effect, statement.Principals = keypolicy.Deny, []keypolicy.Principal{keypolicy.Everyone()}
			}
			for range random.IntN(3) {
				statement.Conditions = append(statement.Conditions, condition())
			}
			statement.Conditions = keypolicy.MergeConditions(statement.Conditions)
			policy.Statements = append(policy.Statements, statement)
		}
		key := Key{Address: "key", Arn: keyArn, Policy: policy}
		_, _, id := withoutNames(key, Expectation{}, nil)
		if _, known := analyzer.reports.find(id); known {
			shared++
		}
		alone, err := Analyze(key)
		if err != nil {
			continue
		}
		among, err := analyzer.Analyze(key)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(told(alone), told(among)); diff != "" {
			t.Fatalf("%s\nalone (-), among others (+):\n%s", policy, diff)
		}
		checkExamples(t, among)
	}
	if shared < 20 {
		t.Errorf("only %d of the policies were like an earlier one", shared)
	}
}

// checkExamples has the evaluator decide every path's example.
func checkExamples(t *testing.T, report *Report) {
	t.Helper()
	for i, answers := range report.Answers {
		for _, action := range slices.Sorted(maps.Keys(answers)) {
			for _, path := range answers[action].Paths {
				request := report.Example(answers[action], path)
				if named := report.Principals[i]; request.Action != action || named.Kind == KindRole && request.Principal != named.Id {
					t.Errorf("the example of %s %s is of %s %s", named.Id, action, request.Principal, request.Action)
				}
				if path.NeedsIam {
					request.IdentityPolicies = allowEverything
				}
				request.Grants = report.Key.Grants
				decision, err := evaluation.Evaluate(report.Key.Policy, request)
				if err != nil || !decision.Allowed {
					t.Errorf("%s %s by %s: the example %+v is not allowed: %v %v\n%s", report.Principals[i].Name, action, path.Statement, request, decision, err, report.Key.Policy)
				}
			}
		}
	}
}

// TestExamples holds the examples of the tier's policies against the evaluator.
func TestExamples(t *testing.T) {
	for _, policy := range tierpolicies.All(t) {
		report, err := Analyze(Key{Arn: tierpolicies.Key, Policy: policy})
		if err != nil {
			t.Fatal(err)
		}
		checkExamples(t, report)
	}
}

// TestNamesThatMatter gives pairs of conditions between whose names the policy
// makes a difference: what holds for one pair may not hold for the other.
func TestNamesThatMatter(t *testing.T) {
	tests := map[string]struct {
		first, second string
		same          bool
	}{
		"other names":          {`"StringEquals": {"kms:EncryptionContext:app": ["web1", "nc-job1-x"]}`, `"StringEquals": {"kms:EncryptionContext:app": ["web2", "nc-job7-x"]}`, true},
		"whether they differ":  {`"StringEquals": {"kms:EncryptionContext:app": "web1", "kms:EncryptionContext:env": "web1"}`, `"StringEquals": {"kms:EncryptionContext:app": "web1", "kms:EncryptionContext:env": "web2"}`, false},
		"beside a wildcard":    {`"StringLike": {"kms:EncryptionContext:app": ["web1", "we*"]}`, `"StringLike": {"kms:EncryptionContext:app": ["job1", "we*"]}`, false},
		"behind a wildcard":    {`"StringLike": {"kms:EncryptionContext:app": ["web1", "?eb1"]}`, `"StringLike": {"kms:EncryptionContext:app": ["job1", "?eb1"]}`, false},
		"within a wildcard":    {`"StringLike": {"kms:EncryptionContext:app": ["web1", "*eb*"]}`, `"StringLike": {"kms:EncryptionContext:app": ["job1", "*eb*"]}`, false},
		"beside a separator":   {`"StringLike": {"kms:EncryptionContext:app": ["nc-web1-data", "nc-web1-*"]}`, `"StringLike": {"kms:EncryptionContext:app": ["nc-job1-data", "nc-job1-*"]}`, true},
		"case":                 {`"StringEquals": {"kms:EncryptionContext:app": "web1"}, "StringNotEqualsIgnoreCase": {"kms:EncryptionContext:app": "Web1"}`, `"StringEquals": {"kms:EncryptionContext:app": "web2"}, "StringNotEqualsIgnoreCase": {"kms:EncryptionContext:app": "Web1"}`, false},
		"ignoring case":        {`"StringEqualsIgnoreCase": {"kms:EncryptionContext:app": ["WEB1", "web1"]}`, `"StringEqualsIgnoreCase": {"kms:EncryptionContext:app": ["JOB1", "web1"]}`, false},
		"a variable":           {`"StringEquals": {"kms:EncryptionContext:app": ["web1", "we${aws:PrincipalTag/x}"]}`, `"StringEquals": {"kms:EncryptionContext:app": ["job1", "we${aws:PrincipalTag/x}"]}`, false},
		"numbers":              {`"StringEquals": {"kms:EncryptionContext:n": "10e1"}, "NumericEquals": {"kms:EncryptionContext:n": "100"}`, `"StringEquals": {"kms:EncryptionContext:n": "20e1"}, "NumericEquals": {"kms:EncryptionContext:n": "100"}`, false},
		"numbers in ARNs":      {`"StringEquals": {"aws:PrincipalArn": "web1"}, "NumericEquals": {"aws:PrincipalArn": "100"}`, `"StringEquals": {"aws:PrincipalArn": "web2"}, "NumericEquals": {"aws:PrincipalArn": "100"}`, false},
		"accounts":             {`"StringEquals": {"kms:EncryptionContext:app": "777788889999"}`, `"StringEquals": {"kms:EncryptionContext:app": "444455556666"}`, false},
		"a part of an ARN":     {`"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/x"}`, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/x"}`, false},
		"another ARN":          {`"ArnLike": {"aws:SourceArn": "arn:aws:logs:us-east-1:111122223333:group1"}`, `"ArnLike": {"aws:SourceArn": "arn:aws:logs:us-west-1:111122223333:group1"}`, false},
		"named as a user":      {`"StringEquals": {"aws:username": "ann1", "kms:EncryptionContext:app": "ann1"}`, `"StringEquals": {"aws:username": "ann1", "kms:EncryptionContext:app": "bob1"}`, false},
		"the id of who calls":  {`"StringEquals": {"aws:userid": "*:web1", "kms:EncryptionContext:app": "web1"}`, `"StringEquals": {"aws:userid": "*:web1", "kms:EncryptionContext:app": "job1"}`, false},
		"the name of a pair":   {`"StringEquals": {"kms:EncryptionContext:app1": "x"}`, `"StringEquals": {"kms:EncryptionContext:app2": "x"}`, false},
		"other values":         {`"StringEquals": {"aws:PrincipalOrgID": "o-first"}`, `"StringEquals": {"aws:PrincipalOrgID": "o-other"}`, false},
		"length":               {`"StringEquals": {"kms:EncryptionContext:app": "web1"}`, `"StringEquals": {"kms:EncryptionContext:app": "web12"}`, false},
		"order and operator":   {`"StringEquals": {"kms:EncryptionContext:app": "web1"}`, `"StringNotEquals": {"kms:EncryptionContext:app": "web1"}`, false},
		"the name of a token":  {`"ArnEquals": {"aws:PrincipalArn": "${aws_iam_role.web1.arn}"}`, `"ArnEquals": {"aws:PrincipalArn": "${aws_iam_role.web2.arn}"}`, true},
		"a token and a name":   {`"StringEquals": {"kms:EncryptionContext:app": "${local.web1}", "aws:PrincipalTag/x": "${local.web1}"}`, `"StringEquals": {"kms:EncryptionContext:app": "${local.web1}", "aws:PrincipalTag/x": "${local.web2}"}`, false},
		"what means something": {`"StringEquals": {"kms:EncryptionContext:app": "role"}`, `"StringEquals": {"kms:EncryptionContext:app": "user"}`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			id := func(condition string) string {
				_, _, id := withoutNames(Key{Arn: keyArn, Policy: parse(t, allow("S", everyone, condition))}, Expectation{}, nil)
				return id
			}
			if same := id(test.first) == id(test.second); same != test.same {
				t.Errorf("taken for the same: %v, want %v\n%s\n%s", same, test.same, id(test.first), id(test.second))
			}
		})
	}
	key := Key{Arn: keyArn, Policy: parse(t, allow("S", everyone, `"StringEquals": {"kms:EncryptionContext:app": "web1"}`))}
	_, _, plain := withoutNames(key, Expectation{}, nil)
	key.Policy.Version = keypolicy.OldVersion
	if _, _, old := withoutNames(key, Expectation{}, nil); old == plain {
		t.Error("policies of two versions are taken for the same")
	}
	for name, expected := range map[string]Expectation{
		"an account": {Accounts: []string{"444455556666"}}, "an administrator": {Administrators: []string{"web1"}}, "who applies": {Applying: "web1"},
	} {
		if _, _, other := withoutNames(key, expected, nil); other == plain {
			t.Errorf("%s is forgotten", name)
		}
	}
}

// TestAnalyzerOnWrongPolicies gives the errors of each key by its own names.
func TestAnalyzerOnWrongPolicies(t *testing.T) {
	analyzer := NewAnalyzer()
	for _, name := range []string{"first1", "other2", "first1"} {
		key := Key{Arn: keyArn, Policy: parse(t, allow("S"+name, roleR, `"StringEqual": {"kms:ViaService": "`+name+`"}`))}
		_, want := Analyze(key)
		if _, err := analyzer.Analyze(key); err == nil || err.Error() != want.Error() {
			t.Errorf("got %v, want %v", err, want)
		}
		if _, err := analyzer.Findings(key, Expectation{}, LockOut); err == nil || err.Error() != want.Error() {
			t.Errorf("findings: got %v, want %v", err, want)
		}
	}
}

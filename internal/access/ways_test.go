package access

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

const testKey = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

func readPolicies(t *testing.T) map[string]keypolicy.Document {
	t.Helper()
	policies := map[string]keypolicy.Document{}
	for _, pattern := range []string{"../../internal/testing/tierpolicies/*.policy.json", "../../cmd/kmsaccess/testdata/*.policy.json"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			// All of one account, so that one key serves.
			data = []byte(strings.ReplaceAll(string(data), "111122223333", "123456789012"))
			if policies[filepath.Base(path)], err = keypolicy.Parse(data); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		}
	}
	if len(policies) < 8 {
		t.Fatalf("only %d policies", len(policies))
	}
	return policies
}

// TestWaysAreTheDecisions makes random requests of what the policies' conditions
// speak of: a request is allowed just when it goes one of the ways that the
// report names and none of its exceptions.
func TestWaysAreTheDecisions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, policy := range readPolicies(t) {
		t.Run(name, func(t *testing.T) {
			key := Key{Address: "key", Arn: testKey, Policy: policy}
			report, err := Analyze(key)
			if err != nil {
				t.Fatal(err)
			}
			a, err := newAnalysis(key)
			if err != nil {
				t.Fatal(err)
			}
			allowed := 0
			for range 2000 {
				at := random.IntN(len(report.Subjects))
				// Grants alone say who may retire them.
				decided := (aws.KeyActions &^ aws.GrantOnlyActions).Names()
				action := decided[random.IntN(len(decided))]
				w := randomWitness(random, policy, action)
				iam := random.IntN(2) == 0 && report.Subjects[at].Kind != KindRoot && report.Subjects[at].Kind != KindService
				decision, err := a.ask(report.Subjects[at], action, w, iam)
				if err != nil {
					t.Fatal(err)
				}
				ways := slices.DeleteFunc(slices.Clone(report.Answers[at][action].Ways), func(way Way) bool {
					return way.NeedsIam && !iam || !a.solver.meets(way.Conditions, w) ||
						slices.ContainsFunc(way.Except, func(e Exception) bool { return a.solver.meets(e.Conditions, w) })
				})
				if decision.Allowed {
					allowed++
				}
				if decision.Allowed != (len(ways) > 0) {
					t.Fatalf("%s, %s, %v, IAM %v:\n%v\nways %v", report.Subjects[at].Id, action, w, iam, decision, report.Answers[at][action].Ways)
				}
			}
			if allowed == 0 {
				t.Error("no request was allowed, so nothing was tried")
			}
		})
	}
}

// randomWitness has some of the values that the policy's conditions want, or
// others.
func randomWitness(random *rand.Rand, policy keypolicy.Document, action string) witness {
	w := witness{context: map[string][]string{}, encryption: map[string]string{}}
	favourite := policy.Statements[random.IntN(len(policy.Statements))].Conditions
	for _, statement := range policy.Statements {
		for _, condition := range statement.Conditions {
			wanted := slices.ContainsFunc(favourite, func(c keypolicy.Condition) bool { return c.Key == condition.Key })
			if isFixed(condition.Key) || !carries(action, condition.Key) || !wanted && random.IntN(12) > 0 || wanted && random.IntN(12) == 0 {
				continue
			}
			values := candidates([]keypolicy.Condition{condition})[1:]
			value := values[random.IntN(len(values))][0]
			switch name, isContext := cutPrefixFold(condition.Key, contextPrefix); {
			case condition.Key == contextKeysKey:
				if value != "" && random.IntN(8) == 0 {
					w.encryption[value] = "any"
				}
			case isContext:
				w.encryption[name] = value
			default:
				w.context[condition.Key] = []string{value}
			}
		}
	}
	return w
}

// TestAnswersByHand holds the search to answers worked out by hand.
func TestAnswersByHand(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/R"
	tests := map[string]struct {
		statements, action, want string
	}{
		"a Deny takes one service of two": {
			`{"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "` + role + `"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": ["ec2.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com"]}}},
			 {"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}}`,
			"kms:Decrypt", "through EC2 in us-east-1 or S3 in us-east-1, except through S3 in us-east-1 (D) [A]"},
		"a Deny takes all": {
			`{"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "` + role + `"}, "Action": "kms:Decrypt", "Resource": "*"},
			 {"Sid": "D", "Effect": "Deny", "Principal": {"AWS": "` + role + `"}, "Action": "kms:Dec*", "Resource": "*"}`,
			"kms:Decrypt", "denied by D"},
		"a context that DescribeKey never has": {
			`{"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "` + role + `"}, "Action": "kms:*", "Resource": "*", "Condition": {"StringEquals": {"kms:EncryptionContext:app": "x"}}}`,
			"kms:DescribeKey", "no"},
		"dates and numbers": {
			`{"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "` + role + `"}, "Action": "kms:ScheduleKeyDeletion", "Resource": "*", "Condition": {"NumericGreaterThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "7"}, "DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}}`,
			"kms:ScheduleKeyDeletion", "with a waiting period over 7 days, if aws:CurrentTime is before 2030-01-01T00:00:00Z [A]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			policy, err := keypolicy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [` + test.statements + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			report, err := Analyze(Key{Arn: testKey, Policy: policy})
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(report.Subjects, func(s Subject) bool { return s.Id == role })
			answer := report.Answers[at][test.action]
			got := string(answer.Verdict)
			switch {
			case answer.Verdict == Denied:
				got = "denied by " + StatementName(answer.Blocks[0])
			case len(answer.Ways) == 1:
				got = answer.Ways[0].Words() + " [" + StatementName(answer.Ways[0].Statement) + "]"
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestTooManyDenies bounds the time for a policy whose denies overlap in more
// combinations than can be tried, and no check passes it.
func TestTooManyDenies(t *testing.T) {
	account := keypolicy.AwsPrincipal("arn:aws:iam::123456789012:root")
	policy := keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Principals: []keypolicy.Principal{account}, Actions: []string{"kms:*"}}}}
	for i := range 30 {
		letter := string(rune('a' + i))
		policy.Statements = append(policy.Statements, keypolicy.Statement{
			Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"},
			Conditions: []keypolicy.Condition{
				{Operator: "StringNotEquals", Key: "aws:PrincipalTag/other-" + letter, Values: []string{"x"}},
				{Operator: "StringNotEquals", Key: "aws:PrincipalTag/" + letter, Values: []string{"x"}},
			},
		})
	}
	key := Key{Arn: testKey, Policy: policy}
	report, err := Analyze(key)
	if err != nil {
		t.Fatal(err)
	}
	if answer := report.Answers[0]["kms:Decrypt"]; answer.Verdict != Undecided {
		t.Errorf("got %v", answer)
	}
	const want = "the checks cannot be answered: the policy's denies overlap in more combinations than were tried; there may be further ways"
	if _, err := Findings(key, Expectation{}, UseWithoutContext, AdministratorDataAccess); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

package limits

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

const role = "arn:aws:iam::123456789012:role/"

// texts are allowed and forbidden just before and just beyond each limit.
var texts = map[string]struct {
	limit              Text
	allowed, forbidden []string
}{
	"a slug": {Slug,
		[]string{"a", "nc-dp", "a1-2", strings.Repeat("a", 32)},
		[]string{"", "A", "1a", "a-", "a--b", "a_b", strings.Repeat("a", 33)}},
	"an app": {App,
		[]string{"a", "Shop 2: orders/x=+@_.-", strings.Repeat("a", 256)},
		[]string{"", " a", "a#", strings.Repeat("a", 257)}},
	"a service": {Service,
		[]string{"a", "svc-ingest_api.2", strings.Repeat("a", 128)},
		[]string{"", "a-", "a--b", "a b", strings.Repeat("a", 129)}},
	"a tag's key": {TagKey,
		[]string{"a", "Cost Center", "é/x", "aws", "awsx:a", strings.Repeat("é", 128)},
		[]string{"", "a#", "aws:a", "AWS:a", "aWs:", strings.Repeat("é", 129)}},
	"a tag's value": {TagValue,
		[]string{"", "a", "aws:a", strings.Repeat("é", 256)},
		[]string{"a!", "a\tb", strings.Repeat("é", 257)}},
	"a tier's tag": {TierTagKey, []string{"a", "name", "Names", "MyName"}, []string{"Name"}},
	"an email": {Email,
		[]string{"a@b.c", "a+b@x.example.com", "\u00a0@b.c"},
		[]string{"", "a", "a@b", "a b@c.d", `"a"@b.c`, "a@b@c.d"}},
	"bucket names":    {BucketNames, []string{"*", "a?-b.c", strings.Repeat("a", 63)}, []string{"", "A", "a/b", strings.Repeat("a", 64)}},
	"table names":     {TableNames, []string{"*", "A_b-c.?", strings.Repeat("a", 255)}, []string{"", "a/b", strings.Repeat("a", 256)}},
	"secret names":    {SecretNames, []string{"*", "A/b_+=.@-?", strings.Repeat("a", 512)}, []string{"", "a#", strings.Repeat("a", 513)}},
	"log group names": {LogGroupNames, []string{"*", "/aws/A_b#c-d?", strings.Repeat("a", 512)}, []string{"", "a@", strings.Repeat("a", 513)}},
	"a log group":     {LogGroupName, []string{"/aws/A_b#c-d", strings.Repeat("a", 512)}, []string{"", "a*", "a?", strings.Repeat("a", 513)}},
	"an account id":   {AccountId, []string{"000000000000"}, []string{"", "12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢"}},
	"a Region":        {Region, []string{"us-east-1", "us-gov-west-1", "eusc-de-east-1"}, []string{"", "us", "us-east", "us-1", "US-EAST-1", "us-east-1a", "us-East-1"}},
	"a principal's ARN": {PrincipalArn,
		[]string{role + "a", role + "p/q/a", role + strings.Repeat("a", 64), "arn:aws-cn:iam::123456789012:user/a"},
		[]string{"", role, role + strings.Repeat("a", 65), role + "a*", role + "*/a", role + "p?/a", "arn:aws:iam::123456789012:root", "arn:aws:iam::12345678901:role/a", "arn:aws:sts::123456789012:assumed-role/a/b", "arn:azure:iam::123456789012:role/a", "arn:awsx:iam::123456789012:role/a"}},
	"a pattern of role ARNs": {RoleArnPattern,
		[]string{role + "a*", role + "?a", role + "*/a", role + "a/*"},
		[]string{"", role + "a", role + "*", role + "*/?*", "arn:aws:iam::*:role/a", "arn:aws:iam::123456789012:user/a*", role + "a *"}},
	"a bucket's ARN": {BucketArn,
		[]string{"arn:aws:s3:::abc", "arn:aws-cn:s3:::a.b-c", "arn:aws:s3:::" + strings.Repeat("a", 63)},
		[]string{"", "arn:aws:s3:::ab", "arn:aws:s3:::a*c", "arn:aws-x:s3:::abc", "arn:aws:s3:::abc/x", "arn:aws:s3:::" + strings.Repeat("a", 64)}},
	"a key's id": {KeyId,
		[]string{"1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-" + strings.Repeat("0", 32)},
		[]string{"", "alias/a", "1234abcd-12ab-34cd-56ef-1234567890a", "mrk-" + strings.Repeat("0", 31), "1234ABCD-12ab-34cd-56ef-1234567890ab"}},
	"a resource": {Resource,
		[]string{"aws_sqs_queue.jobs", "prod/queues/dead-letters", "a/\u00a0"},
		[]string{"", "aws_sqs_queue", "aws_sqs_queue.*", "prod/*", "a b/c", "/a"}},
	"a reason": {Reason, []string{"a", " a ", "\ufeff"}, []string{"", " ", "\t\n\v\f\r", "\u0085\u00a0\u2003\u2028\u3000"}},
}

func TestTexts(t *testing.T) {
	for name, test := range texts {
		t.Run(name, func(t *testing.T) {
			if test.limit.Must == "" {
				t.Error("has no words")
			}
			for _, text := range test.allowed {
				if !test.limit.Allows(text) {
					t.Errorf("%q is forbidden", text)
				}
			}
			for _, text := range test.forbidden {
				if test.limit.Allows(text) {
					t.Errorf("%q is allowed", text)
				}
			}
		})
	}
}

// Editors check with the same patterns, in JavaScript.
func TestTextsMeanTheSameToJavaScript(t *testing.T) {
	tools.Require(t, tools.Node)
	type question struct {
		Name, Text string
		Patterns   []string
		Except     *string
		MaxLength  int
	}
	var questions []question
	var want []bool
	for name, test := range texts {
		for _, text := range append(slices.Clone(test.allowed), test.forbidden...) {
			q := question{Name: name, Text: text, MaxLength: test.limit.MaxLength}
			for _, pattern := range test.limit.Patterns {
				q.Patterns = append(q.Patterns, pattern.String())
			}
			if test.limit.Except != nil {
				except := test.limit.Except.String()
				q.Except = &except
			}
			questions, want = append(questions, q), append(want, test.limit.Allows(text))
		}
	}
	input, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("node", "-e", `
		const questions = JSON.parse(require("fs").readFileSync(0, "utf8"));
		const matches = (pattern, text) => new RegExp(pattern, "u").test(text);
		console.log(JSON.stringify(questions.map(q => (q.Patterns ?? []).every(p => matches(p, q.Text)) &&
			!(q.Except && matches(q.Except, q.Text)) && (q.MaxLength === 0 || [...q.Text].length <= q.MaxLength))));`)
	command.Stdin, command.Stderr = bytes.NewReader(input), os.Stderr
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []bool
	if err := json.Unmarshal(output, &got); err != nil || len(got) != len(want) {
		t.Fatalf("Node.js answers %s, %v", output, err)
	}
	for i, q := range questions {
		if got[i] != want[i] {
			t.Errorf("%s: %q is allowed in Go: %v, in JavaScript: %v", q.Name, q.Text, want[i], got[i])
		}
	}
}

func TestDays(t *testing.T) {
	tests := map[string]struct {
		limit              Days
		allowed, forbidden []int
		must               string
	}{
		"between rotations":   {RotationPeriod, []int{90, 365, 2560}, []int{-1, 0, 89, 2561}, "from 90 to 2560"},
		"before a deletion":   {DeletionWindow, []int{7, 30}, []int{0, 6, 31}, "from 7 to 30"},
		"of a trail's files":  {LogFileRetention, []int{1, 36500}, []int{0, 36501}, "from 1 to 36500"},
		"of a group's events": {LogGroupRetention, []int{1, 14, 3653}, []int{0, 2, 8, 3654}, "one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, days := range test.allowed {
				if !test.limit.Allows(days) {
					t.Errorf("%d are forbidden", days)
				}
			}
			for _, days := range test.forbidden {
				if test.limit.Allows(days) {
					t.Errorf("%d are allowed", days)
				}
			}
			if test.limit.Default != 0 && !test.limit.Allows(test.limit.Default) {
				t.Errorf("the default, %d, is forbidden", test.limit.Default)
			}
			if got := test.limit.Must(); got != test.must {
				t.Errorf("they must be %s, want %s", got, test.must)
			}
		})
	}
}

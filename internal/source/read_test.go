package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// policyOn is a policy whose root statement covers the key and whose second
// statement has the Resource.
func policyOn(resource string) string {
	return `{"Version": "2012-10-17", "Statement": [
		{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
		{"Sid": "S", "Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", ` + resource + `}]}`
}

// TestBarePolicies holds a bare policy to the key that its Resource names.
func TestBarePolicies(t *testing.T) {
	const (
		own    = "arn:aws:kms:us-east-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321"
		other  = "arn:aws:kms:us-east-1:111122223333:key/11111111-09fe-87dc-65ba-ab0987654321"
		region = "arn:aws:kms:us-east-2:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321"
		// new stands for a key in account and Region of which no more is known.
		new     = "arn:aws:kms:us-east-1:111122223333:key/not-known-before-apply"
		taken   = " is taken for the key's own ARN: a key policy speaks of its own key only"
		itself  = " is taken for the key itself: a key policy speaks of its own key only"
		effects = "statement 1 (S) covers no key and has no effect: its "
		only    = ", and a key policy speaks of its own key only"
	)
	here := Defaults{AccountId: "111122223333", Region: "us-east-1"}
	tests := map[string]struct {
		resource string
		defaults Defaults
		arn      string
		notes    []string
		problem  string
	}{
		"all":                            {`"Resource": "*"`, here, new, nil, ""},
		"a key's ARN":                    {`"Resource": "` + own + `"`, here, own, []string{own + taken}, ""},
		"an ARN, nothing else known":     {`"Resource": "` + own + `"`, Defaults{}, own, []string{own + taken}, ""},
		"an ARN in NotResource":          {`"NotResource": "` + own + `"`, here, own, []string{own + taken, effects + "NotResource is " + own + only}, ""},
		"an ARN of another Region":       {`"Resource": "` + region + `"`, here, new, []string{effects + "Resource is " + region + only}, ""},
		"two ARNs, one of this Region":   {`"Resource": ["` + own + `", "` + region + `"]`, here, own, []string{own + taken}, ""},
		"two ARNs of this Region":        {`"Resource": ["` + own + `", "` + other + `"]`, here, new, nil, "the policy has 2 keys as its Resource, of which only the one that it belongs to counts: " + own + ", " + other + "; say which with --key-arn, or show a plan or state"},
		"the ARN given":                  {`"Resource": ["` + own + `", "` + other + `"]`, Defaults{KeyArn: other}, other, nil, ""},
		"another ARN given":              {`"Resource": "` + own + `"`, Defaults{KeyArn: other}, other, []string{effects + "Resource is " + own + only}, ""},
		"a pattern of the Region":        {`"Resource": "arn:aws:kms:us-east-1:*:key/*"`, here, new, nil, ""},
		"a pattern of another":           {`"Resource": "arn:aws:kms:eu-*:*:key/*"`, here, new, []string{effects + "Resource is arn:aws:kms:eu-*:*:key/*" + only}, ""},
		"a pattern of ids":               {`"Resource": "arn:aws:kms:*:111122223333:key/0987*"`, here, new, []string{"arn:aws:kms:*:111122223333:key/0987*" + itself}, ""},
		"a pattern of ids elsewhere":     {`"Resource": "arn:aws:kms:*:444455556666:key/0987*"`, here, new, []string{effects + "Resource is arn:aws:kms:*:444455556666:key/0987*" + only}, ""},
		"a pattern that the ARN answers": {`"Resource": "arn:aws:kms:*:111122223333:key/1111*"`, Defaults{KeyArn: own}, own, []string{effects + "Resource is arn:aws:kms:*:111122223333:key/1111*" + only}, ""},
		"an alias":                       {`"Resource": "arn:aws:kms:us-east-1:111122223333:alias/a"`, here, new, []string{effects + "Resource is arn:aws:kms:us-east-1:111122223333:alias/a" + only}, ""},
		"a bucket":                       {`"Resource": "arn:aws:s3:::b/*"`, here, new, []string{effects + "Resource is arn:aws:s3:::b/*" + only}, ""},
		"a bucket and the key":           {`"Resource": ["arn:aws:s3:::b/*", "*"]`, here, new, nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file, err := Read("in", strings.NewReader(policyOn(test.resource)), test.defaults)
			if err != nil {
				t.Fatal(err)
			}
			key := file.Keys[0]
			if key.Arn != test.arn || key.Problem != test.problem {
				t.Errorf("got %s %s", key.Arn, key.Problem)
			}
			if diff := cmp.Diff(test.notes, key.Notes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDoubts notes what may be misspelt, in whichever file.
func TestDoubts(t *testing.T) {
	policy := strings.ReplaceAll(policyOn(`"Resource": "*"`), "kms:Decrypt", "kms:Decrpyt")
	for name, content := range map[string]string{"policy": policy, "stack": stackWith(fmt.Sprintf("%q", policy), "}")} {
		notes := readOne(t, content).Notes
		if !slices.ContainsFunc(notes, func(note string) bool {
			return strings.Contains(note, "Statements[1](S).Actions[0]") && strings.Contains(note, "kms:Decrpyt") && strings.Contains(note, "kms:Decrypt")
		}) {
			t.Errorf("%s: %q", name, notes)
		}
	}
}

// TestPartitions takes the partition from the Region, else from the policy.
func TestPartitions(t *testing.T) {
	policy := func(root, via string) string {
		return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "` + root + `"}, "Action": "kms:*", "Resource": "*",
			"Condition": {"StringEquals": {"kms:ViaService": "` + via + `"}}}]}`
	}
	tests := map[string]struct {
		policy   string
		defaults Defaults
		arn      string
	}{
		"by the root of Europe":  {policy("arn:aws-eusc:iam::111122223333:root", "x"), Defaults{}, "arn:aws-eusc:kms:unknown-region-1:111122223333:key/not-known-before-apply"},
		"by an isolated root":    {policy("arn:aws-iso-b:iam::111122223333:root", "x"), Defaults{AccountId: "111122223333"}, "arn:aws-iso-b:kms:unknown-region-1:111122223333:key/not-known-before-apply"},
		"by the Region":          {policy("111122223333", "x"), Defaults{Region: "us-gov-east-1"}, "arn:aws-us-gov:kms:us-gov-east-1:111122223333:key/not-known-before-apply"},
		"by a service's Region":  {policy("111122223333", "s3.eusc-de-east-1.amazonaws.eu"), Defaults{}, "arn:aws-eusc:kms:eusc-de-east-1:111122223333:key/not-known-before-apply"},
		"not another's suffix":   {policy("111122223333", "s3.eusc-de-east-1.amazonaws.com"), Defaults{}, "arn:aws:kms:unknown-region-1:111122223333:key/not-known-before-apply"},
		"a service in China":     {policy("arn:aws-cn:iam::111122223333:root", "s3.cn-north-1.amazonaws.com.cn"), Defaults{}, "arn:aws-cn:kms:cn-north-1:111122223333:key/not-known-before-apply"},
		"an isolated service":    {policy("arn:aws-iso:iam::111122223333:root", "s3.us-iso-east-1.c2s.ic.gov"), Defaults{}, "arn:aws-iso:kms:us-iso-east-1:111122223333:key/not-known-before-apply"},
		"nothing says otherwise": {policy("111122223333", "x"), Defaults{}, "arn:aws:kms:unknown-region-1:111122223333:key/not-known-before-apply"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file, err := Read("in", strings.NewReader(test.policy), test.defaults)
			if err != nil {
				t.Fatal(err)
			}
			if got := file.Keys[0].Arn; got != test.arn {
				t.Errorf("got %s, want %s", got, test.arn)
			}
		})
	}
}

// TestDefaultsAgainstTheFile says so when a flag is not used.
func TestDefaultsAgainstTheFile(t *testing.T) {
	file, err := Read("in", strings.NewReader(stackWith(rootOnly, "}")), Defaults{AccountId: "444455556666", Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	key := file.Keys[0]
	if key.Arn != "arn:aws:kms:eu-west-1:111122223333:key/not-known-before-apply" {
		t.Error(key.Arn)
	}
	want := []string{"--account 444455556666 is not used: the file says account 111122223333", "--region us-east-1 is not used: the file says eu-west-1"}
	if diff := cmp.Diff(want, key.Notes); diff != "" {
		t.Error(diff)
	}
}

// TestReadBoth compares two policies as those of one key.
func TestReadBoth(t *testing.T) {
	const a, b = "arn:aws:kms:us-east-1:111122223333:key/a", "arn:aws:kms:us-east-1:111122223333:key/b"
	read := func(old, new string, defaults Defaults) (File, File, error) {
		return ReadBoth(Input{"old", strings.NewReader(policyOn(old))}, Input{"new", strings.NewReader(policyOn(new))}, defaults)
	}
	here := Defaults{AccountId: "111122223333", Region: "us-east-1"}
	const all, onA, onB = `"Resource": "*"`, `"Resource": "` + a + `"`, `"Resource": "` + b + `"`
	for name, test := range map[string]struct{ old, new string }{"old": {onA, all}, "new": {all, onA}, "both": {onA, onA}} {
		old, new, err := read(test.old, test.new, here)
		if err != nil || old.Keys[0].Arn != a || new.Keys[0].Arn != a {
			t.Errorf("%s: %v %v %v", name, old.Keys, new.Keys, err)
		}
	}
	_, _, err := read(onA, onB, here)
	want := "old is the policy of " + a + ", new of " + b + ", as their Resource says; say with --key-arn which key both are for"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, new, err := read(onA, onB, Defaults{KeyArn: a})
	if err != nil || len(new.Keys[0].Notes) != 1 || !strings.Contains(new.Keys[0].Notes[0], "covers no key") {
		t.Errorf("%v %v", new.Keys, err)
	}
}

// TestReadErrors names what a file is instead of one that can be read.
func TestReadErrors(t *testing.T) {
	deep := strings.Repeat("[", 20000)
	tests := map[string]struct {
		content  string
		defaults Defaults
		want     string
	}{
		"a state file":             {`{"version": 4, "serial": 1, "lineage": "x", "resources": []}`, Defaults{}, "is a state in Terraform's own format; turn it into JSON with: terraform show -json > state.json"},
		"an answer of AWS":         {`{"Policy": "{}", "PolicyName": "default"}`, Defaults{}, "is the whole answer of get-key-policy; its policy alone comes with: aws kms get-key-policy --key-id KEY --query Policy --output text"},
		"a template":               {`{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}`, Defaults{}, `is JSON with the members "AWSTemplateFormatVersion", "Resources"; that is no plan (resource_changes), no synthesized stack (resource) and no key policy (Statement)`},
		"a newer plan":             {`{"format_version": "2.0", "resource_changes": []}`, Defaults{}, `is a plan that cannot be read: unsupported plan format version: "2.0.0" does not satisfy ">= 0.1, < 2.0"`},
		"a newer state":            {`{"format_version": "2.0", "values": {}}`, Defaults{}, `is a state that cannot be read: unsupported state format version: "2.0.0" does not satisfy ">= 0.1, < 2.0"`},
		"a plan of other types":    {`{"format_version": "1.2", "resource_changes": {}}`, Defaults{}, "is no plan as terraform show -json prints it: json: cannot unmarshal object into Go struct field uncheckedPlan.resource_changes of type []*tfjson.ResourceChange"},
		"a name twice":             {`{"Statement": [], "Version": "2012-10-17", "Statement": []}`, Defaults{}, `has "Statement" twice in the outermost object; a name may stand there once`},
		"a name twice, below":      {`{"resource": {"aws_kms_key": {"k": {"policy": "a", "tags": [{"x": 1}], "policy": "b"}}}}`, Defaults{}, `has "policy" twice in resource.aws_kms_key.k; a name may stand there once`},
		"a name twice, in escapes": {`{"resource": {"aws_kms_key": {"k": {"p": "\\\"", "\u0070": ":"}}}}`, Defaults{}, `has "p" twice in resource.aws_kms_key.k; a name may stand there once`},
		"a name twice, far apart":  {`{"resource": {` + manyNames(40) + `, "n3": {}}}`, Defaults{}, `has "n3" twice in resource; a name may stand there once`},
		"a resource twice":         {`{"resource": [{"aws_kms_key": {"k": {}}}, {"aws_kms_key": {"k": {}}}]}`, Defaults{}, "is no synthesized stack: it has the block aws_kms_key.k twice"},
		"an ARN for a stack":       {`{"resource": {"aws_kms_key": {"k": {}}}}`, Defaults{KeyArn: "arn:aws:kms:us-east-1:111122223333:key/a"}, "is no key policy; --key-arn says whose a bare policy is, and this file has keys of its own"},
		"no keys":                  {`{"resource": {"aws_s3_bucket": {"b": {}}}}`, Defaults{}, "the synthesized stack has no KMS key; looked for aws_kms_key, aws_kms_replica_key, aws_kms_external_key, aws_kms_replica_external_key, aws_kms_key_policy"},
		"nested deeply":            {deep, Defaults{}, "is not valid JSON: it is nested more than 10000 deep; must be a plan or state as JSON (terraform show -json), a synthesized stack (cdk.tf.json) or a key policy"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read("in", strings.NewReader(test.content), test.defaults)
			if err == nil || err.Error() != "in: "+test.want {
				t.Errorf("got  %v\nwant in: %s", err, test.want)
			}
		})
	}
}

func manyNames(count int) string {
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf(`"n%d": {}`, i)
	}
	return strings.Join(names, ", ")
}

func FuzzRead(f *testing.F) {
	f.Add(stackWith(`"${jsonencode({\"Version\" = \"2012-10-17\", Statement = [{\"Sid\": \"A\"}]})}"`, "}"))
	f.Add(stackWith(`"${data.aws_iam_policy_document.d.json}"`, `}, "data": {"aws_iam_policy_document": {"d": {"statement": [{"actions": ["kms:*"], "resources": ["${aws_kms_key.k.arn}"]}]}}}`))
	f.Add(`{"resource_changes": [{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "change": {"after": {"policy": "{}"}, "after_unknown": {"policy": true}}}], "configuration": {"root_module": {"resources": [{"mode": "managed", "type": "aws_kms_key", "expressions": {"policy": {"references": ["var.x"]}}}]}}}`)
	f.Add(policyOn(`"Resource": "arn:aws:kms:us-east-1:111122223333:key/a"`))
	f.Fuzz(func(t *testing.T, content string) {
		file, err := Read("in", strings.NewReader(content), Defaults{})
		if err != nil {
			return
		}
		for _, key := range file.Keys {
			if strings.Count(key.Arn, ":") < 5 {
				t.Errorf("%s has the ARN %q", key.Address, key.Arn)
			}
			if key.Problem == "" && len(content) < 2000 {
				_, _ = analysis.Analyze(key.Key)
			}
		}
	})
}

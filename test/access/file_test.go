package access_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/test/access"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

const small = `{
  "key": "arn:aws:kms:us-east-1:123456789012:key/1",
  "principals": {"lambda": "arn:aws:iam::123456789012:role/Lambda", "glue": "arn:aws:iam::123456789012:role/Glue"},
  "groups": {"roles": ["lambda", "glue"]},
  "actions": {"use": ["kms:Encrypt", "kms:Decrypt"]},
  "identities": {"all": {"Version": "2012-10-17"}},
  "contexts": {
    "ours": {"kms:EncryptionContext:app": "a", "kms:EncryptionContext:env": "e"},
    "no app": {"kms:EncryptionContext:app": null},
    "wrong env": {"kms:EncryptionContext:env": "x"}
  },
  "cases": [
    {"name": "n", "who": ["roles"], "does": ["use"], "in": ["ours"], "each": ["no app", "wrong env"], "with": "all",
     "expect": {"DelegateToIam": "allow", "AdministerOnly": "deny"}}
  ]
}`

func loadText(t *testing.T, text string) (*access.Cases, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cases.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return access.Load(path)
}

func TestLoadCombinesWhoDoesAndEach(t *testing.T) {
	cases, err := loadText(t, small)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases.All) != 2*2*2 {
		t.Fatalf("expected two roles, two actions and two contexts to make 8 cases, found %d: %v", len(cases.All), cases.All)
	}
	want := access.Case{
		Name: "n", Variant: "no app",
		Request: simulator.Request{
			KeyArn:         "arn:aws:kms:us-east-1:123456789012:key/1",
			Principal:      "arn:aws:iam::123456789012:role/Lambda",
			Action:         "kms:Encrypt",
			Context:        simulator.Context{"kms:EncryptionContext:env": {"e"}},
			IdentityPolicy: `{"Version": "2012-10-17"}`,
		},
		Expect: map[access.Mode]bool{access.DelegateToIam: true, access.AdministerOnly: false},
	}
	if diff := cmp.Diff(want, cases.All[0]); diff != "" {
		t.Errorf("the first case, expected and found (-, +):\n%s", diff)
	}
	if requests := cases.Requests("{}"); requests[7].KeyPolicy != "{}" || requests[7].Principal != "arn:aws:iam::123456789012:role/Glue" {
		t.Errorf("the last request: expected Glue's against the policy, found %+v", requests[7])
	}
}

func TestLoadRefusesWhatDoesNotAskWhatItSays(t *testing.T) {
	for name, tc := range map[string]struct{ old, new, want string }{
		"an unknown principal": {`"who": ["roles"]`, `"who": ["roles", "fargate"]`, `no principal or group is named "fargate"`},
		"an unknown context":   {`"in": ["ours"]`, `"in": ["ours", "theirs"]`, `no context is named "theirs"`},
		"an unknown action":    {`"does": ["use"]`, `"does": ["use", "uses"]`, `"uses" is neither an action of KMS nor a name of several`},
		"an unknown policy":    {`"with": "all"`, `"with": "some"`, `no identity policy is named "some"`},
		"an unused context":    {`["no app", "wrong env"]`, `["no app"]`, `defined and never used: context wrong env`},
		"an unknown field":     {`"with": "all"`, `"with": "all", "when": "now"`, `unknown field "when"`},
		"a missing mode":       {`, "AdministerOnly": "deny"`, ``, `expected "allow" or "deny" for AdministerOnly, found ""`},
		"an unknown decision":  {`"AdministerOnly": "deny"`, `"AdministerOnly": "no"`, `found "no"`},
		"a case of nobody":     {`"who": ["roles"]`, `"who": []`, `a case needs name, who, does and expect`},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(small, tc.old) {
				t.Fatalf("expected %q in the file", tc.old)
			}
			_, err := loadText(t, strings.Replace(small, tc.old, tc.new, 1))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("expected an error with %q, found %v", tc.want, err)
			}
		})
	}
}

func TestDifferencesSayWhatIsExpectedAndFound(t *testing.T) {
	cases, err := loadText(t, small)
	if err != nil {
		t.Fatal(err)
	}
	decisions := make([]simulator.Decision, len(cases.All))
	for i := range decisions {
		decisions[i] = simulator.Decision{Allowed: true, Result: "Allowed"}
	}
	decisions[0] = simulator.Decision{Result: "ExplicitlyDenied"}
	want := []string{"n (no app): arn:aws:iam::123456789012:role/Lambda kms:Encrypt with kms:EncryptionContext:env=e, allowed by IAM: " +
		"expected allow under DelegateToIam, found ExplicitlyDenied"}
	if diff := cmp.Diff(want, cases.Differences(decisions, access.DelegateToIam)); diff != "" {
		t.Errorf("expected and found (-, +):\n%s", diff)
	}
}

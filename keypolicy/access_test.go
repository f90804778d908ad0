package keypolicy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// accessCase is a decision that the tier's key policies must lead to.
type accessCase struct {
	Name, Principal, Action string
	Context                 map[string]any
	Identity                json.RawMessage
	Expect                  any
}

func readJson(t testing.TB, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func readPolicy(t testing.TB, path string) Document {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	document, err := Parse(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return document
}

func (c accessCase) request(t testing.TB, key string) Request {
	t.Helper()
	request := Request{Principal: c.Principal, Action: c.Action, Key: key, Context: map[string][]string{}}
	for name, value := range c.Context {
		switch value := value.(type) {
		case string:
			request.Context[name] = []string{value}
		case []any:
			for _, item := range value {
				request.Context[name] = append(request.Context[name], item.(string))
			}
		}
	}
	if c.Identity != nil {
		identity, err := Parse(c.Identity)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		request.IdentityPolicies = []Document{identity}
	}
	return request
}

func (c accessCase) allowed(accountAccess string) bool {
	if byAccess, differs := c.Expect.(map[string]any); differs {
		return byAccess[accountAccess] == "allow"
	}
	return c.Expect == "allow"
}

// TestEvaluateAccessCases decides the access cases by reference policies.
func TestEvaluateAccessCases(t *testing.T) {
	for _, key := range []string{"data-key", "logs-key"} {
		var file struct {
			Key   string
			Cases []accessCase
		}
		readJson(t, "access/"+key+".json", &file)
		for _, accountAccess := range []string{"DelegateToIam", "AdministerOnly"} {
			policy, err := Compile(readPolicy(t, "access/"+key+"."+accountAccess+".policy.json"))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range file.Cases {
				t.Run(key+"/"+accountAccess+"/"+c.Name, func(t *testing.T) {
					decision, err := policy.Evaluate(c.request(t, file.Key))
					if err != nil {
						t.Fatal(err)
					}
					if decision.Allowed != c.allowed(accountAccess) {
						t.Errorf("got %v", decision)
					}
				})
			}
		}
	}
}

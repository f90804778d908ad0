package differential

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

// TestAccessCases asks both evaluators the access cases, by reference policies
// with and without delegation to IAM.
func TestAccessCases(t *testing.T) {
	folder := filepath.Join("..", "..", "keypolicy", "testdata", "access")
	read := func(name string, into any) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	other := simulator.Start(t)
	for _, key := range []string{"data-key", "logs-key"} {
		var file struct {
			Key   string
			Cases []struct {
				Name, Principal, Action string
				Context                 map[string]any
				Identity                *keypolicy.Document
			}
		}
		read(key+".json", &file)
		for _, access := range []string{"DelegateToIam", "AdministerOnly"} {
			var policy keypolicy.Document
			read(key+"."+access+".policy.json", &policy)
			var pairs []Pair
			var questions []simulator.Request
			for _, c := range file.Cases {
				r := evaluation.Request{Principal: c.Principal, Action: c.Action, Key: file.Key, Context: map[string][]string{}}
				for name, value := range c.Context {
					switch value := value.(type) {
					case string:
						r.Context[name] = []string{value}
					case []any:
						for _, item := range value {
							r.Context[name] = append(r.Context[name], item.(string))
						}
					}
				}
				if c.Identity != nil {
					r.IdentityPolicies = []keypolicy.Document{*c.Identity}
				}
				pairs = append(pairs, Pair{policy, r})
				questions = append(questions, question(pairs[len(pairs)-1]))
			}
			answers, err := other.Decide(questions)
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range file.Cases {
				decision, err := evaluation.Evaluate(policy, pairs[i].Request)
				if err != nil || decision.Allowed != answers[i].Allowed {
					t.Errorf("%s, %s, %s: Evaluate says %v (%v); the simulator says %v", key, access, c.Name, decision, err, answers[i])
				}
			}
		}
	}
}

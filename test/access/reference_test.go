package access_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/neurocipher-io/kmstier/test/access"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

// reference returns a policy written by hand, in one of the modes. It holds the
// cases and this package to each other; the policies that users get are held to
// the same cases elsewhere.
func reference(t *testing.T, name string, mode access.Mode) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".policy.json")
	if err != nil {
		t.Fatal(err)
	}
	if mode == access.DelegateToIam {
		return string(text)
	}
	var policy struct {
		Version   string
		Statement []map[string]any
	}
	if err := json.Unmarshal(text, &policy); err != nil {
		t.Fatal(err)
	}
	root, administration := policy.Statement[0], policy.Statement[1]
	if root["Sid"] != "EnableIamUserPermissions" || administration["Sid"] != "AllowKeyAdministration" {
		t.Fatalf("%s: expected the statements of the account and of administrators first, found %v, %v", name, root["Sid"], administration["Sid"])
	}
	root["Sid"], root["Action"] = "EnableIamKeyAdministration", administration["Action"]
	text, err = json.Marshal(policy)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func load(t *testing.T, name string) *access.Cases {
	t.Helper()
	cases, err := access.Load("../testdata/access/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

var keys = []string{"data-key", "data-key-full", "logs-key", "logs-key-full"}

func TestReferencePoliciesPassTheCases(t *testing.T) {
	sim := simulator.Start(t)
	for _, name := range keys {
		cases := load(t, name)
		for _, mode := range access.Modes {
			t.Run(name+" "+string(mode), func(t *testing.T) {
				decisions, err := sim.Decide(cases.Requests(reference(t, name, mode)))
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%d cases", len(cases.All))
				for _, difference := range cases.Differences(decisions, mode) {
					t.Error(difference)
				}
			})
		}
	}
}

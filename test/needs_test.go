package test

import (
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/access"
)

// The guard says that a key does not serve a service where no request that meets the
// conditions of a need is allowed. What AWS sends, as testdata/services.json has it from
// AWS's pages, meets them: else such a finding could be false.
func TestNeedsAreMetByWhatAwsSends(t *testing.T) {
	calls, err := access.LoadCalls("testdata/services.json")
	if err != nil {
		t.Fatal(err)
	}
	location := statements.Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: "123456789012"}
	asked := map[string]bool{}
	for _, storing := range statements.Stores() {
		for _, need := range storing.Needs(location, "*") {
			policy := keypolicy.Document{Statements: []keypolicy.Statement{{
				Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"}, Conditions: need.When,
			}}}
			for _, call := range calls {
				for _, action := range call.Does {
					if call.Service != storing.Name() || !slices.Contains(need.AnyOf, action) || !makes(call, need) {
						continue
					}
					decision, err := evaluation.Evaluate(policy, requestOf(call, action))
					if err != nil || !decision.Allowed {
						t.Errorf("%s, %s by %s: %v, %v: what AWS sends does not meet %v", storing.Name(), action, call.Who, decision, err, need.When)
					}
					asked[storing.Name()] = true
				}
			}
		}
	}
	for _, storing := range statements.Stores() {
		if !asked[storing.Name()] && !slices.Contains(casesElsewhere, storing.Name()) {
			t.Errorf("no call of %s was asked about", storing.Name())
		}
	}
}

// makes reports whether a call is made by those of whom a need speaks.
func makes(call access.Call, need statements.Need) bool {
	switch need.Caller {
	case statements.Itself:
		return strings.HasSuffix(call.Who, ".amazonaws.com")
	case statements.Users:
		return call.Who == "roles"
	}
	return call.Who == "roles" || call.Who == "deployer"
}

// requestOf is a call as a request.
func requestOf(call access.Call, action string) evaluation.Request {
	request := evaluation.Request{Principal: call.Who, Action: action, Key: servedKey, EncryptionContext: map[string]string{}, Context: map[string][]string{}}
	if arn, known := callers[call.Who]; known {
		request.Principal = arn
	}
	for name, value := range call.Sends {
		if pair, isContext := strings.CutPrefix(name, "context "); isContext {
			request.EncryptionContext[pair] = value
		} else {
			request.Context[name] = []string{value}
		}
	}
	return request
}

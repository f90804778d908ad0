package randompolicy

import (
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// The generator is worth something only if its requests are near: enough of them are
// allowed, and enough of each kind of principal.
func TestRequestsAreNearTheirPolicies(t *testing.T) {
	everything := keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}}
	requests, allowed, undecided, dropped := 0, 0, 0, 0
	kinds := map[Kind]int{}
	allowedBy := map[Kind]int{}
	for number := range uint64(300) {
		g := New(1, number)
		policy := g.Policy()
		compiled, err := evaluation.Compile(policy)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			r, left := g.Request(policy)
			dropped += left
			if KindOf(r.Principal) != Service && KindOf(r.Principal) != Anonymous && KindOf(r.Principal) != Root {
				r.IdentityPolicies = []keypolicy.Document{everything}
			}
			requests++
			kinds[KindOf(r.Principal)]++
			decision, err := compiled.Evaluate(r)
			if err != nil {
				undecided++
				continue
			}
			if decision.Allowed {
				allowed++
				allowedBy[KindOf(r.Principal)]++
			}
		}
	}
	t.Logf("%d requests, %d allowed, %d undecided; %d values left out; by kind %v, allowed %v", requests, allowed, undecided, dropped, kinds, allowedBy)
	if allowed*10 < requests || undecided*50 > requests {
		t.Errorf("of %d requests %d are allowed and %d undecided", requests, allowed, undecided)
	}
	for _, kind := range []Kind{Role, Session, User, FederatedUser, Root, Service, Anonymous} {
		if allowedBy[kind] == 0 {
			t.Errorf("no request of a %s is allowed", kind)
		}
	}
}

func TestEverythingFollowsFromTheSeed(t *testing.T) {
	make := func(seed uint64) string {
		g := New(seed, 3)
		policy := g.Policy()
		r, _ := g.Request(policy)
		return policy.Indented() + r.Principal + g.Mutated(policy).Indented()
	}
	first := make(1)
	if again := make(1); again != first {
		t.Error("the same seed makes other policies")
	}
	if make(2) == first {
		t.Error("another seed makes the same policy")
	}
}

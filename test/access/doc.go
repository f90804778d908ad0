// Package access reads access cases and finds out whether they would notice a
// weaker policy.
//
// A file of cases says, for one key of one configuration, which principal may
// take which action in which circumstances:
//
//	cases, err := access.Load("testdata/access/data-key.json")
//	requests := cases.Requests(policy)
//	decisions, err := sim.Decide(requests)
//	for _, difference := range cases.Differences(decisions, access.DelegateToIam) {
//		t.Error(difference)
//	}
//
// The files name principals, actions, contexts and identity policies once and
// combine them, so that one line of them stands for up to hundreds of cases; see
// [Load] for the format. The requests are plain values, which any evaluator can
// answer.
//
// [Mutations] makes every policy that lacks one statement, one condition or one
// value of the policy given, and [Survivors] finds those that pass all cases: a
// part of the policy that nothing tests, or that says nothing.
package access

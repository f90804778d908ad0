// Package differential compares keypolicy.Evaluate with an IAM simulator written
// by others, on random policies and requests.
//
// Policies are grown from the documents that the tier's keys carry, by mutation,
// and from a grammar of the whole policy language; requests are drawn near the
// policy they are asked of, so that conditions are met often enough to matter.
// Everything follows from a seed.
//
// A difference is a bug, on one side or the other. Those that AWS's
// documentation settles against the simulator are listed in [Known], each with
// its source and a predicate of the pairs that it can explain; any other fails
// the test.
//
//	go test ./test/differential                                    # 4,000 pairs
//	KMSTIER_REQUIRE_TOOLS=1 go test ./test/differential            # 20,000, as in CI
//	go test ./test/differential -run TestEvaluate -pairs 200000 -seed 7 -timeout 1h
package differential

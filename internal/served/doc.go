// Package served compares what is stored under a key with what the key's policy
// serves: whether the roles, the creators and the AWS services that a resource cannot
// do without may use the key for it. It asks the analysis of the final policy and
// grants, so that a statement written by hand counts as well as one of a tier.
//
// A "no" is a proof. What cannot be decided is said, and silence means that somebody
// may do all that the service needs, without an IAM policy.
package served

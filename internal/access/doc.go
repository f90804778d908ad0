// Package access works out what a key policy means: for every principal that it
// concerns and every operation of KMS, whether the call is allowed, under which
// conditions, and by which statement.
//
// Nothing is concluded from reading statements alone. For each statement that
// could allow a call, a request is made up that meets the statement's conditions,
// and [keypolicy.Policy.Evaluate] decides it. Where a Deny outweighs the Allow,
// the search goes on with requests that escape one condition of the Deny at a
// time, until the evaluator allows one or nothing is left to try. What is
// reported was therefore allowed, or denied, by the evaluator.
//
// IAM policies are not part of a key policy. So each question is asked twice:
// of a principal without IAM policies, and of one whose IAM policy allows
// everything. What only the second may do is reported as needing an IAM policy.
package access

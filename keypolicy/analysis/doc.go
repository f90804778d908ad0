// Package analysis tells what a key policy means for everybody: who may carry out
// which operation, under which conditions, by which statement; what a change
// alters; what a permissions boundary blocks; and what should not be so.
//
// Nothing is concluded from reading statements alone, and nothing from not having
// found an example. Each answer is one of three: a request that
// [evaluation.Evaluate] allows; the proof that there is none among all requests
// that AWS could send; or "unknown" with its reason. Package internal/exact below
// has the engine, and says what is taken for a request.
//
// IAM policies are not part of a key policy. So each question is asked twice: of a
// principal without IAM policies, and of one whose IAM policy allows everything.
// What only the second may do is reported as needing an IAM policy.
package analysis

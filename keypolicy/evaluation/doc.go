// Package evaluation decides requests to KMS as AWS would: by the key's policy and
// its grants, and by the policies of the principal and the organizations that take
// part. [Evaluate] decides one request, [Explain] tells why, and [Compile] prepares a
// policy for many requests.
//
// What AWS does not document is an error, never a guess. docs/evaluation.md in the
// repository says what is covered and how it is compared with another evaluator.
package evaluation

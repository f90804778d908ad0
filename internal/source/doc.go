// Package source finds the KMS keys, their policies and their grants in what
// Terraform and CDKTF write: a plan or a state as JSON, a synthesized stack; or
// in a bare key policy. Each key comes with the account and Region of the
// provider that makes it.
//
// What is known only when Terraform applies stays in place as a token that names
// it, such as ${aws_iam_role.etl.arn}.
package source

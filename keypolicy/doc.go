// Package keypolicy holds AWS KMS key policies as plain Go values: what a
// statement says, how a document is written as JSON, how large it is against
// the quota of KMS, and whether KMS would take it. [Parse] reads policies that
// others wrote.
//
// It knows nothing of CDKTF or Terraform, so policies can be built, compared and
// tested without either. Package evaluation, below, decides requests by them.
//
// Values that are known only when Terraform applies, such as
// "${aws_iam_role.etl.arn}" or a CDKTF token, may stand wherever an ARN, an account
// id or a Region stands. They are opaque: never parsed, compared, sorted or dropped as
// duplicates.
//
// The rules follow the AWS Key Management Service Developer Guide, chapters
// "Key policies in AWS KMS" and "Condition keys for AWS KMS", and the IAM User
// Guide, "IAM JSON policy element reference".
package keypolicy

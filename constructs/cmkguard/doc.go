// Package cmkguard refuses stacks that store data without a customer managed
// KMS key. It works for every CDK for Terraform app in Go that uses the AWS
// provider, with or without package kmstier.
//
// Add it to a stack or to the whole app, and synthesis examines everything that
// is there by then:
//
//	_, err := cmkguard.NewGuard(app, &cmkguard.Config{Environment: "prod"})
//
// Every type of resource whose schema takes a KMS key is known, about 200 of
// them, and those that are encrypted by other means, such as S3 buckets. What is
// found is an error in production and a warning elsewhere. An [Exception] names
// a resource and the reason why it may do without.
//
// The rules need neither jsii nor Terraform: the guard reads each stack in one
// call, as the JSON that will be synthesized.
package cmkguard

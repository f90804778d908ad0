// Package kmstier gives one environment its AWS KMS customer managed keys in a
// CDK for Terraform app: a data key and a logs key with their aliases,
// least-privilege key policies, grants to other accounts, rotation and
// protection against deletion.
//
// [NewKmsTier] checks a [KmsTierConfig] in plain Go, before it creates anything,
// and returns everything that is wrong with it at once as a [ConfigError].
// What the policies say is worded in package
// [github.com/neurocipher-io/kmstier/keypolicy], where it can be read and tested
// without CDKTF; this package chooses the statements and hands them to
// Terraform's AWS provider.
//
// Like everything on jsii, constructs must be used from one goroutine only.
package kmstier

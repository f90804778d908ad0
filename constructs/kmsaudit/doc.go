// Package kmsaudit watches the KMS keys of an account and Region in a CDK for
// Terraform app: a CloudTrail trail that records every KMS event into a locked
// bucket, alerts on whatever threatens a key, and AWS Config rules.
//
// [NewKmsAudit] checks a [KmsAuditConfig] in plain Go, before it creates
// anything, and returns everything that is wrong with it at once as a
// [ConfigError]. Which events raise an alert, and what its message says, is in
// docs/kmsaudit.md.
//
// Like everything on jsii, constructs must be used from one goroutine only.
package kmsaudit

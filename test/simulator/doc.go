// Package simulator decides who may do what with a KMS key, with an IAM
// simulator written by others.
//
//	sim := simulator.Start(t)
//	decisions, err := sim.Decide([]simulator.Request{{
//		KeyPolicy: policy,
//		KeyArn:    "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
//		Principal: "arn:aws:iam::123456789012:role/LambdaETLRole",
//		Action:    "kms:Decrypt",
//		Context:   simulator.Context{"kms:EncryptionContext:app": {"neurocipher-pipeline"}},
//	}})
//
// It runs the npm package @cloud-copilot/iam-simulate in one Node.js process for
// all requests of a test. The package is a tool of the tests alone: nothing of
// it is linked or shipped.
//
// The process fills no gaps in a request's context, so [Request.FullContext]
// does: what AWS itself derives from the caller is added here, in Go, and can
// be given to any other evaluator too.
package simulator

// Package cmk finds, in stacks as CDKTF synthesizes them, data that is stored
// without a customer managed KMS key. It is plain Go: it reads the JSON of
// Terraform and starts nothing.
//
// What can take a key is derived from the schema of the AWS provider
// (schema.json, which go generate writes). The tables say what the schema
// cannot: what a resource stores, which switches make a key count, where a key
// may come from instead, and which attributes are no keys for data.
package cmk

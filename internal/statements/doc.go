// Package statements words every statement that the keys of a KmsTier carry, one
// function a statement, named after its Sid, with the AWS document that it comes
// from. It knows documents and facts of AWS, never the engine that decides by them.
package statements

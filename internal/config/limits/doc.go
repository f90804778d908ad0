// Package limits says what the values of a configuration may be: the formats of
// texts, and the numbers of days. Each stands here once, for the constructs that
// check a value, for the reader of environments.yaml and for the JSON schema that
// editors check that file with.
//
// The patterns mean the same to Go and to JavaScript, which JSON Schema takes its
// regular expressions from: white space is written out, since \s is less to Go.
package limits

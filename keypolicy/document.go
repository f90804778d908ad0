package keypolicy

// MaxSize is the largest key policy that KMS accepts, in bytes. See the KMS
// Developer Guide, "Resource quotas", "Key policy document size".
const MaxSize = 32768

// Version is the policy language that every document is written in.
const Version = "2012-10-17"

// Document is a key policy. Its statements keep the order in which they were
// added; to KMS the order means nothing.
type Document struct {
	Statements []Statement
}

package keypolicy

import "slices"

// MaxSize is the largest key policy that KMS accepts, in bytes. See the KMS
// Developer Guide, "Resource quotas", "Key policy document size".
const MaxSize = 32768

// Version is the policy language that documents are written in unless they say
// otherwise.
const Version = "2012-10-17"

// OldVersion is the policy language before policy variables: ${aws:username} is
// literal text in it. A policy that states no version is in this one. See the
// IAM User Guide, "IAM JSON policy elements: Version".
const OldVersion = "2008-10-17"

// Document is a key policy. Its statements keep the order in which they were
// added; to KMS the order means nothing. Identity policies, permissions
// boundaries and service control policies, which stand beside a key policy in an
// evaluation, are documents too; their statements have no principals.
type Document struct {
	// Version is the policy language: [OldVersion], or empty for [Version].
	Version string
	// Id is an optional name that means nothing to AWS.
	Id         string
	Statements []Statement
}

// Clone is a copy that shares no list with the document.
func (d Document) Clone() Document {
	d.Statements = slices.Clone(d.Statements)
	for i, statement := range d.Statements {
		d.Statements[i] = statement.Clone()
	}
	return d
}

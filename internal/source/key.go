package source

import "github.com/neurocipher-io/kmstier/keypolicy/analysis"

// File is what was found in a file.
type File struct {
	Format Format
	// Keys are those that there will be.
	Keys []Key
	// Lost are the keys that a plan destroys.
	Lost []LostKey
	// LeftOut says what of the keys, their policies or grants is not in the file or
	// could not be looked into: no answer about all of them is proven.
	LeftOut []string
	// Notes say what the file may hide; all of LeftOut is among them.
	Notes []string
}

// leaveOut notes what is not known of the file's keys.
func (f *File) leaveOut(what ...string) {
	f.LeftOut, f.Notes = append(f.LeftOut, what...), append(f.Notes, what...)
}

// Key is a key as a file tells of it.
type Key struct {
	analysis.Key
	// Change is what a plan does to the key; empty where the file is no plan.
	Change Change
	// LeftOut says what decides about the key and is in neither its policy nor its
	// grants, or is not known before apply in a place where all depends on what it will
	// be: that something is not allowed is no proof then. All of it is among the notes.
	LeftOut []string
	// Strangers are the tokens of principals that may be of another account, or no
	// role or user: they are taken for one of the key's account.
	Strangers []string
	// AppliedBy is the ARN of who makes the calls to AWS for the key: the role that
	// its provider assumes, or the caller that a plan has looked up. Empty where the
	// file does not tell.
	AppliedBy string
}

// LostKey is a key that a plan destroys. What was encrypted with it cannot be
// read once KMS has deleted it. See the KMS Developer Guide, "Delete an AWS KMS
// key".
type LostKey struct {
	// Address names the key in its source.
	Address string
	// Arn is the ARN of the key that is destroyed; empty where the plan hides it.
	Arn string
	// Change is [Delete], or [Replace] where another key takes its place.
	Change Change
}

// Change is what a plan does to a resource.
type Change string

// The changes. Terraform's documentation, "JSON Output Format", "Change
// Representation", calls them actions; a replacement is two of them.
const (
	None    Change = "none"
	Create  Change = "create"
	Update  Change = "update"
	Replace Change = "replace"
	Delete  Change = "delete"
	// Forget leaves the resource as it is, but Terraform no longer cares for it.
	Forget Change = "forget"
)

package access

import (
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Key is a KMS key with what decides who may use it.
type Key struct {
	// Address names the key in its source: "module.tier.aws_kms_key.data[0]".
	Address string
	// Arn is the key's ARN. Its account and Region matter; they may be tokens.
	Arn    string
	Policy keypolicy.Document
	Grants []evaluation.Grant
	// Tags are the key's tags as far as they are known; with AllTags it has no
	// others. Only boundaries are asked about with them.
	Tags    map[string]string
	AllTags bool
	// Aliases are all of the key's; nil means that they are not known.
	Aliases []string
	// Notes say what the reader of a report must know about the source.
	Notes []string
	// Problem tells why the key has no policy to look at, empty if it has one.
	Problem string
}

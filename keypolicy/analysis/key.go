package analysis

import (
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Key is a KMS key with what decides who may use it.
type Key struct {
	// Address names the key in its source: "module.tier.aws_kms_key.data[0]".
	Address string
	// Arn is the key's ARN. Its account and Region matter; they may be tokens.
	Arn string
	// Spec is the key's spec, such as "RSA_3072", as far as it is known. Empty: not known,
	// or symmetric. KMS takes an encryption context for symmetric keys only.
	Spec   string
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

// takesContext reports whether requests may carry an encryption context.
func (k Key) takesContext() bool {
	spec, known := aws.FindKeySpec(k.Spec)
	return !known || spec.IsSymmetric()
}

// facts are the condition keys that every request to the key has alike, as far as
// the documents speak of them: its tags and aliases. KMS answers no request without
// TLS: see the KMS Developer Guide, "Infrastructure security in AWS KMS".
func (k Key) facts(documents ...keypolicy.Document) map[string][]string {
	const tagPrefix = "aws:resourcetag/"
	known := map[string][]string{"aws:securetransport": {"true"}}
	if k.AllTags {
		for _, document := range documents {
			for _, statement := range document.Statements {
				for _, condition := range statement.Conditions {
					if key := strings.ToLower(condition.Key); strings.HasPrefix(key, tagPrefix) {
						known[key] = nil
					}
				}
			}
		}
	}
	for name, value := range k.Tags {
		known[tagPrefix+strings.ToLower(name)] = []string{value}
	}
	if k.Aliases != nil {
		known["kms:resourcealiases"] = k.Aliases
	}
	return known
}

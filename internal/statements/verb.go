package statements

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Verb is what roles may do with a key of a usage.
type Verb struct {
	// Name is the verb's, such as "Sign", as it ends the Sids of its statements.
	Name string
	// Usage is that of the keys which it fits.
	Usage aws.KeyUsage
	// Title says who does it, for people: "signers".
	Title string
	// actions are those that use the key's material.
	actions []string
	// through are the actions of services' rows that belong to it; nil where no AWS
	// service does it.
	through func(action string) bool
}

// verbs are from the KMS Developer Guide, "AWS KMS permissions", and the KMS API
// Reference of each action.
var verbs = []Verb{
	{Name: "EncryptDecrypt", Usage: aws.EncryptDecrypt, Title: "who encrypt and decrypt",
		actions: []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}, through: func(string) bool { return true }},
	{Name: "Encrypt", Usage: aws.EncryptDecrypt, Title: "who encrypt",
		actions: []string{"kms:Encrypt", "kms:GenerateDataKey"}, through: encrypts},
	{Name: "Decrypt", Usage: aws.EncryptDecrypt, Title: "who decrypt",
		actions: []string{"kms:Decrypt"}, through: func(action string) bool { return action == "kms:Decrypt" }},
	{Name: "Sign", Usage: aws.SignVerify, Title: "signers", actions: []string{"kms:Sign"}},
	{Name: "Verify", Usage: aws.SignVerify, Title: "verifiers", actions: []string{"kms:Verify"}},
	{Name: "GenerateMac", Usage: aws.GenerateVerifyMac, Title: "MAC makers", actions: []string{"kms:GenerateMac"}},
	{Name: "VerifyMac", Usage: aws.GenerateVerifyMac, Title: "MAC checkers", actions: []string{"kms:VerifyMac"}},
	{Name: "DeriveSharedSecret", Usage: aws.KeyAgreement, Title: "who agree on secrets", actions: []string{"kms:DeriveSharedSecret"}},
}

func encrypts(action string) bool {
	return action == "kms:Encrypt" || aws.MatchesWildcard("kms:GenerateDataKey*", action)
}

// Verbs are all of them.
func Verbs() []Verb { return slices.Clone(verbs) }

// FindVerb is the verb of that name.
func FindVerb(name string) (Verb, bool) {
	i := slices.IndexFunc(verbs, func(v Verb) bool { return v.Name == name })
	if i < 0 {
		return Verb{}, false
	}
	return verbs[i], true
}

// MustVerb is the verb of that name, which there must be.
func MustVerb(name string) Verb {
	verb, found := FindVerb(name)
	if !found {
		panic("statements: no verb " + name)
	}
	return verb
}

// VerbNames are the names of the verbs that fit a usage.
func VerbNames(usage aws.KeyUsage) []string {
	var names []string
	for _, verb := range verbs {
		if verb.Usage == usage {
			names = append(names, verb.Name)
		}
	}
	return names
}

// Use is the verb within a Sid: "Use" for whoever does both.
func (v Verb) Use() string {
	if v.Name == "EncryptDecrypt" {
		return "Use"
	}
	return v.Name
}

// Actions are those that use the material of an asymmetric or HMAC key. Of a symmetric
// key, direct use has GenerateDataKey besides: asymmetric keys make no data keys.
func (v Verb) Actions() []string {
	return slices.DeleteFunc(slices.Clone(v.actions), func(action string) bool { return action == "kms:GenerateDataKey" })
}

// AllowVerb permits roles what a verb does with a key that takes no encryption
// context: an asymmetric or an HMAC key. DescribeKey tells them its algorithms.
// GetPublicKey, which HMAC keys have not, lets them do outside of KMS what needs no
// private key. See the KMS Developer Guide, "Asymmetric keys in AWS KMS" and "HMAC
// keys in AWS KMS".
func AllowVerb(location Location, roles Roles, verb Verb) []keypolicy.Statement {
	actions := append(verb.Actions(), "kms:DescribeKey")
	if verb.Usage != aws.GenerateVerifyMac {
		actions = append(actions, "kms:GetPublicKey")
	}
	slices.Sort(actions)
	return roles.allow(location, "Allow"+verb.Name, actions)
}

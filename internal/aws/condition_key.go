package aws

import "strings"

// ConditionKey is a condition key that a request to KMS can carry.
type ConditionKey struct {
	// Name is the key as documented. A family of keys, whose last part the caller or
	// tags choose, ends in "/" or ":".
	Name string
	// MultiValued keys hold several values.
	MultiValued bool
	// Actions are those whose requests can carry the key; to the others it is always
	// absent.
	Actions ActionSet
	// Values is what the key's values are.
	Values ValueKind
	// Callers are the kinds of callers whose requests can carry the key; to the others
	// it is always absent.
	Callers CallerKinds
	// Always are the kinds of callers all of whose requests carry the key, as far as
	// Actions have it.
	Always CallerKinds
}

// ValueKind is what the values of a condition key are. AWS names the data types in
// the lists of condition keys; accounts and services are texts there.
type ValueKind int

// The kinds of values.
const (
	TextValues ValueKind = iota
	// BoolValues are "true" and "false".
	BoolValues
	NumberValues
	// DateValues are dates, or seconds since 1970.
	DateValues
	// AddressValues are IP addresses, without a prefix length.
	AddressValues
	ArnValues
	// AccountValues are account ids of twelve digits; aws:PrincipalAccount of a request
	// that nobody signed is "anonymous".
	AccountValues
	// ServiceValues are names of AWS services, such as "cloudtrail.amazonaws.com".
	ServiceValues
	// RegionalServiceValues are names of AWS services with the Region of the call, such
	// as "s3.us-east-1.amazonaws.com".
	RegionalServiceValues
)

// CallerKinds is a set of kinds of callers.
type CallerKinds uint8

// The kinds of callers. See the IAM User Guide, "IAM policy elements: Variables and
// tags", "Principal key values".
const (
	// AnonymousCallers sign nothing.
	AnonymousCallers CallerKinds = 1 << iota
	// ServiceCallers are AWS services that call in their own name.
	ServiceCallers
	// RootCallers are root users of accounts.
	RootCallers
	UserCallers
	// RoleCallers are sessions of roles.
	RoleCallers
	// FederatedUserCallers are users with a token from GetFederationToken.
	FederatedUserCallers

	// AccountCallers belong to an account.
	AccountCallers = RootCallers | UserCallers | RoleCallers | FederatedUserCallers
	SignedCallers  = AccountCallers | ServiceCallers
	AllCallers     = SignedCallers | AnonymousCallers
)

// EncryptionContextPrefix begins the keys that hold one value of the encryption
// context each.
const EncryptionContextPrefix = "kms:EncryptionContext:"

// keysByName has each key as documented and in lower case, families aside.
var (
	keysByName = map[string]*ConditionKey{}
	families   []*ConditionKey
)

func init() {
	for i := range conditionKeys {
		key := &conditionKeys[i]
		if strings.HasSuffix(key.Name, "/") || strings.HasSuffix(key.Name, ":") {
			families = append(families, key)
		} else {
			keysByName[key.Name], keysByName[strings.ToLower(key.Name)] = key, key
		}
	}
}

// FindConditionKey is the condition key of that name, whatever its case, and
// whether there is one. Of a family it is the family.
func FindConditionKey(name string) (ConditionKey, bool) {
	found := findConditionKey(name)
	if found == nil {
		return ConditionKey{}, false
	}
	key := *found
	if key.Name == "" {
		key.Name = name
	}
	return key, true
}

// IsConditionKey reports whether there is a condition key of that name, whatever its
// case.
func IsConditionKey(name string) bool { return findConditionKey(name) != nil }

// findConditionKey is nil for none. As every key of every request is looked up here,
// spellings as documented come first.
func findConditionKey(name string) *ConditionKey {
	for _, family := range families {
		if len(name) > len(family.Name) && strings.HasPrefix(name, family.Name) {
			return family
		}
	}
	if key, found := keysByName[name]; found {
		return key
	}
	for _, family := range families {
		if len(name) > len(family.Name) && hasPrefixFold(name, family.Name) {
			return family
		}
	}
	lower := strings.ToLower(name)
	if key, found := keysByName[lower]; found {
		return key
	}
	return patternedKey(lower)
}

// NearestConditionKey is the condition key that a misspelt one most likely means,
// or "" when none is near.
func NearestConditionKey(name string) string {
	names := make([]string, 0, len(conditionKeys))
	for _, key := range conditionKeys {
		if keysByName[key.Name] != nil {
			names = append(names, key.Name)
		}
	}
	return Nearest(name, names)
}

// EncryptionContextName is what follows [EncryptionContextPrefix] in a condition
// key, if anything.
func EncryptionContextName(key string) (name string, is bool) {
	if len(key) > len(EncryptionContextPrefix) && hasPrefixFold(key, EncryptionContextPrefix) {
		return key[len(EncryptionContextPrefix):], true
	}
	return "", false
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && (text[:len(prefix)] == prefix || strings.EqualFold(text[:len(prefix)], prefix))
}

package kmstier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// The purposes of the keys that every tier has.
const (
	purposeData = "data"
	purposeLogs = "logs"
)

// purpose is what a key is for, and all that differs between keys because of it.
type purpose struct {
	// name stands in the alias, the tags, the outputs and the resource paths.
	name string
	// spec and usage are those of its key.
	spec  aws.KeySpec
	usage aws.KeyUsage
	// policy and grants are what the key's policy says, and the grants beside it.
	policy func(settings, statements.Location) keypolicy.Document
	grants func(settings, statements.Location) statements.DeclaredGrants
	// grantHolder names the account that holds the grants, in their ids and names.
	grantHolder string
	// boundarySid begins the Sids of a boundary's statements for the key.
	boundarySid string
	// sharedByBuckets keys are shared with other accounts through S3 only.
	sharedByBuckets bool
	// additional is what only a further key has; nil for the two of every tier.
	additional *furtherKey
}

// purposes are the keys of the tier, one row each. Keys are created, and listed, in
// this order.
func (s settings) purposes() []purpose {
	symmetric, _ := aws.FindKeySpec(aws.SymmetricDefault)
	all := []purpose{
		{
			name: purposeData, spec: symmetric, usage: aws.EncryptDecrypt, policy: settings.dataKeyPolicy, grants: settings.dataKeyGrants,
			grantHolder: "security-account", boundarySid: "AllowDataKey",
		},
		{
			name: purposeLogs, spec: symmetric, usage: aws.EncryptDecrypt, policy: settings.logsKeyPolicy, grants: settings.logsKeyGrants,
			grantHolder: "logs-account", boundarySid: "AllowLogsKey", sharedByBuckets: true,
		},
	}
	for _, key := range s.additional {
		all = append(all, key.purpose())
	}
	return all
}

// findPurpose is the row of that name.
func (s settings) findPurpose(name string) (purpose, bool) {
	all := s.purposes()
	i := slices.IndexFunc(all, func(p purpose) bool { return p.name == name })
	if i < 0 {
		return purpose{}, false
	}
	return all[i], true
}

// purposeNames says which purposes there are, for messages.
func (s settings) purposeNames() string {
	var names []string
	for _, p := range s.purposes() {
		names = append(names, fmt.Sprintf("%q", p.name))
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// takesContext reports whether the key's uses carry an encryption context, which KMS
// takes for symmetric encryption keys only. See the KMS Developer Guide, "Encryption
// context".
func (p purpose) takesContext() bool { return p.spec.IsSymmetric() }

// rotation is whether AWS rotates the key, and after how many days.
func (s settings) rotation(p purpose) (rotate bool, days int) {
	if p.additional != nil {
		return p.additional.rotate, p.additional.rotationPeriodDays
	}
	return s.rotate, s.rotationPeriodDays
}

// description is what people read of the key in the console.
func (s settings) description(p purpose) string {
	if p.usage == aws.EncryptDecrypt {
		return fmt.Sprintf("Encrypts the %s of %s in %s", p.name, s.app, s.environment)
	}
	return fmt.Sprintf("The %s key of %s in %s: %s, %s", p.name, s.app, s.environment, p.usage, p.spec.Name)
}

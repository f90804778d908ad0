package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// location is where a key lives, as far as a file tells.
type location struct{ partition, account, region string }

// orFrom fills what is not known from another location.
func (l location) orFrom(other location) location {
	if l.partition == "" {
		l.partition = other.partition
	}
	if l.account == "" {
		l.account = other.account
	}
	if l.region == "" {
		l.region = other.region
	}
	return l
}

// fits reports whether an ARN may be one of this location.
func (l location) fits(arn keyArn) bool {
	return (l.partition == "" || l.partition == arn.partition) && (l.account == "" || l.account == arn.account) && (l.region == "" || l.region == arn.region)
}

// partitionOf is the partition of a Region; empty if none has Regions of such a
// name.
func partitionOf(region string) string {
	partition, _ := aws.PartitionOf(region)
	return partition.Id
}

// UnknownRegion stands in a key's ARN when nothing tells its Region.
const UnknownRegion = "unknown-region-1"

const (
	// unknownAccount stands in when nothing tells the account.
	unknownAccount = "000000000000"
	// unknownId is the id of a key that is not created yet.
	unknownId = "not-known-before-apply"
)

// keyArn is the ARN of a key in its parts.
type keyArn struct {
	location
	id string
}

func (a keyArn) String() string {
	return "arn:" + a.partition + ":kms:" + a.region + ":" + a.account + ":key/" + a.id
}

// parseKeyArn reads the ARN of one key: no part of it is a token or has a
// wildcard.
func parseKeyArn(text string) (keyArn, bool) {
	parts := strings.Split(text, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "kms" || strings.ContainsAny(text, "*?$\x00") {
		return keyArn{}, false
	}
	id, isKey := strings.CutPrefix(parts[5], "key/")
	arn := keyArn{location{parts[1], parts[4], parts[3]}, id}
	return arn, isKey && id != "" && arn.partition != "" && arn.region != "" && len(arn.account) == 12 && strings.Trim(arn.account, "0123456789") == ""
}

// CheckKeyArn says what is wrong with the ARN of a key; nil if nothing is.
func CheckKeyArn(text string) error {
	if _, is := parseKeyArn(text); !is {
		return fmt.Errorf("is %q; must be a key's ARN such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", text)
	}
	return nil
}

// locate gives a key its ARN, unless it has one: from what its file says of it,
// else from the defaults, else from what its policy names. It notes what was
// assumed.
func locate(key *Key, id string, told location, defaults Defaults) {
	note := func(format string, args ...any) { key.Notes = append(key.Notes, fmt.Sprintf(format, args...)) }
	given := location{account: defaults.AccountId, region: defaults.Region}
	if arn, is := parseKeyArn(key.Arn); is {
		told = arn.location
	}
	if told.account != "" && given.account != "" && told.account != given.account {
		note("--account %s is not used: the file says account %s", given.account, told.account)
	}
	if told.region != "" && given.region != "" && told.region != given.region {
		note("--region %s is not used: the file says %s", given.region, told.region)
	}
	if key.Arn != "" {
		return
	}
	known := told.orFrom(given)
	known = known.orFrom(location{partition: partitionOf(known.region)})
	if key.Problem == "" && key.Change != Create && key.Change != Replace {
		adoptArn(key, known)
		if key.Arn != "" {
			return
		}
	}
	if partition, account, found := accountOf(key.Policy); found {
		if known.account == "" {
			note("taken for a key of account %s, which its policy names", account)
			known.account = account
		}
		if known.partition == "" {
			known.partition = partition
		}
	}
	if known.account == "" {
		known.account = unknownAccount
		note("the key's account is not known, so every account counts as another one; give it with --account")
	}
	if known.region == "" {
		known.region = regionOf(key.Policy)
		known = known.orFrom(location{partition: partitionOf(known.region), region: UnknownRegion})
	}
	known = known.orFrom(location{partition: "aws"})
	key.Arn = keyArn{known, id}.String()
}

// adoptArn takes the ARN of a key that the policy has as a Resource for that of
// the policy's own key: a key policy speaks of its own key only. See the KMS
// Developer Guide, "Key policies in AWS KMS", "Elements in a key policy".
func adoptArn(key *Key, known location) {
	var fitting []string
	for _, arn := range keyArnsIn(key.Policy) {
		if known.fits(arn) {
			fitting = append(fitting, arn.String())
		}
	}
	switch len(fitting) {
	case 0:
	case 1:
		key.Arn = fitting[0]
		key.Notes = append(key.Notes, key.Arn+" is taken for the key's own ARN: a key policy speaks of its own key only")
	default:
		key.Problem = fmt.Sprintf("the policy has %d keys as its Resource, of which only the one that it belongs to counts: %s; say which with --key-arn, or show a plan or state",
			len(fitting), strings.Join(fitting, ", "))
	}
}

// keyArnsIn are the ARNs of keys in the Resource of a policy, each once.
func keyArnsIn(policy keypolicy.Document) []keyArn {
	var found []keyArn
	seen := map[keyArn]bool{}
	for _, statement := range policy.Statements {
		for _, resource := range append(slices.Clip(statement.Resources), statement.NotResources...) {
			if arn, is := parseKeyArn(resource); is && !seen[arn] {
				seen[arn] = true
				found = append(found, arn)
			}
		}
	}
	return found
}

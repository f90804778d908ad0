package environments

import (
	"fmt"
	"regexp"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/internal/statements"
)

const (
	anyText       = "a string, and not empty"
	quotedAccount = `twelve digits in quotes, like "098765432109"`
	lowerCaseSlug = "a slug: lowercase letters and digits in words joined by single hyphens, a letter first"
)

// rules are what the fields of the file may be, where their Go type does not tell
// all, by the names that stand in the tags of the fields.
var rules = map[string]rule{
	"text": text{words: anyText},

	// Names.
	"prefix":  constructText(limits.Slug),
	"slug":    constructText(limits.Slug),
	"app":     constructText(limits.App),
	"service": constructText(limits.Service),
	"tags": named{
		words:  "a map of strings",
		names:  text{words: anyText, checked: []condition{{limits.TagKey.Must, limits.TagKey}}, constructs: []limits.Text{limits.TierTagKey}},
		values: text{words: "a string; what looks like a number, true or false needs quotes", mayBeEmpty: true, checked: []condition{{limits.TagValue.Must, limits.TagValue}}},
	},

	// Places.
	"account": text{words: quotedAccount, checked: []condition{{quotedAccount, limits.AccountId}}, number: numericAccount},
	"region":  region,
	"regions": list{items: region, words: "a list of Regions, at least one, or left out to allow any", atLeastOne: true},

	// Who uses the keys, and for what.
	"principal":     constructText(limits.PrincipalArn),
	"role":          constructText(limits.RoleArn),
	"rolePattern":   constructText(limits.RoleArnPattern),
	"bucket":        constructText(limits.BucketArn),
	"bucketName":    constructText(limits.BucketName),
	"trail":         constructText(limits.TrailArn),
	"organization":  constructText(limits.OrganizationId),
	"keySpec":       member{words: "a key spec, such as RSA_3072", of: aws.KeySpecNames()},
	"keyUsage":      choice{"ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"},
	"verb":          member{words: "what roles do with a key, such as Sign", of: verbNames()},
	"keyStore":      constructText(limits.KeyStoreId),
	"xksKey":        constructText(limits.XksKeyId),
	"grantee":       constructText(limits.Grantee),
	"accountAccess": choice{"DelegateToIam", "AdministerOnly"},
	"awsService":    member{words: "the name of an AWS service in docs/services.md, such as Sqs", of: statements.OfferNames()},
	"resourceNames": list{items: constructText(limits.ResourceNames), words: "a list of names, at least one, or left out for a service that takes none", atLeastOne: true},
	"bucketNames":   constructText(limits.BucketNames),
	"tableNames":    constructText(limits.TableNames),
	"secretNames":   constructText(limits.SecretNames),
	"logGroupNames": constructText(limits.LogGroupNames),

	// Protection.
	"rotationPeriod":    days{limits.RotationPeriod},
	"deletionWindow":    days{limits.DeletionWindow},
	"logFileRetention":  days{limits.LogFileRetention},
	"logGroupRetention": days{limits.LogGroupRetention},
	"logGroup":          constructText(limits.LogGroupName),
	"email":             constructText(limits.Email),
	"key":               constructText(limits.KeyId),
	"enforcement":       choice{"error", "warn"},
	"resource":          constructText(limits.Resource),
	"reason":            constructText(limits.Reason),
	"date":              constructText(limits.Date),
	"grant":             constructText(limits.GrantId),

	// State.
	"path": text{words: "the name of a file", checked: []condition{
		{"relative to the folder of cdktf.json: an absolute path fits one machine only", except(`^([/\\~]|[A-Za-z]:)`)},
		{"inside the folder of cdktf.json: no .. in it", except(`(^|[/\\])\.\.([/\\]|$)`)},
		{"outside cdktf.out: the next synthesis rewrites that folder, and the state in it would be lost", except(`^(\.[/\\]+)*cdktf\.out([/\\]|$)`)},
	}},
}

func verbNames() []string {
	var names []string
	for _, verb := range statements.Verbs() {
		names = append(names, verb.Name)
	}
	return names
}

// environmentName is as short as the names of resources demand, which the
// constructs check.
var environmentName = text{
	words:      lowerCaseSlug,
	checked:    []condition{{lowerCaseSlug, limits.Text{Patterns: limits.Slug.Patterns}}},
	constructs: []limits.Text{{Must: fmt.Sprintf("at most %d characters long", limits.Slug.MaxLength), MaxLength: limits.Slug.MaxLength}},
}

var region = text{
	words:   limits.Region.Must,
	checked: []condition{{limits.Region.Must, limits.Region}},
	guess:   func(name string) string { return aws.DidYouMean(aws.NearestRegion(name)) },
}

// constructText is a string that a construct checks.
func constructText(limit limits.Text) text {
	return text{words: anyText, constructs: []limits.Text{limit}}
}

func except(expression string) limits.Text {
	return limits.Text{Except: regexp.MustCompile(expression)}
}

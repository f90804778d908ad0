package kmstier

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

// aliasReference is the ARN of an alias that was written by hand as an expression.
var aliasReference = regexp.MustCompile(`^\$\{(data\.)?aws_kms_alias\.[^{}]+\.arn\}$`)

// keyArn reads the ARN of a key, as far as it is spelt out, and says where the key is.
func (p *parser) keyArn(arn string) config.Location {
	const field = "keyArn"
	parts, isArn := aws.SplitArn(arn)
	switch {
	case arn == "":
		p.Report(field, "", "is missing; must be "+limits.KeyArn.Must)
	case aws.IsListToken(arn):
		p.Single(field, arn)
	case strings.HasPrefix(arn, "alias/"), isArn && strings.HasPrefix(parts[5], "alias/"), aliasReference.MatchString(arn):
		p.Report(field, arn, "is an alias, which policies do not take for its key; must be "+limits.KeyArn.Must+". For the key of an alias there is FromAlias")
	case limits.KeyId.Allows(arn):
		p.Report(field, arn, "is the id of a key, which does not tell its account; must be "+limits.KeyArn.Must)
	case aws.IsToken(arn) && !isArn:
		return config.Location{}
	case !fitsKmsArn(parts, isArn, "key/"), !aws.IsToken(arn) && !limits.KeyArn.Allows(arn):
		p.Report(field, arn, "must be "+limits.KeyArn.Must)
	default:
		return p.placeOfArn(field, arn, parts)
	}
	return config.Location{}
}

// aliasOfKey reads an alias, by name or ARN, and says where its key is.
func (p *parser) aliasOfKey(alias string) config.Location {
	const field = "alias"
	parts, isArn := aws.SplitArn(alias)
	isArn = isArn && strings.HasPrefix(alias, "arn:")
	name := alias
	if isArn {
		name = parts[5]
	}
	switch {
	case alias == "":
		p.Report(field, "", "is missing; must be "+limits.AliasName.Must)
	case aws.IsListToken(alias):
		p.Single(field, alias)
	case strings.HasPrefix(name, "key/"), limits.KeyId.Allows(alias):
		p.Report(field, alias, "is a key and no alias; must be "+limits.AliasName.Must+". For a key by its ARN there is FromKeyArn")
	case strings.HasPrefix(name, "alias/aws/"):
		p.Report(field, alias, "is that of a key that AWS manages, to whose policy nobody can add; must be that of a customer managed key")
	case isArn && !fitsKmsArn(parts, isArn, "alias/"), !aws.IsToken(name) && !limits.AliasName.Allows(name):
		p.Report(field, alias, "must be "+limits.AliasName.Must+", or the ARN of one")
	case isArn:
		return p.placeOfArn(field, alias, parts)
	}
	return config.Location{}
}

// fitsKmsArn reports whether the parts can become an ARN of KMS whose resource is of a
// kind. Each may be a token.
func fitsKmsArn(parts [6]string, isArn bool, kind string) bool {
	fits := func(part string, ok bool) bool { return aws.IsToken(part) || ok }
	_, isPartition := aws.FindPartition(parts[1])
	_, isRegion := aws.PartitionOf(parts[3])
	return isArn && fits(parts[0], parts[0] == "arn") && fits(parts[1], isPartition) && fits(parts[2], parts[2] == "kms") &&
		fits(parts[3], isRegion) && fits(parts[4], limits.AccountId.Allows(parts[4])) &&
		(strings.HasPrefix(parts[5], kind) || strings.HasPrefix(parts[5], "${"))
}

// placeOfArn is the Region and partition of an ARN. Its account is that of the key's
// owner, and tells nothing of the roles.
func (p *parser) placeOfArn(field, arn string, parts [6]string) config.Location {
	known := func(part string) config.Value {
		if value := config.ValueOf(part); value.IsKnown() {
			return value
		}
		return config.Value{}
	}
	place := config.Location{Region: known(parts[3]), Partition: known(parts[1])}
	if want := config.PartitionOfRegion(place.Region.Text()); place.Partition.Differs(config.ValueOf(want)) {
		p.Report(field, arn, fmt.Sprintf("is of partition %q; must be of %q, that of Region %s", parts[1], want, parts[3]))
		return config.Location{}
	}
	return place
}

// aliasNameOf is the name of an alias that may be given by its ARN.
func aliasNameOf(alias string) *string {
	if parts, isArn := aws.SplitArn(alias); isArn && strings.HasPrefix(alias, "arn:") {
		return &parts[5]
	}
	return &alias
}

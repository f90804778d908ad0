package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// DefaultNamePrefix begins the names of what the constructs make, unless they are
// told otherwise.
const DefaultNamePrefix = "nc-dp"

// SlugReason says what [IsSlug] wants, for messages.
const SlugReason = "must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters"

// AccountReason says what an account id is, for messages.
const AccountReason = `must be an account id of twelve digits, such as "123456789012"`

const maxSlugLength = 32

var (
	slugFormat      = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	accountIdFormat = regexp.MustCompile(`^[0-9]{12}$`)
)

// IsSlug reports whether a name may stand in those of resources.
func IsSlug(value string) bool {
	return slugFormat.MatchString(value) && len(value) <= maxSlugLength
}

// IsLiteral reports whether a value is given and known when the app runs.
func IsLiteral(value string) bool { return value != "" && !aws.IsToken(value) }

// IsAccountId reports whether a value is an AWS account id.
func IsAccountId(value string) bool { return accountIdFormat.MatchString(value) }

// IsRegion reports whether a value has the form of a Region of some partition. It
// may be newer than the Regions that are known; see [aws.IsKnownRegion].
func IsRegion(value string) bool {
	_, is := aws.PartitionOf(value)
	return is
}

// OneValue refuses a list token where a single value stands within texts.
func OneValue(field, value string) keypolicy.Problems {
	if aws.IsListToken(value) {
		return keypolicy.Problems{problem(field, value, "is a list that only Terraform knows; must be one value (which may be a token)")}
	}
	return nil
}

// CheckAccountId refuses what is neither an account id, nor a token, nor empty.
func CheckAccountId(field, value string) keypolicy.Problems {
	problems := OneValue(field, value)
	if IsLiteral(value) && !IsAccountId(value) {
		problems = append(problems, problem(field, value, AccountReason))
	}
	return problems
}

// Check refuses what is wrong with the fields AccountId, Region and Partition.
// Each may be a token, or empty.
func Check(accountId, region, partition string) keypolicy.Problems {
	problems := CheckAccountId("AccountId", accountId)
	problems = append(problems, OneValue("Region", region)...)
	problems = append(problems, OneValue("Partition", partition)...)
	if IsLiteral(region) && !IsRegion(region) {
		problems = append(problems, problem("Region", region, `must be a Region, such as "us-east-1"`+aws.DidYouMean(aws.NearestRegion(region))))
	}
	if _, known := aws.FindPartition(partition); IsLiteral(partition) && !known {
		problems = append(problems, problem("Partition", partition, "must be a partition: "+strings.Join(aws.PartitionIds(), ", ")))
	} else if want := PartitionOfRegion(region); IsLiteral(partition) && want != "" && partition != want {
		problems = append(problems, problem("Partition", partition, fmt.Sprintf("must be %q, the partition of Region %s", want, region)))
	}
	return problems
}

// PartitionOfRegion is the partition that a Region's name tells, or "" when it
// tells none.
func PartitionOfRegion(region string) string {
	partition, _ := aws.PartitionOf(region)
	return partition.Id
}

// KnownPartition is the partition that ARNs must be of, or "" when only
// Terraform can tell, or when what the configuration says is no partition.
func KnownPartition(partition, region string) string {
	if known := PartitionOfRegion(region); known != "" {
		return known
	}
	if _, known := aws.FindPartition(partition); known {
		return partition
	}
	return ""
}

func problem(field, value, reason string) keypolicy.Problem {
	return keypolicy.Problem{Field: field, Value: strconv.Quote(value), Reason: reason}
}

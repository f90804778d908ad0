package config

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

// DefaultNamePrefix begins the names of what the constructs make, unless they are
// told otherwise.
const DefaultNamePrefix = "nc-dp"

// Location is where a construct's resources are. What was left out is looked up
// from the provider.
type Location struct {
	Account, Region, Partition Value
}

// Location reads the fields AccountId, Region and Partition. Each may be a token, or
// left out.
func (c *Checker) Location(accountId, region, partition string) Location {
	l := Location{
		Account:   c.Text("AccountId", accountId, limits.AccountId),
		Region:    c.Single("Region", region),
		Partition: c.Single("Partition", partition),
	}
	if _, fits := aws.PartitionOf(region); l.Region.IsKnown() && !fits {
		c.Report("Region", region, "must be "+limits.Region.Must+aws.DidYouMean(aws.NearestRegion(region)))
		l.Region = Value{}
	}
	if !l.Partition.IsKnown() {
		return l
	}
	if _, known := aws.FindPartition(partition); !known {
		c.Report("Partition", partition, "must be a partition: "+strings.Join(aws.PartitionIds(), ", "))
		l.Partition = Value{}
	} else if want := PartitionOfRegion(region); want != "" && partition != want {
		c.Report("Partition", partition, fmt.Sprintf("must be %q, the partition of Region %s", want, region))
		l.Partition = Value{}
	}
	return l
}

// PartitionOfRegion is the partition that a Region's name tells, or "" when it
// tells none.
func PartitionOfRegion(region string) string {
	partition, _ := aws.PartitionOf(region)
	return partition.Id
}

// KnownPartition is the partition that ARNs must be of, or "" when only Terraform
// can tell.
func (l Location) KnownPartition() string {
	if known := PartitionOfRegion(l.Region.text); known != "" {
		return known
	}
	if l.Partition.IsKnown() {
		return l.Partition.text
	}
	return ""
}

// Warnings tell of a Region that is newer than the table of Regions, or misspelt.
func (l Location) Warnings() []string {
	if !l.Region.IsKnown() || aws.IsKnownRegion(l.Region.text) {
		return nil
	}
	return []string{fmt.Sprintf("Region %q is none that this version knows; it has the form of partition %s%s",
		l.Region.text, PartitionOfRegion(l.Region.text), aws.DidYouMean(aws.NearestRegion(l.Region.text)))}
}

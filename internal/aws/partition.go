package aws

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/aws-sdk-go-base/v2/endpoints"
)

// Partition is a group of Regions with ARNs and DNS names of its own.
type Partition struct {
	// Id stands in ARNs: "aws", "aws-cn", "aws-us-gov", ...
	Id string
	// DnsSuffix ends the names of Regional services: "amazonaws.com", ...
	DnsSuffix string

	regionFormat *regexp.Regexp
	regions      []string
}

// partitions are those of the AWS SDKs' endpoint data.
var partitions = func() (all []Partition) {
	for _, p := range endpoints.DefaultPartitions() {
		// The SDKs' formats let capitals and underscores pass, which no Region has and
		// no name of a service's principal takes.
		format := strings.ReplaceAll(p.RegionRegex().String(), `\w`, "[a-z0-9]")
		partition := Partition{Id: p.ID(), DnsSuffix: p.DNSSuffix(), regionFormat: regexp.MustCompile(format)}
		for region := range p.Regions() {
			// Pseudo-Regions such as aws-global have endpoints but hold no keys.
			if partition.regionFormat.MatchString(region) {
				partition.regions = append(partition.regions, region)
			}
		}
		slices.Sort(partition.regions)
		all = append(all, partition)
	}
	slices.SortFunc(all, func(a, b Partition) int { return strings.Compare(a.Id, b.Id) })
	return all
}()

// FindPartition is the partition of that id.
func FindPartition(id string) (Partition, bool) {
	i := slices.IndexFunc(partitions, func(p Partition) bool { return p.Id == id })
	if i < 0 {
		return Partition{}, false
	}
	return partitions[i], true
}

// PartitionOf is the partition of a Region: of one that is known, or, for one
// newer than the table, whose name has the partition's form.
func PartitionOf(region string) (Partition, bool) {
	for _, p := range partitions {
		if slices.Contains(p.regions, region) {
			return p, true
		}
	}
	for _, p := range partitions {
		if p.regionFormat.MatchString(region) {
			return p, true
		}
	}
	return Partition{}, false
}

// IsKnownRegion reports whether a Region is in the table. One that is not may be
// newer than it.
func IsKnownRegion(region string) bool {
	return slices.ContainsFunc(partitions, func(p Partition) bool { return slices.Contains(p.regions, region) })
}

// NearestRegion is the Region that a misspelt one most likely means, or "" when
// none is near.
func NearestRegion(region string) string {
	var regions []string
	for _, p := range partitions {
		regions = append(regions, p.regions...)
	}
	return Nearest(region, regions)
}

// PartitionIds are the ids of all partitions, in alphabetical order.
func PartitionIds() []string {
	ids := make([]string, 0, len(partitions))
	for _, p := range partitions {
		ids = append(ids, p.Id)
	}
	return ids
}

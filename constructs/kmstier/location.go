package kmstier

import (
	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/statements"
)

// dnsSuffix ends the names of Regional services in a partition. Commercial
// Regions are assumed where the partition is not known.
func dnsSuffix(partition string) string {
	if known, found := aws.FindPartition(partition); found {
		return known.DnsSuffix
	}
	return "amazonaws.com"
}

// locationLookup asks AWS, through data sources, for what the configuration leaves
// open. Each method creates its data source when first called.
type locationLookup interface {
	accountId() string
	region() string
	partition() string
	dnsSuffix() string
}

// location is where the keys live: what the configuration gives, else what is
// looked up.
func (s settings) location(lookup locationLookup) statements.Location {
	location := statements.Location{Partition: s.partition, Region: s.region, AccountId: s.accountId}
	if location.AccountId == "" {
		location.AccountId = lookup.accountId()
	}
	if location.Region == "" {
		location.Region = lookup.region()
	}
	if location.Partition == "" {
		location.Partition = lookup.partition()
	}
	if isLiteral(location.Partition) {
		location.DnsSuffix = dnsSuffix(location.Partition)
	} else {
		location.DnsSuffix = lookup.dnsSuffix()
	}
	return location
}

package kmstier

import (
	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
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

// locationLookup answers what a configuration leaves open. Each method of the one
// that asks AWS creates its data source when first called.
type locationLookup interface {
	accountId() string
	region() string
	partition() string
	dnsSuffix() string
}

// location is where the keys live: what the configuration gives, else what is
// looked up.
func (s settings) location(lookup locationLookup) statements.Location {
	given := func(value config.Value, lookup func() string) string {
		if value.IsGiven() {
			return value.Text()
		}
		return lookup()
	}
	location := statements.Location{
		AccountId: given(s.place.Account, lookup.accountId),
		Region:    given(s.place.Region, lookup.region),
		Partition: given(s.place.Partition, lookup.partition),
	}
	if config.ValueOf(location.Partition).IsKnown() {
		location.DnsSuffix = dnsSuffix(location.Partition)
	} else {
		location.DnsSuffix = lookup.dnsSuffix()
	}
	return location
}

// placeholders stand in, before there is a node, for what data sources will look
// up: tokens as long as the values.
type placeholders struct{ settings }

func (p placeholders) accountId() string {
	if own, _ := p.ownAccount(); own.IsKnown() {
		return own.Text()
	}
	return "${account-1}"
}
func (placeholders) region() string { return "${aws-region}" }
func (p placeholders) partition() string {
	if known := p.place.KnownPartition(); known != "" {
		return known
	}
	return "${a}"
}
func (placeholders) dnsSuffix() string { return dnsSuffix("") }

func (s settings) assumedLocation() statements.Location { return s.location(placeholders{s}) }

// anywhere stands for every account and Region.
type anywhere struct{ place config.Location }

func (anywhere) accountId() string   { return "*" }
func (anywhere) region() string      { return "*" }
func (a anywhere) partition() string { return a.assumedPartition() }
func (a anywhere) dnsSuffix() string { return dnsSuffix(a.assumedPartition()) }

func (a anywhere) assumedPartition() string {
	if known := a.place.KnownPartition(); known != "" {
		return known
	}
	return "aws"
}

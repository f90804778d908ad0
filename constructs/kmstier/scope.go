package kmstier

import "github.com/neurocipher-io/kmstier/keypolicy"

// dnsSuffix ends the names of Regional services in a partition. Commercial
// Regions are assumed where the partition is not known.
func dnsSuffix(partition string) string {
	switch partition {
	case "aws-cn":
		return "amazonaws.com.cn"
	case "aws-iso":
		return "c2s.ic.gov"
	case "aws-iso-b":
		return "sc2s.sgov.gov"
	case "aws-iso-e":
		return "cloud.adc-e.uk"
	case "aws-iso-f":
		return "csp.hci.ic.gov"
	case "aws-eusc":
		return "amazonaws.eu"
	default:
		return "amazonaws.com"
	}
}

// scopeLookup asks AWS, through data sources, for what the configuration leaves
// open. Each method creates its data source when first called.
type scopeLookup interface {
	accountId() string
	region() string
	partition() string
	dnsSuffix() string
}

// scope is where the keys live: what the configuration gives, else what is
// looked up.
func (s settings) scope(lookup scopeLookup) keypolicy.Scope {
	scope := keypolicy.Scope{Partition: s.partition, Region: s.region, AccountId: s.accountId}
	if scope.AccountId == "" {
		scope.AccountId = lookup.accountId()
	}
	if scope.Region == "" {
		scope.Region = lookup.region()
	}
	if scope.Partition == "" {
		scope.Partition = lookup.partition()
	}
	if isLiteral(scope.Partition) {
		scope.DnsSuffix = dnsSuffix(scope.Partition)
	} else {
		scope.DnsSuffix = lookup.dnsSuffix()
	}
	return scope
}

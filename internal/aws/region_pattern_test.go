package aws

import (
	"regexp"
	"testing"
)

func TestNoRegionHasCapitalsOrUnderscores(t *testing.T) {
	for _, name := range []string{"us-East-1", "us-EAST-1", "us-ea_st-1", "us-gov-westA-1", "eusc-de-Ost-1"} {
		if p, known := PartitionOf(name); known {
			t.Errorf("%s is taken for a Region of %s", name, p.Id)
		}
	}
}

func TestRegionPatternIsWhatThePartitionsHave(t *testing.T) {
	pattern := regexp.MustCompile(RegionPattern())
	names := []string{"us-east-9", "cn-south-1", "us-gov-north-1", "", "us", "us-east", "us-1", "US-EAST-1", "us-east-1a", "us-East-1", "xx-east-1", "us-iso-east-", "aws-global"}
	for _, p := range partitions {
		names = append(names, p.regions...)
	}
	for _, name := range names {
		if _, want := PartitionOf(name); pattern.MatchString(name) != want {
			t.Errorf("the pattern matches %q: %v, want %v", name, !want, want)
		}
	}
}

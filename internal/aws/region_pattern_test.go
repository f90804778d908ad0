package aws

import (
	"regexp"
	"testing"
)

func TestRegionPatternIsWhatThePartitionsHave(t *testing.T) {
	pattern := regexp.MustCompile(RegionPattern())
	names := []string{"us-east-9", "cn-south-1", "us-gov-north-1", "", "us", "us-east", "us-1", "US-EAST-1", "us-east-1a", "xx-east-1", "us-iso-east-", "aws-global"}
	for _, p := range partitions {
		names = append(names, p.regions...)
	}
	for _, name := range names {
		if _, want := PartitionOf(name); pattern.MatchString(name) != want {
			t.Errorf("the pattern matches %q: %v, want %v", name, !want, want)
		}
	}
}

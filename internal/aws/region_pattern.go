package aws

import "strings"

// RegionPattern is a regular expression for all that [PartitionOf] knows a
// partition of, which JavaScript reads as Go does.
func RegionPattern() string {
	forms := make([]string, 0, len(partitions))
	for _, p := range partitions {
		// JavaScript's strict mode allows no escape of what needs none.
		forms = append(forms, strings.ReplaceAll(p.regionFormat.String(), `\-`, "-"))
	}
	return strings.Join(forms, "|")
}

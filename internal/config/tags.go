package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

// maxTags is what AWS takes: Tagging AWS Resources User Guide, "Tag naming limits
// and requirements".
const maxTags = 50

// OwnTag is a tag that a construct sets by itself.
type OwnTag struct {
	// Value is what it is set to. A configuration may repeat it; empty means that it
	// may not.
	Value string
	// Reason says why a configuration cannot set it.
	Reason string
}

// Tags reads the field Tags, beside the tags that the construct sets by itself.
// Tags that differ in case only are refused, since AWS and IAM do not agree whether
// they are one: IAM User Guide, "Tags for AWS Identity and Access Management
// resources", "Case sensitivity".
func (c *Checker) Tags(tags map[string]string, own map[string]OwnTag) {
	spelling := map[string]string{}
	for key := range own {
		spelling[strings.ToLower(key)] = key
	}
	count := len(own)
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value, field := tags[key], fmt.Sprintf("Tags[%s]", key)
		taken, isTaken := spelling[strings.ToLower(key)]
		set, isOwn := own[key]
		if !isOwn {
			count++
		}
		if !isTaken {
			spelling[strings.ToLower(key)] = key
		}
		switch {
		case isOwn && (set.Value == "" || value != set.Value):
			c.Report(field, value, set.Reason)
		case isTaken && taken != key:
			c.Report(field, value, fmt.Sprintf("differs from the tag %q in case only, which some services take for the same; leave one of them out", taken))
		case !limits.TagKey.Allows(key):
			c.Report(field, "", "has a key that AWS refuses; must be "+limits.TagKey.Must)
		default:
			c.Text(field, value, limits.TagValue)
		}
	}
	if count > maxTags {
		c.ReportValue("Tags", len(tags), fmt.Sprintf("with those of the construct there would be %d; AWS allows %d", count, maxTags))
	}
}

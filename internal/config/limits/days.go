package limits

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Days is how many days there may be: from Min to Max, or one of OneOf.
type Days struct {
	Min, Max int
	OneOf    []int

	// Default is taken where nothing is said. 0 means that the default differs by
	// environment.
	Default int
}

// RotationPeriod is between two rotations of a key: AWS KMS API Reference,
// EnableKeyRotation, RotationPeriodInDays.
var RotationPeriod = Days{Min: 90, Max: 2560, Default: 365}

// DeletionWindow is between scheduling a key's deletion and losing it: AWS KMS API
// Reference, ScheduleKeyDeletion, PendingWindowInDays.
var DeletionWindow = Days{Min: 7, Max: 30, Default: 30}

// LogFileRetention is how long the files of a trail are kept: Amazon S3 User Guide,
// "Object Lock considerations", where 100 years is the most.
var LogFileRetention = Days{Min: 1, Max: 36500}

// LogGroupRetention is how long a log group keeps its events: CloudWatch Logs API
// Reference, PutRetentionPolicy, retentionInDays.
var LogGroupRetention = Days{OneOf: []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}}

// Allows reports whether there may be so many days.
func (d Days) Allows(days int) bool {
	if d.OneOf != nil {
		return slices.Contains(d.OneOf, days)
	}
	return d.Min <= days && days <= d.Max
}

// Must says in words how many days there may be, to follow "must be".
func (d Days) Must() string {
	if d.OneOf == nil {
		return fmt.Sprintf("from %d to %d", d.Min, d.Max)
	}
	allowed := make([]string, len(d.OneOf))
	for i, days := range d.OneOf {
		allowed[i] = strconv.Itoa(days)
	}
	return "one of " + strings.Join(allowed, ", ")
}

package cmkguard

import (
	"maps"

	"github.com/neurocipher-io/kmstier/internal/config/site"
)

// excuse excepts what constructs of this module make without a key on purpose,
// such as the queue in which an audit keeps the alerts that a key stopped.
func (r *round) excuse(result *Result) *Result {
	reasons := map[string]string{}
	for _, guarded := range r.guarded {
		maps.Copy(reasons, site.KeylessOf(guarded.stack))
	}
	var left []Finding
	for _, finding := range result.Findings {
		reason, ours := reasons[finding.Path]
		if !ours {
			left = append(left, finding)
			continue
		}
		result.Excepted = append(result.Excepted, Excepted{Finding: finding, Exception: Exception{Resource: finding.Path, Reason: reason}})
	}
	result.Findings = left
	return result
}

package cmkguard

import "github.com/neurocipher-io/kmstier/internal/config/site"

// excuse excepts what constructs of this module make without a key on purpose,
// such as the queue in which an audit keeps the alerts that a key stopped.
func (g *Guard) excuse(result *Result) *Result {
	reasons := map[string]map[string]string{}
	var left []Finding
	for _, finding := range result.Findings {
		ofStack, known := reasons[finding.Stack]
		if !known {
			ofStack = site.KeylessOf(g.stackAt(finding.Stack))
			reasons[finding.Stack] = ofStack
		}
		reason, ours := ofStack[finding.Path]
		if !ours {
			left = append(left, finding)
			continue
		}
		result.Excepted = append(result.Excepted, Excepted{Finding: finding, Exception: Exception{Resource: finding.Path, Reason: reason}})
	}
	result.Findings = left
	return result
}

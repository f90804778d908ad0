package cmkguard

import (
	"maps"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/config/site"
)

// excuse excepts what constructs of this module make without a key on purpose,
// such as the queue in which an audit keeps the alerts that a key stopped.
func (r *round) excuse(result *Result) *Result {
	var stacks []cdktf.TerraformStack
	for _, guarded := range r.guarded {
		stacks = append(stacks, guarded.stack)
	}
	return excuse(result, stacks)
}

func excuse(result *Result, stacks []cdktf.TerraformStack) *Result {
	reasons := map[string]string{}
	for _, stack := range stacks {
		maps.Copy(reasons, site.KeylessOf(stack))
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

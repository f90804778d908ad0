package kmstier

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/hcloutput"
)

// overridable is a resource or data source.
type overridable interface {
	AddOverride(path *string, value any)
}

// setLifecycle gives a key another life cycle than it was made with.
func setLifecycle(key interface {
	overridable
	SetLifecycle(*cdktf.TerraformResourceLifecycle)
}, rules *cdktf.TerraformResourceLifecycle) {
	key.SetLifecycle(rules)
	putConditions(key, rules)
}

// putConditions gives a resource its life cycle once more where CDKTF writes HCL: it
// writes conditions as an attribute, and they are blocks.
func putConditions(resource overridable, rules *cdktf.TerraformResourceLifecycle) {
	if !hcloutput.IsWanted() || rules == nil || rules.Precondition == nil && rules.Postcondition == nil {
		return
	}
	written := block{}
	if rules.PreventDestroy != nil {
		written["prevent_destroy"] = *rules.PreventDestroy
	}
	if rules.Precondition != nil {
		var all []block
		for _, rule := range *rules.Precondition {
			all = append(all, conditionBlock(rule.Condition, rule.ErrorMessage))
		}
		written["precondition"] = all
	}
	if rules.Postcondition != nil {
		var all []block
		for _, rule := range *rules.Postcondition {
			all = append(all, conditionBlock(rule.Condition, rule.ErrorMessage))
		}
		written["postcondition"] = all
	}
	resource.AddOverride(jsii.String("lifecycle"), hcloutput.Blocks([]block{written}))
}

func conditionBlock(condition any, message *string) block {
	return block{"condition": *condition.(*string), "error_message": *message}
}

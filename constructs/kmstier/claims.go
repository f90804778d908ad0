package kmstier

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// claims is the construct of a stack that remembers what its tiers have of which
// an account has one a Region: each alias, and EBS encryption by default. It
// becomes no resource.
type claims struct {
	constructs.Construct
	aliases map[string]bool
	ebs     bool
}

const claimsId = "kmstier:claims"

// claimsOf are the claims of a stack, new ones if it has no tier yet.
func claimsOf(stack cdktf.TerraformStack) *claims {
	if found, ok := stack.Node().TryFindChild(jsii.String(claimsId)).(*claims); ok {
		return found
	}
	none := &claims{aliases: map[string]bool{}}
	constructs.NewConstruct_Override(none, stack, jsii.String(claimsId))
	return none
}

// Claim reports what another tier of the stack has already and else marks it as
// taken. It is exported because jsii wants a construct to have
// a method that is.
func (c *claims) Claim(s settings) keypolicy.Problems {
	aliases := []string{s.alias(purposeData), s.alias(purposeLogs)}
	var problems keypolicy.Problems
	for _, alias := range aliases {
		if c.aliases[alias] {
			problems = append(problems, keypolicy.Problem{Field: "Environment", Value: fmt.Sprintf("%q", s.environment),
				Reason: fmt.Sprintf("gives the alias %s, which another tier of this stack has; change Environment or NamePrefix", alias)})
		}
	}
	if s.ebsEncryptionByDefault && c.ebs {
		problems = append(problems, keypolicy.Problem{Field: "EbsEncryptionByDefault", Value: fmt.Sprint(true),
			Reason: "is set by another tier of this stack; an account has one such setting a Region"})
	}
	if len(problems) > 0 {
		return problems
	}
	c.ebs = c.ebs || s.ebsEncryptionByDefault
	for _, alias := range aliases {
		c.aliases[alias] = true
	}
	return nil
}

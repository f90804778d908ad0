package kmstier

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// aliasClaims is the construct of a stack that remembers which aliases its tiers
// have. It becomes no resource. One stack is one account and Region, in which an
// alias can point to one key only.
type aliasClaims struct {
	constructs.Construct
	aliases map[string]bool
}

const claimsId = "kmstier:aliases"

// claimsOf are the claims of a stack, new ones if it has no tier yet.
func claimsOf(stack cdktf.TerraformStack) *aliasClaims {
	if found, ok := stack.Node().TryFindChild(jsii.String(claimsId)).(*aliasClaims); ok {
		return found
	}
	claims := &aliasClaims{aliases: map[string]bool{}}
	constructs.NewConstruct_Override(claims, stack, jsii.String(claimsId))
	return claims
}

// Claim reports aliases of a tier that another tier of the stack has already and
// else marks them as taken. It is exported because jsii wants a construct to have
// a method that is.
func (c *aliasClaims) Claim(s settings) keypolicy.Problems {
	aliases := []string{s.alias(purposeData), s.alias(purposeLogs)}
	var problems keypolicy.Problems
	for _, alias := range aliases {
		if c.aliases[alias] {
			problems = append(problems, keypolicy.Problem{Field: "Environment", Value: fmt.Sprintf("%q", s.environment),
				Reason: fmt.Sprintf("gives the alias %s, which another tier of this stack has; change Environment or NamePrefix", alias)})
		}
	}
	if len(problems) > 0 {
		return problems
	}
	for _, alias := range aliases {
		c.aliases[alias] = true
	}
	return nil
}

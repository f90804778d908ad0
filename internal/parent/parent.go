// Package parent checks where a construct is about to be created.
package parent

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// idFormat keeps ids apart: CDKTF drops every other character from the names
// of resources, so that two ids could become one.
var idFormat = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// Check is the stack of a scope, with every reason why no construct of that id
// can be created there. There is a stack wherever there is no problem.
func Check(scope constructs.Construct, id string) (cdktf.TerraformStack, keypolicy.Problems) {
	var stack cdktf.TerraformStack
	var problems keypolicy.Problems
	if scope == nil {
		problems = append(problems, keypolicy.Problem{Field: "scope", Reason: "is nil; must be a stack, or a construct of one"})
	} else if stack = stackOf(scope); stack == nil {
		problems = append(problems, keypolicy.Problem{Field: "scope", Reason: "is outside of any stack; must be a cdktf.TerraformStack, or a construct of one"})
	}
	switch {
	case !idFormat.MatchString(id):
		problems = append(problems, keypolicy.Problem{Field: "id", Value: fmt.Sprintf("%q", id), Reason: "must be letters, digits, hyphens and underscores, at least one"})
	case scope != nil && scope.Node().TryFindChild(&id) != nil:
		problems = append(problems, keypolicy.Problem{Field: "id", Value: fmt.Sprintf("%q", id), Reason: "is the id of another construct in the same scope; must be unique there"})
	}
	return stack, problems
}

// stackOf is the stack of a scope, or nil where CDKTF finds none. Looking through
// the scope's ancestors would cost a call of jsii each, and where the scope is a
// stack even one call is more than needed.
func stackOf(scope constructs.Construct) (stack cdktf.TerraformStack) {
	if stack, ok := scope.(cdktf.TerraformStack); ok {
		return stack
	}
	defer func() {
		thrown := recover()
		if thrown != nil && !strings.Contains(fmt.Sprint(thrown), "No stack could be identified") {
			panic(thrown)
		}
	}()
	return cdktf.TerraformStack_Of(scope)
}

// Package site knows what a construct asks of where it is created: a
// stack, a free id, and names that no other construct of the stack has. A call of
// jsii takes longer than all that this package does by itself, so it asks CDKTF as
// little as it can.
package site

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// idFormat keeps ids apart: CDKTF drops every other character from the names
// of resources, so that two ids could become one.
var idFormat = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// Site is where a construct is about to be created.
type Site struct {
	// Stack is nil where the scope has none, which is a problem.
	Stack cdktf.TerraformStack

	scope    constructs.Construct
	id       string
	problems keypolicy.Problems
}

// At is the site of a construct with that id below the scope.
func At(scope constructs.Construct, id string) Site {
	site := Site{scope: scope, id: id}
	report := func(field, value, reason string) {
		site.problems = append(site.problems, keypolicy.Problem{Field: field, Value: value, Reason: reason})
	}
	if scope == nil {
		report("scope", "", "is nil; must be a stack, or a construct of one")
	} else if site.Stack = stackOf(scope); site.Stack == nil {
		report("scope", "", "is outside of any stack; must be a cdktf.TerraformStack, or a construct of one")
	}
	if !idFormat.MatchString(id) {
		report("id", fmt.Sprintf("%q", id), "must be letters, digits, hyphens and underscores, at least one")
	}
	return site
}

// Check is everything that is wrong with creating a construct there.
func Check(scope constructs.Construct, id string) keypolicy.Problems {
	site := At(scope, id)
	return append(site.problems, site.taken()...)
}

// With are other problems with those of the site before them. Whether the id is
// taken is asked only if there are any: else Create finds it out.
func (s Site) With(others keypolicy.Problems) keypolicy.Problems {
	if len(s.problems)+len(others) == 0 {
		return nil
	}
	return slices.Concat(s.problems, s.taken(), others)
}

// Create makes the construct a child of the scope, or reports that the id is
// taken.
func (s Site) Create(construct constructs.Construct) (problems keypolicy.Problems) {
	defer func() {
		if thrown := recover(); thrown != nil {
			if problems = s.taken(); len(problems) == 0 {
				panic(thrown)
			}
		}
	}()
	constructs.NewConstruct_Override(construct, s.scope, &s.id)
	return nil
}

func (s Site) taken() keypolicy.Problems {
	if s.scope == nil || !idFormat.MatchString(s.id) || s.scope.Node().TryFindChild(&s.id) == nil {
		return nil
	}
	return keypolicy.Problems{{Field: "id", Value: fmt.Sprintf("%q", s.id), Reason: "is the id of another construct in the same scope; must be unique there"}}
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

package cmkguard

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Guard examines stacks for data without a customer managed key. Make it with
// [NewGuard].
type Guard struct {
	policy policy
	scope  constructs.Construct
	// guarded are the paths of stacks whose validation is the guard's.
	guarded map[string]bool
	round   *round
	// reads is true while Synth runs, which examines what is written; last is what
	// it found.
	reads bool
	last  *Result
}

// NewGuard guards a stack, or every stack of an app. From then on synthesis fails
// by itself, or adds warnings, for whatever the stacks hold by then; nothing else
// needs to be called.
//
// Put it on an app after at least one stack: CDKTF then asks the guard before it
// writes a stack, and stacks that are added later are guarded as well. On an app
// that is still empty the guard is asked after all stacks were written; it fails
// the synthesis all the same, and prints its warnings to standard error.
//
// On a stack it looks at other stacks only where a reference leads there, or
// where they may hold what a resource of this one lacks.
//
// An app with SkipValidation is not guarded.
//
// It returns a [ConfigError] with everything that is wrong with its arguments.
func NewGuard(scope constructs.Construct, given *Config) (*Guard, error) {
	problems := check(given)
	isApp := scope != nil && *cdktf.App_IsApp(scope)
	switch {
	case scope == nil:
		problems = append(keypolicy.Problems{{Field: "scope", Reason: "is nil; must be a cdktf.App or a cdktf.TerraformStack"}}, problems...)
	case !isApp && !*cdktf.TerraformStack_IsStack(scope):
		problems = append(keypolicy.Problems{{Field: "scope", Value: fmt.Sprintf("%q", *scope.Node().Path()),
			Reason: "is neither an app nor a stack; must be a cdktf.App or a cdktf.TerraformStack"}}, problems...)
	}
	if err := config.Refuse("the guard", problems); err != nil {
		return nil, err
	}
	guard := &Guard{policy: newPolicy(given), scope: scope, guarded: map[string]bool{}}
	guard.guardStacks()
	if isApp {
		scope.Node().AddValidation(&appValidation{guard})
	}
	return guard, nil
}

// guardStacks adds the guard to the stacks that do not have it yet, and returns
// how many have it now.
func (g *Guard) guardStacks() int {
	for _, stack := range stacksIn(g.scope) {
		if path := *stack.Node().Path(); !g.guarded[path] {
			g.guarded[path] = true
			stack.Node().AddValidation(&stackValidation{guard: g, stack: stack, path: path})
		}
	}
	return len(g.guarded)
}

// stacksIn are the stacks of an app in the order in which they are synthesized,
// or the one stack that the scope is.
func stacksIn(scope constructs.IConstruct) []cdktf.TerraformStack {
	if stack, ok := scope.(cdktf.TerraformStack); ok {
		return []cdktf.TerraformStack{stack}
	}
	var stacks []cdktf.TerraformStack
	for _, construct := range *scope.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		// Asking each construct would be a call each.
		if stack, ok := construct.(cdktf.TerraformStack); ok {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}

// Examine returns what the guard finds in all its stacks as they are now. Call it
// when the app is complete, before App.Synth, which examines once more.
//
// It prepares the stacks as App.Synth does: references between stacks become
// outputs, and a stack without a backend gets the default one. It does not run
// aspects, which CDKTF would then run twice: what an aspect is going to add is
// not seen until synthesis. [Guard.Result] has that.
//
// The error is CDKTF's where it cannot resolve a stack; findings are no error.
func (g *Guard) Examine() (result *Result, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("the stacks cannot be read: %v", problem)
		}
	}()
	g.guardStacks()
	for _, stack := range stacksIn(g.scope) {
		stack.PrepareStack()
	}
	round := newRound(g)
	var own []*cmk.Stack
	for _, guarded := range round.guarded {
		stack := round.contents[guarded.path]
		if stack == nil {
			if stack, err = read(guarded.stack, guarded.path); err != nil {
				return nil, err
			}
			round.contents[guarded.path] = stack
		}
		own = append(own, stack)
	}
	found := round.look(own...)
	g.policy.AddStale(found)
	return found, nil
}

// Result is what the guard found when the app was last synthesized, also where
// that failed; nil before. Where the app's stacks were synthesized in part, it is
// about those.
func (g *Guard) Result() *Result {
	if g.last != nil {
		return g.last
	}
	if g.round == nil {
		return nil
	}
	return g.round.result()
}

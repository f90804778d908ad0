package cmkguard

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/hcloutput"
	"github.com/neurocipher-io/kmstier/internal/served"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Guard examines stacks for data without a customer managed key. Make it with
// [NewGuard].
type Guard struct {
	policy policy
	scope  constructs.Construct
	last   *Result
	// returns is true while Synth runs, which returns what App.Synth panics with: the
	// outcome, where CDKTF has asked the guard.
	returns, asked bool
	outcome        error
}

// NewGuard guards a stack, or every stack of an app, those that are added later
// too. From then on App.Synth fails by itself, or adds warnings, for whatever the
// stacks hold by then; nothing else needs to be called.
//
// The guard is one of the app's validations: CDKTF asks it once when it has
// written the stacks, with all that aspects have done, and the guard reads what
// was written. When it refuses, it removes that again.
//
// App.Synth of an app with SkipValidation does not ask it, nor does CDKTF's
// Testing, which looks at one stack: call [Guard.Synth] or [Guard.Examine] there.
//
// It returns a [ConfigError] with everything that is wrong with its arguments.
func NewGuard(scope constructs.Construct, given *Config) (*Guard, error) {
	problems := check(given)
	switch {
	case scope == nil:
		problems = append(keypolicy.Problems{{Field: "scope", Reason: "is nil; must be a cdktf.App or a cdktf.TerraformStack"}}, problems...)
	case !*cdktf.App_IsApp(scope) && !*cdktf.TerraformStack_IsStack(scope):
		problems = append(keypolicy.Problems{{Field: "scope", Value: fmt.Sprintf("%q", *scope.Node().Path()),
			Reason: "is neither an app nor a stack; must be a cdktf.App or a cdktf.TerraformStack"}}, problems...)
	}
	if err := config.Refuse("the guard", problems); err != nil {
		return nil, err
	}
	guard := &Guard{policy: newPolicy(given), scope: scope}
	scope.Node().Root().Node().AddValidation(&validation{guard})
	return guard, nil
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
	stacks := map[string]cdktf.TerraformStack{}
	var paths []string
	for _, construct := range *g.scope.Node().Root().Node().FindAll(constructs.ConstructOrder_PREORDER) {
		// Asking each construct would be a call each.
		if stack, ok := construct.(cdktf.TerraformStack); ok {
			path := *stack.Node().Path()
			paths, stacks[path] = append(paths, path), stack
		}
	}
	isGuarded := g.guarded()
	for _, path := range paths {
		if isGuarded(path) {
			stacks[path].PrepareStack()
		}
	}
	return g.examine(paths, func(path string) (*cmk.Stack, error) { return resolved(stacks[path], path) })
}

// guarded tells which stacks the guard is for, by their paths.
func (g *Guard) guarded() func(path string) bool {
	if _, isStack := g.scope.(cdktf.TerraformStack); isStack {
		own := *g.scope.Node().Path()
		return func(path string) bool { return path == own }
	}
	return func(string) bool { return true }
}

// examine examines the guarded stacks. Other stacks of the app can tell where a
// reference leads, or hold what a resource seems to lack.
func (g *Guard) examine(paths []string, read func(path string) (*cmk.Stack, error)) (*Result, error) {
	isGuarded := g.guarded()
	var own, all []*cmk.Stack
	for _, path := range paths {
		content, err := read(path)
		switch {
		case err == nil && isGuarded(path):
			own, all = append(own, content), append(all, content)
		case err == nil:
			all = append(all, content)
		case isGuarded(path):
			return nil, err
		}
	}
	examination := cmk.Examine(own, all, g.policy.dataKeys, nil)
	served.AddOf(&examination, all)
	result := g.excuse(g.policy.Result(examination))
	g.policy.AddStale(result)
	return result, nil
}

// resolved is a stack as CDKTF would write it now, which it works out for this.
func resolved(stack cdktf.TerraformStack, path string) (content *cmk.Stack, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("the stack %s cannot be read: %v", path, problem)
		}
	}()
	if !hcloutput.IsWanted() {
		return cmk.NewStack(path, stack.ToTerraform())
	}
	written := *stack.ToHclTerraform()
	text, isText := written["hcl"].(string)
	metadata, isObject := written["metadata"].(map[string]any)
	if !isText || !isObject {
		return nil, fmt.Errorf("the stack %s cannot be read: CDKTF gives HCL of an unknown form", path)
	}
	decoded, err := hcloutput.FromHcl(path, []byte(text), metadata)
	if err != nil {
		return nil, err
	}
	return cmk.NewStack(path, decoded)
}

// stackAt is the stack of the app at a path.
func (g *Guard) stackAt(path string) cdktf.TerraformStack {
	node := g.scope.Node().Root()
	for id := range strings.SplitSeq(path, "/") {
		node = node.Node().FindChild(&id)
	}
	return node.(cdktf.TerraformStack)
}

// Result is what the guard found when the app was last synthesized, also where
// that failed; nil where CDKTF has not asked the guard yet.
func (g *Guard) Result() *Result { return g.last }

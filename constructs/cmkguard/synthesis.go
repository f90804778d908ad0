package cmkguard

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/findings"
)

// CDKTF synthesizes stack after stack: it runs a stack's aspects and then its
// validations, and stops at the first stack that fails. The guard is one of the
// validations. Within a callback from CDKTF only some 1,500 calls back to it are
// possible, so a stack is read in one.

// round is one synthesis of the app.
type round struct {
	guard   *Guard
	guarded []guardedStack
	// contents are all stacks of the app that can be read, by path. Those of which
	// CDKTF has not run the aspects yet are as they were at the round's start.
	contents map[string]*cmk.Stack
	order    []string
	results  map[string]*Result
}

type guardedStack struct {
	stack cdktf.TerraformStack
	path  string
}

func newRound(guard *Guard) *round {
	r := &round{guard: guard, contents: map[string]*cmk.Stack{}, results: map[string]*Result{}}
	if stack, ok := guard.scope.(cdktf.TerraformStack); ok {
		// The other stacks are read only where they matter: each costs as much as
		// writing it.
		path := *stack.Node().Path()
		r.guarded, r.order = []guardedStack{{stack, path}}, []string{path}
		return r
	}
	r.readAll()
	return r
}

// readAll reads every stack of the app that is not known yet.
func (r *round) readAll() {
	r.guarded, r.order = nil, nil
	for _, stack := range stacksIn(r.guard.scope.Node().Root()) {
		path := *stack.Node().Path()
		if r.guard.guarded[path] {
			r.guarded = append(r.guarded, guardedStack{stack, path})
		}
		r.order = append(r.order, path)
		if r.contents[path] != nil {
			continue
		}
		// A stack that cannot be read fails by itself, if it is synthesized at all.
		if content, err := read(stack, path); err == nil {
			r.contents[path] = content
		}
	}
}

func (r *round) all() []*cmk.Stack {
	var all []*cmk.Stack
	for _, path := range r.order {
		if content := r.contents[path]; content != nil {
			all = append(all, content)
		}
	}
	return all
}

// look examines stacks of the round that have been read. Other stacks can tell
// where a reference leads, or hold what a resource seems to lack.
func (r *round) look(own ...*cmk.Stack) *Result {
	found := cmk.Examine(own, r.all(), r.guard.policy.dataKeys, nil)
	alone := len(r.all()) == len(own)
	if alone && (len(found.Issues) > 0 || slices.ContainsFunc(own, (*cmk.Stack).RefersToStacks)) {
		r.readAll()
		found = cmk.Examine(own, r.all(), r.guard.policy.dataKeys, nil)
	}
	return r.excuse(r.guard.policy.Result(found))
}

// read is a stack as it would be synthesized now.
func read(stack cdktf.TerraformStack, path string) (content *cmk.Stack, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("the stack %s cannot be read: %v", path, problem)
		}
	}()
	return cmk.NewStack(path, stack.ToTerraform())
}

// examine reads a stack once more and examines it.
func (r *round) examine(guarded guardedStack) (*Result, error) {
	content, err := read(guarded.stack, guarded.path)
	if err != nil {
		return nil, err
	}
	r.contents[guarded.path] = content
	result := r.look(content)
	r.results[guarded.path] = result
	return result, nil
}

func (r *round) isComplete() bool { return len(r.results) == len(r.guarded) }

func (r *round) result() *Result {
	var results []*Result
	for _, guarded := range r.guarded {
		if result := r.results[guarded.path]; result != nil {
			results = append(results, result)
		}
	}
	all := findings.Merge(results)
	if r.isComplete() {
		r.guard.policy.AddStale(all)
	}
	return all
}

// stackValidation is what CDKTF asks before it writes a stack.
type stackValidation struct {
	guard *Guard
	stack cdktf.TerraformStack
	path  string
}

// Validate returns the errors of the stack or else adds its warnings to it.
func (v *stackValidation) Validate() *[]*string {
	return messages(func() []string {
		g := v.guard
		if g.reads {
			return nil
		}
		g.last = nil
		if g.round == nil || g.round.results[v.path] != nil {
			g.guardStacks() // those that were added after the guard
			g.round = newRound(g)
		}
		result, err := g.round.examine(guardedStack{v.stack, v.path})
		if err != nil {
			return []string{err.Error()}
		}
		if errors := result.Errors(); len(errors) > 0 {
			return g.round.fail(errors)
		}
		annotate(v.stack, g.round.visible(result))
		return nil
	})
}

// visible are the findings of a stack to annotate; the last stack of a round has
// those of the exceptions, too.
func (r *round) visible(result *Result) []Finding {
	findings := result.Findings
	if r.isComplete() {
		for _, finding := range r.result().Findings {
			if finding.Rule == StaleException {
				findings = append(findings, finding)
			}
		}
	}
	return findings
}

// fail adds the errors of the stacks that CDKTF will not come to any more. It
// runs their aspects, as CDKTF would have.
func (r *round) fail(errors []Finding) []string {
	for _, guarded := range r.guarded {
		if r.results[guarded.path] != nil {
			continue
		}
		if result, err := r.examineWithAspects(guarded); err == nil {
			errors = append(errors, result.Errors()...)
		}
	}
	return append(lines(errors), r.guard.policy.howToGoOn(len(errors)))
}

func (r *round) examineWithAspects(guarded guardedStack) (result *Result, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	cdktf.Testing_Synth(guarded.stack, jsii.Bool(false))
	return r.examine(guarded)
}

// appValidation is what CDKTF asks when it has written all stacks. It covers the
// stacks whose own validations were over before the guard could be one of them.
type appValidation struct{ guard *Guard }

// Validate returns the errors of those stacks and prints their warnings.
func (v *appValidation) Validate() *[]*string {
	return messages(func() []string {
		g := v.guard
		if g.reads {
			return nil
		}
		if known := len(g.guarded); g.guardStacks() > known || g.round == nil {
			results := map[string]*Result{}
			if g.round != nil {
				results = g.round.results
			}
			g.round = newRound(g)
			g.round.results = results
		}
		var errors []Finding
		for _, guarded := range g.round.guarded {
			if g.round.results[guarded.path] != nil {
				continue
			}
			result, err := g.round.examine(guarded)
			if err != nil {
				return []string{err.Error()}
			}
			errors = append(errors, result.Errors()...)
			for _, finding := range g.round.visible(result) {
				if finding.Severity != SeverityError {
					fmt.Fprintln(os.Stderr, finding)
				}
			}
		}
		if len(errors) == 0 {
			return nil
		}
		return append(lines(errors), g.policy.howToGoOn(len(errors)))
	})
}

// maxAnnotations keeps the calls within one callback few. What is more comes in
// the last annotation.
const maxAnnotations = 200

func annotate(stack cdktf.TerraformStack, findings []Finding) {
	if len(findings) == 0 {
		return
	}
	annotations := cdktf.Annotations_Of(stack)
	for i, finding := range findings {
		text := finding.String()
		if i == maxAnnotations {
			text = strings.Join(lines(findings[i:]), "\n")
		}
		if finding.Severity == SeverityAdvice && i < maxAnnotations {
			annotations.AddInfo(&text)
		} else {
			annotations.AddWarning(&text)
		}
		if i == maxAnnotations {
			return
		}
	}
}

func lines(findings []Finding) []string {
	var all []string
	for _, finding := range findings {
		all = append(all, finding.String())
	}
	return all
}

// messages is what a validation returns. A panic must not leave a callback: the
// process of CDKTF would wait for its answer.
func messages(validate func() []string) *[]*string {
	found := []string{}
	func() {
		defer func() {
			if problem := recover(); problem != nil {
				found = []string{fmt.Sprintf("the guard for customer managed keys failed: %v", problem)}
			}
		}()
		found = append(found, validate()...)
	}()
	return jsii.Strings(found...)
}

package cmkguard

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/cmk"
)

// RefusedError is what [Guard.Synth] returns when data would be stored without a
// customer managed key. Nothing is left to deploy then.
type RefusedError struct {
	// Findings are the errors among what was found, in the order of stacks and
	// addresses. There is at least one.
	Findings  []Finding
	howToGoOn string
}

// Error has a line for each finding, with the construct's path and what to set.
func (e *RefusedError) Error() string {
	return strings.Join(append(lines(e.Findings), e.howToGoOn), "\n")
}

// Synth synthesizes the app in the place of App.Synth, and returns what the guard
// refuses as a [RefusedError] where App.Synth panics with it. It costs less, too:
// the guard reads what CDKTF wrote, where App.Synth has it ask CDKTF for each
// stack once more. When it refuses, it removes the stacks that were written, and
// the manifest.
//
// Warnings and advice become annotations, as with App.Synth; where there are any,
// the app is synthesized twice.
//
// What other validations refuse, and whatever else lets CDKTF fail, is returned as
// an error, too.
func (g *Guard) Synth() (err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("the app cannot be synthesized: %v", problem)
		}
	}()
	app := cdktf.App_Of(g.scope)
	g.guardStacks()
	g.reads = true
	defer func() { g.reads = false }()
	app.Synth()
	written, err := readWritten(*app.Outdir())
	if err != nil {
		return err
	}
	if err := g.examineWritten(app, written); err != nil {
		return err
	}
	if found := g.last.Errors(); len(found) > 0 {
		return errors.Join(&RefusedError{found, g.policy.howToGoOn(len(found))}, written.remove())
	}
	if g.annotateAll() {
		app.Synth()
	}
	return nil
}

// examineWritten examines the guarded stacks of what was written.
func (g *Guard) examineWritten(app constructs.IConstruct, written *output) error {
	var own, all []*cmk.Stack
	var guarded []cdktf.TerraformStack
	for _, stack := range stacksIn(app) {
		path := *stack.Node().Path()
		content, isJson := written.stacks[path]
		if !isJson { // HCL, which CDKTF writes on request
			var err error
			if content, err = read(stack, path); err != nil {
				return err
			}
		}
		all = append(all, content)
		if g.guarded[path] {
			own, guarded = append(own, content), append(guarded, stack)
		}
	}
	g.last = excuse(g.policy.Result(cmk.Examine(own, all, g.policy.dataKeys, nil)), guarded)
	g.policy.AddStale(g.last)
	return nil
}

// annotateAll adds what was found to the stacks, and tells whether there was
// anything.
func (g *Guard) annotateAll() bool {
	ofStack := map[string][]Finding{}
	stacks := stacksIn(g.scope)
	for _, finding := range g.last.Findings {
		path := finding.Stack
		if path == "" && len(stacks) > 0 { // of an exception
			path = *stacks[len(stacks)-1].Node().Path()
		}
		ofStack[path] = append(ofStack[path], finding)
	}
	for _, stack := range stacks {
		annotate(stack, ofStack[*stack.Node().Path()])
	}
	return len(g.last.Findings) > 0
}

// output is what CDKTF has written.
type output struct {
	files  []string
	stacks map[string]*cmk.Stack
}

// readWritten reads the stacks that a manifest of CDKTF lists.
func readWritten(folder string) (*output, error) {
	name := filepath.Join(folder, *cdktf.Manifest_FileName())
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var manifest struct {
		Stacks map[string]struct {
			ConstructPath        string
			SynthesizedStackPath string
		}
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	found := &output{files: []string{name}, stacks: map[string]*cmk.Stack{}}
	for _, stack := range manifest.Stacks {
		name := filepath.Join(folder, filepath.FromSlash(stack.SynthesizedStackPath))
		found.files = append(found.files, name)
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var decoded any
		if json.Unmarshal(content, &decoded) != nil {
			continue
		}
		read, err := cmk.NewStack(stack.ConstructPath, decoded)
		if err != nil {
			return nil, err
		}
		found.stacks[stack.ConstructPath] = read
	}
	return found, nil
}

// remove takes away what was written.
func (o *output) remove() error {
	var problems []error
	for _, file := range o.files {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			problems = append(problems, err)
		}
		// The folder may hold assets, too, and stays then.
		if folder := filepath.Dir(file); filepath.Base(filepath.Dir(folder)) == "stacks" {
			_ = os.Remove(folder)
		}
	}
	return errors.Join(problems...)
}

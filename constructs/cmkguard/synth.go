package cmkguard

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-cdk-go/cdktf"
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
func (e *RefusedError) Error() string { return strings.Join(e.lines(), "\n") }

func (e *RefusedError) lines() []string { return append(lines(e.Findings), e.howToGoOn) }

// Synth synthesizes the app in the place of App.Synth, and returns what the guard
// refuses as a [RefusedError] where App.Synth panics with it. It examines an app
// with SkipValidation, too. When it refuses, it removes the stacks that were
// written, and the manifest.
//
// What other validations refuse, and whatever else lets CDKTF fail, is returned as
// an error, too.
func (g *Guard) Synth() (err error) {
	g.returns, g.asked, g.outcome = true, false, nil
	defer func() { g.returns = false }()
	defer func() {
		if problem := recover(); problem != nil {
			err = errors.Join(g.outcome, fmt.Errorf("the app cannot be synthesized: %v", problem))
		}
	}()
	app := cdktf.App_Of(g.scope)
	app.Synth()
	if !g.asked { // an app that skips validation
		g.outcome = g.examineWritten()
		app.Manifest().WriteToFile() // with the guard's annotations
	}
	if g.outcome != nil {
		return errors.Join(g.outcome, removeManifest(app))
	}
	return nil
}

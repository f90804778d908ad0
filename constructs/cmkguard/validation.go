package cmkguard

import (
	"errors"
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/hcloutput"
)

// validation is what CDKTF asks when it has written all stacks, before it writes
// the manifest. To ask the guard before would have CDKTF work out each stack
// twice.
type validation struct{ guard *Guard }

// Validate returns what the guard refuses, or else adds its warnings to the
// stacks. Within a callback from CDKTF only some 1,500 calls back to it are
// possible: a stack takes a few, whatever it holds.
func (v *validation) Validate() *[]*string {
	g := v.guard
	err := g.examineWritten()
	g.asked = true
	if g.returns {
		g.outcome, err = err, nil
	}
	var refused *RefusedError
	switch {
	case err == nil:
		return jsii.Strings()
	case errors.As(err, &refused):
		return jsii.Strings(refused.lines()...)
	}
	return jsii.Strings(err.Error())
}

// examineWritten examines what CDKTF has written. What is refused, or cannot be
// examined, it removes.
//
// No panic may leave a callback: the process of CDKTF would wait for its answer.
func (g *Guard) examineWritten() (err error) {
	g.last = nil
	var written *output
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("the guard for customer managed keys failed: %v", problem)
		}
		if err != nil && written != nil {
			if left := written.remove(); left != nil {
				err = errors.Join(err, left)
			}
		}
	}()
	app := cdktf.App_Of(g.scope)
	if written, err = outputOf(app); err != nil {
		return err
	}
	if g.last, err = g.examine(written.paths, func(path string) (*cmk.Stack, error) { return g.read(written, path) }); err != nil {
		return err
	}
	if found := g.last.Errors(); len(found) > 0 {
		return &RefusedError{found, g.policy.howToGoOn(len(found))}
	}
	return g.annotateAll(app, written)
}

// read reads a stack as it was written, in JSON or in HCL. One that another guard has
// removed is worked out once more.
func (g *Guard) read(written *output, path string) (*cmk.Stack, error) {
	content, err := os.ReadFile(written.files[path])
	if errors.Is(err, os.ErrNotExist) {
		return resolved(g.stackAt(path), path)
	}
	if err != nil {
		return nil, err
	}
	// There are none beside a stack in JSON.
	metadata, err := os.ReadFile(written.metadata[path])
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	decoded, err := hcloutput.Stack(path, content, metadata)
	if err != nil {
		return nil, err
	}
	return cmk.NewStack(path, decoded)
}

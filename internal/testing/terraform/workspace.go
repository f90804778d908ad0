package terraform

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// Options says how a workspace reaches AWS. Without any, a workspace can be
// initialized and validated only.
type Options struct {
	// Offline lets Terraform plan without AWS, with provider settings in
	// override.tf.json. It works for configurations that read no live data
	// source, so the account id must be given and not looked up.
	Offline bool
	// Env is added to the environment of Terraform: the emulator's Env, to plan
	// and apply the configuration as it is.
	Env map[string]string
}

// Workspace is a configuration in a folder of its own, with its state beside it.
type Workspace struct {
	tb        testing.TB
	folder    string
	config    *configuration
	terraform *tfexec.Terraform
	ready     bool
}

// New returns a workspace with a copy of a synthesized configuration: the path
// of a cdk.tf.json or cdk.tf as a string, or its text as a []byte. The test is skipped
// where Terraform or its AWS provider is missing.
func New[Source string | []byte](tb testing.TB, source Source, options Options) *Workspace {
	tb.Helper()
	tools.Require(tb, tools.Terraform, tools.AWSProvider)
	w := &Workspace{tb: tb, folder: tb.TempDir()}
	content, err := read(source)
	w.check(err)
	w.Configure(content, options)
	return w
}

// Configure puts another configuration in the place of the present one and keeps
// the state, as the next deployment of an app does.
func (w *Workspace) Configure(content []byte, options Options) {
	w.tb.Helper()
	config, err := parse(content)
	w.check(err)
	override, err := config.override(options.Offline)
	w.check(err)
	name, other := "cdk.tf.json", "cdk.tf"
	if isHcl(content) {
		name, other = other, name
	}
	w.check(os.RemoveAll(filepath.Join(w.folder, other)))
	w.check(os.WriteFile(filepath.Join(w.folder, name), content, 0o600))
	w.check(os.WriteFile(filepath.Join(w.folder, "override.tf.json"), override, 0o600))

	runner, err := tfexec.NewTerraform(w.folder, tools.Terraform.Path(w.tb))
	w.check(err)
	env := tools.TerraformEnv(w.tb)
	maps.Copy(env, options.Env)
	w.check(runner.SetEnv(env))
	w.config, w.terraform, w.ready = config, runner, false
}

func read[Source string | []byte](source Source) ([]byte, error) {
	switch source := any(source).(type) {
	case []byte:
		return source, nil
	case string:
		return os.ReadFile(source)
	}
	panic(fmt.Sprintf("unreachable: a source is a string or a []byte, not %T", source))
}

// Folder returns the folder that Terraform runs in.
func (w *Workspace) Folder() string { return w.folder }

// Init makes the workspace ready to use. The other methods call it; a test does
// so only to have its time or its failure apart.
func (w *Workspace) Init() {
	w.tb.Helper()
	w.check(w.TryInit())
}

// TryInit is [Workspace.Init] for a configuration that may be refused.
func (w *Workspace) TryInit() error {
	if w.ready {
		return nil
	}
	err := w.run("init", func(ctx context.Context) error { return initialize(ctx, w) })
	w.ready = err == nil
	return err
}

// Validate returns what terraform validate finds, one entry a finding and
// readable as it is; nothing means that the configuration is valid and gives no
// warning.
func (w *Workspace) Validate() []Diagnostic {
	w.tb.Helper()
	w.Init()
	var output *tfjson.ValidateOutput
	w.check(w.run("validate", func(ctx context.Context) (err error) {
		output, err = w.terraform.Validate(ctx)
		return err
	}))
	diagnostics := make([]Diagnostic, len(output.Diagnostics))
	for i, found := range output.Diagnostics {
		diagnostics[i] = Diagnostic(found)
	}
	return diagnostics
}

// Plan returns the plan of the configuration against the state.
func (w *Workspace) Plan() *tfjson.Plan {
	w.tb.Helper()
	plan, err := w.TryPlan()
	w.check(err)
	return plan
}

// PlanJSON returns the plan as the program itself writes it in JSON.
func (w *Workspace) PlanJSON() []byte {
	w.tb.Helper()
	w.Plan()
	show := exec.CommandContext(w.tb.Context(), tools.Terraform.Path(w.tb), "show", "-json", planFile)
	show.Dir = w.folder
	show.Env = os.Environ()
	for name, value := range tools.TerraformEnv(w.tb) {
		show.Env = append(show.Env, name+"="+value)
	}
	content, err := show.Output()
	w.check(err)
	return content
}

const planFile = "test.tfplan"

// TryPlan is [Workspace.Plan] for a plan that may be refused.
func (w *Workspace) TryPlan() (*tfjson.Plan, error) {
	if err := w.TryInit(); err != nil {
		return nil, err
	}
	err := w.run("plan", func(ctx context.Context) error {
		_, err := w.terraform.Plan(ctx, tfexec.Out(planFile))
		return err
	})
	if err != nil {
		return nil, err
	}
	var plan *tfjson.Plan
	err = w.run("show", func(ctx context.Context) (err error) {
		plan, err = w.terraform.ShowPlanFile(ctx, planFile)
		return err
	})
	return plan, err
}

// RequireEmptyPlan fails the test when the configuration and what was applied
// differ, and lists how.
func (w *Workspace) RequireEmptyPlan() {
	w.tb.Helper()
	if changes := Changes(w.Plan()); len(changes) > 0 {
		w.tb.Fatalf("expected a plan without changes, found:\n%s", list(changes))
	}
}

// Apply creates what the configuration says.
func (w *Workspace) Apply() {
	w.tb.Helper()
	w.check(w.TryApply())
}

// TryApply is [Workspace.Apply] for an apply that may be refused.
func (w *Workspace) TryApply() error {
	if err := w.TryInit(); err != nil {
		return err
	}
	return w.run("apply", func(ctx context.Context) error { return w.terraform.Apply(ctx) })
}

// Destroy deletes what was applied.
func (w *Workspace) Destroy() {
	w.tb.Helper()
	w.check(w.TryDestroy())
}

// TryDestroy is [Workspace.Destroy] for what may be protected.
func (w *Workspace) TryDestroy() error {
	if err := w.TryInit(); err != nil {
		return err
	}
	return w.run("destroy", func(ctx context.Context) error { return w.terraform.Destroy(ctx) })
}

// Outputs returns the outputs of what was applied: a string as it is, anything
// else as JSON.
func (w *Workspace) Outputs() map[string]string {
	w.tb.Helper()
	var found map[string]tfexec.OutputMeta
	w.check(w.run("output", func(ctx context.Context) (err error) {
		found, err = w.terraform.Output(ctx)
		return err
	}))
	outputs := map[string]string{}
	for name, output := range found {
		outputs[name] = text(output.Value)
	}
	return outputs
}

// patience is how long one Terraform command may take. The provider repeats some
// failing calls for many minutes; the test should end, with the emulator's log,
// long before "go test" ends the whole process without it.
const patience = 4 * time.Minute

// run runs one Terraform command, within patience and within the test, and says
// in the error which command in which folder it was.
func (w *Workspace) run(command string, run func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(w.tb.Context(), patience)
	defer cancel()
	err := run(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("terraform %s in %s had not ended after %v and was stopped: %w", command, w.folder, patience, err)
	}
	return fmt.Errorf("terraform %s in %s: %w", command, w.folder, err)
}

func (w *Workspace) check(err error) {
	w.tb.Helper()
	if err != nil {
		w.tb.Fatal(err)
	}
}

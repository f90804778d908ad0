package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

const (
	plannedTiers = 10

	synthesizedJson = "synthesized"
	plainHcl        = "plain HCL"
)

// plan measures terraform plan of some tiers, as synthesized and as the same
// configuration in HCL, without AWS.
var plan = section{
	name:  "plan",
	turns: 5,
	prepare: func(b *bench) ([]subject, error) {
		folder, err := b.output(tiersProgram(plannedTiers, 1, ""))
		if err != nil {
			return nil, err
		}
		synthesized, err := os.ReadFile(filepath.Join(folder, "stacks", "stack-0", "cdk.tf.json"))
		if err != nil {
			return nil, err
		}
		hcl, err := writeHcl(synthesized)
		if err != nil {
			return nil, err
		}
		override, err := terraform.OfflineOverride(synthesized)
		if err != nil {
			return nil, err
		}
		var subjects []subject
		var planned []any
		for _, s := range []struct {
			name, file string
			content    []byte
		}{
			{synthesizedJson, "cdk.tf.json", synthesized},
			{plainHcl, "main.tf", hcl},
		} {
			w, err := newWorkspace(b.path(s.name), map[string][]byte{s.file: s.content, "override.tf.json": override})
			if err != nil {
				return nil, err
			}
			values, err := w.planned()
			if err != nil {
				return nil, err
			}
			planned = append(planned, values)
			subjects = append(subjects, subject{name: s.name, run: w.plan})
		}
		if !reflect.DeepEqual(planned[0], planned[1]) {
			return nil, fmt.Errorf("the configuration in HCL does not plan what the synthesized one does")
		}
		return subjects, nil
	},
	report: func(w io.Writer, r results) {
		table(w, fmt.Sprintf("terraform plan of %d tiers", plannedTiers), "median", "minimum", "time to plain HCL")
		for _, name := range r.order {
			times := r.seconds(name)
			row(w, name, number("%.2f s", median(times)), number("%.2f s", slices.Min(times)),
				number("%.2f", ratio(times, r.seconds(plainHcl))))
		}
	},
}

// A workspace is a folder that Terraform plans in.
type workspace struct {
	folder, program string
	env             []string
}

func newWorkspace(folder string, files map[string][]byte) (*workspace, error) {
	program, err := tools.Terraform.Find()
	if err != nil {
		return nil, err
	}
	w := &workspace{folder: folder, program: program}
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	env, err := tools.TerraformEnvIn(folder)
	if err != nil {
		return nil, err
	}
	for name, value := range env {
		w.env = append(w.env, name+"="+value)
	}
	unlock, err := tools.LockPluginCache()
	if err != nil {
		return nil, err
	}
	defer unlock()
	_, err = timed(w.terraform("init", "-input=false"))
	return w, err
}

func (w *workspace) terraform(args ...string) *exec.Cmd {
	cmd := exec.Command(w.program, args...)
	cmd.Dir, cmd.Env = w.folder, w.env
	return cmd
}

const planFile = "bench.tfplan"

func (w *workspace) plan() (sample, error) {
	took, err := timed(w.terraform("plan", "-input=false", "-out="+planFile))
	return sample{time: took}, err
}

// planned is what a plan would leave behind, with the key policies.
func (w *workspace) planned() (any, error) {
	if _, err := w.plan(); err != nil {
		return nil, err
	}
	text, err := w.terraform("show", "-json", planFile).Output()
	if err != nil {
		return nil, err
	}
	var shown map[string]any
	if err := json.Unmarshal(text, &shown); err != nil {
		return nil, err
	}
	return shown["planned_values"], nil
}

package tierapp

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/environments"
	"github.com/neurocipher-io/kmstier/internal/nodejs"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the app several times faster
)

const environmentsFile = "environments.yaml"

// synthesize is the app without a command.
func synthesize(args []string, c console, extend []func(Stack) error) error {
	flags := newFlags("")
	path := flags.String("file", environmentsFile, "the environments `file`")
	var names repeated
	flags.Var(&names, "environment", "the `name` of an environment to synthesize, which may be repeated (default all)")
	outdir := flags.String("out", defaultOutdir(), "the `folder` that the stacks are written to")
	check := flags.Bool("check", false, "write nothing: the exit status tells whether all is accepted")
	if err := parseFlags(flags, args, c); err != nil {
		return err
	}
	if err := checkForm(); err != nil {
		return err
	}
	file, err := environments.Load(*path)
	if err != nil {
		return err
	}
	chosen, err := choose(file, names)
	if err != nil {
		return err
	}
	// All environments are checked before anything starts, so that a refused one
	// leaves nothing behind.
	if err := checkFile(file); err != nil {
		return err
	}
	if !*check {
		if err := checkOutdir(*outdir, chosen); err != nil {
			return err
		}
	}
	if err := errors.Join(nodejs.Check(), checkTerraform(chosen)); err != nil {
		return err
	}
	stacks, err := newSynthesis(file, *outdir, extend, c).run(chosen, *check)
	if err != nil {
		return err
	}
	for _, stack := range stacks {
		report(c.out, stack)
		if !*check {
			reportNext(c.out, stack, *outdir)
		}
		fmt.Fprintln(c.out)
	}
	if *check {
		fmt.Fprintln(c.out, "All is accepted; nothing was written.")
	}
	return nil
}

// choose is the environments of these names, in the file's order, or all without names.
func choose(file *environments.File, names []string) ([]environments.Environment, error) {
	if len(names) == 0 {
		return file.Environments, nil
	}
	var known []string
	var chosen []environments.Environment
	for _, environment := range file.Environments {
		known = append(known, environment.Name)
		if slices.Contains(names, environment.Name) {
			chosen = append(chosen, environment)
		}
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, usageError{fmt.Errorf("--environment is %q: must be one of the file's: %s", name, strings.Join(known, ", "))}
		}
	}
	return chosen, nil
}

// synthesis makes the stacks of environments.
type synthesis struct {
	file     *environments.File
	outdir   string
	extend   []func(Stack) error
	console  console
	progress *progress
}

func newSynthesis(file *environments.File, outdir string, extend []func(Stack) error, c console) *synthesis {
	return &synthesis{file, outdir, extend, c, newProgress(c.err)}
}

// run makes the stacks, examines them, and writes them to the output folder, unless they
// are only to be checked.
func (s *synthesis) run(chosen []environments.Environment, check bool) (stacks []Stack, err error) {
	defer s.progress.end()
	defer nodejs.Close()
	// Whatever CDKTF throws arrives as a panic.
	defer func() {
		if thrown := recover(); thrown != nil {
			// What its runtime says of a process that died has no end of line.
			fmt.Fprintln(s.console.err)
			err = fmt.Errorf("CDKTF could not synthesize: %v", thrown)
		}
	}()
	// The stacks are written elsewhere first, so that what a guard refuses changes
	// nothing in the output folder.
	staging, err := os.MkdirTemp("", "kmstier-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(staging)
	s.progress.say("starting CDKTF")
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: &staging, StackTraces: jsii.Bool(false)})
	for i, environment := range chosen {
		s.progress.say(fmt.Sprintf("%s: stack %d of %d", environment.Name, i+1, len(chosen)))
		stack, err := s.newStack(app, environment)
		if err != nil {
			return nil, err
		}
		stacks = append(stacks, stack)
	}
	s.progress.say("writing the stacks")
	app.Synth()
	s.progress.say("examining the stacks")
	if err := examine(stacks, staging); err != nil || check {
		return stacks, err
	}
	return stacks, publish(staging, s.outdir)
}

package tierapp

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

// The exit statuses.
const (
	exitOk      = 0
	exitRefused = 1
	exitUsage   = 2
)

const usage = `usage: go run . [--file FILE] [--environment NAME]... [--out FOLDER] [--check]
       go run . init --prefix PREFIX --app APP --account NAME=ID... --region REGION [--file FILE]
       go run . schema

Synthesizes a stack for each environment of environments.yaml. init writes such a file, and
schema prints its JSON schema, for editors. go run . COMMAND -h lists a command's flags.
`

// Main runs the app with the arguments and in the working directory of the process, and
// ends the process: with status 0; with 1 where a file, a configuration or the guard
// refuses something, with all problems on standard error; with 2 for arguments that it
// does not know.
//
// Each function is called once an environment, with the stack that was made for it, before
// anything is synthesized. What it adds is examined by the environment's guard as the rest
// is, and its error stops the synthesis of all environments.
func Main(extend ...func(Stack) error) {
	os.Exit(run(os.Args[1:], console{os.Stdout, os.Stderr}, extend))
}

// console is where the app speaks. It keeps the standard error, which CDKTF's runtime
// closes when it ends.
type console struct{ out, err *os.File }

func run(args []string, c console, extend []func(Stack) error) int {
	var err error
	switch {
	case len(args) > 0 && args[0] == "init":
		err = initialize(args[1:], c)
	case len(args) > 0 && args[0] == "schema":
		err = printSchema(args[1:], c)
	default:
		err = synthesize(args, c, extend)
	}
	var wrong usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOk
	case errors.As(err, &wrong):
		fmt.Fprintln(c.err, err)
		return exitUsage
	default:
		fmt.Fprintln(c.err, err)
		return exitRefused
	}
}

func printSchema(args []string, c console) error {
	if err := parseFlags(newFlags("schema"), args, c); err != nil {
		return err
	}
	_, err := c.out.Write(environments.JsonSchema)
	return err
}

// usageError is about the arguments, not about what a file says.
type usageError struct{ error }

// newFlags are the flags of a command, or of the app without one.
func newFlags(command string) *flag.FlagSet {
	return flag.NewFlagSet(strings.TrimSpace("go run . "+command), flag.ContinueOnError)
}

// parseFlags reads the flags of a command, which takes nothing else.
func parseFlags(flags *flag.FlagSet, args []string, c console) error {
	// The package's own messages have the usage in them, of a page's length.
	flags.SetOutput(io.Discard)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(c.out)
		fmt.Fprintf(c.out, "%s\nFlags of %s:\n", usage, flags.Name())
		flags.PrintDefaults()
		return err
	case err != nil:
		return usageError{fmt.Errorf("%w; %s -h lists the flags", err, flags.Name())}
	case flags.NArg() > 0:
		return usageError{fmt.Errorf("%q is neither a flag nor a command: must be init, schema or flags, which %s -h lists", flags.Arg(0), flags.Name())}
	}
	return nil
}

// repeated are the values of a flag that may be repeated.
type repeated []string

func (r *repeated) String() string { return strings.Join(*r, ", ") }

func (r *repeated) Set(value string) error {
	*r = append(*r, value)
	return nil
}

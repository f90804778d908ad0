// Command kmsaccess prints who may do what with each KMS key of a Terraform
// plan, a synthesized stack or a bare key policy.
//
//	kmsaccess [report] FILE     who can use, administer, grant and read about each key
//	kmsaccess can FILE ...      may one principal carry out one action, and why
//	kmsaccess diff OLD NEW      which decisions a change alters
//	kmsaccess boundary FILE ... what a permissions boundary blocks, and allows beyond
//
// The guide is docs/kmsaccess.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/source"
)

// The exit statuses.
const (
	exitOk      = 0
	exitDenied  = 1
	exitError   = 2
	exitFinding = 3
)

const usage = `usage: kmsaccess [report] FILE [--format table|markdown|json|html] [-o FILE] [--fail-on CHECKS]
       kmsaccess can FILE --principal ARN --action kms:Decrypt [--context app=...] [--via s3]
                 [--condition key=value] [--identity policy.json] [--key ADDRESS]
       kmsaccess diff OLD NEW [--format text|markdown|json] [-o FILE]
       kmsaccess boundary FILE --boundary pb.json [--role ARN] [--key ADDRESS] [--format text|json]
                 [--fail-on blocked,excess] [-o FILE]

FILE is a plan or state as JSON (terraform show -json), a synthesized stack (cdk.tf.json) or a key
policy; - is the standard input. kmsaccess COMMAND -h lists the command's flags.
`

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// program is one run of the command, with the world it sees.
type program struct {
	in       io.Reader
	out, err io.Writer
}

// say says a line on the standard error.
func (p program) say(text string) { fmt.Fprintf(p.err, "kmsaccess: %s\n", terminal(text)) }

func run(args []string, in io.Reader, out, err io.Writer) int {
	p := program{in, out, err}
	commands := map[string]func([]string) (int, error){"report": p.report, "can": p.can, "diff": p.diff, "boundary": p.boundary}
	if len(args) == 0 {
		fmt.Fprint(err, usage)
		return exitError
	}
	if slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]) {
		fmt.Fprint(out, usage)
		return exitOk
	}
	command, found := commands[args[0]]
	if found {
		args = args[1:]
	} else {
		command = p.report
	}
	status, problem := command(args)
	switch {
	case errors.Is(problem, flag.ErrHelp):
		return exitOk
	case problem != nil:
		p.say(strings.ReplaceAll(problem.Error(), "\n", "; "))
		return exitError
	}
	return status
}

// flags is a command's flag set, which may stand before, after and between its
// files.
type flags struct {
	*flag.FlagSet
	source.Defaults
	output string
}

func (p program) flags(name string) *flags {
	f := &flags{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError)}
	f.SetOutput(io.Discard)
	f.StringVar(&f.AccountId, "account", "", "the keys' account `id`, where the file does not tell")
	f.StringVar(&f.Region, "region", "", "the keys' `Region`, where the file does not tell")
	f.StringVar(&f.KeyArn, "key-arn", "", "the `ARN` of the key whose bare policy the file is")
	f.StringVar(&f.output, "o", "", "write to `FILE` instead of the standard output")
	return f
}

// parse reads the arguments and returns the files, of which there must be count.
func (p program) parse(f *flags, args []string, count int) ([]string, error) {
	var files []string
	for {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				f.SetOutput(p.out)
				fmt.Fprintf(p.out, "flags of kmsaccess %s:\n", f.Name())
				f.PrintDefaults()
				return nil, err
			}
			return nil, fmt.Errorf("%s: %w; kmsaccess %s -h lists the flags", f.Name(), err, f.Name())
		}
		if f.NArg() == 0 {
			break
		}
		files = append(files, f.Arg(0))
		args = f.Args()[1:]
	}
	if len(files) != count {
		return nil, fmt.Errorf("%s: has %s; must have %d", f.Name(), amount(len(files), "file"), count)
	}
	if f.AccountId != "" && !isAccountId(f.AccountId) {
		return nil, fmt.Errorf("--account is %q; must be twelve digits", f.AccountId)
	}
	if err := p.checkRegion(f.Region); err != nil {
		return nil, err
	}
	if f.KeyArn != "" {
		if err := source.CheckKeyArn(f.KeyArn); err != nil {
			return nil, fmt.Errorf("--key-arn %w", err)
		}
		if f.AccountId+f.Region != "" {
			return nil, errors.New("--key-arn stands beside --account or --region; the ARN says both")
		}
	}
	return files, nil
}

func isAccountId(text string) bool { return len(text) == 12 && strings.Trim(text, "0123456789") == "" }

// checkRegion refuses what is no Region, and warns of one that is not known: it may
// be new, or misspelt.
func (p program) checkRegion(region string) error {
	if region == "" || aws.IsKnownRegion(region) {
		return nil
	}
	meant := ""
	if nearest := aws.NearestRegion(region); nearest != "" {
		meant = "; did you mean " + nearest + "?"
	}
	if _, is := aws.PartitionOf(region); !is {
		return fmt.Errorf("--region is %q; must be a Region of AWS such as us-east-1%s", region, meant)
	}
	p.say(fmt.Sprintf("--region is %q, a Region that is not known here%s", region, meant))
	return nil
}

func amount(count int, noun string) string {
	switch count {
	case 0:
		return "no " + noun
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", count, noun)
}

// open opens a file, or the standard input for "-".
func (p program) open(name string) (input source.Input, close func() error, err error) {
	if name == "-" {
		return source.Input{Name: "standard input", Content: p.in}, func() error { return nil }, nil
	}
	file, err := os.Open(name)
	return source.Input{Name: name, Content: file}, file.Close, err
}

// read reads a file, or the standard input for "-".
func (p program) read(name string, defaults source.Defaults) (source.File, error) {
	input, close, err := p.open(name)
	if err != nil {
		return source.File{}, err
	}
	defer func() { _ = close() }() // it was only read
	return source.Read(input.Name, input.Content, defaults)
}

// write puts a result where -o says.
func (p program) write(f *flags, content func(io.Writer) error) error {
	if f.output == "" {
		return content(p.out)
	}
	file, err := os.Create(f.output)
	if err != nil {
		return err
	}
	return errors.Join(content(file), file.Close())
}

// text is a result that is at hand.
func text(content string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	}
}

// oneOf checks a flag's value.
func oneOf(name, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("--%s is %q; must be one of %s", name, value, strings.Join(allowed, ", "))
}

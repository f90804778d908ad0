// Command cmkguard finds data that is stored without a customer managed KMS key,
// in plans, states and synthesized stacks of Terraform.
//
//	cmkguard [flags] FILE|FOLDER ...
//
// The guide is docs/cmkguard.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/findings"
)

// The exit statuses, those of kmsaccess.
const (
	exitOk      = 0
	exitError   = 2
	exitFinding = 3
)

const usage = `usage: cmkguard [flags] FILE|FOLDER ...

A FILE is a plan or state as JSON (terraform show -json) or a synthesized stack (cdk.tf.json); - is the
standard input. A FOLDER holds such files, such as cdktf.out. cmkguard -h lists the flags.
`

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, time.Now())) }

// options are what the flags say.
type options struct {
	format, output, failOn       string
	exceptions, baseline, record string
	dataKeys                     []string
}

// defaultDataKeys match the data key of package kmstier.
var defaultDataKeys = []string{"alias/*-data-*"}

func run(args []string, in io.Reader, out, problems io.Writer, today time.Time) int {
	var o options
	flags := flag.NewFlagSet("cmkguard", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.format, "format", "table", "write `table`, markdown, json, sarif or junit")
	flags.StringVar(&o.output, "o", "", "write to `FILE` instead of the standard output")
	flags.StringVar(&o.failOn, "fail-on", "error", "exit with status 3 for findings of this `level` or a worse one: error, unread, advice; none for no status")
	flags.StringVar(&o.exceptions, "exceptions", "", "except what `FILE` names")
	flags.StringVar(&o.baseline, "baseline", "", "leave out what `FILE` has, which --write-baseline wrote")
	flags.StringVar(&o.record, "write-baseline", "", "write what is found now to `FILE`, and exit with status 0")
	flags.Func("data-key", "a key on which no logs should be, by alias, address or ARN, with * for any text; may be given several times (default alias/*-data-*)",
		func(pattern string) error { o.dataKeys = append(o.dataKeys, pattern); return nil })
	names, err := parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(out, usage, "\n")
		flags.SetOutput(out)
		flags.PrintDefaults()
		return exitOk
	case err == nil:
		err = o.check(names)
	}
	if err == nil {
		var status int
		if status, err = o.examine(names, in, out, problems, today); err == nil {
			return status
		}
	}
	fmt.Fprintf(problems, "cmkguard: %s\n", strings.ReplaceAll(err.Error(), "\n", "\ncmkguard: "))
	return exitError
}

// parse reads flags, which may stand before, after and between the files.
func parse(flags *flag.FlagSet, args []string) ([]string, error) {
	var names []string
	for {
		if err := flags.Parse(args); err != nil {
			if !errors.Is(err, flag.ErrHelp) {
				err = fmt.Errorf("%w; cmkguard -h lists the flags", err)
			}
			return nil, err
		}
		if flags.NArg() == 0 {
			return names, nil
		}
		names = append(names, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// levels are the findings that fail, by --fail-on.
var levels = []string{"none", "error", "unread", "advice"}

func (o options) check(names []string) error {
	var all []error
	if len(names) == 0 {
		all = append(all, errors.New("no file is given; must be at least one, or - for the standard input"))
	}
	if formats[o.format] == nil {
		all = append(all, fmt.Errorf("--format is %q; must be one of table, markdown, json, sarif, junit", o.format))
	}
	if !slices.Contains(levels, o.failOn) {
		all = append(all, fmt.Errorf("--fail-on is %q; must be one of error, unread, advice, none", o.failOn))
	}
	return errors.Join(all...)
}

// examine reads, examines and writes.
func (o options) examine(names []string, in io.Reader, out, problems io.Writer, today time.Time) (int, error) {
	policy := findings.Policy{Violation: findings.SeverityError, Unread: findings.SeverityWarning, Today: today}
	if o.exceptions != "" {
		content, err := os.ReadFile(o.exceptions)
		if err != nil {
			return 0, err
		}
		if policy.Exceptions, err = findings.ReadExceptions(o.exceptions, content); err != nil {
			return 0, err
		}
	}
	if o.baseline != "" {
		content, err := os.ReadFile(o.baseline)
		if err != nil {
			return 0, err
		}
		if policy.Known, err = findings.ReadBaseline(o.baseline, content); err != nil {
			return 0, err
		}
	}
	sources, err := readAll(names, in)
	if err != nil {
		return 0, err
	}
	dataKeys := o.dataKeys
	if len(dataKeys) == 0 {
		dataKeys = defaultDataKeys
	}
	examined := newProgress(problems)
	examination := sources.examine(dataKeys, examined.tell)
	examined.end()
	result := policy.Result(examination)
	policy.AddStale(result)
	if o.record != "" {
		return exitOk, os.WriteFile(o.record, findings.WriteBaseline(result), 0o644)
	}
	report := report{sources: sources, result: result}
	content, err := formats[o.format](report)
	if err != nil {
		return 0, err
	}
	if o.output == "" {
		_, err = out.Write(content)
	} else {
		err = os.WriteFile(o.output, content, 0o644)
	}
	if err != nil {
		return 0, err
	}
	if failing := o.failing(result); len(failing) > 0 {
		if o.output != "" || o.format != "table" {
			for _, finding := range failing {
				fmt.Fprintf(problems, "cmkguard: %s\n", finding)
			}
		}
		return exitFinding, nil
	}
	return exitOk, nil
}

// failing are the findings that --fail-on is for.
func (o options) failing(result *findings.Result) []findings.Finding {
	level := slices.Index(levels, o.failOn)
	return slices.DeleteFunc(slices.Clone(result.Findings), func(f findings.Finding) bool {
		switch {
		case f.Severity == findings.SeverityError:
			return level < 1
		case f.Rule == findings.Rule(cmk.Unread) || f.Rule == findings.StaleException:
			return level < 2
		}
		return level < 3
	})
}

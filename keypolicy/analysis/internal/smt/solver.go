package smt

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Answer is what the solvers say of a question.
type Answer string

// The answers.
const (
	// Allowed: there is a request that is allowed.
	Allowed Answer = "allowed"
	// Never: there is none.
	Never Answer = "never"
	// Open: no solver was done in time. That is no answer.
	Open Answer = "open"
)

// The seconds of processor time that each solver has for a question: where the machine
// is busy, that is the same work. Where one is slow the other most often is not.
const (
	Cvc5Seconds = 2
	Z3Seconds   = 5
)

// patience is how many times as long as that a solver may take by the clock.
const patience = 12

const (
	cvc5 = "cvc5 --strings-exp --lang=smt2 -"
	z3   = "z3 -smt2 -in"
)

// Ask gives a question to the solvers. The error is that one refuses it.
func Ask(q Translated) (Answer, error) {
	answer, err := run(Cvc5Seconds, q.Script, cvc5)
	if err != nil || answer != Open {
		return answer, err
	}
	return askOn(q)
}

// askOn asks what the first solver has left open.
func askOn(q Translated) (Answer, error) {
	if q.Cvc5Only {
		return run(Cvc5Seconds+Z3Seconds, q.Script, cvc5)
	}
	return run(Z3Seconds, q.Script, z3)
}

// AskWith is Ask, helped by a request that the analysis has found: where the first
// solver finds none in time, it is asked whether this is one. It says so by its own
// reading of the script; a wrong request leaves the question to the second solver.
func AskWith(q Translated, found evaluation.Request) (answer Answer, byRequest bool, err error) {
	answer, err = run(Cvc5Seconds, q.Script, cvc5)
	if err != nil || answer != Open {
		return answer, false, err
	}
	if answer, err = run(Cvc5Seconds, q.Given(found), cvc5); err != nil || answer == Allowed {
		return answer, err == nil, err
	}
	answer, err = askOn(q)
	return answer, false, err
}

func run(seconds int, script, solver string) (Answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(seconds*patience)*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, "sh", "-c", fmt.Sprintf("ulimit -t %d; exec %s", seconds, solver))
	command.Stdin = strings.NewReader(script)
	var complaints strings.Builder
	command.Stderr = &complaints
	output, err := command.Output()
	first, _, _ := strings.Cut(strings.TrimSpace(string(output)), "\n")
	var ended *exec.ExitError
	switch {
	case first == "sat":
		return Allowed, nil
	case first == "unsat":
		return Never, nil
	case first == "unknown", ctx.Err() != nil, errors.As(err, &ended) && ended.ExitCode() < 0, strings.Contains(first+complaints.String(), "interrupted by"):
		return Open, nil
	}
	return Open, fmt.Errorf("%s: %w: %.500s%.500s", solver, err, output, complaints.String())
}

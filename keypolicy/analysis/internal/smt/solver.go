package smt

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
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

// Ask gives a question to the solvers. The error is that one refuses it.
func Ask(q Translated) (Answer, error) {
	const cvc5 = "cvc5 --strings-exp --lang=smt2 -"
	if q.Cvc5Only {
		return run(Cvc5Seconds+Z3Seconds, q.Script, cvc5)
	}
	answer, err := run(Cvc5Seconds, q.Script, cvc5)
	if err != nil || answer != Open {
		return answer, err
	}
	return run(Z3Seconds, q.Script, "z3 -smt2 -in")
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
	return Open, fmt.Errorf("%s: %v: %.500s%.500s", solver, err, output, complaints.String())
}

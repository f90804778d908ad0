package smt

import (
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

func TestAskTellsAnswersFromFailures(t *testing.T) {
	tools.Require(t, tools.Cvc5, tools.Z3)
	for script, want := range map[string]Answer{
		"(set-logic ALL)(assert true)(check-sat)":  Allowed,
		"(set-logic ALL)(assert false)(check-sat)": Never,
		// Three cubes whose sum is 42 were found by a million hours of computing.
		"(set-logic ALL)(declare-const x Int)(declare-const y Int)(declare-const z Int)(assert (= 42 (+ (* x x x) (* y y y) (* z z z))))(check-sat)": Open,
	} {
		if got, err := Ask(Translated{Script: script}); err != nil || got != want {
			t.Errorf("%s: %v, %v, want %v", script, got, err, want)
		}
	}
	if answer, err := Ask(Translated{Script: "(assert (= x"}); err == nil || !strings.Contains(err.Error(), "cvc5") {
		t.Errorf("a script that is none: %v, %v", answer, err)
	}
}

package main

import (
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/source"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// leftOut are findings of what is not known, and so was not looked into: of the check
// for it where that is wanted, else of each check that might have found something.
func leftOut(file source.File, wanted []analysis.Check) (findings []analysis.Finding) {
	find := func(key, message string, affected ...analysis.Check) {
		checks := slices.DeleteFunc(slices.Clone(wanted), func(check analysis.Check) bool { return !slices.Contains(affected, check) })
		if slices.Contains(wanted, analysis.UnknownAnswer) {
			checks = []analysis.Check{analysis.UnknownAnswer}
		}
		for _, check := range checks {
			findings = append(findings, analysis.Finding{Check: check, Key: key, Message: message})
		}
	}
	for _, text := range file.LeftOut {
		find("the file", text, analysis.Checks...)
	}
	for _, key := range file.Keys {
		for _, text := range key.LeftOut {
			find(key.Address, text, analysis.Checks...)
		}
		for _, token := range key.Strangers {
			find(key.Address, fmt.Sprintf("whether %s is of another account cannot be told: it is not known before apply", token), analysis.ForeignAccount)
		}
	}
	return findings
}

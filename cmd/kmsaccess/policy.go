package main

import (
	"fmt"
	"os"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// readPolicy reads a file with a policy that is no key's, and notes what in it may be
// misspelt, or newer than this command.
func readPolicy(name string) (policy keypolicy.Document, notes []string, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return policy, nil, err
	}
	if policy, err = keypolicy.Parse(data); err != nil {
		return policy, nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, doubt := range policy.Doubts() {
		notes = append(notes, name+": "+doubt.String())
	}
	return policy, notes, nil
}

package cmkguard

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/served"
)

// ExamineSynthesized returns what a guard of this configuration finds in stacks
// that were synthesized: the content of each cdk.tf.json by the name of its
// stack. It needs no Node.js, and sees what Terraform will. Whoever writes the
// stacks somewhere first and moves them when nothing is found gets the same as
// from [NewGuard] for the cost of reading files.
//
// It returns a [ConfigError] with everything that is wrong with the
// configuration, and an error for content that is not JSON of Terraform, for a
// plan, and where no stack holds anything to examine; findings are no error.
func (c *Config) ExamineSynthesized(stacks map[string][]byte) (*Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	var read []*cmk.Stack
	for _, name := range slices.Sorted(maps.Keys(stacks)) {
		var content any
		if err := json.Unmarshal(stacks[name], &content); err != nil {
			return nil, fmt.Errorf("the stack %s is no JSON: %w", name, err)
		}
		stack, err := cmk.NewStack(name, content)
		if err != nil {
			return nil, err
		}
		read = append(read, stack)
	}
	if !slices.ContainsFunc(read, (*cmk.Stack).Holds) {
		return nil, errors.New("the stacks hold no resource and no module, so nothing was examined")
	}
	policy := newPolicy(c)
	examination := cmk.Examine(read, read, policy.dataKeys, nil)
	served.AddOf(&examination, read)
	found := policy.Result(examination)
	policy.AddStale(found)
	return found, nil
}

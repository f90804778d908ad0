package served

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/cmk"
)

// AddOf is [Add] for synthesized stacks.
func AddOf(examination *cmk.Examination, stacks []*cmk.Stack) {
	Add(examination, func(name string) ([]byte, error) {
		for _, stack := range stacks {
			if stack.Name == name {
				return stack.KeysJson()
			}
		}
		return nil, fmt.Errorf("%s is not among what is examined", name)
	})
}

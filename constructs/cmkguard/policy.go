package cmkguard

import (
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/findings"
)

// policy is a checked configuration: it turns issues into findings. It shares
// nothing with the caller's configuration.
type policy struct {
	findings.Policy
	environment string
	dataKeys    []string
}

func newPolicy(given *Config) policy {
	p := policy{
		environment: given.Environment,
		dataKeys:    slices.Clone(given.DataKeys),
		Policy: findings.Policy{
			Violation: SeverityWarning, Unread: SeverityWarning, Exceptions: slices.Clone(given.Exceptions),
		},
	}
	if given.Enforcement == Error || given.Enforcement == "" && config.IsProductionBy(given.Production, given.Environment) {
		p.Violation = SeverityError
	}
	if given.Unread == Error {
		p.Unread = SeverityError
	}
	if given.DataKeys == nil {
		p.dataKeys = []string{DefaultDataKeys}
	}
	return p
}

// howToGoOn ends the errors of a failed synthesis.
func (p policy) howToGoOn(errors int) string {
	where := "here"
	if p.environment != "" {
		where = "in " + p.environment
	}
	return fmt.Sprintf("data must be under customer managed keys %s: correct the %d findings above, or name a resource and a reason in cmkguard.Config.Exceptions", where, errors)
}

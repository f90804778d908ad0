package kmstier

import (
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// meaning evaluates the policy of a key that extra statements change, and reports
// what the extra statements let happen that should not: a lock-out, use by an
// account that was not declared or by an administrator, use without a context. What
// the tier's own statements mean does not depend on the configuration in these
// respects; the access cases of the tests hold it.
func (p *parser) meaning(of purpose) {
	s, location := p.settings, p.settings.assumedLocation()
	extras := s.extras[of.name]
	if len(extras) == 0 {
		return
	}
	before, err := s.findings(location, of.policy(s.withoutExtras(), location))
	if err != nil {
		panic(fmt.Sprintf("kmstier: the policy of the %s key cannot be evaluated: %v", of.name, err))
	}
	field := fmt.Sprintf("ExtraStatements[%s]", of.name)
	if p.adds {
		field = "statement"
	}
	after, err := s.findings(location, of.policy(s, location))
	if err != nil {
		p.Report(field, "", fmt.Sprintf("what the policy means with them cannot be told: %v", err))
		return
	}
	for _, finding := range after {
		i := slices.IndexFunc(extras, func(statement keypolicy.Statement) bool { return statement.Sid == finding.Statement })
		// Whoever an extra statement names is asked about as well, and may do
		// through IAM what the tier leaves to it on purpose.
		delegated := i < 0 && finding.Check == analysis.UseWithoutContext
		switch {
		case delegated || slices.Contains(before, finding):
		case i < 0:
			p.Report(field, "", finding.Message)
		default:
			p.Report(p.extraField(of.name, i), finding.Statement, finding.Message)
		}
	}
}

func (s settings) findings(location statements.Location, policy keypolicy.Document) ([]analysis.Finding, error) {
	var declared []string
	for _, account := range s.accounts() {
		declared = append(declared, account.Text())
	}
	administrators := s.rolesThat(administer)
	return analysis.Findings(
		analysis.Key{Arn: "arn:" + location.Partition + ":kms:" + location.Region + ":" + location.AccountId + ":key/*", Policy: policy},
		analysis.Expectation{Accounts: declared, Administrators: slices.Concat(administrators.Arns, administrators.ArnPatterns)},
		analysis.Checks...,
	)
}

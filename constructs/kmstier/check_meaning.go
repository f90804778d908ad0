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
	field := fmt.Sprintf("ExtraStatements[%s]", of.name)
	if p.adds {
		field = "statement"
	}
	after, err := s.findings(location, of.policy(s, location))
	if err != nil {
		p.Report(field, "", fmt.Sprintf("what the policy means with them cannot be told: %v", err))
		return
	}
	if len(after) == 0 {
		return
	}
	before, err := s.findings(location, of.policy(s.withoutExtras(), location))
	if err != nil {
		panic(fmt.Sprintf("kmstier: the policy of the %s key cannot be evaluated: %v", of.name, err))
	}
	for _, finding := range after {
		i := slices.IndexFunc(extras, func(statement keypolicy.Statement) bool { return statement.Sid == finding.Statement })
		// Whoever an extra statement names is asked about as well, and may do
		// through IAM what the tier leaves to it on purpose.
		delegated := i < 0 && finding.Check == analysis.UseWithoutContext
		switch {
		case delegated || slices.Contains(before, finding):
		case i < 0:
			p.Report(field, "", finding.Message+remedies[finding.Check])
		default:
			p.Report(p.extraField(of.name, i), finding.Statement, finding.Message+remedies[finding.Check])
		}
	}
}

// remedies say which promise of the key policies a finding breaks, and the way out.
var remedies = map[analysis.Check]string{
	analysis.LockOut:                 "; the key must stay manageable: leave changing the policy, looking the key up and calling a deletion off to somebody, at all times",
	analysis.ForeignAccount:          "; the key promises other accounts what is declared: name roles of the key's account, or share the key by SharedWith",
	analysis.AdministratorDataAccess: "; the key promises that administrators never reach data: allow another role, or bind grants by kms:GranteePrincipal",
	analysis.UseWithoutContext:       "; the key promises a context with every use: add a condition on it, such as StringEquals kms:EncryptionContext:app",
	analysis.NeverMatches:            "; correct it, or leave it out",
	analysis.UnknownAnswer:           "; write the statement so that it can be told",
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

package kmstier

import (
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// meaning analyzes the policy of a key that has extra statements, and reports what
// they let happen that should not: a lock-out, use by an account that was not declared
// or by an administrator, use without a context. That the tier's own statements let
// none of it happen, whatever the configuration, is proven by the tests.
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
	findings, err := s.findingsEverywhere(of, location, len(extras))
	if err != nil {
		p.Report(field, "", fmt.Sprintf("what the policy means with them cannot be told: %v", err))
		return
	}
	for _, finding := range findings {
		i := slices.IndexFunc(extras, func(statement keypolicy.Statement) bool { return statement.Sid == finding.Statement })
		if i < 0 {
			p.Report(field, "", finding.Message+remedies[finding.Check])
		} else {
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

// findingsEverywhere are those of a key and its replicas, each once. A statement that
// never matches in one Region may be meant for another.
func (s settings) findingsEverywhere(of purpose, location statements.Location, last int) ([]analysis.Finding, error) {
	findings, err := s.findings(of, location, of.policy(s, location), last)
	for _, replica := range s.replicas {
		if err != nil {
			return nil, err
		}
		var there []analysis.Finding
		at := locationIn(location, replica.region)
		there, err = s.findings(of, at, of.policy(s, at), last)
		has := func(all []analysis.Finding, f analysis.Finding) bool {
			return slices.ContainsFunc(all, func(other analysis.Finding) bool {
				return other.Check == f.Check && other.Statement == f.Statement
			})
		}
		findings = slices.DeleteFunc(findings, func(f analysis.Finding) bool { return f.Check == analysis.NeverMatches && !has(there, f) })
		for _, f := range there {
			if f.Check != analysis.NeverMatches && !has(findings, f) {
				f.Message += " in " + replica.region
				findings = append(findings, f)
			}
		}
	}
	return findings, err
}

// findings are those that the last statements of a policy bring about.
func (s settings) findings(of purpose, location statements.Location, policy keypolicy.Document, last int) ([]analysis.Finding, error) {
	var declared []string
	for _, account := range s.accounts() {
		declared = append(declared, account.Text())
	}
	administrators := s.administrators(of.name)
	return analysis.Findings(
		analysis.Key{Arn: "arn:" + location.Partition + ":kms:" + location.Region + ":" + location.AccountId + ":key/*", Spec: of.spec.Name, Policy: policy},
		analysis.Expectation{
			Accounts: declared, Administrators: slices.Concat(administrators.Arns, administrators.ArnPatterns),
			Proven: len(policy.Statements) - last,
		},
		analysis.Checks...,
	)
}

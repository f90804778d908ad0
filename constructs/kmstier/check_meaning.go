package kmstier

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// meaning evaluates the policies that extra statements change, and reports what
// the extra statements let happen that should not: a lock-out, use by an account
// that was not declared or by an administrator, use without a context. What the
// tier's own statements mean does not depend on the configuration in these
// respects; the access cases of the tests hold it.
func (c *checker) meaning(s settings, location statements.Location) {
	keys := []struct {
		purpose string
		policy  func(settings, statements.Location) keypolicy.Document
	}{
		{purposeData, settings.dataKeyPolicy},
		{purposeLogs, settings.logsKeyPolicy},
	}
	own := s
	own.extraStatements = nil
	for _, key := range keys {
		extra := s.extraStatements[key.purpose]
		if len(extra) == 0 {
			continue
		}
		before, err := s.findings(location, key.policy(own, location))
		if err != nil {
			panic(fmt.Sprintf("kmstier: the policy of the %s key cannot be evaluated: %v", key.purpose, err))
		}
		after, err := s.findings(location, key.policy(s, location))
		if err != nil {
			c.problems = append(c.problems, keypolicy.Problem{Field: fmt.Sprintf("ExtraStatements[%s]", key.purpose),
				Reason: fmt.Sprintf("what the policy means with them cannot be told: %v", err)})
			continue
		}
		for _, finding := range after {
			i := slices.IndexFunc(extra, func(statement keypolicy.Statement) bool { return statement.Sid == finding.Statement })
			// Whoever an extra statement names is asked about as well, and may do
			// through IAM what the tier leaves to it on purpose.
			delegated := i < 0 && finding.Check == analysis.UseWithoutContext
			if delegated || slices.Contains(before, finding) {
				continue
			}
			problem := keypolicy.Problem{Field: fmt.Sprintf("ExtraStatements[%s]", key.purpose), Reason: finding.Message}
			if i >= 0 {
				problem.Field, problem.Value = extraStatementField(key.purpose, i), strconv.Quote(finding.Statement)
			}
			c.problems = append(c.problems, problem)
		}
	}
}

func (s settings) findings(location statements.Location, policy keypolicy.Document) ([]analysis.Finding, error) {
	var declared []string
	for _, accountId := range []string{s.securityAccountId, s.logsAccountId} {
		if accountId != "" {
			declared = append(declared, accountId)
		}
	}
	return analysis.Findings(
		analysis.Key{Arn: "arn:" + location.Partition + ":kms:" + location.Region + ":" + location.AccountId + ":key/*", Policy: policy},
		analysis.Expectation{Accounts: declared, Administrators: append(slices.Clone(s.administrators.Arns), s.administrators.ArnPatterns...)},
		analysis.Checks...,
	)
}

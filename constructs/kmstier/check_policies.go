package kmstier

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// extraStatements checks each extra statement by itself.
func (c *checker) extraStatements(s settings) {
	for _, purpose := range slices.Sorted(maps.Keys(s.extraStatements)) {
		if purpose != purposeData && purpose != purposeLogs {
			c.report(fmt.Sprintf("ExtraStatements[%s]", purpose), "", `is for no key of the tier; must be "data" or "logs"`)
			continue
		}
		for i, statement := range s.extraStatements[purpose] {
			field := extraStatementField(purpose, i)
			problems := statement.Validate().Within(field)
			c.problems = append(c.problems, problems...)
			if action := statements.UseWithoutContext(statement); action != "" && len(problems) == 0 {
				c.report(field, statement.Sid, fmt.Sprintf("allows %s without an encryption context; add a condition on it, such as StringEquals kms:EncryptionContext:app (for AWS services aws:SourceArn will do; for CreateGrant, Bool kms:GrantIsForAWSResource true)", action))
			}
		}
	}
}

func extraStatementField(purpose string, index int) string {
	return fmt.Sprintf("ExtraStatements[%s][%d]", purpose, index)
}

// policies checks the documents as a whole: Sids, size, and what they mean.
func (c *checker) policies(s settings) {
	c.extraStatements(s)
	location := s.assumedLocation()
	c.policy(s, purposeData, s.dataKeyPolicy(location))
	c.policy(s, purposeLogs, s.logsKeyPolicy(location))
	if len(c.problems) == 0 {
		c.meaning(s, location)
	}
}

func (c *checker) policy(s settings, purpose string, document keypolicy.Document) {
	firstExtra := len(document.Statements) - len(s.extraStatements[purpose])
	for _, problem := range document.Validate() {
		switch index, field, within := statementOf(problem.Field); {
		case within && index < firstExtra:
			// The tier's own statements are made of values that were checked.
			panic("kmstier: the policy of the " + purpose + " key is not valid: " + problem.String())
		case within && field == "Sid" && strings.Contains(problem.Reason, "unique"):
			statement := s.extraStatements[purpose][index-firstExtra]
			c.report(extraStatementField(purpose, index-firstExtra)+".Sid", statement.Sid, "is the Sid of another statement of the policy; a Sid must be unique within it")
		case !within:
			problem.Field = "policy of the " + purpose + " key"
			c.problems = append(c.problems, problem)
		}
	}
}

// statementOf splits "Statements[3].Sid" into 3 and "Sid".
func statementOf(field string) (index int, rest string, ok bool) {
	number, rest, ok := strings.Cut(strings.TrimPrefix(field, "Statements["), "].")
	if !ok {
		return 0, "", false
	}
	index, err := strconv.Atoi(number)
	return index, rest, err == nil
}

// assumedLocation stands in, before there is a node, for what data sources will
// look up: tokens as long as the values.
func (s settings) assumedLocation() statements.Location {
	given := func(value, placeholder string) string {
		if value == "" {
			return placeholder
		}
		return value
	}
	partition := given(s.partition, given(config.PartitionOfRegion(s.region), "${a}"))
	return statements.Location{
		Partition: partition,
		DnsSuffix: dnsSuffix(partition),
		Region:    given(s.region, "${aws-region}"),
		AccountId: given(s.accountId, "${account-1}"),
	}
}

package kmstier

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// extraStatements reads the extra statements, each by itself.
func (p *parser) extraStatements(given map[string][]keypolicy.Statement) {
	p.settings.extras = map[string][]keypolicy.Statement{}
	for _, purpose := range slices.Sorted(maps.Keys(given)) {
		if _, found := findPurpose(purpose); !found {
			p.Report(fmt.Sprintf("ExtraStatements[%s]", purpose), "", "is for no key of the tier; must be "+purposeNames)
			continue
		}
		p.settings.extras[purpose] = keypolicy.Document{Statements: given[purpose]}.Clone().Statements
		for i, statement := range p.settings.extras[purpose] {
			p.extraStatement(extraStatementField(purpose, i), statement)
		}
	}
}

func (p *parser) extraStatement(field string, statement keypolicy.Statement) {
	problems := statement.Validate().Within(field)
	p.Add(problems)
	if action := statements.UseWithoutContext(statement); action != "" && len(problems) == 0 {
		p.Report(field, statement.Sid, fmt.Sprintf("allows %s without an encryption context; add a condition on it, such as StringEquals kms:EncryptionContext:app (for AWS services aws:SourceArn will do; for CreateGrant, Bool kms:GrantIsForAWSResource true)", action))
	}
}

func extraStatementField(purpose string, index int) string {
	return fmt.Sprintf("ExtraStatements[%s][%d]", purpose, index)
}

// policies checks the documents as a whole: Sids, size, and what they mean.
func (p *parser) policies() {
	for _, purpose := range purposes {
		p.policy(purpose)
	}
	for _, purpose := range purposes {
		if p.Count() == 0 {
			p.meaning(purpose)
		}
	}
}

func (p *parser) policy(of purpose) {
	extras := p.settings.extras[of.name]
	document := of.policy(p.settings, p.settings.assumedLocation())
	firstExtra := len(document.Statements) - len(extras)
	for _, problem := range document.Validate() {
		switch index, field, within := statementOf(problem.Field); {
		case within && index < firstExtra:
			// The tier's own statements are made of values that were checked.
			panic("kmstier: the policy of the " + of.name + " key is not valid: " + problem.String())
		case within && field == "Sid" && strings.Contains(problem.Reason, "unique"):
			p.Report(extraStatementField(of.name, index-firstExtra)+".Sid", extras[index-firstExtra].Sid, "is the Sid of another statement of the policy; a Sid must be unique within it")
		case !within:
			problem.Field = "policy of the " + of.name + " key"
			p.Add(keypolicy.Problems{problem})
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

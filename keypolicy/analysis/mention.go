package analysis

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// mentions are the principals of whom documents speak, by their elements and by
// their conditions: what tells principals apart.
type mentions struct {
	key aws.Arn
	// named are principals by their exact ARN, accounts, service names or tokens, in
	// the order of their first mention.
	named []string
	// patterns are conditions of one value on aws:PrincipalArn that several principals
	// meet.
	patterns []pattern
	// accounts are the ids of other accounts, named in any way.
	accounts []string
	// accountPatterns are conditions of one value on the account of a principal.
	accountPatterns []pattern
	// servicePatterns are conditions of one value on the name of a service.
	servicePatterns []pattern
	organizations   []string
	// everyone tells that an Allow speaks of everyone.
	everyone bool
}

// pattern is a condition of one value that tells principals apart.
type pattern struct {
	// text is the value, with "*" for policy variables.
	text      string
	condition keypolicy.Condition
}

func (m *mentions) document(d keypolicy.Document) {
	for _, statement := range d.Statements {
		for _, principal := range slices.Concat(statement.Principals, statement.NotPrincipals) {
			if principal.Id == "*" {
				m.everyone = m.everyone || statement.Effect == keypolicy.Allow
				continue
			}
			m.name(principal.Id)
		}
		m.everyone = m.everyone || len(statement.NotPrincipals) > 0
		for _, condition := range statement.Conditions {
			m.condition(condition, d.Version != keypolicy.OldVersion)
		}
	}
}

func (m *mentions) grant(grant evaluation.Grant) { m.name(grant.GranteePrincipal) }

func (m *mentions) name(id string) {
	if slices.Contains(m.named, id) {
		return
	}
	m.named = append(m.named, id)
	if arn, isArn := aws.ParseArn(id); isArn && arn.Resource == "root" {
		m.account(arn.Account)
	}
	m.account(id)
}

// account notes another account.
func (m *mentions) account(id string) {
	if isAccountId(id) && id != m.key.Account && !slices.Contains(m.accounts, id) {
		m.accounts = append(m.accounts, id)
	}
}

// condition notes whom a condition tells apart.
func (m *mentions) condition(c keypolicy.Condition, variables bool) {
	form, known := aws.ParseOperator(c.Operator)
	if !known || form.Comparison == aws.CompareExistence {
		return
	}
	for _, value := range c.Values {
		if !variables && hasPolicyVariable(value) {
			// Literal text in this version, which no principal has in its name.
			continue
		}
		text := withoutVariables(value, variables)
		ignoresCase := form.Comparison == aws.CompareTextIgnoringCase
		wild := form.HasWildcards() && strings.ContainsAny(withoutTokens(text), "*?") || text != value
		if text != value && !form.HasWildcards() {
			// A variable by itself may be anything.
			form, _ = aws.ParseOperator("StringLike")
		}
		switch strings.ToLower(c.Key) {
		case "aws:principalarn":
			// No id speaks of every spelling, so that such principals get no row of their own.
			if !ignoresCase || text != value {
				m.principalArn(form.Operator, text, wild)
			}
		case "aws:principalaccount", "kms:calleraccount":
			if form.IsText() && !wild {
				m.account(text)
			} else {
				m.accountPatterns = addPattern(m.accountPatterns, pattern{text, oneValue(form.Operator, "aws:PrincipalAccount", text)})
			}
		case "aws:principalservicename", "aws:principalservicenameslist":
			if ignoresCase {
				// The names of services have no upper case.
				text = strings.ToLower(text)
			}
			if form.IsText() && !wild && keypolicy.IsServiceName(text) {
				m.name(text)
			} else if form.IsText() {
				m.servicePatterns = addPattern(m.servicePatterns, pattern{text, oneValue(form.Operator, "aws:PrincipalServiceName", text)})
			}
		case "aws:principalorgid":
			if form.IsText() && !wild && !form.Negated && !slices.Contains(m.organizations, text) {
				m.organizations = append(m.organizations, text)
			}
		}
	}
}

func (m *mentions) principalArn(operator *aws.Operator, text string, wild bool) {
	if !operator.IsText() {
		return
	}
	arn, isArn := aws.ParseArn(text)
	if !wild && (aws.IsToken(text) || isArn && (arn.Service == "iam" || strings.HasPrefix(arn.Resource, "federated-user/"))) {
		m.name(text)
		return
	}
	m.patterns = addPattern(m.patterns, pattern{text, oneValue(operator, "aws:PrincipalArn", text)})
}

// oneValue is the condition that whoever the value speaks of meets.
func oneValue(operator *aws.Operator, key, value string) keypolicy.Condition {
	name := operator.Name
	if operator.Negated {
		name = operator.Opposite
	}
	return keypolicy.Condition{Operator: name, Key: key, Values: []string{value}}
}

func addPattern(patterns []pattern, p pattern) []pattern {
	if slices.ContainsFunc(patterns, func(other pattern) bool { return signature(other.condition) == signature(p.condition) }) {
		return patterns
	}
	return append(patterns, p)
}

// withoutVariables is the value with "*" for each policy variable.
func withoutVariables(value string, variables bool) string {
	if !variables || !strings.Contains(value, "${") {
		return value
	}
	template, err := aws.ParseTemplate(value, false, true)
	if err != nil || len(template.Variables) == 0 {
		return value
	}
	return strings.Join(template.Texts, "*")
}

// withoutTokens is what a value says outside of ${...}.
func withoutTokens(value string) string {
	var plain strings.Builder
	for i := 0; i < len(value); i++ {
		if strings.HasPrefix(value[i:], "${") {
			i += aws.PlaceholderLength(value[i:]) - 1
			continue
		}
		plain.WriteByte(value[i])
	}
	return plain.String()
}

// hasPolicyVariable reports whether a value has in it what later versions of the policy
// language replace.
func hasPolicyVariable(value string) bool {
	for i := range value {
		if strings.HasPrefix(value[i:], "${") && aws.IsPolicyVariable(value[i:i+aws.PlaceholderLength(value[i:])]) {
			return true
		}
	}
	return false
}

func isAccountId(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// extra notes a principal to be asked about, by its ARN or a pattern of it.
func (m *mentions) extra(id string) {
	if !strings.ContainsAny(withoutTokens(id), "*?") {
		m.name(id)
		return
	}
	like, _ := aws.ParseOperator("StringLike")
	if _, isArn := aws.ParseArn(id); isArn {
		like, _ = aws.ParseOperator("ArnLike")
	}
	m.patterns = addPattern(m.patterns, pattern{id, oneValue(like.Operator, "aws:PrincipalArn", id)})
}

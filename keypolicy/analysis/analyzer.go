package analysis

import (
	"fmt"
	"maps"
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Analyzer analyzes many keys. Keys that are equal but for their names, as those of
// many environments are, it analyzes once. It is not for several goroutines at once.
type Analyzer struct {
	reports  memory[*Report]
	findings memory[[]Finding]
}

// NewAnalyzer is an analyzer that has seen no key yet.
func NewAnalyzer() *Analyzer { return &Analyzer{} }

// maxRemembered is how many answers an analyzer keeps.
const maxRemembered = 64

// memory are the last answers, by question.
type memory[T any] struct {
	answers map[string]T
	// order is that in which they came.
	order []string
}

func (m *memory[T]) find(id string) (answer T, found bool) {
	answer, found = m.answers[id]
	return answer, found
}

func (m *memory[T]) keep(id string, answer T) {
	if m.answers == nil {
		m.answers = map[string]T{}
	}
	if len(m.order) == maxRemembered {
		delete(m.answers, m.order[0])
		m.order = m.order[1:]
	}
	m.answers[id], m.order = answer, append(m.order, id)
}

// Analyze is [Analyze] for one of many keys.
func (a *Analyzer) Analyze(key Key) (*Report, error) {
	plain, names, id := withoutNames(key, Expectation{}, nil)
	known, found := a.reports.find(id)
	if !found {
		var err error
		if known, err = Analyze(plain.key); err != nil {
			// The error must tell of the key's own names.
			return Analyze(key)
		}
		a.reports.keep(id, known)
	}
	return names.report(known, key), nil
}

// Findings is [Findings] for one of many keys.
func (a *Analyzer) Findings(key Key, expected Expectation, checks ...Check) ([]Finding, error) {
	plain, names, id := withoutNames(key, expected, checks)
	known, found := a.findings.find(id)
	if !found {
		var err error
		if known, err = Findings(plain.key, plain.expected, checks...); err != nil {
			return Findings(key, expected, checks...)
		}
		a.findings.keep(id, known)
	}
	return names.findings(known, key), nil
}

// question is a key with what is expected of it.
type question struct {
	key      Key
	expected Expectation
}

// originals gives the words of names back.
type originals struct {
	// words are by the words that were put in their place.
	words map[string]string
	// swaps are these and their reverse: an invented text may hold an original word.
	swaps map[string]string
}

// withoutNames is a key with other words in its names, the same as for all keys that
// differ from it in names only: id is then the same.
func withoutNames(key Key, expected Expectation, checks []Check) (plain question, names originals, id string) {
	plain = question{Key{Arn: key.Arn, Policy: key.Policy.Clone(), Grants: cloneGrants(key.Grants)}, expected}
	plain.expected.Accounts, plain.expected.Administrators = slices.Clone(expected.Accounts), slices.Clone(expected.Administrators)
	texts := textsOf(&plain.key, &plain.expected)
	names = originals{map[string]string{}, map[string]string{}}
	if renameable(key.Policy) {
		renaming := renamingOf(texts)
		texts(func(text string, from int) string { return replaceWords(text, renaming.to) })
		for word, other := range renaming.to {
			names.words[other] = word
			names.swaps[other], names.swaps[word] = word, other
		}
	}
	// Go's own syntax tells everything apart.
	return plain, names, fmt.Sprintf("%q %#v %#v %#v %q %d", plain.key.Arn, plain.key.Policy, plain.key.Grants, plain.expected, checks, expected.Now.UnixNano())
}

func cloneGrants(grants []evaluation.Grant) []evaluation.Grant {
	cloned := slices.Clone(grants)
	for i, grant := range cloned {
		cloned[i].Operations = slices.Clone(grant.Operations)
		cloned[i].EncryptionContextEquals = maps.Clone(grant.EncryptionContextEquals)
		cloned[i].EncryptionContextSubset = maps.Clone(grant.EncryptionContextSubset)
	}
	return cloned
}

func (o originals) text(text string) string { return replaceWords(text, o.words) }

// report is a report with the names of a key.
func (o originals) report(of *Report, key Key) *Report {
	report := &Report{Key: key, plain: of, names: o}
	for _, principal := range of.Principals {
		principal.Id, principal.Name, principal.Note = o.text(principal.Id), o.text(principal.Name), o.text(principal.Note)
		report.Principals = append(report.Principals, principal)
	}
	// The same answer is given to many cells.
	paths := map[*AccessPath][]AccessPath{}
	for _, answers := range of.Answers {
		named := make(map[string]Answer, len(answers))
		for action, answer := range answers {
			if len(answer.Paths) > 0 {
				first := &answer.Paths[0]
				if paths[first] == nil {
					paths[first] = o.paths(answer.Paths)
				}
				answer.Paths = paths[first]
			}
			answer.Blocks, answer.Why, answer.principal = o.references(answer.Blocks), o.text(answer.Why), o.text(answer.principal)
			named[action] = answer
		}
		report.Answers = append(report.Answers, named)
	}
	for _, ineffective := range of.Ineffective {
		ineffective.Statement.Sid, ineffective.Token = o.text(ineffective.Statement.Sid), o.text(ineffective.Token)
		if ineffective.Condition != nil {
			condition := o.condition(*ineffective.Condition)
			ineffective.Condition = &condition
		}
		report.Ineffective = append(report.Ineffective, ineffective)
	}
	return report
}

func (o originals) paths(of []AccessPath) []AccessPath {
	paths := slices.Clone(of)
	for i := range paths {
		path := &paths[i]
		path.plain = &of[i]
		path.Conditions = o.conditions(path.Conditions)
		path.Except = slices.Clone(path.Except)
		for j := range path.Except {
			except := &path.Except[j]
			except.Conditions, except.Statement.Sid = o.conditions(except.Conditions), o.text(except.Statement.Sid)
		}
		path.Statement.Sid = o.text(path.Statement.Sid)
		path.witness = changed(path.witness, o.swaps)
		path.said = path.says()
	}
	return paths
}

func (o originals) conditions(of []keypolicy.Condition) []keypolicy.Condition {
	conditions := slices.Clone(of)
	for i := range conditions {
		conditions[i] = o.condition(conditions[i])
	}
	return conditions
}

func (o originals) condition(c keypolicy.Condition) keypolicy.Condition {
	sorted := slices.IsSorted(c.Values)
	c.Values = slices.Clone(c.Values)
	for i := range c.Values {
		c.Values[i] = o.text(c.Values[i])
	}
	if sorted {
		slices.Sort(c.Values)
	}
	return c
}

func (o originals) references(of []evaluation.StatementRef) []evaluation.StatementRef {
	references := slices.Clone(of)
	for i := range references {
		references[i].Sid = o.text(references[i].Sid)
	}
	return references
}

func (o originals) findings(of []Finding, key Key) []Finding {
	findings := slices.Clone(of)
	for i := range findings {
		f := &findings[i]
		f.Key = key.Address
		f.Principal, f.Statement, f.Message = o.text(f.Principal), o.text(f.Statement), o.text(f.Message)
	}
	return findings
}

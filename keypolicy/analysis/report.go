package analysis

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Verdict is the answer for one principal and one action or operation, the
// strongest of the paths that there are.
type Verdict string

// The verdicts, from the strongest to the weakest.
const (
	// Always: every request is allowed, without an IAM policy.
	Always Verdict = "always"
	// Conditional: some requests are allowed, without an IAM policy.
	Conditional Verdict = "conditional"
	// Delegated: some requests are allowed with an IAM policy, and none without.
	Delegated Verdict = "iam"
	// Undecided: it could not be told whether there is a request that is allowed.
	Undecided Verdict = "undecided"
	// Denied: a statement would allow it, but others deny all that it would.
	Denied Verdict = "denied"
	// No: no statement allows it.
	No Verdict = "no"
)

var verdictOrder = []Verdict{Always, Conditional, Delegated, Undecided, Denied, No}

// Answer is what one principal may do by one action.
type Answer struct {
	Verdict Verdict
	Paths   []AccessPath
	// Blocks are the statements that deny what others would allow; set when Denied.
	Blocks []evaluation.StatementRef
	// Why says why the answer is Undecided, or may lack paths.
	Why string

	// principal and action are those of the examples; principal is empty where it is
	// the example's own.
	principal, action string
}

// Report is what a key's policy means.
type Report struct {
	Key        Key
	Principals []Principal
	// Answers are by principal, in the order of Principals, then by action.
	Answers []map[string]Answer
	// Ineffective is what the policy says to no effect.
	Ineffective []Ineffective

	compiled *evaluation.CompiledPolicy
	// plain is the report that this one was made of by giving the names of its key
	// back, if it was.
	plain *Report
	names originals
	// examples are those that other reports, made of this one, have asked for.
	examples map[exampleOf]evaluation.Request
}

// Analyze asks everything about a key. extra are principals to ask about besides
// those that the policy and the grants name. The error is that of
// [evaluation.Compile]: it names what the evaluator does not understand.
func Analyze(key Key, extra ...string) (*Report, error) {
	m := mentionsOf(key.Arn, []keypolicy.Document{key.Policy}, key.Grants, extra)
	a, err := newAnalysis(key, nil, m)
	if err != nil {
		return nil, err
	}
	report := &Report{Key: key}
	for _, split := range a.splitRows() {
		if split.superfluous() {
			continue
		}
		report.Principals = append(report.Principals, split.row)
		report.Answers = append(report.Answers, split.answers)
	}
	if report.Ineffective, err = a.ineffective(0); err != nil {
		return nil, err
	}
	return report, nil
}

func mentionsOf(arn string, documents []keypolicy.Document, grants []evaluation.Grant, extra []string) mentions {
	key, _ := aws.ParseArn(arn)
	m := mentions{key: key}
	for _, document := range documents {
		m.document(document)
	}
	for _, grant := range grants {
		m.grant(grant)
	}
	for _, id := range extra {
		m.extra(id)
	}
	return m
}

// analysis is one key, ready to be asked.
type analysis struct {
	key    Key
	engine *exact.Engine
	rules  *rules
	rows   []Principal
	// answers are by cell: the same for cells between which the policy makes no
	// difference.
	answers map[string]Answer
	// splits are the rows with their answers, once they are known.
	splits []splitRow
}

func newAnalysis(key Key, facts map[string][]string, m mentions) (*analysis, error) {
	return newAnalysisOf(key, exact.Key{Arn: key.Arn, Known: facts}, m)
}

func newAnalysisOf(key Key, of exact.Key, m mentions) (*analysis, error) {
	engine, err := exact.New(of)
	if err != nil {
		return nil, err
	}
	a := &analysis{key: key, engine: engine, answers: map[string]Answer{}}
	if a.rules, err = addRules(engine, key.Policy, evaluation.KeyPolicy, key.Grants); err != nil {
		return nil, err
	}
	if a.rows, err = rowsOf(engine, m); err != nil {
		return nil, err
	}
	return a, nil
}

// split is a row with its answers.
type splitRow struct {
	row     Principal
	answers map[string]Answer
}

// splitRows are all rows with their answers, everybody else in the account and
// everybody outside last.
func (a *analysis) splitRows() []splitRow {
	if a.splits == nil {
		a.splits = a.splitAll(a.rows)
	}
	return a.splits
}

func (a *analysis) splitAll(of []Principal) []splitRow {
	var rows, last []splitRow
	for _, row := range of {
		for _, split := range a.split(row) {
			if split.row.Kind == KindRest || split.row.Kind == KindEveryone {
				last = append(last, split)
			} else {
				rows = append(rows, split)
			}
		}
	}
	return append(rows, last...)
}

// superfluous reports whether a row is of a group that no report needs to speak of
// as long as nobody of it may do anything.
func (s splitRow) superfluous() bool {
	if s.row.named || s.row.Kind != KindService && s.row.Kind != KindAnonymous && s.row.Kind != KindOrganization {
		return false
	}
	for _, answer := range s.answers {
		if answer.Verdict != No && answer.Verdict != Denied {
			return false
		}
	}
	return true
}

// split asks about each class of a row, and makes rows of their own of those that
// differ from the first.
func (a *analysis) split(row Principal) []splitRow {
	var rows []splitRow
	for _, class := range row.classes {
		answers := map[string]Answer{}
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				answers[action] = a.answer(class, action)
			}
		}
		if len(rows) == 0 {
			rows = append(rows, splitRow{row, answers})
			rows[0].row.classes = []exact.Class{class}
			continue
		}
		same := slices.IndexFunc(rows, func(other splitRow) bool {
			// A row of one kind speaks of no other kind.
			if other.row.Id != row.Id && other.row.classes[0].Kind != class.Kind {
				return false
			}
			return sameAnswers(other.answers, answers, class.Kind == exact.Root && row.Foreign)
		})
		if same >= 0 {
			rows[same].row.classes = append(rows[same].row.classes, class)
			continue
		}
		own := row.ofKind(class.Kind)
		own.classes = []exact.Class{class}
		rows = append(rows, splitRow{own, answers})
	}
	if len(rows) == 0 {
		answers := map[string]Answer{}
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				answers[action] = Answer{Verdict: No}
			}
		}
		return []splitRow{{row, answers}}
	}
	// What is more particular comes first.
	slices.Reverse(rows[1:])
	return append(rows[1:], rows[0])
}

// sameAnswers reports whether two classes may do the same. A root user of another
// account needs no IAM policy for what others there need one for: with root that
// makes no difference.
func sameAnswers(a, b map[string]Answer, root bool) bool {
	for action, answer := range a {
		if answer.identity(root) != b[action].identity(root) {
			return false
		}
	}
	return true
}

// identity is the same for answers that let the same requests through. Why a
// request is refused makes no difference but to what is shown.
func (a Answer) identity(anyIam bool) string {
	var parts []string
	for _, path := range a.Paths {
		if anyIam {
			path.NeedsIam = false
		}
		parts = append(parts, path.Identity()+path.Statement.String())
	}
	slices.Sort(parts)
	text := string(a.Verdict)
	if anyIam && len(a.Paths) > 0 {
		text = ""
	}
	for _, part := range parts {
		text += "\x04" + part
	}
	for _, block := range a.Blocks {
		text += "\x04" + block.String()
	}
	return text + "\x04" + a.Why
}

func stronger(a, b Verdict) Verdict {
	if slices.Index(verdictOrder, a) <= slices.Index(verdictOrder, b) {
		return a
	}
	return b
}

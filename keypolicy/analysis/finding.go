package analysis

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Check is one thing that [Findings] looks for.
type Check string

// The checks.
const (
	// LockOut: at some time from now on nobody could change the policy, look the key
	// up or call its deletion off; or whoever applies the policy could not change it
	// again, for which KMS refuses it.
	LockOut Check = "lock-out"
	// ForeignAccount: a principal of an account that was not declared may do
	// something.
	ForeignAccount Check = "foreign-account"
	// AdministratorDataAccess: whoever may change the policy may reach data, by
	// using the key or by granting its use.
	AdministratorDataAccess Check = "administrator-data-access"
	// UseWithoutContext: somebody may use the key directly, without an encryption
	// context, which a key of its spec takes; for AWS services, without a source either.
	UseWithoutContext Check = "use-without-context"
	// NeverMatches: a statement, or a condition of it, has no effect: no request can
	// match it, or its actions are none of KMS.
	NeverMatches Check = "never-matches"
	// UnknownAnswer: it could not be told whether somebody may do something.
	UnknownAnswer Check = "unknown"
)

// Checks are all checks.
var Checks = []Check{LockOut, ForeignAccount, AdministratorDataAccess, UseWithoutContext, NeverMatches, UnknownAnswer}

// Expectation is what is known to be right about a key.
type Expectation struct {
	// Accounts are the other accounts that may do something.
	Accounts []string
	// Administrators are ARNs, or patterns of them, that must not reach data, besides
	// those that the policy lets change it.
	Administrators []string
	// Applying is the ARN of the role or user that applies the policy, if that is
	// known: KMS refuses a policy under which it could not change the policy again.
	Applying string
	// Proven is how many of the policy's first statements are known to have no finding
	// by themselves, and with the key's grants: only what the statements behind them
	// bring about is looked for, which is much less work. None by default.
	Proven int
	// Now is the time from which on the policy must not lock everybody out; by default
	// the present.
	Now time.Time
}

// Finding is a decision that should not be.
type Finding struct {
	Check Check `json:"check"`
	// Key is the key's address.
	Key string `json:"key"`
	// Principal is a [Principal.Id]; for a lock-out empty.
	Principal string `json:"principal,omitempty"`
	Action    string `json:"action"`
	// Statement allows it, or for a lock-out denies it; empty when there is none.
	Statement string `json:"statement,omitempty"`
	// NeedsIam tells that an IAM policy must allow it, too.
	NeedsIam bool `json:"needsIamPolicy"`
	// Message says it all in a sentence.
	Message string `json:"message"`
}

// String is the finding in one line.
func (f Finding) String() string { return fmt.Sprintf("%s: %s: %s", f.Check, f.Key, f.Message) }

// Findings looks for decisions that should not be. A finding is a request that the
// evaluator allowed, or what could not be told; that a check finds nothing is a
// proof. Where a key policy leaves a decision to IAM policies, these are taken to
// allow everything: what a Deny of the key policy could prevent is a finding.
func Findings(key Key, expected Expectation, checks ...Check) ([]Finding, error) {
	m := mentionsOf(key.Arn, nil, nil, append(slices.Clone(expected.Administrators), appliers(expected.Applying)...))
	m.document(toldApart(key.Policy, expected.Proven))
	if expected.Proven == 0 {
		for _, grant := range key.Grants {
			m.grant(grant)
		}
	}
	for _, account := range expected.Accounts {
		m.account(account)
	}
	a, err := newAnalysis(key, nil, m)
	if err != nil {
		return nil, err
	}
	if expected.Now.IsZero() {
		expected.Now = time.Now()
	}
	f := finder{analysis: a, expected: expected}
	for _, check := range checks {
		f.check = check
		if err := f.run(check); err != nil {
			return nil, err
		}
	}
	return f.findings, nil
}

// toldApart is the part of a policy that tells apart the principals who matter: the
// statements that are not proven, and those by which somebody may change the policy.
// Where the former let somebody do that, everybody matters.
func toldApart(policy keypolicy.Document, proven int) keypolicy.Document {
	bit, _ := aws.FindAction("kms:PutKeyPolicy")
	changes := func(s keypolicy.Statement) bool {
		return s.Effect == keypolicy.Allow && aws.StatementActions(s.Actions, s.NotActions).Has(bit)
	}
	if slices.ContainsFunc(policy.Statements[proven:], changes) {
		return policy
	}
	part := keypolicy.Document{Version: policy.Version}
	for i, s := range policy.Statements {
		if i >= proven || changes(s) {
			part.Statements = append(part.Statements, s)
		}
	}
	return part
}

// appliers are who may be meant by the ARN of who applies: of a session its role,
// too.
func appliers(arn string) []string {
	if arn == "" {
		return nil
	}
	of, _ := aws.ParseArn(arn)
	if rest, isSession := strings.CutPrefix(of.Resource, "assumed-role/"); isSession {
		name, _, _ := strings.Cut(rest, "/")
		return []string{arn, "arn:" + of.Partition + ":iam::" + of.Account + ":role/" + name}
	}
	return []string{arn}
}

type finder struct {
	*analysis
	expected Expectation
	// check is the one that is being answered.
	check    Check
	findings []Finding
}

func (f *finder) run(check Check) error {
	switch check {
	case LockOut:
		return f.lockOut()
	case ForeignAccount:
		return f.foreignAccounts()
	case AdministratorDataAccess:
		return f.administrators()
	case UseWithoutContext:
		return f.withoutContext()
	case NeverMatches:
		return f.neverMatches()
	case UnknownAnswer:
		return f.unknownAnswers()
	}
	return fmt.Errorf("check %q: unknown; must be one of %s", check, list(checkNames(), "or"))
}

func checkNames() []string {
	var names []string
	for _, check := range Checks {
		names = append(names, string(check))
	}
	return names
}

func (f *finder) add(finding Finding) {
	finding.Check, finding.Key = f.check, f.key.Address
	if !slices.Contains(f.findings, finding) {
		f.findings = append(f.findings, finding)
	}
}

func (f *finder) report(principal Principal, action string, path AccessPath, text string) {
	if path.NeedsIam {
		text += ", with an IAM policy that allows it"
	}
	f.add(Finding{
		Principal: principal.Id, Action: action, Statement: StatementName(path.Statement), NeedsIam: path.NeedsIam,
		Message: fmt.Sprintf("%s %s (allowed by %s)", principal.Name, text, StatementName(path.Statement)),
	})
}

// untold reports that a check could not be answered for a principal.
func (f *finder) untold(principal Principal, action, why string) {
	f.add(Finding{Principal: principal.Id, Action: action,
		Message: fmt.Sprintf("whether %s may call %s cannot be told: %s", principal.Name, action, why)})
}

// added are those of some statements and grants that are not proven. A request that
// only they allow is the only kind that can be new: what else is added are denies.
func (f *finder) added(sources []source) []source {
	if f.expected.Proven == 0 {
		return sources
	}
	var some []source
	for _, s := range sources {
		if s.ref.Policy == evaluation.KeyPolicy && s.ref.Index >= f.expected.Proven {
			some = append(some, s)
		}
	}
	return some
}

// undeclared is a row without the principals of the declared accounts. It reports
// false when nobody of another account is left.
func (f *finder) undeclared(row Principal) (Principal, bool) {
	if !row.Foreign || slices.Contains(f.expected.Accounts, row.account) {
		return row, false
	}
	row.classes = slices.Clone(row.classes)
	for i := range row.classes {
		if class := &row.classes[i]; class.Principal == "" && class.Account == "" {
			class.OtherThan = unique(slices.Concat(class.OtherThan, f.expected.Accounts))
		}
	}
	return row, true
}

// mayBeAllowed reports whether statements that are not proven let a row's principals
// do anything, or may.
func (f *finder) mayBeAllowed(row Principal) (bool, error) {
	for _, class := range row.classes {
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				bit, _ := aws.FindAction(action)
				outcome, _, err := f.allowedBy(f.added(f.rules.allows), class, bit, action)
				if err != nil || outcome.Answer != exact.No {
					return true, err
				}
			}
		}
	}
	return false, nil
}

// foreignAccounts looks at everybody of other accounts who was not declared, one
// finding a row and a statement.
func (f *finder) foreignAccounts() error {
	var rows []Principal
	for _, row := range f.rows {
		row, foreign := f.undeclared(row)
		if !foreign {
			continue
		}
		may, err := f.mayBeAllowed(row)
		if err != nil {
			return err
		}
		if may {
			rows = append(rows, row)
		}
	}
	for _, split := range f.splitAll(rows) {
		row := split.row
		byStatement := map[string][]string{}
		paths := map[string]AccessPath{}
		var order []string
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				answer := split.answers[action]
				if answer.Verdict == Undecided {
					f.untold(row, action, answer.Why)
				}
				for _, path := range answer.Paths {
					// The other account's IAM policies are that account's business.
					path.NeedsIam = false
					name := path.Statement.String()
					if byStatement[name] == nil {
						order = append(order, name)
						paths[name] = path
					}
					if !slices.Contains(byStatement[name], action) {
						byStatement[name] = append(byStatement[name], action)
					}
				}
			}
		}
		for _, name := range order {
			condition := ""
			if len(paths[name].Conditions) > 0 {
				condition = " " + Words(paths[name].Conditions)
			}
			f.report(row, byStatement[name][0], paths[name], "may call "+list(byStatement[name], "and")+condition)
		}
	}
	return nil
}

// neverMatches looks for statements without effect, and for actions that are none.
func (f *finder) neverMatches() error {
	ineffective, err := f.ineffective(f.expected.Proven)
	if err != nil {
		return err
	}
	for _, found := range ineffective {
		f.add(Finding{Action: strings.Join(found.Actions, ","), Statement: StatementName(found.Statement), Message: found.String()})
	}
	for _, doubt := range f.key.Policy.Doubts() {
		f.add(Finding{Message: doubt.String()})
	}
	return nil
}

// unknownAnswers looks for what could not be told. Beside proven statements it asks
// only whether the others allow anything: what they deny is the less to be told.
func (f *finder) unknownAnswers() error {
	if f.expected.Proven > 0 {
		return f.unknownAdditions()
	}
	for _, split := range f.splitRows() {
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				if answer := split.answers[action]; answer.Why != "" {
					f.untold(split.row, action, answer.Why)
				}
			}
		}
	}
	return nil
}

func (f *finder) unknownAdditions() error {
	for _, row := range f.rows {
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				bit, _ := aws.FindAction(action)
				for _, class := range row.classes {
					outcome, _, err := f.allowedBy(f.added(f.rules.allows), class, bit, action)
					if err != nil {
						return err
					}
					if outcome.Answer == exact.Unknown {
						f.untold(row, action, outcome.Reason)
						break
					}
				}
			}
		}
	}
	return nil
}

package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Check is one thing that [Findings] looks for.
type Check string

// The checks.
const (
	// LockOut: nobody whom the policy names could still change it, look the key up
	// or call its deletion off.
	LockOut Check = "lock-out"
	// ForeignAccount: a principal of an account that was not declared may do
	// something.
	ForeignAccount Check = "foreign-account"
	// AdministratorDataAccess: whoever may change the policy may reach data, by
	// using the key or by granting its use.
	AdministratorDataAccess Check = "administrator-data-access"
	// UseWithoutContext: somebody may use the key directly, without an encryption
	// context.
	UseWithoutContext Check = "use-without-context"
)

// Checks are all checks.
var Checks = []Check{LockOut, ForeignAccount, AdministratorDataAccess, UseWithoutContext}

// Expectation is what is known to be right about a key.
type Expectation struct {
	// Accounts are the other accounts that may do something.
	Accounts []string
	// Administrators are ARNs, or patterns of them, that must not reach data, besides
	// those that the policy lets change it.
	Administrators []string
}

// Finding is a decision that should not be.
type Finding struct {
	Check Check `json:"check"`
	// Key is the key's address.
	Key string `json:"key"`
	// Principal is a [Subject.Id]; for a lock-out empty.
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

// Findings looks for decisions that should not be. Every finding is a request
// that the evaluator allowed, or for a lock-out one that it allowed to nobody.
// Where a key policy leaves a decision to IAM policies, these are taken to allow
// everything: what a Deny of the key policy could prevent is a finding. What
// cannot be decided is an error, so that no check passes by it.
func Findings(key Key, expected Expectation, checks ...Check) ([]Finding, error) {
	a, err := newAnalysis(key)
	if err != nil {
		return nil, err
	}
	f := finder{
		analysis: a, expected: expected,
		subjects: subjectsOf(key.Arn, []keypolicy.Document{key.Policy}, key.Grants, expected.Administrators),
	}
	for _, check := range checks {
		switch check {
		case LockOut:
			f.lockOut()
		case ForeignAccount:
			f.foreignAccounts()
		case AdministratorDataAccess:
			f.administrators()
		case UseWithoutContext:
			f.withoutContext()
		default:
			return nil, fmt.Errorf("check %q: unknown; must be one of %s", check, list(checkNames(), "or"))
		}
	}
	if f.undecided != "" {
		return nil, fmt.Errorf("the checks cannot be answered: %s", f.undecided)
	}
	return f.findings, nil
}

func checkNames() []string {
	var names []string
	for _, check := range Checks {
		names = append(names, string(check))
	}
	return names
}

type finder struct {
	*analysis
	expected Expectation
	subjects []Subject
	findings []Finding
}

func (f *finder) report(check Check, subject Subject, action string, way Way, text string) {
	if way.NeedsIam {
		text += ", with an IAM policy that allows it"
	}
	f.findings = append(f.findings, Finding{
		Check: check, Key: f.key.Address, Principal: subject.Id, Action: action,
		Statement: StatementName(way.Statement), NeedsIam: way.NeedsIam,
		Message: fmt.Sprintf("%s %s (allowed by %s)", subject.Name, text, StatementName(way.Statement)),
	})
}

func (f *finder) lockOut() {
	for _, action := range []string{"kms:PutKeyPolicy", "kms:DescribeKey", "kms:CancelKeyDeletion"} {
		var blocks []string
		able := false
		for _, subject := range f.subjects {
			if subject.Foreign || !subject.named {
				continue
			}
			found := f.explore(subject, action)
			able = able || len(found.ways) > 0 || found.undecided != ""
			for _, block := range found.blocks {
				blocks = append(blocks, StatementName(block))
			}
		}
		if able {
			continue
		}
		blocks = unique(blocks)
		reason := "no statement allows it"
		if len(blocks) > 0 {
			reason = "denied by " + list(blocks, "and")
		}
		f.findings = append(f.findings, Finding{
			Check: LockOut, Key: f.key.Address, Action: action, Statement: strings.Join(blocks, ", "),
			Message: fmt.Sprintf("nobody whom the policy names could call %s (%s)", action, reason),
		})
	}
}

func (f *finder) foreignAccounts() {
	for _, subject := range f.subjects {
		if !subject.Foreign || slices.Contains(f.expected.Accounts, subject.account) {
			continue
		}
		byStatement := map[string][]string{}
		ways := map[string]Way{}
		var order []string
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				for _, way := range f.explore(subject, action).ways {
					// The other account's IAM policies are that account's business.
					way.NeedsIam = false
					name := way.Statement.String()
					if byStatement[name] == nil {
						order = append(order, name)
						ways[name] = way
					}
					if !slices.Contains(byStatement[name], action) {
						byStatement[name] = append(byStatement[name], action)
					}
				}
			}
		}
		for _, name := range order {
			condition := ""
			if len(ways[name].Conditions) > 0 {
				condition = " " + Words(ways[name].Conditions)
			}
			f.report(ForeignAccount, subject, byStatement[name][0], ways[name],
				"may call "+list(byStatement[name], "and")+condition)
		}
	}
}

// isAdministrator reports whether the subject may change the policy by the key
// policy itself, or was declared an administrator.
func (f *finder) isAdministrator(subject Subject) bool {
	if subject.Kind == KindRoot || subject.Kind == KindRest || subject.Foreign {
		return false
	}
	if slices.Contains(f.expected.Administrators, subject.Id) {
		return true
	}
	if !subject.named {
		return false
	}
	return slices.ContainsFunc(f.explore(subject, "kms:PutKeyPolicy").ways, func(w Way) bool {
		// A pattern of principals can be named only by leaving the rest to IAM.
		return !w.NeedsIam || subject.Kind == KindPattern && f.namedIn(w.Statement, subject.Id)
	})
}

// namedIn reports whether a statement's conditions name the principals.
func (f *finder) namedIn(ref evaluation.StatementRef, id string) bool {
	if ref.Policy != evaluation.KeyPolicy {
		return false
	}
	return slices.ContainsFunc(f.key.Policy.Statements[ref.Index].Conditions, func(c keypolicy.Condition) bool {
		return strings.EqualFold(c.Key, "aws:PrincipalArn") && slices.Contains(c.Values, id)
	})
}

func (f *finder) administrators() {
	for _, subject := range f.subjects {
		if !f.isAdministrator(subject) {
			continue
		}
		// One action that reaches data is enough to know.
		for _, action := range dataActions {
			if ways := f.explore(subject, action).ways; len(ways) > 0 {
				text := "may change the policy, and may call " + action
				if len(ways[0].Conditions) > 0 {
					text += " " + Words(ways[0].Conditions)
				}
				f.report(AdministratorDataAccess, subject, action, ways[0], text)
				break
			}
		}
		// A grant to oneself, not one that an AWS service makes for a resource.
		f.solver.given = map[string][]string{
			strings.ToLower(granteeKey):     {subject.caller},
			strings.ToLower(awsResourceKey): nil,
			"kms:grantoperations":           {"Decrypt"},
		}
		if ways := f.explore(subject, "kms:CreateGrant").ways; len(ways) > 0 {
			f.report(AdministratorDataAccess, subject, "kms:CreateGrant", ways[0],
				"may change the policy, and may grant itself kms:Decrypt by kms:CreateGrant")
		}
		f.solver.given = nil
	}
}

func (f *finder) withoutContext() {
	f.solver.given = map[string][]string{strings.ToLower(viaServiceKey): nil}
	f.solver.noContext = true
	defer func() { f.solver.given, f.solver.noContext = nil, false }()
	for _, subject := range f.subjects {
		if !subject.named && subject.Kind != KindRest && subject.Kind != KindEveryone {
			continue
		}
		for _, action := range contextActions {
			ways := f.explore(subject, action).ways
			if subject.Kind == KindService {
				// What a service does is bound to its own resources instead.
				ways = slices.DeleteFunc(ways, func(w Way) bool { return f.statementNeedsSource(w) })
			}
			if len(ways) > 0 {
				f.report(UseWithoutContext, subject, action, ways[0], "may call "+action+" directly, without an encryption context")
				break
			}
		}
	}
}

// statementNeedsSource reports whether a way demands to know on whose behalf an
// AWS service calls.
func (f *finder) statementNeedsSource(w Way) bool {
	return slices.ContainsFunc(w.Conditions, func(c keypolicy.Condition) bool {
		return strings.HasPrefix(strings.ToLower(c.Key), "aws:source") && isPositiveText(c.Operator)
	})
}

package analysis

import (
	"fmt"
	"iter"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Inquiry asks who may call KMS by requests of a certain kind, such as those that an
// AWS service makes for one of its resources. It is not for several goroutines at once.
type Inquiry struct{ *analysis }

// Inquire makes a key ready to be asked about. extra are principals to ask about
// besides those that the policy and the grants name. The error is that of
// [evaluation.Compile]: it names what the evaluator does not understand.
func Inquire(key Key, extra ...string) (*Inquiry, error) {
	a, err := newAnalysis(key, key.facts(key.Policy), mentionsOf(key.Arn, []keypolicy.Document{key.Policy}, key.Grants, extra))
	if err != nil {
		return nil, err
	}
	return &Inquiry{a}, nil
}

// Requests are requests for one action.
type Requests struct {
	// Action is one of KMS, without wildcards, such as "kms:Decrypt".
	Action string
	// When are conditions that all of them meet.
	When []keypolicy.Condition
	// Without are the Sids of statements that do not count as allowing them.
	Without []string
}

// Caller is what principals of one row and kind may do.
type Caller struct {
	Principal Principal
	// Verdict is [Conditional] where one of the requests is allowed without an IAM
	// policy, [Delegated] where one is with it, [Undecided] where it could not be told,
	// else [No].
	Verdict Verdict
	// Statement is the statement or grant that allows.
	Statement evaluation.StatementRef
	// Why says why it is undecided.
	Why string
}

// Callers are all principals that can call KMS, each with what it may do of the
// requests: [No] of all of them is the proof that nobody may make one. The error says
// what is wrong with the requests.
func (i *Inquiry) Callers(requests Requests) (iter.Seq[Caller], error) {
	bit, when, err := i.read(requests)
	if err != nil {
		return nil, err
	}
	allows := i.allowing(requests, bit)
	return func(yield func(Caller) bool) {
		for _, row := range i.rows {
			for _, class := range row.classes {
				caller := Caller{Principal: row.ofKind(class.Kind), Verdict: No}
				outcome, path, err := i.allowedBy(allows, class, bit, requests.Action, when)
				switch {
				case err != nil:
					caller.Verdict, caller.Why = Undecided, err.Error()
				case outcome.Answer == exact.Unknown:
					caller.Verdict, caller.Why = Undecided, outcome.Reason
				case outcome.Answer == exact.Yes && path.NeedsIam:
					caller.Verdict, caller.Statement = Delegated, path.Statement
				case outcome.Answer == exact.Yes:
					caller.Verdict, caller.Statement = Conditional, path.Statement
				}
				if !yield(caller) {
					return
				}
			}
		}
	}, nil
}

// Blocks are the statements that deny all of the requests that others would allow to
// principals that count: those without which one would be.
func (i *Inquiry) Blocks(requests Requests, counts func(Principal) bool) ([]evaluation.StatementRef, error) {
	bit, when, err := i.read(requests)
	if err != nil {
		return nil, err
	}
	allows, denies := i.allowing(requests, bit), about(i.rules.denies, bit)
	var blocks []evaluation.StatementRef
	for at, deny := range denies {
		others := slices.Concat(denies[:at], denies[at+1:])
		if i.isAnyAllowed(requests.Action, bit, allows, others, when, counts) {
			blocks = append(blocks, deny.ref)
		}
	}
	return blocks, nil
}

func (i *Inquiry) isAnyAllowed(action string, bit aws.ActionSet, allows, denies []source, when exact.Term, counts func(Principal) bool) bool {
	for _, row := range i.rows {
		if !counts(row) {
			continue
		}
		for _, class := range row.classes {
			cell, err := i.engine.Cell(class, action)
			if err != nil {
				continue
			}
			for _, level := range i.levels(class, bit) {
				for _, allow := range allows {
					question := exact.Question{Match: append(terms([]source{allow}, level.atLeast), when), Fail: terms(denies, evaluation.NoMatch)}
					if cell.Ask(question).Answer == exact.Yes {
						return true
					}
				}
			}
		}
	}
	return false
}

func (i *Inquiry) read(requests Requests) (bit aws.ActionSet, when exact.Term, err error) {
	bit, known := aws.FindAction(requests.Action)
	if !known || bit&aws.KeyActions == 0 {
		return 0, when, fmt.Errorf("action %q: must be an action of KMS on a key, without wildcards", requests.Action)
	}
	part, err := i.engine.Conditions(requests.When)
	return bit, exact.Term{Part: part}, err
}

func (i *Inquiry) allowing(requests Requests, bit aws.ActionSet) []source {
	return slices.DeleteFunc(about(i.rules.allows, bit), func(s source) bool { return slices.Contains(requests.Without, s.ref.Sid) })
}

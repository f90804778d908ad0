package analysis

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// level is what a principal has besides the key policy: nothing, or an IAM policy
// that allows everything.
type level struct {
	needsIam bool
	// atLeast is how strongly a statement has to name the principal to allow at this
	// level.
	atLeast evaluation.Strength
}

// levels are those at which principals of a class can be allowed an action. See
// the IAM User Guide, "Policy evaluation logic": principals of another account need
// an IAM policy there, but for the root user; a statement that names the account
// leaves it to IAM policies.
func (a *analysis) levels(class exact.Class, action aws.ActionSet) []level {
	without := level{atLeast: evaluation.AsRole}
	switch {
	case class.Kind == exact.Service || class.Kind == exact.Anonymous:
		return []level{without}
	case a.foreign(class) && !aws.CrossAccountActions.Has(action):
		return nil
	case a.foreign(class) && class.Kind == exact.Root:
		return []level{{atLeast: evaluation.ThroughAccount}}
	case a.foreign(class):
		return []level{{needsIam: true, atLeast: evaluation.ThroughAccount}}
	case class.Kind == exact.Root:
		return []level{without}
	}
	return []level{without, {needsIam: true, atLeast: evaluation.ThroughAccount}}
}

func (a *analysis) foreign(class exact.Class) bool {
	account := a.accountOf(class)
	key, _ := aws.ParseArn(a.key.Arn)
	return account != key.Account && class.Kind != exact.Service && class.Kind != exact.Anonymous && class.Kind != exact.Token
}

func (a *analysis) accountOf(class exact.Class) string {
	if arn, isArn := aws.ParseArn(class.Principal); isArn {
		return arn.Account
	}
	return class.Account
}

// answer is what principals of a class may do by an action, found once for all
// cells between which the policy makes no difference.
func (a *analysis) answer(class exact.Class, action string) Answer {
	bit, _ := aws.FindAction(action)
	levels := a.levels(class, bit)
	if len(levels) == 0 {
		return Answer{Verdict: No}
	}
	cell, err := a.engine.Cell(class, action)
	if err != nil {
		return Answer{Verdict: Undecided, Why: err.Error()}
	}
	name := fmt.Sprint(cell.Same(a.rules.group), levels)
	answer, known := a.answers[name]
	if !known {
		answer = a.find(cell, levels, bit)
		a.answers[name] = answer
	}
	answer.principal, answer.action = cell.Principal(), action
	return answer
}

func (a *analysis) find(cell *exact.Cell, levels []level, action aws.ActionSet) (answer Answer) {
	answer.Verdict = No
	denies := about(a.rules.denies, action)
	allows := about(a.rules.allows, action)
	var paths []AccessPath
	for _, allow := range allows {
		// Who needs no IAM policy needs not be told that one would do as well.
		var further []exact.Term
		for _, level := range levels {
			question := exact.Question{Match: terms([]source{allow}, level.atLeast), Fail: terms(denies, evaluation.NoMatch)}
			asked := question
			asked.Fail = slices.Concat(question.Fail, further)
			outcome := cell.Ask(asked)
			if outcome.Answer == exact.Unknown && answer.Why == "" {
				answer.Why = outcome.Reason
			}
			if outcome.Answer == exact.Yes {
				path := a.path(cell, question, allow, level)
				path.witness = outcome.Witness
				path.said = path.says()
				paths = append(paths, path)
				further = append(further, question.Match...)
			}
		}
	}
	// What needs no IAM policy first.
	slices.SortStableFunc(paths, func(a, b AccessPath) int { return cmp.Compare(rank(a.NeedsIam), rank(b.NeedsIam)) })
	answer.Paths = widest(paths)
	for _, path := range answer.Paths {
		answer.Verdict = stronger(answer.Verdict, path.Verdict())
	}
	switch {
	case answer.Verdict == Conditional && a.alwaysAllowed(cell, allows, denies, levels[0]):
		answer.Verdict = Always
	case len(answer.Paths) > 0:
	case answer.Why != "":
		answer.Verdict = Undecided
	default:
		answer.Blocks = a.blocks(cell, allows, denies, levels[len(levels)-1])
		if len(answer.Blocks) > 0 {
			answer.Verdict = Denied
		}
	}
	return answer
}

// path tells by which requests a question can be met.
func (a *analysis) path(cell *exact.Cell, question exact.Question, allow source, level level) AccessPath {
	return a.pathOf(a.rules, cell, question, allow, level)
}

// pathOf is path for the rules that the question is about.
func (a *analysis) pathOf(rules *rules, cell *exact.Cell, question exact.Question, allow source, level level) AccessPath {
	path := AccessPath{NeedsIam: level.needsIam, Statement: allow.ref}
	simplified := cell.Simplify(question)
	w := a.tell(cell, question)
	for _, literal := range simplified.Always {
		path.Conditions = append(path.Conditions, w.literal(literal)...)
	}
	path.Conditions = uniqueConditions(path.Conditions)
	for _, clause := range simplified.Clauses {
		path.Except = append(path.Except, w.exception(rules, clause))
	}
	return path
}

// alwaysAllowed reports whether it is proven that every request is allowed without
// an IAM policy, by whichever statement.
func (a *analysis) alwaysAllowed(cell *exact.Cell, allows, denies []source, without level) bool {
	if without.needsIam {
		return false
	}
	for _, deny := range denies {
		if cell.Ask(exact.Question{Match: terms([]source{deny}, evaluation.NoMatch)}).Answer != exact.No {
			return false
		}
	}
	return cell.Ask(exact.Question{Fail: terms(allows, without.atLeast)}).Answer == exact.No
}

// blocks are the denies that take away all that the allows would let through: those
// that do so by themselves, or, where there are none, all that take away something.
func (a *analysis) blocks(cell *exact.Cell, allows, denies []source, widest level) []evaluation.StatementRef {
	var some, alone []evaluation.StatementRef
	allows = slices.DeleteFunc(slices.Clone(allows), func(allow source) bool {
		return cell.Ask(exact.Question{Match: terms([]source{allow}, widest.atLeast)}).Answer == exact.No
	})
	if len(allows) == 0 {
		return nil
	}
	for _, deny := range denies {
		takes, all := false, true
		for _, allow := range allows {
			match := terms([]source{allow}, widest.atLeast)
			takes = takes || cell.Ask(exact.Question{Match: append([]exact.Term{{Part: deny.part}}, match...)}).Answer != exact.No
			all = all && cell.Ask(exact.Question{Match: match, Fail: []exact.Term{{Part: deny.part}}}).Answer == exact.No
		}
		if takes {
			some = append(some, deny.ref)
		}
		if takes && all {
			alone = append(alone, deny.ref)
		}
	}
	if len(alone) > 0 {
		return alone
	}
	return some
}

func rank(second bool) int {
	if second {
		return 1
	}
	return 0
}

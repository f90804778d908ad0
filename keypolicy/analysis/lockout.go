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

// lockOut asks of each action that the key's owner cannot do without, and of each
// time from now on between which the policy makes a difference, whether somebody of
// the key's account could call it then. Two policies of the KMS Developer Guide,
// "Default key policy", make a key unmanageable by nobody who can; KMS itself looks
// only at whoever calls PutKeyPolicy.
func (f *finder) lockOut() error {
	for _, action := range []string{"kms:PutKeyPolicy", "kms:DescribeKey", "kms:CancelKeyDeletion"} {
		if bit, _ := aws.FindAction(action); f.expected.Proven > 0 && len(about(f.added(f.rules.denies), bit)) == 0 {
			// Nothing takes away what the proven statements leave to somebody.
			continue
		}
		for _, at := range f.times() {
			able, why, err := f.somebodyCan(action, at, nil)
			if err != nil {
				return err
			}
			if able {
				continue
			}
			blocks, err := f.blocksAt(action, at)
			if err != nil {
				return err
			}
			reason := "no statement allows it"
			if len(blocks) > 0 {
				reason = "denied by " + list(blocks, "and")
			}
			if why != "" {
				reason = "as far as can be told: " + why
			}
			when := ""
			if at.After(f.expected.Now) {
				when = " at " + at.UTC().Format(time.RFC3339)
			}
			f.add(Finding{Action: action, Statement: strings.Join(blocks, ", "),
				Message: fmt.Sprintf("nobody of the key's account could call %s%s (%s)", action, when, reason)})
			break
		}
	}
	return f.applyingLocksItselfOut()
}

// applyingLocksItselfOut asks whether whoever applies the policy could change it
// again. The ARN of a session does not tell its role's path: all roles of the name
// that are spoken of must be able to. See the KMS API Reference, "PutKeyPolicy",
// "BypassPolicyLockoutSafetyCheck".
func (f *finder) applyingLocksItselfOut() error {
	for _, arn := range appliers(f.expected.Applying) {
		for _, row := range f.rows {
			if row.Id != arn && !(arn != f.expected.Applying && row.Kind == KindRole && strings.HasSuffix(row.Id, "/"+arn[strings.LastIndex(arn, "/")+1:])) {
				continue
			}
			able, why, err := f.somebodyCan("kms:PutKeyPolicy", f.expected.Now, func(other Principal) bool { return other.Id == row.Id })
			if err != nil {
				return err
			}
			if !able {
				f.locksItselfOut(why)
				return nil
			}
		}
	}
	if f.expected.Applying != "" && !slices.ContainsFunc(f.rows, func(row Principal) bool { return row.Id == f.expected.Applying }) {
		f.locksItselfOut("it is no principal of the key's account that is known here")
	}
	return nil
}

func (f *finder) locksItselfOut(why string) {
	reason := ""
	if why != "" {
		reason = ", as far as can be told: " + why
	}
	f.add(Finding{Principal: f.expected.Applying, Action: "kms:PutKeyPolicy",
		Message: fmt.Sprintf("%s applies the policy and could not change it again%s: KMS refuses that with "+
			`"The new key policy will not allow you to update the key policy in the future"`, f.expected.Applying, reason)})
}

// somebodyCan reports whether somebody of the key's account, of the wanted rows,
// can call an action at a time, with an IAM policy if need be.
func (f *finder) somebodyCan(action string, at time.Time, wanted func(Principal) bool) (able bool, why string, err error) {
	then, err := f.then(at)
	if err != nil {
		return false, "", err
	}
	bit, _ := aws.FindAction(action)
	for _, row := range f.rows {
		if row.Foreign || wanted != nil && !wanted(row) {
			continue
		}
		for _, class := range row.classes {
			if class.Kind == exact.Service {
				continue
			}
			found, err := f.allowed(class, bit, action, then)
			if err != nil {
				return false, "", err
			}
			switch found.Answer {
			case exact.Yes:
				return true, "", nil
			case exact.Unknown:
				why = found.Reason
			}
		}
	}
	return false, why, nil
}

// allowed asks for a request of a class that is allowed, at any level, and matches
// further terms.
func (f *finder) allowed(class exact.Class, bit aws.ActionSet, action string, more ...exact.Term) (exact.Outcome, error) {
	outcome, _, err := f.allowedBy(f.rules.allows, class, bit, action, more...)
	return outcome, err
}

// allowedBy asks the same of requests that one of some statements allows.
func (a *analysis) allowedBy(allows []source, class exact.Class, bit aws.ActionSet, action string, more ...exact.Term) (unknown exact.Outcome, path AccessPath, err error) {
	allows = about(allows, bit)
	if len(allows) == 0 {
		return unknown, path, nil
	}
	cell, err := a.engine.Cell(class, action)
	if err != nil {
		return unknown, path, err
	}
	denies := terms(about(a.rules.denies, bit), evaluation.NoMatch)
	for _, level := range a.levels(class, bit) {
		for _, allow := range allows {
			outcome := cell.Ask(exact.Question{Match: append(terms([]source{allow}, level.atLeast), more...), Fail: denies})
			if outcome.Answer == exact.Yes {
				return outcome, AccessPath{NeedsIam: level.needsIam, Statement: allow.ref}, nil
			}
			if outcome.Answer == exact.Unknown {
				unknown = outcome
			}
		}
	}
	return unknown, path, nil
}

// then is what all requests at a time have. KMS answers none without TLS: see the KMS
// Developer Guide, "Infrastructure security in AWS KMS".
func (f *finder) then(at time.Time) (exact.Term, error) {
	part, err := f.engine.Conditions([]keypolicy.Condition{
		{Operator: "DateEquals", Key: "aws:CurrentTime", Values: []string{at.UTC().Format(time.RFC3339)}},
		{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"true"}},
	})
	return exact.Term{Part: part}, err
}

// blocksAt names the denies that, at a time, keep principals of the account from an
// action that statements allow them: those without which somebody could call it, or,
// where no single one is to blame, all that take requests away.
func (f *finder) blocksAt(action string, at time.Time) ([]string, error) {
	then, err := f.then(at)
	if err != nil {
		return nil, err
	}
	bit, _ := aws.FindAction(action)
	var blocks []string
	denies := about(f.rules.denies, bit)
	for i, deny := range denies {
		others := slices.Concat(denies[:i], denies[i+1:])
		able, err := f.somebodyPasses(action, about(f.rules.allows, bit), others, then)
		if err != nil {
			return nil, err
		}
		if able {
			blocks = append(blocks, StatementName(deny.ref))
		}
	}
	if len(blocks) > 0 {
		return unique(blocks), nil
	}
	for _, deny := range denies {
		takes, err := f.somebodyMatches(action, about(f.rules.allows, bit), deny, then)
		if err != nil {
			return nil, err
		}
		if takes {
			blocks = append(blocks, StatementName(deny.ref))
		}
	}
	return unique(blocks), nil
}

// somebodyPasses reports whether a request of somebody of the account matches one of
// the allows and none of the denies, or may.
func (f *finder) somebodyPasses(action string, allows, denies []source, then exact.Term) (bool, error) {
	return f.somebody(action, func(level level, allow source) exact.Question {
		return exact.Question{Match: append(terms([]source{allow}, level.atLeast), then), Fail: terms(denies, evaluation.NoMatch)}
	}, allows)
}

// somebodyMatches reports whether a request of somebody of the account matches one of
// the allows and a deny, or may.
func (f *finder) somebodyMatches(action string, allows []source, deny source, then exact.Term) (bool, error) {
	return f.somebody(action, func(level level, allow source) exact.Question {
		return exact.Question{Match: append(terms([]source{allow}, level.atLeast), exact.Term{Part: deny.part}, then)}
	}, allows)
}

// somebody asks a question about each of the allows and everybody of the account, but
// for AWS services, until one is not answered by no.
func (f *finder) somebody(action string, question func(level, source) exact.Question, allows []source) (bool, error) {
	bit, _ := aws.FindAction(action)
	for _, row := range f.rows {
		if row.Foreign {
			continue
		}
		for _, class := range row.classes {
			if class.Kind == exact.Service {
				continue
			}
			cell, err := f.engine.Cell(class, action)
			if err != nil {
				return false, err
			}
			for _, level := range f.levels(class, bit) {
				for _, allow := range allows {
					if cell.Ask(question(level, allow)).Answer != exact.No {
						return true, nil
					}
				}
			}
		}
	}
	return false, nil
}

// times are now and, for each date that the policy compares with later on, the
// seconds around it: between them nothing changes.
func (f *finder) times() []time.Time {
	now := f.expected.Now.Truncate(time.Second)
	times := []time.Time{now}
	for _, statement := range f.key.Policy.Statements {
		for _, condition := range statement.Conditions {
			form, known := aws.ParseOperator(condition.Operator)
			if !known || !strings.EqualFold(condition.Key, "aws:CurrentTime") && !strings.EqualFold(condition.Key, "aws:EpochTime") {
				continue
			}
			for _, value := range condition.Values {
				date, ok := aws.ParseDate(value)
				if form.Comparison != aws.CompareDate && form.Comparison != aws.CompareNumber || !ok {
					continue
				}
				for _, offset := range []time.Duration{-time.Second, 0, time.Second} {
					if at := date.Add(offset); at.After(now) {
						times = append(times, at)
					}
				}
			}
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return slices.CompactFunc(times, time.Time.Equal)
}

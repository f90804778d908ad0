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
		for _, at := range f.times() {
			able, why, err := f.somebodyCan(action, at, nil)
			if err != nil {
				return err
			}
			if able {
				continue
			}
			blocks := f.blocksOf(action)
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
// again. See the KMS API Reference, "PutKeyPolicy",
// "BypassPolicyLockoutSafetyCheck".
func (f *finder) applyingLocksItselfOut() error {
	if f.expected.Applying == "" {
		return nil
	}
	able, why, err := f.somebodyCan("kms:PutKeyPolicy", f.expected.Now, func(row Principal) bool { return row.Id == f.expected.Applying })
	if err != nil || able {
		return err
	}
	reason := ""
	if why != "" {
		reason = ", as far as can be told: " + why
	}
	f.add(Finding{Principal: f.expected.Applying, Action: "kms:PutKeyPolicy",
		Message: fmt.Sprintf("%s applies the policy and could not change it again%s: KMS refuses that with "+
			`"The new key policy will not allow you to update the key policy in the future"`, f.expected.Applying, reason)})
	return nil
}

// somebodyCan reports whether somebody of the key's account, of the wanted rows,
// can call an action at a time, with an IAM policy if need be.
func (f *finder) somebodyCan(action string, at time.Time, wanted func(Principal) bool) (able bool, why string, err error) {
	then, err := f.engine.Conditions([]keypolicy.Condition{{Operator: "DateEquals", Key: "aws:CurrentTime", Values: []string{at.UTC().Format(time.RFC3339)}}})
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
			found, err := f.allowed(class, bit, action, exact.Term{Part: then})
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
	outcome, _, err := f.allowedBy(class, bit, action, more...)
	return outcome, err
}

func (a *analysis) allowedBy(class exact.Class, bit aws.ActionSet, action string, more ...exact.Term) (unknown exact.Outcome, path AccessPath, err error) {
	cell, err := a.engine.Cell(class, action)
	if err != nil {
		return unknown, path, err
	}
	denies := terms(about(a.rules.denies, bit), evaluation.NoMatch)
	for _, level := range a.levels(class, bit) {
		for _, allow := range about(a.rules.allows, bit) {
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

// blocksOf names the denies that keep principals of the account from an action.
func (f *finder) blocksOf(action string) []string {
	var blocks []string
	for _, row := range f.rows {
		if row.Foreign {
			continue
		}
		for _, class := range row.classes {
			for _, block := range f.answer(class, action).Blocks {
				blocks = append(blocks, StatementName(block))
			}
		}
	}
	return unique(blocks)
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

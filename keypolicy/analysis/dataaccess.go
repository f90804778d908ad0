package analysis

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// administratorsOf are the classes of a row whose principals may change the policy by
// the key policy itself, or were declared administrators. The root user may always do
// what no Deny forbids.
func (f *finder) administratorsOf(row Principal) []exact.Class {
	switch {
	case row.Kind == KindRoot || row.Foreign:
		return nil
	case slices.Contains(f.expected.Administrators, row.Id):
		return row.classes
	}
	var classes []exact.Class
	for _, class := range row.classes {
		if slices.ContainsFunc(f.answer(class, "kms:PutKeyPolicy").Paths, func(p AccessPath) bool {
			// A pattern of principals can be named only by leaving the rest to IAM.
			return !p.NeedsIam || row.named && row.Kind == KindPattern && f.namedIn(p.Statement, row.Id)
		}) {
			classes = append(classes, class)
		}
	}
	return classes
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

// administrators looks for administrators who reach data: by using the key, or by
// granting themselves its use.
func (f *finder) administrators() error {
	for _, row := range f.rows {
		for _, class := range f.administratorsOf(row) {
			told := row
			if class.Kind != row.classes[0].Kind {
				told = row.ofKind(class.Kind)
			}
			if err := f.administrator(told, class); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *finder) administrator(row Principal, class exact.Class) error {
	allows, err := f.toAdministrator(class)
	if err != nil {
		return err
	}
	// One action that reaches data is enough to know.
	for _, action := range dataActions {
		bit, _ := aws.FindAction(action)
		if outcome, _, err := f.allowedBy(allows, class, bit, action); err != nil {
			return err
		} else if outcome.Answer == exact.No {
			continue
		}
		answer := f.answer(class, action)
		if answer.Verdict == Undecided {
			f.untold(row, action, answer.Why)
		}
		if len(answer.Paths) > 0 {
			text := "may change the policy, and may call " + action
			if len(answer.Paths[0].Conditions) > 0 {
				text += " " + Words(answer.Paths[0].Conditions)
			}
			f.report(row, action, answer.Paths[0], text)
			break
		}
	}
	// The data first, of which it is plainest to speak.
	for _, operations := range [][]string{{"Decrypt"}, dataOperations()} {
		done, err := f.selfGrant(allows, row, class, operations)
		if err != nil || done {
			return err
		}
	}
	return nil
}

// dataOperations are those of grants that reach data, or sign in somebody's name.
func dataOperations() []string {
	var names []string
	for _, action := range dataActions {
		names = append(names, strings.TrimPrefix(action, "kms:"))
	}
	return names
}

// selfGrant looks for an administrator who may grant itself some of the operations.
func (f *finder) selfGrant(allows []source, row Principal, class exact.Class, operations []string) (done bool, err error) {
	grantee := class.Principal
	if grantee == "" {
		grantee = "${aws:PrincipalArn}"
	}
	self, err := f.engine.Conditions([]keypolicy.Condition{
		{Operator: "Null", Key: awsResourceKey, Values: []string{"true"}},
		{Operator: "ForAllValues:StringEquals", Key: "kms:GrantOperations", Values: operations},
		{Operator: "Null", Key: "kms:GrantOperations", Values: []string{"false"}},
		{Operator: "StringEquals", Key: granteeKey, Values: []string{grantee}},
	})
	if err != nil {
		return false, err
	}
	bit, _ := aws.FindAction("kms:CreateGrant")
	outcome, path, err := f.allowedBy(allows, class, bit, "kms:CreateGrant", exact.Term{Part: self})
	switch {
	case err != nil:
		return false, err
	case outcome.Answer == exact.Yes && len(operations) == 1:
		f.report(row, "kms:CreateGrant", path, "may change the policy, and may grant itself kms:"+operations[0]+" by kms:CreateGrant")
		return true, nil
	case outcome.Answer == exact.Yes:
		f.report(row, "kms:CreateGrant", path, "may change the policy, and may grant itself the use of the key by kms:CreateGrant")
		return true, nil
	case outcome.Answer == exact.Unknown:
		f.untold(row, "kms:CreateGrant", outcome.Reason)
		return true, nil
	}
	return false, nil
}

// toAdministrator are the statements that may let an administrator reach data: all of
// them, if only a statement that is not proven makes it an administrator.
func (f *finder) toAdministrator(class exact.Class) ([]source, error) {
	const action = "kms:PutKeyPolicy"
	bit, _ := aws.FindAction(action)
	outcome, _, err := f.allowedBy(f.added(f.rules.allows), class, bit, action)
	if err != nil || outcome.Answer != exact.No {
		return f.rules.allows, err
	}
	return f.added(f.rules.allows), nil
}

// withoutContext looks for use of the key without any encryption context, by
// direct calls, and by services that do not say on whose behalf they call.
func (f *finder) withoutContext() error {
	absent := func(keys ...string) (exact.Term, error) {
		var conditions []keypolicy.Condition
		for _, key := range keys {
			conditions = append(conditions, keypolicy.Condition{Operator: "Null", Key: key, Values: []string{"true"}})
		}
		part, err := f.engine.Conditions(conditions)
		return exact.Term{Part: part}, err
	}
	direct, err := absent(viaServiceKey, contextKeysKey)
	if err != nil {
		return err
	}
	sourceless, err := absent(contextKeysKey, "aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths")
	if err != nil {
		return err
	}
	for _, row := range f.rows {
		told := row
		for i, class := range row.classes {
			without, asked := direct, f.key.takesContext()
			if class.Kind == exact.Service {
				without, asked = sourceless, true
			}
			found := false
			if asked {
				if found, err = f.useMatching(told, class, without); err != nil {
					return err
				}
			}
			if found && i == 0 {
				break
			}
			// What the first of a row may not do, others are told of by name.
			if next := i + 1; next < len(row.classes) {
				told = row.ofKind(row.classes[next].Kind)
			}
		}
	}
	return nil
}

// useMatching looks for an action that uses the key by requests that match a term.
func (f *finder) useMatching(row Principal, class exact.Class, without exact.Term) (found bool, err error) {
	for _, action := range contextActions {
		bit, _ := aws.FindAction(action)
		outcome, path, err := f.allowedBy(f.added(f.rules.allows), class, bit, action, without)
		if err != nil {
			return false, err
		}
		switch outcome.Answer {
		case exact.Yes:
			text := "may call " + action + " directly, without an encryption context"
			if class.Kind == exact.Service {
				text = "may call " + action + " for anybody, without an encryption context"
			}
			f.report(row, action, path, text)
			return true, nil
		case exact.Unknown:
			f.untold(row, action, outcome.Reason)
			return true, nil
		}
	}
	return false, nil
}

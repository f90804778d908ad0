package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Ineffective is what a statement says to no effect: actions that it lists, and of
// which it is proven that no request of anybody can match it.
type Ineffective struct {
	Statement evaluation.StatementRef
	Effect    keypolicy.Effect
	// Actions are those without effect, Listed how many the statement lists.
	Actions []string
	Listed  int
	// Condition cannot be met; none when several cannot be met together, or when it is
	// the Resource element that does not match.
	Condition *keypolicy.Condition
	// Resource tells that the Resource element does not match the key.
	Resource bool
	// Nobody tells that nobody whom it names calls KMS: an identity provider, a role
	// that was deleted, the principal of another partition.
	Nobody bool
	// Token is known only when Terraform plans or applies, and what it will be may have
	// the statement match after all; empty if there is none.
	Token string
}

// String says it in a sentence.
func (i Ineffective) String() string {
	verb := map[keypolicy.Effect]string{keypolicy.Allow: "allows", keypolicy.Deny: "denies"}[i.Effect]
	actions := list(i.Actions, "and")
	if len(i.Actions) > 6 {
		actions = fmt.Sprintf("%s and %d others of its %d actions", strings.Join(i.Actions[:3], ", "), len(i.Actions)-3, i.Listed)
	}
	why := "its conditions contradict each other"
	switch {
	case i.Resource:
		why = "its Resource does not cover the key"
	case i.Nobody:
		why = "nobody calls KMS as a principal that it names"
	case i.Condition != nil:
		why = fmt.Sprintf("%s on %s is never met there", i.Condition.Operator, i.Condition.Key)
	}
	if i.Token != "" {
		why += ", unless " + i.Token + " turns out to be what meets it"
	}
	return fmt.Sprintf("%s %s nothing of %s: %s", StatementName(i.Statement), verb, actions, why)
}

// ineffective finds what the policy's statements, from one on, say to no effect. AWS documents no
// requests through services in other Regions, but for DynamoDB's, so a condition
// that only such requests meet is found as well.
func (a *analysis) ineffective(from int) ([]Ineffective, error) {
	if a.namesOtherRegions(from) {
		m := mentionsOf(a.key.Arn, []keypolicy.Document{a.key.Policy}, a.key.Grants, nil)
		regional, err := newAnalysisOf(a.key, exact.Key{Arn: a.key.Arn, OwnRegion: true}, m)
		if err != nil {
			return nil, err
		}
		a = regional
	}
	var all []Ineffective
	for i, statement := range a.key.Policy.Statements[from:] {
		source := a.rules.statement(from + i)
		byReason := map[string]*Ineffective{}
		var order []string
		var actions []string
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				if bit, _ := aws.FindAction(action); source.actions.Has(bit) {
					actions = append(actions, action)
				}
			}
		}
		for _, action := range actions {
			able, err := a.matchable(source.part, action)
			if err != nil {
				return nil, err
			}
			if able {
				continue
			}
			found := Ineffective{Statement: source.ref, Effect: statement.Effect, Token: tokenOf(statement)}
			reason, err := a.whyUnmatchable(&found, statement, action)
			if err != nil {
				return nil, err
			}
			if byReason[reason] == nil {
				order = append(order, reason)
				byReason[reason] = &found
			}
			byReason[reason].Actions = append(byReason[reason].Actions, action)
		}
		for _, reason := range order {
			byReason[reason].Listed = len(actions)
			all = append(all, *byReason[reason])
		}
	}
	return all, nil
}

// tokenOf is the first token among whom a statement names and its conditions.
func tokenOf(statement keypolicy.Statement) string {
	var texts []string
	for _, principal := range slices.Concat(statement.Principals, statement.NotPrincipals) {
		texts = append(texts, principal.Id)
	}
	for _, condition := range statement.Conditions {
		texts = append(texts, condition.Values...)
	}
	if at := slices.IndexFunc(texts, aws.IsToken); at >= 0 {
		return texts[at]
	}
	return ""
}

// namesOtherRegions reports whether a condition on kms:ViaService, of a statement from
// one on, names a service elsewhere than in the key's Region.
func (a *analysis) namesOtherRegions(from int) bool {
	key, _ := aws.ParseArn(a.key.Arn)
	elsewhere := func(value string) bool {
		_, rest, _ := strings.Cut(value, ".")
		region, _, _ := strings.Cut(rest, ".")
		return !aws.MatchesWildcard(region, key.Region)
	}
	for _, statement := range a.key.Policy.Statements[from:] {
		for _, condition := range statement.Conditions {
			if strings.EqualFold(condition.Key, viaServiceKey) && slices.ContainsFunc(condition.Values, elsewhere) {
				return true
			}
		}
	}
	return false
}

// statement is the source of the policy's statement at an index.
func (r *rules) statement(index int) source {
	for _, list := range [][]source{r.allows, r.denies} {
		for _, s := range list {
			if s.ref.Policy != evaluation.GrantOfKey && s.ref.Index == index {
				return s
			}
		}
	}
	return source{}
}

// matchable reports whether some request of somebody can match a part, or may.
func (a *analysis) matchable(part exact.Part, action string) (bool, error) {
	classes := []exact.Class{}
	for _, row := range a.rows {
		classes = append(classes, row.classes...)
	}
	// Those have rows where a statement could allow them anything, and a Deny can match
	// them without.
	classes = append(classes, exact.Class{Kind: exact.Service}, exact.Class{Kind: exact.Anonymous})
	for _, class := range classes {
		cell, err := a.engine.Cell(class, action)
		if err != nil {
			return false, err
		}
		if cell.Ask(exact.Question{Match: []exact.Term{{Part: part}}}).Answer != exact.No {
			return true, nil
		}
	}
	return false, nil
}

// whyUnmatchable finds the one condition, or the Resource element, that no request
// of the statement's principals can meet.
func (a *analysis) whyUnmatchable(found *Ineffective, statement keypolicy.Statement, action string) (reason string, err error) {
	alone := statement.Clone()
	able := func(s keypolicy.Statement) (bool, error) {
		parts, err := a.engine.Policy(keypolicy.Document{Version: a.key.Policy.Version, Statements: []keypolicy.Statement{s}}, evaluation.KeyPolicy)
		if err != nil {
			return false, err
		}
		return a.matchable(parts[0], action)
	}
	alone.Conditions = nil
	if ok, err := able(alone); err != nil || !ok {
		found.Resource = len(statement.Resources)+len(statement.NotResources) > 0
		found.Nobody = !found.Resource
		return fmt.Sprint("resource", found.Resource), err
	}
	alone.Resources, alone.NotResources = nil, nil
	for _, condition := range keypolicy.MergeConditions(statement.Conditions) {
		alone.Conditions = []keypolicy.Condition{condition}
		if ok, err := able(alone); err != nil {
			return "", err
		} else if !ok {
			found.Condition = &condition
			return signature(condition), nil
		}
	}
	return "", nil
}

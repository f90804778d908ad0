package analysis

import (
	"fmt"
	"maps"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// source is a statement or a grant of one side of a comparison, as part of the
// engine's questions.
type source struct {
	part    exact.Part
	ref     evaluation.StatementRef
	actions aws.ActionSet
	// same is the same for sources that say the same.
	same string
}

// rules are what decides about a key on one side: its policy and its grants.
type rules struct {
	allows, denies []source
	// byPart finds a source again.
	byPart map[exact.Part]*source
	group  *exact.Group
}

// addRules adds a key's policy and grants to an engine. The error names what the
// evaluator does not understand.
func addRules(engine *exact.Engine, policy keypolicy.Document, kind evaluation.PolicyKind, grants []evaluation.Grant) (*rules, error) {
	r := &rules{byPart: map[exact.Part]*source{}}
	parts, err := engine.Policy(policy, kind)
	if err != nil {
		return nil, err
	}
	for i, statement := range policy.Statements {
		actions := aws.StatementActions(statement.Actions, statement.NotActions)
		if kind == evaluation.KeyPolicy {
			actions &^= aws.GrantOnlyActions
		}
		s := source{
			part: parts[i], actions: actions, same: statementText(statement, policy.Version),
			ref: evaluation.StatementRef{Policy: kind, Index: i, Sid: statement.Sid},
		}
		if statement.Effect == keypolicy.Allow {
			r.allows = append(r.allows, s)
		} else {
			r.denies = append(r.denies, s)
		}
	}
	for i, grant := range grants {
		part, err := engine.Grant(grant)
		if err != nil {
			return nil, fmt.Errorf("grant %d (%s): %w", i, grant.Name, err)
		}
		s := source{part: part, same: fmt.Sprintf("%+v", unnamed(grant)), ref: evaluation.StatementRef{Policy: evaluation.GrantOfKey, Index: i, Sid: grant.Name}}
		for _, operation := range grant.Operations {
			s.actions |= aws.MatchActions("kms:" + operation)
		}
		r.allows = append(r.allows, s)
	}
	for _, list := range [][]source{r.allows, r.denies} {
		for i := range list {
			r.byPart[list[i].part] = &list[i]
		}
	}
	r.group = engine.Group(slices.Sorted(maps.Keys(r.byPart)))
	return r, nil
}

func unnamed(grant evaluation.Grant) evaluation.Grant {
	grant.Name = ""
	return grant
}

func statementText(s keypolicy.Statement, version string) string {
	s.Sid = ""
	text, err := s.MarshalJSON()
	if err != nil {
		panic(fmt.Sprintf("analysis: a statement failed to marshal: %v", err))
	}
	return version + string(text)
}

// about are the sources that speak of an action.
func about(sources []source, action aws.ActionSet) []source {
	var some []source
	for _, s := range sources {
		if s.actions.Has(action) {
			some = append(some, s)
		}
	}
	return some
}

// terms are the sources as terms of a question.
func terms(sources []source, atLeast evaluation.Strength) []exact.Term {
	all := make([]exact.Term, 0, len(sources))
	for _, s := range sources {
		all = append(all, exact.Term{Part: s.part, AtLeast: atLeast})
	}
	return all
}

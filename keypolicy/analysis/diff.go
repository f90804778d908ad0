package analysis

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Effect is what a change does to somebody's access.
type Effect string

// The effects.
const (
	Gained  Effect = "gained"
	Lost    Effect = "lost"
	Changed Effect = "conditions changed"
	// Unclear: it could not be told whether any decision changes.
	Unclear Effect = "unclear"
)

// Difference is a decision that a change alters: what one principal may do by
// some actions of one operation.
type Difference struct {
	Principal Principal
	Operation Operation
	// Actions are nil when it is all of the operation's.
	Actions       []string
	Effect        Effect
	Before, After Answer
	// Example is a request that is decided differently, but for what is unclear, with
	// no more in it than matters; Allowed tells that it is the new policy that allows
	// it, NeedsIam that an IAM policy must allow it, too.
	Example  evaluation.Request
	Allowed  bool
	NeedsIam bool
	// Why says why it is unclear, or what else may change.
	Why string
}

// Compare finds every request that two versions of a key decide differently. No
// difference is the proof that they mean the same, whatever their words.
func Compare(before, after Key) ([]Difference, error) {
	// A key that is created anew is asked about as if it were the same.
	before.Arn = after.Arn
	m := mentionsOf(after.Arn, []keypolicy.Document{before.Policy, after.Policy}, nil, nil)
	for _, grants := range [][]evaluation.Grant{before.Grants, after.Grants} {
		for _, grant := range grants {
			m.grant(grant)
		}
	}
	new, err := newAnalysis(after, nil, m)
	if err != nil {
		return nil, err
	}
	// Both sides are asked of one engine, so that they share their conditions.
	old := &analysis{key: before, engine: new.engine, rows: new.rows, answers: map[string]Answer{}}
	if old.rules, err = addRules(new.engine, before.Policy, evaluation.KeyPolicy, before.Grants); err != nil {
		return nil, err
	}
	c := comparison{old: old, new: new, changes: map[string]change{}, spelled: spelling(before.Policy, after.Policy)}
	for _, side := range []struct {
		policy   keypolicy.Document
		compiled **evaluation.CompiledPolicy
	}{{before.Policy, &c.before}, {after.Policy, &c.after}} {
		if *side.compiled, err = evaluation.Compile(side.policy); err != nil {
			return nil, err
		}
	}
	var differences []Difference
	for _, row := range new.rows {
		for _, split := range c.split(row) {
			for _, operation := range Operations {
				differences = append(differences, c.operation(split, operation)...)
			}
		}
	}
	return differences, nil
}

// comparison is two sides of a change.
type comparison struct {
	old, new *analysis
	// changes are by cell.
	changes map[string]change
	// before and after decide the examples.
	before, after *evaluation.CompiledPolicy
	spelled       map[string]string
}

// change is what a change does to one cell.
type change struct {
	gained, lost bool
	// witness decides otherwise now, for gained if there is one.
	question *exact.Question
	allowed  bool
	needsIam bool
	why      string
}

func (c change) some() bool { return c.gained || c.lost || c.why != "" }

// split makes rows of their own of those classes of a row to which the change does
// something else than to the first.
func (c *comparison) split(row Principal) []Principal {
	var rows []Principal
	var texts []string
	for _, class := range row.classes {
		text := ""
		for _, operation := range Operations {
			for _, action := range operation.Actions {
				if found := c.change(class, action); found.some() {
					root := row.Foreign && class.Kind == exact.Root
					text += fmt.Sprint(action, found.gained, found.lost, found.why, c.old.answer(class, action).identity(root || row.Foreign), c.new.answer(class, action).identity(root || row.Foreign))
				}
			}
		}
		at := -1
		for i := range texts {
			// A row of one kind speaks of no other kind.
			if texts[i] == text && (rows[i].Id == row.Id || rows[i].classes[0].Kind == class.Kind) {
				at = i
			}
		}
		if at >= 0 {
			rows[at].classes = append(rows[at].classes, class)
			continue
		}
		own := row
		if len(rows) > 0 {
			own = row.ofKind(class.Kind)
		}
		own.classes = []exact.Class{class}
		rows, texts = append(rows, own), append(texts, text)
	}
	return rows
}

// change finds out what a change does to the requests of a class, once for all
// cells between which neither policy makes a difference.
func (c *comparison) change(class exact.Class, action string) change {
	bit, _ := aws.FindAction(action)
	levels := c.new.levels(class, bit)
	if len(levels) == 0 {
		return change{}
	}
	cell, err := c.new.engine.Cell(class, action)
	if err != nil {
		return change{why: err.Error()}
	}
	name := fmt.Sprint(cell.Same(c.old.rules.group), cell.Same(c.new.rules.group), levels)
	found, known := c.changes[name]
	if !known {
		found = c.find(cell, levels, bit)
		c.changes[name] = found
	}
	return found
}

func (c *comparison) find(cell *exact.Cell, levels []level, action aws.ActionSet) (found change) {
	for _, level := range levels {
		if outcome, question := differ(cell, c.new.rules, c.old.rules, action, level); outcome.Answer != exact.No {
			found.note(outcome, question, true, level)
		}
		if outcome, question := differ(cell, c.old.rules, c.new.rules, action, level); outcome.Answer != exact.No {
			found.note(outcome, question, false, level)
		}
	}
	return found
}

func (c *change) note(outcome exact.Outcome, question exact.Question, allowed bool, level level) {
	if outcome.Answer == exact.Unknown {
		c.why = outcome.Reason
		return
	}
	if allowed {
		c.gained = true
	} else {
		c.lost = true
	}
	if c.question == nil {
		c.question, c.allowed, c.needsIam = &question, allowed, level.needsIam
	}
}

// differ asks for a request that one side allows and the other does not: because no
// statement of it allows the request, or because one denies it.
func differ(cell *exact.Cell, one, other *rules, action aws.ActionSet, level level) (exact.Outcome, exact.Question) {
	oneDenies, otherDenies := about(one.denies, action), about(other.denies, action)
	otherAllows := about(other.allows, action)
	unknown := exact.Outcome{}
	ask := func(question exact.Question) (exact.Outcome, bool) {
		outcome := cell.Ask(question)
		if outcome.Answer == exact.Unknown {
			unknown = outcome
		}
		return outcome, outcome.Answer == exact.Yes
	}
	newDenies := missing(otherDenies, oneDenies)
	for _, allow := range about(one.allows, action) {
		match := terms([]source{allow}, level.atLeast)
		fail := terms(oneDenies, evaluation.NoMatch)
		if len(missing([]source{allow}, otherAllows)) > 0 {
			question := exact.Question{Match: match, Fail: append(terms(otherAllows, level.atLeast), fail...)}
			if outcome, yes := ask(question); yes {
				return outcome, question
			}
		}
		for _, deny := range newDenies {
			question := exact.Question{Match: append([]exact.Term{{Part: deny.part}}, match...), Fail: fail}
			if outcome, yes := ask(question); yes {
				return outcome, question
			}
		}
	}
	return unknown, exact.Question{}
}

// missing are the sources that say what none of the others says.
func missing(some, others []source) []source {
	said := map[string]bool{}
	for _, other := range others {
		said[other.same] = true
	}
	var kept []source
	for _, s := range some {
		if !said[s.same] {
			kept = append(kept, s)
		}
	}
	return kept
}

// operation puts the actions of an operation together to which the change does the
// same.
func (c *comparison) operation(row Principal, operation Operation) []Difference {
	var differences []Difference
	byIdentity := map[string]int{}
	for _, action := range operation.Actions {
		if len(row.classes) == 0 {
			continue
		}
		class := row.classes[0]
		found := c.change(class, action)
		if !found.some() {
			continue
		}
		before, after := c.old.answer(class, action), c.new.answer(class, action)
		identity := fmt.Sprint(found.gained, found.lost, found.why, before.identity(false), "\x05", after.identity(false))
		at, known := byIdentity[identity]
		if !known {
			at = len(differences)
			byIdentity[identity] = at
			difference := Difference{Principal: row, Operation: operation, Effect: found.effect(before, after), Before: before, After: after, Allowed: found.allowed, NeedsIam: found.needsIam, Why: found.why}
			if found.question != nil {
				if cell, err := c.new.engine.Cell(class, action); err == nil {
					difference.Example = c.simplest(cell.Ask(*found.question).Witness, found)
				}
			}
			differences = append(differences, difference)
		}
		differences[at].Actions = append(differences[at].Actions, action)
	}
	for i := range differences {
		if len(differences[i].Actions) == len(operation.Actions) {
			differences[i].Actions = nil
		}
	}
	return differences
}

// simplest is the example of a change with no more in it than matters.
func (c *comparison) simplest(example evaluation.Request, of change) evaluation.Request {
	return simplest(example, of.needsIam, c.spelled, func(request evaluation.Request) bool {
		request.Grants = c.old.key.Grants
		before, err := c.before.Evaluate(request)
		if err != nil {
			return false
		}
		request.Grants = c.new.key.Grants
		after, err := c.after.Evaluate(request)
		return err == nil && before.Allowed == !of.allowed && after.Allowed == of.allowed
	})
}

func (c change) effect(before, after Answer) Effect {
	switch {
	case c.gained && len(before.Paths) == 0:
		return Gained
	case c.lost && len(after.Paths) == 0:
		return Lost
	case c.gained || c.lost:
		return Changed
	}
	return Unclear
}

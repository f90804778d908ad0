package differential

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Pair is a question to both evaluators.
type Pair struct {
	Policy  keypolicy.Document
	Request evaluation.Request
}

// requestsPerPolicy is how many requests are asked of each policy.
const requestsPerPolicy = 10

// Pairs returns the pairs of a seed: the policy with a number, and its requests.
func Pairs(seed, number uint64) []Pair {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, number))}
	policy := g.policy()
	pairs := make([]Pair, requestsPerPolicy)
	for i := range pairs {
		pairs[i] = Pair{Policy: policy, Request: g.request(policy)}
	}
	return pairs
}

type generator struct{ *rand.Rand }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

// some returns one to most of the values, each at most once.
func some[T any](g *generator, most int, from []T) []T {
	count := 1 + g.IntN(min(most, len(from)))
	var chosen []T
	for _, at := range g.Perm(len(from))[:count] {
		chosen = append(chosen, from[at])
	}
	return chosen
}

var real = realDocuments()

// policy is a real document, mutated, or one from the grammar.
func (g *generator) policy() keypolicy.Document {
	if g.chance(40) {
		return g.grow()
	}
	document := pick(g, real)
	statements := slices.Clone(document.Statements)
	g.Shuffle(len(statements), func(i, j int) { statements[i], statements[j] = statements[j], statements[i] })
	document.Statements = statements[:1+g.IntN(len(statements))]
	for range g.IntN(2 + len(document.Statements)/3) {
		at := g.IntN(len(document.Statements))
		document.Statements[at] = g.mutate(document.Statements[at])
	}
	return document
}

// grow makes a policy from the grammar.
func (g *generator) grow() (document keypolicy.Document) {
	if g.chance(5) {
		document.Version = keypolicy.OldVersion
	}
	for i := range 1 + g.IntN(5) {
		document.Statements = append(document.Statements, g.statement(fmt.Sprintf("S%d", i)))
	}
	return document
}

func (g *generator) statement(sid string) keypolicy.Statement {
	s := keypolicy.Statement{Sid: sid, Effect: keypolicy.Allow}
	if g.chance(30) {
		s.Effect = keypolicy.Deny
	}
	if s.Effect == keypolicy.Deny && g.chance(10) {
		s.NotPrincipals = some(g, 3, principals)
	} else {
		s.Principals = some(g, 3, principals)
	}
	g.actions(&s)
	g.resources(&s)
	for range g.IntN(4) {
		s.Conditions = g.with(s.Conditions, g.condition())
	}
	return s
}

// with adds a condition unless one with the same operator and key is there,
// whatever the case: JSON could not tell them apart.
func (g *generator) with(conditions []keypolicy.Condition, c keypolicy.Condition) []keypolicy.Condition {
	for _, other := range conditions {
		if other.Operator == c.Operator && strings.EqualFold(other.Key, c.Key) {
			return conditions
		}
	}
	return append(slices.Clone(conditions), c)
}

func (g *generator) actions(s *keypolicy.Statement) {
	if g.chance(10) {
		s.Actions, s.NotActions = nil, some(g, 3, actionPatterns)
		return
	}
	s.Actions, s.NotActions = some(g, 4, actionPatterns), nil
}

func (g *generator) resources(s *keypolicy.Statement) {
	switch g.IntN(12) {
	case 0:
		s.Resources, s.NotResources = some(g, 2, resources), nil
	case 1:
		s.Resources, s.NotResources = nil, some(g, 2, resources)
	default:
		s.Resources, s.NotResources = nil, nil
	}
}

// mutate changes one thing about a statement.
func (g *generator) mutate(s keypolicy.Statement) keypolicy.Statement {
	s.Conditions = slices.Clone(s.Conditions)
	at := -1
	if len(s.Conditions) > 0 {
		at = g.IntN(len(s.Conditions))
	}
	switch g.IntN(10) {
	case 0:
		if s.NotPrincipals == nil {
			s.Effect = pick(g, []keypolicy.Effect{keypolicy.Allow, keypolicy.Deny})
		}
	case 1:
		s.Principals, s.NotPrincipals = some(g, 3, principals), nil
	case 2:
		g.actions(&s)
	case 3:
		g.resources(&s)
	case 4:
		s.Conditions = g.with(s.Conditions, g.condition())
	case 5:
		if at >= 0 {
			s.Conditions = slices.Delete(s.Conditions, at, at+1)
		}
	case 6:
		if at >= 0 {
			c := s.Conditions[at]
			c.Values = append(slices.Clone(c.Values), pick(g, c.Values))
			c.Values[g.IntN(len(c.Values))] = g.valueOf(c)
			s.Conditions[at] = c
		}
	case 7:
		if at >= 0 {
			c := s.Conditions[at]
			c.Operator = g.otherOperator(c.Operator)
			s.Conditions = g.with(slices.Delete(s.Conditions, at, at+1), c)
		}
	case 8:
		if at >= 0 {
			s.Conditions[at].Key = g.otherCase(s.Conditions[at].Key)
		}
	case 9:
		if s.Effect == keypolicy.Deny && g.chance(30) {
			s.Principals, s.NotPrincipals = nil, some(g, 3, principals)
		}
	}
	return s
}

// otherCase changes the case of a key, which must change nothing.
func (g *generator) otherCase(key string) string {
	if g.chance(50) {
		return strings.ToUpper(key)
	}
	return strings.ToLower(key)
}

// otherOperator turns an operator into its opposite, or adds or drops IfExists.
func (g *generator) otherOperator(operator string) string {
	form, _ := aws.ParseOperator(operator)
	name, ifExists := form.Name, form.IfExists
	switch {
	case form.Comparison == aws.CompareExistence:
	case g.chance(40):
		ifExists = !ifExists
	case form.Opposite != "":
		name = form.Opposite
	}
	if ifExists {
		name += "IfExists"
	}
	return form.Set + name
}

// condition is a random one, of an operator with a key and values of its kind.
func (g *generator) condition() keypolicy.Condition {
	f := pick(g, families)
	c := keypolicy.Condition{Operator: pick(g, f.operators()), Key: pick(g, f.keys)}
	if g.chance(15) {
		c.Key = g.otherCase(c.Key)
	}
	if g.chance(15) && comparisonOf(c) != aws.CompareExistence {
		c.Operator += "IfExists"
	}
	if f.multiValued && g.chance(90) {
		c.Operator = pick(g, []string{aws.ForAllValues, aws.ForAnyValue}) + c.Operator
	}
	c.Values = some(g, 3, f.values)
	return c
}

// valueOf is another value of the kind that a condition compares with.
func (g *generator) valueOf(c keypolicy.Condition) string {
	form, _ := aws.ParseOperator(c.Operator)
	for _, f := range families {
		if slices.Contains(f.comparisons, form.Comparison) && slices.ContainsFunc(f.keys, func(key string) bool { return strings.EqualFold(key, c.Key) }) {
			return pick(g, f.values)
		}
	}
	if slices.Contains(comparisonsOfTexts, form.Comparison) {
		return pick(g, texts)
	}
	return pick(g, c.Values)
}
